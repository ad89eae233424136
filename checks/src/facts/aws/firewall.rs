//! DNS Firewall: which rule groups a VPC has, their rules, and the domains that the rules are about.

use super::shapes::{lists, shapes};

lists! {
    /// `aws route53resolver list-firewall-rule-group-associations`: the list.
    FirewallRuleGroupAssociations {
        /// One element an association.
        firewall_rule_group_associations: Vec<FirewallRuleGroupAssociation>,
    }
    /// `aws route53resolver list-firewall-rules`: the rules of one group.
    FirewallRules {
        /// One element a rule.
        firewall_rules: Vec<FirewallRule>,
    }
    /// `aws route53resolver list-firewall-domains`: the domains of one list.
    FirewallDomains {
        /// Domains, which may begin with `*`.
        domains: Vec<String>,
    }
    /// `aws route53resolver list-firewall-configs`: the list.
    FirewallConfigs {
        /// One element a VPC.
        firewall_configs: Vec<FirewallConfig>,
    }
}

shapes! {
    /// The tie between a rule group and a VPC.
    FirewallRuleGroupAssociation {
        /// `rslvr-frgassoc-…`
        id: String,
        /// `rslvr-frg-…`
        firewall_rule_group_id: String,
        /// `vpc-…`
        vpc_id: String,
        /// What its creator called it.
        name: String,
        /// Lower ones are asked first.
        priority: i32,
        /// Firewall Manager, where it keeps the association.
        #[serde(skip_serializing_if = "Option::is_none")]
        managed_owner_name: Option<String>,
        /// `COMPLETE`, `UPDATING`, `DELETING`.
        status: String,
    }
    /// One rule of a group.
    FirewallRule {
        /// `rslvr-frg-…`
        firewall_rule_group_id: String,
        /// `rslvr-fdl-…`; absent where the rule looks for threats and not for names.
        #[serde(skip_serializing_if = "Option::is_none")]
        firewall_domain_list_id: Option<String>,
        /// What its creator called it.
        name: String,
        /// Lower ones are asked first.
        priority: i32,
        /// `ALLOW`, `BLOCK`, `ALERT`.
        action: String,
        /// Of a block: `NODATA`, `NXDOMAIN`, `OVERRIDE`.
        #[serde(skip_serializing_if = "Option::is_none")]
        block_response: Option<String>,
        /// Of an override: the name that is answered instead.
        #[serde(skip_serializing_if = "Option::is_none")]
        block_override_domain: Option<String>,
        /// `INSPECT_REDIRECTION_DOMAIN`, `TRUST_REDIRECTION_DOMAIN`.
        #[serde(skip_serializing_if = "Option::is_none")]
        firewall_domain_redirection_action: Option<String>,
        /// The type of query that it is about, such as `A`; absent means all.
        #[serde(skip_serializing_if = "Option::is_none")]
        qtype: Option<String>,
    }
    /// How DNS Firewall behaves in one VPC when it fails itself.
    FirewallConfig {
        /// `vpc-…`
        resource_id: String,
        /// `ENABLED`, `DISABLED`, `USE_LOCAL_RESOURCE_SETTING`.
        firewall_fail_open: String,
    }
}
