//! The binary as a user runs it, without AWS and without a network.

use crate::formats::is_obeyed;
use assert_cmd::Command;
use serde_json::Value;
use std::path::Path;
use std::process::Stdio;
use tempfile::TempDir;

const HOST: &str = "gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com";

/// What a snapshot has of resolver rules.
const RULES: &str = "aws/route53resolver/list-resolver-rules.json";

/// The program with nothing of this machine's environment, and nowhere to go.
pub(crate) fn pldoctor() -> Command {
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("pldoctor");
    command.env_clear().env("LANG", "C.UTF-8").env("COLUMNS", "80").env("HOME", "/nonexistent");
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    command
}

/// The demo's world, to be changed.
pub(crate) fn world() -> TempDir {
    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
            let target = to.join(entry.file_name());
            if entry.path().is_dir() { copy(&entry.path(), &target) } else { drop(std::fs::copy(entry.path(), target)) }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/demo/world"), folder.path());
    folder
}

pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn run(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    Ran { code: output.status.code().unwrap(), out: text(&output.stdout), err: text(&output.stderr) }
}

pub(crate) fn ran(arguments: &[&str]) -> Ran {
    run(pldoctor().args(arguments))
}

pub(crate) fn on(folder: &TempDir, arguments: &[&str]) -> Ran {
    run(pldoctor().args(["check", "--facts"]).arg(folder.path()).args(arguments))
}

#[test]
fn help_of_every_command() {
    for (name, arguments) in [
        ("help", vec!["--help"]),
        ("help-check", vec!["check", "--help"]),
        ("help-collect", vec!["collect", "--help"]),
        ("help-path", vec!["path", "--help"]),
        ("help-preflight", vec!["preflight", "--help"]),
        ("help-demo", vec!["demo", "--help"]),
        ("help-explain", vec!["explain", "--help"]),
        ("help-checks", vec!["checks", "--help"]),
        ("help-iam-policy", vec!["iam-policy", "--help"]),
        ("help-merge", vec!["merge", "--help"]),
        ("help-completions", vec!["completions", "--help"]),
        ("help-man", vec!["man", "--help"]),
    ] {
        let ran = ran(&arguments);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{name}");
        insta::assert_snapshot!(name, ran.out);
    }
}

#[test]
fn the_demo_at_80_columns_without_colour() {
    let ran = ran(&["demo"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    insta::assert_snapshot!("demo", ran.out);
}

#[test]
fn the_demo_is_what_check_says_of_its_snapshot() {
    let causes = |text: &str| {
        let document: Value = serde_json::from_str(text).unwrap();
        (document["root_causes"].clone(), document["findings"].clone(), document["plan"].clone())
    };
    let demo = ran(&["demo", "--format", "json"]);
    let check = on(&world(), &["--format", "json"]);
    assert_eq!((demo.code, check.code), (0, 1));
    assert_eq!(causes(&demo.out), causes(&check.out));
}

#[test]
fn json_is_the_document_and_nothing_else() {
    for arguments in [&["--format", "json"][..], &["--format", "json", "-v"], &["--format", "json", "-q"]] {
        let ran = on(&world(), arguments);
        let document: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(document["schema"], "pldoctor/report/v1");
        assert_eq!(document["verdict"], "problem");
        assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    }
}

#[test]
fn colour_is_asked_for_or_left_out() {
    let escape = '\u{1b}';
    assert!(!ran(&["demo"]).out.contains(escape), "a pipe has no colour");
    assert!(ran(&["demo", "--color", "always"]).out.contains(escape));
    assert!(!ran(&["demo", "--color", "never"]).out.contains(escape));
    assert!(run(pldoctor().arg("demo").env("CLICOLOR_FORCE", "1")).out.contains(escape));
    assert!(!run(pldoctor().arg("demo").envs([("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")])).out.contains(escape));
}

#[test]
fn a_locale_without_utf8_gets_ascii() {
    let ran = run(pldoctor().arg("demo").env("LANG", "C"));
    assert!(ran.out.is_ascii(), "{}", ran.out);
    assert!(ran.out.contains("x PROBLEM"));
}

#[test]
fn quiet_says_the_verdict_the_causes_and_the_commands() {
    let ran = ran(&["demo", "-q"]);
    assert!(ran.out.contains("PROBLEM") && ran.out.contains("aws ec2 modify-vpc-attribute"));
    for left_out in ["verify", "undo", "PROOF", "CHECKED"] {
        assert!(!ran.out.contains(left_out), "{left_out}");
    }
}

#[test]
fn verbose_says_everything() {
    let ran = ran(&["demo", "-v"]);
    for check in pldoctor_checks::registry::CHECKS {
        assert!(ran.out.contains(&format!("{}:", check.meta().id)), "{}", check.meta().id);
    }
    for part in ["In Terraform:", "In the console:", "needs"] {
        assert!(ran.out.contains(part), "{part}");
    }
}

#[test]
fn whoever_closes_the_pipe_has_read_enough() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let folder = world();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_pldoctor"))
        .args(["check", "--facts"])
        .arg(folder.path())
        .env_clear()
        .stdout(writer)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "the verdict's code");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn a_full_disk_is_a_failure_of_the_program() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_pldoctor")).arg("demo").stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&output.stderr).contains("can't be written"));
}

