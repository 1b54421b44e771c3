//! What readers of templates and plans will hand over: resources of which half is known. Modelled by hand, one ARM
//! template's worth and one Terraform plan's worth.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use isolint::analysis::{Finding, FlowResult, UnitResult, Verdict};
use isolint::knowledge::definitions::Definitions;
use isolint::source::{Limits, NodeId, Sources};
use isolint::topology::{
    CLUSTER, Catalogue, DNS_ZONE, Existence, FieldType, HUB, JOB, KindId, Object, ObjectId, Origin, PRIVATE_ENDPOINT,
    ROLE_ASSIGNMENT, SERVICE_RESOURCE, Slot, Topology, VNET, Value, WORKLOAD,
};
use support::{Read, definitions, filled, judge, ruleset};

/// A topology under construction, as a reader of some input format makes it.
struct Model {
    definitions: Definitions,
    sources: Sources,
    topology: Topology,
    catalogue: Catalogue,
    /// The lines of the input, by their first word.
    root: NodeId,
}

/// What a field is set to.
#[derive(Clone, Copy)]
enum Is<'a> {
    Text(&'a str),
    Texts(&'a [&'a str]),
    Object(ObjectId),
    Objects(&'a [ObjectId]),
    Unknown(&'a str),
}

impl Model {
    /// An empty model; `lines` are the keys of the input that objects are placed at.
    fn new(lines: &[&str]) -> Self {
        let definitions = definitions();
        let (topology, catalogue) = filled(&definitions, "documents");
        let mut sources = Sources::new();
        let text: String = lines.iter().map(|line| format!("{line}: {{}}\n")).collect();
        let mut problems = Vec::new();
        let roots = sources.add_yaml("input.json", text, &Limits::default(), &mut problems).1;
        assert!(problems.is_empty());
        Self { definitions, sources, topology, catalogue, root: roots[0] }
    }

    fn place(&self, name: &str) -> NodeId {
        let entry = self.sources.entries(self.root).iter().find(|entry| self.sources.text(entry.key) == name);
        entry.map_or_else(|| panic!("no line {name}"), |entry| entry.key)
    }

    fn object(&mut self, kind: KindId, label: &str, name: &str, parent: Option<ObjectId>, at: NodeId) -> ObjectId {
        let service = self.catalogue.by_name(label).map(|service| service.knowledge);
        let (label, name) = (self.topology.strings.intern(label), self.topology.strings.intern(name));
        let (existence, outside) = parent.map_or((Existence::Certain, false), |parent| {
            let parent = self.topology.object(parent);
            (parent.existence, parent.outside)
        });
        self.topology.add(Object {
            kind,
            label,
            name,
            parent,
            service,
            head: at,
            node: at,
            first_slot: 0,
            existence,
            outside,
            symbolic: false,
        })
    }

    /// A resource, at the line of its name.
    fn add(&mut self, kind: KindId, name: &str) -> ObjectId {
        let at = self.place(name);
        self.object(kind, Topology::kind(kind).name, name, None, at)
    }

    fn storage(&mut self, name: &str) -> ObjectId {
        let at = self.place(name);
        self.object(SERVICE_RESOURCE, "storage", name, None, at)
    }

    /// A resource that is named by an expression and declared nowhere.
    fn mentioned(&mut self, expression: &str, at: &str) -> ObjectId {
        let at = self.place(at);
        let id = self.object(SERVICE_RESOURCE, "storage", expression, None, at);
        self.change(id, |object| {
            object.symbolic = true;
            object.outside = true;
        });
        id
    }

    fn change(&mut self, id: ObjectId, change: impl FnOnce(&mut Object)) {
        change(self.topology.object_mut(id).unwrap());
    }

    fn maybe(&mut self, ids: &[ObjectId], condition: &str) {
        let condition = self.topology.reason(condition);
        for id in ids {
            self.change(*id, |object| object.existence = Existence::Maybe(condition));
        }
    }

    fn set(&mut self, id: ObjectId, field: &str, is: Is<'_>) {
        let node = self.topology.object(id).head;
        let slot = |value| Slot { value, node, origin: Origin::Declared };
        let mut text = |text: &str| Value::Text(self.topology.strings.intern(text));
        let value = match is {
            Is::Text(word) => text(word),
            Is::Object(id) => Value::Object(id),
            Is::Unknown(reason) => Value::Unknown(self.topology.reason(reason)),
            Is::Texts(words) => {
                let items: Vec<Slot> = words.iter().map(|word| slot(text(word))).collect();
                Value::List(self.topology.add_list(items, false))
            }
            Is::Objects(ids) => {
                let items = ids.iter().map(|id| slot(Value::Object(*id))).collect::<Vec<Slot>>();
                Value::List(self.topology.add_list(items, false))
            }
        };
        let (index, _) = Topology::kind(self.topology.object(id).kind).field(field).expect(field);
        self.topology.set(id, index, slot(value));
    }

    /// A group of fields of an object.
    fn group(&mut self, owner: ObjectId, field: &str) -> ObjectId {
        let object = *self.topology.object(owner);
        let (index, entry) = Topology::kind(object.kind).field(field).expect(field);
        if let Value::Object(group) = self.topology.slot(owner, index).value {
            return group;
        }
        let FieldType::Struct(kind) = entry.ty else { panic!("{field} is no group") };
        let group = self.object(kind, field, field, Some(owner), object.head);
        self.set(owner, field, Is::Object(group));
        group
    }

    /// A named child of an object, such as an output of a job; its only one.
    fn child(&mut self, owner: ObjectId, field: &str, name: &str) -> ObjectId {
        let object = *self.topology.object(owner);
        let (_, entry) = Topology::kind(object.kind).field(field).expect(field);
        let FieldType::Children(kind) = entry.ty else { panic!("{field} holds no children") };
        let label = if field == "subnets" { "subnet" } else { field };
        let child = self.object(kind, label, name, Some(owner), object.head);
        self.set(owner, field, Is::Objects(&[child]));
        child
    }

    /// A firewall that denies by default.
    fn close(&mut self, resource: ObjectId, bypass: &[&str]) {
        let network = self.group(resource, "network");
        self.set(network, "default_action", Is::Text("deny"));
        self.set(network, "bypass", Is::Texts(bypass));
    }

    fn output(&mut self, job: ObjectId, target: ObjectId, auth: Is<'_>) {
        let output = self.child(job, "outputs", "cold");
        self.set(output, "resource", Is::Object(target));
        self.set(output, "auth", auth);
    }

    fn role(&mut self, name: &str, principal: ObjectId, role: &str, scope: ObjectId) {
        let assignment = self.add(ROLE_ASSIGNMENT, name);
        self.set(assignment, "principal", Is::Object(principal));
        self.set(assignment, "role", Is::Text(role));
        self.set(assignment, "scope", Is::Object(scope));
    }

    /// Judges what was built, as an input of that format.
    fn judge(mut self, format: &str) -> UnitResult {
        self.catalogue.apply_completeness(format, &mut self.topology);
        self.catalogue.apply_defaults(&mut self.topology);
        let mut ruleset = ruleset(&self.definitions);
        let read =
            Read { sources: self.sources, topology: self.topology, roots: vec![self.root], problems: Vec::new() };
        judge(&mut ruleset, read, "documents").0
    }
}

fn flow<'r>(result: &'r UnitResult, purpose: &str) -> &'r FlowResult {
    let found: Vec<&FlowResult> = result.flows.iter().filter(|flow| *flow.purpose == *purpose).collect();
    assert_eq!(found.len(), 1, "{purpose}: {:#?}", result.flows);
    found[0]
}

