//! The key that pseudonyms are made with, and what they stand for: in a file of the user's, readable to nobody else, and never in a bundle.

use crate::snapshot::redact::{Key, NoRandomNumbers};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// What pseudonyms stand for, by the pseudonyms.
type Originals = BTreeMap<String, String>;

/// What the first version of the file calls itself.
const SCHEMA: &str = "pldoctor/pseudonyms/v1";

/// How long another run may hold the file. It takes milliseconds, unless it was stopped in the middle.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// The largest file that is read, in bytes: some million pseudonyms.
const LARGEST: u64 = 256 << 20;

/// Why pseudonyms can't be kept or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeepError {
    /// Nothing says where.
    #[error(
        "nothing says where to keep what pseudonyms stand for: HOME is not set. Name a file with --pseudonyms FILE"
    )]
    NoPlace,
    /// The file is something else's.
    #[error("{} is not a file of pseudonyms ({problem}): name another one with --pseudonyms FILE", .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The system did not let it be read or written.
    #[error("what pseudonyms stand for can't be kept in {}: {source}. Name another file with --pseudonyms FILE", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// No key.
    #[error(transparent)]
    NoRandomNumbers(#[from] NoRandomNumbers),
}

#[derive(Serialize, Deserialize)]
struct Kept {
    schema: String,
    about: String,
    key: String,
    originals: Originals,
}

/// An opened file of pseudonyms.
#[derive(Debug)]
pub struct Pseudonyms {
    path: PathBuf,
    key: Key,
    originals: Originals,
}

/// `$XDG_STATE_HOME/pldoctor/pseudonyms.json`, or below `~/.local/state`.
pub fn usual_place() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = variable("XDG_STATE_HOME").or_else(|| Some(variable("HOME")?.join(".local/state")))?;
    Some(state.join("pldoctor/pseudonyms.json"))
}

impl Pseudonyms {
    /// Opens the file, or makes one with a new key.
    ///
    /// # Errors
    /// See [`KeepError`].
    pub fn open(path: Option<&Path>) -> Result<Self, KeepError> {
        let path = path.map(Path::to_owned).or_else(usual_place).ok_or(KeepError::NoPlace)?;
        let failed = |source| KeepError::Io { path: path.clone(), source };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        }
        let _lock = lock(&path).map_err(failed)?;
        let (key, originals) = match read(&path)? {
            Some(kept) => kept,
            None => (Key::random()?, BTreeMap::new()),
        };
        let opened = Self { path: path.clone(), key, originals };
        // Written at once, so that a place that can't be written is known before anything is collected.
        opened.write().map_err(failed)?;
        Ok(opened)
    }

    /// The key.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Adds these originals, by their pseudonyms, and says where they are.
    ///
    /// # Errors
    /// Where the file can't be written.
    pub fn keep(mut self, originals: &BTreeMap<String, String>) -> Result<PathBuf, KeepError> {
        let path = self.path.clone();
        let failed = |source| KeepError::Io { path: path.clone(), source };
        let _lock = lock(&path).map_err(failed)?;
        // What another run has added since stays.
        if let Some((_, added)) = read(&path)? {
            self.originals.extend(added);
        }
        self.originals.extend(originals.iter().map(|(pseudonym, original)| (pseudonym.clone(), original.clone())));
        self.write().map_err(failed)?;
        Ok(self.path)
    }

    fn write(&self) -> io::Result<()> {
        let kept = Kept {
            schema: SCHEMA.to_owned(),
            about: "What pldoctor's pseudonyms stand for, and the key that they are made with. Keep it to yourself: it undoes the redaction.".to_owned(),
            key: self.key.hex(),
            originals: self.originals.clone(),
        };
        let partial = self.path.with_extension("partial");
        let write = || -> io::Result<()> {
            let mut file = private().truncate(true).open(&partial)?;
            serde_json::to_writer_pretty(&mut file, &kept)?;
            file.write_all(b"\n")?;
            file.sync_all()?;
            fs::rename(&partial, &self.path)
        };
        write().inspect_err(|_| {
            // Best effort: what is half written is of no use, and the first error is the one to tell.
            let _ = fs::remove_file(&partial);
        })
    }
}

/// The originals of a file, by their pseudonyms; `None` where there is no file.
///
/// # Errors
/// Where it is not one of ours.
pub fn originals(path: &Path) -> Result<Option<BTreeMap<String, String>>, KeepError> {
    Ok(read(path)?.map(|(_, originals)| originals))
}

fn read(path: &Path) -> Result<Option<(Key, Originals)>, KeepError> {
    let failed = |source| KeepError::Io { path: path.to_owned(), source };
    let foreign = |problem: String| KeepError::Foreign { path: path.to_owned(), problem };
    match fs::metadata(path) {
        // A pipe would be waited for, and a device has no end.
        Ok(metadata) if !metadata.is_file() => return Err(foreign("it is no regular file".to_owned())),
        Ok(metadata) if metadata.len() > LARGEST => {
            return Err(foreign(format!("it is larger than {} MiB", LARGEST >> 20)));
        }
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(failed(source)),
    }
    let text = fs::read(path).map_err(failed)?;
    let text = String::from_utf8(text).map_err(|_| foreign("it is not UTF-8 text".to_owned()))?;
    let kept: Kept = serde_json::from_str(&text).map_err(|error| foreign(error.to_string()))?;
    if kept.schema != SCHEMA {
        return Err(foreign(format!("its schema is not {SCHEMA}")));
    }
    let key = Key::from_hex(&kept.key).ok_or_else(|| foreign("its key is not 64 hexadecimal digits".to_owned()))?;
    Ok(Some((key, kept.originals)))
}

/// Holds off other runs until it is dropped: two at once must not lose each other's originals.
fn lock(path: &Path) -> io::Result<File> {
    let lock = private().truncate(false).open(path.with_extension("lock"))?;
    let patience = Instant::now() + LONGEST_WAIT;
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) if Instant::now() < patience => thread::sleep(Duration::from_millis(20)),
            Err(TryLockError::WouldBlock) => {
                let said = format!("another process has held it for {} s", LONGEST_WAIT.as_secs());
                return Err(io::Error::new(io::ErrorKind::TimedOut, said));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

/// A file that only its owner can read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).mode(0o600);
    options
}
