//! A bundle that may come from anywhere: read in memory, within bounds, and never unpacked.
//!
//! A name or a kind of entry that could do harm elsewhere is an error all the same, because whoever made it meant no good.

use super::super::limits::{ENTRIES_LIMIT, FILE_LIMIT, TOTAL_LIMIT};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, Read};
use tar::EntryType;

/// The headers and padding of as many entries as there may be, with long names.
const HEADERS_LIMIT: u64 = ENTRIES_LIMIT as u64 * 4096;

/// What may come before an entry's contents, in bytes: its header, and others that say its long name. The longest path has 4,096.
const HEADER_LIMIT: u64 = 64 << 10;

/// Why an archive is not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// It is not compressed by gzip.
    #[error("this is not a .tar.gz archive, and not a folder either: expected what `pldoctor collect -o` writes")]
    NotGzip,
    /// It is compressed, and what is compressed is something else.
    #[error("this is compressed, and what is in it is not a tar archive: expected what `pldoctor collect -o` writes")]
    NotTar,
    /// It ends too early, or its checksum is wrong.
    #[error("the archive is damaged or cut short: {0}")]
    Damaged(io::Error),
    /// A name that leads out of the archive, can't be shown, or is no name at all.
    #[error("the archive has an entry whose name {problem}: '{name}'. It is not read")]
    Name {
        /// The name, fit to be shown.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A link, a device or anything else that is neither a file nor a folder.
    #[error("the archive has {kind}, '{name}', and a snapshot has files and folders only. It is not read")]
    Kind {
        /// The name, fit to be shown.
        name: String,
        /// What it is.
        kind: &'static str,
    },
    /// Two entries of one name: which one is meant, nobody can say.
    #[error("the archive has '{0}' twice. It is not read")]
    Twice(String),
    /// A file too large to be read into memory.
    #[error("'{name}' in the archive is too large: {} MiB, and at most {} MiB are read", .size.div_ceil(1 << 20), FILE_LIMIT >> 20)]
    FileTooLarge {
        /// The name, fit to be shown.
        name: String,
        /// In bytes, as the archive has it.
        size: u64,
    },
    /// More of a header than any path is long.
    #[error("the archive has an entry whose name or header is longer than {} KiB. It is not read", HEADER_LIMIT >> 10)]
    LongHeader,
    /// All of it is too large.
    #[error("the archive is too large: unpacked it has more than {} MiB", TOTAL_LIMIT >> 20)]
    TooLarge,
    /// Too many entries.
    #[error("the archive has more than {ENTRIES_LIMIT} entries: too many for a snapshot")]
    TooMany,
}

/// The files of a tar archive that is no longer compressed, by their paths in the snapshot.
pub(super) fn files(tar: impl Read) -> Result<BTreeMap<String, Vec<u8>>, ArchiveError> {
    let bounds = Bounds { in_all: Cell::new(TOTAL_LIMIT + HEADERS_LIMIT), here: Cell::new(HEADER_LIMIT) };
    let mut archive = tar::Archive::new(Bounded { inner: tar, left: &bounds });
    let mut files = BTreeMap::new();
    let mut total = 0;
    for (index, entry) in archive.entries().map_err(damaged)?.enumerate() {
        if index == ENTRIES_LIMIT {
            return Err(ArchiveError::TooMany);
        }
        let mut entry = entry.map_err(|error| match damaged(error) {
            // An error of gzip's, or of the system's, has a kind of its own.
            ArchiveError::Damaged(error) if index == 0 && error.kind() == io::ErrorKind::Other => ArchiveError::NotTar,
            other => other,
        })?;
        let name = name_of(&entry.path_bytes())?;
        match entry.header().entry_type() {
            EntryType::Regular => {}
            EntryType::Directory | EntryType::XGlobalHeader => continue,
            other => return Err(ArchiveError::Kind { name, kind: kind(other) }),
        }
        let size = entry.size();
        if size > FILE_LIMIT {
            return Err(ArchiveError::FileTooLarge { name, size });
        }
        total += size;
        if total > TOTAL_LIMIT {
            return Err(ArchiveError::TooLarge);
        }
        // As much as comes, not as much as the header promises.
        let mut contents = Vec::new();
        bounds.here.set(u64::MAX);
        entry.read_to_end(&mut contents).map_err(damaged)?;
        bounds.here.set(HEADER_LIMIT);
        if files.insert(name.clone(), contents).is_some() {
            return Err(ArchiveError::Twice(name));
        }
    }
    // To the very end, where gzip has its checksum.
    bounds.here.set(u64::MAX);
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(damaged)?;
    Ok(without_top(files))
}

