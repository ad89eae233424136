//! DHCP options: which DNS server a VPC's machines are told to ask.

use super::quoted::{hcl, hcl_list, resource};
use super::{Act, command::ec2};
use crate::check::Owner;
use crate::facts::{Facts, aws};
use std::collections::BTreeMap;

/// The id that a DHCP options set has in the proof before it exists.
pub(crate) const NEW_DHCP_OPTIONS: &str = "dopt-new";

/// Makes a DHCP options set that is like another, with Amazon's DNS server.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateDhcpOptions {
    /// The options that are kept, in the order of the set that they are taken from.
    pub keeps: Vec<aws::DhcpConfiguration>,
}

/// Gives a VPC another DHCP options set.
#[derive(Clone, Debug, PartialEq)]
pub struct AssociateDhcpOptions {
    /// `dopt-…`
    pub options_id: String,
    /// `vpc-…`
    pub vpc_id: String,
    /// `dopt-…`, the set that the VPC has now.
    pub instead_of: String,
}

impl CreateDhcpOptions {
    /// The options of the new set.
    fn configurations(&self) -> Vec<aws::DhcpConfiguration> {
        let value = aws::DhcpValue { value: "AmazonProvidedDNS".to_owned() };
        let servers = aws::DhcpConfiguration { key: "domain-name-servers".to_owned(), values: vec![value] };
        std::iter::once(servers).chain(self.keeps.iter().cloned()).collect()
    }
}

fn values(configuration: &aws::DhcpConfiguration) -> Vec<&str> {
    configuration.values.iter().map(|value| value.value.as_str()).collect()
}

/// The provider's argument for an option, if it has one.
fn argument(one: &aws::DhcpConfiguration) -> Option<(&'static str, String)> {
    let values: Vec<String> = values(one).into_iter().map(str::to_owned).collect();
    let list = || format!("[{}]", hcl_list(&values));
    Some(match one.key.as_str() {
        "domain-name-servers" => ("domain_name_servers", list()),
        "ntp-servers" => ("ntp_servers", list()),
        "netbios-name-servers" => ("netbios_name_servers", list()),
        "domain-name" => ("domain_name", hcl(&values.join(" "))),
        "netbios-node-type" => ("netbios_node_type", hcl(&values.join(" "))),
        "ipv6-address-preferred-lease-time" => ("ipv6_address_preferred_lease_time", hcl(&values.join(" "))),
        _ => return None,
    })
}

impl Act for CreateDhcpOptions {
    fn key(&self) -> &'static str {
        "create-dhcp-options"
    }

    fn values(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::new()
    }

    fn owner(&self) -> Owner {
        Owner::Vpc
    }

    fn argv(&self) -> Vec<String> {
        let mut argv = ec2(["create-dhcp-options", "--dhcp-configurations"]);
        let configurations = self.configurations();
        argv.extend(configurations.iter().map(|one| format!("Key={},Values={}", one.key, values(one).join(","))));
        argv
    }

    fn terraform(&self) -> String {
        let configurations = self.configurations();
        let arguments: Vec<(&str, String)> = configurations.iter().filter_map(argument).collect();
        resource("aws_vpc_dhcp_options", "amazon_dns", &arguments)
    }

    fn undo(&self) -> Vec<String> {
        // The id is not known before the command has run, and no made-up id is ever printed.
        Vec::new()
    }

    fn verify(&self) -> Vec<String> {
        ec2(["describe-dhcp-options", "--filters", "Name=value,Values=AmazonProvidedDNS"])
    }

    fn iam(&self) -> &'static [&'static str] {
        &["ec2:CreateDhcpOptions"]
    }

    fn apply(&self, facts: &mut Facts) {
        if let Some(list) = facts.aws.dhcp_options.known_mut() {
            let set = aws::DhcpOptions {
                dhcp_options_id: NEW_DHCP_OPTIONS.to_owned(),
                dhcp_configurations: self.configurations(),
            };
            list.dhcp_options.push(set);
        }
    }
}

impl Act for AssociateDhcpOptions {
    fn key(&self) -> &'static str {
        "associate-dhcp-options"
    }

    fn values(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("options", self.options_id.clone()),
            ("vpc", self.vpc_id.clone()),
            ("old", self.instead_of.clone()),
        ])
    }

    fn owner(&self) -> Owner {
        Owner::Vpc
    }

    fn argv(&self) -> Vec<String> {
        ec2(["associate-dhcp-options", "--dhcp-options-id", &self.options_id, "--vpc-id", &self.vpc_id])
    }

    fn terraform(&self) -> String {
        format!(
            "resource \"aws_vpc_dhcp_options_association\" \"amazon_dns\" {{\n  vpc_id          = {}\n  dhcp_options_id = {}\n}}\n",
            hcl(&self.vpc_id),
            if self.options_id == NEW_DHCP_OPTIONS {
                "aws_vpc_dhcp_options.amazon_dns.id".to_owned()
            } else {
                hcl(&self.options_id)
            }
        )
    }

    fn undo(&self) -> Vec<String> {
        ec2(["associate-dhcp-options", "--dhcp-options-id", &self.instead_of, "--vpc-id", &self.vpc_id])
    }

    fn verify(&self) -> Vec<String> {
        ec2(["describe-vpcs", "--vpc-ids", &self.vpc_id, "--query", "Vpcs[].DhcpOptionsId"])
    }

    fn iam(&self) -> &'static [&'static str] {
        &["ec2:AssociateDhcpOptions"]
    }

    fn apply(&self, facts: &mut Facts) {
        let vpcs = facts.aws.vpcs.known_mut().map(|list| list.vpcs.iter_mut());
        for vpc in vpcs.into_iter().flatten().filter(|vpc| vpc.vpc_id == self.vpc_id) {
            vpc.dhcp_options_id.clone_from(&self.options_id);
        }
    }
}
