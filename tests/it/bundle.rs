//! Bundles: what is in them, what is not, and that they are judged as the facts that they are made of.

use crate::recorded;
use assert_cmd::cargo::cargo_bin_cmd;
use pldoctor::bundle::{BundleError, Contents, Destination, originals};
use pldoctor::report::{Languages, Origin, Run};
use pldoctor::snapshot::{self, redact::Redaction};
use pldoctor_checks::diagnosis::diagnose;
use pldoctor_checks::facts::{Facts, Observed, Target, Why, aws};
use pldoctor_checks::registry::CHECKS;
use pldoctor_checks::words::Lang;
use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// A broken world, and names in it.
fn world() -> Facts {
    let broken = |case: &&recorded::Case| {
        case.diagnosis.root_causes.first().is_some_and(|cause| cause.check == "endpoint-security-group")
    };
    let mut facts = recorded::all().iter().find(broken).expect("a case").facts.clone();
    facts.question.target = Target {
        user: Some("3pTAoNNegb47Uc8.o'neill".into()),
        database: Some("customers<eu>".into()),
        ..facts.question.target
    };
    let identity = aws::CallerIdentity {
        account: "210987654321".into(),
        arn: "arn:aws:sts::210987654321:assumed-role/network-readers/jane.doe@corp.example".into(),
        user_id: "AROAEXAMPLEEXAMPLE12:jane.doe@corp.example".into(),
    };
    facts.aws.caller_identity = Observed::Known(identity);
    let refused =
        "User: arn:aws:sts::210987654321:assumed-role/network-readers/jane.doe@corp.example is not authorized";
    facts.aws.dhcp_options = Observed::Unknown(Why::new("UnauthorizedOperation", refused));
    facts
}

const ORIGINALS: [&str; 9] = [
    "3pTAoNNegb47Uc8",
    "neill",
    "customers",
    "210987654321",
    "network-readers",
    "jane.doe",
    "corp.example",
    "AROAEXAMPLE",
    "203.0.113.9",
];

fn run() -> Run {
    let mut run = Run::recorded(Origin::Demo);
    run.stages.push(pldoctor::collect::Timing { stage: "tcp 203.0.113.9:4000".into(), started_ms: 0, elapsed_ms: 1 });
    run
}

fn write(
    path: &Path,
    keys: &Path,
    facts: &Facts,
    redaction: Option<Redaction>,
) -> Result<pldoctor::bundle::Written, BundleError> {
    write_in(path, keys, facts, redaction, Languages::default())
}

fn write_in(
    path: &Path,
    keys: &Path,
    facts: &Facts,
    redaction: Option<Redaction>,
    languages: Languages,
) -> Result<pldoctor::bundle::Written, BundleError> {
    Destination::open(path, redaction, Some(keys))?.write(Contents { facts, run: &run(), checks: CHECKS, languages })
}

/// Every byte of the archive's contents, names included.
pub(crate) fn everything(path: &Path) -> String {
    let mut text = String::new();
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(fs::File::open(path).unwrap()));
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        text.push_str(&format!("\n== {}\n", entry.path().unwrap().display()));
        entry.read_to_string(&mut text).unwrap();
    }
    text
}

#[test]
fn a_bundle_tells_nobody_and_is_judged_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("state/pseudonyms.json");
    let facts = world();
    let before = diagnose(CHECKS, &facts);
    for redaction in [None, Some(Redaction::Strict)] {
        let path = folder.path().join("bundle.tar.gz");
        let written = write(&path, &keys, &facts, redaction).unwrap();
        assert_eq!(written.kept_in.as_deref(), Some(keys.as_path()));
        assert!(written.missing.is_empty() && written.masked["account"] >= 1, "{written:?}");
        let text = everything(&path);
        for original in ORIGINALS {
            assert!(!text.contains(original), "{original} is left");
        }
        for file in ["manifest.json", "report.json", "report.md", "report.html", "pldoctor.log"] {
            assert!(text.contains(&format!("== pldoctor-bundle/{file}\n")), "{file} is missing");
        }
        let unseen =
            text.lines().find(|line| line.starts_with("unseen    UnauthorizedOperation: ")).expect("in the log");
        assert!(unseen.ends_with(" (aws/ec2/describe-dhcp-options.json)"), "{unseen}");
        assert!(!text.contains(fs::read_to_string(&keys).unwrap().split('"').nth(11).unwrap()), "the key is in it");
        let read = snapshot::read(&path).unwrap();
        assert_eq!(read.warnings, []);
        let after = diagnose(CHECKS, &read.facts);
        assert_eq!(before.verdict, after.verdict);
        let causes = |diagnosis: &pldoctor_checks::diagnosis::Diagnosis| {
            diagnosis.root_causes.iter().map(|cause| cause.check).collect::<Vec<_>>()
        };
        assert_eq!(causes(&before), causes(&after));
        let manifest = read.manifest.unwrap();
        assert_eq!(manifest.redacted, redaction.unwrap_or_default().name());
        assert!(manifest.contents.contains(&"report.html".to_owned()) && manifest.masked.contains_key("user"));
    }
    assert_eq!(fs::metadata(&keys).unwrap().permissions().mode() & 0o777, 0o600);
    let kept = originals(&keys).unwrap().unwrap();
    assert!(kept.values().any(|original| original == "210987654321"));
}

