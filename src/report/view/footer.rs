//! Where it was judged from, and what that took.

use super::View;
use crate::report::text::{LONGEST_VALUE, clean};
use crate::report::{Origin, Suppression, SuppressionState, Words};
use pldoctor_checks::facts::{Accepted, Plan, PlanSource};
use std::time::Duration;

/// A stage of the collection.
pub(in crate::report) struct Stage {
    /// What was asked or probed.
    pub(in crate::report) name: String,
    /// Milliseconds from the beginning of the run.
    pub(in crate::report) started_ms: u64,
    /// Milliseconds that it took.
    pub(in crate::report) elapsed_ms: u64,
}

impl View<'_> {
    /// The sentence that ends a report.
    pub(in crate::report) fn footer(&self) -> String {
        let words = self.words;
        let mut said = vec![self.origin()];
        // A static binary has no name service modules: it can't look where the application's own getaddrinfo looks.
        if cfg!(target_feature = "crt-static") && matches!(self.report.run.origin, Origin::Collected(_)) {
            said.push(words.text("static-build").to_owned());
        }
        said.extend(self.report.run.suppressions.iter().filter_map(|one| idle(one, words)));
        said.join(words.text("sentence-space"))
    }

    fn origin(&self) -> String {
        let words = self.words;
        let run = self.report.run;
        let vantage = self.vantage();
        match &run.origin {
            Origin::Collected(_) => {
                let calls: u32 = run.api_calls.values().sum();
                let calls = words.count("calls-one", "calls-many", calls as usize);
                words.say("from-here", &[("vantage", &vantage), ("took", &seconds(run.took)), ("calls", &calls)])
            }
            Origin::Snapshot { folder, collected_at } => {
                let folder = clean(folder, LONGEST_VALUE);
                let key = if collected_at.is_some() { "from-snapshot-at" } else { "from-snapshot" };
                words.say(key, &[("vantage", &vantage), ("folder", &folder), ("at", &self.seen_at())])
            }
            Origin::Demo => words.say("from-demo", &[("vantage", &vantage)]),
        }
    }

    /// The plan that the report goes by, and what says it; `None` where nothing does.
    pub(in crate::report) fn plan(&self) -> Option<String> {
        if self.path_ends.is_some() {
            return None;
        }
        let (plan, source) = self.report.facts.plan_source()?;
        let key = match source {
            PlanSource::Given => "plan-given",
            PlanSource::Name => "plan-by-name",
            PlanSource::Acceptance => "plan-by-acceptance",
        };
        let name = match (plan, source) {
            (Plan::Starter, PlanSource::Name | PlanSource::Acceptance) => self.words.text("plan-starter-or-essential"),
            (Plan::Dedicated, PlanSource::Acceptance) => self.words.text("plan-dedicated-or-premium"),
            (Plan::Starter, PlanSource::Given) => "Starter",
            (Plan::Essential, _) => "Essential",
            (Plan::Dedicated, _) => "Dedicated",
            (Plan::Premium, _) => "Premium",
        };
        Some(self.words.say(key, &[("plan", name)]))
    }

    /// Where the time went, in the order in which the stages began; empty where nothing was collected.
    pub(in crate::report) fn stages(&self) -> Vec<Stage> {
        let stage = |stage: &crate::collect::Timing| Stage {
            name: clean(&stage.stage, LONGEST_VALUE),
            started_ms: stage.started_ms,
            elapsed_ms: stage.elapsed_ms,
        };
        self.report.run.stages.iter().map(stage).collect()
    }

    /// What was asked of the AWS API, and how often.
    pub(in crate::report) fn api_calls(&self) -> Vec<(String, u32)> {
        let calls = self.report.run.api_calls.iter();
        calls.map(|(call, count)| (clean(call, LONGEST_VALUE), *count)).collect()
    }
}

/// By whom and why a finding is accepted.
pub(super) fn suppressed(accepted: &Accepted, words: Words) -> String {
    let reason = clean(&accepted.reason, LONGEST_VALUE);
    match &accepted.expires {
        Some(day) => words.say("suppressed-until", &[("reason", &reason), ("day", day)]),
        None => words.say("suppressed", &[("reason", &reason)]),
    }
}

/// That a suppression does nothing any more.
fn idle(one: &Suppression, words: Words) -> Option<String> {
    let Accepted { check, resource, expires, .. } = &one.accepted;
    let of = resource.as_ref().map(|resource| format!(" ({})", clean(resource, LONGEST_VALUE))).unwrap_or_default();
    let what = format!("{}{of}", clean(check, LONGEST_VALUE));
    match one.state {
        SuppressionState::Used | SuppressionState::NotRun => None,
        SuppressionState::Unused => Some(words.say("suppression-unused", &[("check", &what)])),
        SuppressionState::Expired => {
            let day = expires.clone().unwrap_or_default();
            Some(words.say("suppression-expired", &[("check", &what), ("day", &day)]))
        }
    }
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
