//! Two snapshots, side by side.

use crate::recorded;
use assert_cmd::cargo::cargo_bin_cmd;
use pldoctor::compare::{Comparison, Masked};
use pldoctor::snapshot::{self, Manifest, Snapshot};
use pldoctor_checks::diagnosis::Outcome;
use pldoctor_checks::facts::{DnsOutcome, Facts, Observed, ResolvConf};
use serde_json::{Value, json};
use std::path::Path;
use time::OffsetDateTime;

/// A broken world, and the same one with its endpoint's groups open.
fn worlds() -> (Facts, Facts) {
    let broken = |case: &&recorded::Case| {
        case.diagnosis.root_causes.first().is_some_and(|cause| cause.check == "endpoint-security-group")
    };
    let before = recorded::all().iter().find(broken).expect("a case").facts.clone();
    let mut after = before.clone();
    let groups = &mut after.aws.security_groups.known_mut().expect("groups").security_groups;
    for group in groups {
        group.ip_permissions = vec![
            serde_json::from_value(
                json!({"IpProtocol": "-1", "IpRanges": [{"CidrIp": "192.168.7.0/24"}, {"CidrIp": "10.0.0.0/16"}]}),
            )
            .unwrap(),
        ];
    }
    after.dns.system.known_mut().into_iter().for_each(|answer| answer.elapsed_ms += 1000);
    (before, after)
}

fn snapshot(facts: Facts) -> Snapshot {
    Snapshot { facts, manifest: None, warnings: vec![] }
}

#[test]
fn what_was_mended_is_what_differs() {
    let (before, after) = worlds();
    let comparison = Comparison::of(&snapshot(before.clone()), &snapshot(after));
    assert_eq!(comparison.root_causes.before, ["endpoint-security-group"]);
    let finding =
        comparison.findings.iter().find(|sides| sides.before.check == "endpoint-security-group").expect("it differs");
    assert_eq!((finding.before.outcome, finding.after.outcome), (Outcome::Fail, Outcome::Pass), "{finding:?}");
    assert!(!comparison.is_same_finding());
    let places: Vec<_> = comparison.facts.iter().map(|change| (change.file.as_str(), change.place.as_str())).collect();
    assert!(!places.is_empty());
    assert!(places.iter().all(|(file, _)| *file == "aws/ec2/describe-security-groups.json"), "{places:?}");
    assert!(places.iter().any(|(_, place)| place.starts_with("SecurityGroups[sg-")), "{places:?}");

    let same = Comparison::of(&snapshot(before.clone()), &snapshot(before));
    assert!(same.is_same_finding() && same.facts.is_empty(), "{same:?}");
}

#[test]
fn order_of_aws_lists_is_no_difference_and_order_of_name_servers_is() {
    let (before, _) = worlds();
    let mut turned = before.clone();
    turned.aws.subnets.known_mut().expect("subnets").subnets.reverse();
    turned.aws.network_interfaces.known_mut().expect("interfaces").network_interfaces.reverse();
    assert_eq!(Comparison::of(&snapshot(before.clone()), &snapshot(turned)).facts, []);
    let servers = |order: [u8; 2]| {
        let mut facts = before.clone();
        let nameservers = order.map(|last| std::net::IpAddr::from([10, 0, 0, last])).to_vec();
        facts.host.resolv_conf = Observed::Known(ResolvConf { nameservers, ..ResolvConf::default() });
        snapshot(facts)
    };
    let comparison = Comparison::of(&servers([2, 3]), &servers([3, 2]));
    assert_eq!(comparison.facts.len(), 1, "{:?}", comparison.facts);
}

