//! Knowing less never turns an answer around: whatever is made unknown, a test that passed may become unknown but
//! never fail, and the other way round.

use proptest::prelude::*;

use super::super::*;
use super::dice::Dice;
use super::estate::{Estate, labels};
use crate::topology::*;

/// A small estate whose fields are filled at random.
fn estate(seed: u64) -> Estate {
    let mut estate = Estate::new();
    let job = estate.add(JOB, "job");
    let storage = estate.add(SERVICE_RESOURCE, "store");
    let _ = estate.add(SERVICE_RESOURCE, "other");
    let net = estate.add(VNET, "net");
    for name in ["endpoint", "endpoint2", "endpoint3"] {
        estate.add(PRIVATE_ENDPOINT, name);
    }
    estate.add(ROLE_ASSIGNMENT, "assignment");
    estate.add(ROLE_ASSIGNMENT, "assignment2");
    estate.children(job, "inputs", BINDING, &["input", "input2", "input3"]);
    estate.children(net, "subnets", SUBNET, &["subnet", "subnet2"]);
    for (owner, field, kind, name) in
        [(job, "vnet_integration", VNET_INTEGRATION, "integration"), (storage, "network", NETWORK_ACCESS, "access")]
    {
        let part = estate.add(kind, name);
        estate.change(part, |object| object.parent = Some(owner));
        estate.set(owner, field, Value::Object(part));
    }
    let mut dice = Dice::new(seed);
    for index in 0..estate.topology.objects().len() {
        let id = ObjectId(index as u32);
        for field in Topology::kind(estate.topology.object(id).kind).fields {
            if dice.roll(4) > 0
                && let Some(value) = value(&mut estate, &mut dice, &field.ty)
            {
                estate.set(id, field.name, value);
            }
        }
    }
    estate
}

fn value(estate: &mut Estate, dice: &mut Dice, ty: &FieldType) -> Option<Value> {
    Some(match ty {
        FieldType::Text => estate.text(dice.pick(&["a", "b"])),
        FieldType::Bool => Value::Bool(dice.roll(2) == 0),
        FieldType::Int => Value::Int(dice.roll(3) as i64),
        FieldType::OneOf(words) => estate.text(dice.pick(words)),
        FieldType::Prefix | FieldType::PrefixOrTag => estate.text(dice.pick(&["10.0.0.0/8", "10.1.0.0/16", "1.2.3.4"])),
        FieldType::Reference(targets) | FieldType::Scope(targets) => {
            let objects: Vec<ObjectId> = targets
                .iter()
                .flat_map(|target| match target {
                    Target::Kind(kind) => estate.topology.of_kind(*kind).to_vec(),
                    Target::Service(_) => estate.topology.of_kind(SERVICE_RESOURCE).to_vec(),
                })
                .collect();
            Value::Object(*objects.get(dice.roll(objects.len().max(1)))?)
        }
        FieldType::List(of) => {
            let values: Vec<Value> = (0..dice.roll(4)).filter_map(|_| value(estate, dice, of)).collect();
            estate.list(values, false)
        }
        _ => return None,
    })
}

/// Makes something unknown that was known.
fn forget(estate: &mut Estate, dice: &mut Dice) -> String {
    loop {
        let id = ObjectId(dice.roll(estate.topology.objects().len()) as u32);
        let kind = Topology::kind(estate.topology.object(id).kind);
        let what = format!("{} ", estate.topology.address(id));
        match dice.roll(10) {
            0 => {
                estate.maybe(id);
                return what + "may exist";
            }
            1 => {
                estate.change(id, |object| object.outside = true);
                return what + "is outside";
            }
            2 => {
                estate.change(id, |object| object.symbolic = true);
                return what + "is symbolic";
            }
            3 => {
                estate.topology.set_open(kind.id, true);
                return format!("{}s are open", kind.name);
            }
            _ => {}
        }
        let field = &kind.fields[dice.roll(kind.fields.len())];
        let (slot, _) = kind.field(field.name).unwrap();
        let stored = estate.topology.slot(id, slot);
        let unknown = estate.unknown();
        let what = what + field.name;
        match stored.value {
            Value::Absent => {}
            Value::List(list) if dice.roll(4) == 0 => {
                estate.set(id, field.name, Value::List(ListRef { open: true, ..list }));
                return what + " is open";
            }
            Value::List(list) if list.len > 0 && dice.roll(2) == 0 => {
                let index = dice.roll(list.len as usize);
                let value = Slot { value: unknown, ..stored };
                estate.topology.set_item(list, index, value);
                return format!("{what}[{index}] is unknown");
            }
            _ => {
                estate.set(id, field.name, unknown);
                return what + " is unknown";
            }
        }
    }
}

