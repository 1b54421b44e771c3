//! Estates of any size, as topology files: the same for the same size, and as a real one a little mistaken.
//!
//! An estate is a row of landing zones. Each has a network in the middle that a site is linked to, and applications
//! around it: a network, data at rest, streams, jobs, a hub with its devices, programs, and the roles they need.

use std::fmt::Write;

/// How many resources an application has on average, its share of the landing zone included.
const RESOURCES_PER_APPLICATION: usize = 45;
/// How many applications share a landing zone.
const APPLICATIONS_PER_ZONE: usize = 20;
/// How many applications share a cluster.
const APPLICATIONS_PER_CLUSTER: usize = 4;
/// Out of a hundred applications as many have any one of the mistakes.
const MISTAKEN: u64 = 3;

/// The text of a topology file with about that many resources.
pub(crate) fn estate(resources: usize) -> String {
    let count = resources.div_ceil(RESOURCES_PER_APPLICATION).max(1);
    let applications: Vec<Application> = (0..count).map(Application::new).collect();
    let mut text = String::with_capacity(resources * 160);
    text.push_str("# An estate to measure with.\n\ndefaults:\n  region: westeurope\n  subscription: platform\n");
    text.push_str(
        "  private_endpoints: {connection_state: approved}\n  storage: {account_kind: general_purpose_v2}\n\n",
    );
    let zones: Vec<Zone> = (0..count.div_ceil(APPLICATIONS_PER_ZONE)).map(|index| Zone { index, count }).collect();
    let clusters: Vec<Cluster> =
        (0..count.div_ceil(APPLICATIONS_PER_CLUSTER)).map(|index| Cluster { index, count }).collect();
    text.push_str("vnets:\n");
    zones.iter().for_each(|zone| zone.network(&mut text));
    applications.iter().for_each(|application| application.network(&mut text));
    section(&mut text, "sites", &zones, Zone::site);
    section(&mut text, "route_tables", &zones, Zone::route_table);
    section(&mut text, "nsgs", &applications, Application::security_groups);
    section(&mut text, "private_endpoints", &applications, Application::private_endpoints);
    section(&mut text, "storage", &applications, Application::storage);
    section(&mut text, "event_hubs", &applications, Application::event_hubs);
    section(&mut text, "sql", &applications, Application::databases);
    section(&mut text, "key_vault", &applications, Application::key_vaults);
    section(&mut text, "hubs", &applications, Application::hubs);
    section(&mut text, "devices", &applications, Application::devices);
    section(&mut text, "clusters", &clusters, Cluster::cluster);
    section(&mut text, "jobs", &applications, Application::jobs);
    text.push_str("\nworkloads:\n");
    zones.iter().for_each(|zone| zone.firewall(&mut text));
    applications.iter().for_each(|application| application.workloads(&mut text));
    section(&mut text, "role_assignments", &applications, Application::roles);
    section(&mut text, "flows", &zones, Zone::flows);
    text
}

fn section<T>(text: &mut String, name: &str, parts: &[T], write: impl Fn(&T, &mut String)) {
    let _ = write!(text, "\n{name}:\n");
    parts.iter().for_each(|part| write(part, text));
}

/// Adds lines; writing to a text cannot fail.
macro_rules! add {
    ($text:expr, $($line:literal)*) => {{ $( let _ = writeln!($text, $line); )* }};
}

/// A network in the middle, and what is linked to it.
struct Zone {
    index: usize,
    /// How many applications there are in all.
    count: usize,
}

impl Zone {
    fn applications(&self) -> std::ops::Range<usize> {
        let first = self.index * APPLICATIONS_PER_ZONE;
        first..(first + APPLICATIONS_PER_ZONE).min(self.count)
    }

    fn network(&self, text: &mut String) {
        let index = self.index;
        let spokes: Vec<String> = self.applications().map(name_of).collect();
        let (spokes, second) = (spokes.join(", "), index % 250);
        add!(text,
            "  core-{index}:"
            "    address_space: [172.16.{second}.0/24]"
            "    peerings: [{spokes}]"
            "    subnets:"
            "      GatewaySubnet: {{prefix: [172.16.{second}.0/27]}}"
            "      AzureFirewallSubnet: {{prefix: [172.16.{second}.64/26]}}"
        );
    }

    fn site(&self, text: &mut String) {
        let (index, second) = (self.index, self.index % 250);
        add!(text,
            "  site-{index}:"
            "    address_space: [192.168.{second}.0/24]"
            "    nat_ips: [198.51.100.{second}]"
            "    links:"
            "      circuit: {{kind: expressroute, peering: private, vnet: core-{index}, advertises: [192.168.{second}.0/24]}}"
        );
    }