#[test]
fn reports_in_a_bundle_follow_the_language_as_reports_elsewhere_do() {
    let folder = tempfile::tempdir().unwrap();
    let (keys, path) = (folder.path().join("pseudonyms.json"), folder.path().join("bundle.tar.gz"));
    let mut facts = world();
    // A name that is one of the reports' own words gives nothing away; in Japanese it is another name.
    for name in ["修复步骤", "修正手順"] {
        facts.question.target.database = Some(name.into());
        for (asked, locale, people, programs) in [
            (None, Lang::Zh, Lang::Zh, Lang::En),
            (None, Lang::Ja, Lang::Ja, Lang::En),
            (Some(Lang::Ja), Lang::Zh, Lang::Ja, Lang::Ja),
            (Some(Lang::En), Lang::Zh, Lang::En, Lang::En),
        ] {
            write_in(&path, &keys, &facts, None, Languages { asked, locale }).unwrap();
            let text = everything(&path);
            let parts: Vec<&str> = text.split("\n== pldoctor-bundle/").collect();
            for (name, lang) in [("report.md", people), ("report.html", people), ("report.json", programs)] {
                let report = parts.iter().find(|part| part.starts_with(name)).unwrap();
                assert_eq!(written_in(report), lang, "{name}, asked {asked:?}, locale {locale:?}");
            }
        }
    }
}

/// By its characters.
fn written_in(text: &str) -> Lang {
    let has = |first: char, last: char| text.contains(|c: char| (first..=last).contains(&c));
    match (has('ぁ', 'ヺ'), has('一', '龥')) {
        (true, _) => Lang::Ja,
        (false, true) => Lang::Zh,
        (false, false) => Lang::En,
    }
}

#[test]
fn without_redaction_everything_is_as_it_was_seen() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("pseudonyms.json");
    let path = folder.path().join("bundle.tar.gz");
    let written = write(&path, &keys, &world(), Some(Redaction::None)).unwrap();
    assert_eq!((written.kept_in, written.masked.len()), (None, 0));
    assert!(!keys.exists());
    let read = snapshot::read(&path).unwrap();
    assert_eq!((read.facts, read.manifest.unwrap().redacted.as_str()), (world(), "none"));
    // A folder is for its owner, unless they say otherwise.
    write(&folder.path().join("facts"), &keys, &world(), None).unwrap();
    assert_eq!(snapshot::read(&folder.path().join("facts")).unwrap().facts, world());
    write(&folder.path().join("masked"), &keys, &world(), Some(Redaction::Default)).unwrap();
    let masked = snapshot::read(&folder.path().join("masked")).unwrap();
    assert_eq!(masked.manifest.unwrap().redacted, "default");
    assert!(!format!("{:?}", masked.facts).contains("210987654321"));
}

#[test]
fn a_kept_word_that_is_an_account_is_not_handed_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut facts = world();
    // No account stands in a state, unless a file made by hand has it there.
    facts.aws.vpc_endpoints.known_mut().unwrap().vpc_endpoints[0].raw_state = "available for 210987654321".into();
    let path = folder.path().join("bundle.tar.gz");
    let error = write(&path, &folder.path().join("pseudonyms.json"), &facts, None).unwrap_err();
    assert!(matches!(&error, BundleError::Leak(leak) if leak.original == "210987654321"), "{error}");
    assert!(!path.exists());
    assert_eq!(
        fs::read_dir(folder.path())
            .unwrap()
            .filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().contains("partial"))
            .count(),
        0
    );
}

#[test]
fn two_bundles_of_one_user_have_the_same_pseudonyms() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("pseudonyms.json");
    let facts = |name: &str| {
        let path = folder.path().join(name);
        write(&path, &keys, &world(), None).unwrap();
        snapshot::read(&path).unwrap().facts
    };
    assert_eq!(facts("one.tar.gz"), facts("two.tgz"));
}

#[test]
fn places_that_cant_be_used_are_said_before_anything_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("letter"), "Dear all").unwrap();
    let open = |path: &str, keys: &str| {
        Destination::open(&folder.path().join(path), None, Some(&folder.path().join(keys))).unwrap_err().to_string()
    };
    assert!(open("letter/b.tar.gz", "keys").contains("can't be written"), "{}", open("letter/b.tar.gz", "keys"));
    assert!(open("b.tar.gz", "letter").contains("is not a file of pseudonyms"));
    assert!(open("b.tar.gz", "").contains("it is no regular file"), "{}", open("b.tar.gz", ""));
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("zero")).unwrap();
    assert!(open("b.tar.gz", "zero").contains("it is no regular file"));
    assert!(open("b.tar.gz", "letter/keys").contains("--pseudonyms FILE"));
    assert_eq!(fs::read_to_string(folder.path().join("letter")).unwrap(), "Dear all");
}

