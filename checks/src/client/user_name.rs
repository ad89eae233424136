//! Whether the user name has the prefix by which TiDB Cloud's gateway knows the instance.

use crate::check::{Judged, Layer, Owner, Stop, check, fail, pass, warn};
use crate::errors;
use crate::facts::{Fact, FactSet, Facts, LoginOutcome, Plan, reads};
use crate::remedy::{ByHand, Remedy};

check!(UserName {
    id: "user-name",
    layer: Layer::Client,
    owner: Owner::Client,
    reads: reads::ENDPOINT.and(FactSet::of(&[Fact::Login])),
    words: include_str!("user_name.toml"),
});

/// Shorter ones are somebody's first name: `jo.smith`.
const SHORTEST_PREFIX: usize = 8;

fn judge(facts: &Facts) -> Judged {
    let user = facts.question.target.user.as_deref().ok_or_else(|| Stop::not_applicable("no-user"))?;
    match facts.plan() {
        Some(Plan::Starter | Plan::Essential) => {}
        Some(_) => return Err(Stop::not_applicable("other-plan")),
        None => {
            // The service would say which plan it is, where it may be read.
            let missing = facts.service().err().filter(|stop| matches!(stop, Stop::Missing(_)));
            return Err(missing.unwrap_or_else(|| Stop::not_applicable("plan-unknown")));
        }
    }
    let has_prefix = has_prefix(user);
    let outcome = facts.login_attempt().ok().map(|attempt| &attempt.outcome);
    let refusal = match outcome {
        Some(LoginOutcome::Refused { code, message, .. }) => {
            errors::of_server(*code, message).map(|entry| entry.id.as_str())
        }
        _ => None,
    };
    let queried = matches!(outcome, Some(LoginOutcome::Queried { .. }));
    let judgement = match (has_prefix, refusal) {
        (true, Some("missing-user-prefix")) => fail("refused-prefix"),
        (true, _) => pass("prefixed"),
        // Newer TiDB finds the user all the same.
        (false, _) if queried => pass("accepted-without"),
        // Without a prefix the gateway may not even know whose password that is.
        (false, Some("missing-user-prefix" | "gateway-access-denied" | "access-denied")) => fail("refused"),
        (false, _) => warn("no-prefix"),
    };
    let failed = judgement.ruling == crate::check::Ruling::Fail;
    Ok(judgement.remedies(failed.then(|| Remedy::from(ByHand::new("copy-user-name", Owner::Client)))).say("user", user))
}

/// Whether the name begins with what may be a prefix: letters and digits before a dot. Those seen have 15.
fn has_prefix(user: &str) -> bool {
    let is_prefix = |prefix: &str| prefix.len() >= SHORTEST_PREFIX && prefix.bytes().all(|b| b.is_ascii_alphanumeric());
    user.split_once('.').is_some_and(|(prefix, name)| is_prefix(prefix) && !name.is_empty())
}
