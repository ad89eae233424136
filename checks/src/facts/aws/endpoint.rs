//! Interface endpoints and the services behind them.

use super::shapes::{lists, shapes};
use super::vpc::Tag;

lists! {
    /// `aws ec2 describe-vpc-endpoints`: the list.
    VpcEndpoints {
        /// One element an endpoint.
        vpc_endpoints: Vec<VpcEndpoint>,
    }
    /// `aws ec2 describe-vpc-endpoint-services`: the list.
    VpcEndpointServices {
        /// One element a service.
        service_details: Vec<ServiceDetail>,
    }
}

shapes! {
    /// One VPC endpoint.
    VpcEndpoint {
        /// `vpce-…`
        vpc_endpoint_id: String,
        /// `Interface`, `Gateway`, `GatewayLoadBalancer`, `Resource`, `ServiceNetwork`.
        vpc_endpoint_type: String,
        /// `vpc-…`
        vpc_id: String,
        /// `com.amazonaws.vpce.<region>.vpce-svc-…`, or an AWS service's name.
        service_name: String,
        /// The Region of the service, where AWS says it.
        #[serde(skip_serializing_if = "Option::is_none")]
        service_region: Option<String>,
        /// Any case: `available`, `Available`, `pendingAcceptance` … Read it through [`VpcEndpoint::state`].
        #[serde(rename = "State")]
        raw_state: String,
        /// One subnet a zone.
        subnet_ids: Vec<String>,
        /// Its security groups.
        groups: Vec<GroupIdentifier>,
        /// `ipv4`, `dualstack`, `ipv6`.
        #[serde(skip_serializing_if = "Option::is_none")]
        ip_address_type: Option<String>,
        /// Whether the service's private name resolves to it in its VPC.
        private_dns_enabled: bool,
        /// One interface a subnet.
        network_interface_ids: Vec<String>,
        /// Regional, zonal and, with private DNS on, private names.
        dns_entries: Vec<DnsEntry>,
        /// RFC 3339.
        #[serde(skip_serializing_if = "Option::is_none")]
        creation_timestamp: Option<String>,
        /// The owning account.
        owner_id: String,
        /// Why it failed.
        #[serde(skip_serializing_if = "Option::is_none")]
        last_error: Option<LastError>,
        /// Its tags.
        tags: Vec<Tag>,
    }
    /// A security group as an endpoint or interface names it.
    GroupIdentifier {
        /// `sg-…`
        group_id: String,
        /// Its name.
        group_name: String,
    }
    /// A name of an endpoint.
    DnsEntry {
        /// The name, without a final dot.
        dns_name: String,
        /// The hosted zone that AWS keeps for it.
        hosted_zone_id: String,
    }
    /// Why an endpoint failed.
    LastError {
        /// AWS's code.
        code: String,
        /// AWS's words.
        message: String,
    }
    /// One endpoint service, as this account sees it.
    ServiceDetail {
        /// `com.amazonaws.vpce.<region>.vpce-svc-…`
        service_name: String,
        /// `vpce-svc-…`
        service_id: String,
        /// `Interface`, `Gateway`, `GatewayLoadBalancer`.
        service_type: Vec<ServiceType>,
        /// The Region of the service, where AWS says it.
        #[serde(skip_serializing_if = "Option::is_none")]
        service_region: Option<String>,
        /// Names of the zones in this account. Only zones that both accounts have.
        availability_zones: Vec<String>,
        /// Their ids, where AWS says them.
        availability_zone_ids: Vec<String>,
        /// The providing account.
        owner: String,
        /// The private name.
        #[serde(skip_serializing_if = "Option::is_none")]
        private_dns_name: Option<String>,
        /// All private names.
        private_dns_names: Vec<PrivateDnsName>,
        /// `pendingVerification`, `verified`, `failed`.
        #[serde(skip_serializing_if = "Option::is_none")]
        private_dns_name_verification_state: Option<String>,
        /// Whether the provider accepts each endpoint by hand.
        acceptance_required: bool,
    }
    /// A type of a service.
    ServiceType {
        /// `Interface`, `Gateway`, `GatewayLoadBalancer`.
        service_type: String,
    }
    /// A private name of a service.
    PrivateDnsName {
        /// The name; may begin with `*.`.
        private_dns_name: String,
    }
}

/// The states of a VPC endpoint, whatever their spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndpointState {
    /// The provider has not accepted it.
    PendingAcceptance,
    /// AWS is making it.
    Pending,
    /// It works.
    Available,
    /// It is going away.
    Deleting,
    /// It is gone.
    Deleted,
    /// The provider refused it.
    Rejected,
    /// AWS could not make it.
    Failed,
    /// The request was not accepted in time.
    Expired,
    /// Some of its subnets work.
    Partial,
    /// A word that AWS did not use when this was written.
    Other,
}

impl VpcEndpoint {
    /// The state. The API's enumeration and the CLI differ in case, so case is ignored.
    pub fn state(&self) -> EndpointState {
        match self.raw_state.to_ascii_lowercase().as_str() {
            "pendingacceptance" => EndpointState::PendingAcceptance,
            "pending" => EndpointState::Pending,
            "available" => EndpointState::Available,
            "deleting" => EndpointState::Deleting,
            "deleted" => EndpointState::Deleted,
            "rejected" => EndpointState::Rejected,
            "failed" => EndpointState::Failed,
            "expired" => EndpointState::Expired,
            "partial" => EndpointState::Partial,
            _ => EndpointState::Other,
        }
    }

    /// Whether it is an interface endpoint, the only type that PrivateLink services take here.
    pub fn is_interface(&self) -> bool {
        self.vpc_endpoint_type.eq_ignore_ascii_case("interface")
    }
}

impl ServiceDetail {
    /// Every private name of the service.
    pub fn private_names(&self) -> impl Iterator<Item = &str> {
        self.private_dns_name
            .as_deref()
            .into_iter()
            .chain(self.private_dns_names.iter().map(|name| name.private_dns_name.as_str()))
    }
}
