//! The arguments, and nothing but: what they mean is decided elsewhere.

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use pldoctor_checks::facts;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Finds out why a TiDB Cloud cluster can't be reached over AWS PrivateLink, and prints the exact fix.
///
/// It only reads: nothing is ever changed, neither in AWS nor in TiDB Cloud.
#[derive(Debug, Parser)]
#[command(name = "pldoctor", version, propagate_version = true, disable_help_subcommand = true, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 healthy, 1 a problem was found, 2 wrong usage, 3 nothing failed but something \
could not be checked, 4 pldoctor itself failed.")]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// When to use colour. `auto`: on a terminal, unless NO_COLOR is set.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_possible_values = false)]
    pub color: Color,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Find out why the target can't be reached, and how to fix it
    Check(Box<CheckArguments>),
    /// Only collect the facts, into a folder that can be judged anywhere with `check --facts`
    Collect(Box<CollectArguments>),
    /// Judge a recorded broken world: needs no AWS and no network, and exits 0
    Demo(DemoArguments),
    /// Say all about one check: why it matters, what it reads, what it can say
    Explain(ExplainArguments),
    /// List the checks
    Checks,
}

/// Shown below the help of `check`.
const EXAMPLES: &str = "Examples:
  pldoctor check gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com
  pldoctor check 'mysql://USER@HOST:4000/DB' --ask-password
  PLDOCTOR_URL='mysql://USER:PASSWORD@HOST:4000/DB' pldoctor check
  pldoctor check vpce-0123456789abcdef0 --from i-0123456789abcdef0
  pldoctor collect -o facts/ HOST && pldoctor check --facts facts/";

/// `pldoctor check`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CheckArguments {
    /// What to reach.
    #[command(flatten)]
    pub target: TargetArguments,

    /// Judge the facts in this folder; ask and probe nothing
    #[arg(long, value_name = "DIR", conflicts_with_all = ["save", "profile", "ca", "password_file", "ask_password"])]
    pub facts: Option<PathBuf>,

    /// Also write the collected facts into this folder
    #[arg(long, value_name = "DIR")]
    pub save: Option<PathBuf>,

    /// How to collect.
    #[command(flatten)]
    pub collecting: CollectingArguments,

    /// Run only these checks (repeat it, or separate them by commas)
    #[arg(long, value_name = "CHECK", value_delimiter = ',', help_heading = "Checks")]
    pub only: Vec<String>,

    /// Leave these checks out
    #[arg(long, value_name = "CHECK", value_delimiter = ',', help_heading = "Checks")]
    pub skip: Vec<String>,

    /// Do not exit 0 where there are findings of this kind: `warn` exits 1, `unknown` exits 3
    #[arg(long, value_name = "KIND", value_delimiter = ',', help_heading = "Output")]
    pub fail_on: Vec<FailOn>,

    /// How to report.
    #[command(flatten)]
    pub output: OutputArguments,
}

/// `pldoctor collect`
#[derive(Debug, Args)]
pub struct CollectArguments {
    /// What to reach.
    #[command(flatten)]
    pub target: TargetArguments,

    /// The folder: a new one, an empty one, or an earlier snapshot that is replaced
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,

    /// How to collect.
    #[command(flatten)]
    pub collecting: CollectingArguments,

    /// Say nothing but errors
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,
}

/// `pldoctor demo`
#[derive(Debug, Args)]
pub struct DemoArguments {
    /// How to report.
    #[command(flatten)]
    pub output: OutputArguments,
}

/// `pldoctor explain`
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// The check's id, as `pldoctor checks` lists it
    #[arg(value_name = "CHECK")]
    pub check: String,
}

/// The target, and where the traffic starts.
#[derive(Debug, Default, Args)]
pub struct TargetArguments {
    /// What to reach: a mysql:// URL, HOST[:PORT], an endpoint (vpce-…) or a service name (com.amazonaws.vpce.…). Without it, PLDOCTOR_URL names it
    #[arg(value_name = "TARGET")]
    pub target: Option<String>,

    /// The port, where TARGET has none [default: 4000]
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..), help_heading = "Target")]
    pub port: Option<u16>,

    /// The endpoint to judge, where several lead to the target
    #[arg(long, value_name = "VPCE-ID", help_heading = "Target")]
    pub endpoint_id: Option<String>,

    /// The endpoint service, as TiDB Cloud shows it
    #[arg(long, value_name = "NAME", help_heading = "Target")]
    pub service_name: Option<String>,

    /// A zone that TiDB Cloud shows for the service, by its id, such as use1-az4 (repeatable)
    #[arg(long, value_name = "AZ-ID", value_delimiter = ',', help_heading = "Target")]
    pub az_id: Vec<String>,

    /// The TiDB Cloud plan, where the name doesn't tell
    #[arg(long, value_name = "PLAN", help_heading = "Target")]
    pub plan: Option<Plan>,

    /// Judge the way from this instance (i-…), interface (eni-…) or address instead of from this machine; nothing is probed then
    #[arg(long, value_name = "ID|IP", value_parser = origin, help_heading = "Target")]
    pub from: Option<facts::Origin>,

    /// Accept a password in TARGET, where every user of this machine can read it
    #[arg(long, help_heading = "Target")]
    pub insecure_password_in_argument: bool,
}

/// Where to ask, as whom, and for how long.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Collecting")]
pub struct CollectingArguments {
    /// The AWS Region [default: what the environment, the instance or the target's name says]
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,

    /// The profile of the AWS configuration
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,

    /// Log in with the password in this file. PLDOCTOR_URL and MYSQL_PWD can bear it as well; nobody logs in without one
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,

    /// Ask for the password
    #[arg(short = 'p', long, conflicts_with = "password_file")]
    pub ask_password: bool,

    /// Trust these certificates, too (PEM), such as the CA of a Dedicated cluster
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,

    /// How long collecting may take, such as 30s or 2m [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub timeout: Option<Duration>,
}

/// How to report.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArguments {
    /// The format on standard output
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub format: Format,

    /// Also write the report in a format to a file (repeatable)
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report_file)]
    pub report: Vec<ReportFile>,

    /// Say only the verdict, the causes and the commands
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Say everything: each finding, its details, Terraform and console steps, times
    #[arg(short, long, action = ArgAction::SetTrue)]
    pub verbose: bool,
}

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

fn origin(text: &str) -> Result<facts::Origin, String> {
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

fn report_file(text: &str) -> Result<ReportFile, String> {
    let Some((format, file)) = text.split_once('=').filter(|(_, file)| !file.is_empty()) else {
        return Err("expected FORMAT=FILE, such as json=report.json".to_owned());
    };
    let format = Format::from_str(format, false)
        .map_err(|_| format!("'{format}' is not a format; there are terminal and json, as in json=report.json"))?;
    Ok(ReportFile { format, file: file.into() })
}

/// The longest run that makes sense: what takes longer is `--wait`'s.
const LONGEST: Duration = Duration::from_secs(60 * 60);

fn duration(text: &str) -> Result<Duration, String> {
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
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

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
