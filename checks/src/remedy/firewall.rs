//! Letting a name through DNS Firewall.

use super::quoted::{comment, hcl};
use super::{Act, command::aws};
use crate::check::Owner;
use crate::facts::{Facts, Observed, aws as shapes};
use std::collections::BTreeMap;

/// Lets a name through DNS Firewall.
#[derive(Clone, Debug, PartialEq)]
pub enum AllowInFirewall {
    /// Out of the list that blocks it.
    Unlist {
        /// `rslvr-fdl-…`
        list: String,
        /// The name, as the list has it.
        entry: String,
    },
    /// Into a list of a rule that allows and is asked before the one that blocks.
    List {
        /// `rslvr-fdl-…`
        list: String,
        /// The name.
        entry: String,
    },
    /// By a rule of its own, before the one that blocks.
    Rule {
        /// `rslvr-frg-…`
        group: String,
        /// Its place in the group.
        priority: i32,
        /// The name.
        entry: String,
    },
}

/// The id that a domain list has in the proof before it exists.
const NEW_LIST: &str = "rslvr-fdl-new";

fn update(list: &str, operation: &str, entry: &str) -> Vec<String> {
    let arguments = ["update-firewall-domains", "--firewall-domain-list-id", list, "--operation", operation];
    aws("route53resolver", arguments.into_iter().chain(["--domains", entry]))
}

impl Act for AllowInFirewall {
    fn key(&self) -> &'static str {
        match self {
            Self::Unlist { .. } => "firewall-unlist",
            Self::List { .. } => "firewall-list",
            Self::Rule { .. } => "firewall-rule",
        }
    }

    fn values(&self) -> BTreeMap<&'static str, String> {
        match self {
            Self::Unlist { list, entry } | Self::List { list, entry } => {
                BTreeMap::from([("list", list.clone()), ("entry", entry.clone())])
            }
            Self::Rule { group, priority, entry } => {
                BTreeMap::from([("group", group.clone()), ("priority", priority.to_string()), ("entry", entry.clone())])
            }
        }
    }

    fn owner(&self) -> Owner {
        Owner::Dns
    }

    fn argv(&self) -> Vec<String> {
        match self {
            Self::Unlist { list, entry } => update(list, "REMOVE", entry),
            Self::List { list, entry } => update(list, "ADD", entry),
            // It takes a list first, whose id only its making tells.
            Self::Rule { .. } => Vec::new(),
        }
    }

    fn terraform(&self) -> String {
        match self {
            Self::Unlist { list, entry } => {
                format!(
                    "# in domains of the \"aws_route53_resolver_firewall_domain_list\" of {}\n- {}\n",
                    comment(list),
                    hcl(entry)
                )
            }
            Self::List { list, entry } => {
                format!(
                    "# in domains of the \"aws_route53_resolver_firewall_domain_list\" of {}\n+ {}\n",
                    comment(list),
                    hcl(entry)
                )
            }
            Self::Rule { group, priority, entry } => format!(
                "resource \"aws_route53_resolver_firewall_domain_list\" \"tidb_cloud\" {{\n  name    = \"tidb-cloud\"\n  domains = [{}]\n}}\n\nresource \"aws_route53_resolver_firewall_rule\" \"tidb_cloud\" {{\n  name                               = \"tidb-cloud\"\n  action                             = \"ALLOW\"\n  firewall_rule_group_id             = {}\n  firewall_domain_list_id            = aws_route53_resolver_firewall_domain_list.tidb_cloud.id\n  firewall_domain_redirection_action = \"TRUST_REDIRECTION_DOMAIN\"\n  priority                           = {priority}\n}}\n",
                hcl(entry),
                hcl(group)
            ),
        }
    }

    fn undo(&self) -> Vec<String> {
        match self {
            Self::Unlist { list, entry } => update(list, "ADD", entry),
            Self::List { list, entry } => update(list, "REMOVE", entry),
            Self::Rule { .. } => Vec::new(),
        }
    }

    fn verify(&self) -> Vec<String> {
        match self {
            Self::Unlist { list, .. } | Self::List { list, .. } => {
                aws("route53resolver", ["list-firewall-domains", "--firewall-domain-list-id", list])
            }
            Self::Rule { group, .. } => {
                aws("route53resolver", ["list-firewall-rules", "--firewall-rule-group-id", group])
            }
        }
    }

    fn iam(&self) -> &'static [&'static str] {
        match self {
            Self::Unlist { .. } | Self::List { .. } => &["route53resolver:UpdateFirewallDomains"],
            Self::Rule { .. } => &[
                "route53resolver:CreateFirewallDomainList",
                "route53resolver:UpdateFirewallDomains",
                "route53resolver:CreateFirewallRule",
            ],
        }
    }

    fn apply(&self, facts: &mut Facts) {
        let mut change = |list: &str, change: &dyn Fn(&mut Vec<String>)| {
            if let Some(list) = facts.aws.firewall_domains.get_mut(list).and_then(Observed::known_mut) {
                change(&mut list.domains);
            }
        };
        match self {
            Self::Unlist { list, entry } => change(list, &|domains| domains.retain(|domain| domain != entry)),
            Self::List { list, entry } => change(list, &|domains| domains.push(entry.clone())),
            Self::Rule { group, priority, entry } => {
                let list = Observed::Known(shapes::FirewallDomains { domains: vec![entry.clone()] });
                facts.aws.firewall_domains.insert(NEW_LIST.to_owned(), list);
                if let Some(rules) = facts.aws.firewall_rules.get_mut(group).and_then(Observed::known_mut) {
                    rules.firewall_rules.push(shapes::FirewallRule {
                        firewall_rule_group_id: group.clone(),
                        firewall_domain_list_id: Some(NEW_LIST.to_owned()),
                        name: "tidb-cloud".to_owned(),
                        priority: *priority,
                        action: "ALLOW".to_owned(),
                        firewall_domain_redirection_action: Some("TRUST_REDIRECTION_DOMAIN".to_owned()),
                        ..Default::default()
                    });
                }
            }
        }
    }
}
