//! Resolver rules: who is asked for a domain.

use super::profiles::{carried, is_in_force};
use super::{Domain, Parts};
use crate::facts::{Fact, Facts, aws};

/// One Resolver rule that holds in a VPC.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// `rslvr-rr-…`
    pub id: String,
    /// Its domain.
    pub domain: Domain,
    /// What it does.
    pub kind: RuleKind,
    /// The owning account.
    pub owner: String,
    /// `rp-…` where a Profile brings it in.
    pub profile: Option<String>,
}

/// What a rule does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// Other servers are asked.
    Forward(Vec<String>),
    /// The VPC's resolver answers by itself.
    System,
    /// The VPC's resolver asks the internet: AWS's own rule for the root.
    Recursive,
    /// Other servers are asked for what a zone delegates to this name.
    Delegate(Domain),
}

/// The rules of one VPC.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    /// All of them: of two with the same domain, the first holds.
    pub list: Vec<Rule>,
    /// What was not seen.
    pub parts: Parts,
}

impl Rules {
    /// The rules that hold in a VPC. What could not be read is noted.
    pub fn of(facts: &Facts, vpc_id: &str) -> Self {
        let mut parts = Parts::default();
        let all = parts.note(facts.resolver_rules()).unwrap_or_default();
        let associations = parts.note(facts.resolver_rule_associations()).unwrap_or_default();
        let own = associations.iter().filter(|tie| tie.vpc_id == vpc_id && is_in_force(&tie.status));
        let own = own.map(|tie| (tie.resolver_rule_id.clone(), None));
        // The VPC's own rules come before those of Profiles for the same domain.
        let carried = carried(facts, vpc_id, &mut parts).into_iter().filter_map(|carried| {
            Some((carried.id_of("resolver-rule")?.to_owned(), Some(carried.profile_id.to_owned())))
        });
        let mut list = Vec::new();
        for (id, profile) in own.chain(carried).collect::<Vec<_>>() {
            match all.iter().find(|rule| rule.id == id) {
                Some(found) => list.extend(rule(found, profile)),
                // AWS does not list all of the rules that it makes by itself, and none of those forwards.
                None if facts.resolver_rules().is_err() || id.starts_with("rslvr-autodefined-") => {}
                None => parts.lacks(Fact::ResolverRules, &id),
            }
        }
        Self { list, parts }
    }

    /// The rule that holds for a name: the most specific one, and of the same domain the VPC's own before a Profile's, and anyone's before AWS's
    /// own rule for the root.
    pub fn best(&self, name: &Domain) -> Option<&Rule> {
        let covering = self.list.iter().filter(|rule| !matches!(rule.kind, RuleKind::Delegate(_)));
        covering
            .filter(|rule| rule.domain.covers(name))
            .rev()
            .max_by_key(|rule| (rule.domain.depth(), rule.kind != RuleKind::Recursive))
    }
}

fn rule(from: &aws::ResolverRule, profile: Option<String>) -> Option<Rule> {
    let kind = match from.rule_type.as_str() {
        "FORWARD" => RuleKind::Forward(from.target_ips.iter().map(server).collect()),
        "SYSTEM" => RuleKind::System,
        "RECURSIVE" => RuleKind::Recursive,
        "DELEGATE" => RuleKind::Delegate(Domain::new(from.delegation_record.as_deref()?)),
        // A type that AWS did not have when this was written is not judged.
        _ => return None,
    };
    Some(Rule {
        id: from.id.clone(),
        domain: Domain::new(&from.domain_name),
        kind,
        owner: from.owner_id.clone(),
        profile,
    })
}

/// A server with its port, where that is not DNS's own.
fn server(target: &aws::TargetAddress) -> String {
    let address = target.ip.clone().or_else(|| target.ipv6.clone()).unwrap_or_default();
    match target.port {
        None | Some(53) => address,
        Some(port) if address.contains(':') => format!("[{address}]:{port}"),
        Some(port) => format!("{address}:{port}"),
    }
}
