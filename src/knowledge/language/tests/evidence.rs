//! The places that answers rest on, and the cost that evaluations may have.

use super::super::*;
use super::estate::Estate;
use crate::source::NodeId;
use crate::topology::*;

struct Places {
    estate: Estate,
    auth_a: NodeId,
    auth_b: NodeId,
    kind_a: NodeId,
    encryption: NodeId,
    units: NodeId,
    inputs: NodeId,
    job: NodeId,
}

/// A job with two inputs; its streaming units are unknown.
fn places() -> Places {
    let mut estate = Estate::new();
    let job = estate.add(JOB, "job");
    let inputs = estate.children(job, "inputs", BINDING, &["a", "b"]);
    let word = |estate: &mut Estate, id, field, word: &str| {
        let word = estate.text(word);
        estate.set(id, field, word)
    };
    let auth_a = word(&mut estate, inputs[0], "auth", "managed_identity");
    let auth_b = word(&mut estate, inputs[1], "auth", "connection_string");
    let kind_a = word(&mut estate, inputs[0], "kind", "stream");
    let encryption = word(&mut estate, job, "encryption", "customer_managed");
    let unknown = estate.unknown();
    let units = estate.set(job, "streaming_units", unknown);
    let slot = job::inputs;
    let inputs = estate.topology.slot(job, slot).node;
    let job = estate.topology.object(job).head;
    Places { estate, auth_a, auth_b, kind_a, encryption, units, inputs, job }
}

fn trail(estate: &mut Estate, text: &str) -> (Truth, Vec<NodeId>) {
    estate.run(text, &Terms::new(), |program, machine| {
        let (truth, reads) = machine.with_trail(|machine| program.truth(machine));
        assert_eq!(truth, program.truth(machine), "the trail changes nothing");
        (truth, reads.iter().map(|read| read.node).collect())
    })
}

#[test]
fn logic_keeps_what_decides() {
    let mut p = places();
    let (e, encryption, units, job) = (&mut p.estate, p.encryption, p.units, p.job);
    let known = "job.encryption == \"customer_managed\"";
    let unknown = "job.streaming_units > 3";
    let rows: &[(&str, Truth, &[NodeId])] = &[
        (&format!("{known} && !has(job.region)"), Truth::True, &[encryption, job]),
        (&format!("{known} && has(job.region)"), Truth::False, &[job]),
        (&format!("has(job.region) && {known}"), Truth::False, &[job]),
        (&format!("{unknown} && has(job.region)"), Truth::False, &[job]),
        (&format!("{unknown} && {known}"), Truth::Unknown, &[units]),
        (&format!("{known} && {unknown}"), Truth::Unknown, &[units]),
        (&format!("{known} || {unknown}"), Truth::True, &[encryption]),
        (&format!("{unknown} || {known}"), Truth::True, &[encryption]),
        (&format!("has(job.region) || {unknown}"), Truth::Unknown, &[units]),
        (&format!("!({known}) || has(job.region)"), Truth::False, &[encryption, job]),
        (&format!("{known} ? has(job.region) : {unknown}"), Truth::False, &[encryption, job]),
        (&format!("{unknown} ? {known} : {known}"), Truth::True, &[units, encryption]),
        ("job.vnet_integration.subnet.vnet.region == \"x\"", Truth::False, &[job]),
    ];
    for (text, truth, nodes) in rows {
        assert_eq!(trail(e, text), (*truth, nodes.to_vec()), "{text}");
    }
}

#[test]
fn lists_keep_the_witness() {
    let mut p = places();
    let (e, a, b, kind, inputs, units) = (&mut p.estate, p.auth_a, p.auth_b, p.kind_a, p.inputs, p.units);
    let rows: &[(&str, Truth, &[NodeId])] = &[
        ("job.inputs.exists(x, x.auth == \"connection_string\")", Truth::True, &[b]),
        ("job.inputs.exists(x, x.auth == \"none\")", Truth::False, &[inputs, a, b]),
        ("job.inputs.all(x, x.auth == \"managed_identity\")", Truth::False, &[b]),
        ("job.inputs.all(x, has(x.auth))", Truth::True, &[inputs, a, b]),
        ("job.inputs.exists_one(x, has(x.kind))", Truth::True, &[kind]),
        ("job.inputs.exists(x, size(x.auth) > job.streaming_units)", Truth::Unknown, &[a, units, b]),
        ("job.inputs.firstMatch(x, has(x.kind), x.auth) == \"none\"", Truth::False, &[kind, a]),
        ("first(job.inputs).auth == \"none\"", Truth::False, &[inputs, a]),
        ("size(job.inputs) == 2", Truth::True, &[inputs]),
    ];
    for (text, truth, nodes) in rows {
        assert_eq!(trail(e, text), (*truth, nodes.to_vec()), "{text}");
    }
}

