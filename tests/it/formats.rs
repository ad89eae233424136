//! The formats besides the terminal's and JSON: how they look, and that nothing in a world can become more than text in them.

use crate::recorded;
use crate::report::{broken, healthy, run, unseen};
use pldoctor::report::terminal::{self, Detail, Options, Palette};
use pldoctor::report::{Format, Report, render};
use pldoctor_checks::diagnosis::{Outcome, Verdict, diagnose};
use pldoctor_checks::facts::Facts;
use pldoctor_checks::registry::CHECKS;
use pldoctor_checks::words::Lang;
use proptest::prelude::*;
use quick_junit::{NonSuccessKind, Report as Junit, TestCaseStatus};

fn rendered(facts: &Facts, format: Format) -> String {
    let diagnosis = diagnose(CHECKS, facts);
    render(format, Report { facts, diagnosis: &diagnosis, run: &run() }, Lang::En).unwrap()
}

/// The recorded case in which TiDB Cloud has to act.
fn theirs() -> Facts {
    let case = recorded::all().iter().find(|case| case.name == "endpoint-state/pending-acceptance");
    case.expect("the case is recorded").facts.clone()
}

#[test]
fn markdown() {
    insta::assert_snapshot!("markdown-broken", rendered(&broken(), Format::Markdown));
    insta::assert_snapshot!("markdown-healthy", rendered(&healthy(), Format::Markdown));
    insta::assert_snapshot!("markdown-support", rendered(&theirs(), Format::Markdown));
}

#[test]
fn github() {
    insta::assert_snapshot!("github-broken", rendered(&broken(), Format::Github));
    insta::assert_snapshot!("github-unseen", rendered(&unseen(), Format::Github));
}

#[test]
fn junit() {
    insta::assert_snapshot!("junit-broken", rendered(&broken(), Format::Junit));
}

#[test]
fn html() {
    let text = rendered(&broken(), Format::Html);
    // Style and script have their own files: what is of interest is what stands between.
    let (before, rest) = text.split_once("<style>").unwrap();
    let (_, rest) = rest.split_once("</style>").unwrap();
    let (body, _) = rest.split_once("<script>").unwrap();
    let policy = before.split_once("content=\"default-src").unwrap().0;
    insta::assert_snapshot!("html-broken", format!("{policy}…{body}"));
}

#[test]
fn what_tidb_cloud_has_to_do_is_ready_to_send() {
    let text = rendered(&theirs(), Format::Markdown);
    let (_, section) = text.split_once("## For TiDB Cloud support").expect("it is addressed to them");
    for part in [
        "- endpoint: `vpce-",
        "- service: `com.amazonaws.vpce.",
        "- zones: `use1-az",
        "- seen at: `1970-01-01T00:00:00Z`",
    ] {
        assert!(section.contains(part), "{part}: {section}");
    }
    // What AWS's settings say is not measured.
    let measured: Vec<&str> = section.lines().filter(|line| line.starts_with("- measured: ")).collect();
    assert!(measured.iter().any(|line| line.contains("The VPC resolver ")), "{section}");
    assert!(!measured.iter().any(|line| line.contains("Resolver rule") || line.contains("hosted zone")), "{section}");
    assert!(!rendered(&broken(), Format::Markdown).contains("For TiDB Cloud support"));
}

/// JUnit, read. This reader knows XML's references by name only; `tests/docs/run` has others read it.
fn read_back(junit: &str) -> Junit {
    let named = junit.replace("&#35;", "#").replace("&#58;", ":");
    Junit::deserialize_from_str(&named).unwrap_or_else(|error| panic!("{error}: {junit}"))
}

#[test]
fn junit_says_what_the_findings_say() {
    for facts in [broken(), healthy(), unseen()] {
        let diagnosis = diagnose(CHECKS, &facts);
        let document = read_back(&rendered(&facts, Format::Junit));
        let cases: Vec<_> = document.test_suites.iter().flat_map(|suite| &suite.test_cases).collect();
        assert_eq!(cases.len(), diagnosis.findings.len() + 1, "a case a check, and the verdict");
        let red = matches!(&cases[0].status, TestCaseStatus::NonSuccess { .. });
        assert_eq!(red, diagnosis.verdict != Verdict::Healthy);
        for finding in &diagnosis.findings {
            let case = cases.iter().find(|case| case.name.as_str() == finding.check).expect("it has a case");
            let fits = match (&case.status, finding.outcome) {
                (TestCaseStatus::Success { .. }, outcome) => matches!(outcome, Outcome::Pass | Outcome::Warn),
                (TestCaseStatus::NonSuccess { kind, .. }, outcome) => {
                    *kind == NonSuccessKind::Failure && outcome == Outcome::Fail
                }
                (TestCaseStatus::Skipped { message, .. }, outcome) => {
                    message.as_ref().is_some_and(|message| message.len() > 5)
                        && matches!(outcome, Outcome::Unknown | Outcome::Blocked | Outcome::NotApplicable)
                }
            };
            assert!(fits, "{}: {:?} is {:?}", finding.check, finding.outcome, case.status);
        }
    }
}

