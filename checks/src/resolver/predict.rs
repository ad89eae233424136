//! What the resolver of a VPC answers for a name, and because of which object.

use super::zones::is_vpce_name;
use super::{Action, Block, Domain, Firewall, FirewallRule, Found, Rule, RuleKind, Rules, Zone, Zones, lookup};
use crate::facts::{Facts, aws, same_name};
use std::net::IpAddr;

/// Names that one answer may lead through. Longer chains are somebody's mistake.
const MOST_NAMES: usize = 8;

/// Everything that the resolver of a VPC goes by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resolver {
    /// Whether it answers at all: `enableDnsSupport`.
    pub support: bool,
    /// Whether it knows private zones: `enableDnsHostnames`.
    pub hostnames: bool,
    /// The private hosted zones.
    pub zones: Zones,
    /// The Resolver rules.
    pub rules: Rules,
    /// DNS Firewall.
    pub firewall: Firewall,
    /// The names of endpoints, which public DNS has: the name, and the endpoint.
    pub vpce_names: Vec<(String, String)>,
}

/// What is to be expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// The answer.
    pub answer: Answer,
    /// What makes it so.
    pub because: Because,
}

/// An answer to be expected for a query for addresses.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// None at all.
    Silence,
    /// The name does not exist.
    NxDomain,
    /// The name exists and has no address.
    NoData,
    /// The addresses of an endpoint, `vpce-…`.
    Endpoint(String),
    /// These addresses, which a record gives.
    Addresses(Vec<IpAddr>),
    /// Whatever these servers say.
    Forwarded(Vec<String>),
    /// Whatever public DNS says of this name.
    Public(String),
    /// It can't be told: the records of the zone that decides were not read.
    Unread,
}

/// What makes an answer what it is.
#[derive(Clone, Debug, PartialEq)]
pub enum Because {
    /// DNS resolution is off in the VPC.
    NoSupport,
    /// A rule of DNS Firewall, for this name.
    Firewall(FirewallRule, Domain),
    /// A Resolver rule.
    Rule(Rule),
    /// A private hosted zone.
    Zone(Zone),
    /// Nothing in the VPC.
    Nothing,
}

