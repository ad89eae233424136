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

/// A slot of [`Facts`], whatever it holds.
trait Slot {
    fn why(&self) -> Option<&Why>;
    fn blank(&mut self, why: &Why);
}

impl<T> Slot for Observed<T> {
    fn why(&self) -> Option<&Why> {
        self.as_ref().err()
    }

    fn blank(&mut self, why: &Why) {
        *self = Self::Unknown(why.clone());
    }
}

/// The slots of a fact: one, or one a resource (`each`).
macro_rules! slots {
    (ref one $($path:ident).+) => { vec![&$($path).+ as &dyn Slot] };
    (mut one $($path:ident).+) => { vec![&mut $($path).+ as &mut dyn Slot] };
    (ref each $($path:ident).+) => { $($path).+.values().map(|slot| slot as &dyn Slot).collect() };
    (mut each $($path:ident).+) => { $($path).+.values_mut().map(|slot| slot as &mut dyn Slot).collect() };
}

macro_rules! facts {
    ($($(#[$doc:meta])* $name:ident = $label:literal, $source:expr, $kind:ident $($path:ident).+;)*) => {
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

            fn slots(self, facts: &Facts) -> Vec<&dyn Slot> {
                match self { $(Self::$name => slots!(ref $kind facts.$($path).+),)* }
            }

            fn slots_mut(self, facts: &mut Facts) -> Vec<&mut dyn Slot> {
                match self { $(Self::$name => slots!(mut $kind facts.$($path).+),)* }
            }
        }
    };
}

impl Fact {
    /// Makes it unknown: `why` stands where it stood.
    pub fn blank(self, facts: &mut Facts, why: &Why) {
        self.slots_mut(facts).into_iter().for_each(|slot| slot.blank(why));
    }

    /// Whether it is known, of every resource that it was asked of; at least one.
    pub fn is_known(self, facts: &Facts) -> bool {
        let slots = self.slots(facts);
        !slots.is_empty() && slots.iter().all(|slot| slot.why().is_none())
    }

    /// The first reason why it, or a part of it, is not known. A fact that was asked of no resource has none.
    pub fn why(self, facts: &Facts) -> Option<&Why> {
        self.slots(facts).into_iter().find_map(|slot| slot.why())
    }
}

const fn ec2(command: &'static str, action: &'static str) -> Source {
    Source::Api { service: "ec2", command, action: Some(action) }
}

const fn route53(command: &'static str, action: &'static str) -> Source {
    Source::Api { service: "route53", command, action: Some(action) }
}

const fn resolver(command: &'static str, action: &'static str) -> Source {
    Source::Api { service: "route53resolver", command, action: Some(action) }
}

const fn machine(file: &'static str) -> Source {
    Source::Machine { file }
}

facts! {
    /// Who is asking.
    CallerIdentity = "caller-identity", Source::Api { service: "sts", command: "get-caller-identity", action: None }, one aws.caller_identity;
    /// The VPCs.
    Vpcs = "vpcs", ec2("describe-vpcs", "ec2:DescribeVpcs"), one aws.vpcs;
    /// The VPCs' `enableDnsSupport`.
    VpcDnsSupport = "vpc-dns-support", ec2("describe-vpc-attribute", "ec2:DescribeVpcAttribute"), each aws.dns_support;
    /// The VPCs' `enableDnsHostnames`.
    VpcDnsHostnames = "vpc-dns-hostnames", ec2("describe-vpc-attribute", "ec2:DescribeVpcAttribute"), each aws.dns_hostnames;
    /// The subnets.
    Subnets = "subnets", ec2("describe-subnets", "ec2:DescribeSubnets"), one aws.subnets;
    /// The VPC endpoints.
    VpcEndpoints = "vpc-endpoints", ec2("describe-vpc-endpoints", "ec2:DescribeVpcEndpoints"), one aws.vpc_endpoints;
    /// The endpoint services.
    VpcEndpointServices = "vpc-endpoint-services", ec2("describe-vpc-endpoint-services", "ec2:DescribeVpcEndpointServices"), one aws.vpc_endpoint_services;
    /// The network interfaces.
    NetworkInterfaces = "network-interfaces", ec2("describe-network-interfaces", "ec2:DescribeNetworkInterfaces"), one aws.network_interfaces;
    /// The security groups.
    SecurityGroups = "security-groups", ec2("describe-security-groups", "ec2:DescribeSecurityGroups"), one aws.security_groups;
    /// The entries of managed prefix lists.
    PrefixListEntries = "prefix-list-entries", ec2("get-managed-prefix-list-entries", "ec2:GetManagedPrefixListEntries"), each aws.prefix_list_entries;
    /// The network ACLs.
    NetworkAcls = "network-acls", ec2("describe-network-acls", "ec2:DescribeNetworkAcls"), one aws.network_acls;
    /// The route tables.
    RouteTables = "route-tables", ec2("describe-route-tables", "ec2:DescribeRouteTables"), one aws.route_tables;
    /// The VPC peerings.
    VpcPeeringConnections = "vpc-peering-connections", ec2("describe-vpc-peering-connections", "ec2:DescribeVpcPeeringConnections"), one aws.vpc_peering_connections;
    /// The attachments of VPCs to transit gateways.
    TransitGatewayVpcAttachments = "transit-gateway-vpc-attachments", ec2("describe-transit-gateway-vpc-attachments", "ec2:DescribeTransitGatewayVpcAttachments"), one aws.transit_gateway_vpc_attachments;
    /// The DHCP options sets.
    DhcpOptions = "dhcp-options", ec2("describe-dhcp-options", "ec2:DescribeDhcpOptions"), one aws.dhcp_options;
    /// The availability zones.
    AvailabilityZones = "availability-zones", ec2("describe-availability-zones", "ec2:DescribeAvailabilityZones"), one aws.availability_zones;
    /// The instances.
    Instances = "instances", ec2("describe-instances", "ec2:DescribeInstances"), one aws.instances;
    /// The private hosted zones that are associated with the VPC.
    HostedZones = "hosted-zones", route53("list-hosted-zones-by-vpc", "route53:ListHostedZonesByVPC"), one aws.hosted_zones;
    /// The private hosted zones of the client's VPC, where that is not the endpoint's.
    ClientHostedZones = "client-hosted-zones", route53("list-hosted-zones-by-vpc", "route53:ListHostedZonesByVPC"), each aws.client_hosted_zones;
    /// The names of hosted zones that Profiles bring in.
    HostedZoneNames = "hosted-zone-names", route53("get-hosted-zone", "route53:GetHostedZone"), each aws.hosted_zone_names;
    /// The records of the hosted zones at or above the name.
    RecordSets = "record-sets", route53("list-resource-record-sets", "route53:ListResourceRecordSets"), each aws.record_sets;
    /// The Route 53 Profiles of the VPCs.
    ProfileAssociations = "profile-associations", Source::Api { service: "route53profiles", command: "list-profile-associations", action: Some("route53profiles:ListProfileAssociations") }, one aws.profile_associations;
    /// What the Profiles carry.
    ProfileResources = "profile-resources", Source::Api { service: "route53profiles", command: "list-profile-resource-associations", action: Some("route53profiles:ListProfileResourceAssociations") }, each aws.profile_resources;
    /// The Resolver rules.
    ResolverRules = "resolver-rules", resolver("list-resolver-rules", "route53resolver:ListResolverRules"), one aws.resolver_rules;
    /// The Resolver rules' associations.
    ResolverRuleAssociations = "resolver-rule-associations", resolver("list-resolver-rule-associations", "route53resolver:ListResolverRuleAssociations"), one aws.resolver_rule_associations;
    /// The DNS Firewall rule groups of the VPCs.
    FirewallAssociations = "firewall-associations", resolver("list-firewall-rule-group-associations", "route53resolver:ListFirewallRuleGroupAssociations"), one aws.firewall_associations;
    /// The rules of the DNS Firewall rule groups.
    FirewallRules = "firewall-rules", resolver("list-firewall-rules", "route53resolver:ListFirewallRules"), each aws.firewall_rules;
    /// The domains of the DNS Firewall rules.
    FirewallDomains = "firewall-domains", resolver("list-firewall-domains", "route53resolver:ListFirewallDomains"), each aws.firewall_domains;
    /// Whether DNS Firewall lets queries through when it fails itself.
    FirewallConfigs = "firewall-configs", resolver("list-firewall-configs", "route53resolver:ListFirewallConfigs"), one aws.firewall_configs;
    /// How many endpoints a VPC may have.
    EndpointQuota = "endpoint-quota", Source::Api { service: "service-quotas", command: "get-service-quota", action: Some("servicequotas:GetServiceQuota") }, one aws.endpoint_quota;
    /// The instance metadata.
    Metadata = "metadata", machine("host.json"), one host.metadata;
    /// The machine's addresses.
    HostAddresses = "host-addresses", machine("host.json"), one host.addresses;
    /// The resolver's configuration.
    ResolvConf = "resolv-conf", machine("host.json"), one host.resolv_conf;
    /// The hosts file's lines for the target.
    HostsFile = "hosts-file", machine("host.json"), one host.hosts;
    /// Where the C library looks names up, and which daemons cache them.
    NameService = "name-service", machine("host.json"), one host.name_service;
    /// The kernel's ports for outgoing connections.
    EphemeralPorts = "ephemeral-ports", machine("host.json"), one host.ephemeral_ports;
    /// Proxy variables that would catch the metadata service.
    ProxyVariables = "proxy-variables", machine("host.json"), one host.proxy_variables;
    /// This machine's clock beside the API's.
    ClockSkew = "clock-skew", machine("host.json"), one host.clock_skew_s;
    /// The kernel's keep-alive.
    KeepAlive = "keep-alive", machine("host.json"), one host.keep_alive;
    /// How connections are tracked.
    Tracking = "connection-tracking", machine("host.json"), one host.tracking;
    /// How many connections there are.
    Sockets = "sockets", machine("host.json"), one host.sockets;
    /// The VPC resolver's answers.
    VpcResolverAnswers = "vpc-resolver-answers", machine("dns.json"), one dns.vpc_resolver;
    /// The answers of the host's resolvers.
    HostResolverAnswers = "host-resolver-answers", machine("dns.json"), one dns.host_resolvers;
    /// What `getaddrinfo` said.
    SystemAnswer = "system-answer", machine("dns.json"), one dns.system;
    /// TCP connections that were tried.
    Tcp = "tcp", machine("connections.json"), one connections.tcp;
    /// TCP connections on port 4000 instead of the target's.
    DefaultPort = "default-port", machine("connections.json"), one connections.default_port;
    /// Greetings that were read.
    Greetings = "greetings", machine("connections.json"), one connections.greetings;
    /// TLS handshakes.
    Tls = "tls", machine("connections.json"), one connections.tls;
    /// The login that was tried.
    Login = "login", machine("connections.json"), one connections.login;
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
