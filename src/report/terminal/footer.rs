//! Where it was judged from, and what that took.

use super::Detail;
use super::page::Page;
use super::palette::Style;
use crate::report::view::View;

pub(super) fn write(page: &mut Page, view: &View<'_>, detail: Detail) {
    if detail == Detail::Quiet {
        return;
    }
    if detail == Detail::Everything {
        stages(page, view);
    }
    page.gap();
    if let Some(plan) = view.plan() {
        page.text(0, &plan, Style::Faint);
    }
    page.text(0, &view.footer(), Style::Faint);
}

fn stages(page: &mut Page, view: &View<'_>) {
    let words = view.words;
    let stages = view.stages();
    if !stages.is_empty() {
        page.heading(words.text("timing"), "");
        for stage in stages {
            let (took, from) = (format!("{:>6}", stage.elapsed_ms), format!("{:>5}", stage.started_ms));
            let label = format!("{}  ", words.say("timing-stage", &[("took", &took), ("from", &from)]));
            page.item(2, (&label, Style::Faint), &stage.name, Style::Plain);
        }
    }
    let calls = view.api_calls();
    if !calls.is_empty() {
        page.heading(words.text("calls"), "");
        for (call, count) in calls {
            page.item(2, (&format!("{count:>6}  "), Style::Faint), &call, Style::Plain);
        }
    }
}
