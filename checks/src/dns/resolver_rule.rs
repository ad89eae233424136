//! Whether a Resolver rule sends queries for the private name to other servers.

use super::hosted_zone;
use super::name::{endpoint_domain, measured_right, private_name};
use crate::check::{Judged, Judgement, Layer, Owner, check, fail, pass, warn};
use crate::facts::{Fact, FactSet, Facts, aws};
use crate::remedy::{AssociateRule, ByHand, CreateSystemRule, DisassociateRule, NEW_RULE, Remedy};
use crate::resolver::{self, Domain, Rule, RuleKind, Rules, Zones};

check!(ResolverRule {
    id: "resolver-rule",
    layer: Layer::Dns,
    owner: Owner::Dns,
    reads: resolver::RULES.and(resolver::ZONES).and(FactSet::of(&[Fact::VpcResolverAnswers])),
    after: &["vantage"],
    measured_by: Some("vpc-resolver-answer"),
    words: include_str!("resolver_rule.toml"),
});

fn judge(facts: &Facts) -> Judged {
    let name = private_name(facts)?;
    let vpc_id = facts.resolver_vpc()?;
    let domain = Domain::new(&name);
    let rules = Rules::of(facts, &vpc_id);
    let judgement = match rules.best(&domain) {
        Some(Rule { kind: RuleKind::Forward(servers), .. }) if servers.is_empty() => {
            rules.parts.all_read()?;
            pass("none")
        }
        Some(rule) if rule.forwards() => forwards(facts, rule, &domain, &vpc_id),
        best => {
            rules.parts.all_read()?;
            let forwarding = rules.list.iter().filter(|rule| rule.forwards() && rule.domain.covers(&domain));
            match (best, forwarding.max_by_key(|rule| rule.domain.depth())) {
                (Some(exception), Some(forward)) => {
                    pass("exception").say("exception", &exception.id).say("rule", &forward.id).about(&exception.id)
                }
                _ => pass("none"),
            }
        }
    };
    Ok(judgement.say("name", name).say("vpc", vpc_id))
}

/// A rule forwards the name, unless a zone that is more specific answers it first.
fn forwards(facts: &Facts, rule: &Rule, name: &Domain, vpc_id: &str) -> Judgement {
    let endpoint = facts.endpoint().ok().filter(|endpoint| endpoint.vpc_id == vpc_id);
    let zones = Zones::of(facts, vpc_id);
    // The endpoint's zone counts whether its private DNS is on already or still to be turned on; not where another zone does in its place.
    let counts = |endpoint: &&aws::VpcEndpoint| {
        endpoint.private_dns_enabled || !hosted_zone::stands_in(facts, endpoint, name.as_str())
    };
    let own = endpoint.filter(counts).map(|endpoint| endpoint_domain(facts, endpoint, name).depth());
    let zone = zones.best(name).map(|zone| zone.domain.depth());
    let beaten = own.max(zone).is_some_and(|depth| depth > rule.domain.depth());
    let forwards = if rule.domain == *name { "forwards-name" } else { "forwards" };
    let judgement = if beaten {
        pass("beaten")
    } else {
        match (measured_right(facts, name.as_str()), endpoint) {
            (Some(true), _) => pass("forwards-right"),
            (None, None) => warn(forwards),
            _ => fail(forwards).remedies(remedies(facts, rule, name, vpc_id, &zones)),
        }
    };
    let servers = match &rule.kind {
        RuleKind::Forward(servers) => servers.join(", "),
        _ => String::new(),
    };
    judgement
        .say("rule", &rule.id)
        .say("domain", &rule.domain)
        .say("owner", &rule.owner)
        .say("servers", servers)
        .data("rule_domain", rule.domain.to_string())
        .about(&rule.id)
        .about_all(rule.profile.clone())
}

/// A rule of the very name is taken from the VPC. From one that is about more, the name is excepted, so that the rest goes on as it did.
fn remedies(facts: &Facts, rule: &Rule, name: &Domain, vpc_id: &str, zones: &Zones) -> Vec<Remedy> {
    if rule.domain == *name && rule.profile.is_none() {
        return vec![DisassociateRule { rule_id: rule.id.clone(), vpc_id: vpc_id.to_owned() }.into()];
    }
    let answers_by_itself = facts.endpoint().is_ok_and(|endpoint| endpoint.vpc_id == vpc_id);
    if !answers_by_itself && zones.best(name).is_none() {
        // An exception alone would leave the name to public DNS, which does not have it.
        return vec![ByHand::new("share-the-name", Owner::Dns).into()];
    }
    let made = facts.resolver_rules().unwrap_or_default().iter();
    let mut made = made.filter(|other| other.rule_type == "SYSTEM" && Domain::new(&other.domain_name) == *name);
    let associate = |rule_id: &str| AssociateRule {
        rule_id: rule_id.to_owned(),
        vpc_id: vpc_id.to_owned(),
        name: name.to_string(),
    };
    match made.next() {
        Some(exception) => vec![associate(&exception.id).into()],
        None => vec![
            CreateSystemRule { name: name.to_string(), vpc_id: vpc_id.to_owned() }.into(),
            associate(NEW_RULE).into(),
        ],
    }
}
