//! Bundles as files: what is written is read, the same contents give the same bytes, and nothing hostile is let in.

use crate::snapshot::{put, world};
use assert_cmd::cargo::cargo_bin_cmd;
use flate2::{Compression, write::GzEncoder};
use pldoctor::snapshot::{self, ArchiveDraft, ReadError, Warning, WriteError};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use tar::{EntryType, Header};
use time::OffsetDateTime;

/// A tar archive made by hand, entry by entry, whatever is in it.
#[derive(Default)]
struct Handmade(Vec<u8>);

impl Handmade {
    fn entry(mut self, kind: EntryType, name: &[u8], link: &[u8], size: u64, contents: &[u8]) -> Self {
        let mut header = Header::new_gnu();
        header.as_old_mut().name[..name.len()].copy_from_slice(name);
        header.as_old_mut().linkname[..link.len()].copy_from_slice(link);
        header.set_entry_type(kind);
        header.set_size(size);
        header.set_mode(0o644);
        if let Some(sparse) = header.as_gnu_mut().filter(|_| kind == EntryType::GNUSparse) {
            sparse.set_real_size(0);
        }
        header.set_cksum();
        self.0.extend(header.as_bytes());
        self.0.extend(contents);
        self.0.resize(self.0.len().next_multiple_of(512), 0);
        self
    }

    fn file(self, name: &str, contents: &str) -> Self {
        self.entry(EntryType::Regular, name.as_bytes(), b"", contents.len() as u64, contents.as_bytes())
    }

    fn at(mut self, folder: &Path) -> PathBuf {
        self.0.extend([0; 1024]);
        gzip(folder, &self.0)
    }
}

fn gzip(folder: &Path, bytes: &[u8]) -> PathBuf {
    let path = folder.join("facts.tar.gz");
    let mut encoder = GzEncoder::new(fs::File::create(&path).unwrap(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap();
    path
}

const VPCS: &str = r#"{"Vpcs":[]}"#;

fn refusal(path: &Path) -> String {
    let beside = || fs::read_dir(path.parent().unwrap()).unwrap().count();
    let before = beside();
    let error = snapshot::read(path).expect_err("it should not be read");
    assert!(matches!(error, ReadError::Archive { .. }), "{error:?}");
    assert_eq!(beside(), before, "something was unpacked");
    error.to_string()
}

#[test]
fn a_bundle_holds_what_a_folder_holds() {
    let folder = tempfile::tempdir().unwrap();
    let at = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
    snapshot::write(&folder.path().join("facts"), &world(), at).unwrap();
    let mut files = snapshot::files(&world(), &snapshot::Manifest::new(world().question, at));
    let of_folder = snapshot::read(&folder.path().join("facts")).unwrap();
    files.insert("report.md".into(), b"# beside the facts".to_vec());

    let path = folder.path().join("new/facts.tar.gz");
    ArchiveDraft::new(&path).unwrap().finish(&files).unwrap();
    assert_eq!(snapshot::read(&path).unwrap(), of_folder);
    assert_eq!(of_folder.warnings, []);
    let first = fs::read(&path).unwrap();
    ArchiveDraft::new(&path).unwrap().finish(&files).unwrap();
    assert_eq!(fs::read(&path).unwrap(), first, "the same contents give the same bytes");
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "a draft was left behind");
}

#[test]
fn a_place_that_cant_be_written_is_known_at_once_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "letter.tar.gz", "Dear all");
    let letter = folder.path().join("letter.tar.gz");
    assert!(matches!(ArchiveDraft::new(&letter), Err(WriteError::NotAnArchive(_))));
    assert!(matches!(ArchiveDraft::new(folder.path()), Err(WriteError::NotAnArchive(_))));
    assert!(matches!(ArchiveDraft::new(&letter.join("facts.tar.gz")), Err(WriteError::Io { .. })));
    assert_eq!(fs::read_to_string(&letter).unwrap(), "Dear all");

    let abandoned = folder.path().join("abandoned.tar.gz");
    drop(ArchiveDraft::new(&abandoned).unwrap());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a draft was left behind");
}

