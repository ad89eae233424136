//! DNS Firewall: which rule of which group decides about a name.

use super::profiles::{carried, is_in_force};
use super::{Domain, Parts};
use crate::check::Stop;
use crate::facts::{Facts, aws};
use serde::Deserialize;

/// One rule, in the order in which they are asked.
#[derive(Clone, Debug, PartialEq)]
pub struct FirewallRule {
    /// `rslvr-frg-…`
    pub group: String,
    /// Its name.
    pub name: String,
    /// Its place in the group: lower ones are asked first.
    pub priority: i32,
    /// `rslvr-fdl-…`
    pub list: String,
    /// The domains that it is about.
    pub domains: Domains,
    /// What it does.
    pub action: Action,
    /// Whether names that the asked one leads to are trusted without looking at them.
    pub trusts_redirection: bool,
    /// Who else keeps it: a Profile `rp-…`, or the service that associated the group.
    pub kept_by: Option<String>,
}

/// The domains of a list.
#[derive(Clone, Debug, PartialEq)]
pub enum Domains {
    /// These, of which some may begin with `*`.
    Known(Vec<String>),
    /// They were not read, as those of AWS's own lists can't be.
    Unread(Stop),
}

/// What a rule does with a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Lets it pass.
    Allow,
    /// Lets it pass, and reports it.
    Alert,
    /// Answers in the resolver's place.
    Block(Block),
}

/// What is answered in the resolver's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// The name exists and has no address.
    NoData,
    /// The name does not exist.
    NxDomain,
    /// It is another name.
    Override(String),
}

/// The firewall of one VPC.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Firewall {
    /// Its rules, in the order in which they are asked.
    pub rules: Vec<FirewallRule>,
    /// How many rule groups the VPC has.
    pub groups: usize,
    /// What was not seen.
    pub parts: Parts,
}

impl Firewall {
    /// The firewall of a VPC. What could not be read is noted.
    pub fn of(facts: &Facts, vpc_id: &str) -> Self {
        let mut parts = Parts::default();
        let associations = parts.note(facts.firewall_associations()).unwrap_or_default();
        let own = associations.iter().filter(|tie| tie.vpc_id == vpc_id && is_in_force(&tie.status));
        let mut groups: Vec<(i32, String, Option<String>)> =
            own.map(|tie| (tie.priority, tie.firewall_rule_group_id.clone(), tie.managed_owner_name.clone())).collect();
        for carried in carried(facts, vpc_id, &mut parts) {
            let Some(group) = carried.id_of("firewall-rule-group") else { continue };
            let priority = priority_in_profile(carried.resource).unwrap_or(carried.priority);
            groups.push((priority, group.to_owned(), Some(carried.profile_id.to_owned())));
        }
        groups.sort_by_key(|(priority, ..)| *priority);
        let mut rules = Vec::new();
        for (_, group, kept_by) in &groups {
            let mut found: Vec<_> = parts.note(facts.firewall_rules(group)).unwrap_or_default().iter().collect();
            found.sort_by_key(|rule| rule.priority);
            rules.extend(found.into_iter().filter(|rule| asks_for_addresses(rule)).filter_map(|from| {
                Some(FirewallRule { group: group.clone(), kept_by: kept_by.clone(), ..rule(facts, from)? })
            }));
        }
        Self { rules, groups: groups.len(), parts }
    }

    /// The rule that decides about a name, if one does. Rules whose domains were not read count as not meant; see [`Firewall::unread`].
    pub fn decides(&self, name: &Domain) -> Option<&FirewallRule> {
        self.rules.iter().find(|rule| rule.names(name).is_some())
    }

    /// A rule that is asked before any that is known to decide, and whose domains were not read.
    pub fn unread(&self, name: &Domain) -> Option<(&FirewallRule, &Stop)> {
        let before = self.rules.iter().take_while(|rule| rule.names(name).is_none());
        before.into_iter().find_map(|rule| match &rule.domains {
            Domains::Unread(stop) => Some((rule, stop)),
            Domains::Known(_) => None,
        })
    }
}

impl FirewallRule {
    /// The entry of its list that is about a name.
    pub fn names(&self, name: &Domain) -> Option<&str> {
        let Domains::Known(domains) = &self.domains else { return None };
        domains.iter().map(String::as_str).find(|pattern| matches(pattern, name))
    }
}

/// Whether an entry of a domain list is about a name. Without an asterisk it is about that very name and none below it.
fn matches(pattern: &str, name: &Domain) -> bool {
    let pattern = Domain::new(pattern);
    match pattern.as_str().strip_prefix('*') {
        Some(ending) => name.as_str().len() > ending.len() && name.as_str().ends_with(ending),
        None => pattern == *name,
    }
}

/// Whether the rule is about queries for addresses.
fn asks_for_addresses(rule: &aws::FirewallRule) -> bool {
    rule.qtype.as_deref().is_none_or(|kind| ["A", "TYPE1", "1"].contains(&kind))
}

fn rule(facts: &Facts, from: &aws::FirewallRule) -> Option<FirewallRule> {
    let action = match from.action.as_str() {
        "ALLOW" => Action::Allow,
        "ALERT" => Action::Alert,
        "BLOCK" => Action::Block(match from.block_response.as_deref() {
            Some("NXDOMAIN") => Block::NxDomain,
            Some("OVERRIDE") => Block::Override(from.block_override_domain.clone().unwrap_or_default()),
            _ => Block::NoData,
        }),
        _ => return None,
    };
    // A rule without a list looks for threats, which no name by itself is.
    let list = from.firewall_domain_list_id.clone()?;
    let domains = facts.firewall_domains(&list).map_or_else(Domains::Unread, |known| Domains::Known(known.to_vec()));
    Some(FirewallRule {
        group: from.firewall_rule_group_id.clone(),
        name: from.name.clone(),
        priority: from.priority,
        list,
        domains,
        action,
        trusts_redirection: from.firewall_domain_redirection_action.as_deref() == Some("TRUST_REDIRECTION_DOMAIN"),
        kept_by: None,
    })
}

/// The priority of a rule group among those of a Profile's VPCs: `{"priority":102}`.
fn priority_in_profile(resource: &aws::ProfileResourceAssociation) -> Option<i32> {
    #[derive(Deserialize)]
    struct Properties {
        priority: i32,
    }
    let properties: Properties = serde_json::from_str(resource.resource_properties.as_deref()?).ok()?;
    Some(properties.priority)
}
