//! Whether AWS has the endpoint ready, and if not, who has to act.

use crate::check::{Judged, Layer, Message, Owner, check, fail, pass, warn};
use crate::facts::{Facts, Plan, aws::EndpointState as State, reads};
use crate::remedy::{ByHand, RegisterEndpoint, Remedy, WaitForEndpoint};

check!(EndpointState {
    id: "endpoint-state",
    layer: Layer::Endpoint,
    owner: Owner::Vpc,
    reads: reads::ENDPOINT,
    after: &["endpoint-exists"],
    measured_by: Some("tcp"),
    words: include_str!("endpoint_state.toml"),
});

fn judge(facts: &Facts) -> Judged {
    let endpoint = facts.endpoint()?;
    let id = endpoint.vpc_endpoint_id.clone();
    let by_hand = |key, owner| -> Remedy { ByHand::new(key, owner).say("endpoint", &id).into() };
    let judgement = match endpoint.state() {
        State::Available if facts.plan().is_some_and(Plan::registers_endpoints) => pass("available-registered"),
        State::Available => pass("available"),
        State::PendingAcceptance if facts.plan() == Some(Plan::Starter) || facts.plan() == Some(Plan::Essential) => {
            // These plans accept by themselves, so only TiDB Cloud can say why it has not.
            fail("pending-acceptance-shared")
                .owner(Owner::TidbCloud)
                .remedy(by_hand("ask-tidb-cloud", Owner::TidbCloud))
        }
        State::PendingAcceptance => fail("pending-acceptance")
            .owner(Owner::TidbCloud)
            .remedy(RegisterEndpoint { endpoint_id: id.clone() }.into()),
        State::Pending => fail("pending").remedy(WaitForEndpoint { endpoint_id: id.clone() }.into()),
        State::Rejected => fail("rejected").owner(Owner::TidbCloud).remedy(by_hand("ask-tidb-cloud", Owner::TidbCloud)),
        State::Failed => fail("failed").remedy(by_hand("recreate-endpoint", Owner::Vpc)),
        State::Expired => fail("expired").remedy(by_hand("recreate-endpoint", Owner::Vpc)),
        State::Deleting | State::Deleted => fail("deleting").remedy(by_hand("recreate-endpoint", Owner::Vpc)),
        State::Partial => warn("partial"),
        State::Other => warn("other"),
    };
    let judgement = match &endpoint.last_error {
        Some(error) => {
            let words = Message::new("error-behind").say("code", &error.code).say("message", &error.message);
            judgement.say_words("error", words)
        }
        None => judgement.say("error", ""),
    };
    Ok(judgement
        .say("endpoint", &id)
        .say("state", &endpoint.raw_state)
        .data("state", endpoint.raw_state.clone())
        .about(id))
}
