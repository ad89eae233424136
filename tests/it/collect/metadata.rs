//! The metadata service: there, off, beyond the hop limit, not there.

use super::fakes::{Reply, free_port, http};
use super::worker::{Found, Task, run};
use super::world::metadata;
use pldoctor_checks::facts::{Question, Why, WhyKind};
use std::net::SocketAddr;

fn with(service: SocketAddr, more: &[(&str, String)]) -> Found {
    let service = ("AWS_EC2_METADATA_SERVICE_ENDPOINT", format!("http://{service}"));
    // A Region, so that nothing waits for the service but what is of it; a proxy, past which it must be asked.
    let nowhere = format!("http://127.0.0.1:{}", free_port());
    let environment = [service, ("AWS_REGION", "us-east-1".into()), ("HTTP_PROXY", nowhere)];
    run(
        &[&environment[..], more].concat(),
        Task { question: Question::default(), dns_port: free_port(), ..Task::default() },
    )
}

fn kind(found: &Found) -> Option<WhyKind> {
    found.facts.host.metadata.as_ref().err().map(Why::kind)
}

#[test]
fn an_instance_tells_where_it_stands() {
    let found = with(metadata(), &[]);
    let metadata = found.facts.metadata().unwrap();
    assert_eq!(metadata.instance_id.as_deref(), Some("i-0c1"));
    assert_eq!((metadata.region.as_str(), metadata.availability_zone_id.as_str()), ("us-east-1", "use1-az1"));
    assert_eq!(metadata.account_id.as_deref(), Some("111122223333"));
    let [interface] = metadata.interfaces.as_slice() else { panic!("{metadata:?}") };
    assert_eq!((interface.interface_id.as_str(), interface.vpc_id.as_str()), ("eni-0c1", "vpc-0a1"));
    assert_eq!(interface.security_group_ids, ["sg-0c1", "sg-0c2"]);
    assert_eq!(interface.local_ipv4s.len(), 2);
    assert!(interface.ipv6s.is_empty(), "there are none");
    assert_eq!(found.facts.host.proxy_variables.known().map(Vec::as_slice), Some(&["HTTP_PROXY".to_owned()][..]));
    assert!(!found.output.contains("instance-secret"));
}

#[test]
fn a_service_that_is_off_forbids() {
    let found = with(http(|_| Reply::Status(403, String::new())), &[]);
    assert_eq!(kind(&found), Some(WhyKind::Denied), "{:?}", found.facts.host.metadata);
}

#[test]
fn a_container_beyond_the_hop_limit_waits_in_vain() {
    let found = with(http(|_| Reply::Nothing), &[]);
    assert_eq!(kind(&found), Some(WhyKind::TimedOut), "{:?}", found.facts.host.metadata);
}

#[test]
fn outside_ec2_nothing_is_there() {
    let found = with(([127, 0, 0, 1], free_port()).into(), &[]);
    assert_eq!(kind(&found), Some(WhyKind::Unreachable), "{:?}", found.facts.host.metadata);
}

#[test]
fn who_disables_it_is_obeyed() {
    let found = with(http(|_| panic!("it was asked")), &[("AWS_EC2_METADATA_DISABLED", "true".into())]);
    assert_eq!(kind(&found), Some(WhyKind::NotAsked));
}

#[test]
fn a_page_of_something_else_is_no_metadata() {
    let found = with(http(|_| Reply::ok("<html>Welcome</html>")), &[]);
    let metadata = found.facts.host.metadata.known();
    assert!(metadata.is_none_or(|metadata| metadata.interfaces.is_empty()), "{metadata:?}");
}
