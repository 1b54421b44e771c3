//! Reading topology files: every mistake is told, at its exact place, and what is not mistaken is read all the same.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::fmt::Write;

use isolint::source::Place;
use isolint::topology::{ObjectId, Topology, Value};
use support::{Read, definitions, read};

/// The problems of a unit, one a line: `file:line:column code message | label`; related places as further lines.
fn problems(files: &[(&str, &str)]) -> String {
    let read = read(&definitions(), "documents", files);
    let place = |place: Place| {
        let file = read.sources.file(place.file).unwrap();
        let at = file.line_column(place.span.start);
        format!("{}:{}:{}", file.name, at.line, at.column)
    };
    let mut text = String::new();
    for problem in &read.problems {
        write!(text, "{} {} {}", place(problem.primary.place), problem.code, problem.message).unwrap();
        if !problem.primary.text.is_empty() {
            write!(text, " | {}", problem.primary.text).unwrap();
        }
        text.push('\n');
        for related in &problem.related {
            writeln!(text, "  {} {}", place(related.place), related.text).unwrap();
        }
    }
    text
}

/// Reads one file and compares what is mistaken in it; the name of the file is left out.
#[track_caller]
fn check(topology: &str, expected: &[&str]) {
    let found = problems(&[("t", topology)]);
    let found: Vec<&str> = found.lines().map(|line| line.trim_start_matches(' ').strip_prefix("t:").unwrap()).collect();
    assert_eq!(found, expected, "in\n{topology}");
}

fn unit(files: &[(&str, &str)]) -> Read {
    read(&definitions(), "documents", files)
}

/// The object of that address.
fn object(topology: &Topology, address: &str) -> Option<ObjectId> {
    (0..).map(ObjectId).take(topology.objects().len()).find(|id| topology.address(*id) == address)
}

/// What a field of an object holds, in words.
fn field(read: &Read, address: &str, name: &str) -> String {
    let topology = &read.topology;
    let id = object(topology, address).unwrap_or_else(|| panic!("no {address}"));
    let (slot, _) = Topology::kind(topology.object(id).kind).field(name).unwrap();
    show(topology, topology.slot(id, slot).value)
}

fn show(topology: &Topology, value: Value) -> String {
    match value {
        Value::Absent => "absent".to_owned(),
        Value::Unknown(reason) => format!("unknown: {}", topology.reason_text(reason)),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Text(text) => topology.strings.text(text).to_owned(),
        Value::Object(id) => topology.address(id),
        Value::List(list) => {
            let items: Vec<String> = topology.list(list).iter().map(|item| show(topology, item.value)).collect();
            format!("[{}]", items.join(", "))
        }
    }
}

/// The help of the one problem of a file.
fn help(topology: &str) -> String {
    let read = unit(&[("t", topology)]);
    let [problem] = read.problems.as_slice() else { panic!("{:#?}", read.problems) };
    problem.help.clone().unwrap_or_default()
}

#[test]
fn a_claim_that_cannot_be_made_says_where_it_can() {
    let workload = "workloads: {sender: {isolation: private_only}}";
    check(workload, &["1:22 unknown-field a `workload` has no field `isolation` | this claim cannot be made so"]);
    assert_eq!(
        help(workload),
        "`isolation` can be claimed of jobs (vnet_only, private_only); hubs (vnet_only, private_only); the resources of \
         all services (vnet_only, private_only); subnets (no_internet)"
    );
    let account = "storage: {raw: {isolation: no_internet}}";
    check(account, &["1:28 unknown-word `no_internet` is not allowed here | expected one of vnet_only, private_only"]);
    assert_eq!(help(account), "`isolation: no_internet` can be claimed of subnets");
    let subnet = "vnets: {spoke: {subnets: {apps: {isolation: private_only}}}}";
    check(subnet, &["1:45 unknown-word `private_only` is not allowed here | expected one of no_internet"]);
    assert_eq!(help(subnet), "`isolation: private_only` can be claimed of jobs, hubs, the resources of all services");
    for (topology, expected) in [
        ("vnets: {spoke: {subnets: {apps: {no_internet: true}}}}", "write `isolation: no_internet`"),
        ("storage: {raw: {private_only: true}}", "write `isolation: private_only`"),
        ("storage: {raw: {no_internet: true}}", "`isolation: no_internet` can be claimed of subnets"),
        ("vnets: {spoke: {inspect_egress: true}}", "`inspect_egress` can be claimed of subnets"),
        ("jobs: {a: {prevent_exfiltration: true}}", "`prevent_exfiltration` can be claimed of subnets; sites"),
        ("hubs: {a: {residency: {scope: all, region: westeurope}}}", "`residency` can be claimed of jobs"),
        (
            "hubs: {a: {encryption: customer_managed}}",
            "`encryption` can be claimed of jobs (service_managed, customer_managed); storage (service_managed, \
             customer_managed)",
        ),
    ] {
        assert_eq!(help(topology), expected, "in {topology}");
    }
    check(
        "jobs: {a: {residency: {scope: all}}}",
        &["1:12 missing-field `region` is missing | this residency needs `region`"],
    );
}

