//! One resource that several inputs declare: what they say is put together, and contradictions are shown.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use isolint::frontend::topology_file::Reader;
use isolint::source::{Limits, Problem, Sources};
use isolint::topology::{Existence, ObjectId, Topology, Value, service_resource, subnet, vnet};
use support::{filled, known};

/// A topology file and, in the same form, what a template was turned into.
fn merged(file: &str, template: &str) -> (Topology, Vec<Problem>, Sources) {
    let (mut sources, mut problems) = (Sources::new(), Vec::new());
    let (_, first) = sources.add_yaml("topology.yaml", file.to_owned(), &Limits::default(), &mut problems);
    let (_, second) = sources.add_yaml("template.json", template.to_owned(), &Limits::default(), &mut problems);
    assert_eq!(problems, []);
    let (topology, catalogue) = filled(known(), "documents");
    let mut reader = Reader::new(&sources, &catalogue, topology);
    reader.read_document(first[0]);
    reader.read_converted("arm", second[0]);
    let (topology, problems) = reader.finish();
    (topology, problems, sources)
}

fn object(topology: &Topology, address: &str) -> ObjectId {
    let ids = (0u32..).zip(topology.objects()).map(|(index, _)| ObjectId(index));
    let found: Vec<ObjectId> = ids.filter(|id| topology.address(*id) == address).collect();
    assert_eq!(found.len(), 1, "{address}");
    found[0]
}

fn text(topology: &Topology, value: Value) -> String {
    match value {
        Value::Text(text) => topology.strings.text(text).to_owned(),
        Value::Object(id) => topology.address(id),
        Value::List(list) => {
            topology.list(list).iter().map(|item| text(topology, item.value)).collect::<Vec<_>>().join(" ")
        }
        value => format!("{value:?}"),
    }
}

#[test]
fn a_topology_file_adds_to_what_a_template_declares() {
    let (topology, problems, sources) = merged(
        "storage:\n  raw: {isolation: vnet_only, tags: {data: raw}}\nvnets:\n  plant:\n    subnets:\n      edge: {isolation: no_internet}\n",
        "storage:\n  raw: {id: /x/raw, region: westeurope, tags: {owner: ada}, network: {default_action: deny, virtual_network_rules: [plant/edge]}}\nvnets:\n  plant:\n    address_space: [10.0.0.0/16]\n    subnets:\n      edge: {prefix: 10.0.1.0/24}\n      other: {prefix: 10.0.2.0/24}\n",
    );
    assert_eq!(problems, []);
    let raw = object(&topology, "storage/raw");
    for (slot, expected) in [
        (service_resource::isolation, "vnet_only"),
        (service_resource::region, "westeurope"),
        (service_resource::tags, "data=raw owner=ada"),
    ] {
        assert_eq!(text(&topology, topology.slot(raw, slot).value), expected);
    }
    // It is declared by the template: what is absent is absent there.
    let absent = topology.slot(raw, service_resource::account_kind).node;
    assert_eq!(sources.file(sources.file_of(absent)).unwrap().name, "template.json");
    assert_eq!(sources.file(sources.file_of(topology.object(raw).head)).unwrap().name, "template.json");
    let edge = object(&topology, "subnet/plant/edge");
    assert_eq!(text(&topology, topology.slot(edge, subnet::prefix).value), "10.0.1.0/24");
    assert_eq!(text(&topology, topology.slot(edge, subnet::isolation).value), "no_internet");
    let plant = object(&topology, "vnet/plant");
    assert_eq!(text(&topology, topology.slot(plant, vnet::subnets).value), "subnet/plant/edge subnet/plant/other");
}

#[test]
fn an_id_makes_one_of_what_has_two_names() {
    let (topology, problems, _) = merged(
        "storage:\n  raw: {id: /Subscriptions/1/X/raw, isolation: vnet_only}\njobs:\n  j: {outputs: {o: {resource: storage/raw}}}\n",
        "storage:\n  st1: {id: /subscriptions/1/x/raw, network: {default_action: deny}}\nprivate_endpoints:\n  pe: {target: storage/st1, subnet: /x/s}\nvnets:\n  v: {outside: true, subnets: {s: {id: /x/s}}}\n",
    );
    assert_eq!(problems, []);
    object(&topology, "storage/raw");
    let endpoint = object(&topology, "private_endpoint/pe");
    let target = topology.slot(endpoint, isolint::topology::private_endpoint::target).value;
    assert_eq!(text(&topology, target), "storage/raw");
}

