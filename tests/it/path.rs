//! `pldoctor path` on folders of plain AWS CLI output.

use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::Value;
use std::fs;
use std::path::Path;

const CLIENT: &str = "eni-0c11e4f0123456789";
const ENDPOINT: &str = "vpce-0e9d0123456789abc";

/// The AWS part of a recorded case, laid over that of the healthy world: what a person would have filled a folder with.
fn folder(case: &str) -> tempfile::TempDir {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let folder = tempfile::tempdir().expect("a folder");
    for source in [cases.join("login/healthy/aws"), cases.join(case).join("aws")] {
        copy(&source, &folder.path().join("aws"));
    }
    let instances =
        r#"{"Reservations":[{"Instances":[{"InstanceId":"i-0c11e4f0123456789","State":{"Name":"running"}}]}]}"#;
    fs::write(folder.path().join("aws/ec2/describe-instances.json"), instances).expect("it is written");
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).into_iter().flatten().map(|entry| entry.expect("an entry")) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

fn path(case: &str, arguments: &[&str]) -> (i32, Value) {
    let folder = folder(case);
    let mut command = cargo_bin_cmd!("pldoctor");
    let output = command
        .env_clear()
        .args(["path", "--format", "json", "--facts"])
        .arg(folder.path())
        .args(arguments)
        .output()
        .expect("it runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    (output.status.code().expect("it ended by itself"), value)
}

#[test]
fn exit_0_only_when_reachable() {
    let (code, report) = path("login/healthy", &["--from", CLIENT, "--to", ENDPOINT]);
    assert_eq!((code, &report["reach"]["verdict"]), (0, &"reachable".into()));
    assert_eq!(report["paths"].as_array().expect("paths").len(), 2);
    let (code, report) = path("endpoint-security-group/no-inbound-rule", &["--from", CLIENT, "--to", ENDPOINT]);
    assert_eq!((code, &report["reach"]["verdict"]), (1, &"blocked".into()));
    let (code, report) = path("client-network-acl/answer-partial", &["--from", CLIENT, "--to", ENDPOINT]);
    assert_eq!((code, &report["reach"]["verdict"]), (1, &"partial".into()));
    let (code, report) = path("endpoint-security-group/denied", &["--from", CLIENT, "--to", ENDPOINT]);
    assert_eq!((code, &report["reach"]["verdict"]), (3, &"unknown".into()));
}

#[test]
fn any_two_of_instance_interface_address_and_endpoint() {
    for from in ["i-0c11e4f0123456789", CLIENT, "10.0.1.10"] {
        for (to, paths) in [(ENDPOINT, 2), ("eni-0e9d0123456789ab2", 1), ("10.0.3.20", 1)] {
            let (code, report) = path("login/healthy", &["--from", from, "--to", to]);
            assert_eq!(code, 0, "{from} {to}: {report}");
            assert_eq!(report["paths"].as_array().expect("paths").len(), paths, "{from} {to}");
        }
    }
    // An endpoint answers and never opens connections.
    let (code, report) = path("login/healthy", &["--from", "10.0.2.20", "--to", "i-0c11e4f0123456789"]);
    assert_eq!((code, &report["reach"]["verdict"]), (1, &"blocked".into()), "{report}");
}

#[test]
fn the_rule_number_and_the_fix_are_named() {
    let (_, report) = path("endpoint-network-acl/request-denied", &["--from", CLIENT, "--to", ENDPOINT]);
    let blocker = &report["reach"]["blocker"];
    assert_eq!(blocker["hop"], "endpoint-nacl-ingress");
    assert_eq!(blocker["rule"]["number"], 50);
    assert_eq!(blocker["explanation_code"], "SUBNET_ACL_RESTRICTION");
    let steps = report["plan"]["steps"].as_array().expect("steps");
    assert_eq!(steps.len(), 1, "{steps:?}");
    assert_eq!(report["plan"]["proof"]["reach_after"], "reachable");
    assert_eq!(report["plan"]["proof"]["also_opens"].as_array().map(Vec::len), Some(0));
}

#[test]
fn source_ports_decide_what_is_partial() {
    let (code, _) =
        path("client-network-acl/answer-partial", &["--from", CLIENT, "--to", ENDPOINT, "--ephemeral", "32768-40000"]);
    assert_eq!(code, 0);
    let (code, report) = path("login/healthy", &["--from", CLIENT, "--to", ENDPOINT, "--family", "ipv6"]);
    assert_ne!(code, 0, "nothing here has an IPv6 address: {report}");
}

#[test]
fn where_it_starts_has_to_be_known() {
    let folder = folder("login/healthy");
    let mut command = cargo_bin_cmd!("pldoctor");
    let output =
        command.env_clear().args(["path", "--to", ENDPOINT, "--facts"]).arg(folder.path()).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("--from"), "{said}");
}

#[test]
fn an_end_that_is_not_known_is_said_with_what_would_show_it() {
    let folder = folder("login/healthy");
    let interfaces = folder.path().join("aws/ec2/describe-network-interfaces.json");
    let refused = r#"{"Error":{"Code":"UnauthorizedOperation","Message":"You are not authorized."}}"#;
    let said = |from: &str| {
        let mut command = cargo_bin_cmd!("pldoctor");
        let command =
            command.env_clear().args(["path", "--from", from, "--to", ENDPOINT, "--facts"]).arg(folder.path());
        let text = String::from_utf8(command.output().expect("it runs").stdout).expect("UTF-8");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let text = said("eni-0badbadbadbadbad0");
    assert!(
        text.contains("? Not checked: eni-0badbadbadbadbad0 is not among what ec2 describe-network-interfaces"),
        "{text}"
    );
    fs::write(interfaces, refused).expect("it is written");
    let text = said(CLIENT);
    assert!(text.contains("? Not checked: AWS did not permit ec2 describe-network-interfaces. Allow ec2:"), "{text}");
}
