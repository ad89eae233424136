//! Whether the name is one that a private endpoint answers to.

use crate::check::{Judged, Layer, Owner, Stop, check, fail, pass, warn};
use crate::facts::{FactSet, Facts, HostName};
use crate::remedy::{ByHand, Effect};

check!(TargetName {
    id: "target-name",
    layer: Layer::Client,
    owner: Owner::Client,
    reads: FactSet::EMPTY,
    words: include_str!("target_name.toml"),
});

fn judge(facts: &Facts) -> Judged {
    let host = facts.question.target.host.as_deref().ok_or_else(|| Stop::not_applicable("no-name"))?;
    let judgement = match HostName::parse(host) {
        HostName::SharedPrivate { .. } | HostName::DedicatedPrivate => pass("private"),
        HostName::Other => pass("other"),
        HostName::SharedPublic { private_name, .. } => {
            let remedy = ByHand::new("use-private-name", Owner::Client)
                .say("name", &private_name)
                .effect(Effect::UseHost(private_name.clone()));
            fail("public").say("private", private_name).remedy(remedy.into())
        }
        HostName::DedicatedPublic => {
            fail("public-dedicated").remedy(ByHand::new("copy-private-name", Owner::Client).into())
        }
        HostName::OtherCloud { cloud } => {
            fail("other-cloud").say("cloud", cloud).remedy(ByHand::new("copy-private-name", Owner::Client).into())
        }
        HostName::Endpoint { endpoint_id } => warn("endpoint-name").about(endpoint_id),
        HostName::Address(_) => warn("address"),
    };
    Ok(judgement.say("host", host))
}
