//! What can be observed. AWS facts have the AWS CLI's JSON shape, so that a snapshot is what `aws ec2 describe-…` prints.

pub mod aws;
mod fact;
mod machine;
mod name;
mod observed;
mod question;
mod subject;

pub use fact::{Fact, FactSet, Source};
pub use machine::*;
pub use name::{HostName, region_of_host, region_of_service};
pub use observed::{Observed, Why, WhyKind};
pub use question::{Accepted, DEFAULT_PORT, Origin, Plan, Preflight, Question, Target};
pub(crate) use subject::same_name;
pub use subject::{PlanSource, Vantage, reads};

use crate::check::{Missing, Stop};
use std::collections::BTreeMap;

/// Everything that is known of one world, and the question asked of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// What is asked.
    pub question: Question,
    /// What the AWS API said.
    pub aws: Aws,
    /// What the machine saw of itself.
    pub host: Host,
    /// What DNS answered.
    pub dns: Dns,
    /// What connections came about.
    pub connections: Connections,
}

/// What the AWS API said, one field a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Aws {
    /// `sts get-caller-identity`
    pub caller_identity: Observed<aws::CallerIdentity>,
    /// `ec2 describe-vpcs`
    pub vpcs: Observed<aws::Vpcs>,
    /// `ec2 describe-vpc-attribute --attribute enableDnsSupport`, by VPC id.
    pub dns_support: BTreeMap<String, Observed<aws::VpcAttribute>>,
    /// `ec2 describe-vpc-attribute --attribute enableDnsHostnames`, by VPC id.
    pub dns_hostnames: BTreeMap<String, Observed<aws::VpcAttribute>>,
    /// `ec2 describe-subnets`
    pub subnets: Observed<aws::Subnets>,
    /// `ec2 describe-vpc-endpoints`
    pub vpc_endpoints: Observed<aws::VpcEndpoints>,
    /// `ec2 describe-vpc-endpoint-services`
    pub vpc_endpoint_services: Observed<aws::VpcEndpointServices>,
    /// `ec2 describe-network-interfaces`
    pub network_interfaces: Observed<aws::NetworkInterfaces>,
    /// `ec2 describe-security-groups`
    pub security_groups: Observed<aws::SecurityGroups>,
    /// `ec2 get-managed-prefix-list-entries`, by prefix list id.
    pub prefix_list_entries: BTreeMap<String, Observed<aws::PrefixListEntries>>,
    /// `ec2 describe-network-acls`
    pub network_acls: Observed<aws::NetworkAcls>,
    /// `ec2 describe-route-tables`
    pub route_tables: Observed<aws::RouteTables>,
    /// `ec2 describe-vpc-peering-connections`
    pub vpc_peering_connections: Observed<aws::VpcPeeringConnections>,
    /// `ec2 describe-transit-gateway-vpc-attachments`
    pub transit_gateway_vpc_attachments: Observed<aws::TransitGatewayVpcAttachments>,
    /// `ec2 describe-dhcp-options`
    pub dhcp_options: Observed<aws::DhcpOptionsSets>,
    /// `ec2 describe-availability-zones`
    pub availability_zones: Observed<aws::AvailabilityZones>,
    /// `ec2 describe-instances`
    pub instances: Observed<aws::Reservations>,
    /// `route53 list-hosted-zones-by-vpc`
    pub hosted_zones: Observed<aws::HostedZonesByVpc>,
    /// `route53 list-hosted-zones-by-vpc` of the client's VPC, by VPC id, where that is not the endpoint's.
    pub client_hosted_zones: BTreeMap<String, Observed<aws::HostedZonesByVpc>>,
    /// `route53 get-hosted-zone`, by zone id: of zones that Profiles bring in.
    pub hosted_zone_names: BTreeMap<String, Observed<aws::HostedZoneOutput>>,
    /// `route53 list-resource-record-sets`, by zone id: of zones at or above the name.
    pub record_sets: BTreeMap<String, Observed<aws::ResourceRecordSets>>,
    /// `route53profiles list-profile-associations`
    pub profile_associations: Observed<aws::ProfileAssociations>,
    /// `route53profiles list-profile-resource-associations`, by Profile id.
    pub profile_resources: BTreeMap<String, Observed<aws::ProfileResourceAssociations>>,
    /// `route53resolver list-resolver-rules`
    pub resolver_rules: Observed<aws::ResolverRules>,
    /// `route53resolver list-resolver-rule-associations`
    pub resolver_rule_associations: Observed<aws::ResolverRuleAssociations>,
    /// `route53resolver list-firewall-rule-group-associations`
    pub firewall_associations: Observed<aws::FirewallRuleGroupAssociations>,
    /// `route53resolver list-firewall-rules`, by rule group id.
    pub firewall_rules: BTreeMap<String, Observed<aws::FirewallRules>>,
    /// `route53resolver list-firewall-domains`, by domain list id.
    pub firewall_domains: BTreeMap<String, Observed<aws::FirewallDomains>>,
    /// `route53resolver list-firewall-configs`
    pub firewall_configs: Observed<aws::FirewallConfigs>,
    /// `service-quotas get-service-quota --service-code vpc`, of [`aws::ENDPOINTS_PER_VPC`].
    pub endpoint_quota: Observed<aws::ServiceQuota>,
}

