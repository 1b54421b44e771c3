//! What an evaluation costs; run with `cargo test --release --lib speed -- --ignored --nocapture`.

use std::hint::black_box;
use std::time::Instant;

use super::super::*;
use super::estate::Estate;
use crate::topology::*;

#[test]
#[ignore = "a measurement"]
fn speed() {
    let mut estate = Estate::new();
    let job = estate.add(JOB, "job");
    let inputs = estate.children(job, "inputs", BINDING, &["a", "b", "c"]);
    let storage = estate.add(SERVICE_RESOURCE, "storage");
    for input in inputs {
        let word = estate.text("managed_identity");
        estate.set(input, "auth", word);
        estate.set(input, "resource", Value::Object(storage));
    }
    let word = estate.text("customer_managed");
    estate.set(job, "encryption", word);
    let tags = estate.texts(["x", "y", "z"]);
    estate.set(storage, "instances", tags);
    for name in ["e1", "e2"] {
        let endpoint = estate.add(PRIVATE_ENDPOINT, name);
        estate.set(endpoint, "target", Value::Object(storage));
    }
    for text in [
        "a.auth == \"managed_identity\"",
        "a.auth == \"managed_identity\" && job.encryption == \"customer_managed\"",
        "job.inputs.exists(i, i.auth == \"none\")",
        "a.resource.account_kind == \"blob_storage\"",
        "\"z\" in storage.instances",
        "storage.private_endpoints.exists(e, e.connection_state == \"approved\")",
        "size(job.inputs.filter(i, has(i.resource) && i.auth in [\"managed_identity\", \"none\"])) > 2",
    ] {
        estate.run(text, &Terms::new(), |program, machine| {
            let rounds = 2_000_000;
            let start = Instant::now();
            for _ in 0..rounds {
                black_box(program.truth(black_box(machine)));
            }
            let nanoseconds = start.elapsed().as_nanos() as f64 / f64::from(rounds);
            println!("{nanoseconds:8.1} ns  {text}");
        });
    }
    let text = "job.inputs.exists(i, i.auth == \"none\") && has(job.region)";
    let (terms, labels) = (Terms::new(), Labels::default());
    let start = Instant::now();
    for _ in 0..10_000 {
        let mut compiler = Compiler::new(&terms, &labels);
        let expression = black_box(parse(text)).unwrap();
        black_box(compiler.compile(&expression, &estate.scope())).unwrap();
    }
    println!("{:8.1} ns to parse and compile", start.elapsed().as_nanos() as f64 / 10_000.0);
}
