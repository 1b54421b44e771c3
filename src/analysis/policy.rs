//! Which connections the statements of a team's policy speak of. Whether they hold is said by rules.

use std::borrow::Cow;

use hashbrown::HashMap;

use crate::source::matches_glob;
use crate::topology::{
    CONSTANTS, DEVICE, FieldType, INTERNET, LINK, ObjectId, Origin, POLICY_STATEMENT, ReasonId, SITE, SUBNET, Slot,
    SlotIndex, Topology, Value, WORKLOAD, constants, device, flow, link, policy_statement, site, subnet, workload,
};

/// Fills in the connections of every statement; `incomplete` where there may be connections that cannot be listed, of
/// which any statement may speak.
pub(super) fn select(topology: &mut Topology, flows: &[ObjectId], incomplete: bool) {
    let statements = topology.of_kind(POLICY_STATEMENT).to_vec();
    if statements.is_empty() {
        return;
    }
    let ends = Ends::of(topology, flows);
    let outside = declared_outside(topology);
    for statement in statements {
        let node = topology.object(statement).head;
        let chosen = Statement::read(topology, statement);
        let mut matching = Vec::new();
        let mut others = Vec::new();
        for id in ends.candidates(&chosen, flows).iter() {
            match chosen.speaks_of(topology, *id) {
                Membership::Matching => matching.push(Value::Object(*id)),
                Membership::Other => others.push(Value::Object(*id)),
                // Whom it connects cannot be told, so neither can whether it is meant.
                Membership::Unknown(value) => {
                    matching.push(value);
                    others.push(value);
                }
                Membership::None => {}
            }
        }
        let (from_outside, to_outside) = chosen.outside(topology, &outside);
        if incomplete || from_outside || (to_outside && chosen.from.names("internet")) {
            matching.push(Value::Unknown(ReasonId::IN_DOUBT));
        }
        if incomplete || to_outside {
            others.push(Value::Unknown(ReasonId::IN_DOUBT));
        }
        for (slot, members) in [(policy_statement::flows, matching), (policy_statement::others, others)] {
            let place_of = |value: &Value| match value {
                Value::Object(flow) => topology.object(*flow).head,
                _ => node,
            };
            let slots: Vec<Slot> = members
                .into_iter()
                .map(|value| Slot { value, node: place_of(&value), origin: Origin::Declared })
                .collect();
            let list = topology.add_list(slots, false);
            topology.set(statement, slot, Slot { value: Value::List(list), node, origin: Origin::Declared });
        }
    }
}

/// Collects every public address that the topology declares as somebody's own, for telling them from strangers'.
pub(super) fn collect_addresses(topology: &mut Topology) {
    let Some(azure) = topology.of_kind(CONSTANTS).first().copied() else { return };
    let fields = [
        (SUBNET, subnet::public_egress_ips),
        (SITE, site::nat_ips),
        (LINK, link::nat_ips),
        (WORKLOAD, workload::public_ips),
        (DEVICE, device::public_ips),
    ];
    let mut addresses = Vec::new();
    let mut open = false;
    for (kind, slot) in fields {
        open |= topology.is_open(kind) || topology.may_hide(kind);
        for owner in topology.of_kind(kind) {
            let declared = topology.slot(*owner, slot);
            match declared.value {
                Value::List(list) => {
                    open |= list.open;
                    addresses.extend_from_slice(topology.list(list));
                }
                Value::Unknown(_) => addresses.push(declared),
                Value::Absent => open |= topology.object(*owner).outside,
                _ => {}
            }
        }
    }
    let node = topology.object(azure).head;
    let list = Value::List(topology.add_list(addresses, open));
    topology.set(azure, constants::declared_addresses, Slot { value: list, node, origin: Origin::Declared });
}

/// Everything that stands alone and is declared elsewhere.
fn declared_outside(topology: &Topology) -> Vec<ObjectId> {
    let outside =
        (0u32..).zip(topology.objects()).filter(|(_, object)| object.outside && Topology::stands_alone(object.kind));
    outside.map(|(index, _)| ObjectId(index)).collect()
}

/// Flows by the address of what they lead to, so that a statement that names its targets is held only against theirs.
struct Ends {
    /// By their numbers, in order.
    by_target: HashMap<String, Vec<usize>>,
    /// Those with an end that cannot be told.
    unknown: Vec<usize>,
}

impl Ends {
    fn of(topology: &Topology, flows: &[ObjectId]) -> Self {
        let mut targets: HashMap<ObjectId, Vec<usize>> = HashMap::new();
        let mut unknown = Vec::new();
        for (number, id) in flows.iter().enumerate() {
            match [flow::origin, flow::target].map(|slot| topology.slot(*id, slot).value) {
                [Value::Object(_), Value::Object(target)] => targets.entry(target).or_default().push(number),
                _ => unknown.push(number),
            }
        }
        let mut by_target: HashMap<String, Vec<usize>> = HashMap::new();
        for (target, numbers) in targets {
            by_target.entry(topology.address(target)).or_default().extend(numbers);
        }
        Self { by_target, unknown }
    }

    /// The flows that a statement may speak of, in order.
    fn candidates<'f>(&self, statement: &Statement, flows: &'f [ObjectId]) -> Cow<'f, [ObjectId]> {
        let is_address = |selector: &String| !selector.contains('*') && !selector.starts_with("tag:");
        let targets = match &statement.to {
            Selectors::Known(targets) if targets.iter().all(is_address) => targets,
            _ => return Cow::Borrowed(flows),
        };
        let named = targets.iter().filter_map(|target| self.by_target.get(target)).flatten();
        let mut numbers: Vec<usize> = named.chain(&self.unknown).copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into_iter().filter_map(|number| flows.get(number).copied()).collect()
    }
}

