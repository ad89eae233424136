//! What decides a name in a VPC besides rules: hosted zones and their records, Profiles, DNS Firewall.
//!
//! ```text
//! scope ─┬─ hosted zones, the client's ──────────────────────┬─ records of the zones above the name
//!        ├─ Profiles ─ what they carry ─┬─ names of zones ───┘
//!        └─ firewall's rule groups ─────┴─ rules ─ domain lists; configurations
//! ```

use super::vpcs::InScope;
use super::{Connected, Node, ask, node};
use crate::collect::api::Api;
use crate::collect::run::Run;
use crate::collect::{firewall, host, profiles, route53};
use futures::future::{Future, join_all};
use pldoctor_checks::facts::{Aws, Facts, Observed, Why, aws};
use pldoctor_checks::resolver::Domain;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Objects of one kind that are asked about. A VPC has at most some five rule groups, and a name lies below some five domains.
const OBJECTS_LIMIT: usize = 64;

type Carried = (Observed<aws::ProfileAssociations>, BTreeMap<String, Observed<aws::ProfileResourceAssociations>>);
type Zones = BTreeMap<String, Observed<aws::HostedZonesByVpc>>;
type Named = BTreeMap<String, Observed<aws::HostedZoneOutput>>;

/// What is asked about names; every other field is as nobody collected it.
pub(super) async fn names(
    run: &Run<'_>,
    api: &Connected<'_>,
    scope: &InScope,
    interfaces: &Node<'_, Arc<Observed<aws::NetworkInterfaces>>>,
    identified: &Node<'_, Arc<Facts>>,
) -> Aws {
    let carried: Node<'_, Arc<Carried>> = node(async { Arc::new(carried(run, api, scope).await) });
    let zones: Node<'_, Arc<Zones>> =
        node(async { Arc::new(hosted_zones(run, api, scope, interfaces, identified).await) });
    let named: Node<'_, Arc<Named>> = node(async {
        let ids = ids_of(&carried.clone().await.1, "hostedzone");
        let call = |api: Arc<Api>, id: String| async move { route53::hosted_zone(&api, &id).await };
        Arc::new(each(run, api, "route53:GetHostedZone", ids, call).await)
    });
    let record_sets = async {
        let (zones, named, identified) = futures::join!(zones.clone(), named.clone(), identified.clone());
        let Some(name) = identified.private_name().map(Domain::new) else { return BTreeMap::new() };
        let ids = zones_above(&name, &zones, &named);
        let call = |api: Arc<Api>, id: String| async move { route53::record_sets(&api, &id).await };
        each(run, api, "route53:ListResourceRecordSets", ids, call).await
    };
    let (carried, zones, named, record_sets, firewall) = futures::join!(
        carried.clone(),
        zones.clone(),
        named.clone(),
        record_sets,
        dns_firewall(run, api, scope, &carried)
    );
    let (associations, resources) = (*carried).clone();
    let elsewhere = || Why::not_asked("the zones of other VPCs were listed, as the endpoint was taken to be there");
    let none = if scope.scope.0.is_empty() { scope.none.clone() } else { elsewhere() };
    Aws {
        hosted_zones: Observed::Unknown(none),
        client_hosted_zones: (*zones).clone(),
        hosted_zone_names: (*named).clone(),
        record_sets,
        profile_associations: associations,
        profile_resources: resources,
        ..firewall
    }
}

/// One call for each object, all at once.
async fn each<T, F: Future<Output = Result<T, Why>>>(
    run: &Run<'_>,
    api: &Connected<'_>,
    stage: &str,
    ids: BTreeSet<String>,
    call: impl Fn(Arc<Api>, String) -> F,
) -> BTreeMap<String, Observed<T>> {
    let call = &call;
    let each = ids.into_iter().filter(|id| !id.is_empty()).take(OBJECTS_LIMIT).map(|id| async move {
        let own = id.clone();
        (id, ask(run, api, stage, |api| call(api, own)).await)
    });
    join_all(each).await.into_iter().collect()
}

async fn carried(run: &Run<'_>, api: &Connected<'_>, scope: &InScope) -> Carried {
    let vpc_ids = &scope.scope.0;
    if vpc_ids.is_empty() {
        return (Observed::Unknown(scope.none.clone()), BTreeMap::new());
    }
    let call = |api: Arc<Api>| async move { profiles::associations(&api, vpc_ids).await };
    let associations = ask(run, api, "route53profiles:ListProfileAssociations", call).await;
    let list = associations.known().into_iter().flat_map(|list| &list.profile_associations);
    let ids = list.filter(|tie| holds(&tie.status)).map(|tie| tie.profile_id.clone()).collect();
    let call = |api: Arc<Api>, id: String| async move { profiles::resources(&api, &id).await };
    let resources = each(run, api, "route53profiles:ListProfileResourceAssociations", ids, call).await;
    (associations, resources)
}

