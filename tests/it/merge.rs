//! `pldoctor merge`: many reports, some of them hostile, in one table.

use super::cli::{on, pldoctor, ran, run, world};
use serde_json::Value;
use std::path::Path;
use tempfile::TempDir;

/// Three reports as Systems Manager leaves them, one with another host, and what is no report.
fn reports() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let put = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let problem = on(&world(), &["--format", "json"]).out;
    let healthy = on(&world(), &["--format", "json", "--only", "vpc-dns-support"]).out;
    put("cmd/i-0b5d7f9e1a2c3d4e5/awsrunShellScript/pldoctor/stdout", &problem);
    put(
        "cmd/i-0aaaaaaaaaaaaaaaa/awsrunShellScript/pldoctor/stdout",
        &healthy.replace("i-0b5d7f9e1a2c3d4e5", "i-0aaaaaaaaaaaaaaaa"),
    );
    put("cmd/i-0b5d7f9e1a2c3d4e5/awsrunShellScript/pldoctor/stderr", "pldoctor: said");
    put("more/hostile.json", &problem.replace("i-0b5d7f9e1a2c3d4e5", "i-\\u001b[2J\\u202eevil"));
    put("more/broken.json", "{ broken");
    folder
}

fn merged(folder: &Path, arguments: &[&str]) -> super::cli::Ran {
    run(pldoctor().arg("merge").arg(folder).args(arguments))
}

#[test]
fn the_table_has_problems_first_and_names_what_is_no_report() {
    let folder = reports();
    let ran = merged(folder.path(), &[]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines[0], "2 with a problem, 0 incomplete, 1 healthy.");
    let at =
        |text: &str| lines.iter().position(|line| line.contains(text)).unwrap_or_else(|| panic!("{text}: {}", ran.out));
    assert!(at("PROBLEM") < at("HEALTHY"));
    assert!(lines[at("i-0b5d7f9e1a2c3d4e5")].contains("vpc-dns-hostnames"));
    assert!(ran.out.replace('\n', " ").contains("broken.json is no report"), "{}", ran.out);
    assert!(!ran.out.contains(['\u{1b}', '\u{202e}']) && ran.out.contains("evil"));
}

#[test]
fn json_has_the_same_for_programs() {
    let folder = reports();
    let ran = merged(folder.path(), &["--format", "json"]);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &document["schema"]), (1, &Value::from("pldoctor/merged/v1")));
    assert_eq!((&document["problem"], &document["healthy"]), (&Value::from(2), &Value::from(1)));
    assert_eq!(document["reports"][0]["root_causes"][0]["check"], "vpc-dns-hostnames");
    assert_eq!(document["unread"].as_array().unwrap().len(), 1);
}

#[test]
fn it_exits_as_the_worst_of_them() {
    let folder = reports();
    let one = |path: &str| merged(&folder.path().join(path), &[]).code;
    assert_eq!(one("cmd/i-0aaaaaaaaaaaaaaaa"), 0);
    assert_eq!(one("cmd"), 1);
    assert_eq!(one("more/broken.json"), 3, "what could not be read was not checked");
}

#[test]
fn who_left_no_report_is_not_missed() {
    let folder = reports();
    let silent = folder.path().join("cmd/i-0ccccccccccccccc0/awsrunShellScript/pldoctor");
    std::fs::create_dir_all(&silent).unwrap();
    std::fs::write(silent.join("stderr"), "\npldoctor is not installed here\nmore\n").unwrap();
    let ran = merged(&folder.path().join("cmd/i-0ccccccccccccccc0"), &[]);
    assert_eq!(ran.code, 3, "{}", ran.out);
    assert!(ran.out.replace('\n', " ").contains("it says: pldoctor is not installed here"), "{}", ran.out);
    let document: Value = serde_json::from_str(&merged(folder.path(), &["--format", "json"]).out).unwrap();
    assert_eq!(document["unread"].as_array().unwrap().len(), 2, "a stderr beside a report is none");
}

#[test]
fn a_report_that_is_named_twice_is_one() {
    let folder = reports();
    let one = folder.path().join("cmd/i-0aaaaaaaaaaaaaaaa/awsrunShellScript/pldoctor/stdout");
    let ran =
        run(pldoctor().arg("merge").arg(folder.path().join("cmd")).arg(&one).arg(folder.path().join("more/../cmd")));
    assert_eq!(ran.out.lines().next(), Some("1 with a problem, 0 incomplete, 1 healthy."));
}

#[test]
fn nothing_to_merge_is_wrong_usage() {
    let empty = tempfile::tempdir().unwrap();
    assert!(merged(empty.path(), &[]).err.contains("there is no report"));
    assert_eq!(merged(empty.path(), &[]).code, 2);
    assert_eq!(merged(Path::new("/nonexistent"), &[]).code, 2);
    assert_eq!(ran(&["merge"]).code, 2);
}

#[test]
fn no_file_is_read_past_its_bound_and_no_pipe_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let large = std::fs::File::create(folder.path().join("large.json")).unwrap();
    large.set_len(17 << 20).unwrap();
    let ran = merged(folder.path(), &[]);
    assert!(ran.code == 3 && ran.out.contains("larger than 16 MiB"), "{}", ran.out);
    let pipe = folder.path().join("pipe.json");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert!(merged(&pipe, &[]).out.contains("it is no file"));
}
