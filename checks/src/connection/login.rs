//! Whether the user can log in and query. Only where credentials were given.

use super::{look_at_cluster, with_zone};
use crate::check::{Judged, Judgement, Layer, Owner, Stop, check, fail, pass};
use crate::facts::{Fact, FactSet, Facts, GreetingOutcome, LoginOutcome, Plan, WhyKind, reads};
use crate::remedy::{ByHand, Remedy};

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
    let judgement = match &attempt.outcome {
        LoginOutcome::Queried { version, .. } => {
            pass("queried").say("version", version).data("version", version.clone())
        }
        LoginOutcome::Refused { code, message, .. } => {
            refused(*code, message, facts).say("code", code).say("message", message).data("code", *code)
        }
        LoginOutcome::TlsFailed { message } => {
            fail("tls-failed").say("message", message).remedy(hand("check-certificate"))
        }
        LoginOutcome::TlsNotOffered => fail("tls-not-offered").owner(Owner::TidbCloud).remedy(look_at_cluster(facts)),
        LoginOutcome::UnknownPlugin { plugin } => {
            fail("unknown-plugin").say("plugin", plugin).remedy(hand("try-mysql-client"))
        }
        LoginOutcome::TimedOut { after_ms } => fail("timed-out")
            .owner(Owner::TidbCloud)
            .say("seconds", after_ms.div_ceil(1000))
            .remedy(look_at_cluster(facts)),
        LoginOutcome::Failed { message } => fail("failed").say("message", message).remedy(hand("try-mysql-client")),
    };
    Ok(judgement
        .say("user", &attempt.user)
        .say("database", attempt.database.clone().unwrap_or_default())
        .say("address", with_zone(facts, attempt.address.ip()))
        .data("elapsed_ms", attempt.elapsed_ms))
}

/// The server's own words decide; its number alone does not, since gateways use 1105 for everything.
fn refused(code: u16, message: &str, facts: &Facts) -> Judgement {
    let shared = matches!(facts.plan(), Some(Plan::Starter | Plan::Essential));
    let user = facts.question.target.user.as_deref().unwrap_or_default();
    if message.contains("user name prefix") || (code == 1045 && shared && !user.contains('.')) {
        fail("no-prefix").remedy(hand("copy-user-name"))
    } else if code == 1045 || message.contains("Access denied") {
        fail("access-denied").remedy(hand("reset-password"))
    } else if code == 1049 {
        fail("unknown-database").remedy(hand("name-a-database"))
    } else {
        fail("refused").owner(Owner::TidbCloud).remedy(look_at_cluster(facts))
    }
}

fn hand(key: &'static str) -> Remedy {
    ByHand::new(key, Owner::Client).into()
}
