//! `pldoctor reveal`

use super::args::RevealArguments;
use super::usage::Usage;
use super::{Exit, Failure, output};
use crate::bundle::{originals, usual_place};
use crate::report::text::{LONGEST_TEXT, clean};
use crate::snapshot::redact::{Revealer, Writing};
use anyhow::Context as _;
use std::fs::File;
use std::io::{self, Read};

/// The longest text that is read, in bytes.
const LIMIT: u64 = 64 << 20;

/// Prints the text with originals in the place of pseudonyms.
pub(super) fn run(arguments: &RevealArguments) -> Result<Exit, Failure> {
    let no_place = || {
        Usage::new(
            "nothing says where the pseudonyms are kept: HOME is not set",
            "Name the file with --pseudonyms FILE.",
        )
    };
    let place = arguments.pseudonyms.clone().or_else(usual_place).ok_or_else(no_place)?;
    let kept = originals(&place).map_err(|error| Usage::new(clean(&error.to_string(), LONGEST_TEXT), ""))?;
    let kept = kept.ok_or_else(|| {
        Usage::new(
            format!("there is no {}", place.display()),
            "Only the machine and the user that made a bundle have what its pseudonyms stand for. Name another file with --pseudonyms FILE.",
        )
    })?;
    let text = read(arguments)?;
    let (revealed, count) = Revealer::new(&kept).reveal(&text, Writing::of(&text));
    output::print(revealed.as_bytes())?;
    if count == 0 {
        output::complain(&format!("no pseudonym of {} stands in this text", place.display()));
    }
    Ok(Exit::Healthy)
}

fn read(arguments: &RevealArguments) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let name = match &arguments.file {
        Some(file) => {
            let failed = |error: io::Error| Usage::new(format!("{} can't be read: {error}", file.display()), "");
            if file.is_dir() {
                return Err(Usage::new(
                    format!("{} is a folder", file.display()),
                    "Name a file, such as report.md of an unpacked bundle.",
                )
                .into());
            }
            File::open(file).and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes)).map_err(failed)?;
            file.display().to_string()
        }
        None => {
            io::stdin().lock().take(LIMIT + 1).read_to_end(&mut bytes).context("standard input can't be read")?;
            "the text".to_owned()
        }
    };
    if bytes.len() as u64 > LIMIT {
        return Err(Usage::new(format!("{name} is too large: at most {} MiB are read", LIMIT >> 20), "").into());
    }
    if bytes.starts_with(&[0x1F, 0x8B]) {
        let right =
            "Unpack it and name a file of it, or judge it here: pldoctor check --facts BUNDLE | pldoctor reveal";
        return Err(Usage::new(format!("{name} is a compressed archive, and not a text"), right).into());
    }
    String::from_utf8(bytes).map_err(|_| Usage::new(format!("{name} is not UTF-8 text"), "").into())
}
