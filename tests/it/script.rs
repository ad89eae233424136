//! `pldoctor collect --script`: it asks what the collection asks, in a shell that is well written.

use assert_cmd::cargo::cargo_bin_cmd;
use pldoctor::collect::script;
use pldoctor_checks::facts::{Fact, Question, Source, Target};
use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

fn question(host: &str) -> Question {
    Question { target: Target { host: Some(host.into()), ..Target::default() }, ..Question::default() }
}

#[test]
fn every_fact_of_the_api_is_asked_for_and_nothing_is_changed() {
    let script = script(&question("gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com"));
    let asked: BTreeSet<String> = script
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("ask "))
        .map(|line| line.split(' ').skip(1).take(2).collect::<Vec<_>>().join(" "))
        .collect();
    for fact in Fact::ALL {
        if let Source::Api { service, command, .. } = fact.source() {
            assert!(asked.contains(&format!("{service} {command}")), "{} is not asked for", fact.name());
        }
    }
    for line in script.lines().filter(|line| line.contains("aws ") && !line.trim_start().starts_with('#')) {
        for word in ["create-", "delete-", "modify-", "put-", "authorize-", "revoke-", "associate-", "update-"] {
            assert!(!line.contains(&format!(" {word}")), "{line}");
        }
    }
}

#[test]
fn no_target_can_break_out_of_it() {
    let hostile = "x'; touch /tmp/owned; echo '$(touch /tmp/owned)`touch /tmp/owned`\nMANIFEST\ntouch /tmp/owned";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("collect.sh");
    let text = script(&question(hostile)).replace("/tmp/owned", &folder.path().join("owned").display().to_string());
    fs::write(&path, text).unwrap();
    // No `aws` here: an empty one stands in, which refuses everything.
    let aws = folder.path().join("aws");
    fs::write(&aws, "#!/bin/sh\necho 'An error occurred (Denied\\\"Code) no \"quotes\" \\ here' >&2\nexit 254\n")
        .unwrap();
    Command::new("chmod").arg("755").arg(&aws).status().unwrap();
    let out = folder.path().join("facts");
    let path_of_tools = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
    let run = Command::new("bash").arg(&path).arg(&out).env("PATH", path_of_tools).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(!folder.path().join("owned").exists());
    let read = pldoctor::snapshot::read(&out).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        read.facts.question.target.host.as_deref(),
        Some(hostile.replace("/tmp/owned", &folder.path().join("owned").display().to_string()).as_str())
    );
    let why = read.facts.aws.vpcs.as_ref().expect_err("it was refused");
    assert!(why.message.contains("no \"quotes\" \\ here"), "{why:?}");
}

#[test]
fn bash_can_read_it() {
    let mut command = cargo_bin_cmd!("pldoctor");
    let run = command
        .args(["collect", "--script", "gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com"])
        .assert()
        .success();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("collect.sh");
    fs::write(&path, &run.get_output().stdout).unwrap();
    assert!(Command::new("bash").arg("-n").arg(&path).status().unwrap().success());
}

#[test]
fn a_script_is_no_place_for_facts() {
    let mut command = cargo_bin_cmd!("pldoctor");
    command.args(["collect", "--script", "-o", "facts"]).assert().code(2);
    let mut command = cargo_bin_cmd!("pldoctor");
    command.args(["collect", "HOST"]).assert().code(2);
}