/// The zones of the VPC that the question is about, and of the client's where that is another.
async fn hosted_zones(
    run: &Run<'_>,
    api: &Connected<'_>,
    scope: &InScope,
    interfaces: &Node<'_, Arc<Observed<aws::NetworkInterfaces>>>,
    identified: &Node<'_, Arc<Facts>>,
) -> Zones {
    let vpc_ids = match scope.scope.0.as_slice() {
        [] => BTreeSet::new(),
        [only] => BTreeSet::from([only.clone()]),
        // Whose zones decide is asked of the facts, as the checks will ask, and not of the order of the scope.
        several => vpcs_asked(run, interfaces, identified).await.unwrap_or_else(|| several.iter().cloned().collect()),
    };
    let call = |api: Arc<Api>, id: String| async move { route53::hosted_zones(&api, &id).await };
    each(run, api, "route53:ListHostedZonesByVPC", vpc_ids, call).await
}

/// The VPC that the question is about and the client's, as far as can be told before anything has connected.
async fn vpcs_asked(
    run: &Run<'_>,
    interfaces: &Node<'_, Arc<Observed<aws::NetworkInterfaces>>>,
    identified: &Node<'_, Arc<Facts>>,
) -> Option<BTreeSet<String>> {
    let (interfaces, identified) = futures::join!(interfaces.clone(), identified.clone());
    let mut facts = (*identified).clone();
    facts.aws.network_interfaces = (*interfaces).clone();
    if facts.question.from.is_none() {
        facts.host.addresses = host::addresses(&run.clock).await.into();
    }
    Some(BTreeSet::from([facts.vpc_id().ok()?, facts.resolver_vpc().ok()?]))
}

/// Puts the zones of the VPC that the question is about in their place: which VPC that is, all facts together tell.
pub(super) fn place_zones(facts: &mut Facts) {
    let own = facts.vpc_id().ok().and_then(|vpc_id| facts.aws.client_hosted_zones.remove(&vpc_id));
    if let Some(own) = own {
        facts.aws.hosted_zones = own;
    }
}

/// DNS Firewall: the rule groups that are associated directly or by a Profile, and everything below them.
async fn dns_firewall(run: &Run<'_>, api: &Connected<'_>, scope: &InScope, carried: &Node<'_, Arc<Carried>>) -> Aws {
    let vpc_ids = &scope.scope.0;
    let associations = async {
        if vpc_ids.is_empty() {
            return Observed::Unknown(scope.none.clone());
        }
        let call = |api: Arc<Api>| async move { firewall::associations(&api, vpc_ids).await };
        ask(run, api, "route53resolver:ListFirewallRuleGroupAssociations", call).await
    };
    let (firewall_associations, carried) = futures::join!(associations, carried.clone());
    let mut groups = ids_of(&carried.1, "firewall-rule-group");
    let own = firewall_associations.known().into_iter().flat_map(|list| &list.firewall_rule_group_associations);
    groups.extend(own.filter(|tie| holds(&tie.status)).map(|tie| tie.firewall_rule_group_id.clone()));
    let configs = async {
        if groups.is_empty() {
            return Observed::Unknown(Why::not_asked("no DNS Firewall rule group is known to be associated"));
        }
        let call = |api: Arc<Api>| async move { firewall::configs(&api).await };
        ask(run, api, "route53resolver:ListFirewallConfigs", call).await
    };
    let rules_and_domains = async {
        let call = |api: Arc<Api>, id: String| async move { firewall::rules(&api, &id).await };
        let rules = each(run, api, "route53resolver:ListFirewallRules", groups.clone(), call).await;
        let known = rules.values().filter_map(Observed::known).flat_map(|list| &list.firewall_rules);
        let lists = known.filter_map(|rule| rule.firewall_domain_list_id.clone()).collect();
        let call = |api: Arc<Api>, id: String| async move { firewall::domains(&api, &id).await };
        let domains = each(run, api, "route53resolver:ListFirewallDomains", lists, call).await;
        (rules, domains)
    };
    let (firewall_configs, (firewall_rules, firewall_domains)) = futures::join!(configs, rules_and_domains);
    Aws { firewall_associations, firewall_rules, firewall_domains, firewall_configs, ..Aws::default() }
}

/// The ids of what Profiles carry of one kind, such as the `Z…` of `arn:aws:route53:::hostedzone/Z…`.
fn ids_of(resources: &BTreeMap<String, Observed<aws::ProfileResourceAssociations>>, kind: &str) -> BTreeSet<String> {
    let lists = resources.values().filter_map(Observed::known);
    let carried = lists.flat_map(|list| &list.profile_resource_associations).filter(|tie| holds(&tie.status));
    let ids = carried.filter_map(|tie| {
        let (path, id) = tie.resource_arn.rsplit_once('/')?;
        path.rsplit(':').next()?.ends_with(kind).then(|| id.to_owned())
    });
    ids.collect()
}

