//! Which file of a snapshot holds which fact.

use super::json::{self, Malformed};
use crate::facts::{Fact, Facts, Observed, Source, Why};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::collections::BTreeMap;

/// The name of the manifest.
pub const MANIFEST: &str = "manifest.json";
/// What a bundle has beside the facts: what was made of them, which nobody reads back.
pub const REPORT_JSON: &str = "report.json";
/// As [`REPORT_JSON`].
pub const REPORT_MARKDOWN: &str = "report.md";
/// As [`REPORT_JSON`].
pub const REPORT_HTML: &str = "report.html";
/// What the program did.
pub const LOG: &str = "pldoctor.log";
/// What the machine saw of itself.
const HOST: &str = "host.json";
/// What DNS answered.
const DNS: &str = "dns.json";
/// What connections came about.
const CONNECTIONS: &str = "connections.json";

const DNS_SUPPORT: &str = "enableDnsSupport";
const DNS_HOSTNAMES: &str = "enableDnsHostnames";

/// A call whose whole output is one file.
struct Call {
    fact: Fact,
    load: fn(&mut Facts, &str) -> Result<(), Malformed>,
    dump: fn(&Facts) -> Option<Value>,
}

macro_rules! calls {
    ($($fact:ident => $slot:ident,)*) => {
        const CALLS: &[Call] = &[$(Call {
            fact: Fact::$fact,
            load: |facts, text| json::observed(text).map(|observed| facts.aws.$slot = observed),
            dump: |facts| dump(&facts.aws.$slot),
        },)*];
    };
}

calls! {
    CallerIdentity => caller_identity,
    Vpcs => vpcs,
    Subnets => subnets,
    VpcEndpoints => vpc_endpoints,
    VpcEndpointServices => vpc_endpoint_services,
    NetworkInterfaces => network_interfaces,
    SecurityGroups => security_groups,
    NetworkAcls => network_acls,
    RouteTables => route_tables,
    VpcPeeringConnections => vpc_peering_connections,
    TransitGatewayVpcAttachments => transit_gateway_vpc_attachments,
    DhcpOptions => dhcp_options,
    AvailabilityZones => availability_zones,
    Instances => instances,
    HostedZones => hosted_zones,
    ResolverRules => resolver_rules,
    ResolverRuleAssociations => resolver_rule_associations,
    ProfileAssociations => profile_associations,
    FirewallAssociations => firewall_associations,
    FirewallConfigs => firewall_configs,
    EndpointQuota => endpoint_quota,
}

/// A call that is made once a resource: its output lies in a file that bears the resource's id.
struct EachCall {
    fact: Fact,
    /// The CLI's option that takes the id.
    option: &'static str,
    load: fn(&mut Facts, &str, &str) -> Result<(), Malformed>,
    dump: fn(&Facts) -> Vec<Output>,
}

/// The id of a resource, and what the call said of it.
type Output = (String, Option<Value>);

macro_rules! each_calls {
    ($($fact:ident => $slot:ident by $option:literal,)*) => {
        const EACH_CALLS: &[EachCall] = &[$(EachCall {
            fact: Fact::$fact,
            option: $option,
            load: |facts, id, text| {
                facts.aws.$slot.insert(id.to_owned(), json::observed(text)?);
                Ok(())
            },
            dump: |facts| facts.aws.$slot.iter().map(|(id, observed)| (id.clone(), dump(observed))).collect(),
        },)*];
    };
}

each_calls! {
    PrefixListEntries => prefix_list_entries by "prefix-list-id",
    ClientHostedZones => client_hosted_zones by "vpc-id",
    HostedZoneNames => hosted_zone_names by "id",
    RecordSets => record_sets by "hosted-zone-id",
    ProfileResources => profile_resources by "profile-id",
    FirewallRules => firewall_rules by "firewall-rule-group-id",
    FirewallDomains => firewall_domains by "firewall-domain-list-id",
}

/// A file that a snapshot may hold.
pub enum Entry {
    /// What the folder is.
    Manifest,
    /// A report or the log: made of the facts, and none itself.
    Beside,
    /// What the machine saw of itself.
    Host,
    /// What DNS answered.
    Dns,
    /// What connections came about.
    Connections,
    /// A call, by its place in the list of calls.
    Call(usize),
    /// The VPC.
    DnsSupport(String),
    /// The VPC.
    DnsHostnames(String),
    /// A call of one resource: its place in the list of such calls, and the resource.
    EachCall(usize, String),
}

