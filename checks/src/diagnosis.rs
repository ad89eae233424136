//! What the findings mean together: what explains what, whether measurement bears prediction out, and the plan with its proof.

use crate::check::{Check, Judged, Judgement, Layer, Message, Missing, Owner, Ruling, Stop};
use crate::facts::{Facts, Observed, Source, WhyKind};
use crate::network::{self, Network, PathQuestion, Reach};
use crate::plan::Plan;
use crate::preflight;
use crate::remedy::Remedy;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The verdict on a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing failed, and it was seen to work or every deciding check passed.
    Healthy,
    /// There is a root cause.
    Problem,
    /// Nothing failed, and not enough was seen.
    Incomplete,
}

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As it should be.
    Pass,
    /// Not as it must be.
    Fail,
    /// It works, and something is to be known.
    Warn,
    /// A fact is missing.
    Unknown,
    /// Another check did not pass, without which this one means nothing.
    Blocked,
    /// The question does not arise.
    NotApplicable,
}

/// One check's outcome on one world.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The check's id.
    pub check: &'static str,
    /// Its layer.
    pub layer: Layer,
    /// What it came to.
    pub outcome: Outcome,
    /// The sentence: a key of the check's words, or for unknown and blocked of the common words.
    pub message: Message,
    /// Sentences after it, keys of the common words: contradictions between facts and probes.
    pub notes: Vec<Message>,
    /// Whose it is.
    pub owner: Owner,
    /// Which resources it is about.
    pub resources: Vec<String>,
    /// The check that blocks it: one that failed or is unknown.
    pub blocked_by: Option<&'static str>,
    /// What was missing.
    pub missing: Vec<Missing>,
    /// Details for programs.
    pub data: BTreeMap<&'static str, Value>,
    judgement: Option<Judgement>,
}

impl Finding {
    /// What would mend it, as the check judged.
    pub fn remedies(&self) -> &[crate::remedy::Remedy] {
        self.judgement.as_ref().map(|judgement| judgement.remedies.as_slice()).unwrap_or_default()
    }
}

/// How sure a root cause is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Prediction and measurement agree, or it was itself measured.
    Confirmed,
    /// Only the facts say so; nothing could be measured.
    Predicted,
}

/// A failed check that no other failed check explains.
#[derive(Clone, Debug, PartialEq)]
pub struct RootCause {
    /// The check.
    pub check: &'static str,
    /// Whose it is.
    pub owner: Owner,
    /// How sure.
    pub confidence: Confidence,
    /// Failed and blocked checks that it explains.
    pub explains: Vec<&'static str>,
}

/// The whole answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnosis {
    /// In one word.
    pub verdict: Verdict,
    /// The root causes, first cause first.
    pub root_causes: Vec<RootCause>,
    /// Every check's outcome, in the order of the registry.
    pub findings: Vec<Finding>,
    /// What the path model says of the way to the endpoint; `None` where one end is not known.
    pub reach: Option<Reach>,
    /// What to do, in order, and what that clears.
    pub plan: Plan,
}

impl Diagnosis {
    /// Whether every cause is one that goes away by itself: an endpoint that AWS is making, and, where somebody has promised to enter its id in
    /// TiDB Cloud (`accepted_soon`), one that waits to be accepted.
    pub fn heals_with_time(&self, accepted_soon: bool) -> bool {
        let passes = |remedy: &Remedy| match remedy {
            Remedy::WaitForEndpoint(_) => true,
            Remedy::RegisterEndpoint(_) => accepted_soon,
            _ => false,
        };
        let heals = |cause: &RootCause| {
            let remedies = self.finding(cause.check).map(Finding::remedies).unwrap_or_default();
            !remedies.is_empty() && remedies.iter().all(passes)
        };
        !self.root_causes.is_empty() && self.root_causes.iter().all(heals)
    }

    /// The finding of a check, if that check was run.
    pub fn finding(&self, check: &str) -> Option<&Finding> {
        find(&self.findings, check)
    }
}

fn find<'a>(findings: &'a [Finding], check: &str) -> Option<&'a Finding> {
    findings.iter().find(|finding| finding.check == check)
}

