//! What to do, in order, and the proof that it helps: every remedy is applied to the facts, and everything is judged again.

use crate::check::Check;
use crate::diagnosis::{Finding, Outcome, RootCause, judge};
use crate::facts::Facts;
use crate::network::{Change, Network, PathQuestion, Reach, Widening, also_opens, apply, open_all};
use crate::remedy::{ChangePath, Remedy};

/// Remedies in the order in which they work.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// One remedy a step.
    pub steps: Vec<Step>,
    /// What the steps make of the findings.
    pub proof: Proof,
}

/// One remedy, and the failed checks that it was chosen for.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The remedy.
    pub remedy: Remedy,
    /// The check that asked for it; empty where a path was asked about by itself.
    pub asked_by: &'static str,
    /// Failed checks that no longer fail once this step and those before it are done.
    pub clears: Vec<&'static str>,
}

/// What the findings become once the plan is done.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proof {
    /// Failed before, passes (or only warns) after.
    pub cleared: Vec<&'static str>,
    /// Fails after.
    pub left: Vec<&'static str>,
    /// What the path model says after the steps; `None` where no step is about the path, or one end is not known.
    pub reach: Option<Reach>,
    /// What else the steps would open.
    pub widening: Widening,
    /// Failed before, and only a new run can tell: measurements, and what a person does outside AWS.
    pub to_measure: Vec<&'static str>,
}

/// Rounds of judging and mending. The longest real chain is create, accept, private DNS.
const MOST_ROUNDS: usize = 8;

impl Plan {
    pub(crate) fn make(
        checks: &[&'static dyn Check],
        facts: &Facts,
        findings: &[Finding],
        root_causes: &[RootCause],
    ) -> Self {
        let failed = |findings: &[Finding]| -> Vec<&'static str> {
            findings.iter().filter(|finding| finding.outcome == Outcome::Fail).map(|finding| finding.check).collect()
        };
        let before = failed(findings);
        let mut world = facts.clone();
        let mut steps: Vec<Step> = Vec::new();
        let mut now = (findings.to_vec(), root_causes.to_vec());
        for _ in 0..MOST_ROUNDS {
            let next = next_remedies(&now.0, &now.1, &steps);
            if next.is_empty() {
                break;
            }
            for (asked_by, remedy) in next {
                let failing = failed(&now.0);
                remedy.apply(&mut world);
                world.forget_measurements();
                now = judge(checks, &world);
                // What a person does outside AWS changes no fact: what no longer fails only lost its measurement.
                let clears = failing.into_iter().filter(|id| remedy.is_foreseen() && is_cleared(&now.0, id)).collect();
                steps.push(Step { remedy, asked_by, clears });
            }
        }
        if steps.is_empty() {
            return Self::default();
        }
        // What a person does outside AWS shows only in a new run, like what was measured.
        let outside = |id: &str| steps.iter().any(|step| step.asked_by == id && !step.remedy.is_foreseen());
        let cleared = before.iter().copied().filter(|id| is_cleared(&now.0, id) && !outside(id)).collect();
        let left = failed(&now.0).into_iter().filter(|id| !outside(id)).collect();
        let unsettled = |id: &&'static str| {
            outside(id) || matches!(outcome(&now.0, id), Some(Outcome::Unknown | Outcome::NotApplicable))
        };
        let to_measure = before.iter().copied().filter(unsettled).collect();
        let mut proof = Proof { cleared, left, to_measure, ..Proof::default() };
        if let (false, Ok(question)) = (path_changes(&steps).is_empty(), PathQuestion::of(facts)) {
            proof.widening = also_opens(facts, &question, &path_changes(&steps));
            proof.reach = PathQuestion::of(&world).ok().map(|question| Network::new(&world).paths(&question));
        }
        Self { steps, proof }
    }

    /// What opens every path of a question, with its proof.
    pub(crate) fn open(facts: &Facts, question: &PathQuestion) -> Self {
        let changes = open_all(facts, question);
        let mut world = facts.clone();
        changes.iter().for_each(|change| apply(change, &mut world));
        let proof = Proof {
            reach: (!changes.is_empty()).then(|| Network::new(&world).paths(question)),
            widening: also_opens(facts, question, &changes),
            ..Proof::default()
        };
        let step = |change: Change| Step { remedy: change.into(), asked_by: "", clears: Vec::new() };
        Self { steps: changes.into_iter().map(step).collect(), proof }
    }
}

/// The changes to the path among the steps.
fn path_changes(steps: &[Step]) -> Vec<Change> {
    let change = |step: &Step| match &step.remedy {
        Remedy::ChangePath(ChangePath { change }) => Some(change.clone()),
        _ => None,
    };
    steps.iter().filter_map(change).collect()
}

/// The remedies of the root causes that are not in the plan yet.
fn next_remedies(findings: &[Finding], root_causes: &[RootCause], steps: &[Step]) -> Vec<(&'static str, Remedy)> {
    let mut next: Vec<(&'static str, Remedy)> = Vec::new();
    for cause in root_causes {
        let finding = findings.iter().find(|finding| finding.check == cause.check);
        for remedy in finding.map(Finding::remedies).unwrap_or_default() {
            let planned = steps.iter().any(|step| step.remedy == *remedy);
            if !planned && !next.iter().any(|(_, other)| other == remedy) {
                next.push((cause.check, remedy.clone()));
            }
        }
    }
    next
}

/// What failed is cleared once it passes, or only warns.
fn is_cleared(findings: &[Finding], id: &str) -> bool {
    matches!(outcome(findings, id), Some(Outcome::Pass | Outcome::Warn))
}

fn outcome(findings: &[Finding], id: &str) -> Option<Outcome> {
    findings.iter().find(|finding| finding.check == id).map(|finding| finding.outcome)
}
