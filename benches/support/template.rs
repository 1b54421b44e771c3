//! ARM templates of any size: the same for the same size, and as a real one a little mistaken.
//!
//! A template is a row of applications around shared zones of names. Each has a network, data at rest, streams, a job, a
//! hub, private endpoints, and the roles they need. They stand side by side, or each in a nested deployment, as modules
//! compile to.

use serde_json::{Map, Value, json};

/// Out of as many applications one has a firewall that is open.
const MISTAKEN: usize = 25;

/// The zones of names that private endpoints need, by subresource.
const ZONES: [(&str, &str); 4] = [
    ("blob", "privatelink.blob.core.windows.net"),
    ("namespace", "privatelink.servicebus.windows.net"),
    ("vault", "privatelink.vaultcore.azure.net"),
    ("iotHub", "privatelink.azure-devices.net"),
];

/// How the applications of a template are put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// All resources in one list, without a space too many, as a pipeline leaves it.
    Flat,
    /// Each application in a nested deployment with parameters of its own, indented, as modules compile to.
    Modules,
}

/// The text of a template with that many applications.
pub(crate) fn template(applications: usize, form: Form) -> String {
    let mut resources: Vec<Value> = ZONES.iter().map(|(_, zone)| zone_of(zone)).collect();
    resources.push(loop_of_accounts());
    for index in 0..applications {
        let application = Application { index };
        match form {
            Form::Flat => resources.extend(application.resources("parameters('prefix')", index)),
            Form::Modules => resources.push(application.module()),
        }
    }
    let template = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {
            "location": {"type": "string", "defaultValue": "[resourceGroup().location]", "metadata": {"description": "Where everything is."}},
            "prefix": {"type": "string", "defaultValue": "plant", "minLength": 3},
            "environment": {"type": "string", "defaultValue": "prod", "allowedValues": ["dev", "test", "prod"]},
            "tags": {"type": "object", "defaultValue": {"owner": "platform", "costCentre": "4711"}},
            "regions": {"type": "array", "defaultValue": ["north", "south", "east", "west"]}
        },
        "variables": variables(if form == Form::Flat { applications } else { 0 }),
        "resources": resources,
        "outputs": {"zone": {"type": "string", "value": "[resourceId('Microsoft.Network/privateDnsZones', 'privatelink.blob.core.windows.net')]"}}
    });
    let text = match form {
        Form::Flat => serde_json::to_string(&template),
        Form::Modules => serde_json::to_string_pretty(&template),
    };
    text.expect("it can be written")
}

/// How many resources an application declares.
pub(crate) fn resources_of_an_application() -> usize {
    Application { index: 0 }.resources("parameters('prefix')", 0).len()
}

fn variables(applications: usize) -> Value {
    let mut all = Map::new();
    all.insert(
        "stem".to_owned(),
        json!("[toLower(format('{0}-{1}', parameters('prefix'), parameters('environment')))]"),
    );
    all.insert("receiver".to_owned(), json!("a638d3c7-ab3a-418d-83e6-5f17a39d4fde"));
    all.insert("sender".to_owned(), json!("2b629674-e913-4c01-ae53-ef4638d8f975"));
    all.insert("blobs".to_owned(), json!("ba92f5b4-2d11-453d-a403-e96b0029c9fe"));
    for index in 0..applications {
        let name = format!("[concat(variables('stem'), '-vnet-', '{index}')]");
        all.insert(format!("network{index}"), json!(name));
    }
    Value::Object(all)
}

fn zone_of(zone: &str) -> Value {
    json!({"type": "Microsoft.Network/privateDnsZones", "apiVersion": "2020-06-01", "name": zone, "location": "global"})
}

