//! A snapshot in one file: a tar archive, compressed by gzip.

mod read;
mod write;

pub use read::ArchiveError;
pub use write::ArchiveDraft;

use flate2::read::MultiGzDecoder;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read as _};
use std::path::Path;

/// The files of an archive, by their paths in the snapshot.
pub(super) fn read(path: &Path) -> Result<BTreeMap<String, Vec<u8>>, ArchiveError> {
    if !is_gzip(path).map_err(ArchiveError::Damaged)? {
        return Err(ArchiveError::NotGzip);
    }
    read::files(MultiGzDecoder::new(BufReader::new(File::open(path).map_err(ArchiveError::Damaged)?)))
}

fn is_gzip(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    File::open(path)?.take(2).read_to_end(&mut start)?;
    Ok(start == [0x1F, 0x8B])
}
