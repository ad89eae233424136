//! Small files of this machine, read within a bound.

use super::run::Clock;
use pldoctor_checks::facts::Why;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::time::Duration;

/// The most that is read of one file, in bytes. Bundles of certificates are the largest, at a quarter of it.
const FILE_LIMIT: u64 = 1 << 20;
/// A local file answers at once; one on a dead network mount never does.
const BOUND: Duration = Duration::from_secs(2);

/// A file's contents.
///
/// # Errors
/// The system's, and `InvalidData` for a file over the bound.
pub(super) fn read_now(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(FILE_LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_LIMIT {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("larger than {} KiB", FILE_LIMIT >> 10)));
    }
    Ok(bytes)
}

/// A file's text, with what is no UTF-8 replaced.
pub(super) async fn read(clock: &Clock, path: &Path) -> Result<String, Why> {
    let owned = path.to_owned();
    let read = clock.within(BOUND, tokio::task::spawn_blocking(move || read_now(&owned))).await?;
    match read {
        Ok(Ok(bytes)) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Ok(Err(error)) => Err(Why::new(code(&error), format!("{}: {error}", path.display()))),
        Err(panic) => Err(Why::new(Why::MALFORMED, panic.to_string())),
    }
}

fn code(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "NotFound",
        io::ErrorKind::PermissionDenied => "PermissionDenied",
        _ => "Failed",
    }
}