#[test]
fn wrong_usage_exits_2_and_says_what_would_be_right() {
    for (arguments, said) in [
        (&["check"][..], "PLDOCTOR_URL"),
        (&["check", "host", "extra"], "unexpected argument"),
        (&["check", "http://host"], "not the scheme of a MySQL URL"),
        (&["check", "host", "--only", "endpoint_security_grup"], "Did you mean endpoint-security-group"),
        (&["check", "host", "--skip", "nonsense"], "`pldoctor checks` lists them"),
        (&["explain", "dns"], "Did you mean"),
        (&["explain", "nonsense"], "there is no check 'nonsense'"),
        (&["check", "host", "--from", "bastion"], "i-0123456789abcdef0"),
        (&["check", "host", "--az-id", "us-east-1a"], "use1-az4"),
        (&["check", "host", "--endpoint-id", "vpce-1"], "not an endpoint's id"),
        (&["check", "host", "--service-name", "tidb"], "com.amazonaws.vpce."),
        (&["check", "host", "--plan", "serverless"], "starter"),
        (&["check", "host", "--port", "0"], "port"),
        (&["check", "host", "--timeout", "soon"], "30s"),
        (&["check", "host", "--report", "report.json"], "FORMAT=FILE"),
        (&["check", "host", "--report", "pdf=report.pdf"], "html=report.html"),
        (&["check", "host", "--report", "json=-"], "Standard output has --format"),
        (&["check", "host", "--report", "json=folder/"], "is a directory"),
        (&["check", "host", "--save", "-"], "ends in .tar.gz"),
        (&["collect", "host", "-o", "-"], "ends in .tar.gz"),
        (&["check", "host", "--format", "yaml"], "terminal"),
        (&["check", "host", "-q", "-v"], "cannot be used with"),
        (&["check", "--facts", "/nonexistent/facts"], "/nonexistent/facts"),
        (&["check", "host", "--password-file", "/nonexistent/pw"], "no user to log in as"),
        (&["check", "mysql://u@host", "--password-file", "/nonexistent/pw"], "can't be read"),
        (&["check", "mysql://u@host", "--ask-password"], "needs a terminal"),
        (&["collect", "host"], "--output"),
        (&[], "Usage"),
        (&["diagnose"], "unrecognized subcommand"),
    ] {
        let ran = ran(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(said), "{arguments:?}: {}", ran.err);
        assert_eq!(ran.out, "", "{arguments:?}");
    }
}

#[test]
fn a_password_in_an_argument_is_refused_and_not_repeated() {
    for target in ["mysql://root:s3cret@host/db", "jdbc:mysql://host/db?user=root&password=s3cret", "root:s3cret@host"]
    {
        let ran = ran(&["check", target]);
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains("mysql://") && !ran.err.contains("s3cret"), "{}", ran.err);
    }
    let ran = run(pldoctor().args(["check"]).env("PLDOCTOR_URL", "mysql://root:s3cret@host:99999"));
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("PLDOCTOR_URL") && !ran.err.contains("s3cret"), "{}", ran.err);
}

