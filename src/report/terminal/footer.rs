//! Where it was judged from, and what that took.

use super::Detail;
use super::page::Page;
use super::palette::Style;
use crate::report::Origin;
use crate::report::text::{LONGEST_VALUE, clean};
use crate::report::view::View;
use std::time::Duration;

pub(super) fn write(page: &mut Page, view: &View<'_>, detail: Detail) {
    if detail == Detail::Quiet {
        return;
    }
    let words = view.words;
    let run = view.report.run;
    if detail == Detail::Everything {
        stages(page, view);
    }
    page.gap();
    let calls: u32 = run.api_calls.values().sum();
    let vantage = view.vantage();
    let line = match &run.origin {
        Origin::Collected(_) => {
            let calls = words.count("calls-one", "calls-many", calls as usize);
            words.say("from-here", &[("vantage", &vantage), ("took", &seconds(run.took)), ("calls", &calls)])
        }
        Origin::Snapshot { folder, collected_at } => {
            let folder = clean(folder, LONGEST_VALUE);
            let key = if collected_at.is_some() { "from-snapshot-at" } else { "from-snapshot" };
            let at = clean(collected_at.as_deref().unwrap_or_default(), LONGEST_VALUE);
            words.say(key, &[("vantage", &vantage), ("folder", &folder), ("at", &at)])
        }
        Origin::Demo => words.say("from-demo", &[("vantage", &vantage)]),
    };
    page.text(0, &line, Style::Faint);
}

fn stages(page: &mut Page, view: &View<'_>) {
    let run = view.report.run;
    let words = view.words;
    if !run.stages.is_empty() {
        page.heading(words.text("timing"), "");
        for stage in &run.stages {
            let label = format!("{:>6} ms  from {:>5} ms on  ", stage.elapsed_ms, stage.started_ms);
            page.item(2, (&label, Style::Faint), &clean(&stage.stage, LONGEST_VALUE), Style::Plain);
        }
    }
    if !run.api_calls.is_empty() {
        page.heading(words.text("calls"), "");
        for (call, count) in &run.api_calls {
            page.item(2, (&format!("{count:>6}  "), Style::Faint), &clean(call, LONGEST_VALUE), Style::Plain);
        }
    }
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