impl Entry {
    /// What the file at this path, with `/` between its parts and relative to the folder, holds; `None` where it is nothing of ours.
    pub fn at(path: &str) -> Option<Self> {
        match path {
            MANIFEST => return Some(Self::Manifest),
            REPORT_JSON | REPORT_MARKDOWN | REPORT_HTML | LOG => return Some(Self::Beside),
            HOST => return Some(Self::Host),
            DNS => return Some(Self::Dns),
            CONNECTIONS => return Some(Self::Connections),
            _ => {}
        }
        if let Some(index) = CALLS.iter().position(|call| file_of(call.fact, "") == path) {
            return Some(Self::Call(index));
        }
        let (stem, rest) = path.strip_suffix(".json")?.split_once('.')?;
        let each = |call: &EachCall| file_of(call.fact, "").strip_suffix(".json") == Some(stem);
        if let Some(index) = EACH_CALLS.iter().position(each).filter(|_| is_id(rest)) {
            return Some(Self::EachCall(index, rest.into()));
        }
        match (stem, rest.split_once('.')) {
            ("aws/ec2/describe-vpc-attribute", Some((vpc_id, DNS_SUPPORT))) if is_id(vpc_id) => {
                Some(Self::DnsSupport(vpc_id.into()))
            }
            ("aws/ec2/describe-vpc-attribute", Some((vpc_id, DNS_HOSTNAMES))) if is_id(vpc_id) => {
                Some(Self::DnsHostnames(vpc_id.into()))
            }
            _ => None,
        }
    }

    /// Where a file of this name would have to lie to be read.
    pub fn place_of(name: &str) -> Option<String> {
        ["aws/ec2", "aws/route53", "aws/route53profiles", "aws/route53resolver", "aws/service-quotas", "aws/sts"]
            .iter()
            .map(|folder| format!("{folder}/{name}"))
            .chain(std::iter::once(name.to_owned()))
            .find(|path| Self::at(path).is_some())
    }

    /// Reads the file's text into its place among the facts.
    pub fn load(&self, facts: &mut Facts, text: &str) -> Result<(), Malformed> {
        fn put<T: DeserializeOwned>(
            slots: &mut BTreeMap<String, Observed<T>>,
            id: &str,
            text: &str,
        ) -> Result<(), Malformed> {
            slots.insert(id.to_owned(), json::observed(text)?);
            Ok(())
        }
        json::object(text)?;
        match self {
            Self::Manifest | Self::Beside => {}
            Self::Host => facts.host = serde_json::from_str(text)?,
            Self::Dns => facts.dns = serde_json::from_str(text)?,
            Self::Connections => facts.connections = serde_json::from_str(text)?,
            Self::Call(index) => (CALLS[*index].load)(facts, text)?,
            Self::DnsSupport(vpc_id) => put(&mut facts.aws.dns_support, vpc_id, text)?,
            Self::DnsHostnames(vpc_id) => put(&mut facts.aws.dns_hostnames, vpc_id, text)?,
            Self::EachCall(index, id) => (EACH_CALLS[*index].load)(facts, id, text)?,
        }
        Ok(())
    }

    /// Whether it is the output of an AWS CLI command.
    pub fn is_call(&self) -> bool {
        matches!(self, Self::Call(_) | Self::DnsSupport(_) | Self::DnsHostnames(_) | Self::EachCall(..))
    }

    /// What would be right in its place.
    pub fn expected(&self) -> String {
        let command = match self {
            Self::Manifest | Self::Beside | Self::Host | Self::Dns | Self::Connections => {
                return "what `pldoctor collect` writes, or no such file".into();
            }
            Self::Call(index) => match CALLS[*index].fact.source() {
                Source::Api { service, command, .. } => format!("{service} {command}"),
                Source::Machine { file } => file.into(),
            },
            Self::DnsSupport(id) => format!("ec2 describe-vpc-attribute --vpc-id {id} --attribute {DNS_SUPPORT}"),
            Self::DnsHostnames(id) => format!("ec2 describe-vpc-attribute --vpc-id {id} --attribute {DNS_HOSTNAMES}"),
            Self::EachCall(index, id) => {
                let call = &EACH_CALLS[*index];
                format!("{} --{} {id}", call.fact.source(), call.option)
            }
        };
        format!("what `aws {command} --output json` prints, or no such file")
    }
}

