//! Knowledge as objects of the same graph, so that expressions read it like anything else. Filled from
//! `rules/services/` and `rules/tables/`.

use crate::topology::schema::kind;

kind! {
    /// What is known about an Azure service.
    service: SERVICE = "service" {
        /// What people call it.
        title: Text,
        /// Names of the service endpoint, best first; empty where there is none.
        service_endpoints: List(&Text),
        /// Whether a service endpoint serves resources of the subnet's own region only.
        service_endpoint_same_region: Bool,
        /// The name of the service endpoint that serves resources of other regions too, where there is a second one.
        service_endpoint_across_regions: Text,
        /// Whether rules may name subnets of another tenant.
        cross_tenant: Bool,
        /// Whether clusters cannot own a managed private endpoint that leads to it.
        no_cluster_endpoints: Bool,
        /// Whether one page offers managed private endpoints of clusters that lead to it, and another leaves it out.
        disputed_cluster_endpoints: Bool,
        /// The sub-resources that a private endpoint may name.
        subresources: List(&Text),
        /// The zones that the names of private endpoints are published in, each as `subresource in zone`.
        private_dns_zones: List(&Text),
        /// The sub-resources that jobs read from and devices upload to, where the service has several.
        streamed_subresources: List(&Text),
        /// The sub-resources of an account with a hierarchical namespace that answer for each other.
        hierarchical_subresources: List(&Text),
        /// Kinds of account that no private endpoint leads to.
        kinds_without_private_endpoint: List(&Text),
        /// Whether a default action of `deny` closes the public endpoint only once a rule admits somebody.
        deny_needs_rules: Bool,
        /// Whether a rule denies what no rule admits where no default action is given.
        rules_imply_deny: Bool,
        /// Whether a private endpoint switches the public endpoint off where nothing is said of it.
        private_endpoint_closes_public: Bool,
        /// The service tag that stands for its public addresses in security rules.
        service_tag: Text,
        /// The pricing tiers that the service tag holds; absent where it holds all.
        service_tag_tiers: List(&Text),
        /// Ports that its clients connect to.
        ports: List(&Int),
        /// Uses of a job that the trusted-services exception of this service admits.
        trusted_job_uses: List(&Text),
        /// Those of them that the page on jobs leaves out.
        disputed_job_uses: List(&Text),
        /// Uses of a hub that the trusted-services exception of this service admits.
        trusted_hub_uses: List(&Text),
        /// Whether its trusted-services exception also admits a hub by a user-assigned identity.
        trusted_user_assigned_identity: Bool,
        /// Whether its trusted-services exception holds while the public endpoint is switched off.
        trusted_while_closed: Bool,
        /// Uses that a hub can make of this service at all.
        hub_uses: List(&Text),
        /// Types of routing endpoint that deliver to this service.
        hub_endpoint_types: List(&Text),
        /// Roles that let a hub deliver.
        hub_roles: List(&Text),
        /// Roles that would do as well but are not the documented ones.
        hub_broader_roles: List(&Text),
        /// Whether the service restricts the subnet that it is deployed into.
        restricts_subnet: Bool,
        /// Whether what it puts into a subnet only sends from there and is not reached there.
        subnet_for_outbound_only: Bool,
        /// Whether it adds the security rules that it needs to those of a subnet that is delegated to it.
        adds_security_rules: Bool,
        /// The service that its subnet must be delegated to.
        delegation: Text,
        /// How many subnets may be admitted at most.
        virtual_network_rules_limit: Int,
        /// How many addresses and ranges may be admitted at most.
        ip_rules_limit: Int,
        /// The pricing tiers that have network rules and private endpoints, where not all do.
        firewall_tiers: List(&Text),
        /// The IP rule that stands for every address of Azure.
        azure_wide_ip_rule: Text,
        /// Whether IP rules may hold service tags.
        ip_rules_take_tags: Bool,
        /// Whether IP rules refuse ranges of one or two addresses in CIDR form.
        no_small_ip_ranges: Bool,
        /// Whether virtual network rules and private endpoints exclude each other.
        rules_exclude_private_endpoints: Bool,
        /// Whether network rules and private endpoints need a subdomain of its own.
        needs_custom_subdomain: Bool,
        /// Whether the service is shut down.
        retired: Bool,
        /// Whether servers of the older kind are shut down.
        single_server_retired: Bool,
        /// Whether jobs cannot authenticate to it with a managed identity.
        no_job_identity: Bool,
        /// The sub-resources to which jobs cannot authenticate with a managed identity.
        no_job_identity_subresources: List(&Text),
        /// Whether jobs can authenticate to it with their system-assigned identity only.
        job_system_identity_only: Bool,
        /// Roles that let a job read from it, the smallest first.
        job_input_roles: List(&Text),
        /// Roles that let a job write to it, the smallest first.
        job_output_roles: List(&Text),
        /// Of a hub: whether its private endpoint leads to the built-in endpoint too.
        built_in_endpoint_is_private: Bool,
        /// Of a hub: whether switching the public endpoint off, or a filter that covers it, closes the built-in endpoint too.
        built_in_endpoint_can_be_closed: Bool,
        /// Of a hub: whether its IP filter can be made to cover the built-in endpoint.
        ip_filter_may_cover_built_in_endpoint: Bool,
    }
}

