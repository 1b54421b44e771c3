//! The reference page of the topology file is made of the table of kinds and the tables in `rules/`.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/kept.rs"]
mod kept;

use std::collections::HashMap;
use std::fmt::Write;
use std::fs;

use isolint::knowledge::tables;
use isolint::topology::{
    CONSTANTS, Catalogue, DECLARED_FLOW, Default, DefaultValue, FLOW, Field, FieldType, KINDS, Kind, KindId,
    ROLE_ASSIGNMENT, SERVICE, SERVICE_RESOURCE, SUBNET, ServiceSection, Target, Topology, has_field,
};
use kept::{keep, root};

const PAGE: &str = "docs/topology.md";

/// What stands above is written by hand, what stands below follows from the tables.
const MARK: &str = "<!-- Made from the table of kinds; `UPDATE_DOCS=1 cargo test` rewrites what follows. -->\n";

#[test]
fn the_reference_page_says_what_the_tables_say() {
    let page = fs::read_to_string(root().join(PAGE)).unwrap_or_default();
    let written = page.split(MARK).next().unwrap_or_default();
    keep(PAGE, &format!("{written}{MARK}{}", Reference::new().page()), "UPDATE_DOCS");
}

#[test]
fn every_link_within_the_reference_page_leads_somewhere() {
    let page = fs::read_to_string(root().join(PAGE)).unwrap();
    for link in page.split("](#").skip(1).filter_map(|rest| rest.split(')').next()) {
        let headings =
            page.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
        let leads = headings.map(anchor).any(|anchor| anchor == link);
        assert!(leads, "nothing is headed `{link}`");
    }
}

/// The anchor that a heading gets.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase().replace(' ', "-");
    kept.chars().filter(|character| character.is_alphanumeric() || "-_".contains(*character)).collect()
}

struct Reference {
    catalogue: Catalogue,
    /// What the knowledge says in the edition `current`, where it differs.
    current: Catalogue,
    /// What people call a service, by its name.
    titles: HashMap<String, String>,
    out: String,
}

impl Reference {
    fn new() -> Self {
        let definitions = isolint::shipped::definitions().expect("the embedded knowledge can be read");
        let (_, catalogue) = tables::fill(&definitions, "documents", &mut Vec::new());
        let (_, current) = tables::fill(&definitions, tables::CURRENT, &mut Vec::new());
        let titles = definitions.services.into_iter().map(|service| (service.name, service.title)).collect();
        Self { catalogue, current, titles, out: String::new() }
    }

    fn page(mut self) -> String {
        let sections: Vec<&Kind> = KINDS.iter().copied().filter(|kind| kind.section.is_some()).collect();
        self.contents(&sections);
        let mut seen: Vec<KindId> = Vec::new();
        for kind in sections {
            let section = kind.section.unwrap_or(kind.name);
            let _ = writeln!(self.out, "\n## `{section}`\n");
            self.kind(kind, 3, &mut seen);
        }
        self.services(&mut seen);
        let _ = writeln!(
            self.out,
            "\n## What rules can read besides\n\nNobody writes these; they are made for the expressions of rules and access methods."
        );
        for (id, name) in [(FLOW, "flow"), (SERVICE, "service"), (CONSTANTS, "azure")] {
            let _ = writeln!(self.out, "\n### `{name}`\n\n{}\n", sentence(Topology::kind(id).doc));
            let fields: Vec<&Field> = Topology::kind(id).fields.iter().collect();
            self.fields(Topology::kind(id), &fields);
        }
        self.out
    }

    fn contents(&mut self, sections: &[&Kind]) {
        let _ = writeln!(self.out, "\n| section | holds |\n| --- | --- |");
        for kind in sections {
            let section = kind.section.unwrap_or(kind.name);
            let _ = writeln!(self.out, "| [`{section}`](#{section}) | {} |", sentence(kind.doc));
        }
        let services: Vec<String> = self.service_sections().map(|(section, _)| format!("`{section}`")).collect();
        let _ =
            writeln!(self.out, "| {} | Resources of the service: see [services](#services). |", services.join(", "));
    }

