//! `pldoctor.toml`: what is accepted is no cause any more, stays in the report, and hides no failure of another check.

use super::cli::{Ran, pldoctor, run, world};
use serde_json::Value;
use tempfile::TempDir;

/// The demo's world, judged in a folder with this configuration.
fn judged(config: &str, arguments: &[&str]) -> Ran {
    let (facts, here) = (world(), configured(config));
    run(pldoctor().current_dir(here.path()).args(["check", "--facts"]).arg(facts.path()).args(arguments))
}

fn configured(config: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pldoctor.toml"), config).unwrap();
    folder
}

fn report(config: &str, arguments: &[&str]) -> (i32, Value) {
    let ran = judged(config, &[&["--format", "json"], arguments].concat());
    (ran.code, serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.err)))
}

fn accept(check: &str, more: &str) -> String {
    format!("[[suppress]]\ncheck = \"{check}\"\nreason = \"it is known\"\n{more}\n")
}

fn finding<'a>(document: &'a Value, check: &str) -> &'a Value {
    document["findings"].as_array().unwrap().iter().find(|finding| finding["check"] == check).unwrap()
}

fn causes(document: &Value) -> Vec<&str> {
    document["root_causes"].as_array().unwrap().iter().map(|cause| cause["check"].as_str().unwrap()).collect()
}

#[test]
fn what_a_suppressed_cause_led_to_stands_by_itself() {
    let (_, before) = report("", &[]);
    let explained: Vec<&str> =
        before["root_causes"][0]["explains"].as_array().unwrap().iter().map(|check| check.as_str().unwrap()).collect();
    assert_eq!(causes(&before)[0], "vpc-dns-hostnames");
    assert!(explained.contains(&"endpoint-private-dns"));

    let (code, after) = report(&accept("vpc-dns-hostnames", "expires = 2999-12-31"), &[]);
    assert_eq!((code, &after["verdict"]), (1, &Value::from("problem")));
    assert!(!causes(&after).contains(&"vpc-dns-hostnames") && causes(&after).contains(&"endpoint-private-dns"));
    let hostnames = finding(&after, "vpc-dns-hostnames");
    assert_eq!(hostnames["outcome"], "fail", "it stays what it is");
    assert_eq!(hostnames["suppressed"], serde_json::json!({ "reason": "it is known", "expires": "2999-12-31" }));
    assert_eq!(finding(&after, "endpoint-private-dns")["suppressed"], Value::Null);
    assert_eq!(after["suppressions"][0]["state"], "used");
}

#[test]
fn a_suppressed_failure_alone_is_no_problem_and_is_named() {
    let alone = &["--only", "vpc-dns-hostnames"];
    assert_eq!(judged("", alone).code, 1);
    let ran = judged(&accept("vpc-dns-hostnames", ""), alone);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(
        ran.out.contains("One\n           finding is suppressed.") || ran.out.contains("One finding is suppressed.")
    );
    assert!(ran.out.contains("⊘ suppressed vpc-dns-hostnames: DNS hostnames"), "{}", ran.out);
    assert!(!ran.out.contains('✖') && ran.out.contains("it is known"), "{}", ran.out);
}

#[test]
fn the_headline_ends_as_sentences_of_its_language_do() {
    for (lang, end) in [("en", ":4000. One finding"), ("zh", "个原因。有 1 项"), ("ja", "見つかりました。1 件")]
    {
        let text =
            judged(&accept("vpc-dns-hostnames", ""), &["--lang", lang, "--format", "markdown"]).out.replace('`', "");
        assert!(text.contains(end), "{lang}: {text}");
    }
}

#[test]
fn a_measurement_that_failed_stays_one() {
    let (code, document) =
        report(&accept("tcp", ""), &["--only", "tcp,greeting,host-resolver-answer", "--fail-on", "warn"]);
    assert!(!causes(&document).contains(&"tcp"));
    assert_ne!((code, &document["verdict"]), (0, &Value::from("healthy")), "nobody saw it work");
}

#[test]
fn fail_on_passes_over_what_is_suppressed() {
    // Where the subnets may not be listed, one check is unknown, and another one warns of the refusal.
    let folder = world();
    let refused = r#"{"Error":{"Code":"UnauthorizedOperation","Message":"You are not authorized."}}"#;
    std::fs::write(folder.path().join("aws/ec2/describe-subnets.json"), refused).unwrap();
    for (check, kind, code) in [("endpoint-zones", "unknown", 3), ("aws-access", "warn", 1)] {
        let judged = |config: &str| {
            let here = configured(config);
            let only = format!("vpc-dns-support,{check}");
            let arguments = ["--only", only.as_str(), "--fail-on", kind];
            run(pldoctor().current_dir(here.path()).args(["check", "--facts"]).arg(folder.path()).args(arguments)).code
        };
        assert_eq!((judged(""), judged(&accept(check, ""))), (code, 0), "{check}");
    }
}

#[test]
fn only_about_the_resource_that_is_named() {
    let states = |resource: &str| {
        let (_, document) = report(&accept("vpc-dns-hostnames", &format!("resource = \"{resource}\"")), &[]);
        (document["suppressions"][0]["state"].clone(), causes(&document).contains(&"vpc-dns-hostnames"))
    };
    assert_eq!(states("vpc-0a3f6c1d2e4b5a697"), (Value::from("used"), false));
    assert_eq!(states("vpc-00000000000000000"), (Value::from("unused"), true));
}

