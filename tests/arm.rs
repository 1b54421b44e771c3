//! Templates: what their resources become, family by family, and what `isolint` says of them.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/command.rs"]
mod command;
mod support;

use std::collections::BTreeSet;

use command::Folder;
use isolint::analysis::{Options, UnitResult, analyse};
use isolint::frontend::arm::resources::convert;
use isolint::frontend::arm::template::evaluate;
use isolint::frontend::topology_file::{Reader, write};
use isolint::knowledge::tables::ArmTables;
use isolint::source::{Limits, Problem, Sources};
use support::{filled, known, ruleset};

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

/// A template with these parameters and resources.
fn template(parameters: &str, resources: &str) -> String {
    format!(
        "{{\"$schema\": \"{SCHEMA}\", \"contentVersion\": \"1.0.0.0\", \"parameters\": {parameters}, \"resources\": {resources}}}"
    )
}

/// What the resources of a template were understood as, without ids and comments, and what is wrong with them.
fn understood(parameters: &str, resources: &str) -> (String, Vec<Problem>) {
    let (text, problems, _) = convert_text(&template(parameters, resources));
    let kept = text.lines().filter(|line| {
        let line = line.trim_start();
        !line.is_empty() && !line.starts_with('#') && !line.starts_with("id: ") && !line.starts_with("open: ")
    });
    let kept: Vec<&str> = kept.map(|line| line.split("  # ").next().unwrap_or(line)).collect();
    (kept.join("\n"), problems)
}

fn convert_text(text: &str) -> (String, Vec<Problem>, UnitResult) {
    let (mut sources, mut problems) = (Sources::new(), Vec::new());
    let (_, root) = sources.add_json("azuredeploy.json", text.to_owned(), &Limits::default(), &mut problems);
    let root = root.expect("a template");
    let evaluated = evaluate(&sources, root, None, &|_| None, &mut problems);
    let (topology, catalogue) = filled(known(), "documents");
    let converted = convert(&sources, &ArmTables::of(known()), &catalogue, &evaluated, root);
    problems.extend(converted.problems);
    let tree = converted.tree.add_to(&mut sources);
    let format = known().completeness.iter().find(|known| known.format == "arm").unwrap();
    let written = write(&sources, tree, &format.open);
    let mut reader = Reader::new(&sources, &catalogue, topology);
    reader.read_converted("arm", tree);
    let (topology, found) = reader.finish();
    problems.extend(found);
    let options = Options { edition: "documents", enabled: &|_| true, level_of: &|_| None };
    let result = analyse(&mut ruleset(known()), topology, &sources, &options);
    (written, problems, result)
}

/// The findings of a topology file.
fn judged(text: &str) -> (Vec<Problem>, UnitResult) {
    let (mut sources, mut problems) = (Sources::new(), Vec::new());
    let (_, roots) = sources.add_yaml("topology.yaml", text.to_owned(), &Limits::default(), &mut problems);
    let (topology, catalogue) = filled(known(), "documents");
    let mut reader = Reader::new(&sources, &catalogue, topology);
    for root in roots {
        reader.read_document(root);
    }
    let (topology, found) = reader.finish();
    problems.extend(found);
    let options = Options { edition: "documents", enabled: &|_| true, level_of: &|_| None };
    (problems, analyse(&mut ruleset(known()), topology, &sources, &options))
}

/// What is found, wherever it stands.
fn told(result: &UnitResult) -> (BTreeSet<String>, BTreeSet<String>) {
    let findings = result.findings.iter().map(|finding| format!("{} {}", finding.rule, finding.fingerprint));
    let flows = result.flows.iter().map(|flow| format!("{} {} {:?}", flow.name, flow.target, flow.verdict));
    (findings.collect(), flows.collect())
}

macro_rules! families {
    ($($name:ident: $parameters:expr, $resources:expr;)*) => {
        $(#[test]
        fn $name() {
            let (text, problems) = understood($parameters, $resources);
            assert_eq!(problems, [], "{text}");
            insta::assert_snapshot!(stringify!($name), text);
            // What is printed is a topology of which the same is true.
            let (written, _, result) = convert_text(&template($parameters, $resources));
            let (problems, again) = judged(&written);
            assert_eq!(problems, [], "{written}");
            assert_eq!(told(&result), told(&again), "{written}");
        })*
    };
}

