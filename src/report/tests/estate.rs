//! A small estate with one of everything that a report can hold.

use super::{find, finding, label, nth};
use crate::analysis::{
    Analysis, Citation, FlowResult, Input, InputStatus, Level, MethodResult, MissingFact, Outcome, Participant,
    RequirementResult, Undetermined, Verdict,
};
use crate::report::PathsReport;
use crate::source::{FileId, Label, Problem, Sources};

const STREAMING: &str = "\
jobs:
  telemetry:
    region: westeurope
    cluster: asa1
    encryption: customer_managed
    identity: system_assigned
    inputs:
      devices: {resource: hub/plant, auth: connection_string}
    outputs:
      cold: {resource: storage/raw, auth: managed_identity}
      alerts:
        resource: event_hubs/alerts
        auth: connection_string

clusters:
  asa1:
    region: westeurope
    capcity: {version: v2, streaming_units: 12}
";

const STORAGE: &str = "\
# Everything that holds data.
storage:
  raw:
    region: westeurope
    network:
      default_action: deny
      bypass: []
      subnet_rules: [hub/workers]

event_hubs:
  alerts:
    network:
      default_action: !unknown \"parameter `posture` has no default\"
";

/// The sources, and the two files in them.
pub(super) fn sources() -> (Sources, FileId, FileId) {
    let mut sources = Sources::new();
    let streaming = sources.add_text("estate/streaming.yaml", STREAMING.to_owned());
    let storage = sources.add_text("estate/storage.yaml", STORAGE.to_owned());
    (sources, streaming, storage)
}

fn requirement(name: &str, outcome: Outcome, text: &str, places: Vec<Label>) -> RequirementResult {
    RequirementResult {
        name: name.to_owned(),
        outcome,
        text: text.to_owned(),
        help: None,
        repair: Vec::new(),
        places,
        clauses: Vec::new(),
    }
}

fn method(name: &str, title: &str, class: &str, requirements: Vec<RequirementResult>) -> MethodResult {
    let outcome = requirements.iter().map(|one| one.outcome).max();
    MethodResult {
        name: name.to_owned(),
        title: title.to_owned(),
        path_class: class.to_owned(),
        outcome: outcome.unwrap_or(Outcome::Met),
        candidate: None,
        stopped: false,
        requirements,
    }
}

fn methods(sources: &Sources, streaming: FileId, storage: FileId) -> Vec<MethodResult> {
    let mut setting = requirement(
        "trusted-services-allowed",
        Outcome::Missing,
        "the bypass of storage/raw does not list azure_services",
        vec![label(find(sources, storage, "bypass: []"), "nothing may bypass")],
    );
    setting.help = Some("Add `azure_services` to `network.bypass` of storage/raw.".to_owned());
    setting.clauses = vec!["ASA-VNET-24".to_owned(), "ASA-VNET-07".to_owned()];
    let keys = requirement(
        "no-customer-managed-keys",
        Outcome::Missing,
        "`telemetry` keeps its private data under customer-managed keys",
        vec![label(find(sources, streaming, "customer_managed"), "")],
    );
    let met = |name: &str| requirement(name, Outcome::Met, "", Vec::new());
    let mut endpoint = method(
        "managed-private-endpoint",
        "managed private endpoint of the cluster",
        "private",
        vec![
            met("on-a-cluster"),
            requirement(
                "endpoint-exists",
                Outcome::Missing,
                "cluster/asa1 has no managed private endpoint for storage/raw",
                vec![label(nth(sources, streaming, "asa1", 1), "")],
            ),
        ],
    );
    endpoint.candidate = Some("cluster/asa1".to_owned());
    vec![
        method(
            "trusted-services",
            "managed identity with the trusted-services exception",
            "trusted",
            vec![
                met("target-honours-it"),
                met("managed-identity"),
                setting,
                met("system-assigned"),
                keys,
                requirement(
                    "role-granted",
                    Outcome::Unknown,
                    "role assignments of another file are not known",
                    Vec::new(),
                ),
            ],
        ),
        endpoint,
        method(
            "open-target",
            "over the open public endpoint",
            "public",
            vec![requirement(
                "target-open",
                Outcome::Missing,
                "storage/raw denies by default",
                vec![label(find(sources, storage, "deny"), "")],
            )],
        ),
    ]
}

