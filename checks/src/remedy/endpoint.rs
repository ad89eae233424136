//! Changing the endpoint that there is, or waiting for it.

use super::quoted::{comment, hcl};
use super::{Act, command::ec2, create_endpoint::interface, dns::change};
use crate::check::Owner;
use crate::facts::{Facts, aws};
use std::collections::BTreeMap;

/// Gives the endpoint interfaces in zones where it needs them, and takes those away that lead nowhere.
#[derive(Clone, Debug, PartialEq)]
pub struct MoveEndpointSubnets {
    /// `vpce-…`
    pub endpoint_id: String,
    /// `subnet-…`, one a zone.
    pub add: Vec<String>,
    /// `subnet-…`
    pub remove: Vec<String>,
}

impl MoveEndpointSubnets {
    fn modify(&self, add: &[String], remove: &[String]) -> Vec<String> {
        let mut argv = ec2(["modify-vpc-endpoint", "--vpc-endpoint-id", &self.endpoint_id]);
        for (option, subnets) in [("--add-subnet-ids", add), ("--remove-subnet-ids", remove)] {
            if !subnets.is_empty() {
                argv.push(option.to_owned());
                argv.extend_from_slice(subnets);
            }
        }
        argv
    }
}

impl Act for MoveEndpointSubnets {
    fn key(&self) -> &'static str {
        match (self.add.is_empty(), self.remove.is_empty()) {
            (false, true) => "add-endpoint-subnets",
            (true, _) => "remove-endpoint-subnets",
            (false, false) => "move-endpoint-subnets",
        }
    }

    fn values(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("endpoint", self.endpoint_id.clone()),
            ("add", self.add.join(", ")),
            ("remove", self.remove.join(", ")),
        ])
    }

    fn owner(&self) -> Owner {
        Owner::Vpc
    }

    fn argv(&self) -> Vec<String> {
        self.modify(&self.add, &self.remove)
    }

    fn terraform(&self) -> String {
        let line = |sign: char, id: &String| format!("{sign} {}\n", hcl(id));
        let added = self.add.iter().map(|id| line('+', id));
        let lines: String = added.chain(self.remove.iter().map(|id| line('-', id))).collect();
        format!("# in subnet_ids of the resource \"aws_vpc_endpoint\" of {}\n{lines}", comment(&self.endpoint_id))
    }

    fn undo(&self) -> Vec<String> {
        self.modify(&self.remove, &self.add)
    }

    fn verify(&self) -> Vec<String> {
        let query = "VpcEndpoints[].{State:State,Subnets:SubnetIds,Interfaces:NetworkInterfaceIds}";
        ec2(["describe-vpc-endpoints", "--vpc-endpoint-ids", &self.endpoint_id, "--query", query])
    }

    fn iam(&self) -> &'static [&'static str] {
        &["ec2:ModifyVpcEndpoint"]
    }

    fn apply(&self, facts: &mut Facts) {
        let subnets = facts.aws.subnets.known().map(|list| list.subnets.clone()).unwrap_or_default();
        let in_removed = |interface: &aws::NetworkInterface| self.remove.contains(&interface.subnet_id);
        let gone: Vec<String> = facts
            .network_interfaces()
            .unwrap_or_default()
            .iter()
            .filter(|interface| in_removed(interface))
            .map(|interface| interface.network_interface_id.clone())
            .collect();
        let mut added = Vec::new();
        change(facts, &self.endpoint_id, |endpoint| {
            let groups: Vec<_> = endpoint.groups.iter().map(|group| group.group_id.clone()).collect();
            let new = subnets.iter().filter(|subnet| self.add.contains(&subnet.subnet_id));
            added.extend(new.map(|subnet| interface(subnet, &self.endpoint_id, &groups)));
            endpoint.subnet_ids.retain(|id| !self.remove.contains(id));
            endpoint.subnet_ids.extend(self.add.iter().cloned());
            endpoint.network_interface_ids.retain(|id| !gone.contains(id));
            endpoint.network_interface_ids.extend(added.iter().map(|interface| interface.network_interface_id.clone()));
        });
        if let Some(list) = facts.aws.network_interfaces.known_mut() {
            list.network_interfaces.extend(added);
        }
    }
}

