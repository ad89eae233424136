//! What the lists refer to: peerings, transit gateways, prefix lists.

use super::{Connected, Node, ask};
use crate::collect::api::Api;
use crate::collect::ec2;
use crate::collect::run::Run;
use futures::future::join_all;
use pldoctor_checks::facts::{Facts, Observed, Why, aws};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Prefix lists whose entries are fetched; a VPC's route tables and an endpoint's groups refer to some five.
const PREFIX_LISTS_LIMIT: usize = 64;

pub(super) type Routes<'a> = Node<'a, Arc<Observed<aws::RouteTables>>>;

pub(super) async fn peerings(
    run: &Run<'_>,
    api: &Connected<'_>,
    routes: &Routes<'_>,
) -> Observed<aws::VpcPeeringConnections> {
    match routed(&*routes.clone().await, |route| route.vpc_peering_connection_id.as_ref(), "peering") {
        Err(why) => Observed::Unknown(why),
        Ok(ids) => {
            let call = |api: Arc<Api>| async move { ec2::vpc_peering_connections(&api.ec2, &ids).await };
            ask(run, api, "ec2:DescribeVpcPeeringConnections", call).await
        }
    }
}

pub(super) async fn gateways(
    run: &Run<'_>,
    api: &Connected<'_>,
    routes: &Routes<'_>,
) -> Observed<aws::TransitGatewayVpcAttachments> {
    match routed(&*routes.clone().await, |route| route.transit_gateway_id.as_ref(), "transit gateway") {
        Err(why) => Observed::Unknown(why),
        Ok(ids) => {
            let call = |api: Arc<Api>| async move { ec2::transit_gateway_vpc_attachments(&api.ec2, &ids).await };
            ask(run, api, "ec2:DescribeTransitGatewayVpcAttachments", call).await
        }
    }
}

/// The ids of one kind of target that the route tables send to.
///
/// # Errors
/// Why they are not asked about: no table is known, or none sends there.
fn routed(
    tables: &Observed<aws::RouteTables>,
    target: fn(&aws::Route) -> Option<&String>,
    kind: &str,
) -> Result<Vec<String>, Why> {
    // Not the reason why the tables are unknown: that would name the refusal of a call that nobody made.
    let tables = tables.known().ok_or_else(|| Why::not_asked("no route table is known"))?;
    let routes = tables.route_tables.iter().flat_map(|table| &table.routes);
    let ids: BTreeSet<String> = routes.filter_map(target).cloned().collect();
    if ids.is_empty() {
        return Err(Why::not_asked(format!("no route table sends to a {kind}")));
    }
    Ok(ids.into_iter().collect())
}

/// The entries of the prefix lists that the groups of client and endpoint and the route tables refer to.
pub(super) async fn prefix_lists(
    run: &Run<'_>,
    api: &Connected<'_>,
    facts: &Facts,
    groups: Option<&aws::SecurityGroups>,
    routes: Option<&aws::RouteTables>,
) -> BTreeMap<String, Observed<aws::PrefixListEntries>> {
    let ids = prefix_list_ids(&relevant_groups(facts), groups, routes);
    let each = ids.into_iter().map(|id| async move {
        let own = id.clone();
        let call = |api: Arc<Api>| async move { ec2::prefix_list_entries(&api.ec2, &own).await };
        (id, ask(run, api, "ec2:GetManagedPrefixListEntries", call).await)
    });
    join_all(each).await.into_iter().collect()
}

/// The groups of the client and of the endpoint; empty where neither is known, and then all matter.
fn relevant_groups(facts: &Facts) -> Vec<String> {
    let of_client = facts.vantage().ok().and_then(|vantage| vantage.group_ids).unwrap_or_default();
    let of_endpoint = facts.endpoint().map(|endpoint| endpoint.groups.as_slice()).unwrap_or_default();
    of_client.into_iter().chain(of_endpoint.iter().map(|group| group.group_id.clone())).collect()
}

/// The prefix lists that the groups and the route tables refer to.
fn prefix_list_ids(
    relevant: &[String],
    groups: Option<&aws::SecurityGroups>,
    tables: Option<&aws::RouteTables>,
) -> BTreeSet<String> {
    let groups = groups.into_iter().flat_map(|list| &list.security_groups);
    let groups = groups.filter(|group| relevant.is_empty() || relevant.contains(&group.group_id));
    let rules = groups.flat_map(|group| group.ip_permissions.iter().chain(&group.ip_permissions_egress));
    let of_rules = rules.flat_map(|rule| &rule.prefix_list_ids).map(|list| &list.prefix_list_id);
    let routes = tables.into_iter().flat_map(|list| &list.route_tables).flat_map(|table| &table.routes);
    let of_routes = routes.filter_map(|route| route.destination_prefix_list_id.as_ref());
    of_rules.chain(of_routes).filter(|id| !id.is_empty()).take(PREFIX_LISTS_LIMIT).cloned().collect()
}
