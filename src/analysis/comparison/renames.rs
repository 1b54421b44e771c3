//! What the objects of an earlier state are called in a later one.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::analysis::finding::{Finding, Participant};
use crate::analysis::fingerprint::fingerprint;
use crate::topology::{CONSTANTS, FLOW, FormerName, INTERNET, ObjectId, SERVICE, SUBNET, Topology, VNET};

/// Addresses of the earlier state with what they are in the later one, where that differs.
#[derive(Debug, Default)]
pub(super) struct Renames {
    addresses: HashMap<String, String>,
    /// Paths below a resource, whichever, with what they are in the later state, where that differs.
    paths: HashMap<String, String>,
}

impl Renames {
    pub(super) fn new(old: &Topology, new: &Topology) -> Self {
        let renamed = renamed_objects(old, new);
        if renamed.is_empty() {
            return Self::default();
        }
        let mut renames = Self::default();
        let mut naming = Naming { old, new, renamed: &renamed, texts: &HashMap::new() };
        let ids = || (0u32..).zip(old.objects()).filter(|(_, object)| is_told(object.kind));
        for (index, _) in ids().filter(|(_, object)| Topology::has_name(object.kind)) {
            renames.note(old, ObjectId(index), &naming);
        }
        // What has no name is called after the others.
        let texts = renames.addresses.clone();
        naming.texts = &texts;
        for (index, _) in ids().filter(|(_, object)| !Topology::has_name(object.kind)) {
            renames.note(old, ObjectId(index), &naming);
        }
        renames
    }

    fn note(&mut self, old: &Topology, id: ObjectId, naming: &Naming<'_>) {
        let (was, is) = (old.address(id), naming.address(id));
        if was == is {
            return;
        }
        let owner = old.resource_of(id);
        let path = |address: &str, owner: &str| Some(address.strip_prefix(owner)?.strip_prefix('.')?.to_owned());
        let paths = path(&was, &old.address(owner)).zip(path(&is, &naming.address(owner)));
        self.paths.extend(paths.filter(|(was, is)| was != is));
        self.addresses.insert(was, is);
    }

    /// What an address of the earlier state is in the later one.
    pub(super) fn of<'a>(&'a self, address: &'a str) -> &'a str {
        self.addresses.get(address).map_or(address, String::as_str)
    }

    /// The fingerprint that a finding of the earlier state has in the later one.
    pub(super) fn fingerprint<'f>(&self, finding: &'f Finding) -> Cow<'f, str> {
        if self.addresses.is_empty() {
            return Cow::Borrowed(&finding.fingerprint);
        }
        let resources: Vec<Participant> = finding
            .resources
            .iter()
            .map(|one| Participant { role: one.role.clone(), resource: self.of(&one.resource).to_owned() })
            .collect();
        let field = finding.field.as_deref().map(|field| self.field(&finding.resources, field));
        Cow::Owned(fingerprint(&finding.rule, &resources, field.as_deref()))
    }

    /// A field path, in which names of nested objects may have changed. Whose it is, is one of the participants, or what
    /// one of them belongs to.
    fn field<'f>(&self, participants: &[Participant], field: &'f str) -> Cow<'f, str> {
        for participant in participants {
            let ends = participant.resource.match_indices('.').map(|(at, _)| at).chain([participant.resource.len()]);
            for owner in ends.filter_map(|end| participant.resource.get(..end)) {
                if let Some(renamed) = self.path_below(owner, field) {
                    return Cow::Owned(renamed);
                }
            }
        }
        // It belongs to something that takes no part itself.
        let ends = field.match_indices('.').map(|(at, _)| at).chain([field.len()]);
        let mut paths = ends.collect::<Vec<usize>>().into_iter().rev();
        let renamed = paths.find_map(|end| Some((self.paths.get(field.get(..end)?)?, field.get(end..)?)));
        renamed.map_or(Cow::Borrowed(field), |(path, rest)| Cow::Owned(format!("{path}{rest}")))
    }

    /// A field path below an object, if some object on its way was renamed.
    fn path_below(&self, owner: &str, field: &str) -> Option<String> {
        let whole = format!("{owner}.{field}");
        let ends = whole.match_indices('.').map(|(at, _)| at).chain([whole.len()]);
        let mut nested = ends.filter(|end| *end > owner.len()).collect::<Vec<usize>>().into_iter().rev();
        nested.find_map(|end| {
            let renamed = self.addresses.get(whole.get(..end)?)?;
            let below = renamed.strip_prefix(self.of(owner))?.strip_prefix('.')?;
            let path = format!("{below}{}", whole.get(end..)?);
            (path != field).then_some(path)
        })
    }
}