kind! {
    /// Numbers and lists that belong to no single service: limits, ranges, tags.
    constants: CONSTANTS = "constants" {
        /// Smallest cluster in V2 streaming units.
        cluster_minimum_v2: Int,
        /// Smallest cluster in V1 streaming units.
        cluster_minimum_v1: Int,
        /// Ranges that name no network on the internet.
        private_ranges: List(&Text),
        /// Names of service endpoints that exist.
        service_endpoint_names: List(&Text),
        /// Names of service endpoints that are a preview.
        preview_service_endpoint_names: List(&Text),
        /// Kinds of storage account that may hold private data.
        private_data_account_kinds: List(&Text),
        /// Whether a job with customer-managed keys fails when an input or output uses managed identity.
        customer_managed_keys_bar_identity: Bool,
        /// Words that mean every destination on the internet in a security rule.
        internet_words: List(&Text),
        /// Words that mean the public addresses of every Azure service in a security rule.
        azure_words: List(&Text),
        /// Words that mean the network with its peers and linked sites in a security rule.
        network_words: List(&Text),
        /// Zones that a private endpoint may be registered in at most.
        zones_per_private_endpoint: Int,
        /// The address at which Azure answers DNS.
        azure_dns: Text,
        /// What a subnet of DNS Private Resolver is delegated to.
        dns_resolver_delegation: Text,
        /// The longest prefix, and so the smallest size, of such a subnet.
        dns_resolver_longest_prefix: Int,
        /// Its shortest prefix.
        dns_resolver_shortest_prefix: Int,
        /// The longest prefix of an IPv4 subnet.
        longest_subnet_prefix: Int,
        /// The one prefix length of an IPv6 subnet.
        ipv6_subnet_prefix: Int,
        /// Names of subnets that are reserved for one sort of resource.
        reserved_subnet_names: List(&Text),
        /// Of these, the ones that need a prefix of `reserved_subnet_prefix` at least.
        sized_subnet_names: List(&Text),
        /// The longest prefix of those.
        reserved_subnet_prefix: Int,
        /// The name of the subnet of VPN and ExpressRoute gateways.
        gateway_subnet_name: Text,
        /// The name of the subnet of Azure Firewall, which forwards DNS queries.
        firewall_subnet_name: Text,
        /// What people call a machine of their own among workloads.
        machine_words: List(&Text),
        /// Delegations that keep everything else out of a subnet.
        exclusive_delegations: List(&Text),
        /// Delegations whose subnets take no service endpoint policy.
        delegations_without_endpoint_policies: List(&Text),
        /// Kinds of service whose subnets take no service endpoint policy.
        services_without_endpoint_policies: List(&Text),
        /// Service endpoints of which a subnet takes one.
        alternative_service_endpoints: List(&Text),
        /// Service tags that a route does not take.
        tags_not_in_routes: List(&Text),
        /// How many pairs of subscription and region may admit one network, per service.
        service_endpoint_subscription_limit: Int,
        /// Whether running a job in a network is a preview.
        job_injection_is_preview: Bool,
        /// Names of service endpoints that are not developed any further.
        discontinued_service_endpoint_names: List(&Text),
        /// Ports on which machines are administered.
        management_ports: List(&Int),
        /// Words that look like a service tag and are none.
        missing_service_tags: List(&Text),
        /// Whether the client of an import or export needs a special SDK to use the identity of the hub.
        import_export_needs_special_sdk: Bool,
        /// The SDKs that take the identity of the hub only with an environment variable.
        import_export_sdks_with_environment: List(&Text),
        /// That environment variable with its value.
        import_export_environment: Text,
        /// The version of the Python package that takes the identity of the hub.
        import_export_python_version: Text,
        /// Roles that let somebody manage a resource and give no access to its data.
        control_plane_roles: List(&Text),
        /// Roles for the data of some service.
        data_roles: List(&Text),
        /// Sizes that a cluster may have, counted in V1 streaming units.
        cluster_sizes_v1: List(&Int),
        /// Sizes that a cluster may have, counted in V2 streaming units.
        cluster_sizes_v2: List(&Int),
        /// Fewest V1 streaming units of a job in a network.
        injected_job_minimum_v1: Int,
        /// Regions in which jobs can be injected into a network.
        injected_job_regions: List(&Text),
        /// Ranges that the subnet of a job must keep clear of.
        injected_job_reserved_ranges: List(&Text),
        /// Addresses of a subnet that are taken before the first node of a job.
        injected_job_subnet_overhead: Int,
        /// Kinds of storage account that an injected job can keep its checkpoints in.
        injected_job_storage_kinds: List(&Text),
        /// Roles of which an injected job needs one on its storage account, for its checkpoints.
        injected_job_table_roles: List(&Text),
        /// From how many addresses on a range counts as very wide.
        wide_range_addresses: Int,
        /// Everybody on the public internet.
        internet: AnyObject,
        /// Every public address that the topology declares as somebody's own.
        declared_addresses: List(&Text),
    }
}
