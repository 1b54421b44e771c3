//! Networks and what is in them, sites, identities' roles, and declared flows.

use crate::topology::schema::kind;

kind! {
    /// A virtual network.
    vnet: VNET = "vnet" in "vnets" {
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
        /// How it was deployed; service endpoints need Resource Manager.
        deployment_model: OneOf(&["resource_manager", "classic"]),
        /// Address ranges.
        address_space: List(&Prefix),
        /// Networks it is peered with; a peering works only when both sides have it.
        peerings: List(&Reference(&[Target::Kind(VNET)])),
        /// Of those, the networks that may use the gateways of this one.
        allow_gateway_transit: List(&Reference(&[Target::Kind(VNET)])),
        /// Of those, the network whose gateways this one uses.
        use_remote_gateways: List(&Reference(&[Target::Kind(VNET)])),
        /// The DNS servers that clients in it ask, where it is not Azure's own.
        dns_servers: List(&Prefix),
        /// Whether those servers forward to Azure DNS from a network that the private zones are linked to.
        dns_forwarding: Bool,
        /// Subnets.
        subnets: Children(SUBNET),
        /// The links of sites that lead here.
        links: Inverse(LINK, "vnet"),
        /// The private DNS zones that are linked to it.
        dns_zones: Inverse(DNS_ZONE, "links"),
    }
}

kind! {
    /// A private DNS zone, mostly called by its DNS name.
    dns_zone: DNS_ZONE = "dns_zone" in "dns_zones" {
        /// ARM id of the resource.
        id: Text,
        /// Subscription.
        subscription: Text,
        /// Resource group.
        resource_group: Text,
        /// Azure tags.
        tags: Tags,
        /// Its DNS name, where it is called otherwise here.
        dns_name: Text,
        /// The networks in which names are looked up in it.
        links: List(&Reference(&[Target::Kind(VNET)])),
        /// Whether a name that it does not hold is looked up on the internet (ARM: resolution policy `NxDomainRedirect`).
        fallback_to_internet: Bool,
        /// Addresses of records that are kept by hand, rather than by private endpoints.
        records: List(&Prefix),
        /// The private endpoints whose names are registered in it.
        private_endpoints: Inverse(PRIVATE_ENDPOINT, "dns_zones"),
    }
}

kind! {
    /// A subnet of a virtual network, written `vnet/subnet`.
    subnet: SUBNET = "subnet" {
        /// ARM id of the resource.
        id: Text,
        /// Its address ranges.
        prefix: List(&Prefix),
        /// Service endpoints that are switched on, such as `Microsoft.Storage`.
        service_endpoints: List(&Text),
        /// What may be reached over service endpoints; without a policy for a service everything of it.
        service_endpoint_policies: Elements(SERVICE_ENDPOINT_POLICY),
        /// The service that the subnet is delegated to.
        delegation: Text,
        /// What of security groups and route tables acts on the private endpoints in the subnet.
        private_endpoint_network_policies: OneOf(&["disabled", "enabled", "network_security_group_enabled", "route_table_enabled"]),
        /// The network security group.
        nsg: Reference(&[Target::Kind(NSG)]),
        /// The route table.
        route_table: Reference(&[Target::Kind(ROUTE_TABLE)]),
        /// Public addresses that traffic leaves from (NAT gateway, load balancer).
        public_egress_ips: List(&Prefix),
        /// The NAT gateway of the subnet, by its name.
        nat_gateway: Text,
        /// Whether what has no other way out gets an implicit public address.
        default_outbound_access: Bool,
        /// Claim: how isolated the subnet is meant to be.
        isolation[claim]: OneOf(&["no_internet"]),
        /// Claim: everything that leaves passes an appliance.
        inspect_egress[claim]: Bool,
        /// Claim: data cannot be carried off.
        prevent_exfiltration[claim]: Bool,
        /// The network.
        vnet: Parent(VNET),
        /// The private endpoints in the subnet.
        private_endpoints: Inverse(PRIVATE_ENDPOINT, "subnet"),
        /// The workloads in the subnet.
        workloads: Inverse(WORKLOAD, "subnet"),
        /// The injections of jobs into the subnet.
        injections: Inverse(VNET_INTEGRATION, "subnet"),
        /// The network settings that name the subnet in their virtual network rules.
        admitted_by: Inverse(NETWORK_ACCESS, "virtual_network_rules"),
        /// The services deployed into the subnet.
        services: Inverse(SERVICE_RESOURCE, "subnet"),
        /// The devices in the subnet.
        devices: Inverse(DEVICE, "subnet"),
    }
}

