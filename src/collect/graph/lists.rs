//! What is listed: once for the Region, or for the VPCs of the scope.

use super::vpcs::InScope;
use super::{Connected, Node, ask, names, node, referred};
use crate::collect::api::Api;
use crate::collect::run::Run;
use crate::collect::{ec2, identity, quotas, resolver};
use aws_sdk_ec2::types::VpcAttributeName;
use futures::future::{FutureExt as _, join_all};
use pldoctor_checks::facts::{Aws, Facts, Observed, Question, aws};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What depends on nothing but the API.
pub(super) struct Once {
    caller_identity: Observed<aws::CallerIdentity>,
    availability_zones: Observed<aws::AvailabilityZones>,
    dhcp_options: Observed<aws::DhcpOptionsSets>,
    resolver_rules: Observed<aws::ResolverRules>,
    endpoint_quota: Observed<aws::ServiceQuota>,
}

impl Once {
    pub(super) fn into_place(self, aws: &mut Aws) {
        aws.caller_identity = self.caller_identity;
        aws.availability_zones = self.availability_zones;
        aws.dhcp_options = self.dhcp_options;
        aws.resolver_rules = self.resolver_rules;
        aws.endpoint_quota = self.endpoint_quota;
    }
}

pub(super) async fn once(run: &Run<'_>, api: &Connected<'_>, question: &Question) -> Once {
    // Only where an endpoint is to be made does it matter how many there may be.
    let endpoint_quota = async {
        if question.preflight.is_none() {
            return Observed::default();
        }
        let call = |api: Arc<Api>| async move { quotas::endpoints_per_vpc(&api).await };
        ask(run, api, "servicequotas:GetServiceQuota", call).await
    };
    let (caller_identity, availability_zones, dhcp_options, resolver_rules, endpoint_quota) = futures::join!(
        ask(run, api, "sts:GetCallerIdentity", |api| async move { identity::caller_identity(&api).await }),
        ask(run, api, "ec2:DescribeAvailabilityZones", |api| async move { ec2::availability_zones(&api.ec2).await }),
        ask(run, api, "ec2:DescribeDhcpOptions", |api| async move { ec2::dhcp_options(&api.ec2).await }),
        ask(run, api, "route53resolver:ListResolverRules", |api| async move { resolver::rules(&api).await }),
        endpoint_quota,
    );
    Once { caller_identity, availability_zones, dhcp_options, resolver_rules, endpoint_quota }
}