fn finding<'r>(result: &'r UnitResult, rule: &str) -> &'r Finding {
    let found: Vec<&Finding> = result.findings.iter().filter(|finding| finding.rule == rule).collect();
    assert_eq!(found.len(), 1, "{rule}: {:?}", rules(result));
    found[0]
}

fn rules(result: &UnitResult) -> Vec<&str> {
    result.findings.iter().map(|finding| finding.rule.as_str()).collect()
}

/// The facts behind an undetermined check, as `resource.field: reason`.
fn facts(result: &UnitResult, check: &str) -> Vec<String> {
    let checks = result.undetermined.iter().filter(|undetermined| undetermined.check == check);
    let mut facts: Vec<String> = checks
        .flat_map(|undetermined| &undetermined.facts)
        .map(|fact| format!("{}.{}: {}", fact.resource, fact.field, fact.reason))
        .collect();
    facts.dedup();
    facts
}

/// A job that may use trusted services but for its role.
fn trusted_job(model: &mut Model) -> (ObjectId, ObjectId) {
    let (job, raw) = (model.add(JOB, "telemetry"), model.storage("raw"));
    model.set(job, "identity", Is::Text("system_assigned"));
    model.close(raw, &["azure_services"]);
    model.output(job, raw, Is::Text("managed_identity"));
    (job, raw)
}

