//! The list of what could not be decided.

use super::{human, span};
use crate::analysis::{Analysis, MissingFact, Undetermined};
use crate::report::HumanOptions;
use crate::source::{FileId, Sources};

fn fact(file: FileId, resource: &str, field: &str) -> MissingFact {
    MissingFact {
        resource: resource.to_owned(),
        field: field.to_owned(),
        reason: "known after apply".to_owned(),
        place: span(file, 0, 4),
    }
}

fn check(check: &str, facts: Vec<MissingFact>) -> Undetermined {
    Undetermined { check: check.to_owned(), subject: "job/telemetry".to_owned(), facts }
}

#[test]
fn the_most_deciding_first() {
    let mut sources = Sources::new();
    let file = sources.add_text("main.yaml", "jobs:\n  telemetry: {}\n".to_owned());
    let cluster = fact(file, "job/telemetry", "cluster");
    let keys = fact(file, "job/telemetry", "encryption");
    let analysis = Analysis {
        undetermined: vec![
            check("one", vec![keys.clone(), cluster.clone()]),
            check("two", vec![cluster.clone()]),
            check("three", vec![cluster.clone(), cluster]),
            check("four", vec![fact(file, "storage/raw", "")]),
            check("five", vec![fact(file, "hub/plant", "ip_filter[2].range")]),
            check("six", vec![fact(file, "subnet/core/workers", "service_endpoints")]),
            check("seven", vec![fact(file, "cluster/asa: 1", "capacity.streaming_units")]),
            check("eight", vec![fact(file, "job/telemetry", "outputs.cold.auth")]),
            check("nine", vec![fact(file, "nowhere", "thing")]),
            check("ten", Vec::new()),
        ],
        ..Analysis::default()
    };
    let options = HumanOptions { show_undetermined: true, ..HumanOptions::default() };
    insta::assert_snapshot!(human(&analysis, &sources, &options));
}