fn loop_of_accounts() -> Value {
    json!({
        "copy": {"name": "logs", "count": "[length(parameters('regions'))]"},
        "type": "Microsoft.Storage/storageAccounts",
        "apiVersion": "2022-09-01",
        "name": "[take(replace(concat(variables('stem'), parameters('regions')[copyIndex()], uniqueString(resourceGroup().id)), '-', ''), 24)]",
        "location": "[parameters('location')]",
        "sku": {"name": "Standard_LRS"},
        "kind": "StorageV2",
        "properties": {"networkAcls": {"defaultAction": "Deny", "bypass": "AzureServices"}}
    })
}

/// One application.
struct Application {
    index: usize,
}

impl Application {
    /// The application as a nested deployment that evaluates its own expressions.
    fn module(&self) -> Value {
        let index = self.index;
        let mut variables = variables(0);
        if let Some(all) = variables.as_object_mut() {
            all.insert(format!("network{index}"), json!(format!("[concat(variables('stem'), '-vnet-', '{index}')]")));
        }
        json!({
            "type": "Microsoft.Resources/deployments",
            "apiVersion": "2022-09-01",
            "name": format!("application-{index}"),
            "properties": {
                "expressionEvaluationOptions": {"scope": "inner"},
                "mode": "Incremental",
                "parameters": {
                    "prefix": {"value": "[parameters('prefix')]"},
                    "environment": {"value": "[parameters('environment')]"},
                    "location": {"value": "[parameters('location')]"},
                    "tags": {"value": "[parameters('tags')]"}
                },
                "template": {
                    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
                    "contentVersion": "1.0.0.0",
                    "metadata": {"_generator": {"name": "bicep", "version": "0.30.23.60470", "templateHash": format!("{}", 1_000_003 * (index + 1))}},
                    "parameters": {
                        "prefix": {"type": "string"},
                        "environment": {"type": "string"},
                        "location": {"type": "string"},
                        "tags": {"type": "object"}
                    },
                    "variables": variables,
                    "resources": self.resources("parameters('prefix')", index)
                }
            }
        })
    }

    fn resources(&self, prefix: &str, index: usize) -> Vec<Value> {
        let names = Names::new(prefix, index);
        let mut all = vec![names.network(), names.group("endpoints"), names.group("compute")];
        all.extend([names.account("raw", index), names.account("state", index)]);
        all.extend([
            names.namespace(),
            names.namespace_rules(index),
            names.stream("measurements"),
            names.stream("alerts"),
            names.vault(),
        ]);
        all.extend([names.hub(), names.job()]);
        for (subresource, zone) in ZONES {
            all.extend([
                names.endpoint(subresource),
                names.zone_group(subresource, zone),
                names.link(subresource, zone),
            ]);
        }
        let roles = [("receiver", "namespace"), ("sender", "namespace"), ("blobs", "state"), ("blobs", "raw")];
        all.extend(roles.map(|(role, part)| names.role("job", role, part)));
        all.extend([names.role("hub", "sender", "namespace"), names.role("hub", "blobs", "raw")]);
        all
    }
}

/// What the parts of an application are called, as expressions without their brackets.
struct Names {
    index: usize,
    stem: String,
}

impl Names {
    fn new(prefix: &str, index: usize) -> Self {
        Self { index, stem: format!("{prefix}, '-{index}'") }
    }

    fn name(&self, part: &str) -> String {
        match part {
            "raw" | "state" => format!("toLower(concat({}, '{part}'))", self.stem.replace("'-", "'")),
            _ => format!("concat({}, '-{part}')", self.stem),
        }
    }

    fn id(&self, ty: &str, part: &str) -> String {
        format!("resourceId('{ty}', {})", self.name(part))
    }

    fn subnet(&self, name: &str) -> String {
        format!(
            "[resourceId('Microsoft.Network/virtualNetworks/subnets', variables('network{}'), '{name}')]",
            self.index
        )
    }