#[test]
fn a_role_may_be_given_elsewhere() {
    for format in ["arm", "terraform"] {
        let mut model = Model::new(&["telemetry", "raw"]);
        trusted_job(&mut model);
        let result = model.judge(format);
        assert_eq!(flow(&result, "output").verdict, Verdict::Undetermined);
        assert!(result.findings.is_empty(), "{:?}", rules(&result));
        assert_eq!(facts(&result, "flow"), ["job/telemetry.role_assignments: more may exist than is declared here"]);
    }
    // In a topology file all that there is has been said.
    let mut model = Model::new(&["telemetry", "raw"]);
    trusted_job(&mut model);
    let result = model.judge("topology");
    assert_eq!(flow(&result, "output").verdict, Verdict::Blocked);
    assert_eq!(rules(&result), ["job-flow-blocked"]);
    // A role that is there decides in every format.
    let mut model = Model::new(&["telemetry", "raw", "given"]);
    let (job, raw) = trusted_job(&mut model);
    model.role("given", job, "Storage Blob Data Contributor", raw);
    let result = model.judge("arm");
    assert_eq!(flow(&result, "output").verdict, Verdict::Open);
    assert_eq!(flow(&result, "output").path_class, Some("trusted"));
}

#[test]
fn a_wrong_role_is_wrong_whatever_there_is_elsewhere() {
    let mut model = Model::new(&["iot", "raw", "given"]);
    let (hub, raw) = (model.add(HUB, "iot"), model.storage("raw"));
    model.set(hub, "identity", Is::Text("system_assigned"));
    model.close(raw, &["azure_services"]);
    let upload = model.group(hub, "file_upload");
    model.set(upload, "resource", Is::Object(raw));
    model.set(upload, "auth", Is::Text("system_assigned"));
    model.role("given", hub, "Reader", raw);
    let result = model.judge("arm");
    let wrong = finding(&result, "hub-role-wrong");
    assert!(wrong.message.contains("hub/iot has the role Reader on storage/raw"), "{}", wrong.message);
    // Whether the connection is refused hangs on what else there is.
    assert_eq!(flow(&result, "file-upload").verdict, Verdict::Undetermined);
    assert_eq!(rules(&result), ["hub-role-wrong"]);
    assert_eq!(facts(&result, "flow"), ["hub/iot.role_assignments: more may exist than is declared here"]);
}

#[test]
fn what_a_format_cannot_say_is_assumed_and_said() {
    let mut model = Model::new(&["telemetry", "raw"]);
    let (job, raw) = (model.add(JOB, "telemetry"), model.storage("raw"));
    model.close(raw, &["none"]);
    model.output(job, raw, Is::Text("connection_string"));
    let result = model.judge("arm");
    assert_eq!(flow(&result, "output").verdict, Verdict::Blocked);
    let blocked = finding(&result, "job-flow-blocked");
    assert!(blocked.notes.iter().any(|note| note == "assumed: not injected into a network"), "{:?}", blocked.notes);

    // Nothing is assumed of a job that says it, nor in a format that could.
    for (format, injected) in [("arm", true), ("topology", false)] {
        let mut model = Model::new(&["telemetry", "raw", "plant"]);
        let (job, raw) = (model.add(JOB, "telemetry"), model.storage("raw"));
        model.close(raw, &["none"]);
        model.output(job, raw, Is::Text("connection_string"));
        if injected {
            let vnet = model.add(VNET, "plant");
            let subnet = model.child(vnet, "subnets", "jobs");
            let integration = model.group(job, "vnet_integration");
            model.set(integration, "subnet", Is::Object(subnet));
        }
        let result = model.judge(format);
        let blocked = finding(&result, "job-flow-blocked");
        assert!(!blocked.notes.iter().any(|note| note.starts_with("assumed")), "{format}: {:?}", blocked.notes);
    }
}

