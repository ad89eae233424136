//! A bash script of `aws` commands that fills a snapshot folder, for places where no foreign binary may run.
//!
//! It asks what the collection asks: services and commands come from [`Fact::source`], files and options from the snapshot's layout.

use crate::snapshot::Manifest;
use pldoctor_checks::facts::{Fact, Question, Source, aws};
use pldoctor_checks::snapshot::layout::{MANIFEST, file_for, option_of};
use std::fmt::Write as _;
use time::OffsetDateTime;

/// How a fact is asked for.
enum Asked {
    /// Once, with these arguments.
    Once(&'static [&'static str]),
    /// Once for each id that this list of the script holds, with these arguments besides the id.
    Each(&'static str, &'static [&'static str]),
    /// Another fact's call brings it along.
    Elsewhere,
}

/// The lists, each after those that it needs, and the commands that fill it. `$id` is an element of the list that is looped over.
const LISTS: &[(&str, &str)] = &[
    ("VPCS", "ids ec2 describe-vpcs --query 'Vpcs[].VpcId'"),
    (
        "PREFIX_LISTS",
        "ids ec2 describe-security-groups --query 'SecurityGroups[].[IpPermissions,IpPermissionsEgress][][].PrefixListIds[].PrefixListId'
    ids ec2 describe-route-tables --query 'RouteTables[].Routes[].DestinationPrefixListId'",
    ),
    ("PROFILES", "ids route53profiles list-profile-associations --query 'ProfileAssociations[].ProfileId'"),
    (
        "CARRIED",
        "for id in $PROFILES; do
        aws route53profiles list-profile-resource-associations --profile-id \"$id\" --query 'ProfileResourceAssociations[].ResourceArn' \\
            --output text 2>/dev/null | tr '\\t' '\\n'
    done",
    ),
    ("CARRIED_ZONES", "carried hostedzone"),
    (
        "ZONES",
        "for id in $VPCS; do
        aws route53 list-hosted-zones-by-vpc --vpc-id \"$id\" --vpc-region \"$REGION\" --query 'HostedZoneSummaries[].[HostedZoneId,Name]' \\
            --output text 2>/dev/null | above
    done
    for id in $CARRIED_ZONES; do
        aws route53 get-hosted-zone --id \"$id\" --query 'HostedZone.[Id,Name]' --output text 2>/dev/null | sed 's|^/hostedzone/||' | above
    done",
    ),
    (
        "RULE_GROUPS",
        "ids route53resolver list-firewall-rule-group-associations --query 'FirewallRuleGroupAssociations[].FirewallRuleGroupId'
    carried firewall-rule-group",
    ),
    (
        "DOMAIN_LISTS",
        "for id in $RULE_GROUPS; do
        ids route53resolver list-firewall-rules --firewall-rule-group-id \"$id\" --query 'FirewallRules[].FirewallDomainListId'
    done",
    ),
];

fn asked(fact: Fact) -> Asked {
    match fact {
        Fact::VpcDnsSupport => Asked::Each("VPCS", &["--attribute", "enableDnsSupport"]),
        Fact::VpcDnsHostnames => Asked::Each("VPCS", &["--attribute", "enableDnsHostnames"]),
        Fact::ClientHostedZones => Asked::Each("VPCS", &["--vpc-region", "\"$REGION\""]),
        Fact::PrefixListEntries => Asked::Each("PREFIX_LISTS", &[]),
        Fact::ProfileResources => Asked::Each("PROFILES", &[]),
        Fact::HostedZoneNames => Asked::Each("CARRIED_ZONES", &[]),
        Fact::RecordSets => Asked::Each("ZONES", &[]),
        Fact::FirewallRules => Asked::Each("RULE_GROUPS", &[]),
        Fact::FirewallDomains => Asked::Each("DOMAIN_LISTS", &[]),
        // By VPC: `ClientHostedZones`.
        Fact::HostedZones => Asked::Elsewhere,
        Fact::EndpointQuota => Asked::Once(&["--service-code", "vpc", "--quota-code", aws::ENDPOINTS_PER_VPC]),
        _ => Asked::Once(&[]),
    }
}

/// The script.
pub fn script(question: &Question) -> String {
    let mut script = HEAD.replace("{version}", env!("CARGO_PKG_VERSION"));
    let region = question.region.as_deref().unwrap_or_default();
    let host = question.target.host.as_deref().unwrap_or_default();
    let _ = writeln!(script, "HOST={}\nREGION={}", quoted(host), quoted(region));
    script.push_str(FUNCTIONS);
    for (list, commands) in LISTS {
        let _ = writeln!(script, "{list}=$(\n    {commands}\n)");
    }
    script.push('\n');
    for fact in Fact::ALL {
        let Source::Api { service, command, .. } = fact.source() else { continue };
        match asked(*fact) {
            Asked::Once(arguments) => {
                let arguments: String = arguments.iter().map(|argument| format!(" {argument}")).collect();
                let _ = writeln!(script, "ask {} {service} {command}{arguments}", file_for(*fact, ""));
            }
            Asked::Each(list, arguments) => {
                let arguments: String = arguments.iter().map(|argument| format!(" {argument}")).collect();
                let option = option_of(*fact).unwrap_or("id");
                let file = file_for(*fact, "$id");
                let _ = writeln!(
                    script,
                    "for id in ${list}; do\n    ask \"{file}\" {service} {command} --{option} \"$id\"{arguments}\ndone"
                );
            }
            Asked::Elsewhere => {}
        }
    }
    let manifest = Manifest::new(question.clone(), OffsetDateTime::UNIX_EPOCH);
    let manifest = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    let manifest = manifest.replace('\\', "\\\\").replace('$', "\\$").replace('`', "\\`").replace(&at_epoch(), "$NOW");
    let _ = write!(
        script,
        "\nNOW=$(date -u +%Y-%m-%dT%H:%M:%SZ)\ncat >\"$OUT/{MANIFEST}\" <<MANIFEST\n{manifest}\nMANIFEST\n"
    );
    script.push_str(TAIL);
    script
}

/// What stands in the manifest until the script knows better.
fn at_epoch() -> String {
    Manifest::new(Question::default(), OffsetDateTime::UNIX_EPOCH).collected_at
}

fn quoted(text: &str) -> String {
    // Text with a zero byte can't be an argument, so none comes here.
    shlex::try_quote(text)
        .map_or_else(|_| "''".to_owned(), |quoted| if text.is_empty() { "''".into() } else { quoted.into_owned() })
}

const HEAD: &str = "#!/usr/bin/env bash
# Written by `pldoctor collect --script` {version}. It only reads: every command below describes, lists or gets.
# It fills a folder that pldoctor judges anywhere: bash collect.sh FOLDER && pldoctor check --facts FOLDER --from i-…
set -u
export LC_ALL=C.UTF-8
export AWS_PAGER=

OUT=${1:?\"usage: bash $0 FOLDER (a new one, or an empty one)\"}
mkdir -p \"$OUT\" || exit 4
if [ -n \"$(ls -A \"$OUT\")\" ]; then
    echo \"$OUT is not empty: name a new folder\" >&2
    exit 2
fi
command -v aws >/dev/null || {
    echo 'the aws command is not installed' >&2
    exit 2
}
ERRORS=$(mktemp) || exit 4
trap 'rm -f \"$ERRORS\"' EXIT

";

const FUNCTIONS: &str = r#"REGION=${REGION:-${AWS_REGION:-${AWS_DEFAULT_REGION:-$(aws configure get region)}}}
[ -z "$REGION" ] || export AWS_REGION="$REGION" AWS_DEFAULT_REGION="$REGION"

# ask FILE SERVICE COMMAND [ARGUMENT...]: the answer into the file, or in its place why there is none.
ask() {
    local file=$OUT/$1 answer
    shift
    mkdir -p "$(dirname "$file")" || exit 4
    if answer=$(aws "$@" --output json 2>"$ERRORS") && [ -n "$answer" ]; then
        printf '%s\n' "$answer" >"$file"
    else
        refusal >"$file"
    fi
}

# The last error as {"Error":{"Code","Message"}}.
refusal() {
    local text code
    text=$(tr -s '[:cntrl:]' ' ' <"$ERRORS" | cut -c 1-4000)
    text=${text# }
    code=$(printf '%s' "$text" | sed -n 's/.*An error occurred (\([A-Za-z0-9.]*\)).*/\1/p')
    if [ -z "$code" ]; then
        case $text in
            *'locate credentials'* | *'credentials could not be found'* | *'config profile'*) code=NoCredentials ;;
            *'Could not connect to the endpoint'*) code=Unreachable ;;
            *'timeout on endpoint'* | *'timed out'*) code=TimedOut ;;
            '') code=Malformed text='the command printed nothing' ;;
            *) code=Failed ;;
        esac
    fi
    text=${text//\\/\\\\}
    text=${text//\"/\\\"}
    printf '{"Error": {"Code": "%s", "Message": "%s"}}\n' "$code" "$text"
}

# ids SERVICE COMMAND [ARGUMENT...]: ids, one a line; none where the call fails.
ids() {
    aws "$@" --output text 2>/dev/null | tr '\t ' '\n' | grep -E '^[A-Za-z0-9-]{1,64}$' | grep -v '^None$' | sort -u
}

# carried TYPE: the ids of resources of this type that Profiles bring along.
carried() {
    printf '%s\n' "$CARRIED" | sed -n "s|.*[:/]$1/\([A-Za-z0-9-]*\)\$|\1|p" | sort -u
}

# From "id name" a line: the ids of zones at or above the host.
above() {
    local id name
    while read -r id name; do
        case .${HOST%.}. in
            *".${name%.}.") printf '%s\n' "$id" ;;
        esac
    done
}

"#;

const TAIL: &str = r#"
echo "Filled $OUT. Judge it anywhere: pldoctor check --facts $OUT --from i-..." >&2
"#;
