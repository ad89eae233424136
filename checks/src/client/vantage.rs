//! Whether the traffic starts where the endpoint, and its private name, can be used.

use crate::check::{Judged, Layer, Message, Owner, Stop, check, fail, pass, warn};
use crate::facts::{Fact, FactSet, Facts, Origin, Vantage as Place, reads};
use crate::remedy::{ByHand, Remedy};

check!(Vantage {
    id: "vantage",
    layer: Layer::Client,
    owner: Owner::Client,
    reads: reads::ENDPOINT.and(reads::OUTSIDE).and(FactSet::of(&[Fact::SystemAnswer])),
    words: include_str!("vantage.toml"),
});

fn judge(facts: &Facts) -> Judged {
    let place = match facts.vantage() {
        Ok(place) => place,
        Err(Stop::Blocked(_)) => {
            let name = match &facts.question.from {
                Some(Origin::Instance(id) | Origin::Interface(id)) => id.clone(),
                _ => String::new(),
            };
            let remedy = ByHand::new("check-id", Owner::Client).say("id", &name);
            return Ok(fail("not-found").say("from", &name).about(name).remedy(remedy.into()));
        }
        Err(_) if facts.seems_outside_aws() => return Ok(warn("nowhere")),
        Err(stop) => return Err(stop),
    };
    let Place { vpc_id: Some(vpc_id), .. } = &place else {
        return Ok(warn("outside").say_words("from", describe(&place)));
    };
    let judgement = match facts.endpoint() {
        Ok(endpoint) if endpoint.vpc_id == *vpc_id => pass("same-vpc").about(&endpoint.vpc_id),
        Ok(endpoint) => {
            let key_is = match resolves_to_endpoint(facts) {
                Some(true) => warn("other-vpc-resolves"),
                // A zone or a rule that is there for the name, and wrong, is what to mend.
                Some(false) => {
                    fail("other-vpc").explained_by(&["hosted-zone", "resolver-rule"]).remedy(share_the_name())
                }
                None => warn("other-vpc").remedy(share_the_name()),
            };
            key_is.say("endpoint", &endpoint.vpc_endpoint_id).say("endpoint_vpc", &endpoint.vpc_id)
        }
        Err(_) => pass("in-vpc"),
    };
    Ok(judgement.say_words("from", describe(&place)).say("vpc", vpc_id).about(vpc_id).about_all(place.instance_id))
}

fn share_the_name() -> Remedy {
    ByHand::new("share-the-name", Owner::Dns).into()
}

/// Whether this machine gets the endpoint's addresses for the private name, by whatever arrangement. `None` where nobody asked.
fn resolves_to_endpoint(facts: &Facts) -> Option<bool> {
    let (Ok(answer), Ok(interfaces)) = (facts.system_answer(), facts.endpoint_interfaces()) else { return None };
    let mut own = interfaces.iter().flat_map(|interface| interface.addresses());
    Some(own.any(|address| answer.addresses.contains(&address)))
}

fn describe(place: &Place) -> Message {
    let address = place.address.map(|address| address.to_string());
    let name = place.instance_id.clone().or_else(|| place.interface_id.clone());
    let as_is = |text: String| Message::new("as-is").say("text", text);
    match (name, address) {
        (Some(name), Some(address)) => as_is(format!("{name} ({address})")),
        (Some(one), None) | (None, Some(one)) => as_is(one),
        (None, None) => Message::new("this-machine"),
    }
}
