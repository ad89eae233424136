//! The part of the facts that has a say on some paths: what the proof of a change works on, so that its cost does not grow with the VPC's rules.

use super::Path;
use crate::facts::aws::{NetworkAcls, SecurityGroups};
use crate::facts::{Aws, Facts, Observed};
use std::collections::BTreeSet;

fn kept<T, U>(slot: &Observed<T>, keep: impl FnOnce(&T) -> U) -> Observed<U> {
    match slot {
        Observed::Known(value) => Observed::Known(keep(value)),
        Observed::Unknown(why) => Observed::Unknown(why.clone()),
    }
}

/// A copy of what the path model reads, with only those groups and network ACLs that the ends of the paths have.
pub(super) fn excerpt(facts: &Facts, paths: &[Path]) -> Facts {
    let ends = || paths.iter().flat_map(|path| [&path.from, &path.to]);
    let groups: BTreeSet<&String> = ends().flat_map(|end| end.group_ids.iter().flatten()).collect();
    let subnets: BTreeSet<&String> = ends().filter_map(|end| end.subnet_id.as_ref()).collect();
    let aws = &facts.aws;
    Facts {
        host: facts.host.clone(),
        aws: Aws {
            vpcs: aws.vpcs.clone(),
            subnets: aws.subnets.clone(),
            vpc_endpoints: aws.vpc_endpoints.clone(),
            network_interfaces: aws.network_interfaces.clone(),
            security_groups: kept(&aws.security_groups, |list| SecurityGroups {
                security_groups: list
                    .security_groups
                    .iter()
                    .filter(|one| groups.contains(&one.group_id))
                    .cloned()
                    .collect(),
            }),
            prefix_list_entries: aws.prefix_list_entries.clone(),
            network_acls: kept(&aws.network_acls, |list| NetworkAcls {
                network_acls: list
                    .network_acls
                    .iter()
                    .filter(|acl| acl.is_default || acl.associations.iter().any(|tie| subnets.contains(&tie.subnet_id)))
                    .cloned()
                    .collect(),
            }),
            route_tables: aws.route_tables.clone(),
            vpc_peering_connections: aws.vpc_peering_connections.clone(),
            transit_gateway_vpc_attachments: aws.transit_gateway_vpc_attachments.clone(),
            availability_zones: aws.availability_zones.clone(),
            instances: aws.instances.clone(),
            ..Aws::default()
        },
        ..Facts::default()
    }
}
