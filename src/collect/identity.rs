//! STS: who is asking.

use super::api::Api;
use pldoctor_checks::facts::{Why, aws};

pub(super) async fn caller_identity(api: &Api) -> Result<aws::CallerIdentity, Why> {
    let request = api.sts.client.get_caller_identity();
    let identity = api.sts.gate.call(|| request.clone().send()).await?;
    Ok(aws::CallerIdentity {
        account: identity.account.unwrap_or_default(),
        arn: identity.arn.unwrap_or_default(),
        user_id: identity.user_id.unwrap_or_default(),
    })
}