#[test]
fn archives_that_people_make_are_read() {
    let folder = tempfile::tempdir().unwrap();
    for prefix in ["", "./", "facts/", "./facts/"] {
        let path = Handmade::default()
            .entry(EntryType::Directory, format!("{prefix}aws/").as_bytes(), b"", 0, b"")
            .file(&format!("{prefix}aws/ec2/describe-vpcs.json"), VPCS)
            .at(folder.path());
        let read = snapshot::read(&path).unwrap_or_else(|error| panic!("{prefix}: {error}"));
        assert!(read.facts.vpcs().is_ok(), "{prefix}");
        assert_eq!(read.warnings, [], "{prefix}");
    }
    let path = Handmade::default().file("aws/ec2/describe-vpcs.json", VPCS).file("notes.txt", "mine").at(folder.path());
    let unknown = Warning::UnknownFile { file: "notes.txt".into(), meant: None };
    assert_eq!(snapshot::read(&path).unwrap().warnings, [unknown]);
}

#[test]
fn names_that_lead_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    for (name, problem) in [
        (b"../escaped.json".as_slice(), "leads out of it"),
        (b"aws/../../escaped.json", "leads out of it"),
        (b"aws\\..\\..\\escaped.json", "leads out of it"),
        (b"/etc/escaped.json", "is an absolute path"),
        (b"C:\\escaped.json", "is an absolute path"),
        (b"aws/\x1b[2Jescaped.json", "has control characters"),
        (b"aws/escaped\n.json", "has control characters"),
        (b"aws/\xff.json", "is not UTF-8"),
    ] {
        let path = Handmade::default()
            .file("aws/ec2/describe-vpcs.json", VPCS)
            .entry(EntryType::Regular, name, b"", 2, b"{}")
            .at(folder.path());
        let said = refusal(&path);
        assert!(said.contains(problem), "{said}");
        assert!(!said.contains(|character: char| character.is_control()), "{said:?}");
        assert!(!folder.path().parent().unwrap().join("escaped.json").exists());
    }
}

#[test]
fn what_is_neither_file_nor_folder() {
    let folder = tempfile::tempdir().unwrap();
    for (kind, said) in [
        (EntryType::Symlink, "a symbolic link"),
        (EntryType::Link, "a hard link"),
        (EntryType::Char, "a device"),
        (EntryType::Block, "a device"),
        (EntryType::Fifo, "a pipe"),
        (EntryType::GNUSparse, "a sparse file"),
        (EntryType::new(b'Z'), "an entry of an unknown kind"),
    ] {
        let path = Handmade::default().entry(kind, b"host.json", b"/etc/passwd", 0, b"").at(folder.path());
        let text = refusal(&path);
        assert!(text.contains(said) && text.contains("'host.json'"), "{kind:?}: {text}");
    }
}

