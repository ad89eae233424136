//! Predictions beside measurements, and which failures explain which.

use super::{Confidence, Finding, Outcome, RootCause, find};
use crate::check::{Check, Message, Owner};
use std::collections::BTreeMap;

/// Lays predictions beside measurements. A predicted failure that the measurement refutes becomes a warning which names both.
pub(super) fn weigh(checks: &[&'static dyn Check], findings: &mut [Finding]) -> BTreeMap<&'static str, Confidence> {
    let mut confidences = BTreeMap::new();
    for check in checks {
        let meta = check.meta();
        let failed = find(findings, meta.id).is_some_and(|finding| finding.outcome == Outcome::Fail);
        if !failed {
            continue;
        }
        let Some(measure) = meta.measured_by else {
            confidences.insert(meta.id, Confidence::Confirmed);
            continue;
        };
        match find(findings, measure).map(|finding| measured(findings, finding)) {
            Some(Outcome::Pass | Outcome::Warn) if comes_and_goes(findings, meta.id) => {
                confidences.insert(meta.id, Confidence::Predicted);
            }
            // What another failure explains is no contradiction: the public name resolves, and not to the endpoint.
            Some(Outcome::Pass | Outcome::Warn) if is_explained(*check, findings) => {
                confidences.insert(meta.id, Confidence::Predicted);
            }
            Some(Outcome::Pass | Outcome::Warn) => {
                if let Some(finding) = findings.iter_mut().find(|finding| finding.check == meta.id) {
                    finding.outcome = Outcome::Warn;
                    finding.notes.push(Message::new("contradicted").say("measure", measure));
                }
            }
            Some(Outcome::Fail) => {
                confidences.insert(meta.id, Confidence::Confirmed);
            }
            _ => {
                confidences.insert(meta.id, Confidence::Predicted);
            }
        }
    }
    confidences
}

/// The checks whose failure would explain this one's, by its judgement or by its constants.
fn explanations(check: &'static dyn Check, findings: &[Finding]) -> &'static [&'static str] {
    let own = find(findings, check.meta().id).and_then(|finding| finding.judgement.as_ref()?.explained_by);
    own.unwrap_or(check.meta().explained_by)
}

/// Whether one of them failed. Causes stand before what they cause, so that a refuted one explains nothing any more.
fn is_explained(check: &'static dyn Check, findings: &[Finding]) -> bool {
    let failed = |id: &&str| find(findings, id).is_some_and(|finding| finding.outcome == Outcome::Fail);
    explanations(check, findings).iter().any(failed)
}

fn comes_and_goes(findings: &[Finding], id: &str) -> bool {
    find(findings, id).and_then(|finding| finding.judgement.as_ref()).is_some_and(|judgement| judgement.beyond_measure)
}

/// What a measurement says. One that could not begin because an earlier one failed says the same as that one.
fn measured(findings: &[Finding], measure: &Finding) -> Outcome {
    measure.blocked_by.and_then(|blocker| find(findings, blocker)).map_or(measure.outcome, |blocker| blocker.outcome)
}

pub(super) fn root_causes(
    checks: &[&'static dyn Check],
    findings: &[Finding],
    confidences: &BTreeMap<&'static str, Confidence>,
) -> Vec<RootCause> {
    // What is accepted is no cause and explains nothing: what it leads to is a real failure, and stands by itself.
    let failed = |id: &str| {
        find(findings, id).is_some_and(|finding| finding.outcome == Outcome::Fail && finding.suppressed.is_none())
    };
    let is_root = |id: &str| {
        let check = checks.iter().find(|check| check.meta().id == id);
        let explained = |check: &&'static dyn Check| explanations(*check, findings).iter().any(|cause| failed(cause));
        failed(id) && check.is_some_and(|check| !explained(check))
    };
    let roots: Vec<&'static str> = checks.iter().map(|check| check.meta().id).filter(|id| is_root(id)).collect();
    // What a failure leads to, through any number of steps.
    let explains = |root: &'static str| {
        let mut explained: Vec<&'static str> = Vec::new();
        let mut grown = true;
        while grown {
            grown = false;
            for check in checks {
                let id = check.meta().id;
                if id == root || explained.contains(&id) {
                    continue;
                }
                let blocked = find(findings, id).and_then(|finding| finding.blocked_by);
                let causes_it = |cause: &'static str| cause == root || explained.contains(&cause);
                let caused = failed(id) && explanations(*check, findings).iter().any(|cause| causes_it(cause))
                    || blocked.is_some_and(causes_it);
                if caused {
                    explained.push(id);
                    grown = true;
                }
            }
        }
        explained
    };
    roots
        .into_iter()
        .map(|check| RootCause {
            check,
            owner: find(findings, check).map_or(Owner::Vpc, |finding| finding.owner),
            confidence: confidences.get(check).copied().unwrap_or(Confidence::Predicted),
            explains: explains(check),
        })
        .collect()
}