kind! {
    /// What may be reached over the service endpoint of a subnet.
    service_endpoint_policy: SERVICE_ENDPOINT_POLICY = "service_endpoint_policy" {
        /// The service endpoint that it filters, such as `Microsoft.Storage`.
        endpoint[required]: Text,
        /// The resources that may be reached.
        resources: List(&Reference(&[Target::Kind(SERVICE_RESOURCE)])),
        /// The subnet.
        subnet: Parent(SUBNET),
    }
}

kind! {
    /// A network security group.
    nsg: NSG = "nsg" in "nsgs" {
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
        /// Security rules.
        rules: Children(NSG_RULE),
        /// The subnets it guards.
        subnets: Inverse(SUBNET, "nsg"),
    }
}

kind! {
    /// A rule of a network security group.
    nsg_rule: NSG_RULE = "nsg_rule" {
        /// Which way the traffic goes.
        direction[required]: OneOf(&["inbound", "outbound"]),
        /// Lower comes first.
        priority[required]: Int,
        /// What happens to a match.
        access[required]: OneOf(&["allow", "deny"]),
        /// Where it comes from: ranges, service tags or `*`.
        source: List(&PrefixOrTag),
        /// Where it goes: ranges, service tags or `*`.
        destination: List(&PrefixOrTag),
        /// Destination ports: numbers, ranges or `*`.
        ports: List(&Text),
        /// The protocol.
        protocol: OneOf(&["tcp", "udp", "icmp", "any"]),
        /// The group.
        nsg: Parent(NSG),
    }
}

kind! {
    /// A route table.
    route_table: ROUTE_TABLE = "route_table" in "route_tables" {
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
        /// Routes.
        routes: Children(ROUTE),
        /// Whether routes that gateways learn from sites reach the subnets too.
        gateway_routes: Bool,
        /// The subnets it is used by.
        subnets: Inverse(SUBNET, "route_table"),
    }
}

kind! {
    /// A user-defined route.
    route: ROUTE = "route" {
        /// The destination.
        prefix[required]: PrefixOrTag,
        /// Where it is sent.
        next_hop[required]: OneOf(&["internet", "appliance", "gateway", "vnet", "none"]),
        /// The appliance it is sent through.
        appliance: Reference(&[Target::Kind(WORKLOAD)]),
        /// The table.
        route_table: Parent(ROUTE_TABLE),
    }
}

kind! {
    /// A place on the customer's premises.
    site: SITE = "site" in "sites" {
        /// Its own address ranges.
        address_space: List(&Prefix),
        /// Public addresses that its internet traffic leaves from.
        nat_ips: List(&Prefix),
        /// How it is linked to Azure.
        links: Children(LINK),
        /// Claim: it uses private paths only.
        private_only[claim]: Bool,
        /// Claim: data cannot be carried off.
        prevent_exfiltration[claim]: Bool,
        /// Azure tags.
        tags: Tags,
    }
}

kind! {
    /// A link of a site to Azure.
    link: LINK = "link" {
        /// What it is.
        kind[required]: OneOf(&["vpn", "expressroute"]),
        /// Which peering, of an ExpressRoute circuit.
        peering: OneOf(&["private", "microsoft", "public"]),
        /// The network it leads to.
        vnet: Reference(&[Target::Kind(VNET)]),
        /// Public addresses that traffic over it leaves from, with Microsoft or public peering.
        nat_ips: List(&Prefix),
        /// Prefixes that the site advertises over it.
        advertises: List(&Prefix),
        /// The site.
        site: Parent(SITE),
    }
}

kind! {
    /// A program of the customer's: a virtual machine, a container, an appliance.
    workload: WORKLOAD = "workload" in "workloads" {
        /// ARM id of the resource.
        id: Text,
        /// What it is, in a word.
        kind: Text,
        /// The subnet it runs in.
        subnet: Reference(&[Target::Kind(SUBNET)]),
        /// The site it runs on.
        site: Reference(&[Target::Kind(SITE)]),
        /// Its own public addresses.
        public_ips: List(&Prefix),
        /// A role in the network.
        role: OneOf(&["appliance"]),
        /// What it connects to.
        uses: List(&Reference(&[Target::Kind(SERVICE_RESOURCE), Target::Kind(HUB), Target::Kind(JOB)])),
        /// Azure tags.
        tags: Tags,
        /// The role assignments of its identity.
        role_assignments: Inverse(ROLE_ASSIGNMENT, "principal"),
        /// The connections from it that are declared among the flows.
        declared_flows: Inverse(DECLARED_FLOW, "from"),
    }
}

