//! From a folder or an archive to facts. It may have come from anywhere: it is bounded in files and bytes, and no link leads out of it.

use super::archive::{self, ArchiveError};
use super::limits::{ENTRIES_LIMIT, FILE_LIMIT, TOTAL_LIMIT};
use super::manifest::{self, Manifest};
use pldoctor_checks::facts::Facts;
use pldoctor_checks::snapshot::json::{self, Malformed};
use pldoctor_checks::snapshot::layout::{Entry, MANIFEST};
use serde::Deserialize;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// `aws/<service>/<file>`
const DEPTH_LIMIT: usize = 3;

/// What a folder or an archive held.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// The facts, with the question of the manifest, or the default one where there is no manifest.
    pub facts: Facts,
    /// The manifest; `None` in a folder that was filled by hand.
    pub manifest: Option<Manifest>,
    /// What the reader should be told, though it hinders nothing.
    pub warnings: Vec<Warning>,
}

/// Something in a snapshot that a person should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// A file that is no part of a snapshot, and was not read.
    UnknownFile {
        /// Its path in the folder.
        file: String,
        /// Where it would have to lie to be read.
        meant: Option<String>,
    },
    /// A file that holds the first page of several.
    OnePage {
        /// Its path in the folder.
        file: String,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownFile { file, meant: None } => write!(f, "{file} is not part of a snapshot: not read"),
            Self::UnknownFile { file, meant: Some(meant) } => write!(f, "{file} is not read there: move it to {meant}"),
            Self::OnePage { file } => {
                write!(f, "{file} is one page of several (it has a NextToken): resources may be missing")
            }
        }
    }
}

/// Why a snapshot could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// There is nothing at the path.
    #[error("there is no folder or archive {}", .0.display())]
    Missing(PathBuf),
    /// A device, a pipe or a socket is at the path.
    #[error("{} is neither a folder nor a file: a snapshot is a folder or a .tar.gz, such as `pldoctor collect -o` writes", .0.display())]
    NeitherOfBoth(PathBuf),
    /// An archive that can't be read, or that is not to be trusted.
    #[error("{}: {problem}", .archive.display())]
    Archive {
        /// The archive.
        archive: PathBuf,
        /// What is wrong with it.
        problem: ArchiveError,
    },
    /// No file in it is a snapshot's.
    #[error(
        "{} is not a snapshot: it has no manifest.json and no output of the AWS CLI such as aws/ec2/describe-vpcs.json{}",
        .folder.display(), .hint.as_ref().map_or_else(String::new, |meant| format!(" (is there a file that belongs to {meant}?)"))
    )]
    NotASnapshot {
        /// The folder.
        folder: PathBuf,
        /// Where one of its files would have to lie.
        hint: Option<String>,
    },
    /// A later version of the program made it.
    #[error(
        "made by a newer pldoctor (snapshot version {version}, this one reads {}): update pldoctor",
        manifest::VERSION
    )]
    Newer {
        /// Its version.
        version: u32,
    },
    /// The manifest is something else's.
    #[error(
        "{MANIFEST} is not a snapshot's: its schema is {schema:?}, expected \"pldoctor/snapshot/v{}\"",
        manifest::VERSION
    )]
    ForeignManifest {
        /// What it says it is.
        schema: String,
    },
    /// A file's contents are not what its name says.
    #[error("{file}: {problem}; expected {expected}")]
    Malformed {
        /// Its path in the folder.
        file: String,
        /// Where and what.
        problem: Malformed,
        /// What would be right.
        expected: String,
    },
    /// A file without contents, as a command leaves behind that failed.
    #[error("{file} is empty, as after a command that failed; expected {expected}")]
    Empty {
        /// Its path in the folder.
        file: String,
        /// What would be right.
        expected: String,
    },
    /// A file that is too large to be read into memory.
    #[error("{file} is too large: {} MiB, and at most {} MiB are read", .size.div_ceil(1 << 20), FILE_LIMIT >> 20)]
    TooLarge {
        /// Its path in the folder.
        file: String,
        /// In bytes.
        size: u64,
    },
    /// All files together are too large.
    #[error("the snapshot is too large: its files have more than {} MiB", TOTAL_LIMIT >> 20)]
    TooLargeInAll,
    /// Too many files.
    #[error("too many files for a snapshot: more than {ENTRIES_LIMIT}")]
    TooMany,
    /// A link that leads out of the folder.
    #[error("{file} is a link that leads out of the snapshot: it is not followed")]
    LeadsOut {
        /// Its path in the folder.
        file: String,
    },
    /// Something that is not a file, where one is expected.
    #[error("{file} is not a regular file")]
    NotAFile {
        /// Its path in the folder.
        file: String,
    },
    /// The system did not let it be read.
    #[error("{file} can't be read: {source}")]
    Io {
        /// Its path.
        file: String,
        /// The system's reason.
        source: io::Error,
    },
}

/// Reads a snapshot: a folder, or an archive of one, which is read in memory and never unpacked.
///
/// # Errors
/// See [`ReadError`]. Nothing is read in part: one bad file is an error, because facts that vanish silently turn into wrong judgements.
pub fn read(path: &Path) -> Result<Snapshot, ReadError> {
    let metadata = fs::metadata(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => ReadError::Missing(path.to_owned()),
        _ => ReadError::Io { file: path.display().to_string(), source },
    })?;
    if metadata.is_file() {
        let failed = |problem| ReadError::Archive { archive: path.to_owned(), problem };
        let mut files = archive::read(path).map_err(failed)?;
        let names = files.keys().cloned().collect();
        return put_together(path, names, |file, entry| {
            text_of_bytes(file, entry, files.remove(file).unwrap_or_default())
        });
    }
    if !metadata.is_dir() {
        return Err(ReadError::NeitherOfBoth(path.to_owned()));
    }
    let root = path.canonicalize().map_err(|source| io_error(path.display(), source))?;
    let mut total = 0;
    put_together(path, list(&root)?, |file, entry| text_of(&root, file, entry, &mut total))
}