fn flow(sources: &Sources, streaming: FileId) -> FlowResult {
    FlowResult {
        group: "job".into(),
        name: "output `cold`".to_owned(),
        purpose: "output".into(),
        origin: "job/telemetry".to_owned(),
        target: "storage/raw".to_owned(),
        declared_by: "binding/telemetry/cold".to_owned(),
        verdict: Verdict::Blocked,
        method: None,
        path_class: None,
        missing: Vec::new(),
        place: find(sources, streaming, "storage/raw"),
    }
}

pub(super) fn paths(hypothetical: bool) -> (PathsReport, Sources) {
    let (sources, streaming, storage) = sources();
    let report =
        PathsReport { flow: flow(&sources, streaming), methods: methods(&sources, streaming, storage), hypothetical };
    (report, sources)
}

/// Everything at once.
pub(super) fn analysis() -> (Analysis, Sources) {
    let (sources, streaming, storage) = sources();
    let mut cause = finding(
        "cmk-with-managed-identity",
        Level::Error,
        "`cold` authenticates with managed identity, but job/telemetry keeps its private data under customer-managed keys",
        label(find(&sources, streaming, "managed_identity"), "managed identity is chosen here"),
    );
    cause.related = vec![label(find(&sources, streaming, "customer_managed"), "customer-managed keys are chosen here")];
    cause.help = Some("Use another authentication mode for this output and reach its target through a managed private endpoint, or give up customer-managed keys.".to_owned());
    cause.citations = vec![Citation {
        clause: Some("ASA-DP-31".to_owned()),
        document: "data-protection.md".to_owned(),
        heading: Some("Known issues".to_owned()),
        line: Some(88),
        date: Some("2021-09-23".to_owned()),
        address: Some("https://learn.microsoft.com/azure/stream-analytics/data-protection".to_owned()),
    }];
    cause.resources = vec![Participant { role: "job".to_owned(), resource: "job/telemetry".to_owned() }];
    cause.field = Some("outputs.cold.auth".to_owned());
    let mut consequence = finding(
        "job-flow-blocked",
        Level::Error,
        "output `cold` of job/telemetry cannot reach storage/raw",
        label(find(&sources, streaming, "storage/raw"), ""),
    );
    consequence.caused_by = Some(cause.fingerprint.clone());
    consequence.flow = Some(0);
    let mut blocked = consequence.clone();
    blocked.fingerprint = "another".to_owned();
    blocked.caused_by = None;
    blocked.primary.text = "goes to a firewalled account".to_owned();
    blocked.related = vec![label(find(&sources, storage, "deny"), "everything is denied by default")];
    blocked.methods = methods(&sources, streaming, storage);
    blocked.help = Some("Add `azure_services` to `network.bypass` of storage/raw.".to_owned());
    blocked.notes = vec!["Assumed: job/telemetry is not injected into a network.".to_owned()];
    let problem =
        Problem::error("unknown-field", find(&sources, streaming, "capcity"), "a cluster has no field `capcity`")
            .label("not a field of a cluster")
            .help("Did you mean `capacity`?");
    let fact = MissingFact {
        resource: "event_hubs/alerts".to_owned(),
        field: "network.default_action".to_owned(),
        reason: "parameter `posture` has no default".to_owned(),
        place: find(&sources, storage, "!unknown"),
    };
    let undetermined = |check: &str, subject: &str| Undetermined {
        check: check.to_owned(),
        subject: subject.to_owned(),
        facts: vec![fact.clone()],
    };
    let input = |path: &str, status: InputStatus| Input { path: path.to_owned(), format: "topology", status };
    let analysis = Analysis {
        findings: vec![cause, consequence, blocked],
        fixed: Vec::new(),
        problems: vec![problem],
        flows: vec![flow(&sources, streaming)],
        undetermined: vec![
            undetermined("flow", "output `alerts` (job/telemetry -> event_hubs/alerts)"),
            undetermined("rule-with-open-default", "event_hubs/alerts"),
        ],
        inputs: vec![
            input("estate/streaming.yaml", InputStatus::Checked),
            input("estate/storage.yaml", InputStatus::Checked),
            input("estate/values.yaml", InputStatus::Skipped("no section of a topology in it".to_owned())),
            input("estate/old.yaml", InputStatus::Unreadable("not UTF-8".to_owned())),
        ],
        unread: Vec::new(),
        resources: 4,
        rules: 60,
        edition: "documents".to_owned(),
        ..Analysis::default()
    };
    (analysis, sources)
}