#[test]
fn twice_the_same_name_and_wrong_contents() {
    let folder = tempfile::tempdir().unwrap();
    let path = Handmade::default().file("host.json", "{}").file("./host.json", "{}").at(folder.path());
    assert!(refusal(&path).contains("'host.json' twice"));
    let path = Handmade::default().file("host.json", r#"{"addresses": 7}"#).at(folder.path());
    assert!(snapshot::read(&path).unwrap_err().to_string().contains("host.json: line 1"));
    let path = Handmade::default().file("notes.txt", "mine").at(folder.path());
    assert!(snapshot::read(&path).unwrap_err().to_string().contains("is not a snapshot"));
    let path = Handmade::default().at(folder.path());
    assert!(snapshot::read(&path).unwrap_err().to_string().contains("is not a snapshot"));
}

#[test]
fn bombs() {
    let folder = tempfile::tempdir().unwrap();
    // One huge file, as its header has it, and as it is.
    let path = Handmade::default().entry(EntryType::Regular, b"host.json", b"", 70 << 20, b"{}").at(folder.path());
    let said = refusal(&path);
    assert!(said.contains("'host.json' in the archive is too large: 70 MiB"), "{said}");
    // Many files.
    let many = (0..10_000).fold(Handmade::default(), |archive, number| archive.file(&number.to_string(), ""));
    assert!(refusal(&many.at(folder.path())).contains("more than 2000 entries"));
    // Together too large: each is within its bound, and all of them compress to next to nothing.
    let zeros = vec![0; 60 << 20];
    let size = zeros.len() as u64;
    let each = |archive: Handmade, number: u8| archive.entry(EntryType::Regular, &[b'a' + number], b"", size, &zeros);
    let path = (0..5).fold(Handmade::default(), each).at(folder.path());
    assert!(fs::metadata(&path).unwrap().len() < 4 << 20);
    let said = refusal(&path);
    assert!(said.contains("unpacked it has more than 256 MiB"), "{said}");
    // A long name that has no end, which a reader of tar takes into memory before anybody sees an entry.
    let name = vec![b'a'; 1 << 20];
    for (kind, own) in [(EntryType::GNULongName, "././@LongLink"), (EntryType::XHeader, "pax")] {
        let path = Handmade::default().entry(kind, own.as_bytes(), b"", name.len() as u64, &name);
        let said = refusal(&path.file("host.json", "{}").at(folder.path()));
        assert!(said.contains("name or header is longer than 64 KiB"), "{said}");
    }
    // A name as long as a path may be, behind contents that are larger than a header may be.
    let name = format!("{}/notes", "a".repeat(4000));
    let path = Handmade::default().file("aws/ec2/describe-vpcs.json", VPCS).file("notes", &"a".repeat(1 << 20));
    let path = path.entry(EntryType::GNULongName, b"././@LongLink", b"", name.len() as u64, name.as_bytes());
    assert_eq!(snapshot::read(&path.file("host.json", "{}").at(folder.path())).unwrap().warnings.len(), 2);
    // Zeros behind the end of the archive.
    let mut whole = Handmade::default().file("aws/ec2/describe-vpcs.json", VPCS).0;
    whole.extend(vec![0; 300 << 20]);
    let path = gzip(folder.path(), &whole);
    let said = refusal(&path);
    assert!(said.contains("unpacked it has more than 256 MiB"), "{said}");
}

#[test]
fn what_is_said_of_an_archive_acts_on_nobodys_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let mut second = Header::new_gnu();
    second.as_old_mut().name[..7].copy_from_slice(b"\x1b[2J\x07xy");
    second.as_old_mut().size = *b"\x1b[31mno size";
    second.set_cksum();
    let mut archive = Handmade::default().file("aws/ec2/describe-vpcs.json", VPCS);
    archive.0.extend(second.as_bytes());
    let path = archive.at(folder.path());
    let said = refusal(&path);
    assert!(said.contains("damaged") && !said.contains(char::is_control), "{said:?}");
    // Nor does what the user named, or the system says of it.
    for named in [path, folder.path().join("\u{1b}[2Jabsent")] {
        let run = cargo_bin_cmd!("pldoctor").args(["check", "--facts"]).arg(named).assert().code(2);
        let said = String::from_utf8(run.get_output().stderr.clone()).unwrap();
        assert!(said.starts_with("pldoctor: ") && !said.trim_end().contains(char::is_control), "{said:?}");
    }
}

#[test]
fn what_is_damaged_or_no_archive() {
    let folder = tempfile::tempdir().unwrap();
    let files = BTreeMap::from([("aws/ec2/describe-vpcs.json".to_owned(), VPCS.into())]);
    let path = folder.path().join("facts.tar.gz");
    ArchiveDraft::new(&path).unwrap().finish(&files).unwrap();
    let whole = fs::read(&path).unwrap();
    for length in [2, 10, whole.len() / 2, whole.len() - 8, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        let said = refusal(&path);
        assert!(said.contains("damaged or cut short"), "{length}: {said}");
    }
    let mut changed = whole.clone();
    let checksum = whole.len() - 6;
    changed[checksum] ^= 1;
    fs::write(&path, &changed).unwrap();
    assert!(refusal(&path).contains("damaged or cut short"));
    for text in ["", "{}", "not an archive"] {
        fs::write(&path, text).unwrap();
        assert!(refusal(&path).contains("not a .tar.gz archive"));
    }
    for other in [b"not a tar archive".to_vec(), b"[\"json\"]".repeat(200)] {
        gzip(folder.path(), &other);
        assert!(refusal(&path).contains("what is in it is not a tar archive"));
    }
    let said = snapshot::read(Path::new("/dev/null")).unwrap_err().to_string();
    assert!(said.contains("neither a folder nor a file"), "{said}");
}
