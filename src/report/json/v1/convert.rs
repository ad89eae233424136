//! From what is known inside to what is promised outside.

use super::{
    ApiCalls, Document, Finding, Missing, Plan, Proof, RootCause, SchemaName, Stage, Step, Suppressed, Suppression,
    Target, Timing, Tool, Vantage, reach,
};
use crate::report::{Origin, Report, Run};
use pldoctor_checks::diagnosis;
use pldoctor_checks::facts::{Accepted, Facts, Question};
use pldoctor_checks::words::Lang;
use std::collections::BTreeMap;
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Words that are the same inside. A variant that is new inside doesn't compile here before it has a word.
macro_rules! same {
    ($($name:ident from $source:path { $($variant:ident),* $(,)? })*) => {$(
        impl From<$source> for super::$name {
            fn from(source: $source) -> Self {
                use $source as Source;
                match source { $(Source::$variant => Self::$variant,)* }
            }
        }
    )*};
}

same! {
    Verdict from pldoctor_checks::diagnosis::Verdict { Healthy, Problem, Incomplete }
    Outcome from pldoctor_checks::diagnosis::Outcome { Pass, Fail, Warn, Unknown, Blocked, NotApplicable }
    Confidence from pldoctor_checks::diagnosis::Confidence { Confirmed, Predicted }
    Owner from pldoctor_checks::check::Owner { Vpc, Dns, Iam, Client, TidbCloud }
    Layer from pldoctor_checks::check::Layer { Client, Vpc, Endpoint, Path, Dns, Connection, Preflight }
    Why from pldoctor_checks::facts::WhyKind {
        NotCollected, NotAsked, Denied, NoCredentials, Throttled, Unreachable, TimedOut, Failed,
    }
    SuppressionState from crate::report::SuppressionState { Used, Unused, Expired, NotRun }
    Ended from crate::collect::Ended { Complete, Deadline, Cancelled }
}

impl From<Report<'_>> for Document {
    fn from(report: Report<'_>) -> Self {
        Self::new(report, Lang::En)
    }
}

impl Document {
    /// The document, its sentences in a language.
    pub fn new(report: Report<'_>, lang: Lang) -> Self {
        let Report { facts, diagnosis, run } = report;
        let steps = steps(&diagnosis.plan, facts, lang);
        Self {
            schema: SchemaName::V1,
            tool: Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            started_at: rfc3339(run.started_at),
            duration_ms: milliseconds(run.took),
            target: Target { plan: facts.plan().map(plan), ..Target::from(&facts.question) },
            vantage: Vantage::from(facts),
            verdict: diagnosis.verdict.into(),
            root_causes: diagnosis.root_causes.iter().map(|cause| root_cause(cause, diagnosis, &steps, lang)).collect(),
            findings: diagnosis.findings.iter().map(|finding| self::finding(finding, lang)).collect(),
            suppressions: run.suppressions.iter().map(suppression).collect(),
            reach: diagnosis.reach.as_ref().map(|reach| reach::reach(reach, lang)),
            paths: diagnosis.reach.as_ref().map(|reach| reach::paths(reach, lang)).unwrap_or_default(),
            plan: Plan { steps, proof: Proof::from(&diagnosis.plan.proof) },
            timing: Timing::from(run),
            api_calls: ApiCalls { total: run.api_calls.values().sum(), by_call: run.api_calls.clone() },
        }
    }
}

/// The plan as it was named or inferred. Starter stands for Essential, too, and Dedicated for Premium, where nothing tells them apart.
fn plan(plan: pldoctor_checks::facts::Plan) -> String {
    use pldoctor_checks::facts::Plan;
    match plan {
        Plan::Starter => "starter",
        Plan::Essential => "essential",
        Plan::Dedicated => "dedicated",
        Plan::Premium => "premium",
    }
    .to_owned()
}

impl From<&Question> for Target {
    fn from(question: &Question) -> Self {
        let target = question.target.clone();
        Self {
            host: target.host,
            port: target.port,
            user: target.user,
            database: target.database,
            endpoint_id: target.endpoint_id,
            service_name: target.service_name,
            region: question.region.clone(),
            plan: None,
        }
    }
}

impl From<&Facts> for Vantage {
    fn from(facts: &Facts) -> Self {
        let vantage = facts.vantage().unwrap_or_default();
        Self {
            here: facts.question.from.is_none(),
            instance_id: vantage.instance_id,
            eni: vantage.interface_id,
            ip: vantage.address.map(|address| address.to_string()),
            vpc_id: vantage.vpc_id,
            subnet_id: vantage.subnet_id,
            security_group_ids: vantage.group_ids,
        }
    }
}

