//! The arguments, and nothing but: what they mean is decided elsewhere.

mod gate;
mod keep;
mod tools;

pub(super) use gate::{GateArguments, SelectArguments};
pub(super) use keep::{CompareArguments, KeepingArguments, RevealArguments};
pub(super) use tools::{CompletionsArguments, IamPolicyArguments, ManArguments, MergeArguments};

use super::values::{
    CheckId, Color, Family, Language, Plan, ReportFile, WaitFor, duration, goal, origin, ports, report_file,
};
use crate::report::Format;
use clap::{ArgAction, Args, Parser, Subcommand};
use pldoctor_checks::facts;
use pldoctor_checks::network::Goal;
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
    // Its usual place among the options of a command would hang on how many commands there are.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", display_order = 998)]
    pub color: Color,

    /// The language of what is reported [default: that of LC_ALL, LC_MESSAGES or LANG; for JSON and JUnit: en]
    #[arg(long, global = true, value_name = "en|zh|ja", hide_possible_values = true, display_order = 998)]
    pub lang: Option<Language>,
}

impl Arguments {
    /// How to report, for the commands that do.
    pub fn output(&self) -> Option<&OutputArguments> {
        match &self.command {
            Command::Check(check) => Some(&check.output),
            Command::Preflight(preflight) => Some(&preflight.output),
            Command::Path(path) => Some(&path.output),
            Command::Demo(demo) => Some(&demo.output),
            _ => None,
        }
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Find out why the target can't be reached, and how to fix it
    Check(Box<CheckArguments>),
    /// Only collect the facts, into a folder or a file that can be judged anywhere with `check --facts`
    Collect(Box<CollectArguments>),
    /// Before the endpoint exists: would making it here work, and would this client then connect? Prints the command that makes it
    Preflight(Box<PreflightArguments>),
    /// May one end open TCP to the other? The path model alone, hop by hop; exits 0 only when reachable
    Path(Box<PathArguments>),
    /// Put originals in the place of a bundle's pseudonyms, in a report or any other text, on the machine that made the bundle
    Reveal(RevealArguments),
    /// What changed between two snapshots, or what differs between two hosts: in facts and in findings
    Compare(CompareArguments),
    /// Judge a recorded broken world: needs no AWS and no network, and exits 0
    Demo(DemoArguments),
    /// Say all about one check: why it matters, what it reads, what it can say
    Explain(ExplainArguments),
    /// List the checks
    Checks,
    /// Print the smallest IAM policy with which everything that the checks read can be collected
    IamPolicy(IamPolicyArguments),
    /// Many JSON reports in one table: where from, the verdict, the cause. Exits as the worst of them
    Merge(MergeArguments),
    /// Print the completions for a shell
    Completions(CompletionsArguments),
    /// Print the manual page, or write one for each command
    Man(ManArguments),
}

/// Shown below the help of `check`.
const EXAMPLES: &str = "Examples:
  pldoctor check gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com
  pldoctor check 'mysql://USER@HOST:4000/DB' --ask-password
  PLDOCTOR_URL='mysql://USER:PASSWORD@HOST:4000/DB' pldoctor check
  pldoctor check vpce-0123456789abcdef0 --from i-0123456789abcdef0
  pldoctor collect -o bundle.tar.gz HOST && pldoctor check --facts bundle.tar.gz";

/// `pldoctor check`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CheckArguments {
    /// What to reach.
    #[command(flatten)]
    pub target: TargetArguments,

    /// Judge the facts in this folder or bundle; ask and probe nothing
    #[arg(long, value_name = "DIR|FILE.tar.gz", conflicts_with_all = ["profile", "ca", "password_file", "ask_password", "query", "allow_plaintext_password"])]
    pub facts: Option<PathBuf>,

    /// Also keep the facts: in a folder, or in one file, with the reports, to hand on
    #[arg(long, value_name = "DIR|FILE.tar.gz")]
    pub save: Option<PathBuf>,

    /// What becomes of names in what is kept.
    #[command(flatten)]
    pub keeping: KeepingArguments,

    /// How to collect.
    #[command(flatten)]
    pub collecting: CollectingArguments,

    /// Whether to look again.
    #[command(flatten)]
    pub waiting: WaitArguments,

    /// Which checks, and what counts.
    #[command(flatten)]
    pub gate: GateArguments,

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

    /// Where to: a folder (new, empty, or an earlier snapshot, which is replaced), or one file, with reports, to hand on
    #[arg(short, long, value_name = "DIR|FILE.tar.gz", required_unless_present = "script")]
    pub output: Option<PathBuf>,

    /// Collect nothing: print a bash script of `aws` commands that fills such a folder, for where no foreign binary may run
    #[arg(long, conflicts_with_all = ["output", "redact", "pseudonyms", "profile", "timeout", "password_file", "ask_password", "ca"])]
    pub script: bool,

    /// What becomes of names in it.
    #[command(flatten)]
    pub keeping: KeepingArguments,

    /// How to collect.
    #[command(flatten)]
    pub collecting: CollectingArguments,