/// Judges a world with the given checks, and makes the plan. Where an endpoint is asked about that is still to be made, the world is the one in
/// which it has been made.
pub fn diagnose(checks: &[&'static dyn Check], facts: &Facts) -> Diagnosis {
    let Some(made) = preflight::world(facts) else { return diagnosis(checks, facts) };
    let mut diagnosis = diagnosis(checks, &made);
    preflight::finish(checks, facts, &made, &mut diagnosis.plan);
    diagnosis
}

fn diagnosis(checks: &[&'static dyn Check], facts: &Facts) -> Diagnosis {
    let (findings, root_causes) = judge(checks, facts);
    let plan = Plan::make(checks, facts, &findings, &root_causes);
    let reach = PathQuestion::of(facts).ok().map(|question| Network::new(facts).paths(&question));
    Diagnosis { verdict: verdict(facts, &findings, &root_causes), root_causes, findings, reach, plan }
}

/// Judges a path by itself: no checks, only the model, what would open the path, and the proof of that.
pub fn diagnose_path(facts: &Facts, question: &PathQuestion) -> Diagnosis {
    let reach = Network::new(facts).paths(question);
    let verdict = match reach.verdict {
        network::Verdict::Reachable => Verdict::Healthy,
        network::Verdict::Blocked | network::Verdict::Partial => Verdict::Problem,
        network::Verdict::Unknown => Verdict::Incomplete,
    };
    let plan = Plan::open(facts, question);
    Diagnosis { verdict, root_causes: Vec::new(), findings: Vec::new(), reach: Some(reach), plan }
}

/// The findings and the root causes among them, without a plan.
pub(crate) fn judge(checks: &[&'static dyn Check], facts: &Facts) -> (Vec<Finding>, Vec<RootCause>) {
    let mut findings: Vec<Finding> = checks.iter().map(|check| finding(*check, facts)).collect();
    name_real_blockers(&mut findings);
    let confidences = weigh(checks, &mut findings);
    let root_causes = root_causes(checks, &findings, &confidences);
    for finding in findings.iter_mut().filter(|finding| root_causes.iter().any(|cause| cause.check == finding.check)) {
        let unexplained = finding.judgement.as_ref().and_then(|judgement| judgement.unexplained.clone());
        finding.notes.extend(unexplained);
    }
    (findings, root_causes)
}

fn finding(check: &'static dyn Check, facts: &Facts) -> Finding {
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
            finding.message = unknown_message(&missing);
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

fn unknown_message(missing: &Missing) -> Message {
    let key = match missing.why.kind() {
        WhyKind::NotCollected => "unknown-not-collected",
        WhyKind::NotAsked => "unknown-not-asked",
        WhyKind::Denied => "unknown-denied",
        WhyKind::NoCredentials => "unknown-no-credentials",
        WhyKind::Throttled => "unknown-throttled",
        WhyKind::Unreachable => "unknown-unreachable",
        WhyKind::TimedOut => "unknown-timed-out",
        WhyKind::Failed => "unknown-failed",
    };
    let of = missing.object.as_ref().map(|object| format!(" ({object})")).unwrap_or_default();
    // What this machine measures itself has no call that somebody could allow.
    let key = match missing.fact.source() {
        Source::Machine { .. } if !matches!(key, "unknown-not-collected" | "unknown-not-asked") => "unknown-unmeasured",
        _ => key,
    };
    Message::new(key)
        .say("fact", format!("{}{of}", missing.fact.name()))
        .say("call", missing.fact.source())
        .say("action", missing.iam_action().unwrap_or("-"))
        .say("code", &missing.why.code)
        .say("detail", &missing.why.message)
}

/// A blocked check names the check where the trouble is: one that failed or is unknown, never another blocked one, never one that passed.
fn name_real_blockers(findings: &mut [Finding]) {
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

/// Lays predictions beside measurements. A predicted failure that the measurement refutes becomes a warning which names both.
fn weigh(checks: &[&'static dyn Check], findings: &mut [Finding]) -> BTreeMap<&'static str, Confidence> {
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

fn root_causes(
    checks: &[&'static dyn Check],
    findings: &[Finding],
    confidences: &BTreeMap<&'static str, Confidence>,
) -> Vec<RootCause> {
    let failed = |id: &str| find(findings, id).is_some_and(|finding| finding.outcome == Outcome::Fail);
    let is_root = |id: &str| {
        let check = checks.iter().find(|check| check.meta().id == id);
        failed(id) && check.is_some_and(|check| !is_explained(*check, findings))
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

/// The checks by which connections are seen to work, cheapest last.
const PROBES: [&str; 4] = ["host-resolver-answer", "tcp", "greeting", "login"];

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
    let went_well = |id: &str| match find(findings, id).map(|finding| finding.outcome) {
        Some(Outcome::Pass | Outcome::Warn | Outcome::NotApplicable) => true,
        // A check that was not selected decides nothing.
        None => true,
        Some(_) => false,
    };
    // Measured is what a probe ran for: not the absence of a probe that nobody asked for.
    let measured = matches!(facts.connections.tcp, Observed::Known(_));
    let before_creation = facts.question.preflight.iter().flat_map(|_| preflight::DECIDING.iter());
    let healthy = if measured {
        PROBES.iter().all(|id| went_well(id))
    } else {
        DECIDING.iter().chain(before_creation).all(|id| went_well(id))
    };
    if healthy { Verdict::Healthy } else { Verdict::Incomplete }
}
