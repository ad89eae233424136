//! Private DNS of an endpoint.

use super::quoted::comment;
use super::{Act, command::ec2};
use crate::check::Owner;
use crate::facts::{Facts, aws};
use std::collections::BTreeMap;

/// Makes the service's private name resolve to the endpoint in its VPC.
#[derive(Clone, Debug, PartialEq)]
pub struct EnablePrivateDns {
    /// `vpce-…`
    pub endpoint_id: String,
    /// The private name, where known.
    pub private_name: Option<String>,
}

/// Takes the private name from an endpoint, so that another may have it.
#[derive(Clone, Debug, PartialEq)]
pub struct DisablePrivateDns {
    /// `vpce-…`
    pub endpoint_id: String,
}

fn modify(endpoint_id: &str, switch: &str) -> Vec<String> {
    ec2(["modify-vpc-endpoint", "--vpc-endpoint-id", endpoint_id, switch])
}

fn show(endpoint_id: &str) -> Vec<String> {
    let query = "VpcEndpoints[].{State:State,PrivateDnsEnabled:PrivateDnsEnabled,Names:DnsEntries[].DnsName}";
    ec2(["describe-vpc-endpoints", "--vpc-endpoint-ids", endpoint_id, "--query", query])
}

pub(super) fn change(facts: &mut Facts, endpoint_id: &str, change: impl FnOnce(&mut aws::VpcEndpoint)) {
    let endpoints = facts.aws.vpc_endpoints.known_mut().map(|list| list.vpc_endpoints.iter_mut());
    if let Some(endpoint) = endpoints.into_iter().flatten().find(|endpoint| endpoint.vpc_endpoint_id == endpoint_id) {
        change(endpoint);
    }
}

impl Act for EnablePrivateDns {
    fn key(&self) -> &'static str {
        "enable-private-dns"
    }

    fn values(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([("endpoint", self.endpoint_id.clone())])
    }

    fn owner(&self) -> Owner {
        Owner::Vpc
    }

    fn argv(&self) -> Vec<String> {
        modify(&self.endpoint_id, "--private-dns-enabled")
    }

    fn terraform(&self) -> String {
        format!(
            "# in the resource \"aws_vpc_endpoint\" of {}\nprivate_dns_enabled = true\n",
            comment(&self.endpoint_id)
        )
    }

    fn undo(&self) -> Vec<String> {
        modify(&self.endpoint_id, "--no-private-dns-enabled")
    }

    fn verify(&self) -> Vec<String> {
        show(&self.endpoint_id)
    }

    fn iam(&self) -> &'static [&'static str] {
        &["ec2:ModifyVpcEndpoint", "route53:AssociateVPCWithHostedZone"]
    }

    fn apply(&self, facts: &mut Facts) {
        change(facts, &self.endpoint_id, |endpoint| {
            endpoint.private_dns_enabled = true;
            let entries =
                self.private_name.iter().map(|name| aws::DnsEntry { dns_name: name.clone(), ..Default::default() });
            endpoint.dns_entries.extend(entries);
        });
    }
}

impl Act for DisablePrivateDns {
    fn key(&self) -> &'static str {
        "disable-private-dns"
    }

    fn values(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([("endpoint", self.endpoint_id.clone())])
    }

    fn owner(&self) -> Owner {
        Owner::Vpc
    }

    fn argv(&self) -> Vec<String> {
        modify(&self.endpoint_id, "--no-private-dns-enabled")
    }

    fn terraform(&self) -> String {
        format!(
            "# in the resource \"aws_vpc_endpoint\" of {}\nprivate_dns_enabled = false\n",
            comment(&self.endpoint_id)
        )
    }

    fn undo(&self) -> Vec<String> {
        modify(&self.endpoint_id, "--private-dns-enabled")
    }

    fn verify(&self) -> Vec<String> {
        show(&self.endpoint_id)
    }

    fn iam(&self) -> &'static [&'static str] {
        &["ec2:ModifyVpcEndpoint", "route53:DisassociateVPCFromHostedZone"]
    }

    fn apply(&self, facts: &mut Facts) {
        change(facts, &self.endpoint_id, |endpoint| {
            endpoint.private_dns_enabled = false;
            endpoint.dns_entries.retain(|entry| entry.dns_name.contains(".vpce."));
        });
    }
}