    /// Say nothing but errors
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,
}

/// Whether, and for what, to look again.
#[derive(Debug, Default, Args)]
pub struct WaitArguments {
    /// While the only causes are ones that time heals (an endpoint that AWS is still making), look again, for at most this long
    #[arg(long, value_name = "TIME", value_parser = duration, conflicts_with = "facts", help_heading = "Collecting")]
    pub wait: Option<Duration>,

    /// Wait for this as well, which somebody has seen to: repeat it, or separate by commas
    #[arg(long, value_name = "EVENT", requires = "wait", value_delimiter = ',', help_heading = "Collecting")]
    pub wait_for: Vec<WaitFor>,
}

/// `pldoctor preflight`
#[derive(Debug, Args)]
pub struct PreflightArguments {
    /// What to reach, and where from.
    #[command(flatten)]
    pub target: TargetArguments,

    /// The VPC in which the endpoint would be made [default: the client's]
    #[arg(long, value_name = "VPC-ID", help_heading = "The endpoint to be")]
    pub vpc: Option<String>,

    /// Its subnets, one a zone [default: one in each zone that the service serves]
    #[arg(long, value_name = "SUBNET-ID", value_delimiter = ',', num_args = 1.., help_heading = "The endpoint to be")]
    pub subnets: Vec<String>,

    /// Its security groups [default: one that lets the client in; without any, AWS takes the VPC's default group]
    #[arg(long, value_name = "SG-ID", value_delimiter = ',', num_args = 1.., help_heading = "The endpoint to be")]
    pub security_groups: Vec<String>,

    /// Judge the facts in this folder or bundle; ask nothing
    #[arg(long, value_name = "DIR|FILE.tar.gz", conflicts_with = "profile")]
    pub facts: Option<PathBuf>,

    /// Whether to look again.
    #[command(flatten)]
    pub waiting: WaitArguments,

    /// How to collect.
    #[command(flatten)]
    pub collecting: AskingArguments,

    /// Which checks, and what counts.
    #[command(flatten)]
    pub gate: GateArguments,

    /// How to report.
    #[command(flatten)]
    pub output: OutputArguments,
}

/// `pldoctor path`
#[derive(Debug, Args)]
pub struct PathArguments {
    /// Where the connection starts: an instance (i-…), an interface (eni-…) or an address [default: this machine, or the snapshot's]
    #[arg(long, value_name = "ID|IP", value_parser = origin)]
    pub from: Option<facts::Origin>,

    /// What it is for: an endpoint (vpce-…, all its interfaces), an interface, an instance or an address
    #[arg(long, value_name = "ID|IP", value_parser = goal)]
    pub to: Goal,

    /// The destination port
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..), default_value = "4000")]
    pub port: u16,

    /// Judge the facts in this folder or bundle; ask nothing
    #[arg(long, value_name = "DIR|FILE.tar.gz", conflicts_with = "profile")]
    pub facts: Option<PathBuf>,

    /// The family of addresses [default: that of the address named, else ipv4]
    #[arg(long, value_name = "FAMILY")]
    pub family: Option<Family>,

    /// The client's source ports, such as 1024-65535 [default: the kernel's on this machine, else Linux's 32768-60999]
    #[arg(long, value_name = "FIRST-LAST", value_parser = ports)]
    pub ephemeral: Option<(u16, u16)>,

    /// How to collect.
    #[command(flatten)]
    pub collecting: AskingArguments,

    /// How to report.
    #[command(flatten)]
    pub output: OutputArguments,
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
    #[arg(value_name = "CHECK", required_unless_present = "error", value_parser = CheckId, hide_possible_values = true)]
    pub check: Option<String>,

    /// An error of AWS, TiDB or a MySQL client as you got it: say what it means, and which check looks at it
    #[arg(long, value_name = "TEXT", conflicts_with = "check")]
    pub error: Option<String>,
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
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Collecting")]
pub struct AskingArguments {
    /// The AWS Region [default: what the environment, the instance or the target's name says]
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,

    /// The profile of the AWS configuration
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,

    /// How long collecting may take, such as 30s or 2m [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub timeout: Option<Duration>,
}

/// What is asked, and how far a login goes.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Collecting")]
pub struct CollectingArguments {
    /// Where to ask.
    #[command(flatten)]
    pub asking: AskingArguments,

    /// Log in with the password in this file. PLDOCTOR_URL and MYSQL_PWD can bear it as well; nobody logs in without one
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,

    /// Ask for the password
    #[arg(short = 'p', long, conflicts_with = "password_file")]
    pub ask_password: bool,

    /// Trust these certificates, too (PEM), such as the CA of a Dedicated cluster
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,

    /// After the login, also run this statement as that user: one statement, its rows counted and thrown away
    #[arg(long, value_name = "SQL")]
    pub query: Option<String>,

    /// Send the password even where TLS is not offered, or its certificate is not trusted: others may then read it
    #[arg(long)]
    pub allow_plaintext_password: bool,
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

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }
}
