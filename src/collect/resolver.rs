//! Route 53 Resolver: rules, and the VPCs that they hold in.

use super::api::Api;
use aws_sdk_route53resolver::types as sdk;
use pldoctor_checks::facts::{Why, aws};

/// Items a page, Resolver's largest.
const PAGE: i32 = 100;

/// Every rule that this account can see.
pub(super) async fn rules(api: &Api) -> Result<aws::ResolverRules, Why> {
    let request = api.resolver.client.list_resolver_rules().max_results(PAGE);
    let send = |token| request.clone().set_next_token(token).send();
    let rules =
        api.resolver.gate.pages(send, |page| (page.resolver_rules.unwrap_or_default(), page.next_token)).await?;
    Ok(aws::ResolverRules { resolver_rules: rules.iter().map(rule).collect() })
}

/// The rules' associations with these VPCs.
pub(super) async fn associations(api: &Api, vpc_ids: &[String]) -> Result<aws::ResolverRuleAssociations, Why> {
    let filter = sdk::Filter::builder().name("VPCId").set_values(Some(vpc_ids.to_vec())).build();
    let request = api.resolver.client.list_resolver_rule_associations().filters(filter).max_results(PAGE);
    let send = |token| request.clone().set_next_token(token).send();
    let open = |page: aws_sdk_route53resolver::operation::list_resolver_rule_associations::ListResolverRuleAssociationsOutput| {
        (page.resolver_rule_associations.unwrap_or_default(), page.next_token)
    };
    let associations = api.resolver.gate.pages(send, open).await?;
    Ok(aws::ResolverRuleAssociations { resolver_rule_associations: associations.iter().map(association).collect() })
}

fn rule(from: &sdk::ResolverRule) -> aws::ResolverRule {
    aws::ResolverRule {
        id: from.id.clone().unwrap_or_default(),
        name: from.name.clone().unwrap_or_default(),
        domain_name: from.domain_name.clone().unwrap_or_default(),
        rule_type: from.rule_type.as_ref().map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        status: from.status.as_ref().map(|status| status.as_str().to_owned()).unwrap_or_default(),
        owner_id: from.owner_id.clone().unwrap_or_default(),
        target_ips: from.target_ips.iter().flatten().map(target).collect(),
        delegation_record: from.delegation_record.clone(),
    }
}

fn target(from: &sdk::TargetAddress) -> aws::TargetAddress {
    aws::TargetAddress { ip: from.ip.clone(), ipv6: from.ipv6.clone(), port: from.port }
}

fn association(from: &sdk::ResolverRuleAssociation) -> aws::ResolverRuleAssociation {
    aws::ResolverRuleAssociation {
        id: from.id.clone().unwrap_or_default(),
        resolver_rule_id: from.resolver_rule_id.clone().unwrap_or_default(),
        vpc_id: from.vpc_id.clone().unwrap_or_default(),
        status: from.status.as_ref().map(|status| status.as_str().to_owned()).unwrap_or_default(),
    }
}
