//! IoT hubs and devices.

use crate::topology::schema::kind;

kind! {
    /// An IoT hub.
    hub: HUB = "hub" in "hubs" {
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
        /// The managed identity of the hub.
        identity: OneOf(&["none", "system_assigned", "user_assigned", "system_and_user_assigned"]),
        /// Whether the public endpoint answers at all.
        public_network_access: OneOf(&["enabled", "disabled"]),
        /// Pricing tier, such as `S1`.
        tier: Text,
        /// Whether keys of the hub's own are accepted beside Entra identities.
        local_auth: Bool,
        /// IP filter rules in order; the first that matches decides.
        ip_filter: Elements(IP_FILTER_RULE),
        /// Whether the IP filter also covers the built-in endpoint.
        ip_filter_covers_built_in_endpoint: Bool,
        /// Custom endpoints and routes.
        routing: Struct(ROUTING),
        /// The built-in Event Hub compatible endpoint.
        built_in_endpoint: Struct(BUILT_IN_ENDPOINT),
        /// Where devices upload files to.
        file_upload: Struct(FILE_UPLOAD),
        /// Bulk import and export of device identities.
        import_export: Struct(IMPORT_EXPORT),
        /// Claim: how isolated the hub is meant to be.
        isolation[claim]: OneOf(&["vnet_only", "private_only"]),
        /// The private endpoints that lead here.
        private_endpoints: Inverse(PRIVATE_ENDPOINT, "target"),
        /// The devices of the hub.
        devices: Inverse(DEVICE, "hub"),
        /// The role assignments of the identity.
        role_assignments: Inverse(ROLE_ASSIGNMENT, "principal"),
    }
}

kind! {
    /// A rule of an IP filter.
    ip_filter_rule: IP_FILTER_RULE = "ip_filter_rule" {
        /// What happens to a match.
        action[required]: OneOf(&["accept", "reject"]),
        /// The addresses it matches.
        cidr[required]: PrefixOrTag,
        /// The hub.
        hub: Parent(HUB),
    }
}

kind! {
    /// Message routing of a hub.
    routing: ROUTING = "routing" {
        /// Custom endpoints.
        endpoints: Children(ROUTING_ENDPOINT),
        /// Routes; `events` is the built-in endpoint.
        routes: Children(HUB_ROUTE),
        /// Whether what no route takes goes to the built-in endpoint.
        fallback_route: OneOf(&["enabled", "disabled"]),
        /// The hub.
        hub: Parent(HUB),
    }
}

kind! {
    /// A custom endpoint that a hub routes to.
    routing_endpoint: ROUTING_ENDPOINT = "routing_endpoint" {
        /// What kind of endpoint it is; follows from the resource when left out.
        r#type: OneOf(&["storage", "event_hubs", "service_bus_queue", "service_bus_topic", "cosmos_db"]),
        /// The resource it delivers to.
        resource: Reference(&[Target::Kind(SERVICE_RESOURCE)]),
        /// The blob container, of a storage endpoint.
        container: Text,
        /// The event hub, of an Event Hubs endpoint.
        instance: Text,
        /// The queue or topic, of a Service Bus endpoint.
        entity: Text,
        /// Encoding of the files, of a storage endpoint.
        encoding: OneOf(&["avro", "json"]),
        /// How files are named, of a storage endpoint.
        file_name_format: Text,
        /// How the hub authenticates.
        auth: OneOf(&["system_assigned", "user_assigned", "key_based"]),
        /// The access method that is meant, by its name.
        via: Text,
        /// The routing of the hub.
        routing: Parent(ROUTING),
    }
}

kind! {
    /// A route of a hub.
    hub_route: HUB_ROUTE = "hub_route" {
        /// Which messages it takes.
        source: Text,
        /// The name of a custom endpoint, or `events`.
        endpoint[required]: Text,
        /// Whether it is switched on.
        enabled: Bool,
        /// The routing of the hub.
        routing: Parent(ROUTING),
    }
}

kind! {
    /// The built-in Event Hub compatible endpoint of a hub.
    built_in_endpoint: BUILT_IN_ENDPOINT = "built_in_endpoint" {
        /// Who reads from it.
        consumers: List(&Reference(&[Target::Kind(WORKLOAD), Target::Kind(JOB), Target::Kind(SERVICE_RESOURCE)])),
        /// The hub.
        hub: Parent(HUB),
    }
}

kind! {
    /// Where the devices of a hub upload files to.
    file_upload: FILE_UPLOAD = "file_upload" {
        /// The storage account.
        resource: Reference(&[Target::Kind(SERVICE_RESOURCE)]),
        /// The blob container.
        container: Text,
        /// How the hub authenticates.
        auth: OneOf(&["system_assigned", "user_assigned", "key_based"]),
        /// The access method that is meant, by its name.
        via: Text,
        /// The hub.
        hub: Parent(HUB),
    }
}

kind! {
    /// Bulk import or export of device identities.
    import_export: IMPORT_EXPORT = "import_export" {
        /// Which of the two.
        operation: OneOf(&["import", "export"]),
        /// The storage account.
        resource: Reference(&[Target::Kind(SERVICE_RESOURCE)]),
        /// Container that is read.
        input_container: Text,
        /// Container that is written to.
        output_container: Text,
        /// How the hub authenticates.
        auth: OneOf(&["identity_based", "system_assigned", "user_assigned", "key_based"]),
        /// The access method that is meant, by its name.
        via: Text,
        /// The client that starts it.
        client: Struct(CLIENT),
        /// The hub.
        hub: Parent(HUB),
    }
}

kind! {
    /// A program that starts imports and exports.
    client: CLIENT = "client" {
        /// Its SDK.
        sdk: OneOf(&["csharp", "java", "nodejs", "python", "rest"]),
        /// The version of the SDK.
        version: Text,
        /// Its environment variables.
        env: Tags,
    }
}

kind! {
    /// A device of a hub.
    device: DEVICE = "device" in "devices" {
        /// The hub it sends to.
        hub[required]: Reference(&[Target::Kind(HUB)]),
        /// The site it stands on.
        site: Reference(&[Target::Kind(SITE)]),
        /// The subnet it stands in.
        subnet: Reference(&[Target::Kind(SUBNET)]),
        /// Its public addresses, where it is on a wide-area network.
        public_ips: List(&Prefix),
        /// Whether it uploads files through the hub.
        uploads_files: Bool,
        /// Azure tags.
        tags: Tags,
    }
}
