//! Where `--from` is, and the interfaces.

use super::vpcs::InScope;
use super::{Connected, ask};
use crate::collect::api::Api;
use crate::collect::ec2::{self, Interfaces};
use crate::collect::request::Request;
use crate::collect::run::Run;
use pldoctor_checks::facts::{Observed, Origin, Why, aws};
use std::sync::Arc;

/// Where `--from` is.
pub(super) struct OriginSeen {
    pub(super) instances: Observed<aws::Reservations>,
    /// The interfaces that it names or that bear it, in whatever VPC; not the VPC's others.
    pub(super) interfaces: Observed<aws::NetworkInterfaces>,
}

/// Looks up what `--from` names, to learn its VPC. For an interface and for an address this lists interfaces once more than by VPC: filters can't
/// say "in this VPC, or this one", and all of a Region's interfaces are tens of pages.
pub(super) async fn origin(run: &Run<'_>, request: &Request, api: &Connected<'_>) -> OriginSeen {
    let not_asked = || Why::not_asked("the traffic does not start at an instance that was named");
    let mut seen = OriginSeen { instances: Observed::Unknown(not_asked()), interfaces: Observed::Unknown(not_asked()) };
    let mut instance_id = None;
    match &request.question.from {
        None => return seen,
        Some(Origin::Instance(id)) => instance_id = Some(id.clone()),
        Some(Origin::Interface(id)) => seen.interfaces = list_interfaces(run, api, Interfaces::WithId(id)).await,
        Some(Origin::Address(address)) => {
            seen.interfaces = list_interfaces(run, api, Interfaces::Bearing(&[*address])).await;
        }
    }
    // Only a running instance sends anything.
    let mut attached = seen.interfaces.known().into_iter().flat_map(|list| &list.network_interfaces);
    let attached = attached.find_map(|interface| interface.attachment.as_ref()?.instance_id.clone());
    if let Some(id) = instance_id.or(attached) {
        let call = |api: Arc<Api>| async move { ec2::instance(&api.ec2, &id).await };
        seen.instances = ask(run, api, "ec2:DescribeInstances", call).await;
    }
    seen
}

pub(super) async fn list_interfaces(
    run: &Run<'_>,
    api: &Connected<'_>,
    which: Interfaces<'_>,
) -> Observed<aws::NetworkInterfaces> {
    let call = |api: Arc<Api>| async move { ec2::network_interfaces(&api.ec2, which).await };
    ask(run, api, "ec2:DescribeNetworkInterfaces", call).await
}

/// The interfaces of the VPCs, and those where `--from` is.
pub(super) async fn interfaces(
    run: &Run<'_>,
    api: &Connected<'_>,
    scope: &InScope,
    origin: &OriginSeen,
) -> Observed<aws::NetworkInterfaces> {
    if scope.scope.0.is_empty() {
        return match &origin.interfaces {
            known @ Observed::Known(_) => known.clone(),
            Observed::Unknown(_) => Observed::Unknown(scope.none.clone()),
        };
    }
    let mut listed = list_interfaces(run, api, Interfaces::InVpcs(&scope.scope.0)).await;
    if let (Some(listed), Some(own)) = (listed.known_mut(), origin.interfaces.known()) {
        for interface in &own.network_interfaces {
            let id = &interface.network_interface_id;
            if listed.network_interfaces.iter().all(|known| known.network_interface_id != *id) {
                listed.network_interfaces.push(interface.clone());
            }
        }
    }
    listed
}
