//! Service resources: everything that jobs, hubs and workloads connect to. Which services there are, and which
//! of the fields below each of them has, is said in `rules/services/`.

use crate::topology::schema::kind;

kind! {
    /// A resource of an Azure service: a storage account, an Event Hubs namespace, a SQL server and so on.
    service_resource: SERVICE_RESOURCE = "service_resource" {
        /// ARM id of the resource.
        id: Text,
        /// Azure region.
        region: Text,
        /// Subscription.
        subscription: Text,
        /// Resource group.
        resource_group: Text,
        /// Entra tenant.
        tenant: Text,
        /// Azure tags.
        tags: Tags,
        /// Who may connect over the public endpoint.
        network: Struct(NETWORK_ACCESS),
        /// The subnet that the service is deployed into, for a dedicated instance.
        subnet: Reference(&[Target::Kind(SUBNET)]),
        /// The managed identity of the resource.
        identity: OneOf(&["none", "system_assigned", "user_assigned", "system_and_user_assigned"]),
        /// Claim: how isolated the resource is meant to be.
        isolation[claim]: OneOf(&["vnet_only", "private_only"]),
        /// Whose keys encrypt the data.
        encryption: OneOf(&["service_managed", "customer_managed"]),
        /// Kind of storage account.
        account_kind: OneOf(&["general_purpose_v1", "general_purpose_v2", "blob_storage", "block_blob_storage", "file_storage"]),
        /// Whether the hierarchical namespace (Data Lake Storage Gen2) is on.
        hierarchical_namespace: Bool,
        /// How the data is replicated; `ra_` where it can be read in the secondary region.
        replication: OneOf(&["lrs", "zrs", "grs", "gzrs", "ra_grs", "ra_gzrs"]),
        /// A lock against changes.
        lock: OneOf(&["none", "delete", "read_only"]),
        /// Whether the resource still exists.
        state: OneOf(&["active", "deleted"]),
        /// Pricing tier.
        tier: Text,
        /// Event hubs of a namespace.
        instances: List(&Text),
        /// Queues of a namespace.
        queues: List(&Text),
        /// Topics of a namespace.
        topics: List(&Text),
        /// Whether account keys are accepted beside identities.
        shared_key_access: Bool,
        /// Whether keys of the service's own are accepted beside Entra identities.
        local_auth: Bool,
        /// Whether the virtual network rules of a Cosmos DB account are applied at all.
        virtual_network_filter: Bool,
        /// The API of a Cosmos DB account.
        api: OneOf(&["sql", "mongodb", "cassandra", "gremlin", "table"]),
        /// The subdomain of its own that an AI services account answers at.
        custom_subdomain: Text,
        /// Whether the deployment site (scm) of an app has the same access restrictions as the app.
        scm_use_main_rules: Bool,
        /// What happens to what no restriction of the deployment site (scm) admits.
        scm_default_action: OneOf(&["allow", "deny"]),
        /// Whether an app with network integration sends all of its traffic into the network.
        vnet_route_all: Bool,
        /// Whether a database server is of the older or the newer kind.
        deployment: OneOf(&["single_server", "flexible_server"]),
        /// The private endpoints that lead here.
        private_endpoints: Inverse(PRIVATE_ENDPOINT, "target"),
        /// The managed private endpoints of clusters that lead here.
        managed_private_endpoints: Inverse(MANAGED_PRIVATE_ENDPOINT, "target"),
        /// The role assignments of the identity.
        role_assignments: Inverse(ROLE_ASSIGNMENT, "principal"),
    }
}

kind! {
    /// Who may connect to the public endpoint of a resource.
    network_access: NETWORK_ACCESS = "network" {
        /// Whether the public endpoint answers at all.
        public_network_access: OneOf(&["enabled", "disabled"]),
        /// What happens to what no rule admits.
        default_action: OneOf(&["allow", "deny"]),
        /// The subnets that are admitted.
        virtual_network_rules: List(&Reference(&[Target::Kind(SUBNET), Target::Kind(VNET)])),
        /// The public addresses that are admitted.
        ip_rules: List(&PrefixOrTag),
        /// Who is let past the rules.
        bypass: List(&OneOf(&["azure_services", "logging", "metrics", "none"])),
        /// Single resources that are let past the rules by their identity (storage: resource instances).
        resource_access_rules: List(&Reference(&[Target::Kind(JOB), Target::Kind(HUB), Target::Kind(SERVICE_RESOURCE)])),
        /// The resource.
        resource: Parent(SERVICE_RESOURCE),
    }
}
