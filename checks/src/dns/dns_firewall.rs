//! Whether DNS Firewall lets the private name, and the name that it leads to, through.

use super::answers_for;
use super::name::{measured_right, private_name};
use crate::check::{Judged, Judgement, Layer, Owner, check, fail, pass, warn};
use crate::facts::{DnsOutcome, Fact, FactSet, Facts, Read, aws, reads};
use crate::remedy::{AllowInFirewall, ByHand, Remedy};
use crate::resolver::{self, Action, Block, Domain, Domains, Firewall, FirewallRule};

check!(DnsFirewall {
    id: "dns-firewall",
    layer: Layer::Dns,
    owner: Owner::Dns,
    reads: reads::VPC.and(resolver::FIREWALL).and(FactSet::of(&[Fact::FirewallConfigs, Fact::VpcResolverAnswers])),
    after: &["vantage"],
    measured_by: Some("vpc-resolver-answer"),
    words: include_str!("dns_firewall.toml"),
});

fn judge(facts: &Facts) -> Judged {
    let name = private_name(facts)?;
    let vpc_id = facts.resolver_vpc()?;
    let firewall = Firewall::of(facts, &vpc_id);
    let mut alert = None;
    for asked in chain(facts, &name) {
        let rule = firewall.decides(&asked);
        if let Some(rule) = rule {
            if let Action::Block(block) = &rule.action {
                let judgement = blocked(block).remedies(remedies(&firewall, rule, &asked));
                return Ok(describe(judgement, rule, &asked).say("name", name).say("vpc", vpc_id));
            }
            alert = alert.or_else(|| Some((rule, asked.clone())).filter(|_| rule.action == Action::Alert));
        }
        if let Some((hidden, stop)) = firewall.unread(&asked) {
            // The domains of AWS's own lists can't be read. An answer that came through shows that they don't matter.
            if measured_right(facts, &name) != Some(true) {
                return Err(stop.clone());
            }
            let judgement = describe(pass("unread"), hidden, &asked);
            return Ok(judgement.say("name", name).say("vpc", vpc_id));
        }
        // With it the rest of the chain passes unseen.
        if rule.is_some_and(|rule| rule.trusts_redirection) {
            break;
        }
    }
    firewall.parts.all_read()?;
    let judgement = match alert {
        Some((rule, asked)) => describe(warn("alert"), rule, &asked),
        None if firewall.groups == 0 => pass("none"),
        None if fails_closed(facts, &vpc_id, &name)? => warn("fails-closed"),
        None => pass("passes"),
    };
    Ok(judgement.say("name", name).say("vpc", vpc_id))
}

/// The names that the firewall looks at: the private name, and the endpoint's regional name, to which AWS's zone leads it.
fn chain(facts: &Facts, name: &str) -> Vec<Domain> {
    let endpoint = facts.endpoint().ok();
    let regional = endpoint.and_then(|endpoint| {
        endpoint.dns_entries.iter().map(|entry| entry.dns_name.as_str()).find(|own| own.contains(".vpce."))
    });
    std::iter::once(name).chain(regional).map(Domain::new).collect()
}

fn blocked(block: &Block) -> Judgement {
    match block {
        Block::NoData => fail("blocked-nodata"),
        Block::NxDomain => fail("blocked-nxdomain"),
        Block::Override(other) => fail("blocked-override").say("other", other),
    }
}

fn describe(judgement: Judgement, rule: &FirewallRule, asked: &Domain) -> Judgement {
    judgement
        .say("group", &rule.group)
        .say("rule", &rule.name)
        .say("list", &rule.list)
        .say("asked", asked)
        .data("priority", rule.priority)
        .about(&rule.group)
        .about(&rule.list)
        .about_all(rule.kept_by.clone())
}

/// Whether the resolver failed where a firewall stands that fails closed. Where it didn't fail, that is not asked.
fn fails_closed(facts: &Facts, vpc_id: &str, name: &str) -> Read<bool> {
    let answers = facts.vpc_resolver_answers().unwrap_or_default();
    if !answers_for(answers, name).any(|answer| answer.outcome == DnsOutcome::ServFail) {
        return Ok(false);
    }
    let opens = |config: &aws::FirewallConfig| config.resource_id == vpc_id && config.firewall_fail_open == "ENABLED";
    Ok(!facts.firewall_configs()?.iter().any(opens))
}

/// The least that lets the name through: out of the list that blocks it, into one that allows, or a rule before the blocking one.
fn remedies(firewall: &Firewall, rule: &FirewallRule, asked: &Domain) -> Vec<Remedy> {
    if let Some(keeper) = &rule.kept_by {
        let ask = ByHand::new("ask-firewall-owner", Owner::Dns).say("group", &rule.group).say("keeper", keeper);
        return vec![ask.say("name", asked).into()];
    }
    let entry = rule.names(asked).unwrap_or_default().to_owned();
    let place = firewall.rules.iter().position(|other| other == rule).unwrap_or_default();
    // A list that blocks by this very name is mended by taking the name out; one that also allows elsewhere is left alone.
    let once = firewall.rules.iter().filter(|other| other.list == rule.list).count() == 1;
    if Domain::new(&entry) == *asked && once {
        return vec![AllowInFirewall::Unlist { list: rule.list.clone(), entry }.into()];
    }
    let allows = firewall.rules[..place].iter().find(|other| {
        other.action == Action::Allow && other.kept_by.is_none() && matches!(other.domains, Domains::Known(_))
    });
    vec![match allows {
        Some(allowing) => AllowInFirewall::List { list: allowing.list.clone(), entry: asked.to_string() }.into(),
        None => AllowInFirewall::Rule {
            group: rule.group.clone(),
            priority: free_priority(firewall, rule),
            entry: asked.to_string(),
        }
        .into(),
    }]
}

/// A priority before the rule's that no other rule of its group has.
fn free_priority(firewall: &Firewall, rule: &FirewallRule) -> i32 {
    let taken =
        |priority: &i32| firewall.rules.iter().any(|other| other.group == rule.group && other.priority == *priority);
    (1..rule.priority).rev().find(|priority| !taken(priority)).unwrap_or(1)
}
