//! Whether idle connections are kept alive for longer than AWS remembers them.

use crate::check::{Judged, Layer, Owner, Stop, check, pass, warn};
use crate::facts::{Fact, FactSet, Facts, Plan, reads};

check!(KeepAlive {
    id: "keep-alive",
    layer: Layer::Client,
    owner: Owner::Client,
    reads: reads::ENDPOINT.and(FactSet::of(&[Fact::KeepAlive])),
    advises: true,
    words: include_str!("keep_alive.toml"),
});

/// The idle time-out of the load balancer behind an endpoint unless TiDB Cloud set another, and of connection tracking on AWS's newest instances,
/// in seconds.
const IDLE_LIMIT_S: u64 = 350;

fn judge(facts: &Facts) -> Judged {
    if facts.question.from.is_some() {
        return Err(Stop::not_applicable("elsewhere"));
    }
    let keep_alive = facts.keep_alive()?;
    let of_interface = tracking_limit(facts).filter(|limit| *limit < IDLE_LIMIT_S);
    let limit = of_interface.unwrap_or(IDLE_LIMIT_S);
    // One probe has to leave in time; it starts the count anew at every hop.
    let in_time = keep_alive.time_s < limit;
    let ends_sessions = matches!(facts.plan(), Some(Plan::Starter | Plan::Essential));
    let judgement = match (in_time, of_interface.is_some(), ends_sessions) {
        (true, _, false) => pass("in-time"),
        (true, _, true) => pass("in-time-shared"),
        (false, true, _) => warn("late-for-interface"),
        (false, false, false) => warn("late"),
        (false, false, true) => warn("late-shared"),
    };
    Ok(judgement
        .say("time", keep_alive.time_s)
        .say("limit", limit)
        .say("advised", limit.saturating_sub(50).max(limit / 2))
        .data("time_s", keep_alive.time_s)
        .data("interval_s", keep_alive.interval_s)
        .data("probes", keep_alive.probes)
        .data("limit_s", limit))
}

/// After how many idle seconds this machine's interface forgets a connection, where that was set.
fn tracking_limit(facts: &Facts) -> Option<u64> {
    let own = facts.vantage().ok()?.interface_id?;
    let interface = facts.network_interfaces().ok()?.iter().find(|one| one.network_interface_id == own)?;
    let seconds = interface.connection_tracking_configuration.as_ref()?.tcp_established_timeout?;
    u64::try_from(seconds).ok()
}
