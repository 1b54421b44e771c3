//! Looking members up gives the answer that going through all of them gives.

use super::dice::Dice;
use super::estate::Estate;
use crate::topology::*;

/// Private endpoints of one account, and what is known of them at random.
fn estate(seed: u64) -> Estate {
    let mut estate = Estate::new();
    let mut dice = Dice::new(seed);
    let store = estate.add(SERVICE_RESOURCE, "store");
    let zones: Vec<ObjectId> = ["z0", "z1", "z2", "z3"].map(|name| estate.add(DNS_ZONE, name)).to_vec();
    if dice.roll(2) == 0 {
        estate.maybe(zones[3]);
    }
    for name in ["mine", "e0", "e1", "e2", "e3"] {
        let endpoint = estate.add(PRIVATE_ENDPOINT, name);
        let target = if dice.roll(6) == 0 { estate.unknown() } else { Value::Object(store) };
        estate.set(endpoint, "target", target);
        let states = ["approved", "pending"];
        let state = match dice.roll(4) {
            0 => None,
            1 => Some(estate.unknown()),
            _ => Some(estate.text(dice.pick(&states))),
        };
        if let Some(state) = state {
            estate.set(endpoint, "connection_state", state);
        }
        let named: Vec<Value> = (0..dice.roll(3))
            .map(|_| match dice.roll(8) {
                0 => estate.unknown(),
                _ => Value::Object(dice.pick(&zones)),
            })
            .collect();
        let named = match dice.roll(8) {
            0 => continue,
            1 => estate.unknown(),
            2 => Estate::open(estate.list(named, false)),
            _ => estate.list(named, false),
        };
        estate.set(endpoint, "dns_zones", named);
        match dice.roll(6) {
            0 => {
                estate.maybe(endpoint);
            }
            1 => estate.change(endpoint, |object| object.outside = true),
            _ => {}
        }
    }
    estate
}

#[test]
fn looking_up_is_going_through_all() {
    let shares_a_zone = "e.dns_zones.exists(z, z in mine.dns_zones)";
    let tests = [
        shares_a_zone.to_owned(),
        format!("e != mine && {shares_a_zone}"),
        "e.connection_state == 'approved' && e != mine".to_owned(),
        "e.connection_state == mine.connection_state".to_owned(),
        "size(e.dns_zones) > 0 && e.connection_state != 'pending' && e.name != mine.name".to_owned(),
    ];
    let mut found = std::collections::BTreeSet::new();
    for seed in 0..200 {
        for test in &tests {
            for form in ["exists", "filter"] {
                let ask = |test: &str| estate(seed).eval(&format!("store.private_endpoints.{form}(e, {test})"));
                // Of alternatives nothing is looked up.
                let (looked_up, gone_through) = (ask(test), ask(&format!("({test}) || false")));
                assert_eq!(looked_up, gone_through, "{seed}: {form} {test}");
                found.insert(looked_up);
            }
        }
    }
    assert!(["true", "false", "unknown", "[]"].iter().all(|answer| found.contains(*answer)), "{found:?}");
}

#[test]
fn what_names_itself_is_not_looked_up() {
    let mut estate = Estate::new();
    let net = estate.add(VNET, "net");
    estate.children(net, "subnets", SUBNET, &["one", "two"]);
    let other = estate.add(VNET, "other");
    let peerings = estate.list([Value::Object(net), Value::Object(other)], false);
    estate.set(net, "peerings", peerings);
    let text = "net.peerings.exists(peer, peer.peerings.exists(near, near in near.peerings))";
    assert_eq!(estate.eval(text), "true");
}

#[test]
fn a_member_in_doubt_is_not_counted() {
    let mut estate = Estate::new();
    let store = estate.add(SERVICE_RESOURCE, "store");
    for name in ["e0", "e1", "e2"] {
        let endpoint = estate.add(PRIVATE_ENDPOINT, name);
        let target = if name == "e1" { estate.unknown() } else { Value::Object(store) };
        estate.set(endpoint, "target", target);
    }
    assert_eq!(estate.eval("size(store.private_endpoints)"), "unknown");
}
