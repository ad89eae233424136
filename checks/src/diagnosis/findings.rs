//! From a check's judgement to its finding, and from blocked checks to the check where the trouble is.

use super::{Finding, Outcome, find};
use crate::check::{Check, Judged, Message, Ruling, Stop};
use crate::facts::{Accepted, Facts};
use crate::preflight;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub(super) fn finding(check: &'static dyn Check, facts: &Facts) -> Finding {
    let meta = check.meta();
    let mut finding = Finding {
        check: meta.id,
        layer: meta.layer,
        outcome: Outcome::Unknown,
        message: Message::new("panicked"),
        notes: Vec::new(),
        owner: meta.owner,
        resources: Vec::new(),
        blocked_by: None,
        missing: Vec::new(),
        data: BTreeMap::new(),
        suppressed: None,
        judgement: None,
    };
    if let Some(message) = preflight::not_asked(facts, meta.id) {
        finding.outcome = Outcome::NotApplicable;
        finding.message = message;
        return finding;
    }
    // A bug in one check must not take the report with it.
    let judged: Judged = match catch_unwind(AssertUnwindSafe(|| check.judge(facts))) {
        Ok(judged) => judged,
        Err(panic) => {
            let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
            finding.message = finding.message.say("bug", text);
            return finding;
        }
    };
    match judged {
        Ok(judgement) => {
            finding.outcome = match judgement.ruling {
                Ruling::Pass => Outcome::Pass,
                Ruling::Fail => Outcome::Fail,
                Ruling::Warn => Outcome::Warn,
            };
            finding.message = judgement.message.clone();
            finding.owner = judgement.owner.unwrap_or(meta.owner);
            finding.resources.clone_from(&judgement.resources);
            finding.data.clone_from(&judgement.data);
            finding.judgement = Some(judgement);
        }
        Err(Stop::Missing(missing)) => {
            finding.message = missing.message();
            finding.missing = vec![missing];
        }
        Err(Stop::Unsure(message)) => finding.message = message,
        Err(Stop::Blocked(blocker)) => {
            finding.outcome = Outcome::Blocked;
            finding.message = Message::new("blocked");
            finding.blocked_by = Some(preflight::blocker(facts, blocker));
        }
        Err(Stop::NotApplicable(message)) => {
            finding.outcome = Outcome::NotApplicable;
            finding.message = message;
        }
    }
    finding
}

/// Marks the findings that whoever asks has accepted. What passes needs nobody to accept it, and what is blocked goes with its blocker.
pub(super) fn suppress(accepted: &[Accepted], findings: &mut [Finding]) {
    for finding in findings {
        let counts = matches!(finding.outcome, Outcome::Fail | Outcome::Warn | Outcome::Unknown);
        let meant = |one: &&Accepted| {
            let resource = one.resource.as_ref();
            one.check == finding.check && resource.is_none_or(|resource| finding.resources.contains(resource))
        };
        finding.suppressed = accepted.iter().filter(|_| counts).find(meant).cloned();
    }
}

/// A blocked check names the check where the trouble is: one that failed or is unknown, never another blocked one, never one that passed.
pub(super) fn name_real_blockers(findings: &mut [Finding]) {
    for index in 0..findings.len() {
        let mut blocker = findings[index].blocked_by;
        // As many steps as there are checks, so that a ring of blockers ends.
        for _ in 0..findings.len() {
            let Some(next) = blocker.and_then(|id| find(findings, id)) else { break };
            match next.blocked_by {
                Some(further) => blocker = Some(further),
                None => break,
            }
        }
        let real = blocker.and_then(|id| find(findings, id)).map(|finding| finding.outcome);
        let Some(id) = blocker else { continue };
        findings[index].message = findings[index].message.clone().say("blocker", id);
        findings[index].blocked_by = Some(id);
        if !matches!(real, Some(Outcome::Fail | Outcome::Unknown | Outcome::Warn)) {
            // The blocker was left out with --skip, or does not know of its own trouble: the honest word is "unknown".
            findings[index].outcome = Outcome::Unknown;
            findings[index].message.key = "unknown-blocker-not-run";
            findings[index].blocked_by = None;
        }
    }
}