struct Writer {
    dice: Dice,
    scope: Scope,
}

impl Writer {
    /// A path to something of a fitting type.
    fn path(&mut self, fits: fn(&Type) -> bool) -> Option<(String, Type)> {
        for _ in 0..40 {
            let variables: Vec<(String, Type)> =
                self.scope.iter().map(|(name, ty)| (name.to_owned(), ty.clone())).collect();
            let (mut text, mut ty) = self.dice.pick(&variables);
            for _ in 0..4 {
                if fits(&ty) && self.dice.roll(3) > 0 {
                    return Some((text, ty));
                }
                let Type::Object(kinds) = &ty else { break };
                let kind: Vec<KindId> = kinds.iter().collect();
                let kind = Topology::kind(self.dice.pick(&kind));
                let Some(field) = kind.fields.get(self.dice.roll(kind.fields.len().max(1))) else {
                    break;
                };
                text = format!("{text}.{}", field.name);
                ty = Type::of_field(&field.ty);
            }
            if fits(&ty) {
                return Some((text, ty));
            }
        }
        None
    }

    fn list(&mut self, depth: usize) -> Option<(String, Type)> {
        let (text, ty) = self.path(|ty| matches!(ty, Type::List(_)))?;
        if depth == 0 {
            return Some((text, ty));
        }
        let Type::List(of) = &ty else { return None };
        Some(match self.dice.roll(10) {
            0 => {
                let (name, test) = self.lambda(of, |writer| writer.test(depth - 1))?;
                (format!("{text}.filter({name}, {test})"), ty)
            }
            1 => {
                let (name, (value, value_type)) =
                    self.lambda(of, |writer| writer.path(|ty| !matches!(ty, Type::List(_))))?;
                (format!("{text}.map({name}, {value})"), Type::list(value_type))
            }
            2 => (format!("distinct({text} + {text})"), ty),
            3 => {
                let (name, number) = self.lambda(of, |writer| writer.number(depth - 1))?;
                (format!("{text}.sortedBy({name}, {number})"), ty)
            }
            4 => {
                let (name, (value, _)) = self.lambda(of, |writer| {
                    writer.path(|ty| matches!(ty, Type::Text(_)) || *ty == Type::list(Type::TEXT))
                })?;
                (format!("{text}.overlapping({name}, {value})"), ty)
            }
            5 => {
                let (name, (lists, lists_type)) =
                    self.lambda(of, |writer| writer.path(|ty| matches!(ty, Type::List(_))))?;
                (format!("{text}.flatMap({name}, {lists})"), lists_type)
            }
            _ => (text, ty),
        })
    }

    fn lambda<T>(&mut self, of: &Type, body: impl FnOnce(&mut Self) -> Option<T>) -> Option<(String, T)> {
        let name = format!("x{}", self.scope.len());
        self.scope.push(name.clone(), of.clone());
        let body = body(self);
        self.scope.pop();
        Some((name, body?))
    }

