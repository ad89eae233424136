//! The endpoint services.

use super::{Connected, ask};
use crate::collect::api::Api;
use crate::collect::run::Run;
use crate::collect::{ec2, scope};
use pldoctor_checks::facts::{Facts, Observed, aws};
use std::sync::Arc;

/// The endpoint services: those that the endpoints lead to, and all that this account may see where none of those is the target's. Only private
/// services are kept: TiDB Cloud's is never one of AWS's own 200.
pub(super) async fn services(
    run: &Run<'_>,
    api: &Connected<'_>,
    mut facts: Facts,
) -> Observed<aws::VpcEndpointServices> {
    const STAGE: &str = "ec2:DescribeVpcEndpointServices";
    let names = scope::service_names(&facts);
    let call = |api: Arc<Api>| async move { ec2::vpc_endpoint_services(&api.ec2, &names).await };
    let narrowed = !scope::service_names(&facts).is_empty();
    facts.aws.vpc_endpoint_services = ask(run, api, STAGE, call).await;
    if narrowed && facts.aws.vpc_endpoint_services.known().is_some() && scope::lacks_service(&facts) {
        let call = |api: Arc<Api>| async move { ec2::vpc_endpoint_services(&api.ec2, &[]).await };
        let all = ask(run, api, STAGE, call).await;
        let of_endpoints = facts.aws.vpc_endpoint_services.known_mut().map(|list| &mut list.service_details);
        if let (Observed::Known(all), Some(kept)) = (all, of_endpoints) {
            let new =
                |service: &aws::ServiceDetail| kept.iter().all(|known| known.service_name != service.service_name);
            let new: Vec<_> = all.service_details.into_iter().filter(new).collect();
            kept.extend(new);
        }
    }
    if let Some(list) = facts.aws.vpc_endpoint_services.known_mut() {
        list.service_details.retain(|service| service.service_name.contains(".vpce-svc-"));
    }
    facts.aws.vpc_endpoint_services
}
