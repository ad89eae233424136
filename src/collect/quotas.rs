//! Service Quotas: how many endpoints a VPC may have.

use super::api::Api;
use pldoctor_checks::facts::{Why, aws};

/// The quota of endpoints in a VPC, as it was raised for this account, or as AWS has it for everybody.
pub(super) async fn endpoints_per_vpc(api: &Api) -> Result<aws::ServiceQuota, Why> {
    let request = api.quotas.client.get_service_quota().service_code("vpc").quota_code(aws::ENDPOINTS_PER_VPC);
    let quota = api.quotas.gate.call(|| request.clone().send()).await?.quota;
    let value = quota.and_then(|quota| quota.value);
    let value = value.ok_or_else(|| Why::new(Why::MALFORMED, "the answer holds no value of the quota"))?;
    Ok(aws::ServiceQuota { quota: aws::Quota { quota_code: aws::ENDPOINTS_PER_VPC.to_owned(), value } })
}