/// What a flow is to a statement.
enum Membership {
    /// It speaks of the flow.
    Matching,
    /// The flow leads to a target of the statement, from somewhere else.
    Other,
    /// An end of the flow is unknown.
    Unknown(Value),
    /// Neither.
    None,
}

/// The selectors of a statement.
struct Statement {
    from: Selectors,
    to: Selectors,
    uses: Vec<String>,
}

/// Selectors, or why they cannot be told.
enum Selectors {
    Known(Vec<String>),
    Unknown(Value),
}

impl Selectors {
    /// Whether a selector is one of these.
    fn names(&self, selector: &str) -> bool {
        matches!(self, Self::Known(known) if known.iter().any(|known| known == selector))
    }
}

impl Statement {
    fn read(topology: &Topology, id: ObjectId) -> Self {
        let uses = match selectors(topology, id, policy_statement::r#use) {
            Selectors::Known(uses) => uses,
            Selectors::Unknown(_) => Vec::new(),
        };
        Self {
            from: selectors(topology, id, policy_statement::from),
            to: selectors(topology, id, policy_statement::to),
            uses,
        }
    }

    fn speaks_of(&self, topology: &Topology, id: ObjectId) -> Membership {
        let (from, to) = match (&self.from, &self.to) {
            (Selectors::Known(from), Selectors::Known(to)) => (from, to),
            (Selectors::Unknown(value), _) | (_, Selectors::Unknown(value)) => return Membership::Unknown(*value),
        };
        let [origin, target] = [flow::origin, flow::target].map(|slot| topology.slot(id, slot).value);
        if !self.is_for_use(topology, id) {
            return Membership::None;
        }
        let (origin, target) = match (origin, target) {
            (Value::Object(origin), Value::Object(target)) => (origin, target),
            (unknown @ Value::Unknown(_), _) | (_, unknown @ Value::Unknown(_)) => return Membership::Unknown(unknown),
            _ => return Membership::None,
        };
        let is_from =
            from.iter().any(|selector| places(topology, id, origin).any(|place| selects(topology, selector, place)));
        // `*` speaks of what is declared; the internet is always named.
        let is_from =
            is_from && (topology.object(origin).kind != INTERNET || from.iter().any(|selector| selector == "internet"));
        let is_to = to.iter().any(|selector| selects(topology, selector, target));
        match (is_from, is_to) {
            (true, true) => Membership::Matching,
            (false, true) => Membership::Other,
            _ => Membership::None,
        }
    }

    /// Whether something that is declared elsewhere is among the sources, and among the targets: no connections follow
    /// from it here, but there may be some.
    fn outside(&self, topology: &Topology, ids: &[ObjectId]) -> (bool, bool) {
        let any = |selectors: &Selectors| match selectors {
            Selectors::Known(known) => {
                known.iter().any(|selector| ids.iter().any(|id| selects(topology, selector, *id)))
            }
            Selectors::Unknown(_) => true,
        };
        (any(&self.from), any(&self.to))
    }

    fn is_for_use(&self, topology: &Topology, id: ObjectId) -> bool {
        let purpose = match topology.slot(id, flow::r#use).value {
            Value::Text(text) => topology.strings.text(text),
            _ => "",
        };
        self.uses.is_empty() || self.uses.iter().any(|known| known == purpose)
    }
}

fn selectors(topology: &Topology, id: ObjectId, slot: SlotIndex) -> Selectors {
    let Value::List(list) = topology.slot(id, slot).value else {
        return match topology.slot(id, slot).value {
            unknown @ Value::Unknown(_) => Selectors::Unknown(unknown),
            _ => Selectors::Known(Vec::new()),
        };
    };
    let mut texts = Vec::new();
    for item in topology.list(list) {
        match item.value {
            Value::Text(text) => texts.push(topology.strings.text(text).to_owned()),
            unknown @ Value::Unknown(_) => return Selectors::Unknown(unknown),
            _ => {}
        }
    }
    Selectors::Known(texts)
}

/// Everything that a flow starts from: who opens it, and the site, subnet and network that it stands in.
fn places(topology: &Topology, id: ObjectId, origin: ObjectId) -> impl Iterator<Item = ObjectId> {
    let object = |slot| match topology.slot(id, slot).value {
        Value::Object(object) => Some(object),
        _ => None,
    };
    let stands_in = object(flow::subnet).filter(|subnet| topology.object(*subnet).kind == SUBNET);
    let network = stands_in.and_then(|subnet| topology.object(subnet).parent);
    [Some(origin), object(flow::site), stands_in, network].into_iter().flatten()
}

fn selects(topology: &Topology, selector: &str, id: ObjectId) -> bool {
    match selector.strip_prefix("tag:") {
        Some(tag) => has_tag(topology, id, tag),
        None => matches_glob(selector, &topology.address(id)),
    }
}

fn has_tag(topology: &Topology, id: ObjectId, tag: &str) -> bool {
    let kind = Topology::kind(topology.object(id).kind);
    let Some((slot, _)) = kind.field("tags").filter(|(_, field)| field.ty == FieldType::Tags) else { return false };
    let Value::List(list) = topology.slot(id, slot).value else { return false };
    topology.list(list).iter().any(|item| match item.value {
        Value::Text(text) => matches_glob(tag, topology.strings.text(text)),
        _ => false,
    })
}
