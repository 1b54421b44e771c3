//! The example estates, with what isolint has to say about each of them.

use isolint::analysis::{Options, Verdict, analyse};
use isolint::knowledge::definitions::Definitions;
use isolint::knowledge::ruleset::Ruleset;
use isolint::source::{Place, Sources};

use super::unreadable;
use crate::support::read;

/// An estate in `examples/`.
pub struct Estate {
    pub name: &'static str,
    /// Name and text of each file.
    pub files: Vec<(&'static str, String)>,
    /// Every finding: the rule, the line it points at, and the rule of the finding that it stands beneath.
    pub findings: &'static [(&'static str, &'static str, &'static str)],
    /// Every connection: `origin -> target (use)`, and the access method by which it is open, or `blocked`.
    pub flows: &'static [(&'static str, &'static str)],
}

pub fn all() -> &'static [Estate] {
    static ESTATES: std::sync::OnceLock<Vec<Estate>> = std::sync::OnceLock::new();
    ESTATES.get_or_init(|| {
        vec![
            Estate {
                name: "topology.yaml",
                files: vec![("topology.yaml", text("topology.yaml"))],
                findings: &[(
                    "job-flow-blocked",
                    "results: {resource: storage/archive, entity: results, auth: connection_string}",
                    "",
                )],
                flows: &[
                    ("job/telemetry -> storage/archive (output)", "blocked"),
                    ("job/telemetry -> storage/raw (stream-input)", "trusted-services"),
                ],
            },
            folder("streaming", STREAMING_FINDINGS, STREAMING_FLOWS),
            folder("streaming-broken", BROKEN_FINDINGS, BROKEN_FLOWS),
        ]
    })
}

/// A generated estate for the limits of services: of each kind of rule one resource that has as many as it may, and one
/// that has one more.
pub fn limits() -> &'static Estate {
    static LIMITS: std::sync::OnceLock<Estate> = std::sync::OnceLock::new();
    LIMITS.get_or_init(|| {
        let files = vec![("limits.yaml", full_lists())];
        Estate { name: "limits", files, findings: LIMIT_FINDINGS, flows: &[] }
    })
}

/// Section, its service endpoint, the limit of virtual network rules and that of IP rules.
const LIMITS: &[(&str, &str, usize, Option<usize>)] = &[
    ("storage", "Microsoft.Storage", 400, Some(400)),
    ("key_vault", "Microsoft.KeyVault", 200, Some(1000)),
    ("cosmos_db", "Microsoft.AzureCosmosDB", 256, None),
    ("event_hubs", "Microsoft.EventHub", 128, None),
    ("service_bus", "Microsoft.ServiceBus", 128, None),
    ("sql", "Microsoft.Sql", 128, Some(128)),
    ("synapse", "Microsoft.Sql", 128, None),
];

const TOO_MANY_SUBNETS: (&str, &str, &str) = ("too-many-network-rules", "virtual_network_rules:", "");
const TOO_MANY_ADDRESSES: (&str, &str, &str) = ("too-many-ip-rules", "ip_rules:", "");

const LIMIT_FINDINGS: &[(&str, &str, &str)] = &[
    TOO_MANY_SUBNETS,
    TOO_MANY_SUBNETS,
    TOO_MANY_SUBNETS,
    TOO_MANY_SUBNETS,
    TOO_MANY_SUBNETS,
    TOO_MANY_SUBNETS,
    TOO_MANY_SUBNETS,
    TOO_MANY_ADDRESSES,
    TOO_MANY_ADDRESSES,
    TOO_MANY_ADDRESSES,
];

