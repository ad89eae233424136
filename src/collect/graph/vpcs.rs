//! The VPCs that are listed.

use super::origin::list_interfaces;
use super::{Connected, ask};
use crate::collect::ec2::{self, Interfaces};
use crate::collect::host;
use crate::collect::run::Run;
use crate::collect::scope::Scope;
use pldoctor_checks::facts::{Facts, Observed, Why, WhyKind, aws};
use std::net::IpAddr;

/// The VPCs that are listed.
pub(super) struct InScope {
    pub(super) scope: Scope,
    /// The VPCs themselves, where they had to be listed to find the scope.
    pub(super) vpcs: Option<Observed<aws::Vpcs>>,
    /// Why there is no VPC to list for, where there is none.
    pub(super) none: Why,
}

/// The scope. Where neither metadata nor an endpoint names a VPC: that of the interface that bears this machine's address (a pod beyond the hop
/// limit, a Fargate task), else the only VPC there is.
pub(super) async fn in_scope(run: &Run<'_>, api: &Connected<'_>, known: &Facts) -> InScope {
    let mut scope = Scope::of(known);
    let none = Why::not_asked("no VPC is known to be the client's or the endpoint's");
    if !scope.0.is_empty() || api.clone().await.is_err() {
        let none = api.clone().await.err().unwrap_or(none);
        return InScope { scope, vpcs: None, none };
    }
    if known.question.from.is_none()
        && let Ok(own) = host::addresses(&run.clock).await
    {
        let own: Vec<IpAddr> = own.into_iter().filter(IpAddr::is_ipv4).collect();
        if !own.is_empty() {
            let bearers = list_interfaces(run, api, Interfaces::Bearing(&own)).await;
            let bearers = bearers.known().map_or(&[][..], |list| &list.network_interfaces);
            // Of two bearers in VPCs that overlap, neither is known to be this machine.
            if let [only] = bearers {
                scope.add([only.vpc_id.as_str()]);
                return InScope { scope, vpcs: None, none };
            }
        }
    }
    let vpcs = ask(run, api, "ec2:DescribeVpcs", |api| async move { ec2::vpcs(&api.ec2, &[]).await }).await;
    let none = match &vpcs {
        // A refusal is of this call alone; what keeps every call from an answer is said of all.
        Observed::Unknown(why) if why.kind() == WhyKind::Denied => none,
        Observed::Unknown(why) => why.clone(),
        Observed::Known(list) => {
            if let [only] = list.vpcs.as_slice() {
                scope.add([only.vpc_id.as_str()]);
            }
            none
        }
    };
    InScope { scope, vpcs: Some(vpcs), none }
}