#[test]
fn a_snapshot_that_can_t_be_read_is_wrong_usage() {
    let folder = world();
    let manifest = folder.path().join("manifest.json");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, text.replace("snapshot/v1", "snapshot/v2")).unwrap();
    let newer = on(&folder, &[]);
    assert!(newer.code == 2 && newer.err.contains("newer pldoctor"), "{}", newer.err);

    std::fs::write(&manifest, text).unwrap();
    std::fs::write(folder.path().join("aws/ec2/describe-vpcs.json"), "{ broken").unwrap();
    let broken = on(&folder, &[]);
    assert!(broken.code == 2 && broken.err.contains("describe-vpcs.json"), "{}", broken.err);
}

#[test]
fn a_snapshot_keeps_its_question_whatever_the_environment_says() {
    let folder = world();
    let ran = run(pldoctor()
        .args(["check", "-q", "--facts"])
        .arg(folder.path())
        .env("PLDOCTOR_URL", "mysql://elsewhere:4001"));
    assert!(ran.out.contains(HOST) && !ran.out.contains("elsewhere"), "{}", ran.out);
}

#[test]
fn a_folder_filled_by_hand_needs_a_target() {
    let folder = world();
    std::fs::remove_file(folder.path().join("manifest.json")).unwrap();
    let missing = on(&folder, &[]);
    assert!(missing.code == 2 && missing.err.contains("nothing says what to reach"), "{}", missing.err);
    let named = on(&folder, &[HOST, "--region", "us-east-1", "--format", "json"]);
    let document: Value = serde_json::from_str(&named.out).unwrap();
    assert_eq!((named.code, &document["root_causes"][0]["check"]), (1, &Value::from("vpc-dns-hostnames")));
    assert_eq!(document["root_causes"][0]["confidence"], "confirmed", "what was measured counts");
    let without_region: Value = serde_json::from_str(&on(&folder, &[HOST, "--format", "json"]).out).unwrap();
    assert_eq!(without_region["plan"], document["plan"], "the name says the Region");
}

#[test]
fn what_was_measured_for_another_target_is_forgotten() {
    let ran = on(&world(), &["other.example.com", "--format", "json"]);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    let tcp = document["findings"].as_array().unwrap().iter().find(|finding| finding["check"] == "tcp").unwrap();
    assert!(matches!(tcp["outcome"].as_str(), Some("unknown" | "blocked")), "{tcp}");
}