/// Who is asked for a name.
enum Asked<'a> {
    Rule(&'a Rule),
    Zone(&'a Zone),
    Public,
}

impl Resolver {
    /// The resolver of a VPC. What could not be read is noted in the parts; an attribute of the VPC that is not known counts as on.
    pub fn of(facts: &Facts, vpc_id: &str) -> Self {
        let endpoints = facts.vpc_endpoints().unwrap_or_default();
        let names = |endpoint: &aws::VpcEndpoint| {
            let id = endpoint.vpc_endpoint_id.clone();
            let own = endpoint.dns_entries.iter().filter(|entry| is_vpce_name(&entry.dns_name));
            own.map(|entry| (entry.dns_name.clone(), id.clone())).collect::<Vec<_>>()
        };
        Self {
            support: facts.dns_support(vpc_id).unwrap_or(true),
            hostnames: facts.dns_hostnames(vpc_id).unwrap_or(true),
            zones: Zones::of(facts, vpc_id),
            rules: Rules::of(facts, vpc_id),
            firewall: Firewall::of(facts, vpc_id),
            vpce_names: endpoints.iter().flat_map(names).collect(),
        }
    }

    /// What it answers for a name.
    pub fn predict(&self, name: &str) -> Prediction {
        if !self.support {
            return Prediction { answer: Answer::Silence, because: Because::NoSupport };
        }
        let mut because = None;
        let mut name = Domain::new(name);
        // A rule that trusts redirection lets the whole chain pass with its first name.
        let mut trusted = false;
        for _ in 0..MOST_NAMES {
            if let Some(rule) = self.firewall.decides(&name).filter(|_| !trusted) {
                if let Action::Block(block) = &rule.action {
                    return self.blocked(block, rule, name);
                }
                trusted = rule.trusts_redirection;
            }
            let (found, cause) = self.found(&name);
            let because = because.get_or_insert(cause).clone();
            let answer = match found {
                Step::Answer(answer) => answer,
                Step::Name(next) => {
                    name = Domain::new(&next);
                    continue;
                }
                Step::Endpoint(id) => {
                    // AWS follows its own names by itself, whatever the rules; the firewall looks at them all the same.
                    let regional = self.vpce_names.iter().find(|(_, endpoint)| *endpoint == id);
                    let regional = regional.map(|(name, _)| Domain::new(name)).filter(|_| !trusted);
                    let rule = regional.as_ref().and_then(|name| self.firewall.decides(name));
                    if let (Some(rule @ FirewallRule { action: Action::Block(block), .. }), Some(name)) =
                        (rule, regional.clone())
                    {
                        return self.blocked(block, rule, name);
                    }
                    Answer::Endpoint(id)
                }
            };
            return Prediction { answer, because };
        }
        // A ring of names: the resolver gives up, which looks like a failure and has no address.
        Prediction { answer: Answer::NoData, because: because.unwrap_or(Because::Nothing) }
    }

    /// What is found for one name, without following it.
    fn found(&self, name: &Domain) -> (Step, Because) {
        let zone = match self.asked(name) {
            Asked::Rule(rule) => {
                let RuleKind::Forward(servers) = &rule.kind else { return (self.public(name), Because::Nothing) };
                return (Step::Answer(Answer::Forwarded(servers.clone())), Because::Rule(rule.clone()));
            }
            Asked::Public => return (self.public(name), Because::Nothing),
            Asked::Zone(zone) => zone,
        };
        let because = Because::Zone(zone.clone());
        let step = match lookup(zone, name) {
            Found::Addresses(addresses) => Step::Answer(Answer::Addresses(addresses)),
            Found::Alias(next) => match self.endpoint_named(&next) {
                Some(id) => Step::Endpoint(id.to_owned()),
                None => Step::Name(next),
            },
            Found::Name(next) => Step::Name(next),
            Found::Endpoint(id) => Step::Endpoint(id),
            Found::NoAddress => Step::Answer(Answer::NoData),
            Found::Nothing => Step::Answer(Answer::NxDomain),
            Found::Unread => Step::Answer(Answer::Unread),
            Found::Delegated(servers) => {
                let meant = |rule: &&Rule| match &rule.kind {
                    RuleKind::Delegate(record) => servers.iter().any(|server| record.covers(&Domain::new(server))),
                    _ => false,
                };
                return match self.rules.list.iter().find(meant) {
                    Some(rule) => (Step::Answer(Answer::Forwarded(servers.clone())), Because::Rule(rule.clone())),
                    None => (Step::Answer(Answer::Forwarded(servers)), because),
                };
            }
        };
        (step, because)
    }

    /// Who is asked: the more specific of rule and zone. Of the same domain, a forwarding rule beats the zone.
    fn asked(&self, name: &Domain) -> Asked<'_> {
        let zone = self.zones.best(name).filter(|_| self.hostnames);
        match (self.rules.best(name), zone) {
            (Some(rule), zone) if rule.forwards() => match zone {
                Some(zone) if zone.domain.depth() > rule.domain.depth() => Asked::Zone(zone),
                _ => Asked::Rule(rule),
            },
            (_, Some(zone)) => Asked::Zone(zone),
            (_, None) => Asked::Public,
        }
    }

    /// Public DNS has the names of endpoints, and whatever else.
    fn public(&self, name: &Domain) -> Step {
        Step::Answer(match self.endpoint_named(name.as_str()) {
            Some(id) => Answer::Endpoint(id.to_owned()),
            None => Answer::Public(name.to_string()),
        })
    }

    fn endpoint_named(&self, name: &str) -> Option<&str> {
        self.vpce_names.iter().find(|(own, _)| same_name(own, name)).map(|(_, id)| id.as_str())
    }

    fn blocked(&self, block: &Block, rule: &FirewallRule, name: Domain) -> Prediction {
        let answer = match block {
            Block::NoData => Answer::NoData,
            Block::NxDomain => Answer::NxDomain,
            Block::Override(other) => Answer::Public(other.clone()),
        };
        Prediction { answer, because: Because::Firewall(rule.clone(), name) }
    }
}

/// What one name comes to.
enum Step {
    Answer(Answer),
    Name(String),
    Endpoint(String),
}

impl Rule {
    /// Whether other servers are asked.
    pub fn forwards(&self) -> bool {
        matches!(self.kind, RuleKind::Forward(_))
    }
}

impl Because {
    /// What names it: the id of the zone, rule, rule group or endpoint.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Firewall(rule, _) => Some(&rule.group),
            Self::Rule(rule) => Some(&rule.id),
            Self::Zone(zone) => Some(zone.id()),
            Self::NoSupport | Self::Nothing => None,
        }
    }
}
