//! A bundle that is written: the same for the same contents, and whole or not there at all.

use super::super::write::WriteError;
use super::is_gzip;
use flate2::{Compression, GzBuilder};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use tar::{Builder, EntryType, Header};

/// The folder in which everything lies, so that unpacking doesn't litter.
const TOP: &str = "pldoctor-bundle";

/// Where a bundle goes: known to be writable before anything is collected, and nothing is seen there until it is whole.
#[derive(Debug)]
pub struct ArchiveDraft {
    path: PathBuf,
    partial: PathBuf,
    file: Option<File>,
}

impl ArchiveDraft {
    /// Opens a file beside the place.
    ///
    /// # Errors
    /// Where the place can't be written, or holds what is no archive and would be lost.
    pub fn new(path: &Path) -> Result<Self, WriteError> {
        let failed = |source| WriteError::Io { path: path.to_owned(), source };
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => {
                // An empty file is what `mktemp` makes.
                if metadata.len() > 0 && !is_gzip(path).map_err(failed)? {
                    return Err(WriteError::NotAnArchive(path.to_owned()));
                }
            }
            Ok(_) => return Err(WriteError::NotAnArchive(path.to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let partial = path.with_file_name(format!(".{name}.{}.partial", std::process::id()));
        if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        let file = File::options().write(true).create_new(true).open(&partial).map_err(failed)?;
        Ok(Self { path: path.to_owned(), partial, file: Some(file) })
    }

    /// Writes these files, in the order of their names, and puts the archive in its place.
    ///
    /// # Errors
    /// The system's. What was half written is taken away.
    pub fn finish(mut self, files: &BTreeMap<String, Vec<u8>>) -> Result<(), WriteError> {
        let Some(file) = self.file.take() else { return Ok(()) };
        let write = || -> io::Result<()> {
            // No name and no time in gzip's header either.
            let mut archive = Builder::new(GzBuilder::new().write(BufWriter::new(file), Compression::default()));
            for (name, contents) in files {
                let mut header = Header::new_ustar();
                header.set_entry_type(EntryType::Regular);
                header.set_size(contents.len() as u64);
                header.set_mode(0o644);
                header.set_mtime(0);
                header.set_uid(0);
                header.set_gid(0);
                archive.append_data(&mut header, format!("{TOP}/{name}"), contents.as_slice())?;
            }
            let mut out = archive.into_inner()?.finish()?;
            out.flush()?;
            out.get_ref().sync_all()?;
            fs::rename(&self.partial, &self.path)
        };
        write().map_err(|source| WriteError::Io { path: self.path.clone(), source })
    }
}

impl Drop for ArchiveDraft {
    fn drop(&mut self) {
        // Best effort: it may have been renamed, and an error here has nobody to tell.
        let _ = fs::remove_file(&self.partial);
    }
}