/// Every file that these facts fill, the manifest left out, with its path relative to the folder.
pub fn files(facts: &Facts) -> Vec<(String, Value)> {
    let mut files: Vec<(String, Option<Value>)> = vec![
        (HOST.into(), machine(&facts.host)),
        (DNS.into(), machine(&facts.dns)),
        (CONNECTIONS.into(), machine(&facts.connections)),
    ];
    files.extend(CALLS.iter().map(|call| (file_of(call.fact, ""), (call.dump)(facts))));
    let attributes = facts.aws.dns_support.iter().map(|slot| (slot, Fact::VpcDnsSupport, DNS_SUPPORT));
    let attributes =
        attributes.chain(facts.aws.dns_hostnames.iter().map(|slot| (slot, Fact::VpcDnsHostnames, DNS_HOSTNAMES)));
    // An id that could not be a file's name is not one of AWS's; what it stood for can't be kept.
    for ((vpc_id, attribute), fact, name) in attributes.filter(|((id, _), ..)| is_id(id)) {
        files.push((file_of(fact, &format!(".{vpc_id}.{name}")), dump(attribute)));
    }
    for call in EACH_CALLS {
        let outputs = (call.dump)(facts).into_iter().filter(|(id, _)| is_id(id));
        files.extend(outputs.map(|(id, value)| (file_of(call.fact, &format!(".{id}")), value)));
    }
    files.into_iter().filter_map(|(path, value)| Some((path, value?))).collect()
}

/// The file of a fact that the AWS API gives, for a script that fills a folder: `id` stands for the resource, where the call is made once a resource.
pub fn file_for(fact: Fact, id: &str) -> String {
    let suffix = match fact {
        Fact::VpcDnsSupport => format!(".{id}.{DNS_SUPPORT}"),
        Fact::VpcDnsHostnames => format!(".{id}.{DNS_HOSTNAMES}"),
        fact if option_of(fact).is_some() => format!(".{id}"),
        _ => String::new(),
    };
    file_of(fact, &suffix)
}

/// The CLI's option that takes the resource, where the call is made once a resource.
pub fn option_of(fact: Fact) -> Option<&'static str> {
    match fact {
        Fact::VpcDnsSupport | Fact::VpcDnsHostnames => Some("vpc-id"),
        fact => EACH_CALLS.iter().find(|call| call.fact == fact).map(|call| call.option),
    }
}

/// The file of a fact, with `suffix` before the extension.
fn file_of(fact: Fact, suffix: &str) -> String {
    match fact.source() {
        Source::Api { service, command, .. } => format!("aws/{service}/{command}{suffix}.json"),
        Source::Machine { file } => file.into(),
    }
}

/// Whether the text may stand in a file's name: letters, digits and dashes, and no more than AWS's longest ids.
fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// What a fact looks like in its file; `None` where nobody collected it.
fn dump<T: Serialize>(observed: &Observed<T>) -> Option<Value> {
    if observed.is_not_collected() {
        return None;
    }
    // Facts are plain data with string keys, which can't fail to serialise.
    serde_json::to_value(observed).ok()
}

/// A machine's file without the facts that nobody collected; `None` where none is left.
fn machine<T: Serialize>(part: &T) -> Option<Value> {
    let mut value = serde_json::to_value(part).ok()?;
    let map = value.as_object_mut()?;
    map.retain(|_, fact| fact.pointer("/Error/Code").and_then(Value::as_str) != Some(Why::NOT_COLLECTED));
    (!map.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_has_a_file() {
        for fact in Fact::ALL {
            let suffix = match fact {
                Fact::VpcDnsSupport => ".vpc-0a1.enableDnsSupport",
                Fact::VpcDnsHostnames => ".vpc-0a1.enableDnsHostnames",
                fact if EACH_CALLS.iter().any(|call| call.fact == *fact) => ".id-0a1",
                _ => "",
            };
            let path = file_of(*fact, suffix);
            assert!(Entry::at(&path).is_some(), "{fact:?} has no file: {path}");
        }
    }

    #[test]
    fn names_that_are_none_of_ours() {
        for path in [
            "aws/ec2/describe-vpc.json",
            "aws/ec2/describe-vpc-attribute.json",
            "aws/ec2/describe-vpc-attribute.vpc-1.enableDns.json",
            "aws/ec2/get-managed-prefix-list-entries..json",
            "aws/ec2/get-managed-prefix-list-entries.pl 1.json",
            "describe-vpcs.json",
        ] {
            assert!(Entry::at(path).is_none(), "{path}");
        }
        assert_eq!(Entry::place_of("describe-vpcs.json").as_deref(), Some("aws/ec2/describe-vpcs.json"));
    }
}