#[test]
fn scalars_in_lists_have_places() {
    let mut estate = Estate::new();
    let net = estate.add(VNET, "net");
    let list = estate.texts(["10.0.0.0/8", "?"]);
    estate.set(net, "address_space", list);
    let Value::List(list) = list else { panic!() };
    let nodes: Vec<NodeId> = estate.topology.list(list).iter().map(|slot| slot.node).collect();
    let found = trail(&mut estate, "net.address_space.exists(x, x == \"10.0.0.0/8\")");
    assert_eq!(found, (Truth::True, vec![nodes[0]]));
    let found = trail(&mut estate, "\"10.0.0.0/8\" in net.address_space");
    assert_eq!(found, (Truth::True, vec![nodes[0]]));
    let found = trail(&mut estate, "\"11.0.0.0/8\" in net.address_space");
    assert_eq!(found, (Truth::Unknown, vec![nodes[1]]));
    let read = estate.run("net.address_space.filter(x, true)", &Terms::new(), |program, machine| {
        let items = program.items(machine).items;
        assert_eq!(items[0].owner.map(|owner| owner.field), Some("address_space"));
        assert_eq!(items[0].node, nodes[0]);
        items[1].in_doubt
    });
    assert!(read.is_some());
}

#[test]
fn places_of_expressions() {
    let mut p = places();
    let place = |estate: &mut Estate, text: &str| {
        estate.run(text, &Terms::new(), |program, machine| program.place(machine).map(|read| (read.field, read.node)))
    };
    let e = &mut p.estate;
    assert_eq!(place(e, "job"), Some((None, p.job)));
    assert_eq!(place(e, "job.encryption"), Some((Some("encryption"), p.encryption)));
    assert_eq!(place(e, "job.region"), Some((Some("region"), p.job)));
    assert_eq!(place(e, "job.vnet_integration.subnet"), Some((Some("vnet_integration"), p.job)));
    assert_eq!(place(e, "a.job.encryption"), Some((Some("encryption"), p.encryption)));
    assert_eq!(place(e, "first(job.inputs).auth"), Some((Some("auth"), p.auth_a)));
    assert_eq!(place(e, "1"), None);
}

#[test]
fn named_values_keep_what_they_rest_on() {
    let mut p = places();
    let mut terms = Terms::new();
    let body = parse("value == \"customer_managed\" && size(list) == 2").unwrap();
    let parameters = vec![("value".to_owned(), Type::TEXT), ("list".to_owned(), Type::list(Type::object(BINDING)))];
    terms.add("term", Term { parameters, body });
    let reads = p.estate.run("term(job.encryption, job.inputs)", &terms, |program, machine| {
        machine.with_trail(|machine| program.truth(machine))
    });
    assert_eq!(reads.0, Truth::True);
    let nodes: Vec<NodeId> = reads.1.iter().map(|read| read.node).collect();
    assert_eq!(nodes, [p.encryption, p.inputs]);
}

#[test]
fn variables_beyond_the_scope_do_not_matter() {
    let mut p = places();
    p.estate.run("job.inputs.exists(x, x.auth == \"connection_string\")", &Terms::new(), |program, machine| {
        machine.push(Item::new(Val::Int(1), NodeId(0)));
        assert_eq!(program.truth(machine), Truth::True);
        assert_eq!(machine.frame().len(), 4);
    });
}

#[test]
fn an_assumed_condition_counts_as_met() {
    let mut estate = Estate::new();
    let job = estate.add(JOB, "job");
    let reason = estate.maybe(job);
    estate.set(job, "streaming_units", Value::Int(6));
    estate.run("job.streaming_units == 6", &Terms::new(), |program, machine| {
        assert_eq!(program.truth(machine), Truth::Unknown);
        machine.assume(reason);
        assert_eq!(program.truth(machine), Truth::True);
        assert_eq!(machine.unassume(), Some(reason));
        assert_eq!(program.truth(machine), Truth::Unknown);
    });
}

#[test]
fn cost_is_bounded() {
    let mut estate = Estate::new();
    let net = estate.add(VNET, "net");
    let texts: Vec<String> = (0..300).map(|number| number.to_string()).collect();
    let list = estate.texts(texts.iter().map(String::as_str));
    estate.set(net, "address_space", list);
    let l = "net.address_space";
    let text = format!("{l}.all(a, {l}.all(b, {l}.all(c, {l}.all(d, a + b + c + d != \"x\"))))");
    let value = estate.run(&text, &Terms::new(), |program, machine| {
        machine.set_step_limit(200_000);
        program.value(machine)
    });
    assert_eq!(value, Val::Unknown(ReasonId::COSTLY));
    let value =
        estate.run(&format!("{l}.exists(a, a == \"299\")"), &Terms::new(), |program, machine| program.value(machine));
    assert_eq!(value, Val::Bool(true));
}