#[test]
fn what_does_nothing_any_more_is_said() {
    let config =
        accept("vpc-dns-hostnames", "expires = 2001-01-01") + &accept("vpc-dns-support", "") + &accept("login", "");
    let (code, document) = report(&config, &["--skip", "login"]);
    let suppressions = document["suppressions"].as_array().unwrap();
    let states: Vec<&str> = suppressions.iter().filter_map(|one| one["state"].as_str()).collect();
    assert_eq!((code, states), (1, vec!["expired", "unused", "not_run"]));
    assert!(causes(&document).contains(&"vpc-dns-hostnames"), "an expired one suppresses nothing");
    let out = judged(&config, &[]).out.replace('\n', " ");
    assert!(out.contains("The suppression of vpc-dns-hostnames expired on 2001-01-01"), "{out}");
    assert!(out.contains("The suppression of vpc-dns-support suppresses nothing here."), "{out}");
}

#[test]
fn a_wrong_configuration_is_wrong_usage_before_anything_is_judged() {
    for (config, said) in [
        (accept("endpoint-zone", ""), "Did you mean endpoint-zones"),
        ("[[suppress]]\ncheck = \"tcp\"".to_owned(), "missing field `reason`"),
        (accept("tcp", "until = 2027-01-31"), "unknown field `until`"),
        (accept("tcp", "expires = 2027-13-31"), "pldoctor.toml"),
        ("\u{1b}[2J".to_owned(), "pldoctor.toml"),
    ] {
        let ran = judged(&config, &[]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{config}");
        assert!(ran.err.contains(said) && !ran.err.contains('\u{1b}'), "{config}: {}", ran.err);
    }
    let ran = judged("", &["--config", "/nonexistent/pldoctor.toml"]);
    assert!(ran.code == 2 && ran.err.contains("/nonexistent/pldoctor.toml"), "{}", ran.err);
}

#[test]
fn a_configuration_that_is_no_file_is_said_and_not_waited_for() {
    let (facts, here) = (world(), tempfile::tempdir().unwrap());
    let path = here.path().join("pldoctor.toml");
    let judged = || run(pldoctor().current_dir(here.path()).args(["check", "--facts"]).arg(facts.path()));
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    let pipe = judged();
    assert!(pipe.code == 2 && pipe.err.contains("pldoctor.toml can't be read: it is no file"), "{}", pipe.err);
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert_eq!(judged().code, 2);
    // As editors on Windows save it.
    std::fs::remove_dir(&path).unwrap();
    std::fs::write(&path, format!("\u{feff}{}", accept("tcp", "").replace('\n', "\r\n"))).unwrap();
    assert_eq!(judged().code, 1);
}

#[test]
fn preflight_has_the_same_gate_and_path_has_none() {
    let facts = world();
    let preflight = |config: &str, arguments: &[&str]| {
        let here = configured(config);
        run(pldoctor().current_dir(here.path()).args(["preflight", "--facts"]).arg(facts.path()).args(arguments))
    };
    let only = |check: &'static str| ["--only", check];
    assert_eq!(preflight("", &only("endpoint-quota")).code, 0);
    assert_eq!(preflight("", &only("vpc-dns-hostnames")).code, 1);
    assert_eq!(preflight("", &["--only", "vpc-dns-hostnames", "--skip", "vpc-dns-hostnames"]).code, 2);
    assert_eq!(preflight(&accept("vpc-dns-hostnames", ""), &only("vpc-dns-hostnames")).code, 0);
    std::fs::remove_file(facts.path().join("aws/route53resolver/list-resolver-rules.json")).unwrap();
    let failing = "vpc-dns-hostnames,endpoint-private-dns,endpoint-security-group,client-security-group";
    let fail_on = |kind: &'static str| preflight("", &["--skip", failing, "--fail-on", kind]);
    assert_eq!((fail_on("warn").code, fail_on("unknown").code), (0, 3), "{}", fail_on("warn").out);
    // The path model has one answer, which no check can be left out of.
    let path = run(pldoctor().args(["path", "--to", "10.0.2.20", "--only", "tcp"]));
    assert!(path.code == 2 && path.err.contains("--only"), "{}", path.err);
}

#[test]
fn every_format_knows_it() {
    let config = accept("vpc-dns-hostnames", "");
    for format in ["markdown", "html", "junit", "github"] {
        let ran = judged(&config, &["--format", format]);
        assert!(ran.out.contains("Suppressed: it is known"), "{format}: {}", ran.out);
    }
    // Where people read, its sign is no failure's.
    for (format, sign) in [
        ("terminal", "⊘ suppressed vpc-dns-hostnames: "),
        ("markdown", "- ⊘ suppressed `vpc-dns-hostnames`: "),
        ("html", "<span aria-hidden=\"true\">⊘</span> suppressed</span>"),
    ] {
        for arguments in [&["--format", format, "--only", "vpc-dns-hostnames"][..], &["--format", format]] {
            assert!(judged(&config, arguments).out.contains(sign), "{format}");
        }
        let alone = judged(&config, &["--format", format, "--only", "vpc-dns-hostnames"]).out;
        assert!(!alone.contains('✖') && !alone.contains("class=\"finding fail\""), "{format}: {alone}");
    }
    let junit = judged(&config, &["--format", "junit", "--only", "vpc-dns-hostnames"]);
    assert!(junit.code == 0 && !junit.out.contains("<failure"), "{}", junit.out);
    let github = judged(&config, &["--format", "github", "--only", "vpc-dns-hostnames"]);
    assert!(!github.out.contains("::error"), "{}", github.out);
}

#[test]
fn a_snapshot_keeps_no_suppression() {
    // What is accepted belongs to who asks, so that whoever gets the facts sees everything.
    let question = pldoctor_checks::facts::Question {
        accepted: vec![pldoctor_checks::facts::Accepted { check: "tcp".to_owned(), ..Default::default() }],
        ..Default::default()
    };
    assert!(!serde_json::to_string(&question).unwrap().contains("accepted"));
}
