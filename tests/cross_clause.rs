//! Cases in which clauses of several documents meet, each with exactly what is found and how every connection fares.
//!
//! A comment `# finds RULE` marks the line of a finding; `# finds RULE because of CAUSE` one that stands beneath another.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::collections::BTreeSet;

use isolint::analysis::{Finding, UnitResult, Verdict};
use isolint::source::Sources;
use support::{judge, known, line_of, read, ruleset};

/// A finding: its line, its rule, and the rule of its cause.
type Found = (u32, String, Option<String>);

fn found(result: &UnitResult, sources: &Sources) -> BTreeSet<Found> {
    let cause = |finding: &Finding| {
        let cause = finding.caused_by.as_ref()?;
        result.findings.iter().find(|other| other.fingerprint == *cause).map(|other| other.rule.clone())
    };
    let of = |finding: &Finding| (line_of(sources, finding.primary.place), finding.rule.clone(), cause(finding));
    result.findings.iter().map(of).collect()
}

/// What the comments say is found.
fn marked(topology: &str) -> BTreeSet<Found> {
    let mut marked = BTreeSet::new();
    for (number, line) in (1..).zip(topology.lines()) {
        let Some((_, marks)) = line.split_once("# finds ") else { continue };
        for mark in marks.split(", ") {
            let (rule, cause) = match mark.split_once(" because of ") {
                Some((rule, cause)) => (rule, Some(cause.to_owned())),
                None => (mark, None),
            };
            marked.insert((number, rule.to_owned(), cause));
        }
    }
    marked
}

/// Judges a topology: `flows` are all its connections, `origin -> target (use)`, with the access method by which each is
/// open, or `blocked`.
#[track_caller]
fn check(topology: &str, flows: &[(&str, &str)]) {
    let read = read(known(), "documents", &[("case.yaml", topology)]);
    assert!(read.problems.is_empty(), "{:#?}", read.problems);
    let (result, sources) = judge(&mut ruleset(known()), read, "documents");
    assert_eq!(found(&result, &sources), marked(topology), "in\n{topology}");
    assert!(result.undetermined.is_empty(), "{:#?}", result.undetermined);
    let judged: BTreeSet<(String, String)> = result
        .flows
        .iter()
        .map(|flow| {
            let name = format!("{} -> {} ({})", flow.origin, flow.target, flow.purpose);
            match (flow.verdict, &flow.method) {
                (Verdict::Open, Some(method)) => (name, (**method).to_owned()),
                (verdict, _) => (name, verdict.as_str().to_owned()),
            }
        })
        .collect();
    let stated = flows.iter().map(|(flow, answer)| ((*flow).to_owned(), (*answer).to_owned())).collect();
    assert_eq!(judged, stated, "in\n{topology}");
}

/// SE-50: with the service endpoint on, the address that the account admits is no longer the one it sees.
#[test]
fn a_service_endpoint_that_is_switched_on_breaks_an_ip_rule() {
    check(
        "
storage:
  raw:
    network:
      default_action: deny
      ip_rules:
        - 203.0.113.7   # finds stale-ip-rule
vnets:
  spoke:
    subnets:
      apps:
        prefix: 10.1.1.0/24
        public_egress_ips: [203.0.113.7]
        service_endpoints: [Microsoft.Storage]
      plain:
        prefix: 10.1.2.0/24
        public_egress_ips: [203.0.113.7]
workloads:
  reader:
    subnet: spoke/apps
    uses: [storage/raw]   # finds workload-flow-blocked because of stale-ip-rule
  neighbour:
    subnet: spoke/plain
    uses: [storage/raw]
",
        &[
            ("workload/neighbour -> storage/raw (use)", "ip-firewall"),
            ("workload/reader -> storage/raw (use)", "blocked"),
        ],
    );
}