#[test]
fn misspelt_sections_and_fields() {
    for (topology, expected) in [
        ("strorage: {}", &["1:1 unknown-section `strorage` is no section of a topology | did you mean `storage`?"][..]),
        ("whatever: {}\njobs:\n", &["1:1 unknown-section `whatever` is no section of a topology"]),
        (
            "jobs: {a: {streming_units: 3}}",
            &["1:12 unknown-field a `job` has no field `streming_units` | did you mean `streaming_units`?"],
        ),
        ("jobs: {a: {colour: 3}}", &["1:12 unknown-field a `job` has no field `colour` | not a field"]),
        (
            "storage: {raw: {network: {defaultAction: deny}}}",
            &["1:27 unknown-field a `network` has no field `defaultAction` | did you mean `default_action`?"],
        ),
        // A field of another service.
        ("sql: {db: {account_kind: x}}", &["1:12 unknown-field a `sql` has no field `account_kind` | not a field"]),
        // What follows from other fields cannot be written.
        (
            "vnets: {a: {subnets: {b: {workloads: [w]}}}}",
            &["1:27 unknown-field a `subnet` has no field `workloads` | not a field"],
        ),
        // Only resources can be declared elsewhere.
        (
            "storage: {raw: {network: {outside: true}}}",
            &["1:27 unknown-field a `network` has no field `outside` | not a field"],
        ),
        (
            "hubs: {h: {ip_filter: [{acton: accept, action: accept, cidr: 1.2.3.4}]}}",
            &["1:25 unknown-field an `ip filter rule` has no field `acton` | did you mean `action`?"],
        ),
    ] {
        check(topology, expected);
    }
}

#[test]
fn wrong_types() {
    for (topology, expected) in [
        (
            "jobs: [a]",
            "1:7 wrong-type expected names, each with its fields: `name: {...}`, found a list | this is a list",
        ),
        ("jobs: yes", "1:7 wrong-type expected names, each with its fields: `name: {...}`, found text | this is text"),
        (
            "flows: {a: 1}",
            "1:8 wrong-type expected a list of groups of fields: `- {...}`, found a mapping | this is a mapping",
        ),
        ("jobs: {a: 3}", "1:11 wrong-type expected a group of fields, found a number | this is a number"),
        ("jobs: {a: {streaming_units: six}}", "1:29 wrong-type expected a whole number, found text | this is text"),
        ("jobs: {a: {streaming_units: \"6\"}}", "1:29 wrong-type expected a whole number, found text | this is text"),
        (
            "jobs: {a: {streaming_units: 1.5}}",
            "1:29 wrong-type expected a whole number, found a number | this is a number",
        ),
        (
            "jobs: {a: {inputs: [x]}}",
            "1:20 wrong-type expected names, each with its fields: `name: {...}`, found a list | this is a list",
        ),
        ("jobs: {a: {region: {x: y}}}", "1:20 wrong-type expected text, found a mapping | this is a mapping"),
        ("jobs: {a: {cluster: [x]}}", "1:21 wrong-type expected the name of a resource, found a list | this is a list"),
        ("jobs: {a: {tags: [x]}}", "1:18 wrong-type expected keys with texts, found a list | this is a list"),
        ("jobs: {a: {tags: {team: [x]}}}", "1:25 wrong-type expected text, found a list | this is a list"),
        ("storage: {a: {outside: yes}}", "1:24 wrong-type expected `true` or `false`, found text | this is text"),
        ("storage: {a: {network: deny}}", "1:24 wrong-type expected a group of fields, found text | this is text"),
        (
            "storage: {a: {hierarchical_namespace: 1}}",
            "1:39 wrong-type expected `true` or `false`, found a number | this is a number",
        ),
        (
            "vnets: {a: {address_space: {x: y}}}",
            "1:28 wrong-type expected an address range such as `10.1.0.0/16`, found a mapping | this is a mapping",
        ),
        (
            "storage: {a: {network: {default_action: [deny]}}}",
            "1:41 wrong-type expected one of allow, deny, found a list | this is a list",
        ),
    ] {
        check(topology, &[expected]);
    }
}

