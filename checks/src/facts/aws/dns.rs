//! Private hosted zones with their records, and Resolver rules.

use super::shapes::{lists, shapes};

lists! {
    /// `aws route53 list-hosted-zones-by-vpc`: the list.
    HostedZonesByVpc {
        /// One element a zone that is associated with the VPC.
        hosted_zone_summaries: Vec<HostedZoneSummary>,
    }
    /// `aws route53 list-resource-record-sets`: the records of one zone.
    ResourceRecordSets {
        /// One element a name and type (and routing policy's branch).
        resource_record_sets: Vec<ResourceRecordSet>,
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
    /// `aws route53 get-hosted-zone`: one zone, which tells the name of one that only a Profile brings in.
    HostedZoneOutput {
        /// The zone.
        hosted_zone: HostedZone,
    }
    /// One hosted zone by itself.
    HostedZone {
        /// `/hostedzone/Z…`
        id: String,
        /// The domain, with a final dot.
        name: String,
    }
    /// The records of one name and type.
    ResourceRecordSet {
        /// The name, with a final dot; a wildcard as `\052.…`.
        name: String,
        /// `A`, `CNAME` …
        #[serde(rename = "Type")]
        record_type: String,
        /// Seconds; absent for an alias.
        #[serde(rename = "TTL", skip_serializing_if = "Option::is_none")]
        ttl: Option<i64>,
        /// The values; none for an alias.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        resource_records: Vec<ResourceRecord>,
        /// Whose answers it gives.
        #[serde(skip_serializing_if = "Option::is_none")]
        alias_target: Option<AliasTarget>,
    }
    /// One value of a record.
    ResourceRecord {
        /// An address, a name …
        value: String,
    }
    /// Whose answers an alias record gives.
    AliasTarget {
        /// The zone of the target, AWS's own for an endpoint.
        hosted_zone_id: String,
        /// The target's name.
        #[serde(rename = "DNSName")]
        dns_name: String,
        /// Whether the target's health decides.
        evaluate_target_health: bool,
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
        /// Of a `DELEGATE` rule: what a zone's NS records point to.
        #[serde(skip_serializing_if = "Option::is_none")]
        delegation_record: Option<String>,
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
