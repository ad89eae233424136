//! What stands after an option: the words and the forms that are allowed.

use crate::report::Format;
use crate::snapshot::redact::Redaction;
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command, ValueEnum};
use pldoctor_checks::facts;
use pldoctor_checks::network::{self, Goal};
use pldoctor_checks::registry::CHECKS;
use pldoctor_checks::words::Lang;
use std::ffi::OsStr;
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

/// The id of a check: any text here, so that the nearest ids can be offered where it is none. Shells complete it.
#[derive(Clone, Copy, Debug)]
pub(super) struct CheckId;

impl TypedValueParser for CheckId {
    type Value = String;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(CHECKS.iter().map(|check| PossibleValue::new(check.meta().id))))
    }
}

/// The language of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// English
    En,
    /// 简体中文
    Zh,
    /// 日本語
    Ja,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::En => Self::En,
            Language::Zh => Self::Zh,
            Language::Ja => Self::Ja,
        }
    }
}

/// A format and the file for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFile {
    /// The format.
    pub format: Format,
    /// The file.
    pub file: PathBuf,
}

/// A format of many reports together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum MergeFormat {
    /// A table for people.
    #[default]
    Terminal,
    /// For programs: pldoctor/merged/v1.
    Json,
}

/// Shells that completions are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// Bash
    Bash,
    /// Zsh
    Zsh,
    /// Fish
    Fish,
}

impl From<Shell> for clap_complete::Shell {
    fn from(shell: Shell) -> Self {
        match shell {
            Shell::Bash => Self::Bash,
            Shell::Zsh => Self::Zsh,
            Shell::Fish => Self::Fish,
        }
    }
}

/// A policy's format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PolicyFormat {
    /// As IAM takes it.
    #[default]
    Json,
    /// A policy document and a policy.
    Terraform,
}

/// `--redact`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Redact {
    /// Everything as it was seen.
    None,
    /// People, accounts, hosts, public addresses.
    Default,
    /// Resources and private addresses as well.
    Strict,
}

impl From<Redact> for Redaction {
    fn from(redact: Redact) -> Self {
        match redact {
            Redact::None => Self::None,
            Redact::Default => Self::Default,
            Redact::Strict => Self::Strict,
        }
    }
}

/// A format of `pldoctor compare`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum CompareFormat {
    /// For people.
    #[default]
    Terminal,
    /// For programs: pldoctor/compare/v1.
    Json,
}

/// Findings that keep the exit code from being 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Warnings.
    Warn,
    /// What could not be checked.
    Unknown,
}

/// What `--wait` waits for besides what AWS does by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WaitFor {
    /// TiDB Cloud accepting the endpoint, once its id is entered there.
    Accepted,
    /// The endpoint service, which TiDB Cloud makes in the minutes after a cluster.
    Service,
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

/// Families of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Family {
    /// IPv4
    Ipv4,
    /// IPv6
    Ipv6,
}

impl From<Family> for network::Family {
    fn from(family: Family) -> Self {
        match family {
            Family::Ipv4 => Self::Ipv4,
            Family::Ipv6 => Self::Ipv6,
        }
    }
}

/// `--to`
pub(super) fn goal(text: &str) -> Result<Goal, String> {
    Goal::parse(text).ok_or_else(|| {
        "expected an endpoint (vpce-0123456789abcdef0), an interface (eni-…), an instance (i-…) or an address (10.0.2.20)"
            .to_owned()
    })
}

/// `--ephemeral`
pub(super) fn ports(text: &str) -> Result<(u16, u16), String> {
    let range = text.split_once('-').and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)));
    range
        .filter(|(first, last)| *first > 0 && first <= last)
        .ok_or_else(|| "expected two ports from 1 to 65535, the lower one first, such as 32768-60999".to_owned())
}

/// `--report`
pub(super) fn report_file(text: &str) -> Result<ReportFile, String> {
    let Some((format, file)) = text.split_once('=').filter(|(_, file)| !file.is_empty()) else {
        return Err("expected FORMAT=FILE, such as json=report.json".to_owned());
    };
    let format = Format::from_str(format, false)
        .map_err(|_| format!("'{format}' is not a format; there are {}, as in html=report.html", formats()))?;
    Ok(ReportFile { format, file: file.into() })
}

fn formats() -> String {
    let names: Vec<String> = Format::value_variants()
        .iter()
        .filter_map(|format| Some(format.to_possible_value()?.get_name().to_owned()))
        .collect();
    names.join(", ")
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
    fn port_ranges() {
        assert_eq!(ports("1024-65535"), Ok((1024, 65535)));
        assert_eq!(ports("4000-4000"), Ok((4000, 4000)));
        for wrong in ["", "4000", "2-1", "0-5", "1-65536", "a-b", "1-2-3"] {
            assert!(ports(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn goals() {
        assert_eq!(goal("vpce-0123456789abcdef0"), Ok(Goal::Endpoint("vpce-0123456789abcdef0".to_owned())));
        assert_eq!(goal("10.0.2.20"), Ok(Goal::Address([10, 0, 2, 20].into())));
        for wrong in ["", "vpc-0123456789abcdef0", "gateway01", "10.0.2"] {
            assert!(goal(wrong).is_err(), "{wrong}");
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
