//! From SYN to query, as it was measured.

pub mod greeting;
pub mod login;
pub mod tcp;
pub mod tls;
mod trust;

use crate::check::Owner;
use crate::errors::ErrorEntry;
use crate::facts::{Facts, Plan, TcpAttempt};
use crate::remedy::{ByHand, Remedy};
use std::net::IpAddr;

/// An address with its zone where the API tells it: `10.0.2.20 (use1-az2)`.
fn with_zone(facts: &Facts, address: IpAddr) -> String {
    match zone_of(facts, address) {
        Some(zone) => format!("{address} ({zone})"),
        None => address.to_string(),
    }
}

/// The id of the zone of an endpoint interface.
fn zone_of(facts: &Facts, address: IpAddr) -> Option<String> {
    let interfaces = facts.endpoint_interfaces().ok()?;
    let interface = interfaces.into_iter().find(|interface| interface.addresses().any(|own| own == address))?;
    facts.subnet(&interface.subnet_id).ok().flatten().map(|subnet| subnet.availability_zone_id.clone())
}

/// The attempts that count: to the endpoint's interfaces where those are known, else to whatever the name resolved to. An address that only
/// a wrong record gave says nothing about the endpoint.
fn to_endpoint<'a>(facts: &Facts, attempts: &'a [TcpAttempt]) -> Vec<&'a TcpAttempt> {
    let own = own_addresses(facts);
    let counted: Vec<_> = attempts.iter().filter(|attempt| own.contains(&attempt.address.ip())).collect();
    if counted.is_empty() && own.is_empty() { attempts.iter().collect() } else { counted }
}

/// The addresses of the endpoint's interfaces; none where they are not known.
fn own_addresses(facts: &Facts) -> Vec<IpAddr> {
    let interfaces = facts.endpoint_interfaces().unwrap_or_default();
    interfaces.iter().flat_map(|interface| interface.addresses()).collect()
}

/// The path is fine; what is behind the load balancer is to be looked at, in the words of the plan.
fn look_at_cluster(facts: &Facts) -> Remedy {
    let endpoint = facts.endpoint().map(|endpoint| endpoint.vpc_endpoint_id.clone()).unwrap_or_default();
    let key = match facts.plan() {
        Some(Plan::Starter | Plan::Essential) => "look-at-shared-instance",
        _ => "look-at-cluster",
    };
    ByHand::new(key, Owner::TidbCloud).say("endpoint", endpoint).into()
}

/// What the catalogue of errors has to be done about one that the server answered with.
fn deed(facts: &Facts, entry: &'static ErrorEntry, (code, message): (u16, &str)) -> Option<Remedy> {
    let target = &facts.question.target;
    let deed = ByHand::new(entry.remedy.as_deref()?, entry.owner?)
        .say("code", code)
        .say("message", message)
        .say("user", target.user.as_deref().unwrap_or_default())
        .say("database", target.database.as_deref().unwrap_or_default())
        .say("endpoint", facts.endpoint().map(|endpoint| endpoint.vpc_endpoint_id.clone()).unwrap_or_default());
    Some(deed.into())
}
