//! Private hosted zones and Resolver rules.

use super::shapes::{lists, shapes};

lists! {
    /// `aws route53 list-hosted-zones-by-vpc`: the list.
    HostedZonesByVpc {
        /// One element a zone that is associated with the VPC.
        hosted_zone_summaries: Vec<HostedZoneSummary>,
    }
    /// `aws route53resolver list-resolver-rules`: the list.
    ResolverRules {
        /// One element a rule that this account can see.
        resolver_rules: Vec<ResolverRule>,
    }
    /// `aws route53resolver list-resolver-rule-associations`: the list.
    ResolverRuleAssociations {
        /// One element an association.
        resolver_rule_associations: Vec<ResolverRuleAssociation>,
    }
}

shapes! {
    /// One private hosted zone.
    HostedZoneSummary {
        /// `Z…`
        hosted_zone_id: String,
        /// The domain, with a final dot.
        name: String,
        /// Who keeps it.
        owner: HostedZoneOwner,
    }
    /// Who keeps a hosted zone.
    HostedZoneOwner {
        /// An account.
        #[serde(skip_serializing_if = "Option::is_none")]
        owning_account: Option<String>,
        /// An AWS service.
        #[serde(skip_serializing_if = "Option::is_none")]
        owning_service: Option<String>,
    }
    /// One Resolver rule.
    ResolverRule {
        /// `rslvr-rr-…`, `rslvr-autodefined-rr-…`
        id: String,
        /// What its creator called it.
        name: String,
        /// The domain, with a final dot.
        domain_name: String,
        /// `FORWARD`, `SYSTEM`, `RECURSIVE`, `DELEGATE`.
        rule_type: String,
        /// `COMPLETE` …
        status: String,
        /// The owning account.
        owner_id: String,
        /// Where it forwards to.
        target_ips: Vec<TargetAddress>,
    }
    /// A DNS server of a rule.
    TargetAddress {
        /// Its IPv4 address.
        #[serde(skip_serializing_if = "Option::is_none")]
        ip: Option<String>,
        /// Its IPv6 address.
        #[serde(skip_serializing_if = "Option::is_none")]
        ipv6: Option<String>,
        /// Its port.
        #[serde(skip_serializing_if = "Option::is_none")]
        port: Option<i32>,
    }
    /// The tie between a rule and a VPC.
    ResolverRuleAssociation {
        /// `rslvr-rrassoc-…`
        id: String,
        /// `rslvr-rr-…`
        resolver_rule_id: String,
        /// `vpc-…`
        #[serde(rename = "VPCId")]
        vpc_id: String,
        /// `COMPLETE` …
        status: String,
    }
}