/// Changes the endpoint's security groups.
#[derive(Clone, Debug, PartialEq)]
pub struct SetEndpointGroups {
    /// `vpce-…`
    pub endpoint_id: String,
    /// The group to add.
    pub add: String,
}

impl SetEndpointGroups {
    fn modify(&self, switch: &str) -> Vec<String> {
        ec2(["modify-vpc-endpoint", "--vpc-endpoint-id", &self.endpoint_id, switch, &self.add])
    }
}

impl Act for SetEndpointGroups {
    fn key(&self) -> &'static str {
        "set-endpoint-groups"
    }

    fn values(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([("endpoint", self.endpoint_id.clone()), ("group", self.add.clone())])
    }

    fn owner(&self) -> Owner {
        Owner::Vpc
    }

    fn argv(&self) -> Vec<String> {
        self.modify("--add-security-group-ids")
    }

    fn terraform(&self) -> String {
        format!(
            "# in the resource \"aws_vpc_endpoint\" of {}, add to security_group_ids\n{}\n",
            comment(&self.endpoint_id),
            hcl(&self.add)
        )
    }

    fn undo(&self) -> Vec<String> {
        self.modify("--remove-security-group-ids")
    }

    fn verify(&self) -> Vec<String> {
        ec2(["describe-vpc-endpoints", "--vpc-endpoint-ids", &self.endpoint_id, "--query", "VpcEndpoints[].Groups"])
    }

    fn iam(&self) -> &'static [&'static str] {
        &["ec2:ModifyVpcEndpoint"]
    }

    fn apply(&self, facts: &mut Facts) {
        let group = aws::GroupIdentifier { group_id: self.add.clone(), ..Default::default() };
        let mut interfaces = Vec::new();
        change(facts, &self.endpoint_id, |endpoint| {
            endpoint.groups.push(group.clone());
            interfaces.clone_from(&endpoint.network_interface_ids);
        });
        let all = facts.aws.network_interfaces.known_mut().map(|list| list.network_interfaces.iter_mut());
        for interface in all.into_iter().flatten().filter(|own| interfaces.contains(&own.network_interface_id)) {
            interface.groups.push(group.clone());
        }
    }
}

/// Tells TiDB Cloud the endpoint's id, which makes it accept the endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct RegisterEndpoint {
    /// `vpce-…`
    pub endpoint_id: String,
}

/// Waits for an endpoint that AWS or TiDB Cloud is still making.
#[derive(Clone, Debug, PartialEq)]
pub struct WaitForEndpoint {
    /// `vpce-…`
    pub endpoint_id: String,
}

macro_rules! becomes_available {
    ($name:ident, $key:literal, $owner:expr) => {
        impl Act for $name {
            fn key(&self) -> &'static str {
                $key
            }
            fn values(&self) -> BTreeMap<&'static str, String> {
                BTreeMap::from([("endpoint", self.endpoint_id.clone())])
            }
            fn owner(&self) -> Owner {
                $owner
            }
            fn argv(&self) -> Vec<String> {
                Vec::new()
            }
            fn terraform(&self) -> String {
                String::new()
            }
            fn undo(&self) -> Vec<String> {
                Vec::new()
            }
            fn verify(&self) -> Vec<String> {
                ec2([
                    "describe-vpc-endpoints",
                    "--vpc-endpoint-ids",
                    &self.endpoint_id,
                    "--query",
                    "VpcEndpoints[].State",
                ])
            }
            fn iam(&self) -> &'static [&'static str] {
                &[]
            }
            fn apply(&self, facts: &mut Facts) {
                change(facts, &self.endpoint_id, |endpoint| endpoint.raw_state = "available".to_owned());
            }
        }
    };
}

becomes_available!(RegisterEndpoint, "register-endpoint", Owner::TidbCloud);
becomes_available!(WaitForEndpoint, "wait-for-endpoint", Owner::Vpc);
