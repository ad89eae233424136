//! Where facts are kept: `collect -o`, `check --save`.

use super::args::KeepingArguments;
use super::usage::Usage;
use crate::bundle::{BundleError, Destination, Written};
use crate::report::text::{LONGEST_TEXT, clean};
use std::path::Path;

/// Opens the place, before anything is asked.
pub(super) fn open(option: &str, path: &Path, keeping: &KeepingArguments) -> Result<Destination, Usage> {
    if path.as_os_str() == "-" {
        let wrong = format!("{option}: - is no file, and facts don't go to standard output");
        return Err(Usage::new(wrong, "Name a folder, or a file that ends in .tar.gz."));
    }
    Destination::open(path, keeping.redact.map(Into::into), keeping.pseudonyms.as_deref()).map_err(|error| {
        let right = match error {
            BundleError::Write(_) => {
                "Name a new or empty folder that you may write to, or a file that ends in .tar.gz."
            }
            _ => "",
        };
        Usage::new(format!("{option}: {}", clean(&error.to_string(), LONGEST_TEXT)), right)
    })
}

/// What was written, for whoever hands it on.
pub(super) fn said(path: &Path, written: &Written) -> String {
    let mut text = format!("Wrote {}.", path.display());
    for (file, why) in &written.missing {
        text.push_str(&format!(" Without {file}: {why}."));
    }
    if let Some(kept_in) = &written.kept_in {
        let total: usize = written.masked.values().sum();
        text.push_str(&format!(
            " {total} names were replaced by pseudonyms (its manifest.json says of which kinds). What they stand for is in {}, which is yours alone: \
             `pldoctor reveal` reads it.",
            kept_in.display()
        ));
    }
    text
}
