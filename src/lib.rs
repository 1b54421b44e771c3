//! isolint reads a description of an Azure streaming estate and answers two questions about every connection in it:
//! will it connect, and is it as private as it claims to be?
//!
//! This page tells how. The command `isolint` is made of the same parts: see [`cli`].
//!
//! # One direction
//!
//! ```text
//! bytes ──source──▶ located values ──frontend──▶ topology ──analysis──▶ findings ──report──▶ text, JSON
//!                                       ▲                       ▲
//!                                 knowledge::tables     knowledge::language
//! ```
//!
//! 1. [`source`] reads YAML and JSON into one tree of values. Each knows its file and its bytes: of the key, of the value
//!    and of the block. There is no second parser and no second look-up, so that a place cannot disagree with a value.
//! 2. [`frontend`] evaluates templates, and turns trees into a [`Topology`]: objects of the kinds that [`topology::KINDS`]
//!    lists, with references that are resolved when all files are read. What an input says wrongly becomes a [`Problem`]
//!    at its place, and reading goes on.
//! 3. [`knowledge`] is what `rules/` says: services, limits and defaults ([`knowledge::tables`]), and rules, flows and
//!    access methods, whose expressions [`knowledge::language`] checks and compiles. It is read when the program is built
//!    and embedded in it: see [`shipped`]. Nothing that Azure documents is written in Rust.
//! 4. [`analysis`] finds the connections, tries the access methods on each, and applies the rules. A value is known, absent
//!    or unknown, and so every answer is yes, no, or undetermined. An answer carries the places that it rests on.
//! 5. [`report`] writes what came out, for people or for programs.
//!
//! Every rule and access method holds examples of itself; [`proof`] reads and judges them like any other topology.
//!
//! Nothing points back: a module uses those to the left of it only.
//!
//! # In code
//!
//! ```
//! use isolint::{Limits, Options, Reader, Ruleset, Sources, Verdict, analyse, shipped, tables};
//!
//! let text = "
//! jobs:
//!   telemetry:
//!     identity: system_assigned
//!     outputs:
//!       cold: {resource: storage/raw, auth: managed_identity}
//! storage:
//!   raw:
//!     network: {default_action: deny, bypass: [none]}
//! role_assignments:
//!   - {principal: job/telemetry, role: Storage Blob Data Contributor, scope: storage/raw}
//! ";
//!
//! // What is known, and a topology that holds nothing but that.
//! let definitions = shipped::definitions().map_err(|error| error.to_string())?;
//! let mut problems = Vec::new();
//! let (topology, catalogue) = tables::fill(&definitions, "documents", &mut problems);
//!
//! // From bytes to values, from values to a topology.
//! let mut sources = Sources::new();
//! let (_, documents) = sources.add_yaml("topology.yaml", text.to_owned(), &Limits::default(), &mut problems);
//! let mut reader = Reader::new(&sources, &catalogue, topology);
//! for document in documents {
//!     reader.read_document(document);
//! }
//! let (topology, mistakes) = reader.finish();
//! problems.extend(mistakes);
//! assert!(problems.is_empty());
//!
//! // From a topology to findings.
//! let mut ruleset = Ruleset::build(definitions).map_err(|problems| format!("{problems:?}"))?;
//! let options = Options { edition: "documents", enabled: &|_| true, level_of: &|_| None };
//! let result = analyse(&mut ruleset, topology, &sources, &options);
//!
//! // The firewall of the account refuses the job, and lets nobody past.
//! assert!(result.flows.iter().all(|flow| flow.verdict == Verdict::Blocked));
//! let finding = result.findings.iter().find(|finding| finding.rule == "job-flow-blocked").ok_or("no finding")?;
//! let place = finding.primary.place;
//! assert_eq!(sources.slice(place.file, place.span), "storage/raw");
//! # Ok::<(), String>(())
//! ```

pub mod analysis;
pub mod cli;
pub mod frontend;
pub mod knowledge;
pub mod proof;
pub mod report;
pub mod shipped;
pub mod source;
pub mod topology;

pub use analysis::{Analysis, Finding, FlowResult, Level, Options, UnitResult, Verdict, analyse};
pub use frontend::topology_file::Reader;
pub use knowledge::ruleset::Ruleset;
pub use knowledge::tables;
pub use source::{Limits, Problem, Sources};
pub use topology::Topology;
