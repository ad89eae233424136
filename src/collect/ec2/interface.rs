//! Network interfaces and the instances that carry them.

use super::vpc::tag;
use super::{address, all, text, word};
use aws_sdk_ec2::types as sdk;
use pldoctor_checks::facts::aws;

pub(super) fn network_interface(from: &sdk::NetworkInterface) -> aws::NetworkInterface {
    aws::NetworkInterface {
        network_interface_id: text(&from.network_interface_id),
        vpc_id: text(&from.vpc_id),
        subnet_id: text(&from.subnet_id),
        availability_zone: text(&from.availability_zone),
        interface_type: word(&from.interface_type, sdk::NetworkInterfaceType::as_str),
        status: word(&from.status, sdk::NetworkInterfaceStatus::as_str),
        description: text(&from.description),
        requester_managed: from.requester_managed.unwrap_or_default(),
        source_dest_check: from.source_dest_check,
        owner_id: text(&from.owner_id),
        private_ip_address: address(&from.private_ip_address),
        private_ip_addresses: all(&from.private_ip_addresses, |entry| aws::PrivateIpAddress {
            private_ip_address: address(&entry.private_ip_address),
            primary: entry.primary.unwrap_or_default(),
        }),
        ipv6_addresses: all(&from.ipv6_addresses, |entry| aws::Ipv6Address {
            ipv6_address: address(&entry.ipv6_address),
        }),
        groups: all(&from.groups, group),
        attachment: from.attachment.as_ref().map(|tie| aws::Attachment {
            instance_id: tie.instance_id.clone(),
            device_index: tie.device_index.unwrap_or_default(),
            status: word(&tie.status, sdk::AttachmentStatus::as_str),
        }),
        connection_tracking_configuration: from.connection_tracking_configuration.as_ref().map(|tracking| {
            aws::ConnectionTrackingConfiguration { tcp_established_timeout: tracking.tcp_established_timeout }
        }),
    }
}

fn group(from: &sdk::GroupIdentifier) -> aws::GroupIdentifier {
    aws::GroupIdentifier { group_id: text(&from.group_id), group_name: text(&from.group_name) }
}

pub(super) fn reservation(from: &sdk::Reservation) -> aws::Reservation {
    aws::Reservation { instances: all(&from.instances, instance) }
}

fn instance(from: &sdk::Instance) -> aws::Instance {
    let state = from.state.as_ref().and_then(|state| state.name.clone());
    aws::Instance {
        instance_id: text(&from.instance_id),
        vpc_id: text(&from.vpc_id),
        subnet_id: text(&from.subnet_id),
        private_ip_address: address(&from.private_ip_address),
        state: aws::InstanceState { name: word(&state, sdk::InstanceStateName::as_str) },
        security_groups: all(&from.security_groups, group),
        network_interfaces: all(&from.network_interfaces, |interface| aws::InstanceNetworkInterface {
            network_interface_id: text(&interface.network_interface_id),
            attachment: interface.attachment.as_ref().map_or_else(aws::Attachment::default, |tie| aws::Attachment {
                // EC2 doesn't repeat it here.
                instance_id: None,
                device_index: tie.device_index.unwrap_or_default(),
                status: word(&tie.status, sdk::AttachmentStatus::as_str),
            }),
        }),
        tags: all(&from.tags, tag),
    }
}
