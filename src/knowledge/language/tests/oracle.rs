//! Where the language and CEL both say what an expression means, they say the same.

use cel::Value;
use proptest::prelude::*;

use super::super::*;
use super::dice::Dice;
use crate::source::NodeId;
use crate::topology::{Inverses, Topology};

#[derive(Clone, Copy, PartialEq, Debug)]
enum Kind {
    Bool,
    Int,
    Text,
    Ints,
    Texts,
}
use self::Kind::{Bool, Int, Ints, Text, Texts};

struct Writer {
    dice: Dice,
    variables: Vec<(String, Kind)>,
}

const VARIABLES: [(&str, Kind); 8] =
    [("i", Int), ("j", Int), ("b", Bool), ("t", Text), ("u", Text), ("l", Ints), ("e", Ints), ("s", Texts)];

impl Writer {
    fn expression(&mut self, kind: Kind, depth: usize) -> String {
        if depth == 0 || self.dice.roll(5) == 0 {
            return self.leaf(kind);
        }
        let depth = depth - 1;
        if self.dice.roll(8) == 0 {
            let [c, a, b] = [Bool, kind, kind].map(|kind| self.expression(kind, depth));
            return format!("({c} ? {a} : {b})");
        }
        match kind {
            Bool => self.test(depth),
            Int => match self.dice.roll(3) {
                0 => self.binary("+", Int, depth),
                1 => self.binary("-", Int, depth),
                _ => {
                    let of = self.dice.pick(&[Text, Ints, Texts]);
                    format!("size({})", self.expression(of, depth))
                }
            },
            Text => self.binary("+", Text, depth),
            Ints | Texts => {
                let element = if kind == Ints { Int } else { Text };
                match self.dice.roll(4) {
                    0 => self.binary("+", kind, depth),
                    1 => self.lambda("filter", kind, Bool, depth),
                    2 => {
                        let from = self.dice.pick(&[Ints, Texts]);
                        self.lambda("map", from, element, depth)
                    }
                    _ => {
                        let [a, b] = [element; 2].map(|kind| self.expression(kind, depth));
                        format!("[{a}, {b}]")
                    }
                }
            }
        }
    }

    fn test(&mut self, depth: usize) -> String {
        let list = self.dice.pick(&[Ints, Texts]);
        match self.dice.roll(9) {
            0 => format!("!{}", self.expression(Bool, depth)),
            1 | 2 => {
                let sign = self.dice.pick(&["&&", "||"]);
                self.binary(sign, Bool, depth)
            }
            3 => {
                let sign = self.dice.pick(&["==", "!="]);
                let kind = self.dice.pick(&[Bool, Int, Text, Ints, Texts]);
                self.binary(sign, kind, depth)
            }
            4 => {
                let sign = self.dice.pick(&["<", "<=", ">", ">="]);
                let kind = self.dice.pick(&[Int, Text]);
                self.binary(sign, kind, depth)
            }
            5 => {
                let name = self.dice.pick(&["startsWith", "endsWith", "contains"]);
                let [a, b] = [Text; 2].map(|kind| self.expression(kind, depth));
                format!("{a}.{name}({b})")
            }
            6 => {
                let element = if list == Ints { Int } else { Text };
                let (a, b) = (self.expression(element, depth), self.expression(list, depth));
                format!("({a} in {b})")
            }
            _ => {
                let name = self.dice.pick(&["exists", "all", "exists_one"]);
                self.lambda(name, list, Bool, depth)
            }
        }
    }

    fn binary(&mut self, sign: &str, kind: Kind, depth: usize) -> String {
        let [a, b] = [kind; 2].map(|kind| self.expression(kind, depth));
        format!("({a} {sign} {b})")
    }

    fn lambda(&mut self, name: &str, list: Kind, body: Kind, depth: usize) -> String {
        let base = self.expression(list, depth);
        let variable = format!("x{}", self.variables.len());
        let element = if list == Ints { Int } else { Text };
        self.variables.push((variable.clone(), element));
        let body = self.expression(body, depth);
        self.variables.pop();
        format!("{base}.{name}({variable}, {body})")
    }