#[test]
fn what_changes_with_every_run_is_no_difference() {
    let before = recorded::all().iter().find(|case| case.name == "login/healthy").expect("the case").facts.clone();
    let mut later = before.clone();
    let dns = &mut later.dns;
    for answer in dns.vpc_resolver.known_mut().into_iter().chain(dns.host_resolvers.known_mut()).flatten() {
        answer.elapsed_ms += 1;
        if let DnsOutcome::Answered { addresses, ttl, .. } = &mut answer.outcome {
            addresses.reverse();
            *ttl -= 1;
        }
    }
    dns.system.known_mut().expect("an answer").addresses.reverse();
    later.connections.tls.known_mut().expect("TLS").reverse();
    for table in &mut later.aws.route_tables.known_mut().expect("tables").route_tables {
        table.routes.reverse();
    }
    assert_eq!(Comparison::of(&snapshot(before.clone()), &snapshot(later.clone())).facts, []);
    // What is new among them is told by itself, not with all the others.
    let answers = later.dns.vpc_resolver.known_mut().expect("answers");
    if let DnsOutcome::Answered { cnames, .. } = &mut answers[0].outcome {
        cnames.push("other.example".into());
    }
    let changes = Comparison::of(&snapshot(before), &snapshot(later)).facts;
    let places: Vec<_> = changes.iter().map(|change| change.place.as_str()).collect();
    assert_eq!(places, ["vpc_resolver[gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com].cnames[]"]);
}

#[test]
fn the_program_says_it_and_its_exit_code_too() {
    let folder = tempfile::tempdir().unwrap();
    let (before, after) = worlds();
    let write = |name: &str, facts: &Facts| {
        let path = folder.path().join(name);
        snapshot::write(&path, facts, OffsetDateTime::UNIX_EPOCH).unwrap();
        path
    };
    let (before, after) = (write("before", &before), write("after", &after));
    let compare = |one: &Path, other: &Path, code: i32, arguments: &[&str]| {
        let mut command = cargo_bin_cmd!("pldoctor");
        let run = command.arg("compare").arg(one).arg(other).args(arguments).assert().code(code);
        // Lines break where the terminal ends.
        String::from_utf8(run.get_output().stdout.clone()).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let text = compare(&before, &after, 1, &[]);
    assert!(
        text.starts_with("The findings differ") && text.contains("- root cause: endpoint-security-group"),
        "{text}"
    );
    assert!(text.contains("endpoint-security-group: fail → pass"), "{text}");
    assert!(text.contains("aws/ec2/describe-security-groups: SecurityGroups[sg-"), "{text}");
    assert!(compare(&before, &before, 0, &[]).contains("No fact differs."));
    let document: Value = serde_json::from_str(&compare(&before, &after, 1, &["--format", "json"])).unwrap();
    assert_eq!(document["schema"], "pldoctor/compare/v1");
    assert_eq!(document["root_causes"]["before"], json!(["endpoint-security-group"]));
    // For programs: the locale changes nothing, and keys and outcomes stay when a language is asked for.
    let message = |arguments: &[&str]| {
        let mut command = cargo_bin_cmd!("pldoctor");
        command.env("LC_ALL", "ja_JP.UTF-8").args(["compare", "--format", "json"]).arg(&before).arg(&after);
        let run = command.args(arguments).assert().code(1);
        let document: Value = serde_json::from_slice(&run.get_output().stdout).unwrap();
        let finding =
            document["findings"].as_array().unwrap().iter().find(|one| one["check"] == "tcp").unwrap().clone();
        assert_eq!(document["verdict"]["before"], "problem");
        finding["message"]["before"].as_str().unwrap().to_owned()
    };
    assert!(message(&[]).is_ascii() && message(&["--lang", "zh"]).contains("端口"));
    compare(&before, &folder.path().join("absent"), 2, &[]);
}

#[test]
fn names_that_cant_be_compared_are_said_so() {
    let of = |redacted: &str, key: &str| {
        let (facts, _) = worlds();
        let mut manifest = Manifest::new(facts.question.clone(), OffsetDateTime::UNIX_EPOCH);
        (manifest.redacted, manifest.key) = (redacted.to_owned(), Some(key.to_owned()));
        Snapshot { facts, manifest: Some(manifest), warnings: vec![] }
    };
    let masked = |one: &Snapshot, other: &Snapshot| Comparison::of(one, other).masked;
    let (plain, first) = (of("none", ""), of("default", "one"));
    assert_eq!(masked(&plain, &plain), None);
    assert_eq!(masked(&first, &of("default", "one")), None);
    assert_eq!(masked(&plain, &first), Some(Masked::OnlyOne));
    assert_eq!(masked(&first, &of("default", "two")), Some(Masked::OtherKeys));
    assert_eq!(masked(&first, &of("strict", "one")), Some(Masked::Differently));
}
