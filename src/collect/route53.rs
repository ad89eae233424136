//! Route 53: the private hosted zones of a VPC, and their records.

use super::api::Api;
use aws_sdk_route53::types as sdk;
use pldoctor_checks::facts::{Why, aws};

/// Zones a page, Route 53's largest.
const PAGE: i32 = 100;
/// Record sets a page, Route 53's largest.
const RECORDS_PAGE: i32 = 300;

pub(super) async fn hosted_zones(api: &Api, vpc_id: &str) -> Result<aws::HostedZonesByVpc, Why> {
    let request = api
        .route53
        .client
        .list_hosted_zones_by_vpc()
        .vpc_id(vpc_id)
        .vpc_region(sdk::VpcRegion::from(api.region.as_str()))
        .max_items(PAGE);
    let send = |token| request.clone().set_next_token(token).send();
    let zones = api.route53.gate.pages(send, |page| (page.hosted_zone_summaries, page.next_token)).await?;
    Ok(aws::HostedZonesByVpc { hosted_zone_summaries: zones.iter().map(summary).collect() })
}

fn summary(from: &sdk::HostedZoneSummary) -> aws::HostedZoneSummary {
    let owner = from.owner.as_ref();
    aws::HostedZoneSummary {
        hosted_zone_id: from.hosted_zone_id.clone(),
        name: from.name.clone(),
        owner: aws::HostedZoneOwner {
            owning_account: owner.and_then(|owner| owner.owning_account.clone()),
            owning_service: owner.and_then(|owner| owner.owning_service.clone()),
        },
    }
}

/// One zone by itself.
pub(super) async fn hosted_zone(api: &Api, zone_id: &str) -> Result<aws::HostedZoneOutput, Why> {
    let request = api.route53.client.get_hosted_zone().id(zone_id);
    let zone = api.route53.gate.call(|| request.clone().send()).await?.hosted_zone;
    let zone = zone.ok_or_else(|| Why::new(Why::MALFORMED, format!("the answer holds no zone {zone_id}")))?;
    Ok(aws::HostedZoneOutput { hosted_zone: aws::HostedZone { id: zone.id, name: zone.name } })
}

/// Every record of a zone.
pub(super) async fn record_sets(api: &Api, zone_id: &str) -> Result<aws::ResourceRecordSets, Why> {
    let request = api.route53.client.list_resource_record_sets().hosted_zone_id(zone_id).max_items(RECORDS_PAGE);
    let send = |token: Option<String>| {
        let mut parts = token.iter().flat_map(|token| token.split('\n')).map(str::to_owned);
        let (name, kind, branch) = (parts.next(), parts.next(), parts.next());
        let request = request.clone().set_start_record_name(name);
        let request = request.set_start_record_type(kind.as_deref().map(sdk::RrType::from));
        request.set_start_record_identifier(branch.filter(|branch| !branch.is_empty())).send()
    };
    // A page begins at a record and not at a token. Lines hold its parts: neither has a line's end in it.
    let open = |page: aws_sdk_route53::operation::list_resource_record_sets::ListResourceRecordSetsOutput| {
        let kind = page.next_record_type.as_ref().map_or("", |kind| kind.as_str());
        let branch = page.next_record_identifier.as_deref().unwrap_or_default();
        let next = page.next_record_name.as_deref().filter(|_| page.is_truncated);
        let token = next.map(|name| format!("{name}\n{kind}\n{branch}"));
        (page.resource_record_sets, token)
    };
    let sets = api.route53.gate.pages(send, open).await?;
    Ok(aws::ResourceRecordSets { resource_record_sets: sets.iter().map(record_set).collect() })
}

fn record_set(from: &sdk::ResourceRecordSet) -> aws::ResourceRecordSet {
    let value = |record: &sdk::ResourceRecord| aws::ResourceRecord { value: record.value.clone() };
    aws::ResourceRecordSet {
        name: from.name.clone(),
        record_type: from.r#type.as_str().to_owned(),
        ttl: from.ttl,
        resource_records: from.resource_records.iter().flatten().map(value).collect(),
        alias_target: from.alias_target.as_ref().map(|alias| aws::AliasTarget {
            hosted_zone_id: alias.hosted_zone_id.clone(),
            dns_name: alias.dns_name.clone(),
            evaluate_target_health: alias.evaluate_target_health,
        }),
    }
}