/// A value that cannot be used is unknown, never absent, so that no default takes its place.
#[test]
fn what_is_mistaken_is_unknown() {
    let text = "
storage:
  a: {network: deny, tags: 5, region: [x]}
  b: [deny]
vnets: {v: {subnets: 5}}
hubs: {h: {ip_filter: none}}
";
    let read = unit(&[("t", text)]);
    assert_eq!(read.problems.len(), 6);
    let mistaken = "unknown: the value in the file cannot be used";
    for (address, name) in [
        ("storage/a", "network"),
        ("storage/a", "tags"),
        ("storage/a", "region"),
        ("vnet/v", "subnets"),
        ("hub/h", "ip_filter"),
    ] {
        assert_eq!(field(&read, address, name), mistaken, "{address} {name}");
    }
    assert!(read.topology.object(object(&read.topology, "storage/b").unwrap()).outside);
}

#[test]
fn words_and_addresses() {
    for (topology, expected) in [
        (
            "storage: {a: {network: {default_action: dney}}}",
            "1:41 unknown-word `dney` is not allowed here | did you mean `deny`?",
        ),
        (
            "storage: {a: {network: {default_action: whatever}}}",
            "1:41 unknown-word `whatever` is not allowed here | expected one of allow, deny",
        ),
        (
            "storage: {a: {network: {bypass: [azure_services, AzureServices]}}}",
            "1:50 unknown-word `AzureServices` is not allowed here | did you mean `azure_services`?",
        ),
        (
            "vnets: {a: {address_space: [10.0.0.0/33]}}",
            "1:29 bad-address `10.0.0.0/33` is no address range | `33` is no prefix length",
        ),
        (
            "vnets: {a: {address_space: 10.0.0/16}}",
            "1:28 bad-address `10.0.0/16` is no address range | `10.0.0` is no IP address",
        ),
        (
            "private_endpoints: {p: {target: storage/a, ip: 10.0.0.256}}\nstorage: {a: }",
            "1:48 bad-address `10.0.0.256` is no address range | not an IP address",
        ),
    ] {
        check(topology, &[expected]);
    }
}

#[test]
fn missing_fields_and_bad_names() {
    check(
        "jobs: {a: {inputs: {i: {auth: none}}}}",
        &["1:21 missing-field `resource` is missing | this binding needs `resource`"],
    );
    check("jobs: {a: {inputs: {i: }}}", &["1:21 missing-field `resource` is missing | this binding needs `resource`"]);
    check(
        "jobs: {a: {inputs: {i: {resource: ~}}}}",
        &["1:21 missing-field `resource` is missing | this binding needs `resource`"],
    );
    check(
        "flows:\n  - {use: output}\n",
        &[
            "2:5 missing-field `from` is missing | this declared flow needs `from`",
            "2:5 missing-field `to` is missing | this declared flow needs `to`",
        ],
    );
    check("storage: {a/b: }", &["1:11 bad-name `a/b` cannot be a name"]);
    check("storage: {\"\": }", &["1:11 bad-name `` cannot be a name"]);
    // What is mistaken is not missing too.
    check(
        "jobs: {a: {inputs: {i: {resource: [x]}}}}",
        &["1:35 wrong-type expected the name of a resource, found a list | this is a list"],
    );
}

