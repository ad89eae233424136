//! What TiDB Cloud's support needs to know, ready to send. Only where it is theirs to act.

use super::{Seen, View};
use crate::report::Origin;
use crate::report::text::{LONGEST_VALUE, clean};
use pldoctor_checks::check::{Layer, Owner};
use pldoctor_checks::diagnosis::Outcome;
use pldoctor_checks::registry::check;
use time::format_description::well_known::Rfc3339;

impl View<'_> {
    /// Labels and what stands beside them; empty where nothing is TiDB Cloud's.
    pub(in crate::report) fn support(&self) -> Vec<(&'static str, String)> {
        let words = self.words;
        let theirs = self.report.diagnosis.root_causes.iter().filter(|cause| cause.owner == Owner::TidbCloud);
        let problems: Vec<&str> =
            theirs.filter_map(|cause| Some(self.finding(cause.check)?.sentence.as_str())).collect();
        if problems.is_empty() {
            return Vec::new();
        }
        let facts = self.report.facts;
        let mut rows = vec![("support-problem", problems.join(words.text("sentence-space")))];
        rows.push(("support-target", self.target.clone()));
        if let Ok(endpoint) = facts.endpoint() {
            let values = [
                ("endpoint", clean(&endpoint.vpc_endpoint_id, LONGEST_VALUE)),
                ("state", clean(&endpoint.raw_state, LONGEST_VALUE)),
                ("made", clean(endpoint.creation_timestamp.as_deref().unwrap_or("?"), LONGEST_VALUE)),
                ("vpc", clean(&endpoint.vpc_id, LONGEST_VALUE)),
                ("account", clean(&endpoint.owner_id, LONGEST_VALUE)),
            ];
            let values: Vec<(&str, &str)> = values.iter().map(|(gap, value)| (*gap, value.as_str())).collect();
            rows.push(("support-endpoint", words.say("support-endpoint-in", &values)));
            rows.push(("support-service", clean(&endpoint.service_name, LONGEST_VALUE)));
            let zones = endpoint.subnet_ids.iter().filter_map(|id| facts.subnet(id).ok().flatten());
            let zones: Vec<&str> = zones.map(|subnet| subnet.availability_zone_id.as_str()).collect();
            rows.push(("support-zones", clean(&zones.join(", "), LONGEST_VALUE)));
        } else if let Some(service) = &facts.question.target.service_name {
            rows.push(("support-service", clean(service, LONGEST_VALUE)));
        }
        rows.push(("support-seen-at", self.seen_at()));
        // What only the settings say is foreseen, and measured by another check.
        let measures = |seen: &&Seen| {
            let foreseen = check(seen.check).is_some_and(|check| check.meta().measured_by.is_some());
            matches!(seen.layer, Layer::Dns | Layer::Connection) && (!foreseen || seen.check == "vpc-resolver-answer")
        };
        for seen in self.findings.iter().filter(measures) {
            if matches!(seen.outcome, Outcome::Pass | Outcome::Fail | Outcome::Warn)
                && !problems.contains(&seen.sentence.as_str())
            {
                rows.push(("support-measured", seen.sentence.clone()));
            }
        }
        rows.retain(|(_, text)| !text.is_empty());
        rows.into_iter().map(|(key, text)| (words.text(key), text)).collect()
    }

    /// When the facts were collected, UTC, to the second; empty where nothing says it.
    pub(in crate::report) fn seen_at(&self) -> String {
        match &self.report.run.origin {
            Origin::Collected(_) => {
                let at = self.report.run.started_at;
                at.replace_nanosecond(0).unwrap_or(at).format(&Rfc3339).unwrap_or_default()
            }
            Origin::Snapshot { collected_at, .. } => clean(collected_at.as_deref().unwrap_or_default(), LONGEST_VALUE),
            Origin::Demo => String::new(),
        }
    }
}
