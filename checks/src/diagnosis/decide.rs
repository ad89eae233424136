//! The verdict: what decides where it was measured, and what where it was not.

use super::{Finding, Outcome, RootCause, Verdict, find};
use crate::facts::{Facts, Observed};
use crate::preflight;

/// The checks by which a connection is seen to work, in the order in which it comes about.
const PROBES: [&str; 5] = ["host-resolver-answer", "tcp", "greeting", "tls", "login"];

/// The checks that decide where nothing can be measured: each alone can keep a connection from coming about.
const DECIDING: [&str; 11] = [
    "endpoint-exists",
    "endpoint-state",
    "endpoint-zones",
    "endpoint-private-dns",
    "vpc-dns-support",
    "vpc-dns-hostnames",
    "client-security-group",
    "endpoint-security-group",
    "client-network-acl",
    "endpoint-network-acl",
    "route",
];

/// The verdict on findings.
pub(crate) fn verdict(facts: &Facts, findings: &[Finding], root_causes: &[RootCause]) -> Verdict {
    if !root_causes.is_empty() {
        return Verdict::Problem;
    }
    // What is accepted keeps no configuration from being right, but it makes no measurement that went wrong a good one.
    let accepted = |id: &str| find(findings, id).is_some_and(|finding| finding.suppressed.is_some());
    let went_well = |id: &str| match find(findings, id).map(|finding| finding.outcome) {
        Some(Outcome::Pass | Outcome::Warn | Outcome::NotApplicable) => true,
        // A check that was not selected decides nothing.
        None => true,
        Some(_) => false,
    };
    // Measured is what a probe ran for: not the absence of a probe that nobody asked for.
    let measured = matches!(facts.connections.tcp, Observed::Known(_));
    let before_creation = facts.question.preflight.iter().flat_map(|_| preflight::DECIDING.iter());
    // Who logged in and queried has seen every stage before it work, TLS by itself included.
    let queried = find(findings, "login").is_some_and(|finding| finding.outcome == Outcome::Pass);
    let healthy = if measured {
        PROBES.iter().all(|id| went_well(id) || (queried && *id == "tls"))
    } else {
        DECIDING.iter().chain(before_creation).all(|id| went_well(id) || accepted(id))
    };
    // Whoever names a check wants its answer, whatever else went well.
    let answered = facts.question.named.iter().all(|id| went_well(id) || accepted(id));
    if healthy && answered { Verdict::Healthy } else { Verdict::Incomplete }
}