fn full_lists() -> String {
    let resource = |name: &str, field: &str, item: &str, count: usize| {
        let items = format!("        - {item}\n").repeat(count);
        format!("  {name}:\n    network:\n      default_action: deny\n      {field}:\n{items}")
    };
    let mut text = String::new();
    let mut endpoints = std::collections::BTreeSet::new();
    for (section, endpoint, subnets, addresses) in LIMITS {
        endpoints.insert(*endpoint);
        text += &format!("{section}:\n");
        text += &resource("full", "virtual_network_rules", "plant/app", *subnets);
        text += &resource("over", "virtual_network_rules", "plant/app", subnets + 1);
        if let Some(addresses) = addresses {
            text += &resource("full-of-addresses", "ip_rules", "198.51.100.20", *addresses);
            text += &resource("over-addresses", "ip_rules", "198.51.100.20", addresses + 1);
        }
    }
    let endpoints = endpoints.into_iter().collect::<Vec<_>>().join(", ");
    text + &format!(
        "vnets: {{plant: {{subnets: {{app: {{prefix: 10.1.1.0/24, service_endpoints: [{endpoints}]}}}}}}}}\n"
    )
}

fn text(path: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn folder(
    name: &'static str,
    findings: &'static [(&'static str, &'static str, &'static str)],
    flows: &'static [(&'static str, &'static str)],
) -> Estate {
    let names = ["data.yaml", "networks.yaml", "streaming.yaml"];
    Estate { name, files: names.map(|file| (file, text(&format!("{name}/{file}")))).to_vec(), findings, flows }
}

fn line_text(sources: &Sources, place: Place) -> &str {
    let file = sources.file(place.file).unwrap();
    let line = file.line_column(place.span.start).line;
    file.text.lines().nth(line as usize - 1).unwrap_or("").trim()
}

/// Whether an estate is judged as stated. With a rule given, only the findings of that rule count.
pub fn check(
    definitions: &Definitions,
    ruleset: &mut Ruleset,
    estate: &Estate,
    only: Option<&str>,
) -> Result<(), String> {
    let files: Vec<(&str, &str)> = estate.files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let loaded = read(definitions, "documents", &files);
    unreadable(&loaded.problems, &loaded.sources)?;
    let enabled = |name: &str| only.is_none_or(|only| only == name);
    let options = Options { edition: "documents", enabled: &enabled, level_of: &|_| None };
    let result = analyse(ruleset, loaded.topology, &loaded.sources, &options);
    let rule_of = |fingerprint: &Option<String>| {
        let cause = result.findings.iter().find(|finding| Some(&finding.fingerprint) == fingerprint.as_ref());
        cause.map_or("", |cause| cause.rule.as_str())
    };
    let found: Vec<_> = result
        .findings
        .iter()
        .map(|finding| {
            let cause = if only.is_some() { "" } else { rule_of(&finding.caused_by) };
            (finding.rule.as_str(), line_text(&loaded.sources, finding.primary.place), cause)
        })
        .collect();
    let stated = estate.findings.iter().filter(|(rule, ..)| enabled(rule));
    let stated = stated.map(|(rule, line, cause)| (*rule, *line, if only.is_some() { "" } else { *cause }));
    compare("finding", found, stated.collect())?;
    if only.is_some() {
        return Ok(());
    }
    if let Some(check) = result.undetermined.first() {
        return Err(format!("{} of {} is undetermined", check.check, check.subject));
    }
    let flows: Vec<_> = result
        .flows
        .iter()
        .map(|flow| {
            let name = format!("{} -> {} ({})", flow.origin, flow.target, flow.purpose);
            let answer = match (flow.verdict, &flow.method) {
                (Verdict::Open, Some(method)) => &**method,
                (verdict, _) => verdict.as_str(),
            };
            (name, answer)
        })
        .collect();
    let flows: Vec<_> = flows.iter().map(|(name, answer)| (name.as_str(), *answer)).collect();
    compare("flow", flows, estate.flows.to_vec())
}

/// Both without their order.
fn compare<T: Ord + std::fmt::Debug + Copy>(what: &str, mut found: Vec<T>, mut stated: Vec<T>) -> Result<(), String> {
    found.sort();
    stated.sort();
    if found == stated {
        return Ok(());
    }
    let list = |these: &[T], those: &[T]| -> String {
        let only = these.iter().filter(|item| !those.contains(item));
        only.map(|item| format!("\n    {item:?},")).collect()
    };
    Err(format!(
        "differs from what is stated; not stated {what}s:{}\n  stated {what}s that are not made:{}",
        list(&found, &stated),
        list(&stated, &found)
    ))
}

/// It is clean.
const STREAMING_FINDINGS: &[(&str, &str, &str)] = &[];