    fn target(&self, part: &str) -> String {
        match part {
            "blob" | "raw" => self.id("Microsoft.Storage/storageAccounts", "raw"),
            "state" => self.id("Microsoft.Storage/storageAccounts", "state"),
            "namespace" => self.id("Microsoft.EventHub/namespaces", "namespace"),
            "vault" => self.id("Microsoft.KeyVault/vaults", "vault"),
            "job" => self.id("Microsoft.StreamAnalytics/streamingjobs", "job"),
            _ => self.id("Microsoft.Devices/IotHubs", "hub"),
        }
    }

    fn network(&self) -> Value {
        let (index, second, third) = (self.index, self.index / 64 % 256, self.index % 64 * 4);
        let subnet = |name: &str, prefix: String, group: &str, endpoints: &[&str]| {
            let endpoints: Vec<Value> = endpoints.iter().map(|service| json!({"service": service})).collect();
            json!({"name": name, "properties": {
                "addressPrefix": prefix,
                "networkSecurityGroup": {"id": format!("[{}]", self.id("Microsoft.Network/networkSecurityGroups", group))},
                "serviceEndpoints": endpoints
            }})
        };
        let compute = subnet(
            "compute",
            format!("10.{second}.{}.0/26", third + 1),
            "compute",
            &["Microsoft.Storage", "Microsoft.EventHub", "Microsoft.KeyVault"],
        );
        let endpoints = subnet("endpoints", format!("10.{second}.{third}.0/24"), "endpoints", &[]);
        json!({
            "type": "Microsoft.Network/virtualNetworks",
            "apiVersion": "2023-04-01",
            "name": format!("[variables('network{index}')]"),
            "location": "[parameters('location')]",
            "tags": "[parameters('tags')]",
            "properties": {
                "addressSpace": {"addressPrefixes": [format!("10.{second}.{third}.0/22")]},
                "subnets": [endpoints, compute]
            },
            "dependsOn": [
                format!("[{}]", self.id("Microsoft.Network/networkSecurityGroups", "endpoints")),
                format!("[{}]", self.id("Microsoft.Network/networkSecurityGroups", "compute"))
            ]
        })
    }

    fn group(&self, part: &str) -> Value {
        let rule = |name: &str, priority: usize, access: &str, destination: &str, port: &str| {
            json!({"name": name, "properties": {
                "direction": "Outbound", "priority": priority, "access": access, "protocol": "Tcp",
                "sourceAddressPrefix": "*", "sourcePortRange": "*",
                "destinationAddressPrefix": destination, "destinationPortRange": port
            }})
        };
        json!({
            "type": "Microsoft.Network/networkSecurityGroups",
            "apiVersion": "2023-04-01",
            "name": format!("[{}]", self.name(part)),
            "location": "[parameters('location')]",
            "properties": {"securityRules": [
                rule("AllowStorage", 100, "Allow", "Storage", "443"),
                rule("AllowEventHub", 110, "Allow", "EventHub", "5671-5672"),
                rule("DenyInternet", 300, "Deny", "Internet", "*")
            ]}
        })
    }

    fn account(&self, part: &str, index: usize) -> Value {
        let action = if index % MISTAKEN == 7 { "Allow" } else { "Deny" };
        json!({
            "type": "Microsoft.Storage/storageAccounts",
            "apiVersion": "2022-09-01",
            "name": format!("[{}]", self.name(part)),
            "location": "[parameters('location')]",
            "tags": "[union(parameters('tags'), createObject('application', 'telemetry'))]",
            "sku": {"name": "Standard_ZRS"},
            "kind": "StorageV2",
            "properties": {
                "allowBlobPublicAccess": false,
                "minimumTlsVersion": "TLS1_2",
                "publicNetworkAccess": "Enabled",
                "networkAcls": {
                    "defaultAction": action,
                    "bypass": "[if(equals(parameters('environment'), 'prod'), 'AzureServices', 'None')]",
                    "virtualNetworkRules": [{"id": self.subnet("compute"), "action": "Allow"}],
                    "ipRules": [{"value": format!("198.51.100.{}", index % 250), "action": "Allow"}]
                }
            },
            "dependsOn": [format!("[resourceId('Microsoft.Network/virtualNetworks', variables('network{}'))]", self.index)]
        })
    }