families! {
    storage_accounts: r#"{"names": {"type": "array"}, "action": {"type": "string"}}"#, r#"[
        {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "raw", "location": "West Europe", "kind": "StorageV2",
         "sku": {"name": "Standard_RAGRS"}, "tags": {"data": "raw"}, "identity": {"type": "SystemAssigned, UserAssigned"},
         "properties": {"PublicNetworkAccess": "Enabled", "isHnsEnabled": true, "allowSharedKeyAccess": false,
           "encryption": {"keySource": "Microsoft.Keyvault"},
           "networkAcls": {"defaultAction": "Deny", "bypass": "Logging, AzureServices",
             "ipRules": [{"value": "203.0.113.0/24", "action": "Allow"}],
             "virtualNetworkRules": [{"id": "[resourceId('hubs', 'Microsoft.Network/virtualNetworks/subnets', 'hub', 'stream')]"}],
             "resourceAccessRules": [{"resourceId": "[resourceId('Microsoft.StreamAnalytics/streamingjobs', 'telemetry')]"}, {"resourceId": "/subscriptions/1/providers/Microsoft.Synapse/workspaces/*"}]}}},
        {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "[concat('st', uniqueString(resourceGroup().id))]", "location": "[resourceGroup().location]",
         "kind": "BlockBlobStorage", "sku": {"name": "Premium_LRS"}, "properties": {"publicNetworkAccess": "SecuredByPerimeter", "networkAcls": {"defaultAction": "[parameters('action')]", "ipRules": "[parameters('names')]"}}},
        {"type": "Microsoft.Authorization/locks", "apiVersion": "2020-05-01", "name": "keep", "scope": "Microsoft.Storage/storageAccounts/raw", "properties": {"level": "CanNotDelete"}}
    ]"#;
    messaging: r#"{"deployHub": {"type": "bool"}}"#, r#"[
        {"type": "Microsoft.EventHub/namespaces", "apiVersion": "2024-01-01", "name": "events", "sku": {"name": "Standard"}, "properties": {"disableLocalAuth": true}},
        {"type": "Microsoft.EventHub/namespaces/eventhubs", "apiVersion": "2024-01-01", "name": "events/telemetry", "properties": {}},
        {"type": "Microsoft.EventHub/namespaces/eventhubs", "apiVersion": "2024-01-01", "name": "events/perhaps", "condition": "[parameters('deployHub')]", "properties": {}},
        {"type": "Microsoft.EventHub/namespaces/networkRuleSets", "apiVersion": "2024-01-01", "name": "events/default", "properties": {"publicNetworkAccess": "Enabled", "defaultAction": "Deny", "trustedServiceAccessEnabled": true,
          "virtualNetworkRules": [{"subnet": {"id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'plant', 'stream')]"}}], "ipRules": [{"ipMask": "203.0.113.7"}]}},
        {"type": "Microsoft.EventHub/namespaces", "apiVersion": "2018-01-01-preview", "name": "older", "sku": {"name": "Standard"}, "properties": {}, "resources": [
          {"type": "VirtualNetworkRules", "apiVersion": "2018-01-01-preview", "name": "rule", "dependsOn": ["[resourceId('Microsoft.EventHub/namespaces', 'older')]"], "properties": {"virtualNetworkSubnetId": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'plant', 'stream')]"}}]},
        {"type": "Microsoft.ServiceBus/namespaces", "apiVersion": "2022-10-01-preview", "name": "bus", "sku": {"name": "Premium"}, "properties": {"publicNetworkAccess": "Disabled"}, "resources": [
          {"type": "queues", "apiVersion": "2022-10-01-preview", "name": "orders", "dependsOn": ["bus"], "properties": {}},
          {"type": "topics", "apiVersion": "2022-10-01-preview", "name": "alarms", "dependsOn": ["bus"], "properties": {}}]},
        {"type": "Microsoft.EventGrid/topics", "apiVersion": "2025-02-15", "name": "grid", "properties": {"publicNetworkAccess": "Enabled", "inboundIpRules": [{"ipMask": "203.0.113.0/28", "action": "Allow"}]}}
    ]"#;
    databases: "{}", r#"[
        {"type": "Microsoft.Sql/servers", "apiVersion": "2023-08-01", "name": "db", "properties": {"publicNetworkAccess": "Enabled"}},
        {"type": "Microsoft.Sql/servers/firewallRules", "apiVersion": "2023-08-01", "name": "db/AllowAllWindowsAzureIps", "properties": {"startIpAddress": "0.0.0.0", "endIpAddress": "0.0.0.0"}},
        {"type": "Microsoft.Sql/servers/firewallRules", "apiVersion": "2023-08-01", "name": "db/office", "properties": {"startIpAddress": "203.0.113.4", "endIpAddress": "203.0.113.9"}},
        {"type": "Microsoft.Sql/servers/virtualNetworkRules", "apiVersion": "2023-08-01", "name": "db/stream", "properties": {"virtualNetworkSubnetId": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'plant', 'stream')]"}},
        {"type": "Microsoft.Sql/managedInstances", "apiVersion": "2023-08-01", "name": "instance", "properties": {"subnetId": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'plant', 'instance')]"}},
        {"type": "Microsoft.Synapse/workspaces", "apiVersion": "2021-06-01", "name": "warehouse", "properties": {"publicNetworkAccess": "Disabled"}},
        {"type": "Microsoft.DBforPostgreSQL/flexibleServers", "apiVersion": "2024-08-01", "name": "pg", "properties": {"network": {"delegatedSubnetResourceId": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'plant', 'pg')]"}}},
        {"type": "Microsoft.DBforMySQL/servers", "apiVersion": "2017-12-01", "name": "my", "properties": {"publicNetworkAccess": "Disabled"}},
        {"type": "Microsoft.DocumentDB/databaseAccounts", "apiVersion": "2024-05-15", "name": "docs", "kind": "GlobalDocumentDB", "properties": {"isVirtualNetworkFilterEnabled": true, "disableLocalAuth": true,
          "virtualNetworkRules": [{"id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'plant', 'stream')]"}], "ipRules": [{"ipAddressOrRange": "203.0.113.0/24"}], "networkAclBypass": "AzureServices"}},
        {"type": "Microsoft.DocumentDB/databaseAccounts", "apiVersion": "2019-12-12", "name": "graphs", "properties": {"ipRangeFilter": "203.0.113.1,203.0.113.2", "capabilities": [{"name": "EnableGremlin"}]}}
    ]"#;
    networks: r#"{"remote": {"type": "string"}}"#, r#"[
        {"type": "Microsoft.Network/virtualNetworks", "apiVersion": "2023-09-01", "name": "plant", "location": "westeurope", "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "dhcpOptions": {"dnsServers": ["10.1.0.4"]},
          "subnets": [
            {"name": "stream", "properties": {"addressPrefix": "10.0.1.0/24", "serviceEndpoints": [{"service": "Microsoft.Storage"}], "networkSecurityGroup": {"id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'guard')]"},
              "routeTable": {"id": "[resourceId('Microsoft.Network/routeTables', 'out')]"}, "serviceEndpointPolicies": [{"id": "[resourceId('Microsoft.Network/serviceEndpointPolicies', 'only-ours')]"}],
              "natGateway": {"id": "[resourceId('Microsoft.Network/natGateways', 'nat')]"}, "defaultOutboundAccess": false}},
            {"name": "jobs", "properties": {"addressPrefixes": ["10.0.2.0/24"], "privateEndpointNetworkPolicies": "RouteTableEnabled", "delegations": [{"name": "d", "properties": {"serviceName": "Microsoft.StreamAnalytics/streamingJobs"}}]}}],
          "virtualNetworkPeerings": [{"name": "to-remote", "properties": {"remoteVirtualNetwork": {"id": "[parameters('remote')]"}, "useRemoteGateways": true}}]}},
        {"type": "Microsoft.Network/virtualNetworks/subnets", "apiVersion": "2023-09-01", "name": "plant/late", "properties": {"addressPrefix": "10.0.3.0/24"}},
        {"type": "Microsoft.Network/virtualNetworks/virtualNetworkPeerings", "apiVersion": "2023-09-01", "name": "plant/to-hub", "properties": {"allowGatewayTransit": true, "remoteVirtualNetwork": {"id": "[resourceId('shared', 'Microsoft.Network/virtualNetworks', 'hub')]"}}},
        {"type": "Microsoft.Network/serviceEndpointPolicies", "apiVersion": "2023-09-01", "name": "only-ours", "properties": {"serviceEndpointPolicyDefinitions": [{"name": "d", "properties": {"service": "Microsoft.Storage", "serviceResources": ["[resourceId('Microsoft.Storage/storageAccounts', 'raw')]"]}}]}},
        {"type": "Microsoft.Network/networkSecurityGroups", "apiVersion": "2023-09-01", "name": "guard", "properties": {"securityRules": [
          {"name": "in", "properties": {"direction": "Inbound", "access": "Deny", "priority": 100, "protocol": "Tcp", "sourceAddressPrefixes": ["10.9.0.0/16"], "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRanges": ["443", "8000-8080"]}}]}},
        {"type": "Microsoft.Network/networkSecurityGroups/securityRules", "apiVersion": "2023-09-01", "name": "guard/out", "properties": {"direction": "Outbound", "access": "Allow", "priority": 200, "protocol": "*", "sourceAddressPrefix": "*", "destinationAddressPrefix": "Storage", "destinationPortRange": "443"}},
        {"type": "Microsoft.Network/routeTables", "apiVersion": "2023-09-01", "name": "out", "properties": {"routes": [{"name": "all", "properties": {"addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.1.0.4"}}]}}
    ]"#;
    private_endpoints: "{}", r#"[
        {"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "secrets", "properties": {"publicNetworkAccess": "Disabled", "networkAcls": {"defaultAction": "Deny", "bypass": "None"}}},
        {"type": "Microsoft.Network/privateEndpoints", "apiVersion": "2023-09-01", "name": "secrets", "properties": {"subnet": {"id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'plant', 'endpoints')]"}, "ipConfigurations": [{"properties": {"privateIPAddress": "10.0.4.7"}}],
          "privateLinkServiceConnections": [{"name": "c", "properties": {"privateLinkServiceId": "[resourceId('Microsoft.KeyVault/vaults', 'secrets')]", "groupIds": ["vault"]}}]}},
        {"type": "Microsoft.Network/privateEndpoints", "apiVersion": "2023-09-01", "name": "theirs", "properties": {"subnet": {"id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'plant', 'endpoints')]"},
          "manualPrivateLinkServiceConnections": [{"name": "c", "properties": {"privateLinkServiceId": "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/theirs/providers/Microsoft.Sql/servers/theirdb", "groupIds": ["sqlServer"]}}]}},
        {"type": "Microsoft.Network/privateEndpoints", "apiVersion": "2023-09-01", "name": "approved", "properties": {"subnet": {"id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'plant', 'endpoints')]"},
          "manualPrivateLinkServiceConnections": [{"name": "c", "properties": {"privateLinkServiceId": "[resourceId('Microsoft.KeyVault/vaults', 'secrets')]", "groupIds": ["vault"]}}]}},
        {"type": "Microsoft.KeyVault/vaults/privateEndpointConnections", "apiVersion": "2023-07-01", "name": "secrets/c", "properties": {"privateEndpoint": {"id": "[resourceId('Microsoft.Network/privateEndpoints', 'approved')]"}, "privateLinkServiceConnectionState": {"status": "Approved"}}},
        {"type": "Microsoft.Network/privateDnsZones", "apiVersion": "2020-06-01", "name": "privatelink.vaultcore.azure.net", "location": "global"},
        {"type": "Microsoft.Network/privateDnsZones/virtualNetworkLinks", "apiVersion": "2024-06-01", "name": "privatelink.vaultcore.azure.net/plant", "location": "global", "properties": {"virtualNetwork": {"id": "[resourceId('Microsoft.Network/virtualNetworks', 'plant')]"}, "resolutionPolicy": "NxDomainRedirect"}},
        {"type": "Microsoft.Network/privateDnsZones/A", "apiVersion": "2020-06-01", "name": "privatelink.vaultcore.azure.net/by-hand", "properties": {"ttl": 3600, "aRecords": [{"ipv4Address": "10.0.4.9"}]}},
        {"type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups", "apiVersion": "2023-09-01", "name": "secrets/default", "properties": {"privateDnsZoneConfigs": [{"name": "z", "properties": {"privateDnsZoneId": "[resourceId('Microsoft.Network/privateDnsZones', 'privatelink.vaultcore.azure.net')]"}}]}}
    ]"#;
    stream_analytics: r#"{"namespace": {"type": "string"}}"#, r#"[
        {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "content", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "properties": {"encryption": {"keySource": "Microsoft.Keyvault"}}},
        {"type": "Microsoft.Sql/servers", "apiVersion": "2023-08-01", "name": "db", "properties": {}},
        {"type": "Microsoft.StreamAnalytics/clusters", "apiVersion": "2020-03-01", "name": "shared", "sku": {"name": "Default", "capacity": 36}},
        {"type": "Microsoft.StreamAnalytics/clusters/privateEndpoints", "apiVersion": "2020-03-01", "name": "shared/content", "properties": {"manualPrivateLinkServiceConnections": [{"properties": {"privateLinkServiceId": "[resourceId('Microsoft.Storage/storageAccounts', 'content')]", "groupIds": ["blob"]}}]}},
        {"type": "Microsoft.StreamAnalytics/streamingjobs", "apiVersion": "2021-10-01-preview", "name": "telemetry", "identity": {"type": "SystemAssigned"}, "properties": {"sku": {"name": "StandardV2"}, "cluster": {"id": "[resourceId('Microsoft.StreamAnalytics/clusters', 'shared')]"},
          "contentStoragePolicy": "JobStorageAccount", "jobStorageAccount": {"accountName": "content", "authenticationMode": "ConnectionString", "accountKey": "[listKeys(resourceId('Microsoft.Storage/storageAccounts', 'content'), '2023-05-01').keys[0].value]"},
          "inputs": [{"name": "devices", "properties": {"type": "Stream", "datasource": {"type": "Microsoft.Devices/IotHubs", "properties": {"iotHubNamespace": "plant"}}}},
                     {"name": "sample", "properties": {"type": "Stream", "datasource": {"type": "Raw", "properties": {"payload": ""}}}},
                     {"name": "orders", "properties": {"type": "Reference", "datasource": {"type": "Microsoft.Sql/Server/Database", "properties": {"server": "[reference(resourceId('Microsoft.Sql/servers', 'db')).fullyQualifiedDomainName]", "database": "orders"}}}}],
          "transformation": {"name": "t", "properties": {"streamingUnits": 6, "query": ""}}}},
        {"type": "Microsoft.StreamAnalytics/streamingjobs/inputs", "apiVersion": "2021-10-01-preview", "name": "telemetry/events", "properties": {"type": "Stream", "datasource": {"type": "Microsoft.ServiceBus/EventHub", "properties": {"authenticationMode": "Msi", "serviceBusNamespace": "[parameters('namespace')]", "eventHubName": "telemetry"}}}},
        {"type": "Microsoft.StreamAnalytics/streamingjobs/outputs", "apiVersion": "2021-10-01-preview", "name": "telemetry/table", "properties": {"datasource": {"type": "Microsoft.Storage/Table", "properties": {"accountName": "content", "table": "rows"}}}},
        {"type": "Microsoft.StreamAnalytics/streamingjobs/outputs", "apiVersion": "2021-10-01-preview", "name": "telemetry/sql", "properties": {"datasource": {"type": "Microsoft.Sql/Server/Database", "properties": {"server": "tcp:db.database.windows.net,1433", "authenticationMode": "Msi"}}}},
        {"type": "Microsoft.StreamAnalytics/streamingjobs/outputs", "apiVersion": "2021-10-01-preview", "name": "telemetry/kusto", "properties": {"datasource": {"type": "Microsoft.Kusto/clusters/databases", "properties": {"cluster": "https://hot.westeurope.kusto.windows.net", "authenticationMode": "Msi"}}}},
        {"type": "Microsoft.StreamAnalytics/streamingjobs/outputs", "apiVersion": "2021-10-01-preview", "name": "telemetry/function", "properties": {"datasource": {"type": "Microsoft.AzureFunction", "properties": {"functionAppName": "notify"}}}}
    ]"#;
    iot_hubs: "{}", r#"[
        {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "uploads", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "properties": {}},
        {"type": "Microsoft.EventHub/namespaces", "apiVersion": "2024-01-01", "name": "events", "sku": {"name": "Standard"}, "properties": {}},
        {"type": "Microsoft.Devices/IotHubs", "apiVersion": "2023-06-30", "name": "plant", "sku": {"name": "S1", "capacity": 1}, "identity": {"type": "SystemAssigned"}, "properties": {"publicNetworkAccess": "Disabled",
          "networkRuleSets": {"defaultAction": "Deny", "applyToBuiltInEventHubEndpoint": true, "ipRules": [{"filterName": "office", "action": "Allow", "ipMask": "203.0.113.0/24"}]},
          "routing": {"endpoints": {
              "eventHubs": [{"name": "hot", "authenticationType": "identityBased", "endpointUri": "sb://events.servicebus.windows.net", "entityPath": "telemetry"}],
              "serviceBusTopics": [{"name": "alarms", "connectionString": "[listKeys(resourceId('Microsoft.ServiceBus/namespaces/topics/authorizationRules', 'bus', 'alarms', 'send'), '2021-11-01').primaryConnectionString]"}],
              "storageContainers": [{"name": "cold", "authenticationType": "identityBased", "identity": {"userAssignedIdentity": "[resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'writer')]"}, "endpointUri": "https://uploads.blob.core.windows.net/", "containerName": "cold", "encoding": "JSON"}]},
            "routes": [{"name": "all", "source": "DeviceMessages", "endpointNames": ["hot"], "isEnabled": true}], "fallbackRoute": {"isEnabled": false, "source": "DeviceMessages", "endpointNames": ["events"]}},
          "storageEndpoints": {"$default": {"connectionString": "[concat('DefaultEndpointsProtocol=https;AccountName=', 'uploads', ';AccountKey=', listKeys(resourceId('Microsoft.Storage/storageAccounts', 'uploads'), '2023-05-01').keys[0].value)]", "containerName": "files"}}}},
        {"type": "Microsoft.Devices/IotHubs", "apiVersion": "2018-04-01", "name": "classic", "sku": {"name": "S1", "capacity": 1}, "properties": {"ipFilterRules": [{"filterName": "a", "action": "Accept", "ipMask": "203.0.113.0/24"}, {"filterName": "b", "action": "Reject", "ipMask": "0.0.0.0/0"}]}}
    ]"#;
    apps_and_others: "{}", r#"[
        {"type": "Microsoft.Web/sites", "apiVersion": "2023-12-01", "name": "api", "kind": "app,linux", "properties": {"virtualNetworkSubnetId": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'plant', 'apps')]", "vnetRouteAllEnabled": true,
          "siteConfig": {"ipSecurityRestrictions": [{"ipAddress": "203.0.113.0/24", "action": "Allow", "priority": 1}, {"ipAddress": "AzureFrontDoor.Backend", "tag": "ServiceTag", "action": "Allow", "priority": 2}, {"vnetSubnetResourceId": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'plant', 'stream')]", "priority": 3}, {"ipAddress": "Any", "action": "Deny", "priority": 2147483647}],
            "scmIpSecurityRestrictionsUseMain": true}}},
        {"type": "Microsoft.Web/sites", "apiVersion": "2023-12-01", "name": "notify", "kind": "functionapp", "properties": {}},
        {"type": "Microsoft.Web/sites/config", "apiVersion": "2023-12-01", "name": "notify/web", "properties": {"publicNetworkAccess": "Disabled", "ipSecurityRestrictions": [{"ipAddress": "Any", "action": "Allow", "priority": 1}]}},
        {"type": "Microsoft.Web/sites/networkConfig", "apiVersion": "2023-12-01", "name": "notify/virtualNetwork", "properties": {"subnetResourceId": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'plant', 'apps')]"}},
        {"type": "Microsoft.CognitiveServices/accounts", "apiVersion": "2023-05-01", "name": "words", "kind": "OpenAI", "properties": {"customSubDomainName": "words", "networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": "203.0.113.1"}]}}},
        {"type": "Microsoft.ContainerRegistry/registries", "apiVersion": "2023-07-01", "name": "images", "sku": {"name": "Premium"}, "properties": {"networkRuleBypassOptions": "None", "networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"action": "Allow", "value": "203.0.113.1"}]}}},
        {"type": "Microsoft.Kusto/clusters", "apiVersion": "2023-08-15", "name": "hot", "properties": {"publicNetworkAccess": "Enabled", "allowedIpRangeList": ["203.0.113.0/24"]}},
        {"type": "Microsoft.Cache/redis", "apiVersion": "2024-03-01", "name": "cache", "properties": {"sku": {"name": "Premium"}, "publicNetworkAccess": "Disabled", "subnetId": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'plant', 'cache')]"}},
        {"type": "Microsoft.DataLakeStore/accounts", "apiVersion": "2016-11-01", "name": "lake", "properties": {"firewallState": "Enabled", "firewallRules": [{"name": "f", "properties": {"startIpAddress": "203.0.113.4", "endIpAddress": "203.0.113.5"}}], "virtualNetworkRules": [{"name": "v", "properties": {"subnetId": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'plant', 'stream')]"}}]}},
        {"type": "Microsoft.Databricks/workspaces", "apiVersion": "2023-02-01", "name": "bricks", "properties": {"managedResourceGroupId": "x"}}
    ]"#;
    other_shapes: "{}", r#"[
        {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "raw", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "properties": {"publicNetworkAccess": "Disabled", "privateEndpointConnections": [
          {"properties": {"privateEndpoint": {"id": "[resourceId('Microsoft.Network/privateEndpoints', 'ours')]"}, "privateLinkServiceConnectionState": {"status": "Approved"}}},
          {"properties": {"privateEndpoint": {"id": "/subscriptions/1/resourceGroups/Theirs/providers/Microsoft.Network/privateEndpoints/Door"}, "privateLinkServiceConnectionState": {"status": "Pending"}}}]}},
        {"type": "Microsoft.Network/privateEndpoints", "apiVersion": "2023-09-01", "name": "ours", "properties": {"subnet": {"id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'plant', 'endpoints')]"},
          "manualPrivateLinkServiceConnections": [{"name": "c", "properties": {"privateLinkServiceId": "[resourceId('Microsoft.Storage/storageAccounts', 'raw')]", "groupIds": ["blob"]}}]}},
        {"type": "Microsoft.StreamAnalytics/clusters", "apiVersion": "2020-03-01", "name": "lines", "sku": {"name": "Default", "capacity": 36}, "resources": [
          {"type": "privateEndpoints", "apiVersion": "2020-03-01", "name": "raw", "dependsOn": ["lines"], "properties": {"manualPrivateLinkServiceConnections": [{"properties": {"privateLinkServiceId": "[resourceId('Microsoft.Storage/storageAccounts', 'raw')]", "groupIds": ["blob"], "privateLinkServiceConnectionState": {"status": "Pending"}}}]}}]},
        {"type": "Microsoft.StreamAnalytics/streamingjobs", "apiVersion": "2021-10-01-preview", "name": "hall", "properties": {"jobType": "Edge", "inputs": [{"name": "machines", "properties": {"type": "Stream", "datasource": {"type": "GatewayMessageBus", "properties": {}}}}]}},
        {"type": "Microsoft.StreamAnalytics/streamingjobs", "apiVersion": "2021-10-01-preview", "name": "night", "properties": {
          "inputs": [{"name": "in", "properties": {"type": "Reference", "datasource": {"type": "Microsoft.Storage/Blob", "properties": {"storageAccounts": [{"accountName": "raw"}], "container": "recipes", "authenticationMode": "Msi"}}}}],
          "outputs": [{"name": "pool", "properties": {"datasource": {"type": "Microsoft.Sql/Server/DataWarehouse", "properties": {"server": "tcp:pool.database.windows.net,1433", "database": "d"}}}},
            {"name": "lake", "properties": {"datasource": {"type": "Microsoft.Sql/Server/DataWarehouse", "properties": {"server": "lake.sql.azuresynapse.net", "database": "d", "authenticationMode": "Msi"}}}}]}},
        {"type": "Microsoft.Devices/provisioningServices", "apiVersion": "2022-12-12", "name": "enrol", "properties": {"publicNetworkAccess": "Enabled", "ipFilterRules": [
          {"filterName": "a", "action": "Accept", "ipMask": "203.0.113.0/24", "target": "all"}, {"filterName": "b", "action": "Accept", "ipMask": "198.51.100.0/24", "target": "deviceApi"}, {"filterName": "c", "action": "Reject", "ipMask": "0.0.0.0/0"}]}},
        {"type": "Microsoft.MachineLearningServices/workspaces", "apiVersion": "2024-04-01", "name": "models", "properties": {"publicNetworkAccess": "Disabled"}},
        {"type": "Microsoft.Web/sites", "apiVersion": "2023-12-01", "name": "shut", "kind": "app", "properties": {"siteConfig": {
          "ipSecurityRestrictions": [{"ipAddress": "203.0.113.0/24", "action": "Allow", "priority": 300}, {"ipAddress": "Any", "action": "Deny", "priority": 200}, {"ipAddress": "198.51.100.0/24", "priority": 100}],
          "ipSecurityRestrictionsDefaultAction": "Allow", "scmIpSecurityRestrictions": [{"ipAddress": "203.0.113.9", "action": "Allow", "priority": 1}]}}},
        {"type": "Microsoft.Synapse/workspaces", "apiVersion": "2021-06-01", "name": "lake", "properties": {"trustedServiceBypassEnabled": true}},
        {"type": "Microsoft.DocumentDB/databaseAccounts", "apiVersion": "2024-05-15", "name": "docs", "properties": {"networkAclBypassResourceIds": ["[resourceId('Microsoft.Synapse/workspaces', 'lake')]"]}},
        {"type": "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments", "apiVersion": "2024-05-15", "name": "[concat('docs/', guid('a'))]", "properties": {"roleDefinitionId": "00000000-0000-0000-0000-000000000001", "scope": "/dbs/orders", "principalId": "[reference(resourceId('Microsoft.StreamAnalytics/streamingjobs', 'night'), '2021-10-01-preview', 'Full').identity.principalId]"}},
        {"type": "Microsoft.Authorization/roleAssignments", "apiVersion": "2022-04-01", "name": "[guid('b')]", "scope": "[resourceId('Microsoft.Storage/storageAccounts', 'raw')]", "properties": {"roleDefinitionId": "Storage Blob Data Reader", "condition": "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'recipes'", "principalId": "[reference(resourceId('Microsoft.StreamAnalytics/streamingjobs', 'night'), '2021-10-01-preview', 'Full').identity.principalId]"}},
        {"type": "Microsoft.Network/routeTables", "apiVersion": "2023-09-01", "name": "own", "properties": {"disableBgpRoutePropagation": true}},
        {"type": "Microsoft.Network/virtualNetworks", "apiVersion": "2023-09-01", "name": "plant", "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "virtualNetworkPeerings": [
          {"name": "gone", "properties": {"peeringState": "Disconnected", "remoteVirtualNetwork": {"id": "[resourceId('Microsoft.Network/virtualNetworks', 'gone')]"}}}]}}
    ]"#;
    role_assignments: r#"{"who": {"type": "string"}}"#, r#"[
        {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "raw", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "properties": {}},
        {"type": "Microsoft.ManagedIdentity/userAssignedIdentities", "apiVersion": "2023-01-31", "name": "writer"},
        {"type": "Microsoft.Devices/IotHubs", "apiVersion": "2023-06-30", "name": "plant", "sku": {"name": "S1", "capacity": 1}, "identity": {"type": "UserAssigned", "userAssignedIdentities": {"[resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'writer')]": {}}}, "properties": {}},
        {"type": "Microsoft.StreamAnalytics/streamingjobs", "apiVersion": "2021-10-01-preview", "name": "telemetry", "identity": {"type": "SystemAssigned"}, "properties": {}},
        {"type": "Microsoft.DocumentDB/databaseAccounts", "apiVersion": "2024-05-15", "name": "docs", "properties": {}},
        {"type": "Microsoft.Authorization/roleAssignments", "apiVersion": "2022-04-01", "name": "[guid('a')]", "scope": "[resourceId('Microsoft.Storage/storageAccounts', 'raw')]", "properties": {"roleDefinitionId": "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'ba92f5b4-2d11-453d-a403-e96b0029c9fe')]", "principalId": "[reference(resourceId('Microsoft.StreamAnalytics/streamingjobs', 'telemetry'), '2021-10-01-preview', 'Full').identity.principalId]"}},
        {"type": "Microsoft.Storage/storageAccounts/providers/roleAssignments", "apiVersion": "2022-04-01", "name": "[concat('raw/Microsoft.Authorization/', guid('b'))]", "properties": {"roleDefinitionId": "[concat(subscription().id, '/providers/Microsoft.Authorization/roleDefinitions/', '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1')]", "principalId": "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'writer'), '2023-01-31').principalId]"}},
        {"type": "Microsoft.Authorization/roleAssignments", "apiVersion": "2022-04-01", "name": "[guid('c')]", "properties": {"roleDefinitionId": "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b24988ac-6180-42a0-ab88-20f7382dd24c')]", "principalId": "[parameters('who')]"}},
        {"type": "Microsoft.Authorization/roleAssignments", "apiVersion": "2022-04-01", "name": "[guid('d')]", "scope": "[resourceId('Microsoft.Storage/storageAccounts/blobServices/containers', 'raw', 'default', 'in')]", "properties": {"roleDefinitionId": "/providers/Microsoft.Authorization/roleDefinitions/99999999-2d11-453d-a403-e96b0029c9fe", "principalId": "[reference(resourceId('Microsoft.StreamAnalytics/streamingjobs', 'telemetry'), '2021-10-01-preview', 'Full').identity.principalId]"}},
        {"type": "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments", "apiVersion": "2024-05-15", "name": "[concat('docs/', guid('e'))]", "properties": {"roleDefinitionId": "[resourceId('Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions', 'docs', '00000000-0000-0000-0000-000000000002')]", "scope": "[resourceId('Microsoft.DocumentDB/databaseAccounts', 'docs')]", "principalId": "[reference(resourceId('Microsoft.StreamAnalytics/streamingjobs', 'telemetry'), '2021-10-01-preview', 'Full').identity.principalId]"}}
    ]"#;
}

