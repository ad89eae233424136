//! Whether the AWS API answered what the checks wanted to know.

use super::clock::{SIGNATURE_LIMIT_S, is_about_time};
use crate::check::{Judged, Layer, Owner, check, pass, warn};
use crate::facts::{Fact, FactSet, Facts, Source, Why, WhyKind};
use std::collections::BTreeSet;

/// Every fact that comes from the API.
const API: FactSet = FactSet::of(&[
    Fact::CallerIdentity,
    Fact::Vpcs,
    Fact::VpcDnsSupport,
    Fact::VpcDnsHostnames,
    Fact::Subnets,
    Fact::VpcEndpoints,
    Fact::VpcEndpointServices,
    Fact::NetworkInterfaces,
    Fact::SecurityGroups,
    Fact::PrefixListEntries,
    Fact::NetworkAcls,
    Fact::RouteTables,
    Fact::VpcPeeringConnections,
    Fact::TransitGatewayVpcAttachments,
    Fact::DhcpOptions,
    Fact::AvailabilityZones,
    Fact::Instances,
    Fact::HostedZones,
    Fact::ClientHostedZones,
    Fact::HostedZoneNames,
    Fact::RecordSets,
    Fact::ProfileAssociations,
    Fact::ProfileResources,
    Fact::ResolverRules,
    Fact::ResolverRuleAssociations,
    Fact::FirewallAssociations,
    Fact::FirewallRules,
    Fact::FirewallDomains,
    Fact::FirewallConfigs,
    Fact::EndpointQuota,
]);

check!(AwsAccess {
    id: "aws-access",
    layer: Layer::Client,
    owner: Owner::Iam,
    reads: API.and(FactSet::of(&[Fact::ClockSkew])),
    words: include_str!("aws_access.toml"),
});

fn judge(facts: &Facts) -> Judged {
    let failures: Vec<(Fact, &Why)> = API
        .iter()
        .filter_map(|fact| fact.why(facts).map(|why| (fact, why)))
        .filter(|(_, why)| !matches!(why.kind(), WhyKind::NotCollected | WhyKind::NotAsked))
        // That there is no such service, or no quota of the account's own, is an answer, too.
        .filter(|(_, why)| ![Why::NO_SUCH_SERVICE, Why::NO_SUCH_QUOTA].contains(&why.code.as_str()))
        .collect();
    let of = |kind: WhyKind| failures.iter().filter(move |(_, why)| why.kind() == kind).collect::<Vec<_>>();
    // The first kind that occurs is the one to mend first: without credentials nothing else matters, and so on.
    let order = [
        (WhyKind::NoCredentials, "no-credentials", Owner::Iam),
        (WhyKind::Unreachable, "unreachable", Owner::Vpc),
        (WhyKind::Denied, "denied", Owner::Iam),
        (WhyKind::Throttled, "throttled", Owner::Iam),
        (WhyKind::TimedOut, "timed-out", Owner::Vpc),
        (WhyKind::Failed, "failed", Owner::Iam),
    ];
    for (kind, key, owner) in order {
        let found = of(kind);
        let Some((_, why)) = found.first() else { continue };
        let names = |name: &dyn Fn(Fact) -> String| {
            found.iter().map(|(fact, _)| name(*fact)).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
        };
        let actions = names(&|fact| action(fact).to_owned());
        // A wrong clock makes AWS refuse signatures that are right; its own check says how wrong it is.
        let skewed = facts.clock_skew_s().is_ok_and(|skew| skew.unsigned_abs() > SIGNATURE_LIMIT_S);
        let (key, owner) =
            if skewed && is_about_time(&why.code) { ("clock-wrong", Owner::Client) } else { (key, owner) };
        return Ok(warn(key)
            .owner(owner)
            .say("actions", actions.join(", "))
            .say("calls", names(&|fact| fact.source().to_string()).join(", "))
            .say("detail", why)
            .data("actions", actions));
    }
    let known = API.iter().filter(|fact| fact.is_known(facts)).count();
    if known == 0 {
        // Nothing was asked of the API, which is not the same as being allowed to.
        facts.vpc_endpoints()?;
    }
    let who = facts.caller_identity().map(|identity| identity.arn.clone()).unwrap_or_default();
    Ok(if who.is_empty() { pass("collected") } else { pass("allowed").say("who", who) }.say("calls", known))
}

fn action(fact: Fact) -> &'static str {
    match fact.source() {
        Source::Api { action, .. } => action.unwrap_or("sts:GetCallerIdentity"),
        Source::Machine { .. } => "",
    }
}