    fn route_table(&self, text: &mut String) {
        let index = self.index;
        add!(text,
            "  by-firewall-{index}:"
            "    routes:"
            "      default: {{prefix: 0.0.0.0/0, next_hop: appliance, appliance: firewall-{index}}}"
        );
    }

    fn firewall(&self, text: &mut String) {
        let (index, second) = (self.index, self.index % 250);
        add!(text,
            "  firewall-{index}:"
            "    kind: firewall"
            "    role: appliance"
            "    subnet: core-{index}/AzureFirewallSubnet"
            "    public_ips: [203.0.113.{second}]"
        );
    }

    fn flows(&self, text: &mut String) {
        let index = self.index;
        for name in self.applications().map(name_of) {
            add!(text, "  - {{from: site/site-{index}, to: storage/{name}-archive}}");
        }
    }
}

/// A cluster, with the endpoints that the jobs on it need.
struct Cluster {
    index: usize,
    /// How many applications there are in all.
    count: usize,
}

impl Cluster {
    fn cluster(&self, text: &mut String) {
        let index = self.index;
        add!(text,
            "  cluster-{index}:"
            "    capacity: {{version: v2, streaming_units: 12}}"
            "    managed_private_endpoints:"
        );
        let first = index * APPLICATIONS_PER_CLUSTER;
        for name in (first..(first + APPLICATIONS_PER_CLUSTER).min(self.count)).map(name_of) {
            add!(text,
                "      {name}-events: {{target: event_hubs/{name}, subresource: namespace, connection_state: approved}}"
                "      {name}-sql: {{target: sql/{name}, subresource: sqlServer, connection_state: approved}}"
                "      {name}-state: {{target: storage/{name}-state, subresource: blob, connection_state: approved}}"
            );
        }
    }
}

fn name_of(index: usize) -> String {
    const WORDS: [&str; 8] = ["orders", "meters", "fleet", "billing", "presses", "ovens", "quality", "returns"];
    format!("{}-{index:05}", WORDS.get(index % WORDS.len()).unwrap_or(&"other"))
}

/// One application.
struct Application {
    index: usize,
    name: String,
    zone: usize,
    /// The first three numbers of the first of its four networks of 256 addresses.
    prefix: (usize, usize),
}

impl Application {
    fn new(index: usize) -> Self {
        let block = index % 16_000;
        Self { index, name: name_of(index), zone: index / APPLICATIONS_PER_ZONE, prefix: (block / 64, block % 64 * 4) }
    }

    /// Whether it has a mistake; another one of every `mistake`.
    fn is_mistaken(&self, mistake: u64) -> bool {
        self.dice(mistake) < MISTAKEN
    }