/// A relative path with `/` between its parts, and nothing in it that leads elsewhere.
fn name_of(bytes: &[u8]) -> Result<String, ArchiveError> {
    let refused = |problem| ArchiveError::Name { name: shown(&String::from_utf8_lossy(bytes)), problem };
    let text = std::str::from_utf8(bytes).map_err(|_| refused("is not UTF-8"))?;
    if text.chars().any(char::is_control) {
        return Err(refused("has control characters"));
    }
    if text.starts_with('/') || text.starts_with('\\') || text.contains(":\\") {
        return Err(refused("is an absolute path"));
    }
    let parts: Vec<&str> = text.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.contains(&"..") {
        return Err(refused("leads out of it"));
    }
    Ok(parts.join("/"))
}

/// Fit to be shown, and no longer than that.
fn shown(text: &str) -> String {
    text.chars().flat_map(char::escape_debug).take(200).collect()
}

fn kind(kind: EntryType) -> &'static str {
    match kind {
        EntryType::Symlink => "a symbolic link",
        EntryType::Link => "a hard link",
        EntryType::Char | EntryType::Block => "a device",
        EntryType::Fifo => "a pipe",
        EntryType::GNUSparse => "a sparse file",
        _ => "an entry of an unknown kind",
    }
}

/// The files without the one folder that holds them all, as `tar czf facts.tar.gz facts/` makes it.
fn without_top(files: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let top = files.keys().next().and_then(|name| name.split_once('/')).map(|(top, _)| format!("{top}/"));
    match top.filter(|top| top != "aws/" && files.keys().all(|name| name.starts_with(top.as_str()))) {
        Some(top) => files.into_iter().map(|(name, contents)| (name[top.len()..].to_owned(), contents)).collect(),
        None => files,
    }
}

/// The error of [`Bounded`], however deep it lies.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("more than may be read")]
enum OverTheBound {
    InAll,
    Here,
}

/// How many bytes may still be read: of the archive, and of the part of it that is being read. A header is read into memory before anybody can look at
/// its size.
struct Bounds {
    in_all: Cell<u64>,
    here: Cell<u64>,
}

/// A reader that fails once it has given more than it may: a few kilobytes of gzip can unpack to gigabytes.
struct Bounded<'a, R> {
    inner: R,
    left: &'a Bounds,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        for (left, over) in [(&self.left.in_all, OverTheBound::InAll), (&self.left.here, OverTheBound::Here)] {
            left.set(left.get().checked_sub(read as u64).ok_or_else(|| io::Error::other(over))?);
        }
        Ok(read)
    }
}

fn damaged(error: io::Error) -> ArchiveError {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(cause) = source {
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        match inner.and_then(|inner| inner.downcast_ref()) {
            Some(OverTheBound::InAll) => return ArchiveError::TooLarge,
            Some(OverTheBound::Here) => return ArchiveError::LongHeader,
            None => {}
        }
        source = cause.source().or_else(|| inner.map(|inner| inner as &(dyn std::error::Error + 'static)));
    }
    // It quotes names and numbers of the archive as they came.
    ArchiveError::Damaged(io::Error::new(error.kind(), shown(&error.to_string())))
}