#[test]
fn contradictions_are_shown_in_both_places() {
    let (topology, problems, _) = merged(
        "storage:\n  raw: {network: {default_action: allow}, region: !unknown \"who knows\"}\nprivate_endpoints:\n  pe: {target: storage/raw}\n",
        "storage:\n  raw: {network: {default_action: deny}, region: westeurope}\n  other: {}\nprivate_endpoints:\n  pe: {target: storage/other}\n",
    );
    let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "`default_action` of storage/raw.network is `allow` in one declaration and `deny` in another",
            "`target` of private_endpoint/pe is storage/raw in one declaration and storage/other in another",
        ]
    );
    assert!(problems.iter().all(|problem| problem.related.len() == 1));
    let raw = object(&topology, "storage/raw");
    assert_eq!(text(&topology, topology.slot(raw, service_resource::region).value), "westeurope");
}

#[test]
fn what_one_input_knows_from_outside_is_what_another_declares() {
    let (topology, problems, _) = merged(
        "storage:\n  raw: {outside: true}\n",
        "storage:\n  raw: {region: westeurope, exists: !unknown \"parameters('deploy')\"}\n  \"{parameters('other')}\": {outside: true}\n",
    );
    assert_eq!(problems, []);
    let raw = *topology.object(object(&topology, "storage/raw"));
    assert!(!raw.outside && matches!(raw.existence, Existence::Maybe(_)), "{raw:?}");
    assert!(topology.object(object(&topology, "storage/{parameters('other')}")).symbolic);
}

#[test]
fn what_a_format_leaves_open_can_be_said_to_be_complete() {
    use isolint::topology::{JOB, ROLE_ASSIGNMENT, job};
    let template = "jobs:\n  j: {}\n";
    let (topology, ..) = merged("jobs:\n  k: {}\n", template);
    assert!(topology.is_open(ROLE_ASSIGNMENT));
    let assumed = |name: &str| topology.slot(object(&topology, name), job::vnet_integration).origin;
    assert_ne!(assumed("job/j"), assumed("job/k"), "a topology file says where its jobs run");
    let (topology, problems, _) = merged("complete: [role_assignments]\n", template);
    assert_eq!(problems, []);
    assert!(!topology.is_open(ROLE_ASSIGNMENT) && !topology.is_open(JOB));
    let (_, problems, _) = merged("complete: [role_assignment]\n", template);
    assert_eq!(problems[0].primary.text, "did you mean `role_assignments`?");
}

#[test]
fn a_list_that_a_format_leaves_open_can_be_said_to_be_complete() {
    use isolint::topology::dns_zone;
    let template = "dns_zones:\n  z: {links: [plant]}\n  bare: {}\nvnets:\n  plant: {}\n";
    let is_open = |topology: &Topology, zone: &str| match topology.slot(object(topology, zone), dns_zone::links).value {
        Value::List(list) => list.open,
        value => panic!("{value:?}"),
    };
    for (file, open) in [("{}", true), ("complete: [dns_zones]", true), ("complete: [dns_zone.links]", false)] {
        let (topology, problems, _) = merged(file, template);
        assert_eq!(problems, []);
        assert_eq!([is_open(&topology, "dns_zone/z"), is_open(&topology, "dns_zone/bare")], [open; 2], "{file}");
    }
    let (_, problems, _) = merged("complete: [dns_zone.link]\n", template);
    assert_eq!(problems[0].message, "`dns_zone.link` is no list that could have more members");
}

#[test]
fn a_field_that_is_required_may_be_said_elsewhere() {
    let (_, problems, _) = merged(
        "private_endpoints:\n  pe: {tags: {a: b}}\n",
        "private_endpoints:\n  pe: {target: storage/raw}\nstorage:\n  raw: {}\n",
    );
    assert_eq!(problems, []);
    let (_, problems, _) = merged("private_endpoints:\n  pe: {tags: {a: b}}\n", "storage:\n  raw: {}\n");
    assert_eq!(problems[0].message, "`target` is missing");
}

#[test]
fn what_an_object_says_itself_comes_before_a_default() {
    let (topology, problems, _) = merged(
        "defaults:\n  private_endpoints: {target: storage/one}\nstorage:\n  one: {}\n  two: {}\nprivate_endpoints:\n  pe: {target: storage/two}\n",
        "{}\n",
    );
    assert_eq!(problems, []);
    let target = topology.slot(object(&topology, "private_endpoint/pe"), isolint::topology::private_endpoint::target);
    assert_eq!(text(&topology, target.value), "storage/two");
}
