//! For GitHub Actions: workflow commands that become annotations. An error a root cause, a warning a warning, a notice for what could not be checked.
//!
//! Every line is one of these commands, so that nothing in the report is taken for another one. The runner keeps ten of each kind a step: the most
//! important stand first, and the job's summary has the rest.

use super::terminal::command_lines;
use super::view::{Cause, View, confidence_key, reasons};
use super::{Report, Words};
use pldoctor_checks::diagnosis::{Outcome, Verdict};
use pldoctor_checks::words::Lang;
use std::fmt::Write as _;

/// The annotations.
pub(super) fn render(report: Report<'_>, lang: Lang) -> String {
    let view = View::new(report, Words::new(lang));
    let headline = view.headline();
    let mut out = Commands(String::new());
    for cause in &view.causes {
        out.push("error", cause.check, &cause_in_full(&view, cause));
    }
    if view.path_ends.is_some() {
        for reason in reasons(&view.ways()) {
            let level = if headline.verdict == Verdict::Problem { "error" } else { "notice" };
            out.push(level, &view.words.items(&reason.hops), reason.sentence);
        }
    }
    with_reasons(&mut out, &view, Outcome::Warn, "warning");
    // What is not known keeps the run from being healthy only where the verdict says so.
    let level = if headline.verdict == Verdict::Incomplete { "warning" } else { "notice" };
    with_reasons(&mut out, &view, Outcome::Unknown, level);
    for seen in view.suppressed() {
        out.push("notice", seen.check, &seen.sentence);
    }
    out.push("notice", &headline.word, &format!("{}\n{}", headline.sentence, view.footer()));
    out.0
}

/// What several checks say in the same words is one annotation.
fn with_reasons(out: &mut Commands, view: &View<'_>, outcome: Outcome, level: &str) {
    for (reason, checks) in view.by_reason(outcome) {
        out.push(level, &view.words.items(&checks), reason);
    }
}

/// The cause, whose it is, and the commands of the plan that it asked for.
fn cause_in_full(view: &View<'_>, cause: &Cause) -> String {
    let words = view.words;
    let owner = words.say("owner", &[("owner", &cause.owner)]);
    let mut text = format!("{}\n{owner} · {}", cause.sentence, words.text(confidence_key(cause.confidence)));
    let plan = view.report.diagnosis.plan.steps.iter().zip(&view.steps);
    for (_, step) in plan.filter(|(step, _)| step.asked_by == cause.check) {
        let _ = write!(text, "\n\n{}", words.say("step", &[("title", &step.title), ("owner", &step.owner)]));
        // Annotations wrap by themselves.
        let command = command_lines(&step.argv, usize::MAX).map(|lines| lines.join("\n"));
        let command = command.unwrap_or_else(|| words.text("withheld").to_owned());
        if !step.argv.is_empty() {
            let _ = write!(text, "\n{command}");
        }
    }
    text
}

/// Lines of workflow commands.
struct Commands(String);

impl Commands {
    fn push(&mut self, level: &str, title: &str, message: &str) {
        let title = property(&format!("pldoctor: {title}"));
        let _ = writeln!(self.0, "::{level} title={title}::{}", data(message));
    }
}

/// A message, as the runner's own toolkit escapes it (actions/toolkit, packages/core/src/command.ts).
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property, likewise.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_but_its_line() {
        let mut out = Commands(String::new());
        out.push("error", "a,b::c", "100% ::set-env name=x::y\r\n::stop-commands::z");
        assert_eq!(
            out.0,
            "::error title=pldoctor%3A a%2Cb%3A%3Ac::100%25 ::set-env name=x::y%0D%0A::stop-commands::z\n"
        );
    }
}
