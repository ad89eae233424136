//! What the VPC's settings would have its resolver answer, beside what it was seen to answer.

use super::{Addresses, expected};
use crate::check::{Judgement, Message};
use crate::facts::{DnsAnswer, DnsOutcome, Facts};
use crate::resolver::{Answer, Because, Prediction, Resolver};
use serde_json::{Value, json};

/// What is to be expected for a name by the settings. `None` where not all of them were read, or what was read leaves it open.
pub(super) fn foresee(facts: &Facts, name: &str) -> Option<Prediction> {
    let vpc_id = facts.resolver_vpc().ok()?;
    let resolver = Resolver::of(facts, &vpc_id);
    for parts in [&resolver.zones.parts, &resolver.rules.parts, &resolver.firewall.parts] {
        parts.all_read().ok()?;
    }
    facts.dns_support(&vpc_id).ok()?;
    facts.dns_hostnames(&vpc_id).ok()?;
    let domain = crate::resolver::Domain::new(name);
    if resolver.firewall.unread(&domain).is_some() {
        return None;
    }
    Some(resolver.predict(name)).filter(|prediction| prediction.answer != Answer::Unread)
}

/// Adds the prediction to a judgement: for programs always, for people where it contradicts what was measured and nothing explains that.
pub(super) fn beside(facts: &Facts, judgement: Judgement, name: &str, measured: &DnsAnswer) -> Judgement {
    let Some(prediction) = foresee(facts, name) else { return judgement };
    let judgement = judgement.data("predicted", data(&prediction));
    if agrees(facts, &prediction.answer, measured) {
        return judgement;
    }
    judgement.if_unexplained(words(&prediction))
}

/// Whether the measured answer may come from what the settings say.
fn agrees(facts: &Facts, answer: &Answer, measured: &DnsAnswer) -> bool {
    let found = measured.addresses();
    match (answer, &measured.outcome) {
        // Other servers may say anything, and what did not come through says nothing.
        (Answer::Forwarded(_) | Answer::Unread, _) | (_, DnsOutcome::Truncated | DnsOutcome::Unreachable { .. }) => {
            true
        }
        (Answer::Public(_), DnsOutcome::Answered { .. }) => found.iter().all(super::is_public),
        (Answer::Public(_) | Answer::NxDomain, DnsOutcome::NxDomain) => true,
        (Answer::NoData, DnsOutcome::NoData) => true,
        (Answer::Silence, DnsOutcome::TimedOut { .. }) => true,
        (Answer::Endpoint(_), DnsOutcome::Answered { .. }) => {
            !found.is_empty() && Addresses::compare(found, &expected(facts)) == Addresses::Right
        }
        (Answer::Addresses(addresses), DnsOutcome::Answered { .. }) => {
            found.iter().all(|address| addresses.contains(address))
        }
        _ => false,
    }
}

/// The sentence for a contradiction, in the common words.
fn words(prediction: &Prediction) -> Message {
    let because = match prediction.because.id() {
        Some(id) => Message::new("settings-of").say("id", id),
        None => Message::new("the-vpc-settings"),
    };
    let key = match &prediction.answer {
        Answer::Endpoint(_) => "foreseen-endpoint",
        Answer::Silence => "foreseen-silence",
        Answer::NxDomain => "foreseen-nxdomain",
        Answer::NoData => "foreseen-nodata",
        Answer::Public(_) => "foreseen-public",
        Answer::Addresses(_) | Answer::Forwarded(_) | Answer::Unread => "foreseen-addresses",
    };
    let text = match &prediction.answer {
        Answer::Endpoint(id) => id.clone(),
        Answer::Addresses(addresses) => super::join(addresses),
        _ => String::new(),
    };
    Message::new(key).say("answer", text).say_words("because", because)
}

fn data(prediction: &Prediction) -> Value {
    let (answer, detail) = match &prediction.answer {
        Answer::Silence => ("silence", json!(null)),
        Answer::NxDomain => ("nxdomain", json!(null)),
        Answer::NoData => ("nodata", json!(null)),
        Answer::Endpoint(id) => ("endpoint", json!(id)),
        Answer::Addresses(addresses) => ("addresses", json!(addresses)),
        Answer::Forwarded(servers) => ("forwarded", json!(servers)),
        Answer::Public(name) => ("public", json!(name)),
        Answer::Unread => ("unread", json!(null)),
    };
    let kind = match prediction.because {
        Because::NoSupport => "vpc-dns-support",
        Because::Firewall(..) => "dns-firewall",
        Because::Rule(_) => "resolver-rule",
        Because::Zone(_) => "hosted-zone",
        Because::Nothing => "nothing",
    };
    json!({ "answer": answer, "detail": detail, "because": kind, "id": prediction.because.id() })
}
