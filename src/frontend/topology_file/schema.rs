//! The JSON Schema of the topology file, from the table of kinds.

use serde_json::{Map, Value, json};

use crate::topology::{Catalogue, Field, FieldType, KINDS, Kind, KindId, SERVICE_RESOURCE, Topology, has_field};
use crate::topology::{DECLARED_FLOW, POLICY_STATEMENT, ROLE_ASSIGNMENT};

/// The schema (draft 2020-12) that editors complete and check topology files by.
#[must_use]
pub fn topology_schema(catalogue: &Catalogue) -> Value {
    let mut sections = Map::new();
    let mut defaults = Map::new();
    let mut definitions = Map::new();
    for kind in KINDS {
        definitions.insert(kind.name.to_owned(), object(kind, &|_| true, Topology::stands_alone(kind.id)));
        if let Some(section) = kind.section {
            sections.insert(section.to_owned(), section_of(kind.id, kind.name, kind.doc));
            defaults.insert(section.to_owned(), partial(kind.name));
        }
    }
    for service in catalogue.services.iter().filter(|service| service.kind == SERVICE_RESOURCE) {
        let Some(section) = &service.section else { continue };
        let own = |field: &Field| has_field(&service.fields, field.name);
        definitions.insert(service.name.clone(), object(Topology::kind(SERVICE_RESOURCE), &own, true));
        sections
            .insert(section.clone(), section_of(SERVICE_RESOURCE, &service.name, "Resources of the service, by name."));
        defaults.insert(section.clone(), partial(&service.name));
    }
    for field in ["region", "subscription", "resource_group", "tenant"] {
        defaults.insert(field.to_owned(), json!({"$ref": "#/$defs/text"}));
    }
    definitions.insert("text".to_owned(), json!({"type": ["string", "number", "boolean", "null"]}));
    definitions.remove("service");
    definitions.remove("constants");
    definitions.remove("flow");
    definitions.remove("internet");
    definitions.remove("service_resource");
    sections.insert(
        "defaults".to_owned(),
        json!({
            "description": "Values for everything in this file that does not say them itself: fields such as `region`, or sections with fields of their resources.",
            "type": "object", "properties": defaults, "additionalProperties": false
        }),
    );
    let paths = json!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]});
    let mut include = paths.clone();
    let mut complete = paths.clone();
    let mut open = paths;
    let describe = |schema: &mut Value, text: &str| {
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("description".to_owned(), json!(text));
        }
    };
    describe(&mut include, "Other inputs that belong to the same estate, such as a template: paths beside this file.");
    describe(
        &mut complete,
        "Sections, or lists such as `dns_zone.links`, of which nothing exists that is not declared here or in what is included.",
    );
    sections.insert("include".to_owned(), include);
    sections.insert("complete".to_owned(), complete);
    describe(
        &mut open,
        "Sections, or lists such as `dns_zone.links`, that may have members which are not declared here.",
    );
    sections.insert("open".to_owned(), open);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://isolint.dev/schemas/topology.schema.json",
        "title": "isolint topology",
        "description": "Jobs, hubs, storage, networks and how they are connected.",
        "type": "object",
        "properties": sections,
        "additionalProperties": false,
        "$defs": definitions
    })
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}")})
}

/// The fields of a kind without those that must be there.
fn partial(name: &str) -> Value {
    json!({"type": "object", "propertyNames": {"$ref": format!("#/$defs/{name}/propertyNames")}})
}

fn section_of(kind: KindId, name: &str, doc: &str) -> Value {
    let description = doc.trim();
    match kind {
        ROLE_ASSIGNMENT | DECLARED_FLOW | POLICY_STATEMENT => {
            json!({"description": description, "type": ["array", "string", "null"], "items": reference(name)})
        }
        _ => {
            json!({"description": description, "type": ["object", "string", "null"], "additionalProperties": reference(name)})
        }
    }
}

fn object(kind: &Kind, own: &dyn Fn(&Field) -> bool, stands_alone: bool) -> Value {
    let fields = kind.fields.iter().filter(|field| field.ty.is_written() && own(field));
    let mut properties: Map<String, Value> =
        fields.clone().map(|field| (field.name.to_owned(), property(field))).collect();
    if stands_alone {
        let description = "Declared elsewhere: what is not said here is unknown.";
        properties.insert("outside".to_owned(), json!({"description": description, "type": "boolean"}));
        let description = "`!unknown` where it depends on something whether there is such a resource.";
        properties.insert("exists".to_owned(), json!({"description": description, "type": ["boolean", "string"]}));
    }
    if Topology::has_name(kind.id) {
        let description = "Names that it had before, for comparing with an earlier state.";
        let name = json!({"type": "string", "minLength": 1});
        let schema =
            json!({"description": description, "anyOf": [name, {"type": "array", "items": name}, {"type": "null"}]});
        properties.insert("formerly".to_owned(), schema);
    }
    let names: Vec<&String> = properties.keys().collect();
    let mut schema = json!({
        "description": kind.doc.trim(),
        "type": ["object", "null"],
        "propertyNames": {"enum": names},
        "properties": properties,
    });
    let required: Vec<&str> = fields.filter(|field| field.required).map(|field| field.name).collect();
    if !required.is_empty()
        && !stands_alone
        && let Some(schema) = schema.as_object_mut()
    {
        schema.insert("required".to_owned(), json!(required));
    }
    schema
}

fn property(field: &Field) -> Value {
    let mut schema = type_of(&field.ty);
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("description".to_owned(), json!(field.doc.trim()));
    }
    schema
}

/// A value may always be unknown, which YAML says by a tag: to a JSON Schema that is text or null.
fn type_of(ty: &FieldType) -> Value {
    match ty {
        FieldType::Bool => json!({"type": ["boolean", "string", "null"]}),
        FieldType::Int => json!({"type": ["integer", "string", "null"]}),
        FieldType::OneOf(words) => json!({"anyOf": [{"enum": words}, {"type": ["string", "null"]}]}),
        FieldType::List(item) => json!({"anyOf": [type_of(item), {"type": "array", "items": type_of(item)}]}),
        FieldType::Struct(kind) => json!({"anyOf": [reference(Topology::kind(*kind).name), {"type": "string"}]}),
        FieldType::Children(kind) => {
            json!({"type": ["object", "string", "null"], "additionalProperties": reference(Topology::kind(*kind).name)})
        }
        FieldType::Elements(kind) => {
            json!({"type": ["array", "string", "null"], "items": reference(Topology::kind(*kind).name)})
        }
        FieldType::Tags => json!({"type": ["object", "string", "null"], "additionalProperties": reference("text")}),
        _ => reference("text"),
    }
}