/// ASA-DP-31 with ASA-VNET-27: trusted services ask for managed identity, and keys of one's own rule it out.
#[test]
fn a_job_with_keys_of_its_own_is_no_trusted_service() {
    check(
        "
jobs:
  telemetry:
    identity: system_assigned
    encryption: customer_managed
    private_data: {account: storage/assets, auth: connection_string}
    outputs:
      cold: {resource: storage/raw, auth: managed_identity}   # finds cmk-with-managed-identity, job-flow-blocked because of cmk-with-managed-identity
  plain:
    identity: system_assigned
    outputs:
      cold: {resource: storage/raw, auth: managed_identity}
storage:
  assets: {account_kind: general_purpose_v2, encryption: customer_managed}
  raw:
    network: {default_action: deny, bypass: [azure_services]}
role_assignments:
  - {principal: job/telemetry, role: Storage Blob Data Contributor, scope: storage/raw}
  - {principal: job/plain, role: Storage Blob Data Contributor, scope: storage/raw}
",
        &[
            ("job/plain -> storage/raw (output)", "trusted-services"),
            ("job/telemetry -> storage/assets (private-data)", "open-target"),
            ("job/telemetry -> storage/raw (output)", "blocked"),
        ],
    );
}

/// IOT-30 with IOT-35: a filter that rejects everybody does not cover the built-in endpoint, and the fallback route feeds it.
#[test]
fn a_filter_that_rejects_everybody_leaves_the_built_in_endpoint_open() {
    check(
        "
hubs:
  plant:
    ip_filter:   # finds builtin-endpoint-open
      - {action: reject, cidr: 0.0.0.0/0}
    routing:
      endpoints:
        cold: {resource: storage/raw, container: raw, auth: system_assigned}
      routes:
        all: {endpoint: cold}
      fallback_route: enabled
    identity: system_assigned
    built_in_endpoint: {consumers: [workload/dashboard]}
devices:
  press:
    hub: plant   # finds device-ingress-blocked
    public_ips: [203.0.113.7]
storage:
  raw: {}
workloads:
  dashboard: {public_ips: [203.0.113.9]}
",
        &[
            ("device/press -> hub/plant (telemetry)", "blocked"),
            ("hub/plant -> storage/raw (routing)", "open-target"),
            ("workload/dashboard -> hub/plant (built-in-endpoint)", "built-in-endpoint"),
        ],
    );
}

/// SE-77 with VNI-15: a service endpoint serves its own subnet alone, a private endpoint the peered networks too.
#[test]
fn a_spoke_uses_the_private_endpoint_of_the_hub_network_and_not_its_service_endpoint() {
    check(
        "
vnets:
  core:
    address_space: [10.0.0.0/16]
    peerings: [spoke]
    subnets:
      shared: {prefix: 10.0.1.0/24, service_endpoints: [Microsoft.Storage]}
  spoke:
    address_space: [10.1.0.0/16]
    peerings: [core]
    subnets:
      apps: {prefix: 10.1.1.0/24}
storage:
  served:
    network:
      default_action: deny
      virtual_network_rules:
        - core/shared
        - spoke/apps   # finds endpoint-missing-on-ruled-subnet
  private:
    network: {default_action: deny}
private_endpoints:
  private: {target: storage/private, subnet: core/shared, subresource: blob}
workloads:
  reader:
    subnet: spoke/apps
    uses:
      - storage/served   # finds workload-flow-blocked because of endpoint-missing-on-ruled-subnet
      - storage/private
  neighbour:
    subnet: core/shared
    uses: [storage/served]
",
        &[
            ("workload/neighbour -> storage/served (use)", "service-endpoint"),
            ("workload/reader -> storage/private (use)", "private-endpoint"),
            ("workload/reader -> storage/served (use)", "blocked"),
        ],
    );
}