/// The zones whose records can decide about the name. Those that an AWS service keeps are nobody's to read.
fn zones_above(name: &Domain, zones: &Zones, named: &Named) -> BTreeSet<String> {
    let covers = |domain: &str| Domain::new(domain).covers(name);
    let listed = zones.values().filter_map(Observed::known).flat_map(|list| &list.hosted_zone_summaries);
    let listed = listed.filter(|zone| zone.owner.owning_service.is_none() && covers(&zone.name));
    let brought = named.iter().filter(|(_, zone)| zone.known().is_some_and(|zone| covers(&zone.hosted_zone.name)));
    listed.map(|zone| zone.hosted_zone_id.clone()).chain(brought.map(|(id, _)| id.clone())).collect()
}

/// Whether there is anything to ask behind a tie of this status: what is gone or going answers with an error.
fn holds(status: &str) -> bool {
    !["FAILED", "DELETING", "DELETED", "OVERRIDDEN"].contains(&status.to_ascii_uppercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zones_of(names: &[&str]) -> Observed<aws::HostedZonesByVpc> {
        let zone = |name: &&str| aws::HostedZoneSummary { name: (*name).into(), ..Default::default() };
        Observed::Known(aws::HostedZonesByVpc { hosted_zone_summaries: names.iter().map(zone).collect() })
    }

    /// Two endpoints lead to the name, and only its interface's address tells that the client is beside the second one.
    #[test]
    fn the_zones_are_those_of_the_vpc_that_the_checks_ask_about() {
        let mut facts = Facts::default();
        facts.question.target.host = Some("db.test".into());
        let endpoint = |id: &str, vpc_id: &str| aws::VpcEndpoint {
            vpc_endpoint_id: id.into(),
            vpc_endpoint_type: "Interface".into(),
            vpc_id: vpc_id.into(),
            dns_entries: vec![aws::DnsEntry { dns_name: "db.test".into(), ..Default::default() }],
            ..Default::default()
        };
        let vpc_endpoints = vec![endpoint("vpce-1", "vpc-1"), endpoint("vpce-2", "vpc-2")];
        facts.aws.vpc_endpoints = Observed::Known(aws::VpcEndpoints { vpc_endpoints });
        assert_eq!(facts.vpc_id().ok().as_deref(), Some("vpc-1"), "as long as the interfaces are not known");
        facts.host.addresses = Observed::Known(vec![[10, 0, 0, 1].into()]);
        let interface = aws::NetworkInterface {
            vpc_id: "vpc-2".into(),
            private_ip_address: Some([10, 0, 0, 1].into()),
            ..Default::default()
        };
        facts.aws.network_interfaces = Observed::Known(aws::NetworkInterfaces { network_interfaces: vec![interface] });
        for (vpc_id, name) in [("vpc-1", "one.test"), ("vpc-2", "two.test")] {
            facts.aws.client_hosted_zones.insert(vpc_id.into(), zones_of(&[name]));
        }
        place_zones(&mut facts);
        assert_eq!(facts.hosted_zones().ok().map(|zones| zones[0].name.as_str()), Some("two.test"));
        assert_eq!(facts.hosted_zones_of("vpc-1").ok().map(|zones| zones[0].name.as_str()), Some("one.test"));
    }

    #[test]
    fn records_are_read_of_zones_above_the_name_that_somebody_keeps() {
        let zone = |id: &str, name: &str, service: Option<&str>| aws::HostedZoneSummary {
            hosted_zone_id: id.into(),
            name: name.into(),
            owner: aws::HostedZoneOwner { owning_service: service.map(Into::into), ..Default::default() },
        };
        let list = vec![
            zone("Z1", "test.", None),
            zone("Z2", "db.test.", None),
            zone("Z3", "a.db.test.", None),
            zone("Z4", "test.", Some("vpce.amazonaws.com")),
            zone("Z5", "b.test.", None),
        ];
        let zones = Observed::Known(aws::HostedZonesByVpc { hosted_zone_summaries: list });
        let zones = Zones::from([("vpc-1".into(), zones)]);
        let brought = |name: &str| {
            let hosted_zone = aws::HostedZone { name: name.into(), ..Default::default() };
            Observed::Known(aws::HostedZoneOutput { hosted_zone })
        };
        let named = Named::from([("Z6".into(), brought("test.")), ("Z7".into(), brought("example.com."))]);
        assert_eq!(
            zones_above(&Domain::new("db.test"), &zones, &named).into_iter().collect::<Vec<_>>(),
            ["Z1", "Z2", "Z6"]
        );
    }
}
