//! One file per family of kinds. A new kind is declared in its family and listed here.

mod hubs;
mod knowledge;
mod networks;
mod policy;
mod services;
mod streaming;

pub use hubs::*;
pub use knowledge::*;
pub use networks::*;
pub use policy::*;
pub use services::*;
pub use streaming::*;

use super::schema::{Kind, KindId};

macro_rules! kinds {
    ($($id:ident = $number:literal => $module:ident,)*) => {
        $(#[doc = concat!("See [`", stringify!($module), "`].")] pub const $id: KindId = KindId($number);)*
        /// Every kind, at the index of its id.
        pub static KINDS: &[&Kind] = &[$(&$module::KIND,)*];
    };
}

kinds! {
    JOB = 0 => job,
    BINDING = 1 => binding,
    VNET_INTEGRATION = 2 => vnet_integration,
    JOB_STORAGE = 3 => job_storage,
    PRIVATE_DATA = 4 => private_data,
    RESIDENCY = 5 => residency,
    CLUSTER = 6 => cluster,
    CAPACITY = 7 => capacity,
    MANAGED_PRIVATE_ENDPOINT = 8 => managed_private_endpoint,
    HUB = 9 => hub,
    IP_FILTER_RULE = 10 => ip_filter_rule,
    ROUTING = 11 => routing,
    ROUTING_ENDPOINT = 12 => routing_endpoint,
    HUB_ROUTE = 13 => hub_route,
    BUILT_IN_ENDPOINT = 14 => built_in_endpoint,
    FILE_UPLOAD = 15 => file_upload,
    IMPORT_EXPORT = 16 => import_export,
    CLIENT = 17 => client,
    DEVICE = 18 => device,
    SERVICE_RESOURCE = 19 => service_resource,
    NETWORK_ACCESS = 20 => network_access,
    VNET = 21 => vnet,
    SUBNET = 22 => subnet,
    SERVICE_ENDPOINT_POLICY = 23 => service_endpoint_policy,
    NSG = 24 => nsg,
    NSG_RULE = 25 => nsg_rule,
    ROUTE_TABLE = 26 => route_table,
    ROUTE = 27 => route,
    SITE = 28 => site,
    LINK = 29 => link,
    WORKLOAD = 30 => workload,
    PRIVATE_ENDPOINT = 31 => private_endpoint,
    ROLE_ASSIGNMENT = 32 => role_assignment,
    DECLARED_FLOW = 33 => declared_flow,
    FLOW = 34 => flow,
    SERVICE = 35 => service,
    CONSTANTS = 36 => constants,
    INTERNET = 37 => internet,
    POLICY_STATEMENT = 38 => policy_statement,
    DNS_ZONE = 39 => dns_zone,
}