/// IOT-19: Microsoft peering leads to public endpoints, private peering to private ones.
#[test]
fn microsoft_peering_does_not_lead_to_a_private_endpoint() {
    check(
        "
vnets:
  core:
    address_space: [10.0.0.0/16]
    subnets:
      endpoints: {prefix: 10.0.1.0/24}
hubs:
  plant: {public_network_access: disabled}
private_endpoints:
  plant: {target: hub/plant, subnet: core/endpoints, subresource: iotHub}
sites:
  hall:
    links:
      circuit:
        kind: expressroute
        peering: microsoft   # finds expressroute-peering-kind
        vnet: core
        nat_ips: [203.0.113.7, 203.0.113.8]
  yard:
    links:
      circuit: {kind: expressroute, peering: private, vnet: core}
devices:
  press:
    hub: plant   # finds device-ingress-blocked because of expressroute-peering-kind
    site: hall
  gate:
    hub: plant
    site: yard
",
        &[
            ("device/gate -> hub/plant (telemetry)", "private-endpoint"),
            ("device/press -> hub/plant (telemetry)", "blocked"),
        ],
    );
}

/// ASA-VNET-36: a secured database is out of reach for the multi-tenant service, whatever it admits; a cluster has a
/// managed private endpoint, an injected job a private endpoint or a service endpoint.
#[test]
fn a_secured_database_is_reached_from_a_cluster_or_from_a_network() {
    check(
        "
jobs:
  shared:
    identity: system_assigned
    outputs:
      orders: {resource: sql/orders, auth: managed_identity}   # finds job-flow-blocked
  dedicated:
    cluster: plant
    outputs:
      orders: {resource: sql/orders, auth: sql_authentication}
  injected:
    vnet_integration: {subnet: spoke/job}
    outputs:
      orders: {resource: sql/orders, auth: sql_authentication}
  bound:
    vnet_integration: {subnet: spoke/bound}
    outputs:
      refunds: {resource: sql/refunds, auth: sql_authentication}
clusters:
  plant:
    capacity: {version: v2, streaming_units: 12}
    managed_private_endpoints:
      orders: {target: sql/orders, subresource: sqlServer}
sql:
  orders:
    network: {default_action: deny}
  refunds:
    network: {default_action: deny, virtual_network_rules: [spoke/bound]}
private_endpoints:
  orders: {target: sql/orders, subnet: spoke/endpoints, subresource: sqlServer}
role_assignments:
  - {principal: job/shared, role: Contributor, scope: sql/orders}
vnets:
  spoke:
    address_space: [10.1.0.0/16]
    subnets:
      job:
        prefix: 10.1.1.0/24
        delegation: Microsoft.StreamAnalytics/streamingJobs
        default_outbound_access: false
      bound:
        prefix: 10.1.2.0/24
        delegation: Microsoft.StreamAnalytics/streamingJobs
        default_outbound_access: false
        service_endpoints: [Microsoft.Sql]
      endpoints: {prefix: 10.1.3.0/24}
",
        &[
            ("job/bound -> sql/refunds (output)", "service-endpoint"),
            ("job/dedicated -> sql/orders (output)", "managed-private-endpoint"),
            ("job/injected -> sql/orders (output)", "private-endpoint"),
            ("job/shared -> sql/orders (output)", "blocked"),
        ],
    );
}

/// IOT-76: for a file upload both the hub and the device must get in, and the exception admits the hub alone.
#[test]
fn a_file_upload_needs_a_way_in_for_the_device_too() {
    check(
        "
hubs:
  plant:
    identity: system_assigned
    file_upload: {resource: storage/uploads, container: files, auth: system_assigned}
devices:
  press: {hub: plant, uploads_files: true, public_ips: [203.0.113.7]}   # finds device-upload-blocked
storage:
  uploads:
    network: {default_action: deny, bypass: [azure_services]}
role_assignments:
  - {principal: hub/plant, role: Storage Blob Data Contributor, scope: storage/uploads}
",
        &[
            ("device/press -> hub/plant (telemetry)", "open-target"),
            ("device/press -> storage/uploads (upload)", "blocked"),
            ("hub/plant -> storage/uploads (file-upload)", "hub-trusted-services"),
        ],
    );
}

