//! Folders to facts and back: our own, filled by hand, broken, hostile.

use pldoctor::snapshot::{self, NOT_REDACTED, ReadError, Warning, WriteError};
use pldoctor_checks::facts::{
    DnsAnswer, DnsOutcome, Fact, Facts, GreetingAttempt, GreetingOutcome, Observed, Origin, Question, Target, Why, aws,
};
use std::fs;
use std::path::Path;
use time::OffsetDateTime;

/// A world with one of everything that has a shape of its own.
pub(crate) fn world() -> Facts {
    let mut facts = Facts {
        question: Question {
            target: Target {
                host: Some("gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com".into()),
                ..Target::default()
            },
            from: Some(Origin::Instance("i-0a1".into())),
            region: Some("us-east-1".into()),
            ..Question::default()
        },
        ..Facts::default()
    };
    // Every fact is unknown for a reason of its own, so that two mixed up would be seen.
    for fact in Fact::ALL {
        fact.blank(&mut facts, &Why::new("UnauthorizedOperation", fact.name()));
    }
    let vpc = aws::Vpc { vpc_id: "vpc-0a1".into(), cidr_block: "10.0.0.0/16".into(), ..aws::Vpc::default() };
    facts.aws.vpcs = Observed::Known(aws::Vpcs { vpcs: vec![vpc] });
    let on = aws::VpcAttribute {
        vpc_id: "vpc-0a1".into(),
        enable_dns_support: Some(aws::AttributeValue { value: true }),
        ..aws::VpcAttribute::default()
    };
    facts.aws.dns_support.insert("vpc-0a1".into(), Observed::Known(on));
    facts.aws.dns_hostnames.insert("vpc-0a1".into(), Observed::Unknown(Why::new("RequestLimitExceeded", "slow down")));
    let entries = vec![aws::PrefixListEntry { cidr: "10.0.0.0/8".into() }];
    facts.aws.prefix_list_entries.insert("pl-0a1".into(), Observed::Known(aws::PrefixListEntries { entries }));
    let answer = DnsAnswer {
        server: [169, 254, 169, 253].into(),
        name: "gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com".into(),
        outcome: DnsOutcome::Answered { addresses: vec![[10, 0, 2, 20].into()], ttl: 60, cnames: vec![] },
        elapsed_ms: 2,
    };
    facts.dns.vpc_resolver = Observed::Known(vec![answer]);
    let greeting = GreetingAttempt {
        address: ([10, 0, 2, 20], 4000).into(),
        outcome: GreetingOutcome::Silent { after_ms: 3000 },
        elapsed_ms: 3000,
    };
    facts.connections.greetings = Observed::Known(vec![greeting]);
    facts
}

pub(crate) fn put(folder: &Path, file: &str, contents: impl AsRef<[u8]>) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, contents).unwrap();
}

fn failure(folder: &Path) -> String {
    snapshot::read(folder).expect_err("it should not be read").to_string()
}

#[test]
fn what_is_written_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/facts");
    let facts = world();
    snapshot::write(&path, &facts, OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap()).unwrap();
    let read = snapshot::read(&path).unwrap();
    assert_eq!(read.facts, facts);
    assert_eq!(read.warnings, []);
    let manifest = read.manifest.unwrap();
    assert_eq!(manifest.schema, "pldoctor/snapshot/v1");
    assert_eq!(manifest.collected_at, "2027-01-15T08:00:00Z");
    assert_eq!(manifest.redacted, NOT_REDACTED);
    assert!(path.join("aws/ec2/describe-vpc-attribute.vpc-0a1.enableDnsSupport.json").is_file());
    assert!(path.join("aws/ec2/get-managed-prefix-list-entries.pl-0a1.json").is_file());
    assert!(path.join("aws/route53/list-hosted-zones-by-vpc.json").is_file());
    assert!(path.join("aws/route53resolver/list-resolver-rules.json").is_file());
    assert!(path.join("aws/sts/get-caller-identity.json").is_file());
    let left: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
    assert_eq!(left.len(), 1, "a draft was left behind: {left:?}");
}

