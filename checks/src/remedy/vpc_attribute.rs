//! Turning on a DNS attribute of a VPC.

use super::quoted::comment;
use super::{Act, command::ec2};
use crate::check::Owner;
use crate::facts::{Facts, Observed, aws};
use std::collections::BTreeMap;

/// The two attributes that private DNS needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VpcDnsAttribute {
    /// `enableDnsSupport`: the VPC's resolver answers.
    Support,
    /// `enableDnsHostnames`: names of the VPC exist.
    Hostnames,
}

/// Turns on a DNS attribute of a VPC.
#[derive(Clone, Debug, PartialEq)]
pub struct SetVpcAttribute {
    /// `vpc-…`
    pub vpc_id: String,
    /// Which one.
    pub attribute: VpcDnsAttribute,
}

impl SetVpcAttribute {
    fn option(&self) -> &'static str {
        match self.attribute {
            VpcDnsAttribute::Support => "dns-support",
            VpcDnsAttribute::Hostnames => "dns-hostnames",
        }
    }

    fn api_name(&self) -> &'static str {
        match self.attribute {
            VpcDnsAttribute::Support => "enableDnsSupport",
            VpcDnsAttribute::Hostnames => "enableDnsHostnames",
        }
    }

    fn modify(&self, prefix: &str) -> Vec<String> {
        ec2(["modify-vpc-attribute", "--vpc-id", &self.vpc_id, &format!("--{prefix}{}", self.option())])
    }
}

impl Act for SetVpcAttribute {
    fn key(&self) -> &'static str {
        match self.attribute {
            VpcDnsAttribute::Support => "enable-dns-support",
            VpcDnsAttribute::Hostnames => "enable-dns-hostnames",
        }
    }

    fn values(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([("vpc", self.vpc_id.clone())])
    }

    fn owner(&self) -> Owner {
        Owner::Vpc
    }

    fn argv(&self) -> Vec<String> {
        self.modify("enable-")
    }

    fn terraform(&self) -> String {
        let argument = self.option().replace('-', "_");
        format!("# in the resource \"aws_vpc\" of {}\nenable_{argument} = true\n", comment(&self.vpc_id))
    }

    fn undo(&self) -> Vec<String> {
        self.modify("no-enable-")
    }

    fn verify(&self) -> Vec<String> {
        ec2(["describe-vpc-attribute", "--vpc-id", &self.vpc_id, "--attribute", self.api_name()])
    }

    fn iam(&self) -> &'static [&'static str] {
        &["ec2:ModifyVpcAttribute"]
    }

    fn apply(&self, facts: &mut Facts) {
        let on = Some(aws::AttributeValue { value: true });
        let base = aws::VpcAttribute { vpc_id: self.vpc_id.clone(), ..Default::default() };
        let (slots, attribute) = match self.attribute {
            VpcDnsAttribute::Support => {
                (&mut facts.aws.dns_support, aws::VpcAttribute { enable_dns_support: on, ..base })
            }
            VpcDnsAttribute::Hostnames => {
                (&mut facts.aws.dns_hostnames, aws::VpcAttribute { enable_dns_hostnames: on, ..base })
            }
        };
        slots.insert(self.vpc_id.clone(), Observed::Known(attribute));
    }
}
