//! Route 53 Profiles: those of VPCs, and what they carry.

use super::api::Api;
use aws_sdk_route53profiles::types as sdk;
use futures::future::try_join_all;
use pldoctor_checks::facts::{Why, aws};

/// Items a page, the service's largest.
const PAGE: i32 = 100;

/// The Profiles of these VPCs. The call takes one VPC.
pub(super) async fn associations(api: &Api, vpc_ids: &[String]) -> Result<aws::ProfileAssociations, Why> {
    let each = vpc_ids.iter().map(|vpc_id| async move {
        let request = api.profiles.client.list_profile_associations().resource_id(vpc_id).max_results(PAGE);
        let send = |token| request.clone().set_next_token(token).send();
        api.profiles.gate.pages(send, |page| (page.profile_associations.unwrap_or_default(), page.next_token)).await
    });
    let associations = try_join_all(each).await?;
    Ok(aws::ProfileAssociations { profile_associations: associations.iter().flatten().map(association).collect() })
}

/// What a Profile carries.
pub(super) async fn resources(api: &Api, profile_id: &str) -> Result<aws::ProfileResourceAssociations, Why> {
    let request = api.profiles.client.list_profile_resource_associations().profile_id(profile_id).max_results(PAGE);
    let send = |token| request.clone().set_next_token(token).send();
    let open = |page: aws_sdk_route53profiles::operation::list_profile_resource_associations::ListProfileResourceAssociationsOutput| {
        (page.profile_resource_associations.unwrap_or_default(), page.next_token)
    };
    let resources = api.profiles.gate.pages(send, open).await?;
    Ok(aws::ProfileResourceAssociations { profile_resource_associations: resources.iter().map(resource).collect() })
}

fn association(from: &sdk::ProfileAssociation) -> aws::ProfileAssociation {
    aws::ProfileAssociation {
        id: from.id.clone().unwrap_or_default(),
        profile_id: from.profile_id.clone().unwrap_or_default(),
        resource_id: from.resource_id.clone().unwrap_or_default(),
        owner_id: from.owner_id.clone().unwrap_or_default(),
        // The SDK does not know it.
        priority: None,
        status: from.status.as_ref().map(|status| status.as_str().to_owned()).unwrap_or_default(),
    }
}

fn resource(from: &sdk::ProfileResourceAssociation) -> aws::ProfileResourceAssociation {
    aws::ProfileResourceAssociation {
        id: from.id.clone().unwrap_or_default(),
        profile_id: from.profile_id.clone().unwrap_or_default(),
        resource_arn: from.resource_arn.clone().unwrap_or_default(),
        resource_properties: from.resource_properties.clone(),
        owner_id: from.owner_id.clone().unwrap_or_default(),
        status: from.status.as_ref().map(|status| status.as_str().to_owned()).unwrap_or_default(),
    }
}
