//! `pldoctor.toml`: findings that somebody has accepted, each with its reason.

use super::select;
use super::usage::{Usage, shown};
use crate::report::text::{LONGEST_TEXT, clean};
use crate::report::{Suppression, SuppressionState};
use pldoctor_checks::diagnosis::Diagnosis;
use pldoctor_checks::facts::Accepted;
use serde::Deserialize;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use time::{Date, Month, OffsetDateTime};
use toml::value::Datetime;

/// Looked for in the current directory.
const USUAL: &str = "pldoctor.toml";

/// The most that is read of it, in bytes: a thousand suppressions and their reasons.
const LIMIT: u64 = 256 << 10;

const EXAMPLE: &str = "A suppression looks so:

  [[suppress]]
  check = \"endpoint-zones\"
  resource = \"vpce-0123456789abcdef0\"   # optional: only about this one
  reason = \"one zone is enough for the test cluster\"
  expires = 2027-01-31                   # optional: the last day, in UTC";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    #[serde(default)]
    suppress: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    check: String,
    resource: Option<String>,
    reason: String,
    expires: Option<Datetime>,
}

/// What the file accepts.
pub(super) struct Suppressions(Vec<(Accepted, bool)>);

impl Suppressions {
    /// The file that `--config` names; else the current directory's, where it has one.
    pub(super) fn read(named: Option<&Path>) -> Result<Self, Usage> {
        let path = named.map_or_else(|| PathBuf::from(USUAL), Path::to_owned);
        let place = clean(&path.display().to_string(), LONGEST_TEXT);
        // What merely lies here is not waited for.
        let text = match if named.is_none() { lies_there(&path) } else { Ok(()) }.and_then(|()| content(&path)) {
            Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => return Ok(Self(Vec::new())),
            Err(error) => return Err(Usage::new(format!("{place} can't be read: {error}"), EXAMPLE)),
            Ok(text) => text,
        };
        Self::parse(&text, OffsetDateTime::now_utc().date()).map_err(|usage| usage.because(&place))
    }

    fn parse(text: &str, today: Date) -> Result<Self, Usage> {
        let config: Config = toml::from_str(text).map_err(|error| {
            let said: Vec<String> = error.to_string().lines().map(|line| clean(line, LONGEST_TEXT)).collect();
            Usage::new(said.join("\n"), EXAMPLE)
        })?;
        config.suppress.into_iter().map(|entry| entry.judge(today)).collect::<Result<_, _>>().map(Self)
    }

    /// What counts today.
    pub(super) fn accepted(&self) -> Vec<Accepted> {
        self.0.iter().filter(|(_, expired)| !expired).map(|(accepted, _)| accepted.clone()).collect()
    }

    /// What became of each.
    pub(super) fn seen(&self, diagnosis: &Diagnosis) -> Vec<Suppression> {
        let state = |accepted: &Accepted| match diagnosis.finding(&accepted.check) {
            None => SuppressionState::NotRun,
            Some(_) if diagnosis.findings.iter().any(|finding| finding.suppressed.as_ref() == Some(accepted)) => {
                SuppressionState::Used
            }
            Some(_) => SuppressionState::Unused,
        };
        let each = self.0.iter().map(|(accepted, expired)| Suppression {
            state: if *expired { SuppressionState::Expired } else { state(accepted) },
            accepted: accepted.clone(),
        });
        each.collect()
    }
}

impl Entry {
    fn judge(self, today: Date) -> Result<(Accepted, bool), Usage> {
        select::find(&self.check)?;
        if self.reason.trim().is_empty() {
            return Err(Usage::new(format!("the suppression of {} has no reason", self.check), EXAMPLE));
        }
        let last = self.expires.as_ref().map(|expires| day(expires, &self.check)).transpose()?;
        let accepted = Accepted {
            check: self.check,
            resource: self.resource,
            reason: self.reason,
            expires: last.map(|last| last.to_string()),
        };
        Ok((accepted, last.is_some_and(|last| last < today)))
    }
}

fn day(expires: &Datetime, check: &str) -> Result<Date, Usage> {
    let date = expires.date.filter(|_| expires.time.is_none() && expires.offset.is_none());
    let day = date.and_then(|date| {
        let month = Month::try_from(date.month).ok()?;
        Date::from_calendar_date(i32::from(date.year), month, date.day).ok()
    });
    day.ok_or_else(|| {
        let wrong = format!("the suppression of {check} expires on {}, which is no day", shown(&expires.to_string()));
        Usage::new(wrong, "Write a day alone: expires = 2027-01-31")
    })
}

fn lies_there(path: &Path) -> io::Result<()> {
    let is_file = fs::metadata(path)?.is_file();
    if is_file { Ok(()) } else { Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file")) }
}

fn content(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(LIMIT + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LIMIT {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("larger than {} KiB", LIMIT >> 10)));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Suppressions, String> {
        let today = Date::from_calendar_date(2027, Month::January, 31).expect("a day");
        Suppressions::parse(text, today).map_err(|usage| usage.to_string())
    }

    fn entry(more: &str) -> String {
        format!("[[suppress]]\ncheck = \"endpoint-zones\"\n{more}")
    }

    #[test]
    fn the_last_day_still_counts() {
        let accepted = |expires: &str| {
            parsed(&entry(&format!("reason = \"r\"\nexpires = {expires}"))).expect("it is right").accepted().len()
        };
        assert_eq!((accepted("2027-01-31"), accepted("2027-01-30"), accepted("2027-02-01")), (1, 0, 1));
        assert_eq!(parsed("").expect("nothing is accepted").accepted(), []);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, said) in [
            (entry(""), "missing field `reason`"),
            (entry("reason = \" \""), "has no reason"),
            (entry("reason = \"r\"\nuntil = 2027-01-31"), "unknown field `until`"),
            (entry("reason = \"r\"\nexpires = 2027-01-31T00:00:00Z"), "Write a day alone"),
            (entry("reason = \"r\"\nexpires = 2027-02-30"), "2027-02-30"),
            (entry("reason = \"r\"\nexpires = \"soon\""), "expires"),
            ("[[suppress]]\ncheck = \"endpoint-zone\"\nreason = \"r\"".to_owned(), "Did you mean endpoint-zones"),
            ("[suppres]".to_owned(), "unknown field `suppres`"),
            ("broken".to_owned(), "[[suppress]]"),
        ] {
            let error = parsed(&text).err().unwrap_or_default();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