#[test]
fn what_is_of_the_wrong_type_is_said_at_its_place() {
    let (text, problems) = understood(
        "{}",
        r#"[{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "raw", "properties": {"isHnsEnabled": "perhaps", "networkAcls": {"ipRules": "203.0.113.1"}}}]"#,
    );
    let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        messages,
        ["`this` must be true or false, and this is text", "`this` must be an array, and this is text"]
    );
    assert!(text.contains("hierarchical_namespace: !unknown"), "{text}");
}

const ACCOUNT: &str = r#"[{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "raw", "location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"},
  "properties": {"networkAcls": {"defaultAction": "[parameters('action')]", "ipRules": [{"value": "203.0.113.1"}]}}}]"#;

fn parameters(action: &str) -> String {
    format!(
        r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#", "parameters": {{"action": {{"value": "{action}"}}}}}}"#
    )
}

#[test]
fn each_set_of_parameters_is_judged_and_what_is_equal_told_once() {
    let account = template(r#"{"action": {"type": "string"}}"#, ACCOUNT);
    let folder = Folder::with(&[
        ("main.json", &account),
        ("main.prod.parameters.json", &parameters("Deny")),
        ("main.test.parameters.json", &parameters("Allow")),
        ("main.demo.parameters.json", &parameters("Allow")),
    ]);
    for arguments in [&["main.json"][..], &["."]] {
        let (status, report) = folder.check(arguments);
        let findings = report["findings"].as_array().unwrap();
        assert_eq!((status, findings.len()), (0, 1), "{report}");
        assert_eq!(findings[0]["rule"], "ip-rule-with-open-default");
        let notes = findings[0]["notes"].to_string();
        assert!(
            notes.contains("with the parameters in main.demo.parameters.json, main.test.parameters.json"),
            "{notes}"
        );
        let related = findings[0]["related"].to_string();
        assert!(related.contains("parameter `action` is given here"), "{related}");
        assert_eq!(report["inputs"].as_array().unwrap().len(), 4, "{report}");
    }
    let (_, report) = folder.check(&["main.json", "--parameters", "main.prod.parameters.json"]);
    assert_eq!(report["findings"], serde_json::json!([]));
    // Without a value nothing is known, and so nothing is found.
    let folder = Folder::with(&[("main.json", &account)]);
    let (status, report) = folder.check(&["main.json"]);
    assert_eq!((status, &report["findings"]), (0, &serde_json::json!([])));
    let outcome = folder.run_with(&["check", "-", "--format", "json"], account.as_bytes());
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
}

#[test]
fn a_topology_file_adds_to_the_template_that_it_includes() {
    let account = template(r#"{"action": {"type": "string"}}"#, ACCOUNT);
    let claims = "include: [infra/main.json, infra/open.parameters.json]\nstorage:\n  raw: {isolation: private_only}\n";
    let folder = Folder::with(&[
        ("topology.yaml", claims),
        ("infra/main.json", &account),
        ("infra/open.parameters.json", &parameters("Allow")),
    ]);
    let (status, report) = folder.check(&["topology.yaml"]);
    let rules: Vec<serde_json::Value> =
        report["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].clone()).collect();
    assert_eq!((status, rules), (0, vec!["ip-rule-with-open-default".into(), "isolation-claim-broken".into()]));
    // It is one unit in a folder too.
    let (_, again) = folder.check(&["."]);
    assert_eq!(report["findings"], again["findings"]);
    let folder = Folder::with(&[
        ("a.yaml", "include: b.yaml\nstorage: {a: {}}\n"),
        ("b.yaml", "include: a.yaml\nstorage: {b: {}}\n"),
        ("c.yaml", "include: nowhere.json\nstorage: {c: {}}\n"),
    ]);
    let codes = |report: &serde_json::Value| {
        report["problems"]
            .as_array()
            .unwrap()
            .iter()
            .map(|problem| problem["code"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(codes(&folder.check(&["a.yaml"]).1), ["include-cycle"]);
    assert_eq!(codes(&folder.check(&["c.yaml"]).1), ["cannot-include"]);
}

#[test]
fn a_context_resolves_and_is_not_judged() {
    let peering = template(
        "{}",
        r#"[
        {"type": "Microsoft.Network/virtualNetworks", "apiVersion": "2023-09-01", "name": "spoke", "properties": {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}}},
        {"type": "Microsoft.Network/virtualNetworks/virtualNetworkPeerings", "apiVersion": "2023-09-01", "name": "spoke/hub", "properties": {"remoteVirtualNetwork": {"id": "/subscriptions/1/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub"}}}]"#,
    );
    let hub = "vnets:\n  hub: {address_space: [10.1.0.0/24]}\nstorage:\n  theirs: {network: {default_action: allow, ip_rules: [203.0.113.1]}}\n";
    let folder = Folder::with(&[("main.json", &peering), ("context/hub.yaml", hub)]);
    let (_, alone) = folder.check(&["main.json"]);
    assert_eq!(alone["findings"], serde_json::json!([]));
    let (_, report) = folder.check(&["main.json", "--context", "context"]);
    let findings = report["findings"].as_array().unwrap();
    assert!(!findings.is_empty(), "{report}");
    assert!(findings.iter().all(|finding| finding["location"]["file"] == "main.json"), "{report}");
    assert_eq!(report["summary"]["resources"], 1, "{report}");
}

#[test]
fn what_is_deployed_to_one_place_is_in_one_region() {
    let resources = |location: &str| {
        format!(
            r#"[{{"type": "Microsoft.StreamAnalytics/clusters", "apiVersion": "2020-03-01", "name": "lines", "location": "{location}", "sku": {{"name": "Default", "capacity": 36}}}},
            {{"type": "Microsoft.StreamAnalytics/streamingjobs", "apiVersion": "2021-10-01-preview", "name": "night", "location": "[resourceGroup().location]", "properties": {{"cluster": {{"id": "[resourceId('Microsoft.StreamAnalytics/clusters', 'lines')]"}}}}}}]"#
        )
    };
    let doubts = |location: &str| {
        let parameters = r#"{"elsewhere": {"type": "string"}}"#;
        let (_, problems, result) = convert_text(&template(parameters, &resources(location)));
        assert_eq!(problems, []);
        assert!(result.findings.iter().all(|finding| finding.rule != "job-cluster-region"));
        result.undetermined.iter().filter(|check| check.check.contains("job-cluster-region")).count()
    };
    assert_eq!(doubts("[resourceGroup().location]"), 0);
    assert_eq!(doubts("[parameters('elsewhere')]"), 1);
    assert_eq!(doubts("westeurope"), 1);
}

#[test]
fn a_context_closes_the_links_of_zones() {
    let main = template(
        "{}",
        r#"[
        {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "raw", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "properties": {"publicNetworkAccess": "Disabled"}},
        {"type": "Microsoft.Network/virtualNetworks", "apiVersion": "2023-09-01", "name": "spoke", "properties": {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}, "subnets": [{"name": "apps", "properties": {"addressPrefix": "10.1.1.0/24"}}]}},
        {"type": "Microsoft.Network/privateEndpoints", "apiVersion": "2023-09-01", "name": "door", "properties": {"subnet": {"id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'spoke', 'apps')]"},
          "privateLinkServiceConnections": [{"name": "c", "properties": {"privateLinkServiceId": "[resourceId('Microsoft.Storage/storageAccounts', 'raw')]", "groupIds": ["blob"]}}]}},
        {"type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups", "apiVersion": "2023-09-01", "name": "door/default", "properties": {"privateDnsZoneConfigs": [{"name": "z", "properties": {"privateDnsZoneId": "/subscriptions/1/resourceGroups/hub/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net"}}]}}]"#,
    );
    let claims = "include: main.json\nworkloads:\n  reader: {subnet: spoke/apps, uses: [storage/raw]}\n";
    let zone = "vnets:\n  core: {}\ndns_zones:\n  privatelink.blob.core.windows.net: {links: [core]}\n";
    let folder = Folder::with(&[("app/main.json", &main), ("app/topology.yaml", claims), ("hub/hub.yaml", zone)]);
    let count = |arguments: &[&str]| {
        let (_, report) = folder.check(arguments);
        let findings = report["findings"].as_array().unwrap().clone();
        findings.iter().filter(|finding| finding["rule"] == "private-dns-zone-not-linked").count()
    };
    assert_eq!(count(&["app/topology.yaml"]), 0);
    assert_eq!(count(&["app/topology.yaml", "--context", "hub"]), 1);
}

#[test]
fn bicep_and_json_of_others_get_a_word() {
    let folder = Folder::with(&[
        ("main.bicep", "param a string\n"),
        ("other.bicep", "param a string\n"),
        ("other.json", &template("{}", "[]")),
        ("package.json", "{\"name\": \"x\", \"storage\": {}}"),
    ]);
    let (status, report) = folder.check(&["."]);
    let inputs: Vec<String> = report["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|input| format!("{} {}", input["path"], input["status"]))
        .collect();
    assert_eq!(status, 0, "{report}");
    assert_eq!(inputs, ["\"main.bicep\" \"skipped\"", "\"package.json\" \"skipped\"", "\"other.json\" \"checked\""]);
    assert_eq!(folder.run(&["check", "main.bicep"]).status, 3);
}

#[test]
fn what_is_printed_of_the_example_is_judged_alike() {
    let text = std::fs::read_to_string("examples/arm/plant/azuredeploy.json").unwrap();
    let (written, problems, result) = convert_text(&text);
    assert_eq!(problems, []);
    let (problems, again) = judged(&written);
    assert_eq!(problems, []);
    assert_eq!(told(&result), told(&again));
    assert_eq!(result.findings.len(), 1);
    let folder = Folder::with(&[("main.json", &text)]);
    let outcome = folder.run(&["convert", "main.json"]);
    assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
    folder.write("topology.yaml", outcome.stdout.as_bytes());
    assert_eq!(folder.check(&["topology.yaml"]).0, 1);
}

#[test]
fn parts_of_what_is_declared_elsewhere_are_read_and_said_to_be_judged_with_it() {
    let parts = template(
        "{}",
        r#"[
        {"type": "Microsoft.Network/virtualNetworks/subnets", "apiVersion": "2023-09-01", "name": "hub/apps",
         "properties": {"addressPrefix": "10.0.0.0/24"}},
        {"type": "Microsoft.Sql/servers/firewallRules", "apiVersion": "2021-11-01", "name": "orders/all",
         "properties": {"startIpAddress": "0.0.0.0", "endIpAddress": "255.255.255.255"}}]"#,
    );
    let server = template(
        "{}",
        r#"[{"type": "Microsoft.Sql/servers", "apiVersion": "2021-11-01", "name": "orders",
             "properties": {"publicNetworkAccess": "Enabled"}}]"#,
    );
    let folder = Folder::with(&[("parts/main.json", &parts), ("server.json", &server)]);
    let alone = folder.run(&["check", "parts/main.json"]);
    assert_eq!(alone.status, 0, "{}", alone.stderr);
    let said = alone.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("not understood: Microsoft.Sql/servers/firewallRules: who may reach a server"), "{said}");
    // Subnets are judged on their own.
    assert!(!said.contains("virtualNetworks"), "{said}");
    let converted = folder.run(&["convert", "parts/main.json"]).stdout;
    assert!(converted.contains("prefix: [10.0.0.0/24]") && converted.contains("ip_rules: [0.0.0.0/0]"), "{converted}");

    let together = folder.run(&["check", "parts/main.json", "--context", "server.json", "--format", "compact"]);
    assert!(
        together.stdout.contains("parts/main.json:5:") && together.stdout.contains("very-wide-rule"),
        "{}",
        together.stdout
    );
    assert!(!together.stdout.contains("declared elsewhere"), "{}", together.stdout);
}

