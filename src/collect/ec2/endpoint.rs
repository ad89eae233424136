//! Interface endpoints and the services behind them.

use super::vpc::tag;
use super::{all, text, word};
use aws_sdk_ec2::types as sdk;
use aws_smithy_types::date_time::Format;
use pldoctor_checks::facts::aws;

pub(super) fn vpc_endpoint(from: &sdk::VpcEndpoint) -> aws::VpcEndpoint {
    let created = from.creation_timestamp.as_ref().and_then(|at| at.fmt(Format::DateTime).ok());
    aws::VpcEndpoint {
        vpc_endpoint_id: text(&from.vpc_endpoint_id),
        vpc_endpoint_type: word(&from.vpc_endpoint_type, sdk::VpcEndpointType::as_str),
        vpc_id: text(&from.vpc_id),
        service_name: text(&from.service_name),
        service_region: from.service_region.clone(),
        raw_state: word(&from.state, sdk::State::as_str),
        subnet_ids: from.subnet_ids.clone().unwrap_or_default(),
        groups: all(&from.groups, |group| aws::GroupIdentifier {
            group_id: text(&group.group_id),
            group_name: text(&group.group_name),
        }),
        ip_address_type: from.ip_address_type.as_ref().map(|kind| kind.as_str().to_owned()),
        private_dns_enabled: from.private_dns_enabled.unwrap_or_default(),
        network_interface_ids: from.network_interface_ids.clone().unwrap_or_default(),
        dns_entries: all(&from.dns_entries, |entry| aws::DnsEntry {
            dns_name: text(&entry.dns_name),
            hosted_zone_id: text(&entry.hosted_zone_id),
        }),
        creation_timestamp: created,
        owner_id: text(&from.owner_id),
        last_error: last_error(from),
        tags: all(&from.tags, tag),
    }
}

/// EC2 tells a failure's reason in either of two places.
fn last_error(from: &sdk::VpcEndpoint) -> Option<aws::LastError> {
    let error = from.last_error.as_ref();
    let error = error.map(|error| aws::LastError { code: text(&error.code), message: text(&error.message) });
    error.or_else(|| {
        let reason = from.failure_reason.clone().filter(|reason| !reason.is_empty())?;
        Some(aws::LastError { code: String::new(), message: reason })
    })
}

pub(super) fn service_detail(from: &sdk::ServiceDetail) -> aws::ServiceDetail {
    let verification = from.private_dns_name_verification_state.as_ref();
    aws::ServiceDetail {
        service_name: text(&from.service_name),
        service_id: text(&from.service_id),
        service_type: all(&from.service_type, |kind| aws::ServiceType {
            service_type: word(&kind.service_type, sdk::ServiceType::as_str),
        }),
        service_region: from.service_region.clone(),
        availability_zones: from.availability_zones.clone().unwrap_or_default(),
        availability_zone_ids: from.availability_zone_ids.clone().unwrap_or_default(),
        owner: text(&from.owner),
        private_dns_name: from.private_dns_name.clone(),
        private_dns_names: all(&from.private_dns_names, |name| aws::PrivateDnsName {
            private_dns_name: text(&name.private_dns_name),
        }),
        private_dns_name_verification_state: verification.map(|state| state.as_str().to_owned()),
        acceptance_required: from.acceptance_required.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pldoctor_checks::facts::aws::EndpointState;

    #[test]
    fn a_state_keeps_its_spelling_and_is_read_in_any() {
        for (spelling, state) in [
            ("pendingAcceptance", EndpointState::PendingAcceptance),
            ("PendingAcceptance", EndpointState::PendingAcceptance),
            ("available", EndpointState::Available),
            ("brandNew", EndpointState::Other),
        ] {
            let endpoint = vpc_endpoint(&sdk::VpcEndpoint::builder().state(sdk::State::from(spelling)).build());
            assert_eq!((endpoint.raw_state.as_str(), endpoint.state()), (spelling, state));
        }
    }

    #[test]
    fn a_failure_is_told_from_either_place() {
        let endpoint = sdk::VpcEndpoint::builder().failure_reason("no room").build();
        let expected = aws::LastError { code: String::new(), message: "no room".into() };
        assert_eq!(vpc_endpoint(&endpoint).last_error, Some(expected));
    }
}
