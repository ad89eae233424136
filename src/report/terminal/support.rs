//! What TiDB Cloud's support needs to know, ready to send. Only where it is theirs to act.

use super::page::Page;
use super::palette::Style;
use crate::report::text::{LONGEST_VALUE, clean};
use crate::report::view::View;
use pldoctor_checks::check::{Layer, Owner};
use pldoctor_checks::diagnosis::Outcome;

pub(super) fn write(page: &mut Page, view: &View<'_>) {
    let words = view.words;
    let theirs = view.report.diagnosis.root_causes.iter().filter(|cause| cause.owner == Owner::TidbCloud);
    let problems: Vec<&str> = theirs.filter_map(|cause| Some(view.finding(cause.check)?.sentence.as_str())).collect();
    if problems.is_empty() {
        return;
    }
    let facts = view.report.facts;
    let mut rows = vec![("support-problem", problems.join(words.text("sentence-space")))];
    rows.push(("support-target", view.target.clone()));
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
    }
    for seen in view.findings.iter().filter(|seen| matches!(seen.layer, Layer::Dns | Layer::Connection)) {
        if matches!(seen.outcome, Outcome::Pass | Outcome::Fail | Outcome::Warn)
            && !problems.contains(&seen.sentence.as_str())
        {
            rows.push(("support-measured", seen.sentence.clone()));
        }
    }
    page.heading(words.text("support"), words.text("support-more"));
    for (key, text) in rows.iter().filter(|(_, text)| !text.is_empty()) {
        page.item(2, (words.text(key), Style::Faint), text, Style::Plain);
    }
}