#[test]
fn two_mentions_of_one_expression_are_one_resource() {
    let build = |same: bool| {
        let mut model = Model::new(&["telemetry", "here", "there"]);
        let job = model.add(JOB, "telemetry");
        model.set(job, "encryption", Is::Text("customer_managed"));
        let here = model.mentioned("[parameters('storageId')]", "here");
        let there = if same { here } else { model.mentioned("[parameters('otherId')]", "there") };
        for (field, account) in [("job_storage", here), ("private_data", there)] {
            let group = model.group(job, field);
            model.set(group, "account", Is::Object(account));
            model.set(group, "auth", Is::Text("connection_string"));
        }
        model.judge("arm")
    };
    // The same account is connected to once.
    let result = build(true);
    assert_eq!(result.flows.len(), 1, "{:#?}", result.flows);
    assert_eq!(flow(&result, "job-storage").verdict, Verdict::Undetermined);
    assert_eq!(flow(&result, "job-storage").target, "storage/[parameters('storageId')]");
    // Another expression may be the same account or another one: the second connection is in doubt.
    let result = build(false);
    assert_eq!(result.flows.len(), 2, "{:#?}", result.flows);
    assert_eq!(flow(&result, "private-data").verdict, Verdict::Undetermined);
    assert!(result.findings.is_empty(), "{:?}", rules(&result));
}

/// A program in a subnet, and a private endpoint there to the account that it uses.
fn private_workload(model: &mut Model) -> (ObjectId, ObjectId) {
    let vnet = model.add(VNET, "plant");
    model.set(vnet, "address_space", Is::Texts(&["10.1.0.0/16"]));
    let subnet = model.child(vnet, "subnets", "apps");
    model.set(subnet, "prefix", Is::Texts(&["10.1.1.0/24"]));
    let raw = model.storage("raw");
    model.close(raw, &["none"]);
    let workload = model.add(WORKLOAD, "reader");
    model.set(workload, "subnet", Is::Object(subnet));
    model.set(workload, "uses", Is::Objects(&[raw]));
    let endpoint = model.add(PRIVATE_ENDPOINT, "to-raw");
    model.set(endpoint, "target", Is::Object(raw));
    model.set(endpoint, "subnet", Is::Object(subnet));
    model.set(endpoint, "subresource", Is::Text("blob"));
    (workload, endpoint)
}

#[test]
fn what_hangs_on_a_maybe_resource_is_undetermined() {
    let lines = &["plant", "raw", "reader", "to-raw"];
    let mut model = Model::new(lines);
    private_workload(&mut model);
    assert_eq!(flow(&model.judge("arm"), "use").verdict, Verdict::Open);

    let mut model = Model::new(lines);
    let (_, endpoint) = private_workload(&mut model);
    model.maybe(&[endpoint], "deployed if `production` is true");
    let result = model.judge("arm");
    assert_eq!(flow(&result, "use").verdict, Verdict::Undetermined);
    assert!(result.findings.is_empty(), "{:?}", rules(&result));
    let facts = facts(&result, "flow");
    assert!(facts == ["private_endpoint/to-raw.: deployed if `production` is true"], "{facts:?}");

    // Both stand under one condition: where the program is, the endpoint is.
    let mut model = Model::new(lines);
    let (workload, endpoint) = private_workload(&mut model);
    model.maybe(&[workload, endpoint], "deployed if `production` is true");
    let result = model.judge("arm");
    assert_eq!(flow(&result, "use").verdict, Verdict::Open);
    assert_eq!(flow(&result, "use").path_class, Some("private"));

    // Under another one it is not certain.
    let mut model = Model::new(lines);
    let (workload, endpoint) = private_workload(&mut model);
    model.maybe(&[workload], "deployed if `production` is true");
    model.maybe(&[endpoint], "deployed if `private` is true");
    assert_eq!(flow(&model.judge("arm"), "use").verdict, Verdict::Undetermined);
}