const STREAMING_FLOWS: &[(&str, &str)] = &[
    ("device/oven-line -> hub/iot (telemetry)", "private-endpoint"),
    ("device/oven-line -> storage/uploads (upload)", "private-endpoint"),
    ("device/packing -> hub/iot (telemetry)", "private-endpoint"),
    ("device/press-line -> hub/iot (telemetry)", "private-endpoint"),
    ("device/press-line -> storage/uploads (upload)", "private-endpoint"),
    ("hub/iot -> event_hubs/telemetry (routing)", "hub-trusted-services"),
    ("hub/iot -> service_bus/alarms (routing)", "hub-trusted-services"),
    ("hub/iot -> storage/raw (routing)", "hub-trusted-services"),
    ("hub/iot -> storage/uploads (file-upload)", "hub-trusted-services"),
    ("job/alerts -> event_hubs/telemetry (output)", "private-endpoint"),
    ("job/alerts -> event_hubs/telemetry (stream-input)", "private-endpoint"),
    ("job/alerts -> storage/archive (output)", "private-endpoint"),
    ("job/alerts -> storage/checkpoints (job-storage)", "private-endpoint"),
    ("job/history -> storage/archive (output)", "trusted-services"),
    ("job/history -> storage/raw (stream-input)", "trusted-services"),
    ("job/quality -> event_hubs/telemetry (output)", "managed-private-endpoint"),
    ("job/quality -> event_hubs/telemetry (stream-input)", "managed-private-endpoint"),
    ("job/quality -> sql/process (reference-input)", "managed-private-endpoint"),
    ("job/quality -> storage/quality-state (private-data)", "managed-private-endpoint"),
    ("job/telemetry -> event_hubs/telemetry (stream-input)", "managed-private-endpoint"),
    ("job/telemetry -> sql/process (output)", "managed-private-endpoint"),
    ("job/telemetry -> storage/checkpoints (job-storage)", "managed-private-endpoint"),
    ("site/office -> event_hubs/telemetry (use)", "ip-firewall"),
    ("site/office -> storage/archive (use)", "ip-firewall"),
    ("workload/dispatcher -> service_bus/alarms (use)", "ip-firewall"),
    ("workload/enricher -> event_hubs/telemetry (use)", "private-endpoint"),
    ("workload/enricher -> key_vault/keys (use)", "private-endpoint"),
    ("workload/enricher -> sql/process (use)", "private-endpoint"),
    ("workload/historian -> sql/process (use)", "private-endpoint"),
    ("workload/planner -> sql/maintenance (use)", "ip-firewall"),
    ("workload/reports -> sql/maintenance (use)", "private-endpoint"),
    ("workload/reports -> storage/archive (use)", "private-endpoint"),
];

