//! Whether this machine has room for more connections: ports, and what its network card and its kernel keep track of.

use crate::check::{Judged, Judgement, Layer, Owner, Stop, check, fail, pass, warn};
use crate::facts::{Fact, FactSet, Facts, Sockets, Tracking};
use crate::remedy::{ByHand, Remedy};

check!(Capacity {
    id: "capacity",
    layer: Layer::Client,
    owner: Owner::Client,
    reads: FactSet::of(&[Fact::Tracking, Fact::Sockets, Fact::EphemeralPorts, Fact::Tcp]),
    words: include_str!("capacity.toml"),
});

/// What the load balancer can tell apart from one client address to one of its own, whatever the client's kernel has.
const LOAD_BALANCER_PORTS: u64 = 55_000;
/// From this part on a room counts as nearly full.
const NEARLY_FULL_PERCENT: u64 = 80;
/// Fewer connections than this are opened in a moment by any pool.
const SMALL_ALLOWANCE: u64 = 1_000;

fn judge(facts: &Facts) -> Judged {
    if facts.question.from.is_some() {
        return Err(Stop::not_applicable("elsewhere"));
    }
    let connects = connects(facts);
    let mut found: Vec<Judgement> = Vec::new();
    if let (Ok(sockets), Ok(range)) = (facts.sockets(), facts.ephemeral_ports()) {
        found.extend(ports(sockets, range, connects));
    }
    if let Ok(tracking) = facts.tracking() {
        found.extend(kernel_table(tracking, connects));
        found.extend(allowance(tracking, connects));
    }
    // What keeps connections from coming about is said before what may.
    found.sort_by_key(|judgement| judgement.ruling != crate::check::Ruling::Fail);
    if let Some(worst) = found.into_iter().next() {
        return Ok(worst);
    }
    let (sockets, room) = (facts.sockets()?, room(facts.ephemeral_ports()?));
    facts.tracking()?;
    Ok(pass("room").say("used", sockets.to_target).say("room", room))
}

/// Whether connections come about. `None` where nobody tried.
fn connects(facts: &Facts) -> Option<bool> {
    let attempts = facts.tcp_attempts().ok().filter(|attempts| !attempts.is_empty())?;
    Some(attempts.iter().all(|attempt| attempt.outcome.is_connected()))
}

fn room((first, last): (u16, u16)) -> u64 {
    u64::from(last.saturating_sub(first)).saturating_add(1).min(LOAD_BALANCER_PORTS)
}

/// Used up is a failure only where connections fail, too: the one that was measured got a port.
fn ports(sockets: &Sockets, range: (u16, u16), connects: Option<bool>) -> Option<Judgement> {
    let (used, room) = (sockets.to_target, room(range));
    let judgement = if used >= room && connects == Some(false) {
        fail("ports-used-up").remedy(Remedy::from(ByHand::new("free-ports", Owner::Client)))
    } else if is_nearly_full(used, room) {
        warn(if sockets.cut { "ports-nearly-at-least" } else { "ports-nearly" })
    } else {
        return None;
    };
    Some(
        judgement
            .say("used", used)
            .say("room", room)
            .say("time_wait", sockets.time_wait)
            .data("used", used)
            .data("room", room)
            .data("time_wait", sockets.time_wait),
    )
}

fn kernel_table(tracking: &Tracking, connects: Option<bool>) -> Option<Judgement> {
    let (count, max) = (tracking.kernel_count?, tracking.kernel_max.filter(|max| *max > 0)?);
    let judgement = if count >= max && connects == Some(false) {
        let remedy = ByHand::new("raise-kernel-table", Owner::Client).say("more", max.saturating_mul(2));
        fail("kernel-table-full").remedy(remedy.into())
    } else if is_nearly_full(count, max) {
        warn("kernel-table-nearly")
    } else {
        return None;
    };
    Some(judgement.say("used", count).say("room", max).data("kernel_count", count).data("kernel_max", max))
}

fn allowance(tracking: &Tracking, connects: Option<bool>) -> Option<Judgement> {
    let exceeded = tracking.allowance_exceeded.unwrap_or_default();
    let judgement = match tracking.allowance_available {
        Some(0) if connects == Some(false) => {
            fail("allowance-used-up").remedy(Remedy::from(ByHand::new("free-allowance", Owner::Client)))
        }
        Some(left) if left < SMALL_ALLOWANCE => warn("allowance-small").say("left", left),
        _ if exceeded > 0 => warn("allowance-exceeded"),
        _ => return None,
    };
    Some(
        judgement
            .say("dropped", exceeded)
            .say("interface", tracking.interface.as_deref().unwrap_or("-"))
            .data("allowance_exceeded", tracking.allowance_exceeded)
            .data("allowance_available", tracking.allowance_available),
    )
}

fn is_nearly_full(used: u64, room: u64) -> bool {
    used.saturating_mul(100) > room.saturating_mul(NEARLY_FULL_PERCENT)
}
