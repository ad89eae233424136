//! Reports of worlds: the schema, what stands in them, and how they look.

use crate::recorded;
use pldoctor::collect::Ended;
use pldoctor::report::json::v1::{Document, schema};
use pldoctor::report::terminal::{self, Detail, Options, Palette};
use pldoctor::report::{Origin, Report, Run, json};
use pldoctor_checks::diagnosis::{Outcome, Verdict, diagnose};
use pldoctor_checks::facts::{Fact, Facts, GreetingAttempt, GreetingOutcome, Observed, TcpOutcome, Why};
use pldoctor_checks::registry::CHECKS;
use pldoctor_checks::words::Lang;
use serde_json::Value;
use std::path::Path;
use unicode_width::UnicodeWidthStr as _;

pub(crate) fn broken() -> Facts {
    pldoctor::demo::world().unwrap()
}

/// The demo's world after its plan, measured again.
pub(crate) fn healthy() -> Facts {
    let mut facts = broken();
    for step in diagnose(CHECKS, &facts).plan.steps {
        step.remedy.apply(&mut facts);
    }
    let host = facts.question.target.host.clone().unwrap();
    let addresses = ["10.0.2.87".parse().unwrap(), "10.0.3.41".parse().unwrap()];
    let right = serde_json::json!({ "outcome": "answered", "addresses": addresses, "ttl": 60 });
    for answers in [&mut facts.dns.vpc_resolver, &mut facts.dns.host_resolvers] {
        for answer in answers.known_mut().unwrap().iter_mut().filter(|answer| answer.name == host) {
            answer.outcome = serde_json::from_value(right.clone()).unwrap();
        }
    }
    let system = facts.dns.system.known_mut().unwrap();
    (system.addresses, system.error) = (addresses.to_vec(), None);
    let mut greetings = Vec::new();
    let mut handshakes = Vec::new();
    for attempt in facts.connections.tcp.known_mut().unwrap() {
        attempt.outcome = TcpOutcome::Connected { round_trip_us: 812 };
        attempt.tries = 1;
        attempt.source = Some("10.0.1.25".parse().unwrap());
        let established = serde_json::json!({
            "address": attempt.address, "server_name": host, "outcome": "established", "elapsed_ms": 6,
            "version": "TLSv1.3", "cipher": "TLS_AES_128_GCM_SHA256", "chain_length": 1, "name": "matches",
            "certificates": [{ "subject": format!("CN={host}"), "issuer": "CN=R12, O=Let's Encrypt, C=US", "names": [host] }],
            "trust": [{ "store": "system", "verdict": "trusted" }, { "store": "public", "verdict": "trusted" }],
        });
        handshakes.push(serde_json::from_value(established).unwrap());
        greetings.push(GreetingAttempt {
            address: attempt.address,
            outcome: GreetingOutcome::Greeted {
                version: "8.0.11-TiDB-v8.5.3-serverless".to_owned(),
                protocol: 10,
                auth_plugin: Some("mysql_native_password".to_owned()),
                tls: true,
                capabilities: None,
            },
            elapsed_ms: 3,
        });
    }
    facts.connections.greetings = Observed::Known(greetings);
    facts.connections.tls = Observed::Known(handshakes);
    facts.connections.login = Observed::Unknown(Why::not_asked("no password was given"));
    facts
}

/// The same, with AWS saying nothing and nothing measured.
pub(crate) fn unseen() -> Facts {
    let mut facts = healthy();
    let denied = Why::new("UnauthorizedOperation", "You are not authorized to perform this operation.");
    for fact in [Fact::VpcEndpoints, Fact::SecurityGroups] {
        fact.blank(&mut facts, &denied);
    }
    facts.forget_measurements();
    facts
}

pub(crate) fn run() -> Run {
    let mut run = Run::recorded(Origin::Collected(Ended::Complete));
    run.started_at = time::OffsetDateTime::UNIX_EPOCH;
    run.took = std::time::Duration::from_millis(1_234);
    run.api_calls.insert("ec2:DescribeVpcs".to_owned(), 1);
    run
}

fn printed(facts: &Facts, options: Options) -> String {
    let diagnosis = diagnose(CHECKS, facts);
    let mut out = Vec::new();
    terminal::write(&mut out, Report { facts, diagnosis: &diagnosis, run: &run() }, options).unwrap();
    String::from_utf8(out).unwrap()
}

