//! Route 53: the private hosted zones of a VPC.

use super::api::Api;
use aws_sdk_route53::types as sdk;
use pldoctor_checks::facts::{Why, aws};

/// Zones a page, Route 53's largest.
const PAGE: i32 = 100;

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
    Ok(aws::HostedZonesByVpc { hosted_zone_summaries: zones.iter().map(hosted_zone).collect() })
}

fn hosted_zone(from: &sdk::HostedZoneSummary) -> aws::HostedZoneSummary {
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