/// The snapshot whose files have these names; `text_of` gets the text of those that are read.
fn put_together(
    path: &Path,
    names: Vec<String>,
    mut text_of: impl FnMut(&str, &Entry) -> Result<String, ReadError>,
) -> Result<Snapshot, ReadError> {
    let mut facts = Facts::default();
    let mut manifest = None;
    let mut warnings = Vec::new();
    let mut known = 0;
    for file in names {
        let Some(entry) = Entry::at(&file) else {
            let name = file.rsplit('/').next().unwrap_or(&file);
            let meant = Entry::place_of(name).filter(|meant| *meant != file);
            warnings.push(Warning::UnknownFile { file: shown(&file), meant });
            continue;
        };
        if let Entry::Beside = entry {
            continue;
        }
        known += 1;
        let text = text_of(&file, &entry)?;
        let malformed = |problem| ReadError::Malformed { file: file.clone(), problem, expected: entry.expected() };
        if let Entry::Manifest = entry {
            manifest = Some(read_manifest(&text, malformed)?);
            continue;
        }
        entry.load(&mut facts, &text).map_err(malformed)?;
        if entry.is_call() && json::is_one_page(&text) {
            warnings.push(Warning::OnePage { file });
        }
    }
    if known == 0 {
        let hint = warnings.into_iter().find_map(|warning| match warning {
            Warning::UnknownFile { meant, .. } => meant,
            Warning::OnePage { .. } => None,
        });
        return Err(ReadError::NotASnapshot { folder: path.to_owned(), hint });
    }
    if let Some(manifest) = &manifest {
        facts.question = manifest.question.clone();
    }
    Ok(Snapshot { facts, manifest, warnings })
}

fn read_manifest(text: &str, malformed: impl Fn(Malformed) -> ReadError) -> Result<Manifest, ReadError> {
    #[derive(Deserialize)]
    struct Version {
        schema: String,
    }
    // The version first: the rest of a later one may look otherwise.
    let Version { schema } = serde_json::from_str(text).map_err(|error| malformed(error.into()))?;
    match manifest::version(&schema) {
        None | Some(0) => Err(ReadError::ForeignManifest { schema }),
        Some(version) if version > manifest::VERSION => Err(ReadError::Newer { version }),
        Some(_) => serde_json::from_str(text).map_err(|error| malformed(error.into())),
    }
}

/// The files below the folder, sorted, with `/` between the parts of their paths. Links are listed, never entered.
fn list(root: &Path) -> Result<Vec<String>, ReadError> {
    let mut files = Vec::new();
    let mut folders = vec![(String::new(), 0)];
    let mut entries = 0;
    while let Some((folder, depth)) = folders.pop() {
        let path = root.join(&folder);
        for entry in fs::read_dir(&path).map_err(|source| io_error(path.display(), source))? {
            let entry = entry.map_err(|source| io_error(path.display(), source))?;
            entries += 1;
            if entries > ENTRIES_LIMIT {
                return Err(ReadError::TooMany);
            }
            let name = entry.file_name().to_string_lossy().into_owned();
            let relative = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            let kind = entry.file_type().map_err(|source| io_error(entry.path().display(), source))?;
            if kind.is_dir() && depth + 1 < DEPTH_LIMIT {
                folders.push((relative, depth + 1));
            } else if kind.is_dir() {
                files.push(format!("{relative}/"));
            } else {
                files.push(relative);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// A file's text, within the bounds.
fn text_of(root: &Path, file: &str, entry: &Entry, total: &mut u64) -> Result<String, ReadError> {
    let failed = |source| io_error(shown(file), source);
    let path = root.join(file).canonicalize().map_err(failed)?;
    if !path.starts_with(root) {
        return Err(ReadError::LeadsOut { file: file.into() });
    }
    let metadata = fs::metadata(&path).map_err(failed)?;
    if !metadata.is_file() {
        return Err(ReadError::NotAFile { file: file.into() });
    }
    let size = metadata.len();
    if size > FILE_LIMIT {
        return Err(ReadError::TooLarge { file: file.into(), size });
    }
    *total += size;
    if *total > TOTAL_LIMIT {
        return Err(ReadError::TooLargeInAll);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    // It may have grown since it was measured.
    File::open(&path).map_err(failed)?.take(FILE_LIMIT + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > FILE_LIMIT {
        return Err(ReadError::TooLarge { file: file.into(), size: bytes.len() as u64 });
    }
    text_of_bytes(file, entry, bytes)
}

fn text_of_bytes(file: &str, entry: &Entry, bytes: Vec<u8>) -> Result<String, ReadError> {
    let text = json::text(bytes).map_err(|problem| ReadError::Malformed {
        file: file.into(),
        problem,
        expected: entry.expected(),
    })?;
    if text.trim().is_empty() {
        return Err(ReadError::Empty { file: file.into(), expected: entry.expected() });
    }
    Ok(text)
}

/// Whether everything in the folder is part of a snapshot that the program wrote, so that replacing it loses nothing.
pub(super) fn is_ours(folder: &Path) -> Result<bool, ReadError> {
    let files = list(folder)?;
    Ok(files.iter().any(|file| file == MANIFEST) && files.iter().all(|file| Entry::at(file).is_some()))
}

fn io_error(file: impl fmt::Display, source: io::Error) -> ReadError {
    ReadError::Io { file: file.to_string(), source }
}

/// A file's name came from outside: control characters don't reach a terminal.
fn shown(file: &str) -> String {
    file.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}
