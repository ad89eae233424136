//! The names of the facts: what a check declares that it reads, and from which the collection, the IAM policy and the `unknown` message follow.

use super::{Facts, Observed, Why};

/// Where a fact comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A call of the AWS API.
    Api {
        /// The AWS CLI's service, such as `ec2`.
        service: &'static str,
        /// The AWS CLI's command, such as `describe-vpcs`.
        command: &'static str,
        /// The IAM action that allows it; `None` where no permission is needed.
        action: Option<&'static str>,
    },
    /// Seen by the machine itself, kept in this file of a snapshot.
    Machine {
        /// `host.json`, `dns.json` or `connections.json`.
        file: &'static str,
    },
}

macro_rules! facts {
    ($($(#[$doc:meta])* $name:ident = $label:literal, $source:expr, |$facts:ident| $blank:expr;)*) => {
        /// A fact that a check may read.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Fact { $($(#[$doc])* $name,)* }

        impl Fact {
            /// Every fact there is.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its name in reports.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $label,)* }
            }

            /// Where it comes from.
            pub fn source(self) -> Source {
                match self { $(Self::$name => $source,)* }
            }

            /// Makes it unknown: `why` stands where it stood.
            pub fn blank(self, facts: &mut Facts, why: &Why) {
                match self { $(Self::$name => { let $facts = facts; ($blank)(why) })* }
            }
        }
    };
}

const fn ec2(command: &'static str, action: &'static str) -> Source {
    Source::Api { service: "ec2", command, action: Some(action) }
}

const fn machine(file: &'static str) -> Source {
    Source::Machine { file }
}

fn unknown<T>(slot: &mut Observed<T>, why: &Why) {
    *slot = Observed::Unknown(why.clone());
}

facts! {
    /// Who is asking.
    CallerIdentity = "caller-identity", Source::Api { service: "sts", command: "get-caller-identity", action: None }, |f| |why: &Why| unknown(&mut f.aws.caller_identity, why);
    /// The VPCs.
    Vpcs = "vpcs", ec2("describe-vpcs", "ec2:DescribeVpcs"), |f| |why: &Why| unknown(&mut f.aws.vpcs, why);
    /// The VPCs' `enableDnsSupport`.
    VpcDnsSupport = "vpc-dns-support", ec2("describe-vpc-attribute", "ec2:DescribeVpcAttribute"), |f| |why: &Why| f.aws.dns_support.values_mut().for_each(|slot| unknown(slot, why));
    /// The VPCs' `enableDnsHostnames`.
    VpcDnsHostnames = "vpc-dns-hostnames", ec2("describe-vpc-attribute", "ec2:DescribeVpcAttribute"), |f| |why: &Why| f.aws.dns_hostnames.values_mut().for_each(|slot| unknown(slot, why));
    /// The subnets.
    Subnets = "subnets", ec2("describe-subnets", "ec2:DescribeSubnets"), |f| |why: &Why| unknown(&mut f.aws.subnets, why);
    /// The VPC endpoints.
    VpcEndpoints = "vpc-endpoints", ec2("describe-vpc-endpoints", "ec2:DescribeVpcEndpoints"), |f| |why: &Why| unknown(&mut f.aws.vpc_endpoints, why);
    /// The endpoint services.
    VpcEndpointServices = "vpc-endpoint-services", ec2("describe-vpc-endpoint-services", "ec2:DescribeVpcEndpointServices"), |f| |why: &Why| unknown(&mut f.aws.vpc_endpoint_services, why);
    /// The network interfaces.
    NetworkInterfaces = "network-interfaces", ec2("describe-network-interfaces", "ec2:DescribeNetworkInterfaces"), |f| |why: &Why| unknown(&mut f.aws.network_interfaces, why);
    /// The security groups.
    SecurityGroups = "security-groups", ec2("describe-security-groups", "ec2:DescribeSecurityGroups"), |f| |why: &Why| unknown(&mut f.aws.security_groups, why);
    /// The entries of managed prefix lists.
    PrefixListEntries = "prefix-list-entries", ec2("get-managed-prefix-list-entries", "ec2:GetManagedPrefixListEntries"), |f| |why: &Why| f.aws.prefix_list_entries.values_mut().for_each(|slot| unknown(slot, why));
    /// The network ACLs.
    NetworkAcls = "network-acls", ec2("describe-network-acls", "ec2:DescribeNetworkAcls"), |f| |why: &Why| unknown(&mut f.aws.network_acls, why);
    /// The route tables.
    RouteTables = "route-tables", ec2("describe-route-tables", "ec2:DescribeRouteTables"), |f| |why: &Why| unknown(&mut f.aws.route_tables, why);
    /// The VPC peerings.
    VpcPeeringConnections = "vpc-peering-connections", ec2("describe-vpc-peering-connections", "ec2:DescribeVpcPeeringConnections"), |f| |why: &Why| unknown(&mut f.aws.vpc_peering_connections, why);
    /// The attachments of VPCs to transit gateways.
    TransitGatewayVpcAttachments = "transit-gateway-vpc-attachments", ec2("describe-transit-gateway-vpc-attachments", "ec2:DescribeTransitGatewayVpcAttachments"), |f| |why: &Why| unknown(&mut f.aws.transit_gateway_vpc_attachments, why);
    /// The DHCP options sets.
    DhcpOptions = "dhcp-options", ec2("describe-dhcp-options", "ec2:DescribeDhcpOptions"), |f| |why: &Why| unknown(&mut f.aws.dhcp_options, why);
    /// The availability zones.
    AvailabilityZones = "availability-zones", ec2("describe-availability-zones", "ec2:DescribeAvailabilityZones"), |f| |why: &Why| unknown(&mut f.aws.availability_zones, why);
    /// The instances.
    Instances = "instances", ec2("describe-instances", "ec2:DescribeInstances"), |f| |why: &Why| unknown(&mut f.aws.instances, why);
    /// The private hosted zones that are associated with the VPC.
    HostedZones = "hosted-zones", Source::Api { service: "route53", command: "list-hosted-zones-by-vpc", action: Some("route53:ListHostedZonesByVPC") }, |f| |why: &Why| unknown(&mut f.aws.hosted_zones, why);
    /// The Resolver rules.
    ResolverRules = "resolver-rules", Source::Api { service: "route53resolver", command: "list-resolver-rules", action: Some("route53resolver:ListResolverRules") }, |f| |why: &Why| unknown(&mut f.aws.resolver_rules, why);
    /// The Resolver rules' associations.
    ResolverRuleAssociations = "resolver-rule-associations", Source::Api { service: "route53resolver", command: "list-resolver-rule-associations", action: Some("route53resolver:ListResolverRuleAssociations") }, |f| |why: &Why| unknown(&mut f.aws.resolver_rule_associations, why);
    /// The instance metadata.
    Metadata = "metadata", machine("host.json"), |f| |why: &Why| unknown(&mut f.host.metadata, why);
    /// The machine's addresses.
    HostAddresses = "host-addresses", machine("host.json"), |f| |why: &Why| unknown(&mut f.host.addresses, why);
    /// The resolver's configuration.
    ResolvConf = "resolv-conf", machine("host.json"), |f| |why: &Why| unknown(&mut f.host.resolv_conf, why);
    /// The hosts file's lines for the target.
    HostsFile = "hosts-file", machine("host.json"), |f| |why: &Why| unknown(&mut f.host.hosts, why);
    /// The kernel's ports for outgoing connections.
    EphemeralPorts = "ephemeral-ports", machine("host.json"), |f| |why: &Why| unknown(&mut f.host.ephemeral_ports, why);
    /// Proxy variables that would catch the metadata service.
    ProxyVariables = "proxy-variables", machine("host.json"), |f| |why: &Why| unknown(&mut f.host.proxy_variables, why);
    /// The VPC resolver's answers.
    VpcResolverAnswers = "vpc-resolver-answers", machine("dns.json"), |f| |why: &Why| unknown(&mut f.dns.vpc_resolver, why);
    /// The answers of the host's resolvers.
    HostResolverAnswers = "host-resolver-answers", machine("dns.json"), |f| |why: &Why| unknown(&mut f.dns.host_resolvers, why);
    /// What `getaddrinfo` said.
    SystemAnswer = "system-answer", machine("dns.json"), |f| |why: &Why| unknown(&mut f.dns.system, why);
    /// TCP connections that were tried.
    Tcp = "tcp", machine("connections.json"), |f| |why: &Why| unknown(&mut f.connections.tcp, why);
    /// Greetings that were read.
    Greetings = "greetings", machine("connections.json"), |f| |why: &Why| unknown(&mut f.connections.greetings, why);
    /// The login that was tried.
    Login = "login", machine("connections.json"), |f| |why: &Why| unknown(&mut f.connections.login, why);
}

/// A set of facts, made of constants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct FactSet(u64);

impl FactSet {
    /// No fact.
    pub const EMPTY: Self = Self(0);

    /// These facts.
    pub const fn of(facts: &[Fact]) -> Self {
        let mut bits = 0;
        let mut index = 0;
        while index < facts.len() {
            bits |= 1 << facts[index] as u64;
            index += 1;
        }
        Self(bits)
    }

    /// Both sets together.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the fact is in the set.
    pub const fn contains(self, fact: Fact) -> bool {
        self.0 & (1 << fact as u64) != 0
    }

    /// The facts of the set, in the order of [`Fact::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Fact> {
        Fact::ALL.iter().copied().filter(move |fact| self.contains(*fact))
    }
}

impl std::fmt::Display for Source {
    /// The AWS CLI's command, or the file of a snapshot.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Api { service, command, .. } => write!(f, "{service} {command}"),
            Self::Machine { file } => f.write_str(file),
        }
    }
}
