//! Whether the server greets as TiDB does, seen without credentials.

use super::{deed, look_at_cluster, to_endpoint, with_zone};
use crate::check::{Judged, Judgement, Layer, Missing, Owner, Stop, check, fail, pass, warn};
use crate::errors::{self, ErrorEntry};
use crate::facts::{Fact, FactSet, Facts, GreetingAttempt, GreetingOutcome, OtherProtocol, Plan, Why, reads};
use crate::remedy::{ByHand, Remedy};

check!(Greeting {
    id: "greeting",
    layer: Layer::Connection,
    owner: Owner::TidbCloud,
    reads: reads::ENDPOINT.and(FactSet::of(&[Fact::Greetings])),
    after: &["tcp", "host-resolver-answer"],
    explained_by: &["target-port", "target-name", "authorized-networks"],
    words: include_str!("greeting.toml"),
});

fn judge(facts: &Facts) -> Judged {
    let attempts = facts.tcp_attempts()?;
    let counted = to_endpoint(facts, attempts);
    if !counted.iter().any(|attempt| attempt.outcome.is_connected()) {
        return Err(Stop::Blocked(if counted.is_empty() { "host-resolver-answer" } else { "tcp" }));
    }
    let greetings: Vec<&GreetingAttempt> = facts
        .greetings()?
        .iter()
        .filter(|greeting| counted.iter().any(|attempt| attempt.address == greeting.address))
        .collect();
    // The worst one speaks: one silent address in two makes half of the connections hang.
    let worst = greetings.iter().max_by_key(|greeting| badness(&greeting.outcome)).ok_or_else(|| Missing {
        fact: Fact::Greetings,
        object: None,
        why: Why::not_collected(),
    })?;
    let plan = facts.plan();
    let judgement = match &worst.outcome {
        GreetingOutcome::Greeted { version, tls, auth_plugin, capabilities, .. } => {
            greeted(facts, version, *capabilities)
                .say("version", version)
                .data("version", version.clone())
                .data("tls", *tls)
                .data("auth_plugin", auth_plugin.clone())
        }
        GreetingOutcome::Closed => cut_off("closed", plan),
        GreetingOutcome::Reset => cut_off("reset", plan),
        GreetingOutcome::Silent { after_ms } => fail("silent").say("seconds", after_ms.div_ceil(1000)),
        GreetingOutcome::ErrorPacket { code, message, .. } => {
            error(known(&worst.outcome)).say("code", code).say("message", message)
        }
        GreetingOutcome::NotMysql { start, protocol } => {
            fail(protocol.map_or("not-mysql", other)).owner(Owner::Client).say("start", start)
        }
        GreetingOutcome::Oversized { length } => fail("oversized").owner(Owner::Client).say("length", length),
        GreetingOutcome::Failed { message } => fail("failed").say("message", message),
    };
    let failed = judgement.ruling == crate::check::Ruling::Fail;
    Ok(judgement
        .say("address", with_zone(facts, worst.address.ip()))
        .say("endpoint", facts.endpoint().map(|endpoint| endpoint.vpc_endpoint_id.clone()).unwrap_or_default())
        .remedies(failed.then(|| remedy(facts, &worst.outcome)))
        .data("elapsed_ms", worst.elapsed_ms))
}

fn badness(outcome: &GreetingOutcome) -> u8 {
    match outcome {
        GreetingOutcome::Greeted { .. } => 0,
        GreetingOutcome::ErrorPacket { .. } => 1,
        GreetingOutcome::Silent { .. } | GreetingOutcome::Failed { .. } => 2,
        GreetingOutcome::Closed | GreetingOutcome::Reset => 3,
        GreetingOutcome::NotMysql { .. } | GreetingOutcome::Oversized { .. } => 4,
    }
}

/// On Starter and Essential, a list of allowed endpoints may be what cuts connections off.
fn cut_off(key: &'static str, plan: Option<Plan>) -> Judgement {
    match (key, plan) {
        ("closed", Some(Plan::Starter | Plan::Essential)) => fail("closed-shared"),
        ("reset", Some(Plan::Starter | Plan::Essential)) => fail("reset-shared"),
        (key, _) => fail(key),
    }
}

/// `CLIENT_ODBC`, `CLIENT_RESERVED` and `CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA`: TiProxy offers them and TiDB does not.
const TIPROXY: u32 = 1 << 6 | 1 << 14 | 1 << 21;

fn greeted(facts: &Facts, version: &str, capabilities: Option<u32>) -> Judgement {
    if !version.contains("-TiDB-") {
        return warn("not-tidb");
    }
    // The version is the gateway's, or the node's: on Starter and Essential it says so itself.
    if version.contains("-serverless") && facts.plan().is_some_and(Plan::registers_endpoints) {
        return warn("another-plan");
    }
    let through_proxy = capabilities.map(|flags| flags & TIPROXY == TIPROXY);
    let judgement = if through_proxy == Some(true) { pass("tidb-proxy") } else { pass("tidb") };
    judgement.data("tiproxy", through_proxy)
}

/// What the catalogue knows of an error that came instead of the greeting.
fn known(outcome: &GreetingOutcome) -> Option<&'static ErrorEntry> {
    match outcome {
        GreetingOutcome::ErrorPacket { code, message, .. } => errors::of_server(*code, message),
        _ => None,
    }
}

fn error(known: Option<&'static ErrorEntry>) -> Judgement {
    match known {
        Some(entry) => {
            fail("known-error").owner(entry.owner.unwrap_or(Owner::TidbCloud)).say_words("meaning", entry.said())
        }
        None => fail("error"),
    }
}

fn other(protocol: OtherProtocol) -> &'static str {
    match protocol {
        OtherProtocol::Http => "speaks-http",
        OtherProtocol::Tls => "speaks-tls",
        OtherProtocol::Ssh => "speaks-ssh",
        OtherProtocol::MysqlX => "speaks-mysql-x",
    }
}

fn remedy(facts: &Facts, outcome: &GreetingOutcome) -> Remedy {
    match outcome {
        GreetingOutcome::NotMysql { .. } | GreetingOutcome::Oversized { .. } => {
            ByHand::new("copy-private-name", Owner::Client).into()
        }
        _ => known(outcome)
            .zip(server_words(outcome))
            .and_then(|(entry, words)| deed(facts, entry, words))
            .unwrap_or_else(|| look_at_cluster(facts)),
    }
}

fn server_words(outcome: &GreetingOutcome) -> Option<(u16, &str)> {
    match outcome {
        GreetingOutcome::ErrorPacket { code, message, .. } => Some((*code, message)),
        _ => None,
    }
}