    /// A number below a hundred that looks like chance.
    fn dice(&self, throw: u64) -> u64 {
        let mut state = (self.index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(throw << 32 | 0x51);
        state = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ state >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (state ^ state >> 31) % 100
    }

    fn network(&self, text: &mut String) {
        let (Self { name, zone, prefix: (second, third), .. }, fourth) = (self, self.prefix.1 + 1);
        let delegation =
            if self.is_mistaken(1) { "Microsoft.Web/serverFarms" } else { "Microsoft.StreamAnalytics/streamingJobs" };
        add!(text,
            "  {name}:"
            "    tags: {{application: {name}, owner: team-{zone}}}"
            "    address_space: [10.{second}.{third}.0/22]"
            "    peerings: [core-{zone}]"
            "    subnets:"
            "      # Every private endpoint is here."
            "      endpoints: {{prefix: [10.{second}.{third}.0/24]}}"
            "      job:"
            "        prefix: [10.{second}.{fourth}.0/26]"
            "        delegation: {delegation}"
            "        nsg: {name}-closed"
            "      compute:"
            "        prefix: [10.{second}.{fourth}.128/26]"
            "        nsg: {name}-compute"
            "        service_endpoints: [Microsoft.Storage, Microsoft.Sql]"
        );
        if self.dice(20) < 20 {
            add!(text, "        route_table: by-firewall-{zone}");
        } else {
            add!(text, "        public_egress_ips: [203.0.113.{fourth}]");
        }
    }

    fn security_groups(&self, text: &mut String) {
        let name = &self.name;
        let tag = if self.is_mistaken(2) { "ServiceBus" } else { "Storage" };
        add!(text,
            "  {name}-closed:"
            "    rules:"
            "      allow-networks-out: {{direction: outbound, priority: 100, access: allow, source: \"*\", destination: VirtualNetwork, ports: \"*\", protocol: any}}"
            "      deny-internet-out: {{direction: outbound, priority: 200, access: deny, source: \"*\", destination: Internet, ports: \"*\", protocol: any}}"
            "      deny-internet-in: {{direction: inbound, priority: 200, access: deny, source: Internet, destination: \"*\", ports: \"*\", protocol: any}}"
            "  {name}-compute:"
            "    rules:"
            "      allow-storage: {{direction: outbound, priority: 100, access: allow, source: \"*\", destination: {tag}, ports: \"443\", protocol: tcp}}"
            "      allow-sql: {{direction: outbound, priority: 110, access: allow, source: \"*\", destination: Sql, ports: [\"1433\", \"11000-11999\"], protocol: tcp}}"
            "      deny-internet: {{direction: outbound, priority: 300, access: deny, source: \"*\", destination: Internet, ports: \"*\", protocol: any}}"
        );
    }

    fn private_endpoints(&self, text: &mut String) {
        let name = &self.name;
        let vault = if self.is_mistaken(3) { "privatelink.vault.azure.net" } else { "privatelink.vaultcore.azure.net" };
        for (suffix, target, subresource, zone) in [
            ("raw", format!("storage/{name}-raw"), "blob", "privatelink.blob.core.windows.net"),
            ("state-blob", format!("storage/{name}-state"), "blob", "privatelink.blob.core.windows.net"),
            ("state-table", format!("storage/{name}-state"), "table", "privatelink.table.core.windows.net"),
            ("events", format!("event_hubs/{name}"), "namespace", "privatelink.servicebus.windows.net"),
            ("sql", format!("sql/{name}"), "sqlServer", "privatelink.database.windows.net"),
            ("keys", format!("key_vault/{name}"), "vault", vault),
            ("hub", format!("hub/{name}"), "iotHub", "privatelink.azure-devices.net"),
        ] {
            add!(text,
                "  {name}-{suffix}:"
                "    subnet: {name}/endpoints"
                "    target: {target}"
                "    subresource: {subresource}"
                "    private_dns_zone: {zone}"
            );
            if suffix == "sql" && self.is_mistaken(4) {
                add!(text, "    connection_state: pending");
            }
        }
    }

    fn storage(&self, text: &mut String) {
        let (name, nat) = (&self.name, self.zone % 250);
        let bypass = if self.is_mistaken(5) { "none" } else { "azure_services" };
        let action = if self.is_mistaken(6) { "allow" } else { "deny" };
        add!(text,
            "  {name}-raw:"
            "    isolation: private_only"
            "    network:"
            "      default_action: deny"
            "      bypass: [{bypass}]"
            "  {name}-archive:"
            "    hierarchical_namespace: true"
            "    network:"
            "      default_action: {action}"
            "      virtual_network_rules: [{name}/compute]"
            "      ip_rules: [198.51.100.{nat}]"
            "      bypass: [azure_services]"
            "  {name}-state:"
            "    isolation: private_only"
            "    network: {{default_action: deny, bypass: [none]}}"
        );
    }

    fn event_hubs(&self, text: &mut String) {
        let name = &self.name;
        let bypass = if self.is_mistaken(9) { "!unknown \"set by a pipeline\"" } else { "[azure_services]" };
        add!(text,
            "  {name}:"
            "    tier: standard"
            "    instances: [measurements, alerts]"
            "    network: {{default_action: deny, bypass: {bypass}}}"
        );
    }

    fn databases(&self, text: &mut String) {
        let name = &self.name;
        if self.dice(21) < 50 {
            add!(text, "  {name}:" "    isolation: private_only" "    network: {{public_network_access: disabled}}");
        } else {
            add!(text, "  {name}:" "    network: {{default_action: deny, virtual_network_rules: [{name}/compute]}}");
        }
    }

    fn key_vaults(&self, text: &mut String) {
        let name = &self.name;
        add!(text, "  {name}:" "    isolation: private_only" "    network: {{default_action: deny, bypass: [azure_services]}}");
    }

    fn hubs(&self, text: &mut String) {
        let name = &self.name;
        let auth = if self.is_mistaken(7) { "key_based" } else { "system_assigned" };
        add!(text,
            "  {name}:"
            "    identity: system_assigned"
            "    isolation: private_only"
            "    ip_filter:"
            "      - {{action: reject, cidr: 0.0.0.0/0}}"
            "    routing:"
            "      endpoints:"
            "        hot: {{resource: event_hubs/{name}, instance: measurements, auth: system_assigned}}"
            "        cold: {{resource: storage/{name}-raw, container: messages, encoding: avro, auth: {auth}}}"
            "      routes:"
            "        measurements: {{source: DeviceMessages, endpoint: hot, enabled: true}}"
            "        everything: {{source: DeviceMessages, endpoint: cold, enabled: true}}"
            "      fallback_route: disabled"
        );
    }

    fn devices(&self, text: &mut String) {
        let (name, zone) = (&self.name, self.zone);
        for line in 0..4 {
            add!(text, "  {name}-line-{line}: {{hub: {name}, site: site-{zone}, uploads_files: false}}");
        }
    }

    fn jobs(&self, text: &mut String) {
        let (name, cluster) = (&self.name, self.index / APPLICATIONS_PER_CLUSTER);
        let auth = if self.is_mistaken(8) { "connection_string" } else { "managed_identity" };
        add!(text,
            "  {name}-ingest:"
            "    cluster: cluster-{cluster}"
            "    streaming_units: 3"
            "    identity: system_assigned"
            "    inputs:"
            "      measurements: {{kind: stream, resource: event_hubs/{name}, entity: measurements, auth: managed_identity}}"
            "    outputs:"
            "      process: {{resource: sql/{name}, entity: measurements, auth: managed_identity}}"
            "    job_storage: {{account: storage/{name}-state, auth: managed_identity}}"
            "  {name}-alerts:"
            "    streaming_units: 6"
            "    identity: system_assigned"
            "    vnet_integration: {{subnet: {name}/job}}"
            "    inputs:"
            "      measurements: {{kind: stream, resource: event_hubs/{name}, entity: measurements, auth: managed_identity}}"
            "    outputs:"
            "      alerts: {{resource: event_hubs/{name}, entity: alerts, auth: managed_identity}}"
            "    job_storage: {{account: storage/{name}-state, auth: managed_identity}}"
            "  {name}-history:"
            "    streaming_units: 1"
            "    identity: system_assigned"
            "    inputs:"
            "      messages: {{kind: stream, resource: storage/{name}-raw, entity: messages, auth: managed_identity}}"
            "    outputs:"
            "      archive: {{resource: storage/{name}-archive, entity: measurements, auth: {auth}}}"
        );
    }

    fn workloads(&self, text: &mut String) {
        let (name, zone) = (&self.name, self.zone);
        add!(text,
            "  {name}-enricher:"
            "    kind: container"
            "    subnet: {name}/compute"
            "    uses: [event_hubs/{name}, sql/{name}, key_vault/{name}]"
            "  {name}-reports:"
            "    kind: virtual_machine"
            "    subnet: {name}/compute"
            "    uses: [storage/{name}-archive, sql/{name}]"
            "  {name}-historian: {{kind: server, site: site-{zone}, uses: [sql/{name}]}}"
        );
    }

    fn roles(&self, text: &mut String) {
        let name = &self.name;
        let (receiver, sender) = ("Azure Event Hubs Data Receiver", "Azure Event Hubs Data Sender");
        let (blobs, tables) = ("Storage Blob Data Contributor", "Storage Table Data Contributor");
        let rows = [
            ("hub", "", sender, "event_hubs", ""),
            ("hub", "", blobs, "storage", "-raw"),
            ("job", "-ingest", receiver, "event_hubs", ""),
            ("job", "-ingest", blobs, "storage", "-state"),
            ("job", "-alerts", receiver, "event_hubs", ""),
            ("job", "-alerts", sender, "event_hubs", ""),
            ("job", "-alerts", blobs, "storage", "-state"),
            ("job", "-alerts", tables, "storage", "-state"),
            ("job", "-history", blobs, "storage", "-raw"),
            ("job", "-history", blobs, "storage", "-archive"),
            ("workload", "-enricher", receiver, "event_hubs", ""),
            ("workload", "-enricher", "Key Vault Secrets User", "key_vault", ""),
            ("workload", "-reports", "Storage Blob Data Reader", "storage", "-archive"),
        ];
        for (row, (kind, who, role, service, suffix)) in (30..).zip(rows) {
            let role = if self.is_mistaken(row) && row % 4 == 1 { "Reader" } else { role };
            add!(text, "  - {{principal: {kind}/{name}{who}, role: {role}, scope: {service}/{name}{suffix}}}");
        }
    }
}