const BROKEN_FINDINGS: &[(&str, &str, &str)] = &[
    ("cluster-below-minimum", "streaming_units: 6", ""),
    ("cluster-endpoint-pending", "connection_state: pending", ""),
    (
        "cmk-with-managed-identity",
        "measurements: {kind: stream, resource: event_hubs/telemetry, entity: measurements, auth: managed_identity}",
        "",
    ),
    ("device-ingress-blocked", "hub: iot", "private-endpoint-subresource"),
    ("device-ingress-blocked", "hub: iot", "private-endpoint-subresource"),
    ("device-ingress-blocked", "hub: iot", "private-endpoint-subresource"),
    ("endpoint-missing-on-ruled-subnet", "virtual_network_rules: [streaming/reporting]", ""),
    ("endpoint-region", "virtual_network_rules: [streaming/reporting]", ""),
    ("hub-egress-blocked", "resource: storage/raw", "hub-trusted-setting-off"),
    ("hub-egress-blocked", "resource: storage/uploads", "hub-role-wrong"),
    ("hub-public-exposure", "isolation: private_only", ""),
    ("hub-role-wrong", "- {principal: hub/iot, role: Contributor, scope: storage/uploads}", ""),
    ("hub-trusted-setting-off", "bypass: [none]", ""),
    ("isolation-claim-broken", "default_action: allow", ""),
    (
        "job-flow-blocked",
        "messages: {kind: stream, resource: storage/raw, entity: messages, auth: managed_identity}",
        "",
    ),
    (
        "job-flow-blocked",
        "process: {resource: sql/process, entity: measurements, auth: managed_identity}",
        "cluster-endpoint-pending",
    ),
    (
        "job-flow-blocked",
        "recipes: {kind: reference, resource: sql/process, entity: recipes, auth: sql_authentication}",
        "cluster-endpoint-pending",
    ),
    (
        "nsg-blocks-service",
        "deny-internet: {direction: outbound, priority: 100, access: deny, source: \"*\", destination: Internet, ports: \"*\", protocol: any}",
        "",
    ),
    ("onprem-flow-blocked", "- {from: site/office, to: event_hubs/telemetry}", "onprem-nat-missing"),
    ("onprem-nat-missing", "ip_rules: [198.51.100.20]", ""),
    ("overlapping-peered-networks", "peerings: [streaming]", ""),
    ("private-endpoint-subresource", "subresource: namespace", ""),
    ("private-endpoint-to-job", "target: job/alerts", ""),
    ("private-range-in-firewall", "- 10.60.0.64/26", ""),
    ("route-endpoint-mismatch", "alarms: {source: DeviceMessages, endpoint: alarm, enabled: true}", ""),
    ("service-tag-in-firewall", "ip_rules: [AzureIoTHub]", ""),
    ("stale-ip-rule", "ip_rules: [203.0.113.16]", ""),
    ("workload-flow-blocked", "uses: [service_bus/alarms]", "stale-ip-rule"),
    ("workload-flow-blocked", "uses: [sql/maintenance]", "nsg-blocks-service"),
];

const BROKEN_FLOWS: &[(&str, &str)] = &[
    ("device/oven-line -> hub/iot (telemetry)", "blocked"),
    ("device/oven-line -> storage/uploads (upload)", "private-endpoint"),
    ("device/packing -> hub/iot (telemetry)", "blocked"),
    ("device/press-line -> hub/iot (telemetry)", "blocked"),
    ("device/press-line -> storage/uploads (upload)", "private-endpoint"),
    ("hub/iot -> event_hubs/telemetry (routing)", "hub-trusted-services"),
    ("hub/iot -> storage/raw (routing)", "blocked"),
    ("hub/iot -> storage/uploads (file-upload)", "blocked"),
    ("job/alerts -> event_hubs/telemetry (output)", "private-endpoint"),
    ("job/alerts -> event_hubs/telemetry (stream-input)", "private-endpoint"),
    ("job/alerts -> storage/archive (output)", "private-endpoint"),
    ("job/alerts -> storage/checkpoints (job-storage)", "private-endpoint"),
    ("job/history -> storage/archive (output)", "trusted-services"),
    ("job/history -> storage/raw (stream-input)", "blocked"),
    ("job/quality -> event_hubs/telemetry (output)", "managed-private-endpoint"),
    ("job/quality -> event_hubs/telemetry (stream-input)", "managed-private-endpoint"),
    ("job/quality -> sql/process (reference-input)", "blocked"),
    ("job/quality -> storage/quality-state (private-data)", "managed-private-endpoint"),
    ("job/telemetry -> event_hubs/telemetry (stream-input)", "managed-private-endpoint"),
    ("job/telemetry -> sql/process (output)", "blocked"),
    ("job/telemetry -> storage/checkpoints (job-storage)", "managed-private-endpoint"),
    ("site/office -> event_hubs/telemetry (use)", "blocked"),
    ("site/office -> storage/archive (use)", "open-target"),
    ("workload/dispatcher -> service_bus/alarms (use)", "blocked"),
    ("workload/enricher -> event_hubs/telemetry (use)", "private-endpoint"),
    ("workload/enricher -> key_vault/keys (use)", "private-endpoint"),
    ("workload/enricher -> sql/process (use)", "private-endpoint"),
    ("workload/historian -> sql/process (use)", "private-endpoint"),
    ("workload/planner -> sql/maintenance (use)", "blocked"),
    ("workload/reports -> sql/maintenance (use)", "private-endpoint"),
    ("workload/reports -> storage/archive (use)", "private-endpoint"),
];
