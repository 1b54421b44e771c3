//! Which object a name means. Resolved when all files of the unit are read.

use hashbrown::HashSet;

use super::suggestions::Suggestions;
use super::{Pending, Reader};
use crate::source::{NodeId, Problem};
use crate::topology::{
    FieldType, KindId, ObjectId, Origin, SERVICE_RESOURCE, Slot, SlotIndex, Symbol, Target, Topology, Value,
};

/// What became of a name.
enum Resolution {
    Found(ObjectId),
    Several(Vec<ObjectId>),
    /// It exists, but is of a kind that cannot stand here.
    WrongKind(ObjectId),
    Nothing,
}

impl Reader<'_> {
    pub(super) fn resolve_references(&mut self) {
        let mut suggestions = Suggestions::default();
        let mut reported = HashSet::new();
        for pending in std::mem::take(&mut self.references) {
            let value = self.resolve_pending(&pending, &mut suggestions, &mut reported);
            let slot = Slot { value, node: pending.node, origin: Origin::Declared };
            match (pending.item, self.topology.slot(pending.object, pending.slot).value) {
                (Some(index), Value::List(list)) => self.topology.set_item(list, index, slot),
                // Another declaration of the same object has said it.
                (None, Value::Object(_)) => self.check_agreement((pending.object, pending.slot), slot),
                _ => self.topology.set(pending.object, pending.slot, slot),
            }
        }
    }

    fn resolve_pending(
        &mut self,
        pending: &Pending,
        suggestions: &mut Suggestions,
        reported: &mut HashSet<NodeId>,
    ) -> Value {
        let sources = self.sources;
        let text = &*sources.text(pending.node);
        if pending.scope
            && (text.starts_with('/') || text.starts_with("subscription/") || text.starts_with("resource_group/"))
        {
            return match self.by_id(text) {
                Some(id) => Value::Object(id),
                None => Value::Text(self.topology.strings.intern(text)),
            };
        }
        let resolution = self.resolve(text, pending.targets);
        match resolution {
            Resolution::Found(id) => return Value::Object(id),
            Resolution::Nothing if self.may_exist(text, pending.targets) => {
                return Value::Unknown(
                    self.topology.reason(format!("`{text}` may be declared where nothing is known")),
                );
            }
            // A default, or a value behind an alias, is met at every use.
            _ if !reported.insert(pending.node) => {}
            Resolution::Several(candidates) => self.report_several(pending, text, &candidates),
            Resolution::WrongKind(id) => self.report_wrong_kind(pending, text, id),
            Resolution::Nothing => self.report_nothing(pending, text, suggestions),
        }
        Value::Unknown(self.topology.reason(format!("`{text}` names nothing that could stand here")))
    }

    fn resolve(&self, text: &str, targets: &[Target]) -> Resolution {
        if text.starts_with('/') {
            return match self.by_id(text) {
                Some(id) if self.is_target(id, targets) => Resolution::Found(id),
                Some(id) => Resolution::WrongKind(id),
                None => Resolution::Nothing,
            };
        }
        let by_address = text
            .bytes()
            .position(|byte| byte == b'/')
            .and_then(|slash| self.lookup(text.get(..slash)?, text.get(slash + 1..)?));
        let name = self.topology.strings.find(text);
        let by_name = name.and_then(|name| Some((name, self.labels_of.get(&name)?)));
        // Mostly an address is no name at the same time.
        let Some((name, (label, labels))) = by_name else {
            return match by_address {
                Some(id) if self.is_target(id, targets) => Resolution::Found(id),
                Some(id) => Resolution::WrongKind(id),
                None => Resolution::Nothing,
            };
        };
        let named = std::iter::once(label).chain(labels).filter_map(|label| self.names.get(&(*label, name)).copied());
        let found: Vec<ObjectId> = by_address.into_iter().chain(named).collect();
        let fitting: Vec<ObjectId> = found.iter().copied().filter(|id| self.is_target(*id, targets)).collect();
        match (fitting.as_slice(), found.as_slice()) {
            ([id], _) => Resolution::Found(*id),
            ([], [id, ..]) => Resolution::WrongKind(*id),
            ([], []) => Resolution::Nothing,
            _ => Resolution::Several(fitting),
        }
    }

    /// Whether a name that was not found may be declared in what is unknown.
    fn may_exist(&self, text: &str, targets: &[Target]) -> bool {
        let is_open = |target: &Target| match target {
            Target::Kind(kind) => self.topology.is_open(*kind),
            Target::Service(_) => self.topology.is_open(SERVICE_RESOURCE),
        };
        if self.incomplete || targets.iter().any(is_open) {
            return true;
        }
        let Some((owner, _)) = text.rsplit_once('/') else { return false };
        let owner = owner.strip_prefix("subnet/").unwrap_or(owner);
        let Some(owner) = self.topology.strings.find(owner) else { return false };
        let Some((label, labels)) = self.labels_of.get(&owner) else { return false };
        let mut owners = std::iter::once(label).chain(labels).filter_map(|label| self.names.get(&(*label, owner)));
        owners.any(|owner| self.holds_unknown(*owner, targets))
    }

    /// Whether an object holds objects of one of these kinds that nothing is known of.
    fn holds_unknown(&self, owner: ObjectId, targets: &[Target]) -> bool {
        let object = self.topology.object(owner);
        let fields = (0u8..).zip(Topology::kind(object.kind).fields);
        let mut children = fields.filter(|(_, field)| match field.ty {
            FieldType::Children(kind) => targets.contains(&Target::Kind(kind)),
            _ => false,
        });
        children.any(|(slot, _)| {
            object.outside || matches!(self.topology.slot(owner, SlotIndex(slot)).value, Value::Unknown(_))
        })
    }

    fn lookup(&self, label: &str, name: &str) -> Option<ObjectId> {
        let label = self.topology.strings.find(label)?;
        let name = self.topology.strings.find(name)?;
        self.names.get(&(label, name)).copied()
    }

    fn is_target(&self, id: ObjectId, targets: &[Target]) -> bool {
        let object = self.topology.object(id);
        targets.iter().any(|target| match target {
            Target::Kind(kind) => object.kind == *kind,
            Target::Service(name) => self.topology.strings.text(object.label) == *name,
        })
    }

    fn report_several(&mut self, pending: &Pending, text: &str, candidates: &[ObjectId]) {
        let mut addresses: Vec<String> =
            candidates.iter().map(|id| format!("`{}`", self.topology.address(*id))).collect();
        addresses.sort();
        let problem = Problem::error(
            "ambiguous-reference",
            self.sources.place(pending.node),
            format!("`{text}` may mean several things"),
        );
        self.problems.push(problem.label(format!("write {}", addresses.join(" or "))));
    }

    fn report_wrong_kind(&mut self, pending: &Pending, text: &str, id: ObjectId) {
        let expected = describe_targets(pending.targets);
        let address = self.topology.address(id);
        let head = self.topology.object(id).head;
        let problem = Problem::error(
            "wrong-reference",
            self.sources.place(pending.node),
            format!("`{text}` cannot stand here: expected {expected}"),
        )
        .label(format!("this is `{address}`"))
        .related(self.sources.place(head), "declared here");
        self.problems.push(problem);
    }

    fn report_nothing(&mut self, pending: &Pending, text: &str, suggestions: &mut Suggestions) {
        let expected = describe_targets(pending.targets);
        let problem = Problem::error(
            "unresolved-reference",
            self.sources.place(pending.node),
            format!("nothing is declared by the name `{text}`"),
        );
        let problem = match self.suggest(text, pending.targets, suggestions) {
            Some(near) => problem.label(format!("did you mean `{near}`?")),
            None => problem.label(format!("expected {expected}")),
        };
        self.problems.push(problem.help("declare it, or declare it with `outside: true` where it lives elsewhere"));
    }

    fn suggest(&self, text: &str, targets: &'static [Target], suggestions: &mut Suggestions) -> Option<String> {
        let label = text.split_once('/').and_then(|(label, _)| self.topology.strings.find(label));
        let with_label = targets.len() > 1 || label.is_some_and(|label| self.labels.contains(&label));
        let candidates = suggestions.candidates(targets, with_label, || {
            let fitting = self.names.iter().filter(|(_, id)| self.is_target(**id, targets));
            fitting.map(|((label, name), _)| self.spelling(*label, *name, with_label)).collect()
        });
        candidates.near(text)
    }

    fn spelling(&self, label: Symbol, name: Symbol, with_label: bool) -> String {
        let name = self.topology.strings.text(name);
        match with_label {
            true => format!("{}/{name}", self.topology.strings.text(label)),
            false => name.to_owned(),
        }
    }
}

fn describe_targets(targets: &[Target]) -> String {
    let words: Vec<String> = targets
        .iter()
        .map(|target| match target {
            Target::Kind(kind) if *kind == SERVICE_RESOURCE => "a service resource such as `storage/name`".to_owned(),
            Target::Kind(kind) => kind_word(*kind),
            Target::Service(name) => format!("`{name}/name`"),
        })
        .collect();
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => "nothing".to_owned(),
    }
}

fn kind_word(kind: KindId) -> String {
    use crate::topology::SUBNET;
    let name = Topology::kind(kind).name;
    if kind == SUBNET { "a subnet (`vnet/subnet`)".to_owned() } else { format!("a {}", name.replace('_', " ")) }
}