#[test]
fn duplicates() {
    check(
        "storage:\n  raw: {}\n  raw: {regio: x}\n",
        &["3:3 duplicate-key the key `raw` is given twice in one mapping | again here", "2:3 first here"],
    );
    check(
        "storage: {raw: {region: a}}\n---\nstorage: {raw: {regoin: b}}\n",
        &[
            "3:11 duplicate-name `storage/raw` is declared twice | declared again here",
            "1:11 first declared here",
            "3:17 unknown-field a `storage` has no field `regoin` | did you mean `region`?",
        ],
    );
    // The same name of another kind is another thing.
    check("storage: {raw: }\nhubs: {raw: }\n", &[]);
    assert_eq!(
        problems(&[("a.yaml", "storage: {raw: }\n"), ("b.yaml", "jobs: {j: }\nstorage: {raw: }\n")]),
        "b.yaml:2:11 duplicate-name `storage/raw` is declared twice | declared again here\n  \
         a.yaml:1:11 first declared here\n"
    );
    check(
        "storage:\n  a: {id: /subscriptions/1/x}\n  b: {id: /SUBSCRIPTIONS/1/x}\n",
        &["3:11 duplicate-id `storage/b` has the id of `storage/a`", "2:3 first declared here"],
    );
}

#[test]
fn references() {
    let job = |resource: &str, rest: &str| format!("jobs: {{j: {{outputs: {{o: {{resource: {resource}}}}}}}}}\n{rest}");
    check(&job("raw", "storage: {raw: }"), &[]);
    check(&job("storage/raw", "storage: {raw: }"), &[]);
    check(&job("/Subscriptions/1/X", "storage: {raw: {id: /subscriptions/1/x}}"), &[]);
    check(
        &job("storage/rwa", "storage: {raw: }"),
        &["1:36 unresolved-reference nothing is declared by the name `storage/rwa` | did you mean `storage/raw`?"],
    );
    check(
        &job("nothing-like-it", "storage: {raw: }"),
        &[
            "1:36 unresolved-reference nothing is declared by the name `nothing-like-it` | expected a service resource such as `storage/name` or a hub",
        ],
    );
    check(
        &job("raw", "storage: {raw: }\nsql: {raw: }\n"),
        &["1:36 ambiguous-reference `raw` may mean several things | write `sql/raw` or `storage/raw`"],
    );
    check(
        &job("cluster/c", "clusters: {c: }\n"),
        &[
            "1:36 wrong-reference `cluster/c` cannot stand here: expected a service resource such as `storage/name` or a hub | this is `cluster/c`",
            "2:12 declared here",
        ],
    );
    // A name that only one kind can mean here.
    check(&job("raw", "storage: {raw: }\nclusters: {raw: }\n"), &[]);
    check(
        "vnets: {a: {subnets: {one: {nsg: web}}}}\nnsgs: {webs: }\n",
        &["1:34 unresolved-reference nothing is declared by the name `web` | did you mean `webs`?"],
    );
    check(
        "vnets: {a: {subnets: {one: }}}\nworkloads: {w: {subnet: a/two}}\n",
        &["2:25 unresolved-reference nothing is declared by the name `a/two` | expected a subnet (`vnet/subnet`)"],
    );
}

#[test]
fn references_into_the_unknown() {
    // What nothing is known of may hold any name.
    for topology in [
        "vnets: {a: {subnets: !unknown \"from a module\"}}\nworkloads: {w: {subnet: a/two}}\n",
        "vnets: {a: {outside: true}}\nworkloads: {w: {subnet: a/two}}\n",
        "vnets: {a: !unknown \"elsewhere\"}\nworkloads: {w: {subnet: subnet/a/two}}\n",
        "vnets: !unknown \"elsewhere\"\nroute_tables: \nsites: {s: {links: {l: {kind: vpn, vnet: hub}}}}\n",
        "storage: !unknown \"elsewhere\"\nworkloads: {w: {uses: [storage/raw]}}\n",
    ] {
        check(topology, &[]);
    }
    let read = unit(&[("t", "vnets: {a: {outside: true}}\nworkloads: {w: {subnet: a/two}}\n")]);
    assert_eq!(field(&read, "workload/w", "subnet"), "unknown: `a/two` may be declared where nothing is known");
    // A network that is known is closed.
    check(
        "vnets: {a: {subnets: {one: }}, b: {outside: true}}\nworkloads: {w: {subnet: a/two}}\n",
        &["2:25 unresolved-reference nothing is declared by the name `a/two` | expected a subnet (`vnet/subnet`)"],
    );
}

