//! What the findings mean together: what explains what, whether measurement bears prediction out, and the plan with its proof.

mod causes;
mod decide;
mod findings;

pub(crate) use decide::verdict;

use crate::check::{Check, Judgement, Layer, Message, Missing, Owner};
use crate::facts::{Accepted, Facts};
use crate::network::{self, Network, PathQuestion, Reach};
use crate::plan::Plan;
use crate::preflight;
use crate::remedy::{Effect, Remedy};
use causes::{root_causes, weigh};
use findings::{finding, name_real_blockers, suppress};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

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
    /// By what it is accepted: it stays what it is, but is no root cause and does not decide how the program exits.
    pub suppressed: Option<Accepted>,
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

/// What somebody has seen to, so that time will bring it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Promises {
    /// The endpoint's id was, or will be, entered in TiDB Cloud.
    pub accepted: bool,
    /// TiDB Cloud is making the endpoint service.
    pub service: bool,
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
    /// Whether every cause is one that goes away by itself: an endpoint or a private name that AWS is still busy with, and what somebody has
    /// promised to see to.
    pub fn heals_with_time(&self, promises: Promises) -> bool {
        let passes = |remedy: &Remedy| match remedy {
            Remedy::WaitForEndpoint(_) => true,
            Remedy::RegisterEndpoint(_) => promises.accepted,
            Remedy::ByHand(deed) => match deed.effect {
                Effect::TakesTime => true,
                Effect::MayTakeTime => promises.service,
                _ => false,
            },
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
    suppress(&facts.question.accepted, &mut findings);
    let root_causes = root_causes(checks, &findings, &confidences);
    for finding in findings.iter_mut().filter(|finding| root_causes.iter().any(|cause| cause.check == finding.check)) {
        let unexplained = finding.judgement.as_ref().and_then(|judgement| judgement.unexplained.clone());
        finding.notes.extend(unexplained);
    }
    (findings, root_causes)
}
