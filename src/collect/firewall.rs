//! DNS Firewall: rule groups of VPCs, their rules, the domains that these are about, and what happens when it fails itself.

use super::api::Api;
use aws_sdk_route53resolver::types as sdk;
use futures::future::try_join_all;
use pldoctor_checks::facts::{Why, aws};

/// Items a page, Resolver's largest.
const PAGE: i32 = 100;
/// Domains a page, the largest of that call.
const DOMAINS_PAGE: i32 = 5_000;
/// Configurations a page, the largest of that call.
const CONFIGS_PAGE: i32 = 10;

/// The rule groups of these VPCs. The call takes one VPC.
pub(super) async fn associations(api: &Api, vpc_ids: &[String]) -> Result<aws::FirewallRuleGroupAssociations, Why> {
    let each = vpc_ids.iter().map(|vpc_id| async move {
        let client = &api.resolver.client;
        let request = client.list_firewall_rule_group_associations().vpc_id(vpc_id).max_results(PAGE);
        let send = |token| request.clone().set_next_token(token).send();
        let open = |page: aws_sdk_route53resolver::operation::list_firewall_rule_group_associations::ListFirewallRuleGroupAssociationsOutput| {
            (page.firewall_rule_group_associations.unwrap_or_default(), page.next_token)
        };
        api.resolver.gate.pages(send, open).await
    });
    let associations = try_join_all(each).await?;
    Ok(aws::FirewallRuleGroupAssociations {
        firewall_rule_group_associations: associations.iter().flatten().map(association).collect(),
    })
}

/// The rules of a group.
pub(super) async fn rules(api: &Api, group_id: &str) -> Result<aws::FirewallRules, Why> {
    let request = api.resolver.client.list_firewall_rules().firewall_rule_group_id(group_id).max_results(PAGE);
    let send = |token| request.clone().set_next_token(token).send();
    let rules =
        api.resolver.gate.pages(send, |page| (page.firewall_rules.unwrap_or_default(), page.next_token)).await?;
    Ok(aws::FirewallRules { firewall_rules: rules.iter().map(rule).collect() })
}

/// The domains of a list. Those of AWS's own lists are nobody's to read.
pub(super) async fn domains(api: &Api, list_id: &str) -> Result<aws::FirewallDomains, Why> {
    let request =
        api.resolver.client.list_firewall_domains().firewall_domain_list_id(list_id).max_results(DOMAINS_PAGE);
    let send = |token| request.clone().set_next_token(token).send();
    let domains = api.resolver.gate.pages(send, |page| (page.domains.unwrap_or_default(), page.next_token)).await?;
    Ok(aws::FirewallDomains { domains })
}

/// The configurations of all VPCs: the call knows no filter.
pub(super) async fn configs(api: &Api) -> Result<aws::FirewallConfigs, Why> {
    let request = api.resolver.client.list_firewall_configs().max_results(CONFIGS_PAGE);
    let send = |token| request.clone().set_next_token(token).send();
    let configs =
        api.resolver.gate.pages(send, |page| (page.firewall_configs.unwrap_or_default(), page.next_token)).await?;
    Ok(aws::FirewallConfigs { firewall_configs: configs.iter().map(config).collect() })
}

fn association(from: &sdk::FirewallRuleGroupAssociation) -> aws::FirewallRuleGroupAssociation {
    aws::FirewallRuleGroupAssociation {
        id: from.id.clone().unwrap_or_default(),
        firewall_rule_group_id: from.firewall_rule_group_id.clone().unwrap_or_default(),
        vpc_id: from.vpc_id.clone().unwrap_or_default(),
        name: from.name.clone().unwrap_or_default(),
        priority: from.priority.unwrap_or_default(),
        managed_owner_name: from.managed_owner_name.clone(),
        status: from.status.as_ref().map(|status| status.as_str().to_owned()).unwrap_or_default(),
    }
}

fn rule(from: &sdk::FirewallRule) -> aws::FirewallRule {
    let redirection = from.firewall_domain_redirection_action.as_ref();
    aws::FirewallRule {
        firewall_rule_group_id: from.firewall_rule_group_id.clone().unwrap_or_default(),
        firewall_domain_list_id: from.firewall_domain_list_id.clone(),
        name: from.name.clone().unwrap_or_default(),
        priority: from.priority.unwrap_or_default(),
        action: from.action.as_ref().map(|action| action.as_str().to_owned()).unwrap_or_default(),
        block_response: from.block_response.as_ref().map(|response| response.as_str().to_owned()),
        block_override_domain: from.block_override_domain.clone(),
        firewall_domain_redirection_action: redirection.map(|action| action.as_str().to_owned()),
        qtype: from.qtype.clone(),
    }
}

fn config(from: &sdk::FirewallConfig) -> aws::FirewallConfig {
    let fail_open = from.firewall_fail_open.as_ref();
    aws::FirewallConfig {
        resource_id: from.resource_id.clone().unwrap_or_default(),
        firewall_fail_open: fail_open.map(|status| status.as_str().to_owned()).unwrap_or_default(),
    }
}
