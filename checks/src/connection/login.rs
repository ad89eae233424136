//! Whether the user can log in and query. Only where credentials were given.

use super::{deed, look_at_cluster, with_zone};
use crate::check::{Judged, Judgement, Layer, Owner, Stop, check, fail, pass};
use crate::errors;
use crate::facts::{
    Fact, FactSet, Facts, GreetingOutcome, LoginAttempt, LoginOutcome, OwnQuery, OwnQueryOutcome, WhyKind, reads,
};
use crate::remedy::{ByHand, Remedy};
use std::net::IpAddr;

check!(Login {
    id: "login",
    layer: Layer::Connection,
    owner: Owner::Client,
    reads: reads::ENDPOINT.and(FactSet::of(&[Fact::Greetings, Fact::Login])),
    after: &["greeting"],
    explained_by: &["greeting"],
    words: include_str!("login.toml"),
});

fn judge(facts: &Facts) -> Judged {
    let attempt = match facts.login_attempt() {
        Ok(attempt) => attempt,
        Err(Stop::Missing(missing)) if missing.why.kind() == WhyKind::NotAsked => {
            return Err(Stop::not_applicable("not-asked"));
        }
        Err(stop) => {
            let greeted = |outcome: &GreetingOutcome| matches!(outcome, GreetingOutcome::Greeted { .. });
            let any = facts.greetings().is_ok_and(|all| all.iter().any(|greeting| greeted(&greeting.outcome)));
            return Err(if any { stop } else { Stop::Blocked("greeting") });
        }
    };
    Ok(outcome(facts, attempt)
        .say("user", &attempt.user)
        .say("database", attempt.database.as_deref().unwrap_or_default())
        .say("address", with_zone(facts, attempt.address.ip()))
        .data("elapsed_ms", attempt.elapsed_ms)
        .data("tls", attempt.tls))
}

fn outcome(facts: &Facts, attempt: &LoginAttempt) -> Judgement {
    match &attempt.outcome {
        LoginOutcome::Queried { version, tidb_version, current_user, login_ms, query_ms, own } => {
            let judgement = match own.as_ref().and_then(own_failure) {
                Some(failure) => failure,
                None if attempt.tls => pass("queried"),
                None => pass("queried-in-plain"),
            };
            judgement
                .say("version", version)
                .data("version", version.clone())
                .data("tidb_version", tidb_version.clone())
                .data("current_user", current_user.clone())
                .data("login_ms", *login_ms)
                .data("query_ms", *query_ms)
        }
        LoginOutcome::Refused { code, message, .. } => {
            refused(facts, attempt, *code, message).say("code", code).say("message", message).data("code", *code)
        }
        LoginOutcome::TlsFailed { message } => fail("tls-failed")
            .say("message", message)
            .explained_by(&["greeting", "tls"])
            .remedy(hand("check-certificate")),
        LoginOutcome::TlsNotOffered => fail("tls-not-offered")
            .owner(Owner::TidbCloud)
            .explained_by(&["greeting", "tls"])
            .remedy(look_at_cluster(facts)),
        LoginOutcome::UnknownPlugin { plugin } => {
            fail("unknown-plugin").say("plugin", plugin).remedy(hand("update-driver"))
        }
        LoginOutcome::TimedOut { after_ms } => fail("timed-out")
            .owner(Owner::TidbCloud)
            .explained_by(&["greeting", "tls"])
            .say("seconds", after_ms.div_ceil(1000))
            .remedy(look_at_cluster(facts)),
        LoginOutcome::Failed { message } => failed(facts, message).say("message", message),
    }
}

/// The server's own words decide; its number alone does not, since gateways use 1105 for everything.
fn refused(facts: &Facts, attempt: &LoginAttempt, code: u16, message: &str) -> Judgement {
    let Some(entry) = errors::of_server(code, message) else {
        // Words that nobody has seen yet are shown as they came.
        return fail("refused-otherwise").owner(Owner::TidbCloud).remedy(look_at_cluster(facts));
    };
    let elsewhere = seen_as(message).filter(|host| entry.id == "access-denied" && !is_own(facts, attempt, *host));
    let judgement = match elsewhere {
        Some(host) => fail("refused-from-elsewhere").say("host", host),
        None => fail("refused-known"),
    };
    let causes: &'static [&'static str] = match entry.id.as_str() {
        "missing-user-prefix" | "gateway-access-denied" | "access-denied" => &["user-name"],
        "insecure-transport" => &["greeting", "tls"],
        _ => &["greeting"],
    };
    judgement
        .owner(entry.owner.unwrap_or(Owner::Client))
        .explained_by(causes)
        .say_words("meaning", entry.said())
        .remedies(deed(facts, entry, (code, message)))
        .remedies(elsewhere.map(|_| hand("account-for-any-host")))
        .data("error", entry.id.clone())
}

/// As whom the server sees the client: the address in `Access denied for user 'app'@'10.0.99.7'`.
fn seen_as(message: &str) -> Option<IpAddr> {
    let (_, after) = message.split_once("'@'")?;
    after.split_once('\'')?.0.parse().ok()
}

/// Whether the address is one of this machine's, or the one that the connection left from.
fn is_own(facts: &Facts, attempt: &LoginAttempt, address: IpAddr) -> bool {
    let source = facts.tcp_attempts().unwrap_or_default().iter().find(|tcp| tcp.address == attempt.address);
    source.and_then(|tcp| tcp.source) == Some(address) || facts.host_addresses().is_ok_and(|own| own.contains(&address))
}

/// The connection ended without an answer. A gateway knows the instance, and so its Authorized Networks, only after the user name came.
fn failed(facts: &Facts, message: &str) -> Judgement {
    if errors::is_cut_off(message) {
        return fail("cut-off")
            .owner(Owner::TidbCloud)
            .explained_by(&["greeting", "tls", "authorized-networks"])
            .remedy(look_at_cluster(facts));
    }
    fail("failed").remedy(hand("try-mysql-client"))
}

/// What the user's own query failed with; `None` where it answered.
fn own_failure(own: &OwnQuery) -> Option<Judgement> {
    let judgement = match &own.outcome {
        OwnQueryOutcome::Answered { .. } => return None,
        OwnQueryOutcome::Refused { code, message, .. } => {
            let judgement = match errors::of_server(*code, message) {
                Some(entry) => fail("own-query-refused-known").say_words("meaning", entry.said()),
                None => fail("own-query-refused"),
            };
            judgement.say("code", code).say("message", message)
        }
        OwnQueryOutcome::Failed { message } => fail("own-query-failed").say("message", message),
    };
    Some(judgement.say("ms", own.elapsed_ms).remedy(hand("fix-query")))
}

fn hand(key: &'static str) -> Remedy {
    ByHand::new(key, Owner::Client).into()
}
