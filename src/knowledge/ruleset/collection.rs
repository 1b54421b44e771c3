//! The collections that rules and flows are judged over.

use crate::source::did_you_mean;
use crate::topology::{FLOW, KINDS, KindId, ObjectId, SERVICE_RESOURCE, Symbol, Topology};

/// All declared objects of a kind, or of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    /// The kind.
    pub kind: KindId,
    /// Only resources of that service.
    pub service: Option<String>,
}

impl Collection {
    /// The collection of that name: a section, the plural of a kind, `resources` or `flows`. `services` are the names of
    /// services with their sections.
    ///
    /// # Errors
    /// The nearest name, where there is one.
    pub fn parse(name: &str, services: &[(String, Option<String>)]) -> Result<Self, Option<String>> {
        let of_kind = |kind| Ok(Self { kind, service: None });
        match name {
            "flows" => return of_kind(FLOW),
            "resources" => return of_kind(SERVICE_RESOURCE),
            _ => {}
        }
        if let Some((service, _)) = services.iter().find(|(_, section)| section.as_deref() == Some(name)) {
            return Ok(Self { kind: SERVICE_RESOURCE, service: Some(service.clone()) });
        }
        if let Some(kind) = KINDS.iter().find(|kind| is_plural(name, kind.name, kind.section)) {
            return of_kind(kind.id);
        }
        let plurals: Vec<String> = KINDS.iter().map(|kind| plural(kind.name, kind.section)).collect();
        let sections = services.iter().filter_map(|(_, section)| section.as_deref());
        let names = plurals.iter().map(String::as_str).chain(sections).chain(["flows", "resources"]);
        Err(did_you_mean(name, names).map(str::to_owned))
    }

    /// The objects of the collection that are declared here, in the order of their declaration.
    pub fn subjects<'t>(&self, topology: &'t Topology) -> impl Iterator<Item = ObjectId> + use<'t> {
        let label: Option<Option<Symbol>> = self.service.as_deref().map(|service| topology.strings.find(service));
        topology.of_kind(self.kind).iter().copied().filter(move |id| {
            let object = topology.object(*id);
            !object.outside && label.is_none_or(|label| label == Some(object.label))
        })
    }
}

/// The plural of a kind: its section in a topology file where it has one; declared flows are told from judged ones.
fn plural(name: &str, section: Option<&str>) -> String {
    match section {
        Some("flows") | None => format!("{name}s"),
        Some(section) => section.to_owned(),
    }
}

/// Whether a name is the plural of a kind.
fn is_plural(name: &str, kind: &str, section: Option<&str>) -> bool {
    match section {
        Some("flows") | None => name.strip_suffix('s') == Some(kind),
        Some(section) => name == section,
    }
}