    fn namespace(&self) -> Value {
        json!({
            "type": "Microsoft.EventHub/namespaces",
            "apiVersion": "2022-10-01-preview",
            "name": format!("[{}]", self.name("namespace")),
            "location": "[parameters('location')]",
            "sku": {"name": "Standard", "tier": "Standard", "capacity": 1},
            "properties": {"publicNetworkAccess": "Enabled", "disableLocalAuth": true}
        })
    }

    fn namespace_rules(&self, index: usize) -> Value {
        let trusted = index % MISTAKEN != 3;
        json!({
            "type": "Microsoft.EventHub/namespaces/networkRuleSets",
            "apiVersion": "2022-10-01-preview",
            "name": format!("[format('{{0}}/{{1}}', {}, 'default')]", self.name("namespace")),
            "properties": {"defaultAction": "Deny", "trustedServiceAccessEnabled": trusted, "virtualNetworkRules": [], "ipRules": []},
            "dependsOn": [format!("[{}]", self.target("namespace"))]
        })
    }

    fn stream(&self, stream: &str) -> Value {
        json!({
            "type": "Microsoft.EventHub/namespaces/eventhubs",
            "apiVersion": "2022-10-01-preview",
            "name": format!("[format('{{0}}/{{1}}', {}, '{stream}')]", self.name("namespace")),
            "properties": {"partitionCount": 4, "messageRetentionInDays": 1},
            "dependsOn": [format!("[{}]", self.target("namespace"))]
        })
    }

    fn vault(&self) -> Value {
        json!({
            "type": "Microsoft.KeyVault/vaults",
            "apiVersion": "2022-07-01",
            "name": format!("[{}]", self.name("vault")),
            "location": "[parameters('location')]",
            "properties": {
                "tenantId": "[subscription().tenantId]",
                "sku": {"family": "A", "name": "standard"},
                "enableRbacAuthorization": true,
                "networkAcls": {"defaultAction": "Deny", "bypass": "AzureServices"}
            }
        })
    }

    fn hub(&self) -> Value {
        json!({
            "type": "Microsoft.Devices/IotHubs",
            "apiVersion": "2021-07-02",
            "name": format!("[{}]", self.name("hub")),
            "location": "[parameters('location')]",
            "sku": {"name": "S1", "capacity": 1},
            "identity": {"type": "SystemAssigned"},
            "properties": {
                "publicNetworkAccess": "Disabled",
                "routing": {
                    "endpoints": {
                        "eventHubs": [{
                            "name": "hot",
                            "authenticationType": "identityBased",
                            "endpointUri": format!("[concat('sb://', {}, '.servicebus.windows.net')]", self.name("namespace")),
                            "entityPath": "measurements"
                        }],
                        "storageContainers": [{
                            "name": "cold",
                            "authenticationType": "identityBased",
                            "endpointUri": format!("[reference({}, '2022-09-01').primaryEndpoints.blob]", self.target("raw")),
                            "containerName": "messages",
                            "encoding": "Avro"
                        }]
                    },
                    "routes": [
                        {"name": "all", "source": "DeviceMessages", "condition": "true", "endpointNames": ["hot"], "isEnabled": true},
                        {"name": "archive", "source": "DeviceMessages", "condition": "true", "endpointNames": ["cold"], "isEnabled": true}
                    ],
                    "fallbackRoute": {"name": "$fallback", "source": "DeviceMessages", "condition": "true", "endpointNames": ["events"], "isEnabled": false}
                }
            },
            "dependsOn": [format!("[{}]", self.target("namespace")), format!("[{}]", self.target("raw"))]
        })
    }

