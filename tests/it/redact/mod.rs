//! Redaction: nothing that names anybody is left, and the judgement is the same.

mod fill;
mod verdicts;
mod words;

use pldoctor::snapshot::redact::{Key, Kind, listed_places, redact};
use pldoctor_checks::facts::{Facts, Observed, Why};
use pldoctor_checks::snapshot::layout;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The texts of a value, by their places.
fn texts(value: &Value, place: &str, found: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::String(text) => found(place, text),
        Value::Array(values) => values.iter().for_each(|value| texts(value, &format!("{place}[]"), found)),
        Value::Object(map) => {
            for (key, value) in map {
                let place = if place.is_empty() { key.clone() } else { format!("{place}.{key}") };
                texts(value, &place, found);
            }
        }
        _ => {}
    }
}

fn files(facts: &Facts) -> Vec<(String, Value)> {
    let mut files = layout::files(facts);
    files.push(("question".into(), serde_json::to_value(&facts.question).unwrap()));
    files
}

/// Worlds in which every text of the facts' types is filled.
fn filled() -> Vec<Facts> {
    let mut worlds = Vec::from(fill::worlds());
    for login in fill::logins() {
        let mut world = worlds[1].clone();
        world.connections.login = Observed::Known(login);
        worlds.push(world);
    }
    worlds
}

#[test]
fn every_text_of_the_facts_is_classified_and_nothing_else_is() {
    let listed: BTreeSet<(String, String)> = listed_places().into_iter().collect();
    let mut seen = BTreeSet::new();
    for world in filled() {
        for (file, value) in files(&world) {
            let stem = file.split('.').next().unwrap().to_owned();
            texts(&value, "", &mut |place, _| {
                if !place.ends_with("Error.Code") && !place.ends_with("Error.Message") || place.contains("LastError") {
                    seen.insert((stem.clone(), place.to_owned()));
                }
            });
        }
    }
    for place in ["from.interface", "from.address"] {
        seen.insert(("question".into(), place.into()));
    }
    let unlisted: Vec<_> = seen.difference(&listed).collect();
    assert!(unlisted.is_empty(), "say in src/snapshot/redact/fields.toml what these are: {unlisted:#?}");
    let stale: Vec<_> = listed.difference(&seen).collect();
    assert!(stale.is_empty(), "no fact has these places of src/snapshot/redact/fields.toml: {stale:#?}");
}

#[test]
fn what_nobody_classified_is_masked() {
    // Every text that is not the program's own word is the mark; what was kept of it is what the table keeps.
    let mut kept = BTreeMap::new();
    for world in filled() {
        let redacted = redact(&world, true, &Key::fixed(1)).unwrap();
        assert!(!redacted.names.masked().is_empty());
        for (file, value) in files(&redacted.facts) {
            texts(&value, "", &mut |place, text| {
                if text.contains("203.0.113.77") {
                    panic!("an address is left in {file} at {place}");
                }
                if text == fill::MARK {
                    *kept.entry(place.rsplit('.').next().unwrap().trim_end_matches("[]").to_owned()).or_insert(0) += 1;
                }
            });
        }
    }
    // Messages that are a word which a field has shown to be somebody's are masked, too: here, all are.
    insta::assert_json_snapshot!(kept.keys().collect::<Vec<_>>());
}

fn refused<T>(text: &str) -> Observed<T> {
    Observed::Unknown(Why::new("UnauthorizedOperation", text))
}

fn message<T>(slot: &Observed<T>) -> String {
    slot.as_ref().err().expect("it was refused").message.clone()
}

#[test]
fn messages_keep_their_words_and_lose_their_names() {
    let mut facts = Facts::default();
    let said = "You are not authorized to perform this operation. User: \
        arn:aws:sts::123456789012:assumed-role/app-role/alice.smith@corp.example is not authorized to perform: ec2:DescribeVpcs on \
        arn:aws:ec2:us-east-1:123456789012:vpc/vpc-0a1b2c3d4e5f60718. Encoded authorization failure message: ";
    let said = format!("{said}{}", "Zm9vYmFy".repeat(40));
    facts.aws.vpcs = refused(&said);
    facts.aws.subnets = refused(
        "connect to ec2.us-east-1.amazonaws.com through proxy.corp.example:3128 (203.0.113.9) failed: /home/alice/.aws/config",
    );
    facts.aws.route_tables = refused("Access denied for user 'bob.root'@'203.0.113.9' (using password: YES)");
    let redacted = redact(&facts, false, &Key::fixed(1)).unwrap();
    let aws = &redacted.facts.aws;
    let messages = [message(&aws.vpcs), message(&aws.subnets), message(&aws.route_tables)];
    for text in &messages {
        for original in
            ["123456789012", "app-role", "alice", "smith", "corp.example", "203.0.113.9", "bob", "Zm9v", "proxy"]
        {
            assert!(!text.contains(original), "{original} is left in: {text}");
        }
    }
    assert!(
        messages[0].starts_with("You are not authorized to perform this operation. User: arn:aws:sts::"),
        "{}",
        messages[0]
    );
    assert!(
        messages[0].contains("ec2:DescribeVpcs on arn:aws:ec2:us-east-1:")
            && messages[0].contains("vpc/vpc-0a1b2c3d4e5f60718")
    );
    assert!(messages[1].starts_with("connect to ec2.us-east-1.amazonaws.com through name-"), "{}", messages[1]);
    assert!(
        messages[2].starts_with("Access denied for user '") && messages[2].ends_with("(using password: YES)"),
        "{}",
        messages[2]
    );
    let counts = redacted.names.counts();
    assert_eq!((counts["account"], counts["address"]), (1, 1), "{counts:?}");
    assert!(redacted.names.masked().contains(&(Kind::Account, "123456789012".into())));
}

#[test]
fn the_same_key_gives_the_same_pseudonyms() {
    let facts = &crate::recorded::all()[0].facts;
    let one = |byte| files(&redact(facts, true, &Key::fixed(byte)).unwrap().facts);
    assert_eq!(one(1), one(1));
    assert_ne!(one(1), one(2));
}

#[test]
fn an_original_that_is_left_is_found_however_it_is_written() {
    let case = crate::recorded::all()
        .iter()
        .find(|case| case.name == "login/prefix-missing")
        .unwrap_or(&crate::recorded::all()[0]);
    let mut facts = case.facts.clone();
    facts.question.target.user = Some("3pTAoNNegb47Uc8.o'neill".into());
    let redacted = redact(&facts, false, &Key::fixed(1)).unwrap();
    let leaks =
        |text: &str| redacted.leaks(&BTreeMap::from([("report.html".to_owned(), text.into())]), &BTreeMap::new());
    assert_eq!(leaks("all is well"), []);
    for text in ["o'neill", "<b>o&#39;neill</b>", "?u=o%27neill", r#""o'neill""#, "x\\no'neill"] {
        let found = leaks(text);
        assert_eq!(
            (found.len(), found[0].kind, found[0].file.as_str()),
            (1, Kind::User, "report.html"),
            "{text}: {found:?}"
        );
    }
    assert_eq!(leaks("3pTAoNNegb47Uc8").len(), 1);
}