#[test]
fn what_nobody_collected_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("facts");
    let mut facts = Facts::default();
    facts.host.addresses = Observed::Known(vec![[10, 0, 1, 10].into()]);
    snapshot::write(&path, &facts, OffsetDateTime::UNIX_EPOCH).unwrap();
    let mut names: Vec<_> = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["host.json", "manifest.json"]);
    assert!(!fs::read_to_string(path.join("host.json")).unwrap().contains("NotCollected"));
    assert_eq!(snapshot::read(&path).unwrap().facts, facts);
}

#[test]
fn an_id_that_is_a_path_is_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("facts");
    let mut facts = Facts::default();
    let attribute = Observed::Known(aws::VpcAttribute::default());
    facts.aws.dns_support.insert("../../../escaped".into(), attribute);
    snapshot::write(&path, &facts, OffsetDateTime::UNIX_EPOCH).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(fs::read_dir(&path).unwrap().count(), 1);
}

#[test]
fn an_empty_folder_and_an_earlier_snapshot_are_written_into_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    snapshot::write(path, &world(), OffsetDateTime::UNIX_EPOCH).unwrap();
    let mut smaller = Facts::default();
    smaller.host.addresses = Observed::Known(vec![]);
    snapshot::write(path, &smaller, OffsetDateTime::UNIX_EPOCH).unwrap();
    assert_eq!(snapshot::read(path).unwrap().facts, smaller, "the earlier snapshot shines through");

    put(path, "notes.txt", "mine");
    let error = snapshot::write(path, &world(), OffsetDateTime::UNIX_EPOCH).unwrap_err();
    assert!(matches!(error, WriteError::NotEmpty(_)), "{error}");
    assert_eq!(fs::read_to_string(path.join("notes.txt")).unwrap(), "mine");
    assert!(matches!(
        snapshot::write(&path.join("notes.txt"), &world(), OffsetDateTime::UNIX_EPOCH),
        Err(WriteError::NotAFolder(_))
    ));
}

#[test]
fn a_folder_filled_by_hand_is_a_snapshot() {
    let folder = tempfile::tempdir().unwrap();
    put(
        folder.path(),
        "aws/ec2/describe-vpcs.json",
        r#"{"Vpcs":[{"VpcId":"vpc-0a1","CidrBlock":"10.0.0.0/16","Tags":null,"InstanceTenancy":"default"}],"NextToken":null}"#,
    );
    put(folder.path(), "aws/ec2/describe-subnets.json", r#"{"Subnets":[],"NextToken":"eyJ2IjoiMiJ9"}"#);
    put(folder.path(), "describe-route-tables.json", "{}");
    put(folder.path(), "aws/ec2/describe-vpc.json", "{}");
    put(folder.path(), "notes/old/deep/file.txt", "");
    let read = snapshot::read(folder.path()).unwrap();
    assert_eq!(read.manifest, None);
    assert_eq!(read.facts.vpcs().unwrap()[0].vpc_id, "vpc-0a1");
    assert!(read.facts.aws.route_tables.is_not_collected());
    let unknown =
        |file: &str, meant: Option<&str>| Warning::UnknownFile { file: file.into(), meant: meant.map(Into::into) };
    assert_eq!(
        read.warnings,
        [
            Warning::OnePage { file: "aws/ec2/describe-subnets.json".into() },
            unknown("aws/ec2/describe-vpc.json", None),
            unknown("describe-route-tables.json", Some("aws/ec2/describe-route-tables.json")),
            unknown("notes/old/deep/", None),
        ]
    );
}

#[test]
fn what_is_no_snapshot_is_refused_in_so_many_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    assert!(failure(&path.join("absent")).starts_with("there is no folder or archive"));
    assert!(failure(path).contains("is not a snapshot"));
    put(path, "describe-vpcs.json", "{}");
    assert!(failure(path).contains("belongs to aws/ec2/describe-vpcs.json"), "{}", failure(path));
    assert!(failure(&path.join("describe-vpcs.json")).contains("not a .tar.gz archive, and not a folder either"));

    put(path, "aws/ec2/describe-vpcs.json", "");
    assert!(failure(path).contains("describe-vpcs.json is empty"), "{}", failure(path));
    put(path, "aws/ec2/describe-vpcs.json", "{\n\"Vpcs\": [}");
    let text = failure(path);
    assert!(text.contains("aws/ec2/describe-vpcs.json: line 2, column 10"), "{text}");
    assert!(text.contains("`aws ec2 describe-vpcs --output json`"), "{text}");
    put(path, "aws/ec2/describe-vpcs.json", r#"{"Vpcs":[]}"#);
    put(path, "host.json", r#"{"addresses": 7}"#);
    assert!(failure(path).contains("host.json: line 1"), "{}", failure(path));
}

#[test]
fn a_newer_version_and_a_foreign_manifest() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "manifest.json", r#"{"schema": "pldoctor/snapshot/v2", "shape": "other"}"#);
    assert_eq!(
        failure(folder.path()),
        "made by a newer pldoctor (snapshot version 2, this one reads 1): update pldoctor"
    );
    put(folder.path(), "manifest.json", r#"{"schema": "https://example.com/app"}"#);
    assert!(failure(folder.path()).contains("is not a snapshot's"));
    put(folder.path(), "manifest.json", "{}");
    assert!(failure(folder.path()).contains("missing field `schema`"));
}

#[test]
fn a_huge_file_is_refused_before_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "aws/ec2/describe-vpcs.json", "");
    // Sparse: it has the size and takes no room.
    let file = fs::File::options().write(true).open(folder.path().join("aws/ec2/describe-vpcs.json")).unwrap();
    file.set_len(200_000_000).unwrap();
    assert_eq!(failure(folder.path()), "aws/ec2/describe-vpcs.json is too large: 191 MiB, and at most 64 MiB are read");
}