#[test]
fn unknown_stands_for_any_value() {
    let text = r#"
jobs: !unknown "made by a script"
storage:
  raw: !unknown "elsewhere"
  cold:
    region: !unknown "a parameter"
    hierarchical_namespace: !unknown
    network: !unknown "a module"
    tags: {team: !unknown "per stage", cost: 7}
  hot:
    network:
      default_action: !unknown "per stage"
      bypass: [azure_services, !unknown "per stage"]
      ip_rules: !unknown "an output"
      virtual_network_rules: [!unknown "another repository"]
hubs:
  iot: {ip_filter: !unknown "a list", routing: {endpoints: !unknown "x", routes: {r: !unknown "x"}}}
flows:
  - !unknown "x"
  - {from: !unknown "who", to: storage/hot}
"#;
    check(text, &[]);
    let read = unit(&[("t", text)]);
    assert_eq!(field(&read, "storage/cold", "region"), "unknown: a parameter");
    assert_eq!(field(&read, "storage/cold", "hierarchical_namespace"), "unknown: no reason is given");
    assert_eq!(field(&read, "storage/cold", "network"), "unknown: a module");
    assert_eq!(field(&read, "storage/cold", "tags"), "[unknown: per stage, cost=7]");
    assert_eq!(field(&read, "storage/hot.network", "default_action"), "unknown: per stage");
    assert_eq!(field(&read, "storage/hot.network", "bypass"), "[azure_services, unknown: per stage]");
    assert_eq!(field(&read, "storage/hot.network", "ip_rules"), "unknown: an output");
    assert_eq!(field(&read, "hub/iot", "ip_filter"), "unknown: a list");
    let raw = object(&read.topology, "storage/raw").unwrap();
    assert!(read.topology.object(raw).outside);
    check("storage: {a: {region: !unkown x}}", &["1:23 unknown-tag the tag `!unkown` has no meaning here"]);
}

#[test]
fn outside_resources_lack_nothing() {
    check(
        "private_endpoints: {p: {outside: true}}\njobs: {j: {outside: true, inputs: {i: }}}\nvnets: {v: {subnets: {s: {outside: true}}}}\n",
        &[],
    );
    let read = unit(&[("t", "jobs: {j: {outside: true, inputs: {i: }}, k: {outside: false}}")]);
    let outside = |address| read.topology.object(object(&read.topology, address).unwrap()).outside;
    assert!(outside("job/j") && outside("job/j.inputs.i") && !outside("job/k"));
}

#[test]
fn defaults_fill_what_is_absent() {
    let text = "
defaults:
  region: westeurope
  storage:
    region: northeurope
    encryption: customer_managed
    network: {default_action: deny, bypass: [azure_services]}
storage:
  bare:
  own: {region: uksouth, encryption: ~}
  part: {network: {default_action: allow}}
  open: {network: !unknown x}
sql: {db: }
jobs: {j: {region: !unknown x}}
";
    check(text, &[]);
    let read = unit(&[("t", text), ("other", "sql: {far: }\n")]);
    for (address, name, expected) in [
        ("storage/bare", "region", "northeurope"),
        ("storage/bare", "encryption", "customer_managed"),
        ("storage/bare.network", "default_action", "deny"),
        ("storage/own", "region", "uksouth"),
        ("storage/own", "encryption", "customer_managed"),
        ("storage/part.network", "default_action", "allow"),
        ("storage/part.network", "bypass", "[azure_services]"),
        ("storage/open", "network", "unknown: x"),
        ("sql/db", "region", "westeurope"),
        ("job/j", "region", "unknown: x"),
        // Defaults are those of one file.
        ("sql/far", "region", "absent"),
    ] {
        assert_eq!(field(&read, address, name), expected, "{address} {name}");
    }
    // A value that came from a default stands where it is written.
    let bare = object(&read.topology, "storage/bare").unwrap();
    let (slot, _) = Topology::kind(read.topology.object(bare).kind).field("encryption").unwrap();
    let place = read.sources.place(read.topology.slot(bare, slot).node);
    assert_eq!(support::line_of(&read.sources, place), 6);
}

