//! Names in odd places and odd forms, which must go; and words that are nobody's, which must stay.

use super::{files, refused, texts};
use crate::recorded;
use pldoctor::bundle::{Contents, Destination};
use pldoctor::report::{Languages, Origin, Run};
use pldoctor::snapshot::redact::{Key, Redaction, redact};
use pldoctor_checks::diagnosis::{Diagnosis, diagnose};
use pldoctor_checks::facts::aws::Tag;
use pldoctor_checks::facts::{DnsOutcome, Facts, Observed, TlsOutcome};
use pldoctor_checks::registry::CHECKS;
use std::collections::{BTreeMap, BTreeSet};

/// The texts of redacted facts, without the program's own.
fn redacted(facts: &Facts, strict: bool) -> String {
    let mut all = String::new();
    for (file, value) in files(&redact(facts, strict, &Key::fixed(3)).unwrap().facts) {
        all.push_str(&file);
        texts(&value, "", &mut |_, text| all.push_str(&format!("\n{text}")));
    }
    all
}

#[test]
fn what_a_message_glues_together_is_told_apart() {
    for (message, names) in [
        ("lookup db7.acme.example.: no such host", "db7 acme"),
        ("host:db7.acme.example.:4000;next", "db7 acme"),
        ("GET db7.acme.example#top or db7.acme.example?x=1&y=db8.acme.example", "db7 db8 acme"),
        ("访问主机db7.acme.example失败", "db7 acme"),
        ("*.acme.example does not match", "acme"),
        ("proxy http://jane:hunter2@proxy.acme.example:3128/ refused", "jane hunter2 acme"),
        ("no mail from jane@acme.example, nor user=jane@203.0.113.9", "jane acme 203.0.113.9"),
        (r"can't open C:\Users\jane\.aws\config", "jane"),
        ("GET /?u=jane%40acme.example&b=1", "jane acme"),
        ("node Host-203.0.113.9-a and ip-203-0-113-9 and ::ffff:203.0.113.9:80", "203.0.113.9 203-0-113-9"),
        (
            "arn:aws:sts::123456789012:assumed-role/app/jane=smith,ops+x@acme.example is not authorized",
            "123456789012 jane smith ops acme",
        ),
        ("caller:arn:aws:iam::123456789012:user/dept/jane", "123456789012 dept jane"),
        ("s3://123456789012-logs/x", "123456789012"),
    ] {
        for strict in [false, true] {
            let mut facts = Facts::default();
            facts.aws.vpcs = refused(message);
            let text = redacted(&facts, strict);
            for name in names.split(' ') {
                assert!(!text.contains(name), "{name} is left of {message:?}: {text}");
            }
        }
    }
}

#[test]
fn a_known_name_is_found_in_any_writing_and_a_short_one_in_quotes() {
    let mut facts = recorded::all().iter().find(|case| case.name == "login/healthy").unwrap().facts.clone();
    facts.question.target.database = Some("hr".into());
    let tag = |value: &str| Tag { key: "Owner".into(), value: value.into() };
    let groups = facts.aws.security_groups.known_mut().unwrap();
    groups.security_groups[0].tags = vec![tag("Büro Nord"), tag("team 10.9.8.7 blue")];
    let said = r#"Unknown database 'hr' at BÜRO NORD, "B\u00fcro Nord", B%C3%BCro%20Nord; see team 10.9.8.7 blue"#;
    facts.aws.dhcp_options = refused(said);
    for strict in [false, true] {
        let text = redacted(&facts, strict);
        for name in ["'hr'", "NORD", "Nord", "team 10", "blue"] {
            assert!(!text.contains(name), "{name} is left: {text}");
        }
    }
}