#[test]
fn checks_can_be_chosen() {
    let checks = |arguments: &[&str]| {
        let document: Value = serde_json::from_str(&on(&world(), arguments).out).unwrap();
        let findings = document["findings"].as_array().unwrap().clone();
        findings.iter().map(|finding| finding["check"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(checks(&["--format", "json", "--only", "tcp,vpc-dns-support"]), ["vpc-dns-support", "tcp"]);
    assert_eq!(checks(&["--format", "json", "--only", "tcp", "--only", "greeting"]), ["tcp", "greeting"]);
    let all = pldoctor_checks::registry::CHECKS.len();
    assert_eq!(checks(&["--format", "json", "--skip", "tcp"]).len(), all - 1);
    let one = on(&world(), &["--only", "vpc-dns-support"]);
    assert_eq!(one.code, 0);
    assert!(one.out.contains("HEALTHY") && one.out.contains("The one check that was selected"), "{}", one.out);
}

#[test]
fn a_check_that_is_named_has_to_come_to_an_answer() {
    // Whether a resolver rule stands in the way is not known.
    for (only, code, verdict) in [
        ("resolver-rule", 3, "incomplete"),
        ("vpc-dns-support,resolver-rule", 3, "incomplete"),
        ("vpc-dns-support", 0, "healthy"),
        ("vpc-dns-hostnames,resolver-rule", 1, "problem"),
    ] {
        for command in ["check", "preflight"] {
            let folder = world();
            std::fs::remove_file(folder.path().join(RULES)).unwrap();
            let facts = folder.path().to_str().unwrap();
            let ran = ran(&[command, "--facts", facts, "--format", "json", "--only", only]);
            let document: Value = serde_json::from_str(&ran.out).unwrap();
            assert_eq!((ran.code, &document["verdict"]), (code, &Value::from(verdict)), "{command} {only}");
        }
    }
}

#[test]
fn fail_on_turns_a_healthy_run_into_less() {
    // What is left of the demo when everything that failed there is skipped: it is healthy, and one check is unknown.
    let folder = world();
    std::fs::remove_file(folder.path().join(RULES)).unwrap();
    let document: Value = serde_json::from_str(&on(&folder, &["--format", "json"]).out).unwrap();
    let outcome = |finding: &Value| finding["outcome"].as_str().unwrap().to_owned();
    let findings = document["findings"].as_array().unwrap();
    let left = |finding: &&Value| !["pass", "na", "unknown"].contains(&outcome(finding).as_str());
    let skipped: Vec<&str> = findings.iter().filter(left).map(|finding| finding["check"].as_str().unwrap()).collect();
    let with = |more: &[&str]| on(&folder, &[&["--skip", &skipped.join(",")], more].concat()).code;
    assert_eq!((with(&[]), with(&["--fail-on", "warn"])), (0, 0), "there is no warning");
    assert_eq!(with(&["--fail-on", "unknown"]), 3);
}

#[test]
fn reports_can_be_written_to_files() {
    let folder = tempfile::tempdir().unwrap();
    let (json, text) = (folder.path().join("report.json"), folder.path().join("report.txt"));
    let json_report = format!("json={}", json.display());
    let text_report = format!("terminal={}", text.display());
    let ran = on(&world(), &["--color", "always", "--report", &json_report, "--report", &text_report]);
    assert_eq!(ran.code, 1);
    let document: Value = serde_json::from_str(&std::fs::read_to_string(json).unwrap()).unwrap();
    assert_eq!(document["verdict"], "problem");
    assert!(!std::fs::read_to_string(text).unwrap().contains('\u{1b}'), "a file has no colour");

    let twice = on(&world(), &["--report", &json_report, "--report", &json_report]);
    assert_eq!((twice.code, twice.out.as_str()), (2, ""));
    assert!(twice.err.contains("named twice"), "{}", twice.err);
    // By another name it is the same file, if it is there or not.
    let other = format!("html={}", folder.path().join("./new/../report.json").display());
    std::fs::create_dir(folder.path().join("new")).unwrap();
    assert_eq!(on(&world(), &["--report", &json_report, "--report", &other]).code, 2);
    let here = run(pldoctor().current_dir(folder.path()).args(["demo", "--report", "json=a", "--report", "html=./a"]));
    assert!(here.code == 2 && here.err.contains("./a is named twice"), "{}", here.err);
}

#[test]
fn a_report_to_what_is_printed_to_anyway_costs_nothing_of_what_was_printed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("all");
    let status = std::process::Command::new(env!("CARGO_BIN_EXE_pldoctor"))
        .args(["demo", "-q", "--report", "json=/dev/stdout", "--report", "junit=/dev/stdout"])
        .env_clear()
        .stdout(std::fs::File::create(&file).unwrap())
        .status()
        .unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(status.code(), Some(0));
    let at = |begin: &str| text.find(begin).unwrap_or_else(|| panic!("no {begin}"));
    assert!(at("✖ PROBLEM") < at("{\n  \"schema\"") && at("{\n") < at("<?xml") && text.contains("</testsuites>"));
}

#[test]
fn a_named_pipe_gets_the_whole_report() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::read_to_string(pipe).unwrap()
    });
    assert_eq!(ran(&["demo", "--report", &format!("json={}", pipe.display())]).code, 0);
    serde_json::from_str::<Value>(&reader.join().unwrap()).unwrap();
}

#[test]
fn one_report_that_can_t_be_written_costs_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.json");
    let report = format!("json={}", file.display());
    let ran = ran(&["demo", "--report", "junit=/dev/full", "--report", &report]);
    assert!(ran.code == 4 && ran.err.contains("the report /dev/full can't be written"), "{}", ran.err);
    assert!(file.exists() && ran.out.contains("PROBLEM"));
    std::fs::remove_file(&file).unwrap();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_pldoctor"))
        .args(["demo", "--report", &report])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(file.exists());
}

#[test]
fn a_report_that_can_t_be_written_is_said_before_the_run() {
    let lost = on(&world(), &["--report", "json=/nonexistent/report.json"]);
    assert_eq!((lost.code, lost.out.as_str()), (2, ""));
    assert!(lost.err.contains("/nonexistent/report.json can't be written"), "{}", lost.err);
    let summary =
        run(pldoctor().args(["demo", "--format", "github"]).env("GITHUB_STEP_SUMMARY", "/nonexistent/summary"));
    assert_eq!((summary.code, summary.out.as_str()), (2, ""));
    assert!(summary.err.contains("GITHUB_STEP_SUMMARY: /nonexistent/summary"), "{}", summary.err);
}

