//! From facts to a folder. What is written appears whole or not at all.

use super::manifest::Manifest;
use super::read;
use pldoctor_checks::facts::Facts;
use pldoctor_checks::snapshot::layout::{self, MANIFEST};
use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use time::OffsetDateTime;

/// Why a snapshot could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// Something other than a folder is at the path.
    #[error("{} exists and is not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// Something other than an archive is at the path.
    #[error("{} exists and is not a .tar.gz archive: name another file", .0.display())]
    NotAnArchive(PathBuf),
    /// The folder holds something that would be lost.
    #[error("{} is not empty and holds more than a snapshot: name a new or empty folder", .0.display())]
    NotEmpty(PathBuf),
    /// The system did not let it be written.
    #[error("{} can't be written: {source}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

/// Writes the facts into a new folder, an empty one, or in the place of an earlier snapshot.
///
/// A new folder is written under another name and renamed. A folder that exists is filled from within, because it may be a mount point;
/// its manifest comes last.
///
/// # Errors
/// See [`WriteError`]. What was half written is taken away.
pub fn write(folder: &Path, facts: &Facts, started_at: OffsetDateTime) -> Result<(), WriteError> {
    write_files(folder, &files(facts, &Manifest::new(facts.question.clone(), started_at)))
}

/// As [`write()`], with these files, by their paths in the folder.
///
/// # Errors
/// As [`write()`].
pub fn write_files(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<(), WriteError> {
    let failed = |source| WriteError::Io { path: folder.to_owned(), source };
    match fs::metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
            fs::create_dir_all(parent).map_err(failed)?;
            let draft = Draft::new(parent)?;
            draft.fill(files)?;
            fs::rename(&draft.0, folder).map_err(failed)
        }
        Err(error) => Err(failed(error)),
        Ok(metadata) => {
            may_be_filled(folder, &metadata)?;
            let draft = Draft::new(folder)?;
            draft.fill(files)?;
            draft.take_the_place(folder)
        }
    }
}

/// Whether a snapshot could be written here, to be asked before anything is collected. Nothing is left behind.
///
/// # Errors
/// As [`write()`]'s.
pub fn try_write(folder: &Path) -> Result<(), WriteError> {
    let failed = |source| WriteError::Io { path: folder.to_owned(), source };
    match fs::metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // Parents that are not there yet will be made: the first one that is there has to allow it.
            let parents =
                folder.ancestors().skip(1).map(|path| if path == Path::new("") { Path::new(".") } else { path });
            let parent = parents.into_iter().find(|path| path.exists()).unwrap_or(Path::new("."));
            Draft::new(parent).map(drop).map_err(|error| match error {
                WriteError::Io { source, .. } => failed(source),
                other => other,
            })
        }
        Err(error) => Err(failed(error)),
        Ok(metadata) => {
            may_be_filled(folder, &metadata)?;
            Draft::new(folder).map(drop)
        }
    }
}

/// Whether what is at the path is a folder that loses nothing but an earlier snapshot.
fn may_be_filled(folder: &Path, metadata: &fs::Metadata) -> Result<(), WriteError> {
    if !metadata.is_dir() {
        return Err(WriteError::NotAFolder(folder.to_owned()));
    }
    let entries = fs::read_dir(folder).map_err(|source| WriteError::Io { path: folder.to_owned(), source });
    let occupied = entries?.next().is_some();
    if occupied && !read::is_ours(folder).unwrap_or(false) {
        return Err(WriteError::NotEmpty(folder.to_owned()));
    }
    Ok(())
}

/// Every file of a snapshot of these facts, by its path in the folder.
pub fn files(facts: &Facts, manifest: &Manifest) -> BTreeMap<String, Vec<u8>> {
    let files = layout::files(facts).into_iter().map(|(file, value)| (file, text(&value)));
    files.chain([(MANIFEST.to_owned(), text(manifest))]).collect()
}

fn text(value: &impl Serialize) -> Vec<u8> {
    // Four spaces, as the AWS CLI.
    let mut text = Vec::new();
    // Plain data with string keys can't fail to serialise, nor memory to be written.
    let _ = value.serialize(&mut Serializer::with_formatter(&mut text, PrettyFormatter::with_indent(b"    ")));
    text.push(b'\n');
    text
}

/// A snapshot in the making; it is gone when dropped, unless it was renamed.
struct Draft(PathBuf);

impl Draft {
    fn new(parent: &Path) -> Result<Self, WriteError> {
        let path = parent.join(format!(".pldoctor-{}.partial", std::process::id()));
        fs::create_dir(&path).map_err(|source| WriteError::Io { path: path.clone(), source })?;
        Ok(Self(path))
    }

    fn fill(&self, files: &BTreeMap<String, Vec<u8>>) -> Result<(), WriteError> {
        files.iter().try_for_each(|(file, text)| self.put(file, text))
    }

    fn put(&self, file: &str, text: &[u8]) -> Result<(), WriteError> {
        let path = self.0.join(file);
        let write = || -> io::Result<()> {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(&path, text)
        };
        write().map_err(|source| WriteError::Io { path: path.clone(), source })
    }

    /// Moves everything into the folder that the draft lies in, in the place of what is there.
    fn take_the_place(&self, folder: &Path) -> Result<(), WriteError> {
        let replace = || -> io::Result<()> {
            // Without a manifest from the first step to the last, so that a cut in between doesn't look like a whole snapshot.
            remove(&folder.join(MANIFEST))?;
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                if path != self.0 {
                    remove(&path)?;
                }
            }
            for entry in fs::read_dir(&self.0)? {
                let entry = entry?;
                if entry.file_name() != MANIFEST {
                    fs::rename(entry.path(), folder.join(entry.file_name()))?;
                }
            }
            fs::rename(self.0.join(MANIFEST), folder.join(MANIFEST))
        };
        replace().map_err(|source| WriteError::Io { path: folder.to_owned(), source })
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Best effort: it may have been renamed, and an error here has nobody to tell.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Removes a file, a link or a folder; what isn't there is removed already.
fn remove(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}
