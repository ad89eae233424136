//! Whether the port is one on which a cluster listens through a private endpoint.

use crate::check::{Judged, Layer, Message, Owner, check, fail, pass};
use crate::facts::{DEFAULT_PORT, Fact, FactSet, Facts, Plan, TcpAttempt, reads};
use crate::remedy::{ByHand, Effect};

check!(TargetPort {
    id: "target-port",
    layer: Layer::Client,
    owner: Owner::Client,
    reads: reads::ENDPOINT.and(FactSet::of(&[Fact::DefaultPort])),
    measured_by: Some("greeting"),
    words: include_str!("target_port.toml"),
});

/// What listens on the well-known ports of a TiDB cluster that are not for MySQL clients.
fn component(port: u16) -> Option<Message> {
    let named = |name: &str| Message::new("as-is").say("text", name);
    match port {
        2379 | 2380 => Some(named("PD")),
        20160 | 20180 => Some(named("TiKV")),
        3930 | 20170 | 8123 => Some(named("TiFlash")),
        10080 => Some(Message::new("the-status-server")),
        _ => None,
    }
}

fn judge(facts: &Facts) -> Judged {
    let port = facts.question.target.port;
    let use_default =
        || ByHand::new("use-port", Owner::Client).say("port", DEFAULT_PORT).effect(Effect::UsePort(DEFAULT_PORT));
    let judgement = if port == DEFAULT_PORT {
        pass("default")
    } else if let Some(component) = component(port) {
        fail("component").say_words("component", component).remedy(use_default().into())
    } else if answers_on_default(facts) {
        fail("default-answers").remedy(use_default().into())
    } else if facts.plan().is_some_and(Plan::registers_endpoints) && port >= 1024 && port != 3306 {
        // A Dedicated cluster's port can be chosen, from 1024 to 65535.
        pass("chosen")
    } else {
        fail("other").remedy(use_default().into())
    };
    Ok(judgement.say("port", port).say("default", DEFAULT_PORT))
}

/// Whether the same addresses take connections on port 4000, and none on the port that was given.
fn answers_on_default(facts: &Facts) -> bool {
    let connects = |attempts: &[TcpAttempt]| attempts.iter().any(|attempt| attempt.outcome.is_connected());
    facts.tcp_attempts().is_ok_and(|attempts| !connects(attempts)) && facts.default_port_attempts().is_ok_and(connects)
}
