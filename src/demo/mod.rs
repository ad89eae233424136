//! The world of `pldoctor demo`: what the documented create command leaves behind in a VPC that was made in the console.
//!
//! It is a snapshot like any other, in `world/`. Being part of the program, it needs neither files nor AWS.

use anyhow::Context as _;
use pldoctor_checks::facts::{Facts, Observed, Question};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The VPC of the recording, which is in the names of two of its files.
const VPC: &str = "vpc-0a3f6c1d2e4b5a697";

/// A file of the recording.
macro_rules! file {
    ($name:literal) => {
        read($name, include_str!(concat!("world/", $name)))
    };
}

/// A fact of the recording.
macro_rules! fact {
    ($name:literal) => {
        Observed::Known(file!($name)?)
    };
}

/// The recorded world.
///
/// # Errors
/// Where one of its files is not what it should be, which a test rules out.
pub fn world() -> anyhow::Result<Facts> {
    #[derive(Deserialize)]
    struct Manifest {
        question: Question,
    }
    let Manifest { question } = file!("manifest.json")?;
    let mut facts = Facts { question, host: file!("host.json")?, dns: file!("dns.json")?, ..Facts::default() };
    facts.connections = file!("connections.json")?;
    let aws = &mut facts.aws;
    aws.caller_identity = fact!("aws/sts/get-caller-identity.json");
    aws.vpcs = fact!("aws/ec2/describe-vpcs.json");
    let support = fact!("aws/ec2/describe-vpc-attribute.vpc-0a3f6c1d2e4b5a697.enableDnsSupport.json");
    aws.dns_support.insert(VPC.to_owned(), support);
    let hostnames = fact!("aws/ec2/describe-vpc-attribute.vpc-0a3f6c1d2e4b5a697.enableDnsHostnames.json");
    aws.dns_hostnames.insert(VPC.to_owned(), hostnames);
    aws.subnets = fact!("aws/ec2/describe-subnets.json");
    aws.vpc_endpoints = fact!("aws/ec2/describe-vpc-endpoints.json");
    aws.vpc_endpoint_services = fact!("aws/ec2/describe-vpc-endpoint-services.json");
    aws.network_interfaces = fact!("aws/ec2/describe-network-interfaces.json");
    aws.security_groups = fact!("aws/ec2/describe-security-groups.json");
    aws.network_acls = fact!("aws/ec2/describe-network-acls.json");
    aws.route_tables = fact!("aws/ec2/describe-route-tables.json");
    aws.vpc_peering_connections = fact!("aws/ec2/describe-vpc-peering-connections.json");
    aws.transit_gateway_vpc_attachments = fact!("aws/ec2/describe-transit-gateway-vpc-attachments.json");
    aws.dhcp_options = fact!("aws/ec2/describe-dhcp-options.json");
    aws.availability_zones = fact!("aws/ec2/describe-availability-zones.json");
    aws.hosted_zones = fact!("aws/route53/list-hosted-zones-by-vpc.json");
    aws.resolver_rules = fact!("aws/route53resolver/list-resolver-rules.json");
    aws.resolver_rule_associations = fact!("aws/route53resolver/list-resolver-rule-associations.json");
    aws.profile_associations = fact!("aws/route53profiles/list-profile-associations.json");
    aws.firewall_associations = fact!("aws/route53resolver/list-firewall-rule-group-associations.json");
    aws.firewall_configs = fact!("aws/route53resolver/list-firewall-configs.json");
    Ok(facts)
}

fn read<T: DeserializeOwned>(name: &str, text: &str) -> anyhow::Result<T> {
    serde_json::from_str(text).with_context(|| format!("the recorded {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot;
    use std::path::Path;

    #[test]
    fn the_world_is_the_snapshot_in_its_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/demo/world");
        let snapshot = snapshot::read(&folder).expect("a snapshot");
        assert_eq!(snapshot.warnings, []);
        assert_eq!(world().expect("the recorded world"), snapshot.facts);
    }
}
