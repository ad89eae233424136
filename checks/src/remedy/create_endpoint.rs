//! Making an interface endpoint.

use super::quoted::{hcl, hcl_list, yaml};
use super::{Act, command::ec2};
use crate::check::Owner;
use crate::facts::{Facts, aws};
use ipnet::IpNet;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Makes the interface endpoint for a service.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateEndpoint {
    /// `vpc-…`
    pub vpc_id: String,
    /// `com.amazonaws.vpce.…`
    pub service_name: String,
    /// One subnet a zone.
    pub subnet_ids: Vec<String>,
    /// Groups that let the client in.
    pub group_ids: Vec<String>,
    /// Whether private DNS can be on from the start: not where the provider has to accept first.
    pub private_dns: bool,
    /// Whether the provider has to accept first.
    pub acceptance_required: bool,
}

/// The id that an endpoint has in the proof before it exists.
pub(crate) const NEW_ENDPOINT: &str = "vpce-new";

impl CreateEndpoint {
    fn verification(&self) -> Vec<String> {
        let vpc = format!("Name=vpc-id,Values={}", self.vpc_id);
        let service = format!("Name=service-name,Values={}", self.service_name);
        ec2(["describe-vpc-endpoints", "--filters", &vpc, &service])
    }
}

impl Act for CreateEndpoint {
    fn key(&self) -> &'static str {
        "create-endpoint"
    }

    fn values(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("vpc", self.vpc_id.clone()),
            ("service", self.service_name.clone()),
            ("subnets", self.subnet_ids.join(", ")),
            ("groups", self.group_ids.join(", ")),
        ])
    }

    fn owner(&self) -> Owner {
        Owner::Vpc
    }

    fn argv(&self) -> Vec<String> {
        let mut argv = ec2(["create-vpc-endpoint", "--vpc-endpoint-type", "Interface", "--vpc-id", &self.vpc_id]);
        argv.extend(["--service-name".to_owned(), self.service_name.clone(), "--subnet-ids".to_owned()]);
        argv.extend(self.subnet_ids.iter().cloned());
        argv.push("--security-group-ids".to_owned());
        argv.extend(self.group_ids.iter().cloned());
        argv.push(if self.private_dns { "--private-dns-enabled" } else { "--no-private-dns-enabled" }.to_owned());
        argv.push("--tag-specifications".to_owned());
        argv.push("ResourceType=vpc-endpoint,Tags=[{Key=Name,Value=tidb-cloud}]".to_owned());
        argv
    }

    fn terraform(&self) -> String {
        format!(
            "resource \"aws_vpc_endpoint\" \"tidb_cloud\" {{\n  vpc_endpoint_type   = \"Interface\"\n  vpc_id              = {}\n  service_name        = {}\n  subnet_ids          = [{}]\n  security_group_ids  = [{}]\n  private_dns_enabled = {}\n\n  tags = {{\n    Name = \"tidb-cloud\"\n  }}\n}}\n",
            hcl(&self.vpc_id),
            hcl(&self.service_name),
            hcl_list(&self.subnet_ids),
            hcl_list(&self.group_ids),
            self.private_dns
        )
    }

    fn cloudformation(&self) -> String {
        let list = |ids: &[String]| ids.iter().map(|id| format!("        - {}\n", yaml(id))).collect::<String>();
        format!(
            "Resources:\n  TidbCloudEndpoint:\n    Type: AWS::EC2::VPCEndpoint\n    Properties:\n      VpcEndpointType: Interface\n      VpcId: {}\n      ServiceName: {}\n      SubnetIds:\n{}      SecurityGroupIds:\n{}      PrivateDnsEnabled: {}\n",
            yaml(&self.vpc_id),
            yaml(&self.service_name),
            list(&self.subnet_ids),
            list(&self.group_ids),
            self.private_dns
        )
    }

    fn undo(&self) -> Vec<String> {
        // The id is not known before the command has run, and no made-up id is ever printed.
        Vec::new()
    }

    fn verify(&self) -> Vec<String> {
        self.verification()
    }

    fn iam(&self) -> &'static [&'static str] {
        &["ec2:CreateVpcEndpoint", "ec2:CreateTags", "route53:AssociateVPCWithHostedZone"]
    }

    fn apply(&self, facts: &mut Facts) {
        let zone_of = |subnet_id: &String| {
            let subnets = facts.aws.subnets.known()?;
            subnets.subnets.iter().find(|subnet| subnet.subnet_id == *subnet_id).cloned()
        };
        let interfaces: Vec<_> = self
            .subnet_ids
            .iter()
            .filter_map(zone_of)
            .map(|subnet| interface(&subnet, NEW_ENDPOINT, &self.group_ids))
            .collect();
        let endpoint = aws::VpcEndpoint {
            vpc_endpoint_id: NEW_ENDPOINT.to_owned(),
            vpc_endpoint_type: "Interface".to_owned(),
            vpc_id: self.vpc_id.clone(),
            service_name: self.service_name.clone(),
            raw_state: if self.acceptance_required { "pendingAcceptance" } else { "available" }.to_owned(),
            subnet_ids: self.subnet_ids.clone(),
            groups: self
                .group_ids
                .iter()
                .map(|id| aws::GroupIdentifier { group_id: id.clone(), ..Default::default() })
                .collect(),
            private_dns_enabled: self.private_dns,
            network_interface_ids: interfaces.iter().map(|interface| interface.network_interface_id.clone()).collect(),
            ..Default::default()
        };
        if let Some(list) = facts.aws.network_interfaces.known_mut() {
            list.network_interfaces.extend(interfaces);
        }
        if let Some(list) = facts.aws.vpc_endpoints.known_mut() {
            list.vpc_endpoints.push(endpoint);
        }
    }
}

/// The interface that AWS would make in a subnet, at an address that stands for whichever it picks.
pub(super) fn interface(subnet: &aws::Subnet, endpoint_id: &str, group_ids: &[String]) -> aws::NetworkInterface {
    let block = subnet.cidr_block.parse::<IpNet>().ok();
    let address = block.and_then(|block| match block {
        IpNet::V4(block) => block.hosts().last().map(IpAddr::V4),
        IpNet::V6(_) => None,
    });
    aws::NetworkInterface {
        network_interface_id: format!("eni-new-{}", subnet.subnet_id),
        vpc_id: subnet.vpc_id.clone(),
        subnet_id: subnet.subnet_id.clone(),
        availability_zone: subnet.availability_zone.clone(),
        interface_type: "vpc_endpoint".to_owned(),
        description: format!("VPC Endpoint Interface {endpoint_id}"),
        requester_managed: true,
        private_ip_address: address,
        private_ip_addresses: vec![aws::PrivateIpAddress { private_ip_address: address, primary: true }],
        groups: group_ids
            .iter()
            .map(|id| aws::GroupIdentifier { group_id: id.clone(), ..Default::default() })
            .collect(),
        ..Default::default()
    }
}