#[test]
fn a_subnet_of_a_network_that_is_declared_elsewhere_is_judged_by_what_is_known() {
    let account = r#"{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "raw", "location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"},
        "properties": {"networkAcls": {"defaultAction": "Deny", "virtualNetworkRules": [{"id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'hub', 'data')]"}]}}}"#;
    let subnet = |endpoint: &str| {
        format!(
            r#"[{{"type": "Microsoft.Network/virtualNetworks/subnets", "apiVersion": "2024-01-01", "name": "hub/data", "properties": {{"addressPrefix": "10.0.0.0/24", "serviceEndpoints": [{{"service": "{endpoint}"}}]}}}}, {account}]"#
        )
    };
    for (endpoint, expected) in
        [("Microsoft.Sql", &["endpoint-missing-on-ruled-subnet"][..]), ("Microsoft.Storage", &[])]
    {
        let (text, problems, result) = convert_text(&template("{}", &subnet(endpoint)));
        assert_eq!(problems, [], "{text}");
        let rules: Vec<&str> = result.findings.iter().map(|finding| finding.rule.as_str()).collect();
        assert_eq!(rules, expected, "{text}");
        assert!(text.contains("outside: true"), "{text}");
    }
}

#[test]
fn what_belongs_to_something_declared_elsewhere_and_what_is_deployed_from_elsewhere_is_named() {
    let rule = r#"{"type": "Microsoft.Sql/servers/firewallRules", "apiVersion": "2023-08-01", "name": "db/all", "properties": {"startIpAddress": "0.0.0.0", "endIpAddress": "255.255.255.255"}}"#;
    let linked = r#"{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "net", "properties": {"mode": "Incremental", "templateLink": {"uri": "https://example.com/net.json"}}}"#;
    let folder = Folder::with(&[("main.json", &template("{}", &format!("[{rule}, {linked}, {linked}]")))]);
    let (_, report) = folder.check(&["main.json"]);
    let unread = report["unread"].as_array().unwrap().iter().map(|unread| {
        (unread["type"].as_str().unwrap(), unread["why"].as_str().unwrap(), unread["count"].as_i64().unwrap())
    });
    assert_eq!(
        unread.collect::<Vec<_>>(),
        [
            ("Microsoft.Resources/deployments", "the template of this deployment is on the network", 2),
            ("Microsoft.Sql/servers/firewallRules", "who may reach a server that is declared elsewhere", 1),
        ]
    );
    let server = r#"{"type": "Microsoft.Sql/servers", "apiVersion": "2023-08-01", "name": "db", "location": "westeurope", "properties": {}}"#;
    let folder = Folder::with(&[("main.json", &template("{}", &format!("[{server}, {rule}]")))]);
    let (_, report) = folder.check(&["main.json"]);
    assert_eq!(report["unread"], serde_json::json!([]));
    assert_eq!(report["findings"][0]["rule"], "very-wide-rule");
}

#[test]
fn a_part_that_is_made_in_a_loop_says_in_which_turn() {
    let resources = r#"[
        {"type": "Microsoft.Sql/servers", "apiVersion": "2023-08-01", "name": "db", "location": "westeurope", "properties": {}},
        {"type": "Microsoft.Sql/servers/firewallRules", "apiVersion": "2023-08-01", "name": "[concat('db/', copyIndex())]", "copy": {"name": "open", "count": 2},
         "properties": {"startIpAddress": "0.0.0.0", "endIpAddress": "255.255.255.255"}}]"#;
    let (_, _, result) = convert_text(&template("{}", resources));
    let notes: Vec<&str> =
        result.findings.iter().filter_map(|finding| finding.notes.last()).map(String::as_str).collect();
    assert_eq!(notes, ["in loop `open`, index 0", "in loop `open`, index 1"]);
    assert!(result.findings.iter().all(|finding| finding.related.is_empty()));
}