/// IOT-48 with IOT-49: Contributor manages the account and reads none of its data.
#[test]
fn contributor_is_not_the_role_to_deliver_with() {
    check(
        "
hubs:
  plant:
    identity: system_assigned
    routing:
      endpoints:
        cold:
          resource: storage/raw   # finds hub-egress-blocked because of hub-role-wrong
          container: raw
          auth: system_assigned
        colder: {resource: storage/archive, container: raw, auth: system_assigned}
      routes:
        all: {endpoint: cold}
        old: {endpoint: colder}
storage:
  raw:
    network: {default_action: deny, bypass: [azure_services]}
  archive:
    network: {default_action: deny, bypass: [azure_services]}
role_assignments:
  - {principal: hub/plant, role: Contributor, scope: storage/raw}   # finds hub-role-wrong
  - {principal: hub/plant, role: Storage Blob Data Contributor, scope: storage/archive}
",
        &[
            ("hub/plant -> storage/archive (routing)", "hub-trusted-services"),
            ("hub/plant -> storage/raw (routing)", "blocked"),
        ],
    );
}

/// VNI-40 with VNI-41: a rule that denies the internet ahead of the one that allows the tag denies the service too.
#[test]
fn a_rule_that_denies_the_internet_first_denies_the_service() {
    check(
        "
vnets:
  spoke:
    address_space: [10.1.0.0/16]
    subnets:
      apps: {prefix: 10.1.1.0/24, nsg: hasty, service_endpoints: [Microsoft.Storage]}
      others: {prefix: 10.1.2.0/24, nsg: careful, service_endpoints: [Microsoft.Storage]}
nsgs:
  hasty:
    rules:
      internet: {direction: outbound, priority: 100, access: deny, destination: Internet}   # finds nsg-blocks-service
      storage: {direction: outbound, priority: 200, access: allow, destination: Storage}
  careful:
    rules:
      storage: {direction: outbound, priority: 100, access: allow, destination: Storage}
      internet: {direction: outbound, priority: 200, access: deny, destination: Internet}
storage:
  raw:
    network: {default_action: deny, virtual_network_rules: [spoke/apps, spoke/others]}
workloads:
  reader:
    subnet: spoke/apps
    uses: [storage/raw]   # finds workload-flow-blocked because of nsg-blocks-service
  neighbour:
    subnet: spoke/others
    uses: [storage/raw]
",
        &[
            ("workload/neighbour -> storage/raw (use)", "service-endpoint"),
            ("workload/reader -> storage/raw (use)", "blocked"),
        ],
    );
}

/// ASA-VNET-32 with IOT-38: Service Bus knows hubs as trusted services, and jobs not.
#[test]
fn service_bus_trusts_hubs_and_not_jobs() {
    check(
        "
hubs:
  plant:
    identity: system_assigned
    routing:
      endpoints:
        alarms: {resource: service_bus/alarms, entity: alarms, type: service_bus_queue}
      routes:
        all: {endpoint: alarms}
jobs:
  telemetry:
    identity: system_assigned
    outputs:
      alarms: {resource: service_bus/alarms, entity: alarms, auth: managed_identity}   # finds job-flow-blocked
service_bus:
  alarms:
    tier: premium
    queues: [alarms]
    network: {default_action: deny, ip_rules: [198.51.100.20], bypass: [azure_services]}
role_assignments:
  - {principal: hub/plant, role: Azure Service Bus Data Sender, scope: service_bus/alarms}
  - {principal: job/telemetry, role: Azure Service Bus Data Sender, scope: service_bus/alarms}
",
        &[
            ("hub/plant -> service_bus/alarms (routing)", "hub-trusted-services"),
            ("job/telemetry -> service_bus/alarms (output)", "blocked"),
        ],
    );
}