fn document(facts: &Facts) -> Value {
    let diagnosis = diagnose(CHECKS, facts);
    let mut out = Vec::new();
    json::write(&mut out, Report { facts, diagnosis: &diagnosis, run: &run() }, Lang::En).unwrap();
    serde_json::from_slice(&out).unwrap()
}

fn unicode() -> Options {
    Options { palette: Palette { color: false, unicode: true }, ..Options::default() }
}

#[test]
fn the_worlds_are_what_they_are_called() {
    assert_eq!(diagnose(CHECKS, &broken()).verdict, Verdict::Problem);
    let diagnosis = diagnose(CHECKS, &healthy());
    let failed: Vec<_> = diagnosis.findings.iter().filter(|finding| finding.outcome == Outcome::Fail).collect();
    assert_eq!(diagnosis.verdict, Verdict::Healthy, "{failed:#?}");
    assert_eq!(diagnose(CHECKS, &unseen()).verdict, Verdict::Incomplete);
}

/// Set `UPDATE_SCHEMA` to write it anew; what changes then is a promise that changes.
#[test]
fn the_committed_schema_is_the_document_s() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/report-v1.schema.json");
    let schema = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&file, &schema).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap_or_default(), schema, "run this test with UPDATE_SCHEMA=1");
}

#[test]
fn every_document_is_what_the_schema_says() {
    for facts in [broken(), healthy(), unseen(), Facts::default()] {
        let value = document(&facts);
        // Strict: a key that the structs don't have is an error, and what they have comes out the same.
        let read: Document = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), value);
        let schema = serde_json::to_value(schema()).unwrap();
        fits(&value, &schema, &schema, "document");
    }
}

/// As much of JSON Schema as the document's uses.
fn fits(value: &Value, schema: &Value, root: &Value, at: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let definition = root.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("{at}: {name}"));
        return fits(value, definition, root, at);
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let some = any.iter().any(|one| match one["type"].as_str() {
            Some("null") => value.is_null(),
            _ => !value.is_null(),
        });
        assert!(some, "{at}: {value}");
        let one = any.iter().find(|one| one["type"] != "null").unwrap();
        if !value.is_null() {
            fits(value, one, root, at);
        }
        return;
    }
    if let Some(words) = schema["oneOf"].as_array().filter(|words| words.iter().all(|word| word["const"].is_string())) {
        assert!(words.iter().any(|word| word["const"] == *value), "{at}: {value} is none of the words");
    }
    let is = |kind: &str| match kind {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{at}: type {other}"),
    };
    match &schema["type"] {
        Value::String(kind) => assert!(is(kind), "{at}: {value} is no {kind}"),
        Value::Array(kinds) => assert!(kinds.iter().any(|kind| is(kind.as_str().unwrap())), "{at}: {value}"),
        _ => {}
    }
    let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    for key in required.iter().map(|key| key.as_str().unwrap()) {
        assert!(value.get(key).is_some(), "{at}: {key} is missing");
    }
    if let (Some(object), Some(properties)) = (value.as_object(), schema["properties"].as_object()) {
        for (key, value) in object {
            fits(value, properties.get(key).unwrap_or_else(|| panic!("{at}: {key} is not described")), root, key);
        }
        assert_eq!(object.len(), required.len(), "{at}: every key is always there");
    }
    for item in value.as_array().into_iter().flatten() {
        fits(item, &schema["items"], root, at);
    }
}

#[test]
fn the_document_of_a_broken_world() {
    let value = document(&broken());
    assert_eq!(value["verdict"], "problem");
    assert_eq!(value["reach"]["verdict"], "blocked");
    assert_eq!(value["reach"]["blocker"]["hop"], "endpoint-sg-ingress");
    assert_eq!(value["paths"].as_array().unwrap().len(), 2, "one a zone");
    assert_eq!(value["paths"][0]["blocker"], value["reach"]["blocker"]);
    assert_eq!(value["plan"]["proof"]["reach_after"], "reachable");
    let ids: Vec<&str> =
        value["plan"]["steps"].as_array().unwrap().iter().map(|step| step["id"].as_str().unwrap()).collect();
    let mut unique = ids.clone();
    unique.dedup();
    assert_eq!(ids, unique, "each step has an id of its own");
    for cause in value["root_causes"].as_array().unwrap() {
        for id in cause["remedies"].as_array().unwrap() {
            assert!(ids.contains(&id.as_str().unwrap()), "{id} is a step");
        }
    }
    assert_eq!(value["api_calls"]["total"], 1);
}