    /// The services with a section of their own.
    fn service_sections(&self) -> impl Iterator<Item = (&str, &ServiceSection)> {
        self.catalogue.services.iter().filter_map(|service| Some((service.section.as_deref()?, service)))
    }

    /// A kind, and beneath it the groups of fields that belong to it.
    fn kind(&mut self, kind: &'static Kind, depth: usize, seen: &mut Vec<KindId>) {
        seen.push(kind.id);
        let _ = writeln!(self.out, "{}\n", sentence(kind.doc));
        match kind.id {
            ROLE_ASSIGNMENT | DECLARED_FLOW => {
                self.out.push_str("A list without names: nothing refers to its members.\n\n")
            }
            SUBNET => self.out.push_str("In references: `vnet/subnet`, or `subnet/vnet/subnet`.\n\n"),
            _ if kind.section.is_some() => {
                let _ = writeln!(self.out, "In references: `{}/name`.\n", kind.name);
            }
            _ => {}
        }
        let written: Vec<&Field> = kind.fields.iter().filter(|field| field.ty.is_written()).collect();
        self.fields(kind, &written);
        self.derived(kind);
        self.nested(kind, depth, seen);
    }

    fn nested(&mut self, kind: &'static Kind, depth: usize, seen: &mut Vec<KindId>) {
        for field in kind.fields {
            let (FieldType::Struct(inner) | FieldType::Children(inner) | FieldType::Elements(inner)) = field.ty else {
                continue;
            };
            if !seen.contains(&inner) {
                let _ = writeln!(self.out, "\n{} `{}`\n", "#".repeat(depth), Topology::kind(inner).name);
                self.kind(Topology::kind(inner), depth + 1, seen);
            }
        }
    }

    fn fields(&mut self, kind: &Kind, fields: &[&Field]) {
        let defaults: Vec<Option<String>> = fields.iter().map(|field| self.default_of(kind, field)).collect();
        let with_defaults = defaults.iter().any(Option::is_some);
        let (head, line) = if with_defaults { (" default |", " --- |") } else { ("", "") };
        let _ = writeln!(self.out, "| field | holds |{head} meaning |\n| --- | --- |{line} --- |");
        for (field, default) in fields.iter().zip(defaults) {
            let required = if field.required { " (required)" } else { "" };
            let default = default.unwrap_or_default();
            let default = if with_defaults { format!(" {default} |") } else { String::new() };
            let holds = cell(&self.one(&field.ty));
            let _ = writeln!(self.out, "| `{}`{required} | {holds} |{default} {} |", field.name, sentence(field.doc));
        }
    }

    /// What expressions can read of a kind beside its own fields.
    fn derived(&mut self, kind: &Kind) {
        let derived: Vec<String> = kind
            .fields
            .iter()
            .filter(|field| !field.ty.is_written())
            .map(|field| format!("`{}` ({})", field.name, decapitalised(field.doc)))
            .collect();
        if !derived.is_empty() {
            let _ = writeln!(self.out, "\nIn rules also: {}.", derived.join(", "));
        }
    }

    fn services(&mut self, seen: &mut Vec<KindId>) {
        let kind = Topology::kind(SERVICE_RESOURCE);
        let _ = writeln!(
            self.out,
            "\n## Services\n\nEvery section of a service holds resources by name, each with these fields:\n"
        );
        let is_common = |field: &&Field| has_field(&[], field.name);
        let (common, own): (Vec<&Field>, Vec<&Field>) =
            kind.fields.iter().filter(|field| field.ty.is_written()).partition(is_common);
        self.fields(kind, &common);
        self.derived(kind);
        let _ = writeln!(self.out, "\nSome services have fields of their own:\n");
        self.fields(kind, &own);
        let _ = writeln!(
            self.out,
            "\n| section | in references | service | own fields | defaults |\n| --- | --- | --- | --- | --- |"
        );
        let rows: Vec<String> =
            self.service_sections().map(|(section, service)| self.service(section, service)).collect();
        self.out.extend(rows);
        self.nested(kind, 3, seen);
    }