#[test]
fn too_many_files_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..2_001 {
        put(folder.path(), &format!("{number}"), "");
    }
    assert!(matches!(snapshot::read(folder.path()), Err(ReadError::TooMany)));
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_out_and_folders_are_no_files() {
    let outside = tempfile::tempdir().unwrap();
    put(outside.path(), "secret.json", r#"{"Vpcs":[]}"#);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    put(path, "aws/ec2/real.json", r#"{"Vpcs":[]}"#);
    std::os::unix::fs::symlink("real.json", path.join("aws/ec2/describe-vpcs.json")).unwrap();
    snapshot::read(path).expect("a link within the folder is followed");

    fs::remove_file(path.join("aws/ec2/describe-vpcs.json")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret.json"), path.join("aws/ec2/describe-vpcs.json")).unwrap();
    assert!(failure(path).contains("leads out of the snapshot"));

    fs::remove_file(path.join("aws/ec2/describe-vpcs.json")).unwrap();
    std::os::unix::fs::symlink(outside.path(), path.join("aws/sts")).unwrap();
    put(path, "host.json", "{}");
    let read = snapshot::read(path).unwrap();
    assert!(
        read.warnings.contains(&Warning::UnknownFile { file: "aws/sts".into(), meant: None }),
        "{:?}",
        read.warnings
    );

    fs::remove_file(path.join("host.json")).unwrap();
    std::os::unix::fs::symlink("aws", path.join("host.json")).unwrap();
    assert!(failure(path).contains("host.json is not a regular file"));
}

#[test]
fn a_list_is_not_taken_for_an_objects_fields() {
    let folder = tempfile::tempdir().unwrap();
    for file in
        ["host.json", "connections.json", "aws/ec2/describe-vpc-endpoints.json", "aws/sts/get-caller-identity.json"]
    {
        for text in ["[]", " [[]]", "[[], 1]"] {
            let inner = tempfile::tempdir_in(folder.path()).unwrap();
            put(inner.path(), file, text);
            let error = snapshot::read(inner.path()).unwrap_err().to_string();
            assert!(error.contains(file) && error.contains("a list, expected an object"), "{file} {text}: {error}");
        }
    }
}