/// A fact or what stops the check.
pub type Read<T> = Result<T, Stop>;

fn seen<T>(slot: &Observed<T>, fact: Fact) -> Read<&T> {
    slot.as_ref().map_err(|why| Missing { fact, object: None, why: why.clone() }.into())
}

fn seen_of<'a, T>(slots: &'a BTreeMap<String, Observed<T>>, object: &str, fact: Fact) -> Read<&'a T> {
    let why = match slots.get(object).map(Observed::as_ref) {
        Some(Ok(value)) => return Ok(value),
        Some(Err(why)) => why.clone(),
        None => Why::not_collected(),
    };
    Err(Missing { fact, object: Some(object.to_owned()), why }.into())
}

macro_rules! readers {
    ($($(#[$doc:meta])* $name:ident -> $type:ty = |$facts:ident| $slot:expr;)*) => {
        /// Readers: the fact, or the [`Stop`] that a check passes on with `?`.
        impl Facts {
            $($(#[$doc])* pub fn $name(&self) -> Read<$type> { let $facts = self; $slot })*
        }
    };
}

readers! {
    /// Who is asking.
    caller_identity -> &aws::CallerIdentity = |f| seen(&f.aws.caller_identity, Fact::CallerIdentity);
    /// The VPCs.
    vpcs -> &[aws::Vpc] = |f| seen(&f.aws.vpcs, Fact::Vpcs).map(|list| list.vpcs.as_slice());
    /// The subnets.
    subnets -> &[aws::Subnet] = |f| seen(&f.aws.subnets, Fact::Subnets).map(|list| list.subnets.as_slice());
    /// The VPC endpoints.
    vpc_endpoints -> &[aws::VpcEndpoint] = |f| seen(&f.aws.vpc_endpoints, Fact::VpcEndpoints).map(|list| list.vpc_endpoints.as_slice());
    /// The network interfaces.
    network_interfaces -> &[aws::NetworkInterface] = |f| seen(&f.aws.network_interfaces, Fact::NetworkInterfaces).map(|list| list.network_interfaces.as_slice());
    /// The security groups.
    security_groups -> &[aws::SecurityGroup] = |f| seen(&f.aws.security_groups, Fact::SecurityGroups).map(|list| list.security_groups.as_slice());
    /// The network ACLs.
    network_acls -> &[aws::NetworkAcl] = |f| seen(&f.aws.network_acls, Fact::NetworkAcls).map(|list| list.network_acls.as_slice());
    /// The route tables.
    route_tables -> &[aws::RouteTable] = |f| seen(&f.aws.route_tables, Fact::RouteTables).map(|list| list.route_tables.as_slice());
    /// The VPC peerings.
    vpc_peering_connections -> &[aws::VpcPeeringConnection] = |f| seen(&f.aws.vpc_peering_connections, Fact::VpcPeeringConnections).map(|list| list.vpc_peering_connections.as_slice());
    /// The attachments of VPCs to transit gateways.
    transit_gateway_vpc_attachments -> &[aws::TransitGatewayVpcAttachment] = |f| seen(&f.aws.transit_gateway_vpc_attachments, Fact::TransitGatewayVpcAttachments).map(|list| list.transit_gateway_vpc_attachments.as_slice());
    /// The DHCP options sets.
    dhcp_options -> &[aws::DhcpOptions] = |f| seen(&f.aws.dhcp_options, Fact::DhcpOptions).map(|list| list.dhcp_options.as_slice());
    /// The availability zones.
    availability_zones -> &[aws::AvailabilityZone] = |f| seen(&f.aws.availability_zones, Fact::AvailabilityZones).map(|list| list.availability_zones.as_slice());
    /// The private hosted zones of the VPC.
    hosted_zones -> &[aws::HostedZoneSummary] = |f| seen(&f.aws.hosted_zones, Fact::HostedZones).map(|list| list.hosted_zone_summaries.as_slice());
    /// The Resolver rules.
    resolver_rules -> &[aws::ResolverRule] = |f| seen(&f.aws.resolver_rules, Fact::ResolverRules).map(|list| list.resolver_rules.as_slice());
    /// The Resolver rules' associations.
    resolver_rule_associations -> &[aws::ResolverRuleAssociation] = |f| seen(&f.aws.resolver_rule_associations, Fact::ResolverRuleAssociations).map(|list| list.resolver_rule_associations.as_slice());
    /// The Profiles' ties to VPCs.
    profile_associations -> &[aws::ProfileAssociation] = |f| seen(&f.aws.profile_associations, Fact::ProfileAssociations).map(|list| list.profile_associations.as_slice());
    /// The firewall rule groups' ties to VPCs.
    firewall_associations -> &[aws::FirewallRuleGroupAssociation] = |f| seen(&f.aws.firewall_associations, Fact::FirewallAssociations).map(|list| list.firewall_rule_group_associations.as_slice());
    /// How DNS Firewall behaves in each VPC when it fails itself.
    firewall_configs -> &[aws::FirewallConfig] = |f| seen(&f.aws.firewall_configs, Fact::FirewallConfigs).map(|list| list.firewall_configs.as_slice());
    /// How many endpoints a VPC may have.
    endpoint_quota -> f64 = |f| seen(&f.aws.endpoint_quota, Fact::EndpointQuota).map(|quota| quota.quota.value);
    /// Where the C library looks names up.
    name_service -> &NameService = |f| seen(&f.host.name_service, Fact::NameService);
    /// The instance metadata.
    metadata -> &Metadata = |f| seen(&f.host.metadata, Fact::Metadata);
    /// The machine's addresses.
    host_addresses -> &[std::net::IpAddr] = |f| seen(&f.host.addresses, Fact::HostAddresses).map(Vec::as_slice);
    /// The resolver's configuration.
    resolv_conf -> &ResolvConf = |f| seen(&f.host.resolv_conf, Fact::ResolvConf);
    /// The hosts file's lines for the target.
    hosts_lines -> &[HostsLine] = |f| seen(&f.host.hosts, Fact::HostsFile).map(Vec::as_slice);
    /// The VPC resolver's answers.
    vpc_resolver_answers -> &[DnsAnswer] = |f| seen(&f.dns.vpc_resolver, Fact::VpcResolverAnswers).map(Vec::as_slice);
    /// The answers of the host's resolvers.
    host_resolver_answers -> &[DnsAnswer] = |f| seen(&f.dns.host_resolvers, Fact::HostResolverAnswers).map(Vec::as_slice);
    /// What `getaddrinfo` said.
    system_answer -> &SystemAnswer = |f| seen(&f.dns.system, Fact::SystemAnswer);
    /// TCP connections that were tried.
    tcp_attempts -> &[TcpAttempt] = |f| seen(&f.connections.tcp, Fact::Tcp).map(Vec::as_slice);
    /// The kernel's ports for outgoing connections.
    ephemeral_ports -> (u16, u16) = |f| seen(&f.host.ephemeral_ports, Fact::EphemeralPorts).copied();
    /// This machine's clock minus the API's, in seconds.
    clock_skew_s -> i64 = |f| seen(&f.host.clock_skew_s, Fact::ClockSkew).copied();
    /// The kernel's keep-alive.
    keep_alive -> &KeepAlive = |f| seen(&f.host.keep_alive, Fact::KeepAlive);
    /// How connections are tracked.
    tracking -> &Tracking = |f| seen(&f.host.tracking, Fact::Tracking);
    /// How many connections there are.
    sockets -> &Sockets = |f| seen(&f.host.sockets, Fact::Sockets);
    /// TCP connections on port 4000 instead of the target's.
    default_port_attempts -> &[TcpAttempt] = |f| seen(&f.connections.default_port, Fact::DefaultPort).map(Vec::as_slice);
    /// TLS handshakes.
    tls_attempts -> &[TlsAttempt] = |f| seen(&f.connections.tls, Fact::Tls).map(Vec::as_slice);
    /// Greetings that were read.
    greetings -> &[GreetingAttempt] = |f| seen(&f.connections.greetings, Fact::Greetings).map(Vec::as_slice);
    /// The login that was tried.
    login_attempt -> &LoginAttempt = |f| seen(&f.connections.login, Fact::Login);
}

impl Facts {
    /// `enableDnsSupport` of a VPC.
    pub fn dns_support(&self, vpc_id: &str) -> Read<bool> {
        let attribute = seen_of(&self.aws.dns_support, vpc_id, Fact::VpcDnsSupport)?;
        Ok(attribute.enable_dns_support.as_ref().is_some_and(|value| value.value))
    }

    /// `enableDnsHostnames` of a VPC.
    pub fn dns_hostnames(&self, vpc_id: &str) -> Read<bool> {
        let attribute = seen_of(&self.aws.dns_hostnames, vpc_id, Fact::VpcDnsHostnames)?;
        Ok(attribute.enable_dns_hostnames.as_ref().is_some_and(|value| value.value))
    }

    /// The blocks of a managed prefix list.
    pub fn prefix_list(&self, prefix_list_id: &str) -> Read<&[aws::PrefixListEntry]> {
        seen_of(&self.aws.prefix_list_entries, prefix_list_id, Fact::PrefixListEntries)
            .map(|list| list.entries.as_slice())
    }

    /// The private hosted zones of a VPC: of the one that the question is about, or the client's where that is another.
    pub fn hosted_zones_of(&self, vpc_id: &str) -> Read<&[aws::HostedZoneSummary]> {
        if self.vpc_id().is_ok_and(|own| own != vpc_id) {
            return seen_of(&self.aws.client_hosted_zones, vpc_id, Fact::ClientHostedZones)
                .map(|list| list.hosted_zone_summaries.as_slice());
        }
        self.hosted_zones()
    }

    /// The name of a hosted zone that a Profile brings in.
    pub fn hosted_zone_name(&self, zone_id: &str) -> Read<&str> {
        seen_of(&self.aws.hosted_zone_names, zone_id, Fact::HostedZoneNames).map(|zone| zone.hosted_zone.name.as_str())
    }

    /// The records of a hosted zone.
    pub fn record_sets(&self, zone_id: &str) -> Read<&[aws::ResourceRecordSet]> {
        seen_of(&self.aws.record_sets, zone_id, Fact::RecordSets).map(|list| list.resource_record_sets.as_slice())
    }

    /// The endpoint services. AWS answers a name that it does not show to this account with an error, which says as much as an empty list.
    pub fn vpc_endpoint_services(&self) -> Read<&[aws::ServiceDetail]> {
        match &self.aws.vpc_endpoint_services {
            Observed::Unknown(why) if why.code == Why::NO_SUCH_SERVICE => Ok(&[]),
            slot => seen(slot, Fact::VpcEndpointServices).map(|list| list.service_details.as_slice()),
        }
    }

    /// What a Profile carries.
    pub fn profile_resources(&self, profile_id: &str) -> Read<&[aws::ProfileResourceAssociation]> {
        seen_of(&self.aws.profile_resources, profile_id, Fact::ProfileResources)
            .map(|list| list.profile_resource_associations.as_slice())
    }

    /// The rules of a DNS Firewall rule group.
    pub fn firewall_rules(&self, group_id: &str) -> Read<&[aws::FirewallRule]> {
        seen_of(&self.aws.firewall_rules, group_id, Fact::FirewallRules).map(|list| list.firewall_rules.as_slice())
    }

    /// The domains of a DNS Firewall domain list.
    pub fn firewall_domains(&self, list_id: &str) -> Read<&[String]> {
        seen_of(&self.aws.firewall_domains, list_id, Fact::FirewallDomains).map(|list| list.domains.as_slice())
    }

    /// The instances, out of their reservations.
    pub fn instances(&self) -> Read<impl Iterator<Item = &aws::Instance>> {
        seen(&self.aws.instances, Fact::Instances)
            .map(|list| list.reservations.iter().flat_map(|reservation| &reservation.instances))
    }

    /// Replaces everything that was measured by "not measured since": what a change makes of the world can only be measured after it.
    pub fn forget_measurements(&mut self) {
        let why = Why::not_asked("the plan has not been run");
        for fact in [
            Fact::VpcResolverAnswers,
            Fact::HostResolverAnswers,
            Fact::SystemAnswer,
            Fact::Tcp,
            Fact::DefaultPort,
            Fact::Greetings,
            Fact::Tls,
            Fact::Login,
        ] {
            fact.blank(self, &why);
        }
    }
}