#[test]
fn mistaken_defaults_are_told_once_and_where_they_stand() {
    for (topology, expected) in [
        ("defaults: [x]\nstorage: {a: }", "1:11 wrong-type expected a group of fields, found a list | this is a list"),
        ("defaults: {storage: 5}", "1:21 wrong-type expected a group of fields, found a number | this is a number"),
        (
            "defaults: {regoin: x}",
            "1:12 unknown-field `regoin` is neither a section nor a field that resources have | did you mean `region`?",
        ),
        (
            "defaults: {strorage: {}}",
            "1:12 unknown-field `strorage` is neither a section nor a field that resources have | did you mean `storage`?",
        ),
        (
            "defaults: {region: [x]}\nstorage: {a: , b: }",
            "1:20 wrong-type expected text, found a list | this is a list",
        ),
        (
            "defaults: {storage: {regoin: x}}\nstorage: {a: , b: }",
            "1:22 unknown-field a `storage` has no field `regoin` | did you mean `region`?",
        ),
        // Nobody takes it, since every account has a network of its own.
        (
            "defaults: {storage: {network: {defaultaction: deny}}}\nstorage: {a: {network: {bypass: [none]}}}",
            "1:32 unknown-field a `network` has no field `defaultaction` | did you mean `default_action`?",
        ),
        (
            "defaults: {storage: {network: {default_action: dney}}}\nstorage: {a: {network: {default_action: deny}}}",
            "1:48 unknown-word `dney` is not allowed here | did you mean `deny`?",
        ),
        (
            "defaults: {storage: {network: {default_action: dney}}}\nstorage: {a: , b: , c: }",
            "1:48 unknown-word `dney` is not allowed here | did you mean `deny`?",
        ),
        ("defaults: {storage: {outside: true}}\nstorage: {a: }", "1:22 unknown-field `outside` cannot be a default"),
        (
            "defaults: {private_endpoints: {subnet: v/t}}\nvnets: {v: {subnets: {s: }}}\nstorage: {a: }\nprivate_endpoints: {p: {target: a}, q: {target: a}}",
            "1:40 unresolved-reference nothing is declared by the name `v/t` | did you mean `v/s`?",
        ),
    ] {
        check(topology, &[expected]);
    }
}

#[test]
fn aliases_and_merge_keys() {
    let text = "
storage:
  a: &closed
    network: &rules {default_action: deny}
  b: *closed
  c: {network: *rules}
  d: {<<: *closed, region: x}
  e: {network: {<<: *rules, bypass: [none]}}
";
    check(text, &[]);
    let read = unit(&[("t", text)]);
    for name in ["a", "b", "c", "d", "e"] {
        assert_eq!(field(&read, &format!("storage/{name}.network"), "default_action"), "deny", "{name}");
    }
    // A mistake behind an alias is one mistake.
    check(
        "storage:\n  a: &x {regoin: 1}\n  b: *x\n  c: {<<: *x}\n",
        &["2:10 unknown-field a `storage` has no field `regoin` | did you mean `region`?"],
    );
    check(
        "storage:\n  a: {network: *rules}\n",
        &["2:16 unknown-anchor no value above is anchored with `&rules` | this alias has nothing to stand for"],
    );
    // A wrong use of an alias is told where it is used.
    check(
        "storage:\n  a: &x {tags: &y {k: v}}\n  b: {region: *y}\n",
        &["3:15 wrong-type expected text, found a mapping | this is a mapping"],
    );
}

#[test]
fn documents_and_files_share_their_names() {
    let files = [
        ("jobs.yaml", "jobs: {j: {outputs: {o: {resource: storage/späth}}}}\n---\nclusters: {c: }\n"),
        ("data.yaml", "storage: {späth: {region: x}}\n"),
    ];
    assert_eq!(problems(&files), "");
    let read = unit(&files);
    assert_eq!(field(&read, "job/j.outputs.o", "resource"), "storage/späth");
}

