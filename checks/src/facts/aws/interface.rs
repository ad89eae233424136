//! Network interfaces and the instances that carry them.

use super::shapes::{lists, shapes};
use super::{endpoint::GroupIdentifier, vpc::Tag};
use std::net::IpAddr;

lists! {
    /// `aws ec2 describe-network-interfaces`: the list.
    NetworkInterfaces {
        /// One element an interface.
        network_interfaces: Vec<NetworkInterface>,
    }
    /// `aws ec2 describe-instances`: the list of reservations.
    Reservations {
        /// One element a reservation.
        reservations: Vec<Reservation>,
    }
}

shapes! {
    /// One network interface.
    NetworkInterface {
        /// `eni-…`
        network_interface_id: String,
        /// `vpc-…`
        vpc_id: String,
        /// `subnet-…`
        subnet_id: String,
        /// The zone's name in this account.
        availability_zone: String,
        /// `interface`, `vpc_endpoint`, `nat_gateway`, `lambda` …
        interface_type: String,
        /// `available`, `in-use` …
        status: String,
        /// What the creator wrote, such as `VPC Endpoint Interface vpce-…`.
        description: String,
        /// Whether an AWS service manages it.
        requester_managed: bool,
        /// Whether it drops what is not its own.
        source_dest_check: Option<bool>,
        /// The owning account.
        owner_id: String,
        /// The primary IPv4 address.
        #[serde(skip_serializing_if = "Option::is_none")]
        private_ip_address: Option<IpAddr>,
        /// All IPv4 addresses.
        private_ip_addresses: Vec<PrivateIpAddress>,
        /// All IPv6 addresses.
        ipv6_addresses: Vec<Ipv6Address>,
        /// Its security groups.
        groups: Vec<GroupIdentifier>,
        /// The instance that it belongs to.
        #[serde(skip_serializing_if = "Option::is_none")]
        attachment: Option<Attachment>,
        /// How long it tracks connections, where that was set.
        #[serde(skip_serializing_if = "Option::is_none")]
        connection_tracking_configuration: Option<ConnectionTrackingConfiguration>,
    }
    /// How long an interface tracks connections.
    ConnectionTrackingConfiguration {
        /// Seconds without traffic after which an established TCP connection is forgotten.
        tcp_established_timeout: Option<i32>,
    }
    /// An IPv4 address of an interface.
    PrivateIpAddress {
        /// The address.
        private_ip_address: Option<IpAddr>,
        /// Whether it is the interface's first.
        primary: bool,
    }
    /// An IPv6 address of an interface.
    Ipv6Address {
        /// The address.
        ipv6_address: Option<IpAddr>,
    }
    /// The tie between an interface and an instance.
    Attachment {
        /// `i-…`; absent where a service holds the interface.
        #[serde(skip_serializing_if = "Option::is_none")]
        instance_id: Option<String>,
        /// 0 is the primary interface.
        device_index: i32,
        /// `attached` …
        status: String,
    }
    /// Instances that were started together.
    Reservation {
        /// The instances.
        instances: Vec<Instance>,
    }
    /// One instance.
    Instance {
        /// `i-…`
        instance_id: String,
        /// `vpc-…`
        vpc_id: String,
        /// The primary interface's subnet.
        subnet_id: String,
        /// The primary interface's address.
        #[serde(skip_serializing_if = "Option::is_none")]
        private_ip_address: Option<IpAddr>,
        /// `running`, `stopped` …
        state: InstanceState,
        /// The primary interface's groups.
        security_groups: Vec<GroupIdentifier>,
        /// All its interfaces.
        network_interfaces: Vec<InstanceNetworkInterface>,
        /// Its tags.
        tags: Vec<Tag>,
    }
    /// The state of an instance.
    InstanceState {
        /// `running`, `stopped` …
        name: String,
    }
    /// An interface as its instance names it.
    InstanceNetworkInterface {
        /// `eni-…`
        network_interface_id: String,
        /// Where it is attached.
        attachment: Attachment,
    }
}

impl NetworkInterface {
    /// Every address of the interface, the primary IPv4 address first.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> + '_ {
        let others = self
            .private_ip_addresses
            .iter()
            .filter_map(|entry| entry.private_ip_address)
            .filter(|address| Some(*address) != self.private_ip_address);
        self.private_ip_address
            .into_iter()
            .chain(others)
            .chain(self.ipv6_addresses.iter().filter_map(|entry| entry.ipv6_address))
    }
}
