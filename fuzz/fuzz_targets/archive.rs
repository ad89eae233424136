//! Any tar archive in the place of a bundle: it is refused, or gives files that stay below their folder and are no more than it held.
//!
//! Input: a byte that says whether headers are mended, so that what follows them is reached, and the archive, not compressed.
#![no_main]
#![allow(unreachable_pub)] // only what reads is used of the files below

use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;
use std::io::{self, Read};

type Files = BTreeMap<String, Vec<u8>>;

// The program's own files, without the AWS SDK that its package has below it.
#[path = "."]
mod snapshot {
    #[path = "../../src/snapshot/limits.rs"]
    mod limits;

    pub(crate) const MOST: usize = limits::ENTRIES_LIMIT;
    #[path = "."]
    pub(crate) mod archive {
        #[path = "../../src/snapshot/archive/read.rs"]
        mod read;

        pub(crate) fn files(tar: impl super::super::Read) -> Result<super::super::Files, read::ArchiveError> {
            read::files(tar)
        }
    }
}
use snapshot::MOST;
use snapshot::archive::files;

/// Of one header, and what its contents are padded to.
const BLOCK: usize = 512;

fuzz_target!(|data: &[u8]| {
    let [mending, bytes @ ..] = data else { return };
    let mut bytes = bytes.to_vec();
    if mending % 2 == 1 {
        mend(&mut bytes);
    }
    match files(bytes.as_slice()) {
        Ok(found) => {
            assert!(found.len() <= MOST);
            assert!(found.values().map(Vec::len).sum::<usize>() <= bytes.len(), "more than there was");
            for name in found.keys() {
                let parts: Vec<&str> = name.split('/').collect();
                assert!(
                    !name.starts_with('/') && !parts.contains(&"..") && !name.contains('\\'),
                    "{name:?} leads elsewhere"
                );
                assert!(!name.chars().any(char::is_control), "{name:?}");
            }
        }
        Err(error) => {
            let said = error.to_string();
            assert!(said.len() < 4_096 && !said.chars().any(|sign| sign == '\u{1b}'), "{said:?}");
        }
    }
    // The same in small pieces, as gzip gives it.
    let (whole, pieces) = (files(bytes.as_slice()), files(Pieces(&bytes)));
    assert_eq!(whole.is_ok(), pieces.is_ok());
    if let (Ok(whole), Ok(pieces)) = (whole, pieces) {
        assert_eq!(whole, pieces);
    }
});

/// A reader that gives seven bytes at a time.
struct Pieces<'a>(&'a [u8]);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(7);
        self.0.read(&mut buffer[..most])
    }
}

/// Gives every header that is where one is expected its checksum: nearly all others are refused for that alone.
fn mend(bytes: &mut [u8]) {
    let mut at = 0;
    while let Some(header) = bytes.get_mut(at..at + BLOCK) {
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        let size = std::str::from_utf8(&header[124..135]).ok();
        let size = size.and_then(|size| usize::from_str_radix(size.trim_matches(['\0', ' ']), 8).ok()).unwrap_or(0);
        at = at.saturating_add(BLOCK).saturating_add(size.div_ceil(BLOCK).saturating_mul(BLOCK));
    }
}
