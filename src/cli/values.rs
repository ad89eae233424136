//! What stands after an option: the words and the forms that are allowed.

use clap::ValueEnum;
use pldoctor_checks::facts;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    #[default]
    Auto,
    /// Whatever standard output is.
    Always,
    /// Not at all.
    Never,
}

/// A report's format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Terminal,
    /// For programs: pldoctor/report/v1.
    Json,
}

/// A format and the file for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFile {
    /// The format.
    pub format: Format,
    /// The file.
    pub file: PathBuf,
}

/// Findings that keep the exit code from being 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Warnings.
    Warn,
    /// What could not be checked.
    Unknown,
}

/// TiDB Cloud's plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Plan {
    /// TiDB Cloud Starter
    Starter,
    /// TiDB Cloud Essential
    Essential,
    /// TiDB Cloud Dedicated
    Dedicated,
    /// TiDB Cloud Premium
    Premium,
}

impl From<Plan> for facts::Plan {
    fn from(plan: Plan) -> Self {
        match plan {
            Plan::Starter => Self::Starter,
            Plan::Essential => Self::Essential,
            Plan::Dedicated => Self::Dedicated,
            Plan::Premium => Self::Premium,
        }
    }
}

/// `--from`
pub(super) fn origin(text: &str) -> Result<facts::Origin, String> {
    let is_id = |prefix: &str| {
        let hex = text.strip_prefix(prefix).unwrap_or_default();
        matches!(hex.len(), 8..=17) && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    if is_id("i-") {
        Ok(facts::Origin::Instance(text.to_owned()))
    } else if is_id("eni-") {
        Ok(facts::Origin::Interface(text.to_owned()))
    } else if let Ok(address) = text.parse::<IpAddr>() {
        Ok(facts::Origin::Address(address))
    } else {
        Err("expected an instance (i-0123456789abcdef0), an interface (eni-0123456789abcdef0) or an address (10.0.1.25)".to_owned())
    }
}

/// `--report`
pub(super) fn report_file(text: &str) -> Result<ReportFile, String> {
    let Some((format, file)) = text.split_once('=').filter(|(_, file)| !file.is_empty()) else {
        return Err("expected FORMAT=FILE, such as json=report.json".to_owned());
    };
    let format = Format::from_str(format, false)
        .map_err(|_| format!("'{format}' is not a format; there are terminal and json, as in json=report.json"))?;
    Ok(ReportFile { format, file: file.into() })
}

/// The longest run that makes sense: what takes longer is `--wait`'s.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// `--timeout`
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "expected a time such as 500ms, 30s or 2m, at most 60m".to_owned();
    let digits = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let milliseconds = match unit {
        "ms" => Some(number),
        "s" | "" => number.checked_mul(1_000),
        "m" => number.checked_mul(60_000),
        _ => None,
    };
    let duration = Duration::from_millis(milliseconds.ok_or_else(wrong)?);
    if duration.is_zero() || duration > LONGEST { Err(wrong()) } else { Ok(duration) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        assert_eq!(duration("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(duration("45"), Ok(Duration::from_secs(45)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        for wrong in ["", "0s", "s", "1.5s", "-1s", "3h", "61m", "99999999999999999999s", "18446744073709551615m"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn origins() {
        assert_eq!(origin("i-0123456789abcdef0"), Ok(facts::Origin::Instance("i-0123456789abcdef0".to_owned())));
        assert_eq!(origin("eni-01234567"), Ok(facts::Origin::Interface("eni-01234567".to_owned())));
        assert_eq!(origin("10.0.1.25"), Ok(facts::Origin::Address([10, 0, 1, 25].into())));
        for wrong in ["", "i-", "i-xyz", "vpce-0123456789abcdef0", "10.0.1", "bastion"] {
            assert!(origin(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn report_files() {
        assert_eq!(report_file("json=a=b.json"), Ok(ReportFile { format: Format::Json, file: "a=b.json".into() }));
        for wrong in ["json", "json=", "pdf=a", "=a"] {
            assert!(report_file(wrong).is_err(), "{wrong}");
        }
    }
}