#[test]
fn every_format_of_every_command_that_reports() {
    let folder = world();
    let facts = folder.path().to_str().unwrap();
    let path = ["path", "--facts", facts, "--from", "eni-0d1e2f3a4b5c6d701", "--to", "vpce-0f2b4d6e8a1c3e5f7"];
    let commands: [&[&str]; 4] = [&["check", "--facts", facts], &path, &["preflight", "--facts", facts], &["demo"]];
    for command in commands {
        for (format, begins) in [
            ("terminal", ""),
            ("json", "{\n"),
            ("markdown", "# "),
            ("html", "<!doctype html>"),
            ("junit", "<?xml version=\"1.0\""),
            ("github", "::"),
        ] {
            let out = tempfile::tempdir().unwrap();
            let file = out.path().join("report");
            let report = format!("{format}={}", file.display());
            let ran = ran(&[command, &["--format", format, "--report", &report]].concat());
            assert!([0, 1, 3].contains(&ran.code), "{command:?} {format}: {}", ran.err);
            assert!(ran.out.starts_with(begins) && ran.out.len() > 100, "{command:?} {format}: {}", ran.out);
            let written = std::fs::read_to_string(file).unwrap();
            assert!(written.starts_with(begins) && written.ends_with('\n'), "{command:?} {format}");
        }
    }
}

#[test]
fn the_summary_of_a_job_is_added_to_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("summary.md");
    std::fs::write(&file, "before\n").unwrap();
    let ran = run(pldoctor().args(["demo", "--format", "github"]).env("GITHUB_STEP_SUMMARY", &file));
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.lines().all(|line| line.starts_with("::")), "{}", ran.out);
    assert!(ran.out.contains("::error title=pldoctor%3A endpoint-security-group::"), "{}", ran.out);
    let summary = std::fs::read_to_string(&file).unwrap();
    assert!(summary.starts_with("before\n# PROBLEM"), "{summary}");
    // Without annotations nobody asked for a summary.
    run(pldoctor().args(["demo"]).env("GITHUB_STEP_SUMMARY", &file));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), summary);
}

#[test]
fn languages_come_from_the_locale_or_the_option() {
    let says = |arguments: &[&str], variables: &[(&str, &str)]| {
        let ran = run(pldoctor().args(["demo"]).args(arguments).envs(variables.iter().copied()));
        assert_eq!(ran.code, 0, "{}", ran.err);
        ["PROBLEM", "有问题", "問題あり"].into_iter().find(|word| ran.out.contains(word)).unwrap_or("?")
    };
    assert_eq!(says(&[], &[]), "PROBLEM");
    assert_eq!(says(&[], &[("LANG", "zh_CN.UTF-8")]), "有问题");
    assert_eq!(says(&[], &[("LANG", "zh_CN.UTF-8"), ("LC_MESSAGES", "ja_JP.UTF-8")]), "問題あり");
    assert_eq!(says(&[], &[("LC_ALL", "C.UTF-8"), ("LC_MESSAGES", "ja_JP.UTF-8")]), "PROBLEM");
    assert_eq!(says(&["--lang", "ja"], &[("LANG", "zh_CN.UTF-8")]), "問題あり");
    assert_eq!(says(&["--format", "markdown"], &[("LANG", "zh_CN.UTF-8")]), "有问题");
    let json = |arguments: &[&str]| {
        let ran = run(pldoctor().args(["demo", "--format", "json"]).args(arguments).env("LANG", "zh_CN.UTF-8"));
        serde_json::from_str::<Value>(&ran.out).unwrap()
    };
    let (usual, chosen) = (json(&[]), json(&["--lang", "zh"]));
    let message = |document: &Value| document["findings"][0]["message"].as_str().unwrap().to_owned();
    assert!(message(&usual).is_ascii(), "what programs keep doesn't follow the locale: {}", message(&usual));
    assert!(!message(&chosen).is_ascii());
    assert_eq!(usual["findings"][0]["check"], chosen["findings"][0]["check"]);
    assert!(ran(&["explain", "route", "--lang", "ja"]).out.contains("読み取る情報"));
    assert!(ran(&["--lang", "zh", "checks"]).out.contains("终端节点"));
    assert_eq!(ran(&["demo", "--lang", "fr"]).code, 2);
}

