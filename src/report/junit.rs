//! JUnit, for CI: a suite a layer, a test case a check, and one case before them for the verdict.
//!
//! | outcome | in JUnit |
//! | --- | --- |
//! | pass | passed |
//! | warn | passed, the warning in `system-out` |
//! | fail | failure |
//! | unknown, blocked, not applicable, suppressed | skipped, with the reason |
//!
//! An unknown is no error by itself: a denied API call must not turn a build red where the probes went through. Whether what is not known
//! matters is the verdict's to say, so the case of the verdict is an error where it is `incomplete`. A build is red where, and only where,
//! the exit code is not 0 (`--fail-on` left aside).

use super::view::{Seen, View, Way, layer_key, outcome_key};
use super::{Report, Words};
use pldoctor_checks::diagnosis::{Outcome, Verdict};
use pldoctor_checks::network;
use pldoctor_checks::words::Lang;
use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};
use std::io;
use std::time::Duration;

/// The whole report.
pub(super) fn render(report: Report<'_>, lang: Lang) -> io::Result<String> {
    let view = View::new(report, Words::new(lang));
    let mut document = Document::new(env!("CARGO_PKG_NAME"));
    document.set_time(report.run.took);
    document.add_test_suite(verdict(&view));
    let mut layers: Vec<_> = view.findings.iter().map(|seen| seen.layer).collect();
    layers.sort_unstable();
    layers.dedup();
    for layer in layers {
        let mut suite = TestSuite::new(id_of(layer_key(layer)));
        suite.set_time(Duration::ZERO);
        suite.add_test_cases(view.findings.iter().filter(|seen| seen.layer == layer).map(|seen| check(&view, seen)));
        document.add_test_suite(suite);
    }
    if view.path_ends.is_some() {
        let mut suite = TestSuite::new("path");
        suite.set_time(Duration::ZERO);
        suite.add_test_cases(view.ways().iter().map(way));
        document.add_test_suite(suite);
    }
    document.to_string().map_err(io::Error::other)
}

fn verdict(view: &View<'_>) -> TestSuite {
    let headline = view.headline();
    let kind = match headline.verdict {
        Verdict::Healthy => None,
        Verdict::Problem => Some(NonSuccessKind::Failure),
        Verdict::Incomplete => Some(NonSuccessKind::Error),
    };
    let word = if headline.verdict == Verdict::Problem { "problem" } else { "incomplete" };
    let mut case = case("verdict", "pldoctor", kind, word, &headline.sentence);
    case.set_system_out(format!("{}\n{}", headline.sentence, view.footer()));
    // What took time is the run; judging one check takes none. Readers of JUnit want a number with each.
    case.set_time(view.report.run.took);
    let mut suite = TestSuite::new("verdict");
    suite.set_time(view.report.run.took);
    suite.add_test_case(case);
    suite
}

fn check(view: &View<'_>, seen: &Seen) -> TestCase {
    let word = view.words.text(outcome_key(seen.outcome));
    let class = "pldoctor.check";
    match seen.outcome {
        _ if seen.suppressed => skipped(seen, class, &view.words.labelled(word, &seen.sentence)),
        Outcome::Fail => case(seen.check, class, Some(NonSuccessKind::Failure), "fail", &seen.sentence),
        Outcome::Pass | Outcome::Warn => {
            let mut case = case(seen.check, class, None, "", &seen.sentence);
            case.set_system_out(view.words.labelled(word, &seen.sentence));
            case
        }
        Outcome::Unknown | Outcome::Blocked | Outcome::NotApplicable => {
            skipped(seen, class, &view.words.labelled(word, &seen.sentence))
        }
    }
}

fn skipped(seen: &Seen, class: &str, why: &str) -> TestCase {
    let mut status = TestCaseStatus::skipped();
    status.set_message(why);
    let mut case = TestCase::new(seen.check, status);
    case.set_classname(class).set_time(Duration::ZERO);
    case
}

/// What programs compare stays the same in every language.
fn id_of(key: &'static str) -> &'static str {
    key.split_once('-').map_or(key, |(_, id)| id)
}

fn way(way: &Way) -> TestCase {
    let kind = match way.verdict {
        network::Verdict::Reachable => None,
        network::Verdict::Partial | network::Verdict::Blocked => Some(NonSuccessKind::Failure),
        network::Verdict::Unknown => Some(NonSuccessKind::Error),
    };
    let reasons: Vec<String> = way
        .hops
        .iter()
        .filter(|passed| passed.matters())
        .map(|passed| format!("{}: {}", passed.hop.name(), passed.sentence))
        .collect();
    let name = format!("{} > {} TCP {}", way.from.name(), way.to.name(), way.port);
    case(&name, "pldoctor.path", kind, way.verdict.name(), &reasons.join("\n"))
}

/// A case that passed, or didn't: its kind in one word, and why.
fn case(name: &str, class: &str, kind: Option<NonSuccessKind>, word: &str, why: &str) -> TestCase {
    let status = kind.map_or_else(TestCaseStatus::success, |kind| {
        let mut status = TestCaseStatus::non_success(kind);
        status.set_type(word).set_message(why).set_description(why);
        status
    });
    let mut case = TestCase::new(name, status);
    case.set_classname(class).set_time(Duration::ZERO);
    case
}