#[test]
fn a_finding_about_a_maybe_resource_says_so() {
    let mut model = Model::new(&["telemetry", "raw"]);
    let (job, raw) = (model.add(JOB, "telemetry"), model.storage("raw"));
    model.maybe(&[job], "count is known only after apply");
    model.set(job, "encryption", Is::Text("customer_managed"));
    model.close(raw, &["none"]);
    model.output(job, raw, Is::Text("managed_identity"));
    let result = model.judge("terraform");
    for rule in ["cmk-with-managed-identity", "job-flow-blocked"] {
        let notes = &finding(&result, rule).notes;
        assert!(notes.iter().any(|note| note == "if deployed: count is known only after apply"), "{rule}: {notes:?}");
    }
    assert_eq!(flow(&result, "output").verdict, Verdict::Blocked);
}

#[test]
fn what_is_known_after_apply_decides_nothing() {
    let mut model = Model::new(&["telemetry", "raw", "shared"]);
    let (job, raw) = trusted_job(&mut model);
    let cluster = model.add(CLUSTER, "shared");
    model.set(job, "cluster", Is::Object(cluster));
    let endpoint = model.child(cluster, "managed_private_endpoints", "raw");
    model.set(endpoint, "target", Is::Object(raw));
    model.set(endpoint, "connection_state", Is::Unknown("known after apply"));
    let result = model.judge("terraform");
    assert_eq!(flow(&result, "output").verdict, Verdict::Undetermined);
    assert!(result.findings.is_empty(), "{:?}", rules(&result));
    assert_eq!(
        facts(&result, "flow"),
        [
            "cluster/shared.managed_private_endpoints.raw.connection_state: known after apply",
            "job/telemetry.role_assignments: more may exist than is declared here",
        ]
    );

    // An endpoint whose target is unknown may lead to the account.
    let mut model = Model::new(&["telemetry", "raw", "shared"]);
    let (job, _) = trusted_job(&mut model);
    let cluster = model.add(CLUSTER, "shared");
    model.set(job, "cluster", Is::Object(cluster));
    let endpoint = model.child(cluster, "managed_private_endpoints", "raw");
    model.set(endpoint, "target", Is::Unknown("known after apply"));
    model.set(endpoint, "connection_state", Is::Text("approved"));
    let result = model.judge("topology");
    assert_eq!(flow(&result, "output").verdict, Verdict::Undetermined);
    assert_eq!(facts(&result, "flow"), ["cluster/shared.managed_private_endpoints.raw.target: known after apply"]);
}

#[test]
fn what_belongs_to_an_outside_resource_is_unknown() {
    let mut model = Model::new(&["telemetry", "raw"]);
    let (job, raw) = (model.add(JOB, "telemetry"), model.storage("raw"));
    model.change(raw, |object| object.outside = true);
    model.output(job, raw, Is::Text("connection_string"));
    let result = model.judge("terraform");
    assert_eq!(flow(&result, "output").verdict, Verdict::Undetermined);
    assert!(result.findings.is_empty(), "{:?}", rules(&result));
    let facts = facts(&result, "flow");
    assert!(facts.iter().all(|fact| fact.starts_with("storage/raw.")), "{facts:?}");
    assert!(facts.iter().any(|fact| fact.ends_with(": it is declared elsewhere")), "{facts:?}");
    assert_eq!(result.resources, 1, "an outside resource is not checked");

    // What is declared here is judged all the same.
    let mut model = Model::new(&["telemetry", "raw"]);
    let (job, raw) = (model.add(JOB, "telemetry"), model.storage("raw"));
    model.change(raw, |object| object.outside = true);
    model.set(job, "encryption", Is::Text("customer_managed"));
    model.output(job, raw, Is::Text("managed_identity"));
    let result = model.judge("terraform");
    finding(&result, "cmk-with-managed-identity");
}

