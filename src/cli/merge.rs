//! `pldoctor merge`

use super::args::MergeArguments;
use super::face::Face;
use super::usage::Usage;
use super::values::MergeFormat;
use super::{Exit, Failure, output};
use crate::report::json;
use crate::report::merge::{Merged, Row, Unread};
use crate::report::terminal::Options;
use anyhow::Context as _;
use pldoctor_checks::diagnosis::Verdict;
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// The most that is read of one report, in bytes: some hundred times a usual one.
const REPORT_LIMIT: u64 = 16 << 20;

/// The most reports.
const MOST_REPORTS: usize = 20_000;

/// The deepest folder: those of Systems Manager lie four deep.
const DEEPEST: usize = 8;

/// One table of many reports. It exits as the worst of them would.
pub(super) fn run(arguments: &MergeArguments, face: Face) -> Result<Exit, Failure> {
    let mut files = Vec::new();
    for path in &arguments.paths {
        find(path, 0, &mut files).map_err(|error| {
            Usage::new(format!("{} can't be read: {error}", path.display()), "Name JSON reports, or a folder of them.")
        })?;
    }
    // Who names a folder and a file in it means one report.
    let mut seen = HashSet::new();
    files.retain(|file| seen.insert(fs::canonicalize(file).unwrap_or_else(|_| file.clone())));
    if files.len() > MOST_REPORTS {
        return Err(Usage::new(format!("there are more than {MOST_REPORTS} reports"), "Merge them in parts.").into());
    }
    let (mut rows, mut unread): (Vec<Row>, Vec<Unread>) = (Vec::new(), Vec::new());
    for file in &files {
        let name = file.display().to_string();
        if is_without_report(file) {
            unread.push(Unread::new(&name, &format!("there is no stdout beside it; it says: {}", first_line(file))));
            continue;
        }
        let read = content(file).map_err(|error| Unread::new(&name, &error.to_string()));
        match read.and_then(|bytes| Row::parse(&name, &bytes)) {
            Ok(row) => rows.push(row),
            Err(one) => unread.push(one),
        }
    }
    if files.is_empty() {
        return Err(Usage::new("there is no report", "In a folder, reports are named *.json or stdout.").into());
    }
    let merged = Merged::new(rows, unread);
    let mut text = Vec::new();
    match arguments.format {
        MergeFormat::Terminal => {
            let options = Options { palette: face.palette, width: face.width, lang: face.lang(), ..Options::default() };
            merged.terminal(&mut text, options)
        }
        MergeFormat::Json => json::write_value(&mut text, &merged),
    }
    .context("the table can't be printed")?;
    output::print(&text)?;
    Ok(exit(&merged))
}

fn exit(merged: &Merged) -> Exit {
    let has = |verdict| merged.reports.iter().any(|row| row.verdict == verdict);
    if has(Verdict::Problem) {
        Exit::Problem
    } else if has(Verdict::Incomplete) || !merged.unread.is_empty() {
        Exit::Incomplete
    } else {
        Exit::Healthy
    }
}

/// The file itself, or the reports below a folder, in order. Links that are met below it are not followed.
fn find(path: &Path, depth: usize, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !fs::metadata(path)?.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut entries: Vec<fs::DirEntry> = fs::read_dir(path)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (kind, path) = (entry.file_type()?, entry.path());
        // Whoever ended without a report is not to be missed: Systems Manager keeps no empty file.
        let named = path.extension().is_some_and(|extension| extension == "json")
            || entry.file_name() == "stdout"
            || is_without_report(&path);
        if kind.is_dir() && depth < DEEPEST {
            find(&path, depth + 1, files)?;
        } else if kind.is_file() && named && files.len() <= MOST_REPORTS {
            files.push(path);
        }
    }
    Ok(())
}

/// Whether this is what a command said that printed no report.
fn is_without_report(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "stderr") && !path.with_file_name("stdout").exists()
}

/// The first line that says something.
fn first_line(path: &Path) -> String {
    let text = content(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let text = text.unwrap_or_else(|error| error.to_string());
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("nothing").to_owned()
}

fn content(path: &Path) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(REPORT_LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > REPORT_LIMIT {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("larger than {} MiB", REPORT_LIMIT >> 20)));
    }
    Ok(bytes)
}