    fn number(&mut self, depth: usize) -> Option<String> {
        Some(match self.dice.roll(6) {
            0 => self.dice.pick(&["0", "1", "2"]).to_owned(),
            4 => {
                let (list, _) = self.list(depth.saturating_sub(1))?;
                format!("sum({list}.map(s{0}, size(s{0})))", self.scope.len())
            }
            5 => format!("{}.addressCount()", self.path(|ty| matches!(ty, Type::Text(_)))?.0),
            1 => self.path(|ty| *ty == Type::Int)?.0,
            2 => format!("size({})", self.path(|ty| matches!(ty, Type::Text(_)))?.0),
            _ => format!("size({})", self.list(depth.saturating_sub(1))?.0),
        })
    }

    fn test(&mut self, depth: usize) -> Option<String> {
        if depth > 0 && self.dice.roll(2) == 0 {
            let (a, b) = (self.test(depth - 1)?, self.test(depth - 1)?);
            return Some(match self.dice.roll(5) {
                0 | 1 => format!("({a} && {b})"),
                2 | 3 => format!("({a} || {b})"),
                _ => format!("({a} ? {b} : !{a})"),
            });
        }
        Some(match self.dice.roll(12) {
            0 => format!("!({})", self.test(depth.saturating_sub(1))?),
            1 | 2 => {
                let (text, ty) = self.path(|ty| matches!(ty, Type::Text(_)))?;
                let word = match &ty {
                    Type::Text(Some(words)) => self.dice.pick(&words.iter().collect::<Vec<_>>()).to_owned(),
                    _ => self.dice.pick(&["a", "b", "10.0.0.0/8"]).to_owned(),
                };
                let sign = self.dice.pick(&["==", "!=", "<"]);
                format!("{text} {sign} '{word}'")
            }
            3 => {
                let (a, _) = self.path(|ty| matches!(ty, Type::Object(_)))?;
                let (b, _) = self.path(|ty| matches!(ty, Type::Object(_)))?;
                format!("{a} == {b}")
            }
            4 => {
                let (a, _) = self.path(|ty| !matches!(ty, Type::List(_)))?;
                if !a.contains('.') {
                    return None;
                }
                format!("has({a})")
            }
            5 => {
                let (a, b) = (self.number(depth)?, self.number(depth)?);
                format!("{a} {} {b}", self.dice.pick(&["<", ">=", "=="]))
            }
            6 => {
                let (list, _) = self.list(depth)?;
                let (value, _) = self.path(|ty| !matches!(ty, Type::List(_)))?;
                format!("{value} in {list}")
            }
            7 => {
                let (list, ty) = self.list(depth)?;
                let Type::List(of) = ty else { return None };
                let (name, (test, (value, _))) = self.lambda(&of, |writer| {
                    Some((writer.test(depth.saturating_sub(1))?, writer.path(|ty| matches!(ty, Type::Text(_)))?))
                })?;
                format!("{list}.firstMatch({name}, {test}, {value}) == 'a'")
            }
            8 => {
                let (list, ty) = self.list(depth)?;
                match ty {
                    Type::List(of) if matches!(*of, Type::Object(_)) => {
                        format!("first({list}).name == 'endpoint'")
                    }
                    _ => format!("first({list}) == 'a'"),
                }
            }
            _ => {
                let (list, ty) = self.list(depth)?;
                let Type::List(of) = ty else { return None };
                let (name, test) = self.lambda(&of, |writer| writer.test(depth.saturating_sub(1)))?;
                let method = self.dice.pick(&["exists", "all", "exists_one"]);
                format!("{list}.{method}({name}, {test})")
            }
        })
    }
}

/// A test that compiles, from a number.
fn write(seed: u64, scope: &Scope) -> String {
    let mut writer = Writer { dice: Dice::new(seed), scope: scope.clone() };
    let (terms, labels) = (Terms::new(), labels());
    loop {
        let Some(text) = writer.test(2) else { continue };
        let expression = parse(&text).unwrap();
        let mut compiler = Compiler::new(&terms, &labels);
        let compiled = compiler.compile_expecting(&expression, scope, &Type::Bool);
        if compiled.is_ok() {
            return text;
        }
    }
}