kind! {
    /// A private endpoint in a subnet.
    private_endpoint: PRIVATE_ENDPOINT = "private_endpoint" in "private_endpoints" {
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
        /// The subnet it takes its address from.
        subnet: Reference(&[Target::Kind(SUBNET)]),
        /// The resource it leads to.
        target[required]: Reference(&[Target::Kind(SERVICE_RESOURCE), Target::Kind(HUB), Target::Kind(JOB), Target::Kind(CLUSTER)]),
        /// The sub-resource of the target (ARM: group id).
        subresource: Text,
        /// Whether the owner of the target has approved the connection.
        connection_state: OneOf(&["approved", "pending", "rejected", "disconnected"]),
        /// Its address.
        ip: Prefix,
        /// The private DNS zone that its name is registered in, by its DNS name; for one that is not declared.
        private_dns_zone: Text,
        /// The declared private DNS zones that its name is registered in (ARM: its zone group).
        dns_zones: List(&Reference(&[Target::Kind(DNS_ZONE)])),
    }
}

kind! {
    /// A role given to an identity.
    role_assignment: ROLE_ASSIGNMENT = "role_assignment" in "role_assignments" {
        /// Whose identity.
        principal[required]: Reference(&[Target::Kind(JOB), Target::Kind(HUB), Target::Kind(SERVICE_RESOURCE), Target::Kind(WORKLOAD), Target::Kind(DEVICE)]),
        /// Which identity of the principal the role is given to, where it has or had several.
        identity: OneOf(&["system_assigned", "user_assigned"]),
        /// The role, by its name.
        role[required]: Text,
        /// On what: a resource, or an ARM scope such as a resource group.
        scope[required]: Scope(&[Target::Kind(SERVICE_RESOURCE), Target::Kind(HUB), Target::Kind(JOB), Target::Kind(CLUSTER), Target::Kind(VNET)]),
    }
}

kind! {
    /// A connection that somebody means to make.
    declared_flow: DECLARED_FLOW = "declared_flow" in "flows" {
        /// Who connects.
        from[required]: Reference(&[Target::Kind(WORKLOAD), Target::Kind(SITE), Target::Kind(DEVICE), Target::Kind(JOB), Target::Kind(HUB), Target::Kind(SERVICE_RESOURCE)]),
        /// To what.
        to[required]: Reference(&[Target::Kind(SERVICE_RESOURCE), Target::Kind(HUB), Target::Kind(JOB), Target::Kind(WORKLOAD), Target::Kind(CLUSTER)]),
        /// What for.
        r#use: Text,
        /// How it authenticates.
        auth: Text,
        /// The access method that is meant, by its name.
        via: Text,
    }
}

kind! {
    /// A connection as it is judged: declared, or following from a job, a hub or a device.
    flow: FLOW = "flow" {
        /// What sort of flow it is; the access methods to try hang on it.
        group: Text,
        /// What the connection is for.
        r#use: Text,
        /// Who opens the connection.
        origin: AnyObject,
        /// What it is opened to.
        target: AnyObject,
        /// What declares it: an input, an endpoint, a flow of the file.
        declared_by: AnyObject,
        /// How the origin authenticates.
        auth: Text,
        /// The access method that is meant.
        via: Text,
        /// The subnet that the traffic starts in.
        subnet: Reference(&[Target::Kind(SUBNET)]),
        /// The site that the traffic starts on.
        site: Reference(&[Target::Kind(SITE)]),
        /// Public addresses of the origin itself.
        public_ips: List(&Prefix),
        /// The result: `open`, `blocked` or `undetermined`.
        verdict: OneOf(&["open", "blocked", "undetermined"]),
        /// The strongest access method that is satisfied.
        method: Text,
        /// The path class of that method.
        path_class: OneOf(&["private", "vnet-bound", "trusted", "ip-filtered", "public"]),
        /// Of a blocked flow what its nearest method misses, as `method/requirement`.
        missing: List(&Text),
    }
}
