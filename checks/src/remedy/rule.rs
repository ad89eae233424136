//! Resolver rules: taking one from a VPC, and excepting a name from one.

use super::quoted::{comment, hcl};
use super::{Act, command::aws};
use crate::check::Owner;
use crate::facts::{Facts, aws as shapes};
use std::collections::BTreeMap;

/// The id that a Resolver rule has in the proof before it exists.
pub(crate) const NEW_RULE: &str = "rslvr-rr-new";

/// Takes a Resolver rule from a VPC.
#[derive(Clone, Debug, PartialEq)]
pub struct DisassociateRule {
    /// `rslvr-rr-…`
    pub rule_id: String,
    /// `vpc-…`
    pub vpc_id: String,
}

/// Makes the rule that leaves a name to the VPC's own resolver.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateSystemRule {
    /// The private name.
    pub name: String,
    /// `vpc-…`, for which it is made.
    pub vpc_id: String,
}

/// Lets a Resolver rule hold in a VPC.
#[derive(Clone, Debug, PartialEq)]
pub struct AssociateRule {
    /// `rslvr-rr-…`
    pub rule_id: String,
    /// `vpc-…`
    pub vpc_id: String,
    /// The rule's domain.
    pub name: String,
}

fn resolver<S: Into<String>>(arguments: impl IntoIterator<Item = S>) -> Vec<String> {
    aws("route53resolver", arguments)
}

fn tie(verb: &str, rule_id: &str, vpc_id: &str) -> Vec<String> {
    resolver([verb, "--resolver-rule-id", rule_id, "--vpc-id", vpc_id])
}

fn show(vpc_id: &str) -> Vec<String> {
    resolver(["list-resolver-rule-associations", "--filters", &format!("Name=VPCId,Values={vpc_id}")])
}

impl Act for DisassociateRule {
    fn key(&self) -> &'static str {
        "disassociate-rule"
    }

    fn values(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([("rule", self.rule_id.clone()), ("vpc", self.vpc_id.clone())])
    }

    fn owner(&self) -> Owner {
        Owner::Dns
    }

    fn argv(&self) -> Vec<String> {
        tie("disassociate-resolver-rule", &self.rule_id, &self.vpc_id)
    }

    fn terraform(&self) -> String {
        format!(
            "# take the \"aws_route53_resolver_rule_association\" of {} with {} out\n",
            comment(&self.rule_id),
            comment(&self.vpc_id)
        )
    }

    fn undo(&self) -> Vec<String> {
        tie("associate-resolver-rule", &self.rule_id, &self.vpc_id)
    }

    fn verify(&self) -> Vec<String> {
        show(&self.vpc_id)
    }

    fn iam(&self) -> &'static [&'static str] {
        &["route53resolver:DisassociateResolverRule"]
    }

    fn apply(&self, facts: &mut Facts) {
        if let Some(list) = facts.aws.resolver_rule_associations.known_mut() {
            let gone = |tie: &shapes::ResolverRuleAssociation| {
                tie.resolver_rule_id == self.rule_id && tie.vpc_id == self.vpc_id
            };
            list.resolver_rule_associations.retain(|tie| !gone(tie));
        }
    }
}

impl Act for CreateSystemRule {
    fn key(&self) -> &'static str {
        "create-system-rule"
    }

    fn values(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([("name", self.name.clone()), ("vpc", self.vpc_id.clone())])
    }

    fn owner(&self) -> Owner {
        Owner::Dns
    }

    fn argv(&self) -> Vec<String> {
        // The request's id makes a second run of the same command give back the same rule.
        let request = format!("pldoctor-{}-{}", self.vpc_id, self.name);
        resolver([
            "create-resolver-rule",
            "--creator-request-id",
            &request,
            "--name",
            "tidb-cloud-private-name",
            "--rule-type",
            "SYSTEM",
            "--domain-name",
            &self.name,
        ])
    }

    fn terraform(&self) -> String {
        format!(
            "resource \"aws_route53_resolver_rule\" \"tidb_cloud\" {{\n  name        = \"tidb-cloud-private-name\"\n  rule_type   = \"SYSTEM\"\n  domain_name = {}\n}}\n\nresource \"aws_route53_resolver_rule_association\" \"tidb_cloud\" {{\n  resolver_rule_id = aws_route53_resolver_rule.tidb_cloud.id\n  vpc_id           = {}\n}}\n",
            hcl(&self.name),
            hcl(&self.vpc_id)
        )
    }

    fn undo(&self) -> Vec<String> {
        // The id is not known before the command has run, and no made-up id is ever printed.
        Vec::new()
    }

    fn verify(&self) -> Vec<String> {
        resolver(["list-resolver-rules", "--filters", &format!("Name=DomainName,Values={}.", self.name)])
    }

    fn iam(&self) -> &'static [&'static str] {
        &["route53resolver:CreateResolverRule"]
    }

    fn apply(&self, facts: &mut Facts) {
        if let Some(list) = facts.aws.resolver_rules.known_mut() {
            list.resolver_rules.push(shapes::ResolverRule {
                id: NEW_RULE.to_owned(),
                domain_name: format!("{}.", self.name),
                rule_type: "SYSTEM".to_owned(),
                status: "COMPLETE".to_owned(),
                ..Default::default()
            });
        }
    }
}

impl Act for AssociateRule {
    fn key(&self) -> &'static str {
        "associate-rule"
    }

    fn values(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([("rule", self.rule_id.clone()), ("vpc", self.vpc_id.clone()), ("name", self.name.clone())])
    }

    fn owner(&self) -> Owner {
        Owner::Dns
    }

    fn argv(&self) -> Vec<String> {
        tie("associate-resolver-rule", &self.rule_id, &self.vpc_id)
    }

    fn terraform(&self) -> String {
        format!(
            "resource \"aws_route53_resolver_rule_association\" \"tidb_cloud\" {{\n  resolver_rule_id = {}\n  vpc_id           = {}\n}}\n",
            hcl(&self.rule_id),
            hcl(&self.vpc_id)
        )
    }

    fn undo(&self) -> Vec<String> {
        tie("disassociate-resolver-rule", &self.rule_id, &self.vpc_id)
    }

    fn verify(&self) -> Vec<String> {
        show(&self.vpc_id)
    }

    fn iam(&self) -> &'static [&'static str] {
        &["route53resolver:AssociateResolverRule", "ec2:DescribeVpcs"]
    }

    fn apply(&self, facts: &mut Facts) {
        if let Some(list) = facts.aws.resolver_rule_associations.known_mut() {
            list.resolver_rule_associations.push(shapes::ResolverRuleAssociation {
                resolver_rule_id: self.rule_id.clone(),
                vpc_id: self.vpc_id.clone(),
                status: "COMPLETE".to_owned(),
                ..Default::default()
            });
        }
    }
}