#[test]
fn parts_of_names_that_look_like_the_worlds_own() {
    let mut facts = recorded::all().iter().find(|case| case.name == "login/healthy").unwrap().facts.clone();
    let answers = facts.dns.vpc_resolver.known_mut().unwrap();
    let DnsOutcome::Answered { cnames, .. } = &mut answers[0].outcome else { panic!("it is answered") };
    let endpoint = "vpce-0e9d0123456789abc-29p5708s.s3.us-east-1.vpce.amazonaws.com";
    *cnames = vec![
        "_payroll.acme.io".into(),
        format!("ledger.bucket.{endpoint}"),
        "210987654321".into(),
        "_mysql._tcp.acme.io".into(),
        format!("*.{endpoint}"),
    ];
    let attempts = facts.connections.tls.known_mut().unwrap();
    let TlsOutcome::Established { certificates, .. } = &mut attempts[0].outcome else { panic!("TLS came about") };
    certificates[0].issuer = "CN=Lawson Tidbits Proxy CA, O=IBM, OU=Acme Amazon team, C=DE".into();
    certificates[0].subject = "CN=Amazonia, O=Amazon, C=US".into();
    let text = redacted(&facts, false);
    for name in
        ["payroll", "acme", "ledger", "210987654321", "Lawson", "Tidbits", "IBM", "Acme", "Amazon team", "Amazonia"]
    {
        assert!(!text.contains(name), "{name} is left: {text}");
    }
    for kept in ["_mysql._tcp.name-", "O=Amazon,", "C=DE", "CN=R12", endpoint, &format!("*.{endpoint}")] {
        assert!(text.contains(kept), "{kept} is gone: {text}");
    }
}

/// Every word of the facts, the program's own ones among them.
fn words(facts: &Facts) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, value) in files(facts) {
        texts(&value, "", &mut |_, text| {
            found.extend(text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() >= 4).map(str::to_owned));
        });
    }
    found
}

/// Puts these in the tags of a group, if there is one.
fn tag(facts: &mut Facts, words: BTreeSet<String>) {
    if let Observed::Known(groups) = &mut facts.aws.security_groups
        && let Some(group) = groups.security_groups.first_mut()
    {
        group.tags.extend(words.into_iter().map(|value| Tag { key: "Name".into(), value }));
    }
}

/// What decides: no names in it.
fn essence(diagnosis: &Diagnosis) -> Vec<String> {
    let findings = diagnosis.findings.iter();
    findings.map(|finding| format!("{} {:?} {}", finding.check, finding.outcome, finding.message.key)).collect()
}

#[test]
fn a_tag_that_is_a_word_of_a_message_changes_no_judgement() {
    for case in recorded::all() {
        let mut facts = case.facts.clone();
        tag(&mut facts, words(&case.facts));
        let redacted = redact(&facts, false, &Key::fixed(1)).unwrap();
        assert_eq!(essence(&case.diagnosis), essence(&diagnose(CHECKS, &redacted.facts)), "{}", case.name);
    }
}

#[test]
fn a_tag_that_is_a_word_of_a_report_hinders_no_bundle() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bundle.tar.gz");
    for name in ["login/database-denied", "endpoint-security-group/no-inbound-rule"] {
        let mut facts = recorded::all().iter().find(|case| case.name == name).unwrap().facts.clone();
        let write = |facts: &Facts, redaction| {
            let run = Run::recorded(Origin::Demo);
            Destination::open(&path, Some(redaction), Some(&folder.path().join("keys")))
                .and_then(|destination| {
                    destination.write(Contents { facts, run: &run, checks: CHECKS, languages: Languages::default() })
                })
                .unwrap_or_else(|error| panic!("{name}: {error}"))
        };
        write(&facts, Redaction::None);
        let mut said = BTreeSet::new();
        let text = crate::bundle::everything(&path);
        for separators in [" \n\"<>", " \n\"<>.,:;/=()-'`"] {
            let words = text.split(|c: char| separators.contains(c)).filter(|word| word.len() >= 4);
            said.extend(words.map(str::to_owned));
        }
        assert!(said.len() > 1000, "{}", said.len());
        tag(&mut facts, said);
        write(&facts, Redaction::Default);
    }
}

#[test]
fn a_stage_that_names_a_host_is_still_found() {
    // What a run brings along is not made of redacted facts, so nothing there is taken for the program's own.
    let mut facts = recorded::all().iter().find(|case| case.name == "login/healthy").unwrap().facts.clone();
    tag(&mut facts, BTreeSet::from(["ledgerhouse".to_owned()]));
    let redacted = redact(&facts, false, &Key::fixed(1)).unwrap();
    let file = |text: &str| BTreeMap::from([("pldoctor.log".to_owned(), text.as_bytes().to_vec())]);
    assert_eq!(redacted.leaks(&file("dns ledgerhouse took 3 ms"), &file("dns  took 3 ms")).len(), 1);
    assert_eq!(redacted.leaks(&file("dns ledgerhouse took 3 ms"), &file("dns ledgerhouse")), []);
}