fn answer(estate: &mut Estate, text: &str) -> Truth {
    estate.run(text, &Terms::new(), |program, machine| {
        let truth = program.truth(machine);
        let (traced, _) = machine.with_trail(|machine| program.truth(machine));
        assert_eq!(truth, traced, "the trail changes nothing: {text}");
        truth
    })
}

/// That a machine which only decides says the same, and that what is sifted out of some subject fails; gives how much is.
fn sifted(estate: &mut Estate, text: &str, expected: Truth) -> usize {
    let (terms, labels, scope) = (Terms::new(), labels(), estate.scope());
    let mut compiler = Compiler::new(&terms, &labels);
    let expression = parse(text).unwrap();
    let program = compiler.compile(&expression, &scope).unwrap();
    let sifts: Vec<Sift> = scope
        .iter()
        .map(|(name, ty)| {
            let mut sifting = Sifting::new(&mut compiler, name, ty.clone());
            sifting.test(&expression.root);
            sifting.into_sift()
        })
        .collect();
    let literals = compiler.into_literals().intern(&mut estate.topology.strings);
    let inverses = Inverses::build(&estate.topology);
    let mut machine = Machine::new(&estate.topology, &inverses, &literals).deciding();
    let items = estate.items();
    items.iter().for_each(|item| machine.push(*item));
    for _ in 0..2 {
        assert_eq!(program.truth(&mut machine), expected, "{text}");
    }
    let mut count = 0;
    for (item, sift) in items.iter().zip(sifts) {
        let Val::Object(id) = item.value else { continue };
        if sift.passes(&machine, id) {
            continue;
        }
        count += 1;
        // The existence of a subject is taken for granted.
        if let Existence::Maybe(reason) = estate.topology.object(id).existence {
            machine.assume(reason);
        }
        assert_eq!(program.truth(&mut machine), Truth::False, "{text}");
        machine.unassume();
    }
    count
}

fn never_turns(seed: u64) -> Result<(Truth, Truth), String> {
    let mut full = estate(seed);
    let scope = full.scope();
    let text = write(seed, &scope);
    let before = answer(&mut full, &text);
    let mut last = before;
    let mut dice = Dice::new(seed ^ 1);
    let mut less = estate(seed);
    let mut forgotten = Vec::new();
    for _ in 0..12 {
        forgotten.push(forget(&mut less, &mut dice));
        let after = answer(&mut less, &text);
        sifted(&mut less, &text, after);
        if after != last && after != Truth::Unknown {
            return Err(format!(
                "{text}
{last:?} became {after:?} when {forgotten:?}"
            ));
        }
        last = after;
    }
    Ok((before, last))
}

#[test]
fn the_property_is_not_empty() {
    let pairs: Vec<(Truth, Truth)> = (0..400).map(|seed| never_turns(seed).unwrap()).collect();
    let count = |wanted: (Truth, Truth)| pairs.iter().filter(|pair| **pair == wanted).count();
    let counts = [
        (Truth::True, Truth::True),
        (Truth::True, Truth::Unknown),
        (Truth::False, Truth::False),
        (Truth::False, Truth::Unknown),
    ]
    .map(count);
    assert!(counts.iter().all(|count| *count >= 10), "{counts:?} of {}", pairs.len());
    let sifted = |seed: u64| {
        let mut estate = estate(seed);
        let text = write(seed, &estate.scope());
        let truth = answer(&mut estate, &text);
        sifted(&mut estate, &text, truth)
    };
    let sifted = (0..400).filter(|seed| sifted(*seed) > 0).count();
    assert!(sifted >= 20, "{sifted}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]
    #[test]
    fn knowing_less_never_turns_an_answer_around(seed in any::<u64>()) {
        if let Err(message) = never_turns(seed) {
            prop_assert!(false, "{}", message);
        }
    }
}