#[test]
fn flows_that_cannot_be_listed_are_undetermined() {
    let mut model = Model::new(&["telemetry"]);
    let job = model.add(JOB, "telemetry");
    model.set(job, "outputs", Is::Unknown("known after apply"));
    let result = model.judge("terraform");
    assert!(result.flows.is_empty(), "{:#?}", result.flows);
    assert_eq!(facts(&result, "flow"), ["job/telemetry.outputs: known after apply"]);
}

#[test]
fn every_format_is_described() {
    let mut model = Model::new(&["telemetry"]);
    let job = model.add(JOB, "telemetry");
    let (slot, _) = Topology::kind(JOB).field("vnet_integration").unwrap();
    for format in ["topology", "arm", "terraform"] {
        assert!(model.catalogue.completeness.iter().any(|known| known.format == format), "{format}");
        let mut topology = model.topology.clone();
        model.catalogue.apply_completeness(format, &mut topology);
        let is_topology = format == "topology";
        assert_eq!(topology.is_open(ROLE_ASSIGNMENT), !is_topology);
        assert!(!topology.is_open(PRIVATE_ENDPOINT) && !topology.is_open(CLUSTER));
        let read = topology.slot(job, slot);
        assert_eq!(read.value, Value::Absent);
        match read.origin {
            Origin::Assumed(reason) => {
                assert!(!is_topology);
                assert_eq!(topology.assumption_text(reason), "assumed: not injected into a network");
            }
            other => assert_eq!((other, is_topology), (Origin::Declared, true)),
        }
    }
    // What is declared elsewhere may well be injected.
    model.change(job, |object| object.outside = true);
    model.catalogue.apply_completeness("arm", &mut model.topology);
    assert_eq!(model.topology.slot(job, slot).origin, Origin::Declared);
}

#[test]
fn lists_that_a_format_does_not_show_whole_are_open() {
    let mut model = Model::new(&["blobs", "other", "plant"]);
    let zone = model.add(DNS_ZONE, "blobs");
    let silent = model.add(DNS_ZONE, "other");
    let network = model.add(VNET, "plant");
    model.set(zone, "links", Is::Objects(&[network]));
    let (links, _) = Topology::kind(DNS_ZONE).field("links").unwrap();
    for format in ["topology", "arm", "terraform"] {
        let mut topology = model.topology.clone();
        model.catalogue.apply_completeness(format, &mut topology);
        let is_topology = format == "topology";
        assert_eq!(topology.is_open(DNS_ZONE), !is_topology);
        let list = |id| match topology.slot(id, links).value {
            Value::List(list) => Some((list.len, list.open)),
            _ => None,
        };
        assert_eq!(list(zone), Some((1, !is_topology)));
        assert_eq!(list(silent), (!is_topology).then_some((0, true)));
    }
}

/// So many endpoints of unknown target that they are not listed one by one.
#[test]
fn many_doubts_are_doubts() {
    let names: Vec<String> = (0..100).map(|index| format!("endpoint-{index}")).collect();
    let mut lines = vec!["reader", "raw", "plant", "to-raw"];
    lines.extend(names.iter().map(String::as_str));
    let mut model = Model::new(&lines);
    let (_, endpoint) = private_workload(&mut model);
    model.set(endpoint, "connection_state", Is::Text("pending"));
    for name in &names {
        let endpoint = model.add(PRIVATE_ENDPOINT, name);
        model.set(endpoint, "target", Is::Unknown("known after apply"));
        model.set(endpoint, "subnet", Is::Unknown("known after apply"));
    }
    let result = model.judge("terraform");
    assert_eq!(flow(&result, "use").verdict, Verdict::Undetermined);
    // What is certain still is.
    assert_eq!(rules(&result), ["private-endpoint-not-connected"]);
}