fn root_cause(cause: &diagnosis::RootCause, diagnosis: &diagnosis::Diagnosis, steps: &[Step], lang: Lang) -> RootCause {
    let asked_for = diagnosis.plan.steps.iter().zip(steps).filter(|(step, _)| step.asked_by == cause.check);
    RootCause {
        check: cause.check.to_owned(),
        owner: cause.owner.into(),
        confidence: cause.confidence.into(),
        summary: diagnosis.finding(cause.check).map(|finding| finding.sentence(lang)).unwrap_or_default(),
        explains: owned(&cause.explains),
        remedies: asked_for.map(|(_, step)| step.id.clone()).collect(),
    }
}

fn finding(finding: &diagnosis::Finding, lang: Lang) -> Finding {
    let missing = finding.missing.iter().map(Missing::from);
    Finding {
        check: finding.check.to_owned(),
        layer: finding.layer.into(),
        outcome: finding.outcome.into(),
        message: finding.sentence(lang),
        owner: finding.owner.into(),
        resources: finding.resources.clone(),
        blocked_by: finding.blocked_by.map(str::to_owned),
        missing: missing.collect(),
        data: finding.data.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect(),
        suppressed: finding
            .suppressed
            .as_ref()
            .map(|accepted| Suppressed { reason: accepted.reason.clone(), expires: accepted.expires.clone() }),
    }
}

fn suppression(one: &crate::report::Suppression) -> Suppression {
    let Accepted { check, resource, reason, expires } = one.accepted.clone();
    Suppression { check, resource, reason, expires, state: one.state.into() }
}

impl From<&pldoctor_checks::check::Missing> for Missing {
    fn from(missing: &pldoctor_checks::check::Missing) -> Self {
        Self {
            fact: missing.fact.name().to_owned(),
            why: missing.why.kind().into(),
            iam_action: missing.iam_action().map(str::to_owned),
        }
    }
}

/// A step's id is the kind of its remedy; the second of a kind has a number.
fn steps(plan: &pldoctor_checks::plan::Plan, facts: &Facts, lang: Lang) -> Vec<Step> {
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    let step = |step: &pldoctor_checks::plan::Step| {
        let rendered = step.remedy.step(facts, lang);
        let count = seen.entry(rendered.key).or_default();
        *count += 1;
        let id = if *count == 1 { rendered.key.to_owned() } else { format!("{}-{count}", rendered.key) };
        Step {
            id,
            owner: rendered.owner.into(),
            title: rendered.title,
            argv: rendered.argv,
            terraform: Some(rendered.terraform).filter(|text| !text.is_empty()),
            cloudformation: Some(rendered.cloudformation).filter(|text| !text.is_empty()),
            console: rendered.console,
            undo: rendered.undo,
            verify: rendered.verify,
            iam: rendered.iam,
            clears: owned(&step.clears),
        }
    };
    plan.steps.iter().map(step).collect()
}

impl From<&pldoctor_checks::plan::Proof> for Proof {
    fn from(proof: &pldoctor_checks::plan::Proof) -> Self {
        Self {
            cleared: owned(&proof.cleared),
            left: owned(&proof.left),
            to_measure: owned(&proof.to_measure),
            reach_after: proof.reach.as_ref().map(|reach| reach.verdict.into()),
            also_opens: reach::opened(&proof.widening),
            also_opens_not_judged: proof.widening.not_judged as u64,
        }
    }
}

impl From<&Run> for Timing {
    fn from(run: &Run) -> Self {
        let (collected_at, ended) = match &run.origin {
            Origin::Collected(ended) => (Some(rfc3339(run.started_at)), Some((*ended).into())),
            Origin::Snapshot { collected_at, .. } => (collected_at.clone(), None),
            Origin::Demo => (None, None),
        };
        let stages = run.stages.iter().map(|stage| Stage {
            stage: stage.stage.clone(),
            started_ms: stage.started_ms,
            elapsed_ms: stage.elapsed_ms,
        });
        Self { collected_at, judged_ms: milliseconds(run.judged_in), ended, stages: stages.collect() }
    }
}

fn owned(ids: &[&'static str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn rfc3339(at: OffsetDateTime) -> String {
    // It fails for years before 0 and after 9999 only.
    at.replace_nanosecond(0).unwrap_or(at).format(&Rfc3339).unwrap_or_default()
}
