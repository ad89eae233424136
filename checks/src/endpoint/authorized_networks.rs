//! Whether the instance's Authorized Networks let the endpoint in. No API shows them: only what they do is seen.

use crate::check::{Judged, Layer, Owner, Stop, check, fail, pass};
use crate::errors;
use crate::facts::{Fact, FactSet, Facts, GreetingOutcome, LoginOutcome, Plan, WhyKind, reads};
use crate::remedy::ByHand;

check!(AuthorizedNetworks {
    id: "authorized-networks",
    layer: Layer::Endpoint,
    owner: Owner::TidbCloud,
    reads: reads::ENDPOINT.and(FactSet::of(&[Fact::Greetings, Fact::Login])),
    after: &["endpoint-exists"],
    words: include_str!("authorized_networks.toml"),
});

fn judge(facts: &Facts) -> Judged {
    if !matches!(facts.plan(), Some(Plan::Starter | Plan::Essential)) {
        return Err(Stop::not_applicable("other-plan"));
    }
    let endpoint = facts.endpoint()?;
    let id = &endpoint.vpc_endpoint_id;
    let greetings = match facts.greetings() {
        Ok([]) => return Err(Stop::not_applicable("no-connection")),
        // Greetings are left out where there was no connection to read one from, or nobody may connect from here.
        Err(Stop::Missing(missing)) if missing.why.kind() == WhyKind::NotAsked => {
            return Err(Stop::not_applicable("no-connection"));
        }
        greetings => greetings?,
    };
    let is_cut_off = |outcome: &GreetingOutcome| matches!(outcome, GreetingOutcome::Closed | GreetingOutcome::Reset);
    let authorize = || ByHand::new("authorize-endpoint", Owner::TidbCloud).say("endpoint", id).into();
    let judgement = if greetings.iter().all(|greeting| is_cut_off(&greeting.outcome)) {
        fail("cut-off").remedy(authorize())
    } else if cut_off_at_login(facts) {
        fail("cut-off-at-login").remedy(authorize())
    } else {
        // The allow list is the instance's, not a zone's: where one address was greeted, it lets the endpoint in.
        pass("greeted")
    };
    Ok(judgement.say("endpoint", id).about(id))
}

/// Whether the connection ended once the user name had told the gateway which instance is meant.
fn cut_off_at_login(facts: &Facts) -> bool {
    facts.login_attempt().is_ok_and(|attempt| match &attempt.outcome {
        LoginOutcome::Failed { message } => errors::is_cut_off(message),
        _ => false,
    })
}