    fn job(&self) -> Value {
        let namespace = format!("[{}]", self.name("namespace"));
        let account = format!("[{}]", self.name("raw"));
        json!({
            "type": "Microsoft.StreamAnalytics/streamingjobs",
            "apiVersion": "2021-10-01-preview",
            "name": format!("[{}]", self.name("job")),
            "location": "[parameters('location')]",
            "identity": {"type": "SystemAssigned"},
            "properties": {
                "sku": {"name": "StandardV2"},
                "jobStorageAccount": {"accountName": format!("[{}]", self.name("state")), "authenticationMode": "Msi"},
                "inputs": [{"name": "measurements", "properties": {
                    "type": "Stream",
                    "datasource": {"type": "Microsoft.EventHub/EventHub", "properties": {
                        "serviceBusNamespace": namespace, "eventHubName": "measurements", "authenticationMode": "Msi"
                    }}
                }}],
                "outputs": [
                    {"name": "alerts", "properties": {"datasource": {"type": "Microsoft.EventHub/EventHub", "properties": {
                        "serviceBusNamespace": namespace, "eventHubName": "alerts", "authenticationMode": "Msi"
                    }}}},
                    {"name": "archive", "properties": {"datasource": {"type": "Microsoft.Storage/Blob", "properties": {
                        "storageAccounts": [{"accountName": account}], "container": "archive", "authenticationMode": "Msi"
                    }}}}
                ],
                "transformation": {"name": "query", "properties": {"streamingUnits": 3, "query": "SELECT *\nINTO archive\nFROM measurements"}}
            },
            "dependsOn": [format!("[{}]", self.target("namespace")), format!("[{}]", self.target("state"))]
        })
    }

    fn endpoint(&self, subresource: &str) -> Value {
        json!({
            "type": "Microsoft.Network/privateEndpoints",
            "apiVersion": "2023-04-01",
            "name": format!("[{}]", self.name(&format!("pe-{subresource}"))),
            "location": "[parameters('location')]",
            "properties": {
                "subnet": {"id": self.subnet("endpoints")},
                "privateLinkServiceConnections": [{
                    "name": subresource,
                    "properties": {"privateLinkServiceId": format!("[{}]", self.target(subresource)), "groupIds": [subresource]}
                }]
            },
            "dependsOn": [format!("[{}]", self.target(subresource))]
        })
    }

    fn zone_group(&self, subresource: &str, zone: &str) -> Value {
        let endpoint = format!("pe-{subresource}");
        json!({
            "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
            "apiVersion": "2023-04-01",
            "name": format!("[format('{{0}}/{{1}}', {}, 'default')]", self.name(&endpoint)),
            "properties": {"privateDnsZoneConfigs": [{
                "name": "config",
                "properties": {"privateDnsZoneId": format!("[resourceId('Microsoft.Network/privateDnsZones', '{zone}')]")}
            }]},
            "dependsOn": [format!("[{}]", self.id("Microsoft.Network/privateEndpoints", &endpoint))]
        })
    }

    fn link(&self, subresource: &str, zone: &str) -> Value {
        let network = format!("[resourceId('Microsoft.Network/virtualNetworks', variables('network{}'))]", self.index);
        json!({
            "type": "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
            "apiVersion": "2020-06-01",
            "name": format!("[concat('{zone}/', {})]", self.name(&format!("link-{subresource}"))),
            "location": "global",
            "properties": {"registrationEnabled": false, "virtualNetwork": {"id": network}},
            "dependsOn": [network]
        })
    }

    fn role(&self, who: &str, role: &str, part: &str) -> Value {
        let (scope, who) = (self.target(part), self.target(who));
        json!({
            "type": "Microsoft.Authorization/roleAssignments",
            "apiVersion": "2022-04-01",
            "scope": format!("[{scope}]"),
            "name": format!("[guid({scope}, {who}, variables('{role}'))]"),
            "properties": {
                "roleDefinitionId": format!("[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', variables('{role}'))]"),
                "principalId": format!("[reference({who}, '2021-07-02', 'full').identity.principalId]"),
                "principalType": "ServicePrincipal"
            },
            "dependsOn": [format!("[{who}]")]
        })
    }
}