/// Whether a kind holds what a description declares.
fn is_told(kind: crate::topology::KindId) -> bool {
    ![FLOW, SERVICE, CONSTANTS, INTERNET].contains(&kind)
}

/// Which object of the later state an object of the earlier one is, where it has another name there. Either state may say
/// so: a step back is told by the earlier one.
fn renamed_objects(old: &Topology, new: &Topology) -> HashMap<ObjectId, ObjectId> {
    if old.former_names().is_empty() && new.former_names().is_empty() {
        return HashMap::new();
    }
    let (of_old, of_new) = (Index::new(old), Index::new(new));
    let mut renamed: HashMap<ObjectId, ObjectId> = Search { earlier: &of_old, later: &of_new }
        .run()
        .into_iter()
        .map(|(later, earlier)| (earlier, later))
        .collect();
    let taken: HashSet<ObjectId> = renamed.values().copied().collect();
    for (earlier, later) in (Search { earlier: &of_new, later: &of_old }).run() {
        if !taken.contains(&later) {
            renamed.entry(earlier).or_insert(later);
        }
    }
    renamed
}

/// The objects of a state by what they belong to, the field that holds them, and their name.
struct Index<'t> {
    topology: &'t Topology,
    objects: HashMap<(Option<ObjectId>, &'t str, &'t str), ObjectId>,
}

impl<'t> Index<'t> {
    fn new(topology: &'t Topology) -> Self {
        let ids = (0u32..).zip(topology.objects()).filter(|(_, object)| is_told(object.kind));
        let entry = |(index, object): (u32, &'t crate::topology::Object)| {
            let (label, name) = (topology.strings.text(object.label), topology.strings.text(object.name));
            ((object.parent, label, name), ObjectId(index))
        };
        Self { topology, objects: ids.map(entry).collect() }
    }

    fn find(&self, parent: Option<ObjectId>, label: &str, name: &str) -> Option<ObjectId> {
        self.objects.get(&(parent, label, name)).copied()
    }
}

/// Finds in one state what the other says was called otherwise.
struct Search<'s, 't> {
    /// The state that is searched.
    earlier: &'s Index<'t>,
    /// The state that says so.
    later: &'s Index<'t>,
}

impl Search<'_, '_> {
    /// Objects of the later state with what they were in the earlier one. What contains others comes first, so that they
    /// are looked for in the right place.
    fn run(&self) -> HashMap<ObjectId, ObjectId> {
        let later = self.later.topology;
        let depth =
            |id: ObjectId| std::iter::successors(later.object(id).parent, |id| later.object(*id).parent).count();
        let mut formers: Vec<&FormerName> = later.former_names().iter().collect();
        formers.sort_by_key(|former| depth(former.object));
        let mut found: HashMap<ObjectId, ObjectId> = HashMap::new();
        for level in formers.chunk_by(|a, b| depth(a.object) == depth(b.object)) {
            let mut candidates: HashMap<ObjectId, ObjectId> = HashMap::new();
            for former in level {
                if let Some(earlier) = self.candidate(former, &found) {
                    candidates.entry(former.object).or_insert(earlier);
                }
            }
            self.drop_taken(&mut candidates, &found);
            found.extend(candidates);
        }
        found
    }