    fn leaf(&mut self, kind: Kind) -> String {
        let fitting: Vec<String> =
            self.variables.iter().filter(|(_, known)| known == &kind).map(|(name, _)| name.clone()).collect();
        if self.dice.roll(3) > 0 && !fitting.is_empty() {
            return self.dice.pick(&fitting);
        }
        let literals: &[&str] = match kind {
            Bool => &["true", "false"],
            Int => &["0", "1", "-7", "3"],
            Text => &["'a'", "\"abc\"", "''"],
            Ints => &["[]", "[1, 3]", "[i]"],
            Texts => &["['a', 'b']", "[t, u]"],
        };
        self.dice.pick(literals).to_owned()
    }
}

fn theirs(text: &str) -> String {
    let program = cel::Program::compile(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    let mut context = cel::Context::default();
    context.add_variable_from_value("i", 3_i64);
    context.add_variable_from_value("j", -2_i64);
    context.add_variable_from_value("b", true);
    context.add_variable_from_value("t", "abc");
    context.add_variable_from_value("u", "");
    context.add_variable_from_value("l", vec![1_i64, 2, 3]);
    context.add_variable_from_value("e", Vec::<i64>::new());
    context.add_variable_from_value("s", vec!["a".to_owned(), "abc".to_owned()]);
    let value = program.execute(&context).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    show(&value)
}

fn show(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::String(value) => format!("{value:?}"),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(show).collect();
            format!("[{}]", items.join(" "))
        }
        other => panic!("{other:?}"),
    }
}

/// Our answer; nothing where our types are stricter.
fn ours(text: &str) -> Option<String> {
    let (terms, labels) = (Terms::new(), Labels::default());
    let mut compiler = Compiler::new(&terms, &labels);
    let scope = VARIABLES.iter().fold(Scope::new(), |scope, (name, kind)| {
        scope.with(
            *name,
            match kind {
                Bool => Type::Bool,
                Int => Type::Int,
                Text => Type::TEXT,
                Ints => Type::list(Type::Int),
                Texts => Type::list(Type::TEXT),
            },
        )
    });
    let program = compiler.compile(&parse(text).unwrap(), &scope).ok()?;
    let mut topology = Topology::new();
    let literals = compiler.into_literals().intern(&mut topology.strings);
    let inverses = Inverses::build(&topology);
    let mut machine = Machine::new(&topology, &inverses, &literals);
    let item = |value| Item::new(value, NodeId(0));
    let [abc, a, nothing] = ["abc", "a", ""].map(|text| Val::Text(machine.intern(text)));
    let numbers = machine.list([1, 2, 3].map(|number| item(Val::Int(number))), false);
    let empty = machine.list([], false);
    let texts = machine.list([item(a), item(abc)], false);
    for value in [Val::Int(3), Val::Int(-2), Val::Bool(true), abc, nothing, numbers, empty, texts] {
        machine.push(item(value));
    }
    let value = program.value(&mut machine);
    let items = program.items(&mut machine).items;
    Some(print(&machine, value, &items))
}

fn print(machine: &Machine<'_>, value: Val, items: &[Item]) -> String {
    match value {
        Val::Bool(value) => value.to_string(),
        Val::Int(value) => value.to_string(),
        Val::Text(symbol) => format!("{:?}", machine.text(symbol)),
        Val::List(_) => {
            let items: Vec<String> = items.iter().map(|item| print(machine, item.value, &[])).collect();
            format!("[{}]", items.join(" "))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn most_expressions_are_compared() {
    let texts = (0..200).map(|seed| write(seed, Bool));
    let compared = texts.filter(|text| ours(text).is_some()).count();
    assert!(compared > 120, "{compared} of 200");
}

fn write(seed: u64, kind: Kind) -> String {
    let variables = VARIABLES.iter().map(|(name, kind)| ((*name).to_owned(), *kind));
    let mut writer = Writer { dice: Dice::new(seed), variables: variables.collect() };
    writer.expression(kind, 4)
}

proptest! {
    #[test]
    fn cel_agrees(seed in any::<u64>(), kind in prop::sample::select(vec![Bool, Int, Text, Ints, Texts])) {
        let text = write(seed, kind);
        if let Some(ours) = ours(&text) {
            prop_assert_eq!(ours, theirs(&text), "{}", text);
        }
    }
}
