//! Stream Analytics: jobs, their bindings, and clusters.

use crate::topology::schema::kind;

kind! {
    /// A Stream Analytics job. It opens connections itself and accepts none.
    job: JOB = "job" in "jobs" {
        /// ARM id of the resource.
        id: Text,
        /// Azure region.
        region: Text,
        /// Subscription, by id or by any name used alike everywhere.
        subscription: Text,
        /// Resource group.
        resource_group: Text,
        /// Entra tenant.
        tenant: Text,
        /// Azure tags.
        tags: Tags,
        /// Stage such as `production`, to tell jobs that share a cluster apart.
        environment: Text,
        /// Which generation of streaming units the job is counted in: V1 is `standard`, V2 is `standard_v2`.
        sku: OneOf(&["standard", "standard_v2"]),
        /// Streaming units of the job.
        streaming_units: Int,
        /// The cluster that the job runs on; absent for the multi-tenant service.
        cluster: Reference(&[Target::Kind(CLUSTER)]),
        /// The subnet that the job is injected into.
        vnet_integration: Struct(VNET_INTEGRATION),
        /// The managed identity of the job.
        identity: OneOf(&["none", "system_assigned", "user_assigned", "system_and_user_assigned"]),
        /// Claim: whose keys encrypt the private data of the job.
        encryption[claim]: OneOf(&["service_managed", "customer_managed"]),
        /// What the job reads.
        inputs: Children(BINDING),
        /// What the job writes to.
        outputs: Children(BINDING),
        /// The storage account of the job.
        job_storage: Struct(JOB_STORAGE),
        /// The own storage account for the private data of the job.
        private_data: Struct(PRIVATE_DATA),
        /// Claim: where the data of the job stays.
        residency[claim]: Struct(RESIDENCY),
        /// Claim: how isolated the job is meant to be.
        isolation[claim]: OneOf(&["vnet_only", "private_only"]),
        /// The role assignments of the identity.
        role_assignments: Inverse(ROLE_ASSIGNMENT, "principal"),
        /// The connections from it that are declared among the flows.
        declared_flows: Inverse(DECLARED_FLOW, "from"),
    }
}

kind! {
    /// An input or output of a job.
    binding: BINDING = "binding" {
        /// What it is for a job: data that streams in or out, or reference data (inputs only).
        kind: OneOf(&["stream", "reference"]),
        /// The resource at the other end.
        resource[required]: Reference(&[Target::Kind(SERVICE_RESOURCE), Target::Kind(HUB)]),
        /// How the job authenticates.
        auth: OneOf(&["managed_identity", "connection_string", "user_token", "sql_authentication", "none"]),
        /// The access method that is meant, by its name; only that one is then judged.
        via: Text,
        /// Which part of the resource it is, where that matters: `table` of a storage account.
        subresource: Text,
        /// Container, event hub, table or topic within the resource.
        entity: Text,
        /// The job.
        job: Parent(JOB),
    }
}

kind! {
    /// How a job is injected into a network.
    vnet_integration: VNET_INTEGRATION = "vnet_integration" {
        /// The subnet the job runs in.
        subnet: Reference(&[Target::Kind(SUBNET)]),
        /// The job.
        job: Parent(JOB),
    }
}

kind! {
    /// The storage account of a job.
    job_storage: JOB_STORAGE = "job_storage" {
        /// The account.
        account: Reference(&[Target::Service("storage")]),
        /// How the job authenticates.
        auth: OneOf(&["managed_identity", "connection_string"]),
        /// The access method that is meant, by its name.
        via: Text,
    }
}

kind! {
    /// The account in the customer's hands that holds the private data of a job.
    private_data: PRIVATE_DATA = "private_data" {
        /// The account.
        account: Reference(&[Target::Service("storage")]),
        /// How the job authenticates.
        auth: OneOf(&["managed_identity", "connection_string"]),
        /// The access method that is meant, by its name.
        via: Text,
    }
}

kind! {
    /// A claim on where data stays.
    residency: RESIDENCY = "residency" {
        /// What stays: customer data only, or all assets.
        scope[required]: OneOf(&["customer_data", "all"]),
        /// Where.
        region[required]: Text,
    }
}

kind! {
    /// A Stream Analytics cluster: dedicated compute with managed private endpoints.
    cluster: CLUSTER = "cluster" in "clusters" {
        /// ARM id of the resource.
        id: Text,
        /// Azure region.
        region: Text,
        /// Subscription.
        subscription: Text,
        /// Resource group.
        resource_group: Text,
        /// Azure tags.
        tags: Tags,
        /// How large the cluster is.
        capacity: Struct(CAPACITY),
        /// Private endpoints that the cluster owns, for the jobs on it.
        managed_private_endpoints: Children(MANAGED_PRIVATE_ENDPOINT),
        /// The jobs that run on it.
        jobs: Inverse(JOB, "cluster"),
    }
}

kind! {
    /// The size of a cluster.
    capacity: CAPACITY = "capacity" {
        /// In which kind of unit it is counted.
        version: OneOf(&["v1", "v2"]),
        /// How many streaming units.
        streaming_units: Int,
    }
}

kind! {
    /// A private endpoint that a cluster owns.
    managed_private_endpoint: MANAGED_PRIVATE_ENDPOINT = "managed_private_endpoint" {
        /// The resource it leads to.
        target[required]: Reference(&[Target::Kind(SERVICE_RESOURCE), Target::Kind(HUB)]),
        /// The sub-resource of the target (ARM: group id).
        subresource: Text,
        /// Whether the owner of the target has approved the connection.
        connection_state: OneOf(&["approved", "pending", "rejected", "disconnected"]),
        /// The cluster.
        cluster: Parent(CLUSTER),
    }
}