    fn service(&self, section: &str, service: &ServiceSection) -> String {
        let own: Vec<String> = service.fields.iter().map(|field| format!("`{field}`")).collect();
        let of_service = |default: &&Default| default.service.as_deref() == Some(service.name.as_str());
        let defaults = self.catalogue.defaults.iter().filter(of_service);
        let defaults: Vec<String> =
            defaults.map(|default| format!("`{}`: {}", default.path.join("."), self.in_editions(default))).collect();
        format!(
            "| `{section}` | `{}/name` | {} | {} | {} |\n",
            service.name,
            self.titles.get(&service.name).map_or("", String::as_str),
            own.join(", "),
            defaults.join(", ")
        )
    }

    /// The documented default of a field of a kind.
    fn default_of(&self, kind: &Kind, field: &Field) -> Option<String> {
        let default = self
            .catalogue
            .defaults
            .iter()
            .find(|default| default.kind == kind.id && default.service.is_none() && default.path == [field.name])?;
        Some(self.in_editions(default))
    }

    /// A default, and what it is in the edition `current` where that differs.
    fn in_editions(&self, default: &Default) -> String {
        let same = |other: &&Default| {
            (other.kind, &other.service, &other.path) == (default.kind, &default.service, &default.path)
        };
        let value = constant(&default.value);
        match self.current.defaults.iter().find(same).map(|other| constant(&other.value)) {
            Some(other) if other != value => format!("{value} (`current`: {other})"),
            _ => value,
        }
    }

    /// What a field holds, of one.
    fn one(&self, ty: &FieldType) -> String {
        match ty {
            FieldType::Text => "text".to_owned(),
            FieldType::Bool => "`true` or `false`".to_owned(),
            FieldType::Int => "whole number".to_owned(),
            FieldType::OneOf(words) => alternatives(words.iter().map(|word| format!("`{word}`"))),
            FieldType::Prefix => "address or range".to_owned(),
            FieldType::PrefixOrTag => "address, range or service tag".to_owned(),
            FieldType::Reference(targets) => format!("name: {}", alternatives(targets.iter().map(target))),
            FieldType::Scope(targets) => {
                format!("name: {}; or an ARM scope", alternatives(targets.iter().map(target)))
            }
            FieldType::List(FieldType::Reference(targets)) => {
                format!("list of names: {}", alternatives(targets.iter().map(target)))
            }
            FieldType::List(item) => format!("list: {}", self.one(item)),
            FieldType::Struct(kind) => format!("group: {}", link(*kind)),
            FieldType::Children(kind) => format!("by name: {}", link(*kind)),
            FieldType::Elements(kind) => format!("list: {}", link(*kind)),
            FieldType::Tags => "keys with texts".to_owned(),
            FieldType::Inverse(kind, _) => format!("list: {}", link(*kind)),
            FieldType::Parent(kind) => link(*kind),
            FieldType::Selector => "selector: an address with `*`, `internet`, or `tag:key=value`".to_owned(),
            FieldType::AnyObject => "any object".to_owned(),
            FieldType::Flows => "connections".to_owned(),
        }
    }
}

fn target(target: &Target) -> String {
    match target {
        Target::Kind(kind) => link(*kind),
        Target::Service(name) => format!("`{name}`"),
    }
}

/// The name of a kind, leading to where it is described.
fn link(id: KindId) -> String {
    let kind = Topology::kind(id);
    let heading = if id == SERVICE_RESOURCE { "services" } else { kind.section.unwrap_or(kind.name) };
    format!("[{}](#{heading})", kind.name.replace('_', " "))
}

fn alternatives(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

fn constant(value: &DefaultValue) -> String {
    match value {
        DefaultValue::Bool(value) => format!("`{value}`"),
        DefaultValue::Int(value) => format!("`{value}`"),
        DefaultValue::Text(text) => format!("`{text}`"),
        DefaultValue::List(texts) => format!("`[{}]`", texts.join(", ")),
    }
}

/// A doc comment as one line.
fn sentence(doc: &str) -> String {
    cell(&doc.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A doc comment as part of a sentence.
fn decapitalised(doc: &str) -> String {
    let text = sentence(doc);
    let mut characters = text.trim_end_matches('.').chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