/// The demo's world with this text at the end of every name that reports show.
fn with(hostile: &str) -> Facts {
    let mut facts = broken();
    facts.question.target.host = Some(format!("gateway01{hostile}"));
    if let Some(system) = facts.dns.system.known_mut() {
        system.error = Some(hostile.to_owned());
    }
    for endpoint in &mut facts.aws.vpc_endpoints.known_mut().unwrap().vpc_endpoints {
        endpoint.vpc_endpoint_id.push_str(hostile);
        endpoint.service_name.push_str(hostile);
    }
    for group in &mut facts.aws.security_groups.known_mut().unwrap().security_groups {
        group.group_id.push_str(hostile);
        group.group_name.push_str(hostile);
    }
    for subnet in &mut facts.aws.subnets.known_mut().unwrap().subnets {
        subnet.availability_zone_id.push_str(hostile);
    }
    facts
}

/// Names of elements and attributes in a page, as the page without anything hostile has them.
fn tags(html: &str) -> std::collections::BTreeSet<String> {
    let (before, rest) = html.split_once("<style>").unwrap();
    let (_, rest) = rest.split_once("</style>").unwrap();
    let (body, _) = rest.split_once("<script>").unwrap();
    let mut names = std::collections::BTreeSet::new();
    for tag in before.split('<').skip(1).chain(body.split('<').skip(1)) {
        let (tag, text) = tag.split_once('>').unwrap_or_else(|| panic!("a tag without end: {tag}"));
        assert!(!text.contains('>'), "not escaped: {text}");
        // Values are between quotes: what is left are the names.
        let outside: String = tag.split('"').step_by(2).collect();
        assert!(tag.matches('"').count() % 2 == 0, "a quote too many: {tag}");
        let mut words = outside.split_whitespace();
        let element = words.next().unwrap_or_default().trim_end_matches('/');
        names.extend(words.map(|word| format!("{element} {}", word.trim_end_matches(['=', '/']))));
        names.insert(element.to_owned());
    }
    names
}

/// Everything that HTML, Markdown, XML and runners of workflows could take for more than text, in any order.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just("<script>alert(1)</script>".to_owned()),
        Just("</script>".to_owned()),
        Just("</style>".to_owned()),
        Just("</title>".to_owned()),
        Just("\" onload=\"x".to_owned()),
        Just("' onload='x".to_owned()),
        Just("]]>".to_owned()),
        Just("-->".to_owned()),
        Just("```".to_owned()),
        Just("`".to_owned()),
        Just("|".to_owned()),
        Just("\n::error::".to_owned()),
        Just("%0A::stop-commands::x".to_owned()),
        Just(" ::error title=a::b".to_owned()),
        Just("::add-mask::us-east-1 ".to_owned()),
        Just("##[group]".to_owned()),
        Just("##vso[task.setvariable variable=PATH]b".to_owned()),
        Just(format!(" {} ", "x".repeat(90))),
        Just("@someone".to_owned()),
        Just("![x](https://attacker.invalid)".to_owned()),
        Just("[x](javascript:alert(1))".to_owned()),
        Just("https://attacker.invalid/".to_owned()),
        Just("\n# heading\n- item\n> quote\n".to_owned()),
        Just("\u{202e}\u{2066}\u{0}\u{1b}[2J".to_owned()),
        Just("\u{fffe}\u{ffff}".to_owned()),
        "\\PC{0,20}",
        any::<String>(),
    ];
    prop::collection::vec(pieces, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn nothing_hostile_is_more_than_text(text in hostile()) {
        let facts = with(&text);

        let html = rendered(&facts, Format::Html);
        let known: std::collections::BTreeSet<String> =
            [broken(), with("x")].iter().flat_map(|facts| tags(&rendered(facts, Format::Html))).collect();
        let unknown: Vec<_> = tags(&html).difference(&known).cloned().collect();
        prop_assert!(unknown.is_empty(), "{:?} are none of our tags", unknown);

        let junit = rendered(&facts, Format::Junit);
        read_back(&junit);

        let github = rendered(&facts, Format::Github);
        for line in github.lines() {
            let own = ["::error title=pldoctor%3A ", "::warning title=pldoctor%3A ", "::notice title=pldoctor%3A "];
            prop_assert!(own.iter().any(|begin| line.starts_with(begin)), "{}", line);
        }

        let mut outputs = vec![junit, html, rendered(&facts, Format::Markdown), rendered(&facts, Format::Json)];
        outputs.extend([Detail::Quiet, Detail::Usual, Detail::Everything].map(|detail| on_terminal(&facts, detail)));
        for line in outputs.iter().flat_map(|output| output.lines()) {
            prop_assert!(!is_obeyed(line), "{}", line);
        }

        let markdown = rendered(&facts, Format::Markdown);
        prop_assert_eq!(outside_of_code(&markdown), Vec::<String>::new());
    }
}