#[test]
fn steps_of_one_kind_are_told_apart() {
    let mut facts = broken();
    let mut diagnosis = diagnose(CHECKS, &facts);
    let step = diagnosis.plan.steps[0].clone();
    diagnosis.plan.steps.extend([step.clone(), step]);
    facts.question.region = None;
    let document = Document::from(Report { facts: &facts, diagnosis: &diagnosis, run: &run() });
    let ids: Vec<&str> = document.plan.steps.iter().map(|step| step.id.as_str()).collect();
    assert!(ids.ends_with(&["enable-dns-hostnames-2", "enable-dns-hostnames-3"]), "{ids:?}");
}

#[test]
fn the_terminal_report_of_a_healthy_world() {
    insta::assert_snapshot!("healthy", printed(&healthy(), unicode()));
}

#[test]
fn the_terminal_report_of_a_world_that_is_not_seen() {
    let text = printed(&unseen(), unicode());
    assert!(text.contains("ec2:DescribeVpcEndpoints"), "{text}");
    insta::assert_snapshot!("unseen", text);
}

#[test]
fn no_line_is_wider_than_the_terminal_unless_a_word_is() {
    for facts in [broken(), healthy(), unseen(), Facts::default()] {
        for width in [40, 60, 80, 100] {
            // Terraform is not wrapped, and has lines of its own width.
            let details = [Detail::Quiet, Detail::Usual, Detail::Everything];
            for detail in details.into_iter().filter(|detail| width > 40 || *detail != Detail::Everything) {
                for line in printed(&facts, Options { width, detail, ..unicode() }).lines() {
                    let long_word = line.split(' ').any(|word| word.width() > width / 2) || line.contains(['\'', '"']);
                    assert!(line.width() <= width || long_word, "{width}: {line}");
                    assert_eq!(line.trim_end(), line, "no blanks at the end");
                }
            }
        }
    }
}

#[test]
fn nothing_is_measured_through_an_endpoint_that_does_not_exist() {
    let case = recorded::all().iter().find(|case| case.name == "subnet-room/chosen").expect("the case");
    assert!(case.facts.question.preflight.is_some());
    let text = printed(&case.facts, unicode());
    assert!(text.starts_with("✔ HEALTHY") && text.contains("Nothing was measured"), "{text}");
    assert!(!text.contains("\n  login ") && !text.contains("\n  tcp "), "{text}");
}

#[test]
fn steps_that_change_no_fact_prove_nothing() {
    let case = recorded::all().iter().find(|case| case.name == "vantage/other-vpc").expect("the case");
    let text = printed(&case.facts, unicode());
    assert!(text.contains("1/2 ") && text.contains("\nTHEN  Run pldoctor again") && !text.contains("PROOF"), "{text}");
}

#[test]
fn where_hops_have_no_room_each_interface_still_has_its_verdict() {
    let text = printed(&broken(), Options { width: 40, ..unicode() });
    let path = text.split("THE PATH").nth(1).unwrap().split("THE FIX").next().unwrap();
    for address in ["10.0.2.87", "10.0.3.41"] {
        assert!(path.contains(&format!("✖ {address} ")) && path.contains("blocked"), "{path}");
    }
    assert!(!path.contains("has no say"), "a legend of marks that are not there: {path}");
}

#[test]
fn a_command_can_be_copied() {
    let facts = broken();
    let text = printed(&facts, Options { detail: Detail::Quiet, ..unicode() });
    let diagnosis = diagnose(CHECKS, &facts);
    for step in &diagnosis.plan.steps {
        let argv = step.remedy.step(&facts, pldoctor_checks::words::Lang::En).argv;
        let start = text.find(&argv[..4].join(" ")).expect("it is printed");
        // What a shell makes of the copied lines: backslash and line feed vanish.
        let copied = text[start..].split("\n\n").next().unwrap().replace("\\\n", "");
        assert_eq!(shlex::split(&copied).unwrap(), argv);
    }
}

#[test]
fn colour_changes_nothing_but_colour() {
    colored::control::set_override(true);
    for facts in [broken(), healthy(), unseen()] {
        let plain = printed(&facts, unicode());
        let painted =
            printed(&facts, Options { palette: Palette { color: true, unicode: true }, ..Options::default() });
        assert!(painted.contains("\u{1b}["));
        let mut bare = String::new();
        let mut rest = painted.as_str();
        while let Some(at) = rest.find("\u{1b}[") {
            bare.push_str(&rest[..at]);
            rest = rest[at..].split_once('m').unwrap().1;
        }
        bare.push_str(rest);
        let trimmed = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        assert_eq!(trimmed(&bare), trimmed(&plain));
    }
}
