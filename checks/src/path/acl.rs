//! What both network ACL checks share: one subnet's ACL is asked twice, for the request and for the answer.

use super::Hops;
use crate::check::{Judged, Judgement, Stop, fail, pass};
use crate::facts::Facts;
use crate::network::{Hop, HopName, HopVerdict, Path, Reason};

/// Judges the ACL before one end. The answer is stateless: it needs a rule of its own, for all of the client's ports.
pub(super) fn judge(facts: &Facts, request: HopName, answer: HopName) -> Judged {
    let (requests, answers) = (Hops::of(facts, request)?, Hops::of(facts, answer)?);
    let judgement = if let Some((_, hop)) = requests.first(HopVerdict::Deny) {
        stopped("request-denied", hop).remedies(super::remedies(facts, request))
    } else if let Some((path, hop)) = answers.first(HopVerdict::Deny) {
        let key = if matches!(hop.reason, Reason::HalvesDontMeet { .. }) { "halves" } else { "answer-denied" };
        ports(stopped(key, hop), path, hop).remedies(super::remedies(facts, answer))
    } else if let Some((path, hop)) = answers.first(HopVerdict::Partial) {
        // One connection that happened to take a lucky port refutes nothing.
        ports(stopped("answer-partial", hop), path, hop).beyond_measure().remedies(super::remedies(facts, answer))
    } else if let Some(stop) = requests.unknown().or_else(|| answers.unknown()) {
        return Err(stop);
    } else if let Some((path, hop)) = answers.first(HopVerdict::Allow) {
        ports(pass("open").say("acl", hop.resource.clone().unwrap_or_default()), path, hop)
    } else {
        return Err(Stop::not_applicable("no-say"));
    };
    Ok(requests.describe(judgement))
}

/// Names the ACL and the number of the entry that decides; 32767 is the `*` at the end.
fn stopped(key: &'static str, hop: &Hop) -> Judgement {
    let number = match hop.reason {
        Reason::AclDeny { number } => number.to_string(),
        _ => "*".to_owned(),
    };
    let acl = hop.resource.clone().unwrap_or_default();
    fail(key).say("acl", &acl).say("number", number).about(acl)
}

/// The client's source ports, those whose answers this ACL lets through, and how many of a hundred connections get no answer.
fn ports(judgement: Judgement, path: &Path, hop: &Hop) -> Judgement {
    let (first, last) = path.ephemeral;
    let admitted = match &hop.reason {
        Reason::PartOfPorts { admitted, .. } | Reason::HalvesDontMeet { admitted } => admitted,
        _ => &path.admitted,
    };
    let text = |(first, last): &(u16, u16)| if first == last { first.to_string() } else { format!("{first}-{last}") };
    judgement
        .say("ports", format!("{first}-{last}"))
        .say("admitted", admitted.ranges().iter().map(text).collect::<Vec<_>>().join(", "))
        .say("percent", path.lost_percent())
}