fn on_terminal(facts: &Facts, detail: Detail) -> String {
    let diagnosis = diagnose(CHECKS, facts);
    let mut out = Vec::new();
    let palette = Palette { color: false, unicode: true };
    let options = Options { palette, detail, ..Options::default() };
    terminal::write(&mut out, Report { facts, diagnosis: &diagnosis, run: &run() }, options).unwrap();
    String::from_utf8(out).unwrap()
}

/// Whether the runner of a job obeys the line, as GitHub's reads it (actions/runner, ActionCommand.cs), or Azure's or TeamCity's.
pub(crate) fn is_obeyed(line: &str) -> bool {
    const NAMES: [&str; 14] = [
        "set-env",
        "set-output",
        "save-state",
        "add-mask",
        "add-path",
        "add-matcher",
        "remove-matcher",
        "warning",
        "error",
        "notice",
        "debug",
        "group",
        "echo",
        "stop-commands",
    ];
    let is_name = |text: &str| NAMES.contains(&text.split(' ').next().unwrap_or_default().to_lowercase().as_str());
    let colons = line.trim_start().strip_prefix("::").and_then(|rest| rest.split_once("::"));
    let bracket = line.split_once("##[").and_then(|(_, rest)| rest.split_once(']'));
    colons.is_some_and(|(command, _)| is_name(command))
        || bracket.is_some_and(|(command, _)| is_name(command))
        || ["##vso[", "##teamcity["].iter().any(|begin| line.contains(begin))
}

#[test]
fn what_is_escaped_for_a_runner_is_the_same_data() {
    let facts = with(" ::error::a ##[group]b");
    let json: serde_json::Value = serde_json::from_str(&rendered(&facts, Format::Json)).unwrap();
    assert_eq!(json["target"]["host"], "gateway01 ::error::a ##[group]b");
    let junit = read_back(&rendered(&facts, Format::Junit));
    let verdict = &junit.test_suites[0].test_cases[0];
    assert!(verdict.system_out.as_ref().is_some_and(|text| text.as_str().contains("##[group]b")), "{verdict:?}");
    assert!(rendered(&facts, Format::Html).contains("&#35;#[group]b"));
    assert!(is_obeyed("  ::Error title=x::y") && is_obeyed("a ##[group]b") && !is_obeyed("::1 is ::error"));
}

/// What Markdown would take for a tag, a link, a mention or an entity, outside of code: told by reading code spans and fences as CommonMark does.
fn outside_of_code(markdown: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut fence: Option<usize> = None;
    for line in markdown.lines() {
        let ticks = line.chars().take_while(|character| *character == '`').count();
        match fence {
            Some(length) if ticks >= length && line.len() == ticks => fence = None,
            Some(_) => {}
            None if ticks >= 3 => fence = Some(ticks),
            None => {
                let prose = without_spans(line);
                let mut escaped = false;
                for (at, character) in prose.char_indices() {
                    if !escaped
                        && "<>[]*_~|@$&".contains(character)
                        && !prose.starts_with('|')
                        && !prose.starts_with("> ")
                    {
                        wrong.push(prose[at..].to_owned());
                    }
                    escaped = character == '\\' && !escaped;
                }
                wrong.extend(
                    ["://", "www."].iter().filter(|link| prose.contains(**link)).map(|link| (*link).to_owned()),
                );
            }
        }
    }
    assert_eq!(fence, None, "a fence is left open");
    wrong
}

/// A line without its code spans: from a run of backticks to the next run of the same length.
fn without_spans(line: &str) -> String {
    let mut kept = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        let escaped = rest[..at].chars().rev().take_while(|character| *character == '\\').count() % 2 == 1;
        kept.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = rest.chars().take_while(|character| *character == '`').count();
        if escaped {
            rest = &rest[1..];
            continue;
        }
        let after = &rest[length..];
        let mut close = None;
        let mut from = 0;
        while let Some(found) = after[from..].find('`').map(|found| found + from) {
            let run = after[found..].chars().take_while(|character| *character == '`').count();
            if run == length {
                close = Some(found + run);
                break;
            }
            from = found + run;
        }
        match close {
            Some(end) => rest = &after[end..],
            None => {
                kept.push_str(&rest[..length]);
                rest = after;
            }
        }
    }
    kept + rest
}