/// What is listed for the VPCs of the scope, and what those lists refer to.
pub(super) async fn by_vpc(
    run: &Run<'_>,
    api: &Connected<'_>,
    scope: &Node<'_, Arc<InScope>>,
    interfaces: &Node<'_, Arc<Observed<aws::NetworkInterfaces>>>,
    identified: &Node<'_, Arc<Facts>>,
    question: &Question,
) -> Aws {
    let in_scope = scope.clone().await;
    let vpc_ids = &in_scope.scope.0;
    /// A call for all VPCs of the scope.
    macro_rules! list {
        ($stage:literal, $call:path, $of:ident) => {
            async {
                if vpc_ids.is_empty() {
                    return Observed::Unknown(in_scope.none.clone());
                }
                let call = |api: Arc<Api>| async move { $call(list!(@ $of api), vpc_ids).await };
                ask(run, api, $stage, call).await
            }
        };
        (@ ec2 $api:ident) => { &$api.ec2 };
        (@ whole $api:ident) => { &$api };
    }
    let vpcs = async {
        match &in_scope.vpcs {
            Some(vpcs) => vpcs.clone(),
            None => list!("ec2:DescribeVpcs", ec2::vpcs, ec2).await,
        }
    };
    // Subnets and groups that were named for a new endpoint and are not the VPC's: to say whose they are.
    let named = question.preflight.as_ref();
    let groups = node(async {
        let mut groups = list!("ec2:DescribeSecurityGroups", ec2::security_groups, ec2).await;
        if let Some(list) = groups.known_mut().map(|list| &mut list.security_groups) {
            let mut missing = named.map(|named| named.group_ids.clone()).unwrap_or_default();
            missing.retain(|id| list.iter().all(|group| group.group_id != *id));
            if !missing.is_empty() {
                let call = |api: Arc<Api>| async move { ec2::security_groups_with(&api.ec2, &missing).await };
                let others = ask(run, api, "ec2:DescribeSecurityGroups", call).await;
                list.extend(others.known().into_iter().flat_map(|others| others.security_groups.clone()));
            }
        }
        Arc::new(groups)
    });
    let subnets = async {
        let mut subnets = list!("ec2:DescribeSubnets", ec2::subnets, ec2).await;
        if let Some(list) = subnets.known_mut().map(|list| &mut list.subnets) {
            let mut missing = named.map(|named| named.subnet_ids.clone()).unwrap_or_default();
            missing.retain(|id| list.iter().all(|subnet| subnet.subnet_id != *id));
            if !missing.is_empty() {
                let call = |api: Arc<Api>| async move { ec2::subnets_with(&api.ec2, &missing).await };
                let others = ask(run, api, "ec2:DescribeSubnets", call).await;
                list.extend(others.known().into_iter().flat_map(|others| others.subnets.clone()));
            }
        }
        subnets
    };
    let routes = node(async { Arc::new(list!("ec2:DescribeRouteTables", ec2::route_tables, ec2).await) });
    let prefix_lists = async {
        let (groups, routes, interfaces, identified) =
            futures::join!(groups.clone(), routes.clone(), interfaces.clone(), identified.clone());
        let mut facts = (*identified).clone();
        facts.aws.network_interfaces = (*interfaces).clone();
        referred::prefix_lists(run, api, &facts, groups.known(), routes.known()).await
    };
    let (
        vpcs,
        subnets,
        acls,
        associations,
        names,
        prefix_lists,
        peerings,
        gateways,
        support,
        hostnames,
        groups,
        routes,
        interfaces,
    ) = futures::join!(
        vpcs,
        subnets,
        list!("ec2:DescribeNetworkAcls", ec2::network_acls, ec2),
        list!("route53resolver:ListResolverRuleAssociations", resolver::associations, whole),
        names::names(run, api, &in_scope, interfaces, identified).boxed(),
        prefix_lists,
        referred::peerings(run, api, &routes),
        referred::gateways(run, api, &routes),
        attributes(run, api, vpc_ids, &VpcAttributeName::EnableDnsSupport),
        attributes(run, api, vpc_ids, &VpcAttributeName::EnableDnsHostnames),
        groups.clone(),
        routes.clone(),
        interfaces.clone(),
    );
    Aws {
        vpcs,
        dns_support: support,
        dns_hostnames: hostnames,
        subnets,
        network_interfaces: (*interfaces).clone(),
        security_groups: (*groups).clone(),
        prefix_list_entries: prefix_lists.into_iter().collect(),
        network_acls: acls,
        route_tables: (*routes).clone(),
        vpc_peering_connections: peerings,
        transit_gateway_vpc_attachments: gateways,
        resolver_rule_associations: associations,
        ..names
    }
}

/// One attribute of each VPC. EC2 takes one of each a call.
async fn attributes(
    run: &Run<'_>,
    api: &Connected<'_>,
    vpc_ids: &[String],
    attribute: &VpcAttributeName,
) -> BTreeMap<String, Observed<aws::VpcAttribute>> {
    let each = vpc_ids.iter().map(|vpc_id| async move {
        let call = |api: Arc<Api>| async move { ec2::vpc_attribute(&api.ec2, vpc_id, attribute.clone()).await };
        (vpc_id.clone(), ask(run, api, "ec2:DescribeVpcAttribute", call).await)
    });
    join_all(each).await.into_iter().collect()
}