#[test]
fn terms_that_double_are_bounded() {
    let mut estate = Estate::new();
    estate.add(VNET, "net");
    let mut terms = Terms::new();
    let term = |body: &str| Term { parameters: vec![("n".to_owned(), Type::Int)], body: parse(body).unwrap() };
    terms.add("t0", term("n"));
    for number in 1..40 {
        let body = format!("t{0}(n) + t{0}(n)", number - 1);
        terms.add(format!("t{number}"), term(&body));
    }
    terms.check(&Labels::default()).unwrap();
    assert_eq!(estate.eval_with("t10(1)", &terms), "1024");
    let value = estate.run("t39(1)", &terms, |program, machine| {
        machine.set_step_limit(200_000);
        program.value(machine)
    });
    assert_eq!(value, Val::Unknown(ReasonId::COSTLY));
}

#[test]
fn referrers_are_listed_in_order_and_doubt() {
    let mut estate = Estate::new();
    let [one, two] = ["one", "two"].map(|name| estate.add(SERVICE_RESOURCE, name));
    let symbolic = estate.add(SERVICE_RESOURCE, "symbolic");
    estate.change(symbolic, |object| object.symbolic = true);
    let outside = estate.add(SERVICE_RESOURCE, "outside");
    estate.change(outside, |object| object.outside = true);
    for (name, target) in [("a", Some(one)), ("b", None), ("c", Some(two)), ("d", Some(one)), ("e", Some(symbolic))] {
        let endpoint = estate.add(PRIVATE_ENDPOINT, name);
        let target = target.map_or_else(|| estate.unknown(), Value::Object);
        estate.set(endpoint, "target", target);
    }
    let nowhere = estate.add(PRIVATE_ENDPOINT, "f");
    let mut check = |text: &str, expected: &str| assert_eq!(estate.eval(text), expected, "{text}");
    check("one.private_endpoints", "[a b? d e?]");
    check("two.private_endpoints", "[b? c e?]");
    check("symbolic.private_endpoints", "[a? b? c? d? e]");
    check("outside.private_endpoints", "[b? e? ...]");
    check("two.private_endpoints.exists(x, x.target == one)", "unknown");
    check("one.managed_private_endpoints", "[]");
    estate.change(nowhere, |object| object.outside = true);
    estate.topology.set_open(PRIVATE_ENDPOINT, true);
    assert_eq!(estate.eval("two.private_endpoints"), "[b? c e? f? ...]");
}

#[test]
fn templates_print_values() {
    let mut p = places();
    let text = "`{a.auth}` of {job}: {{{job.inputs}}} {job.region} {job.streaming_units} {\"}\" + '{'}";
    let template = Template::parse(text).unwrap();
    let labels = Labels::default();
    let terms = Terms::new();
    let mut compiler = Compiler::new(&terms, &labels);
    let compiled = compiler.template(&template, &p.estate.scope()).unwrap();
    let literals = compiler.into_literals().intern(&mut p.estate.topology.strings);
    let inverses = Inverses::build(&p.estate.topology);
    let mut machine = Machine::new(&p.estate.topology, &inverses, &literals);
    for item in p.estate.items() {
        machine.push(item);
    }
    assert_eq!(
        compiled.render(&mut machine),
        "`managed_identity` of job/job: {job/job.inputs.a, job/job.inputs.b} nothing unknown }{"
    );
}

#[test]
fn deep_terms_are_refused_before_the_stack_ends() {
    let mut estate = Estate::new();
    estate.add(VNET, "net");
    let mut chain = |count: usize, body: &dyn Fn(usize) -> String| {
        let mut terms = Terms::new();
        for number in 0..count {
            let parameters = vec![("n".to_owned(), Type::Int)];
            let body = match number {
                0 => "[n].exists(x, x == 1)".to_owned(),
                _ => body(number - 1),
            };
            let body = parse(&body).unwrap();
            // Names in falling order, so that the first one checked is the deepest.
            terms.add(format!("t{:05}", 99_999 - number), Term { parameters, body });
        }
        terms.check(&Labels::default()).map(|()| {
            let last = format!("t{:05}(1)", 100_000 - count);
            estate.eval_with(&last, &terms)
        })
    };
    let next = |number: usize| format!("t{:05}", 99_999 - number);
    assert!(chain(20_000, &|number| next(number) + "(n)").is_err());
    assert!(chain(300, &|number| next(number) + "(n)").is_err());
    assert_eq!(chain(250, &|number| next(number) + "(n)").unwrap(), "true");
    let nested = |number: usize| {
        let test = next(number);
        format!("[n].exists(x{number}, true && [n].exists(y{number}, {test}(n)))")
    };
    assert_eq!(chain(60, &nested).unwrap(), "true");
}