#[test]
fn a_run_that_was_stopped_does_not_hold_off_others_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("pseudonyms.json");
    let open = || Destination::open(&folder.path().join("b.tar.gz"), None, Some(&keys)).map(drop);
    open().unwrap();
    let held = fs::File::open(folder.path().join("pseudonyms.lock")).unwrap();
    held.lock().unwrap();
    let error = open().unwrap_err().to_string();
    assert!(error.contains("another process has held it for 5 s") && error.contains("--pseudonyms FILE"), "{error}");
    held.unlock().unwrap();
    open().unwrap();
}

#[test]
fn reveal_puts_the_originals_back() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("pseudonyms.json");
    let path = folder.path().join("bundle.tar.gz");
    write(&path, &keys, &world(), None).unwrap();
    let reveal = |text: &str| {
        let mut command = cargo_bin_cmd!("pldoctor");
        let run = command.args(["reveal", "--pseudonyms"]).arg(&keys).write_stdin(text).assert().success();
        String::from_utf8(run.get_output().stdout.clone()).unwrap()
    };
    let text = everything(&path);
    let plain = reveal(&text);
    for original in ["210987654321", "3pTAoNNegb47Uc8.", "network-readers", "jane.doe"] {
        assert!(plain.contains(original), "{original} is not back");
    }
    let file = |name: &str| {
        text.split(&format!("== pldoctor-bundle/{name}\n")).nth(1).unwrap().split("\n== ").next().unwrap().to_owned()
    };
    let json = reveal(&file("manifest.json"));
    let manifest: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(manifest["question"]["target"]["database"], "customers<eu>");
    assert_eq!(reveal("nothing of ours"), "nothing of ours");

    let mut command = cargo_bin_cmd!("pldoctor");
    let run =
        command.args(["reveal", "--pseudonyms"]).arg(folder.path().join("absent")).write_stdin("x").assert().code(2);
    assert!(String::from_utf8_lossy(&run.get_output().stderr).contains("Only the machine"));
    let mut command = cargo_bin_cmd!("pldoctor");
    let run = command.arg("reveal").arg(&path).arg("--pseudonyms").arg(&keys).assert().code(2);
    assert!(String::from_utf8_lossy(&run.get_output().stderr).contains("compressed archive"));
}

#[test]
fn a_bundle_is_judged_by_the_program_as_a_folder_is() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("pseudonyms.json");
    let path = folder.path().join("bundle.tar.gz");
    write(&path, &keys, &world(), None).unwrap();
    let judged = |path: &Path| {
        let mut command = cargo_bin_cmd!("pldoctor");
        let run = command.args(["check", "--format", "json", "--facts"]).arg(path).assert().code(1);
        let report: serde_json::Value = serde_json::from_slice(&run.get_output().stdout).unwrap();
        report["root_causes"].as_array().unwrap().iter().map(|cause| cause["check"].clone()).collect::<Vec<_>>()
    };
    write(&folder.path().join("facts"), &keys, &world(), None).unwrap();
    assert_eq!(judged(&path), judged(&folder.path().join("facts")));
}

#[test]
fn a_folder_becomes_a_bundle_to_hand_on() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("pseudonyms.json");
    let facts = folder.path().join("of jane.doe");
    write(&facts, &keys, &world(), None).unwrap();
    let manifest = facts.join("manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
    value["collected_at"] = "2026-11-01T03:04:05Z".into();
    fs::write(&manifest, value.to_string()).unwrap();
    let bundle = folder.path().join("bundle.tar.gz");
    let check = |facts: &Path, save: &Path, code: i32| {
        let mut command = cargo_bin_cmd!("pldoctor");
        command.args(["check", "--format", "json", "--facts"]).arg(facts).arg("--save").arg(save);
        let run = command.arg("--pseudonyms").arg(&keys).assert().code(code);
        String::from_utf8(run.get_output().stderr.clone()).unwrap()
    };
    assert!(check(&facts, &bundle, 1).contains("Wrote "));
    let text = everything(&bundle);
    for original in ORIGINALS {
        assert!(!text.contains(original), "{original} is left");
    }
    let read = snapshot::read(&bundle).unwrap();
    assert_eq!(read.manifest.unwrap().collected_at, "2026-11-01T03:04:05Z", "when it was collected, not kept");
    let causes =
        |facts: &Facts| diagnose(CHECKS, facts).root_causes.iter().map(|cause| cause.check).collect::<Vec<_>>();
    assert_eq!(causes(&read.facts), causes(&world()));

    let again = check(&bundle, &folder.path().join("again.tar.gz"), 2);
    assert!(again.contains("is redacted already") && !folder.path().join("again.tar.gz").exists(), "{again}");
    assert!(check(&facts, &facts, 2).contains("of jane.doe is what --facts reads"));
    assert_eq!(snapshot::read(&facts).unwrap().facts, world());
}
