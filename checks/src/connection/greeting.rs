//! Whether the server greets as TiDB does, seen without credentials.

use super::{look_at_cluster, to_endpoint, with_zone};
use crate::check::{Judged, Judgement, Layer, Missing, Owner, Stop, check, fail, pass, warn};
use crate::facts::{Fact, FactSet, Facts, GreetingAttempt, GreetingOutcome, Plan, Why, reads};
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
        GreetingOutcome::Greeted { version, tls, auth_plugin, .. } => {
            let key_is = if version.contains("-TiDB-") { pass("tidb") } else { warn("not-tidb") };
            key_is
                .say("version", version)
                .data("version", version.clone())
                .data("tls", *tls)
                .data("auth_plugin", auth_plugin.clone())
        }
        GreetingOutcome::Closed => cut_off("closed", plan),
        GreetingOutcome::Reset => cut_off("reset", plan),
        GreetingOutcome::Silent { after_ms } => fail("silent").say("seconds", after_ms.div_ceil(1000)),
        GreetingOutcome::ErrorPacket { code, message, .. } => {
            fail(if *code == 1040 { "too-many-connections" } else { "error" }).say("code", code).say("message", message)
        }
        GreetingOutcome::NotMysql { start, .. } => fail("not-mysql").owner(Owner::Client).say("start", start),
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

fn remedy(facts: &Facts, outcome: &GreetingOutcome) -> Remedy {
    match outcome {
        GreetingOutcome::NotMysql { .. } | GreetingOutcome::Oversized { .. } => {
            ByHand::new("copy-private-name", Owner::Client).into()
        }
        GreetingOutcome::ErrorPacket { code: 1040, .. } => ByHand::new("fewer-connections", Owner::Client).into(),
        _ => look_at_cluster(facts),
    }
}
