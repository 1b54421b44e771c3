//! Every statement of the source documents is carried by something or waived with a reason, and what carries it is shown by
//! examples.

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod proofs;
mod support;

use std::collections::BTreeSet;

use isolint::knowledge::coverage::{Coverage, unexercised};
use isolint::source::{Place, Sources};
use proofs::rules_on_disk;
use support::{definitions, ruleset};

/// Clauses that nothing carries yet. Whoever carries one takes it off this list; the list may only become shorter.
const PENDING: &[&str] = &[
    "ASA-DP-03", "ASA-DP-07", "ASA-DP-08", "ASA-DP-11", "ASA-DP-12", "ASA-DP-18", "ASA-DP-19", "ASA-DP-20", "ASA-DP-25",
];

fn place_of(sources: &Sources, place: Place) -> String {
    let file = sources.file(place.file).unwrap();
    format!("{}:{}", file.name, file.line_column(place.span.start).line)
}

#[test]
fn every_carried_clause_is_exercised_by_an_example() {
    let (definitions, sources) = rules_on_disk();
    let lines: Vec<String> = unexercised(&definitions)
        .iter()
        .map(|lack| {
            let place = place_of(&sources, lack.place);
            format!("{place}: {} of `{}` is not exercised: {}", lack.clause, lack.carrier, lack.lack.help())
        })
        .collect();
    assert!(lines.is_empty(), "{} clauses are carried and shown by no example:\n{}", lines.len(), lines.join("\n"));
}
