//! Small worlds, written as one would say them.

use pldoctor_checks::facts::aws::{ResourceRecord, ResourceRecordSet};
use pldoctor_checks::resolver::{
    Action, Answer, Because, Block, Domain, Domains, Firewall, FirewallRule, Holder, Records, Resolver, Rule, RuleKind,
    Rules, Zone, Zones,
};

/// The private name.
pub(crate) const NAME: &str = "gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com";
/// The endpoint's regional name.
pub(crate) const REGIONAL: &str = "vpce-1-x.vpce-svc-1.us-east-1.vpce.amazonaws.com";

/// A VPC with its attributes on, and nothing else.
pub(crate) fn vpc() -> Resolver {
    Resolver {
        support: true,
        hostnames: true,
        vpce_names: vec![(REGIONAL.to_owned(), "vpce-1".to_owned())],
        ..Resolver::default()
    }
}

pub(crate) fn endpoint_zone(name: &str) -> Zone {
    Zone {
        domain: Domain::of_private_name(name),
        holder: Holder::Endpoint("vpce-1".to_owned()),
        profile: None,
        records: Records::Names(vec![name.to_owned()]),
    }
}

/// Somebody's zone `Z-<domain>` with these records: name, type, value.
pub(crate) fn zone(domain: &str, records: &[(&str, &str, &str)]) -> Zone {
    let set = |(name, kind, value): &(&str, &str, &str)| ResourceRecordSet {
        name: format!("{name}."),
        record_type: (*kind).to_owned(),
        resource_records: vec![ResourceRecord { value: (*value).to_owned() }],
        ..ResourceRecordSet::default()
    };
    Zone {
        domain: Domain::new(domain),
        holder: Holder::Hosted { id: format!("Z-{domain}"), owner: None },
        profile: None,
        records: Records::Sets(records.iter().map(set).collect()),
    }
}

pub(crate) fn from_profile(zone: Zone) -> Zone {
    Zone { profile: Some("rp-1".to_owned()), ..zone }
}

pub(crate) fn rule(domain: &str, kind: RuleKind) -> Rule {
    let word = match &kind {
        RuleKind::Forward(_) => "forward",
        RuleKind::System => "system",
        RuleKind::Recursive => "recursive",
        RuleKind::Delegate(_) => "delegate",
    };
    Rule { id: format!("{word}-{domain}"), domain: Domain::new(domain), kind, owner: String::new(), profile: None }
}

pub(crate) fn forward(domain: &str) -> Rule {
    rule(domain, RuleKind::Forward(vec!["10.0.5.53".to_owned()]))
}

pub(crate) fn with_zones(zones: Vec<Zone>) -> Resolver {
    Resolver { zones: Zones { list: zones, ..Zones::default() }, ..vpc() }
}

pub(crate) fn with(zones: Vec<Zone>, rules: Vec<Rule>) -> Resolver {
    Resolver { rules: Rules { list: rules, ..Rules::default() }, ..with_zones(zones) }
}

/// The endpoint's zone behind a firewall with these rules: entry, action, and whether redirection is trusted.
pub(crate) fn behind(rules: &[(&str, Action, bool)]) -> Resolver {
    let rule = |(entry, action, trusts): &(&str, Action, bool)| FirewallRule {
        group: "frg-1".to_owned(),
        name: (*entry).to_owned(),
        priority: 1,
        list: "fdl-1".to_owned(),
        domains: Domains::Known(vec![(*entry).to_owned()]),
        action: action.clone(),
        trusts_redirection: *trusts,
        kept_by: None,
    };
    let rules = rules.iter().map(rule).collect();
    Resolver { firewall: Firewall { rules, groups: 1, ..Firewall::default() }, ..with_zones(vec![endpoint_zone(NAME)]) }
}

pub(crate) fn block(block: Block) -> Action {
    Action::Block(block)
}

/// What it answers, and what makes it so, as one line.
pub(crate) fn said(resolver: &Resolver, name: &str) -> String {
    let prediction = resolver.predict(name);
    let answer = match prediction.answer {
        Answer::Silence => "silence".to_owned(),
        Answer::NxDomain => "nxdomain".to_owned(),
        Answer::NoData => "nodata".to_owned(),
        Answer::Endpoint(id) => id,
        Answer::Addresses(addresses) => addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
        Answer::Forwarded(servers) => format!("forwarded to {}", servers.join(",")),
        Answer::Public(name) => format!("public {name}"),
        Answer::Unread => "unread".to_owned(),
    };
    let because = match &prediction.because {
        Because::NoSupport => "enableDnsSupport".to_owned(),
        Because::Nothing => "nothing".to_owned(),
        other => other.id().unwrap_or_default().to_owned(),
    };
    format!("{answer} because of {because}")
}
