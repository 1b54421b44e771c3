//! Storage accounts.

use super::Estate;
use super::fields::Fields;
use crate::frontend::arm::resource::Resource;

pub(super) fn account<'a>(estate: &mut Estate<'a>, resource: &'a Resource, fields: &mut Fields) {
    let body = &resource.body;
    let kind = estate.find(body, "kind");
    fields.set("account_kind", estate.word("account_kind", kind));
    let sku = estate.find_any(body, &["sku.name", "properties.accountType"]);
    fields.set("replication", estate.word("replication", sku));
    let hierarchical = estate.find(body, "properties.isHnsEnabled");
    fields.set("hierarchical_namespace", estate.boolean(hierarchical));
    let keys = estate.find(body, "properties.allowSharedKeyAccess");
    fields.set("shared_key_access", estate.boolean(keys));
    let source = estate.find(body, "properties.encryption.keySource");
    fields.set("encryption", estate.word("key_source", source));
    let paths = ["properties.networkAcls", "properties.networkRuleSet", "properties.networkAcl"];
    let mut network = estate.access_rules(resource, &paths);
    estate.in_perimeter(resource, &mut network);
    fields.set("network", network.some(resource.node));
    for lock in estate.parts_of(&resource.id, "locks") {
        let level = estate.find(&lock.body, "properties.level");
        let word = estate.word("lock", level);
        fields.set("lock", word.map(|word| super::estate::perhaps(lock, word)));
    }
}