#[test]
fn places_do_not_depend_on_the_form_of_the_file() {
    let plain = "storage:\n  größe: {region: x, regoin: y}\n  日本: {kind: z}\n";
    let expected = [
        "2:22 unknown-field a `storage` has no field `regoin` | did you mean `region`?",
        "3:8 unknown-field a `storage` has no field `kind` | not a field",
    ];
    let found = problems(&[("t", plain)]);
    let lines = |text: &str| text.lines().map(|line| line.split(" | ").next().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(lines(&found)[0], format!("t:{}", expected[0].split(" | ").next().unwrap()));
    assert!(lines(&found)[1].starts_with("t:3:8 unknown-field"), "{found}");
    assert_eq!(problems(&[("t", &plain.replace('\n', "\r\n"))]), found);
    assert_eq!(problems(&[("t", &format!("\u{feff}{plain}"))]), found);
    assert_eq!(problems(&[("t", plain.trim_end())]), found);
}

#[test]
fn everything_that_is_wrong_is_told_at_once_and_the_rest_is_read() {
    let text = "
jobs:
  telemetry:
    streming_units: 6
    identity: system
    inputs:
      in: {resource: storage/rwa}
    outputs:
      out: {auth: managed_identity}
      good: {resource: storage/raw, auth: none}
storage:
  raw: {network: {ip_rules: [1.2.3], default_action: deny}}
nsgss: {}
";
    let found = problems(&[("t", text)]);
    let places: Vec<&str> = found.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(places, ["t:4:5", "t:5:15", "t:7:22", "t:9:7", "t:13:1"], "{found}");
    let read = unit(&[("t", text)]);
    assert_eq!(field(&read, "job/telemetry.outputs.good", "resource"), "storage/raw");
    assert_eq!(field(&read, "storage/raw.network", "default_action"), "deny");
    assert_eq!(field(&read, "job/telemetry", "identity"), "unknown: the value in the file cannot be used");
}

#[test]
fn cycles_are_no_trouble() {
    let text = "
vnets:
  a: {address_space: [10.0.0.0/16], peerings: [b, a], subnets: {s: {prefix: 10.0.1.0/24, route_table: t}}}
  b: {address_space: [10.1.0.0/16], peerings: [a], subnets: {s: {prefix: 10.1.1.0/24, route_table: t}}}
route_tables:
  t: {routes: {all: {prefix: 0.0.0.0/0, next_hop: appliance, appliance: fw}}}
workloads:
  fw: {subnet: a/s, role: appliance, uses: [storage/raw]}
  other: {subnet: b/s, uses: [storage/raw]}
storage: {raw: {network: {default_action: deny}}}
flows:
  - {from: workload/fw, to: workload/other}
  - {from: workload/other, to: workload/fw}
";
    check(text, &[]);
    let definitions = definitions();
    let mut ruleset = support::ruleset(&definitions);
    let (result, _) = support::judge(&mut ruleset, unit(&[("t", text)]), "documents");
    assert!(!result.flows.is_empty());
    check(
        "storage:\n  a: &x\n    network: *x\n",
        &["3:14 alias-cycle this alias stands within the value it refers to", "3:5 the value starts here"],
    );
}

#[test]
fn ten_thousand_mistakes_are_ten_thousand_problems() {
    let mut text = String::from("storage:\n  raw:\njobs:\n");
    for index in 0..10_000 {
        writeln!(text, "  j{index}: {{outputs: {{o: {{resource: storage/rax{index}}}}}}}").unwrap();
    }
    let read = unit(&[("t", &text)]);
    assert_eq!(read.problems.len(), 10_000);
    assert_eq!(read.problems[0].primary.text, "did you mean `storage/raw`?");
}

#[test]
fn depth_and_aliases_are_bounded() {
    let deep = format!("jobs: {}", "[".repeat(100_000));
    let bomb = std::iter::once("jobs:\n  a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned())
        .chain(('b'..'j').map(|name| {
            let before = char::from(name as u8 - 1);
            format!("  {name}: &{name} [{}]\n", vec![format!("*{before}"); 10].join(", "))
        }))
        .collect::<String>();
    for (text, code) in [(deep, "too-deep"), (bomb, "too-many-aliases")] {
        let read = unit(&[("t", &text)]);
        assert!(read.problems.iter().any(|problem| problem.code == code), "{code}");
    }
}
