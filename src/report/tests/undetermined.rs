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
        // Each stands elsewhere, unless it is of the same length.
        place: span(file, field.len(), field.len() + 1),
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

/// What belongs together is said together, with the lines that belong there.
#[test]
fn values_that_stand_there_and_things_that_are_elsewhere() {
    let mut sources = Sources::new();
    let text = "jobs:\n  telemetry: {cluster: !unknown why}\nstorage:\n  raw: {outside: true}\nflows:\n  - {}\n";
    let file = sources.add_text("main.yaml", text.to_owned());
    let at = |needle: &str, resource: &str, field: &str| MissingFact {
        place: super::find(&sources, file, needle),
        ..fact(file, resource, field)
    };
    let outside = |field: &str| at("raw", "storage/raw", field);
    let analysis = Analysis {
        undetermined: vec![
            check("one", vec![at("!unknown", "job/telemetry", "cluster")]),
            check("two", vec![outside("network.default_action"), outside("network.bypass"), outside("subnet")]),
            check("three", vec![outside("network"), at("{}", "job/telemetry", "verdict")]),
            check("four", vec![at("{}", "declared_flow/job/telemetry storage/raw", "")]),
            check("five", vec![at("- {}", "declared_flow/job/telemetry storage/raw", "auth")]),
            check("six", vec![at("jobs", "hub/plant", "routing.endpoints.a.b.auth")]),
            check("seven", vec![at("flows", "job/telemetry", "verdict")]),
        ],
        ..Analysis::default()
    };
    let options = HumanOptions { show_undetermined: true, ..HumanOptions::default() };
    insta::assert_snapshot!(human(&analysis, &sources, &options));
}