    /// What a former name means, unless the earlier state says the same of it: then that was long before.
    fn candidate(&self, former: &FormerName, found: &HashMap<ObjectId, ObjectId>) -> Option<ObjectId> {
        let later = self.later.topology;
        let object = later.object(former.object);
        let text = later.strings.text(former.name);
        let label = later.strings.text(object.label);
        let (parent, name) = match text.split_once('/') {
            Some((network, name)) if object.kind == SUBNET => {
                (Some(self.earlier.find(None, Topology::kind(VNET).name, network)?), name)
            }
            _ => (self.earlier_parent(former.object, found)?, text),
        };
        let earlier = self.earlier.topology;
        let same = self.namesake(former.object, found);
        let is_old =
            earlier.former_names().iter().any(|one| Some(one.object) == same && earlier.strings.text(one.name) == text);
        self.earlier.find(parent, label, name).filter(|_| !is_old)
    }

    /// What is declared by today's name in the earlier state.
    fn namesake(&self, id: ObjectId, found: &HashMap<ObjectId, ObjectId>) -> Option<ObjectId> {
        let later = self.later.topology;
        let object = later.object(id);
        let parent = self.earlier_parent(id, found)?;
        self.earlier.find(parent, later.strings.text(object.label), later.strings.text(object.name))
    }

    /// What an object belonged to; nothing where that was not there.
    #[expect(clippy::option_option, reason = "belongs to nothing, and what it belongs to is new")]
    fn earlier_parent(&self, id: ObjectId, found: &HashMap<ObjectId, ObjectId>) -> Option<Option<ObjectId>> {
        match self.later.topology.object(id).parent {
            None => Some(None),
            Some(parent) => match found.get(&parent) {
                Some(earlier) => Some(Some(*earlier)),
                None => self.namesake(parent, found).map(Some),
            },
        }
    }

    /// A name that was taken before belongs to what bore it, unless that has another name now.
    fn drop_taken(&self, candidates: &mut HashMap<ObjectId, ObjectId>, found: &HashMap<ObjectId, ObjectId>) {
        loop {
            let leaving: HashSet<ObjectId> = candidates.values().copied().collect();
            let before = candidates.len();
            candidates.retain(|later, _| self.namesake(*later, found).is_none_or(|same| leaving.contains(&same)));
            if candidates.len() == before {
                return;
            }
        }
    }
}

/// Says what objects of the earlier state are called in the later one.
struct Naming<'a> {
    old: &'a Topology,
    new: &'a Topology,
    renamed: &'a HashMap<ObjectId, ObjectId>,
    /// New addresses by old ones, for texts that name something.
    texts: &'a HashMap<String, String>,
}

impl Naming<'_> {
    fn address(&self, id: ObjectId) -> String {
        if let Some(new) = self.renamed.get(&id) {
            return self.new.address(*new);
        }
        let object = self.old.object(id);
        let label = self.old.strings.text(object.label);
        let name = self.name(id);
        let Some(parent) = object.parent.map(|parent| self.address(parent)) else { return format!("{label}/{name}") };
        if Topology::stands_alone(object.kind) {
            let owner = parent.split_once('/').map_or(parent.as_str(), |(_, owner)| owner);
            return format!("{label}/{owner}/{name}");
        }
        if object.name == object.label { format!("{parent}.{label}") } else { format!("{parent}.{label}.{name}") }
    }

    /// The name of an object; of one that is called after what it says, with the new names of what that names.
    fn name(&self, id: ObjectId) -> String {
        let object = self.old.object(id);
        let name = self.old.strings.text(object.name);
        if Topology::has_name(object.kind) || object.name == object.label {
            return name.to_owned();
        }
        let address = |other: ObjectId, said: &mut String| said.push_str(&self.address(other));
        let text = |text: &str, said: &mut String| said.push_str(self.texts.get(text).map_or(text, String::as_str));
        let said = self.old.said_name(id, &address, &text);
        // The second of its sort stays so.
        match name.rsplit_once(" #") {
            Some((_, number)) if number.chars().all(|c| c.is_ascii_digit()) => format!("{said} #{number}"),
            _ => said,
        }
    }
}