#[test]
fn the_catalogue() {
    let list = ran(&["checks"]);
    assert_eq!(list.out.lines().count(), pldoctor_checks::registry::CHECKS.len(), "a line a check");
    for check in pldoctor_checks::registry::CHECKS {
        let id = check.meta().id;
        assert!(list.out.contains(id), "{id}");
        let explained = ran(&["explain", id]);
        assert_eq!(explained.code, 0, "{id}");
        for part in ["READS", "CAN SAY", "MORE", "layer"] {
            assert!(explained.out.contains(part), "{id}: {part}");
        }
    }
    insta::assert_snapshot!("explain-endpoint-security-group", ran(&["explain", "endpoint-security-group"]).out);
}

#[test]
fn nothing_from_a_snapshot_acts_on_the_terminal() {
    let folder = world();
    let hostile = "sg-0e4\\u001b[2J\\u202e\\u0007evil";
    for file in [
        "aws/ec2/describe-security-groups.json",
        "aws/ec2/describe-vpc-endpoints.json",
        "aws/ec2/describe-network-interfaces.json",
    ] {
        let path = folder.path().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, text.replace("sg-0e4a1b2c3d4e5f602", hostile)).unwrap();
    }
    for arguments in [&[][..], &["-v"], &["-q"], &["--format", "json"]] {
        let ran = on(&folder, arguments);
        assert_eq!(ran.code, 1, "{}", ran.err);
        let acting = |character: char| character != '\n' && (character.is_control() || character == '\u{202e}');
        assert!(!ran.out.contains(acting) && !ran.err.contains(acting), "{arguments:?}");
        assert!(ran.out.contains("evil"), "{arguments:?}: it is shown, harmless");
    }
}

#[test]
fn nothing_that_is_printed_in_a_job_is_a_command_to_its_runner() {
    let folder = world();
    let hostile = "vpc-1 ::error title=x::y ##[group]z";
    for file in ["aws/ec2/describe-vpc-endpoints.json", "aws/ec2/describe-security-groups.json", "manifest.json"] {
        let path = folder.path().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, text.replace("vpc-0a3f6c1d2e4b5a697", hostile)).unwrap();
    }
    let facts = folder.path().to_str().unwrap();
    let other = world();
    let before = other.path().to_str().unwrap();
    let report = folder.path().join("report.json");
    let written = format!("json={}", report.display());
    let commands: [&[&str]; 9] = [
        &["check", "--facts", facts, "-v", "--report", &written],
        &["compare", before, facts],
        &["compare", before, facts, "--format", "json"],
        &["merge", report.to_str().unwrap()],
        &["merge", "--format", "json", report.to_str().unwrap()],
        // What is wrong may come from elsewhere, too: an address in a variable, a name of a file.
        &["check", "host\n::add-mask::a", "##[group]b"],
        &["check", "--facts", "/nonexistent/##[group]b"],
        &["check", "host", "--report", "json=/nonexistent/\n::stop-commands::b"],
        &["merge", "/nonexistent/\n::error::b"],
    ];
    for command in commands {
        let ran = ran(command);
        let obeyed: Vec<&str> = ran.out.lines().chain(ran.err.lines()).filter(|line| is_obeyed(line)).collect();
        assert!(obeyed.is_empty(), "{command:?}: {obeyed:?}");
        assert!(ran.out.len() + ran.err.len() > 50, "{command:?} says something");
    }
}

#[test]
fn a_folder_that_can_not_be_written_is_said_before_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "somebody's").unwrap();
    for (wrong, why) in
        [(folder.path(), "is not empty"), (&file, "is not a folder"), (&file.join("below"), "can't be written")]
    {
        let done = ran(&["check", "db.example.com", "--save", &wrong.display().to_string()]);
        assert_eq!(done.code, 2);
        assert!(done.out.is_empty() && done.err.contains("--save") && done.err.contains(why), "{}", done.err);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
}
