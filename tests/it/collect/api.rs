//! The API: everything once, faults that stay where they are, and ends that lose nothing.

use super::fakes::{Dns, Reply, dns, free_port, greeting, tcp};
use super::worker::{Found, Task, run};
use super::world::{CONTROL, Log, api, list, metadata, refusal};
use pldoctor_checks::facts::{Facts, GreetingOutcome, Observed, Question, Target, Why, WhyKind};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::thread;

/// An environment with this API, credentials and no metadata service.
pub(super) fn environment(api: SocketAddr) -> Vec<(&'static str, String)> {
    vec![
        ("AWS_ENDPOINT_URL", format!("http://{api}")),
        ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE".into()),
        ("AWS_SECRET_ACCESS_KEY", "very-secret-key".into()),
        ("AWS_REGION", "us-east-1".into()),
        ("AWS_EC2_METADATA_DISABLED", "true".into()),
    ]
}

/// A question for `db.test`.
pub(super) fn question() -> Question {
    Question {
        target: Target { host: Some("db.test".into()), port: free_port(), ..Target::default() },
        ..Question::default()
    }
}

pub(super) fn task() -> Task {
    Task { question: question(), dns_port: free_port(), ..Task::default() }
}

/// A collection for `db.test` by an API with this fault.
pub(super) fn with(fault: impl Fn(&str, usize) -> Option<Reply> + Send + Sync + 'static) -> (Found, Log) {
    let (api, log) = api(fault);
    (run(&environment(api), task()), log)
}

pub(super) fn kind<T>(observed: &Observed<T>) -> Option<WhyKind> {
    observed.as_ref().err().map(Why::kind)
}

/// Why each fact of the API is unknown, where it is.
pub(super) fn kinds(facts: &Facts) -> Vec<Option<WhyKind>> {
    let aws = &facts.aws;
    vec![
        kind(&aws.caller_identity),
        kind(&aws.vpcs),
        kind(&aws.subnets),
        kind(&aws.vpc_endpoints),
        kind(&aws.vpc_endpoint_services),
        kind(&aws.network_interfaces),
        kind(&aws.security_groups),
        kind(&aws.network_acls),
        kind(&aws.route_tables),
        kind(&aws.dhcp_options),
        kind(&aws.availability_zones),
        kind(&aws.hosted_zones),
        kind(&aws.resolver_rules),
        kind(&aws.resolver_rule_associations),
        kind(&aws.profile_associations),
        kind(&aws.firewall_associations),
    ]
}

#[test]
fn from_an_instance_everything_is_seen_and_each_call_made_once() {
    let (api, log) = api(|_, _| None);
    let port = free_port();
    let server = [127, 0, 8, 53];
    let questions = dns(server, port, vec![("db.test", Dns::Addresses(vec![[127, 0, 8, 1]]))]);
    // The name leads to one address, the API knows another: both are tried.
    for last in [1, 2] {
        tcp([127, 0, 8, last], port, |mut stream| {
            _ = stream.write_all(&greeting(true));
            thread::park();
        });
    }
    let mut question = question();
    question.target.port = port;
    let environment = [
        ("AWS_ENDPOINT_URL", format!("http://{api}")),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", format!("http://{}", metadata())),
    ];
    let task = Task {
        question,
        resolv_conf: format!("nameserver {}\n", IpAddr::from(server)),
        vpc_resolver: Some(server.into()),
        dns_port: port,
        ..Task::default()
    };
    let found = run(&environment, task);
    let facts = &found.facts;
    assert_eq!(kinds(facts), vec![None; 16]);
    assert_eq!(facts.question.region.as_deref(), Some("us-east-1"), "the metadata service says it");
    assert_eq!(facts.endpoint().unwrap().vpc_endpoint_id, "vpce-0a1");
    assert_eq!(facts.endpoint().unwrap().creation_timestamp.as_deref(), Some("2026-01-02T03:04:05Z"));
    assert!(facts.dns_support("vpc-0a1").unwrap() && facts.dns_hostnames("vpc-0a1").unwrap());
    assert_eq!(
        facts.aws.prefix_list_entries.keys().collect::<Vec<_>>(),
        ["pl-0a1"],
        "only what client and endpoint use"
    );
    assert_eq!(facts.vpc_peering_connections().unwrap()[0].status.code, "active");
    assert_eq!(facts.record_sets("Z1").unwrap().len(), 2);
    assert_eq!(facts.hosted_zone_name("Z2").unwrap(), "example.com.");
    assert_eq!(facts.aws.record_sets.len(), 1, "a zone elsewhere says nothing of the name");
    assert!(facts.aws.client_hosted_zones.is_empty(), "the client is in the endpoint's VPC");
    assert_eq!(facts.firewall_rules("rslvr-frg-1").unwrap().len(), 2);
    assert_eq!(facts.firewall_domains("rslvr-fdl-1").unwrap(), ["*.example.net."]);
    assert_eq!(facts.firewall_configs().unwrap()[0].firewall_fail_open, "DISABLED");
    assert_eq!(kind(&facts.aws.endpoint_quota), Some(WhyKind::NotCollected), "a check does not ask for quotas");
    assert_eq!(kind(&facts.aws.transit_gateway_vpc_attachments), Some(WhyKind::NotAsked), "no route leads to one");
    assert_eq!(facts.vpc_endpoint_services().unwrap().len(), 1, "AWS's own services are of no use");
    let greeted = facts.greetings().unwrap();
    let address = |last| SocketAddr::from(([127, 0, 8, last], port));
    assert_eq!(greeted.iter().map(|greeting| greeting.address).collect::<Vec<_>>(), [address(1), address(2)]);
    assert!(greeted.iter().all(|greeting| matches!(greeting.outcome, GreetingOutcome::Greeted { .. })));
    let control = CONTROL.to_ascii_lowercase();
    assert!(questions.lock().unwrap().iter().any(|question| question.starts_with(&control)), "no control sample");

    let mut calls = BTreeMap::<String, u32>::new();
    log.lock().unwrap().iter().for_each(|call| *calls.entry(call.clone()).or_default() += 1);
    assert_eq!(calls.remove("DescribeVpcAttribute"), Some(2), "EC2 tells one attribute a call");
    assert!(calls.values().all(|count| *count == 1), "{calls:?}");
    assert!(
        calls.keys().all(|call| ["Describe", "Get", "List"].iter().any(|verb| call.starts_with(verb))),
        "{calls:?}"
    );
    assert_eq!(found.api_calls.values().sum::<u32>(), calls.values().sum::<u32>() + 2);
    assert_eq!(found.api_calls.get("route53resolver:ListResolverRules"), Some(&1));
    assert!(found.stages.iter().any(|stage| stage == "ec2:DescribeVpcEndpoints"));
    assert_eq!(found.ended, "complete");
    assert!(!found.output.contains("instance-secret"));
}

#[test]
fn a_denied_call_hides_itself_alone() {
    let (found, log) =
        with(|call, _| (call == "DescribeSecurityGroups").then(|| refusal(403, "UnauthorizedOperation")));
    let mut expected = vec![None; 16];
    expected[6] = Some(WhyKind::Denied);
    assert_eq!(kinds(&found.facts), expected);
    let why = found.facts.aws.security_groups.as_ref().unwrap_err();
    assert_eq!((why.code.as_str(), why.message.as_str()), ("UnauthorizedOperation", "UnauthorizedOperation it is"));
    assert_eq!(
        log.lock().unwrap().iter().filter(|call| *call == "DescribeSecurityGroups").count(),
        1,
        "it was asked again"
    );
}

#[test]
fn throttling_is_sat_out() {
    let (found, _) = with(|_, before| (before < 3).then(|| refusal(503, "RequestLimitExceeded")));
    // STS, Route 53 and Resolver refuse in other shapes, which is not this test's.
    let kinds = kinds(&found.facts);
    assert!(kinds[1..=10].iter().all(Option::is_none), "{kinds:?}");
}

#[test]
fn throttling_without_end_is_said() {
    let (api, _) = api(|call, _| (call == "DescribeSubnets").then(|| refusal(503, "RequestLimitExceeded")));
    let found = run(&environment(api), Task { total_ms: Some(2_000), ..task() });
    assert_eq!(kind(&found.facts.aws.subnets), Some(WhyKind::Throttled));
    assert!(found.api_calls["ec2:DescribeSubnets"] > 1);
}

#[test]
fn a_server_error_is_tried_twice() {
    let (found, _) =
        with(|call, before| (call == "DescribeVpcs" && before == 0).then(|| refusal(500, "InternalError")));
    assert_eq!(kind(&found.facts.aws.vpcs), None);
    let (found, log) =
        with(|call, _| (call == "DescribeVpcs").then(|| Reply::Status(502, "<html>Bad Gateway</html>".into())));
    let why = found.facts.aws.vpcs.as_ref().unwrap_err();
    assert_eq!(why.kind(), WhyKind::Failed, "{why:?}");
    assert_eq!(log.lock().unwrap().iter().filter(|call| *call == "DescribeVpcs").count(), 2);
}

#[test]
fn an_api_that_is_not_there_is_unreachable_everywhere_and_soon() {
    let nothing = SocketAddr::from(([127, 0, 0, 1], free_port()));
    let (server, port) = ([127, 0, 9, 1], free_port());
    tcp(server, port, |mut stream| _ = stream.write_all(&greeting(true)));
    let mut task = task();
    (task.question.target.host, task.question.target.port) = (Some("127.0.9.1".into()), port);
    let found = run(&environment(nothing), task);
    // Lists for VPCs that nobody could name are unreachable for the same reason.
    assert_eq!(kinds(&found.facts), vec![Some(WhyKind::Unreachable); 16]);
    let why = found.facts.aws.vpc_endpoints.as_ref().unwrap_err();
    assert!(why.message.contains(&nothing.to_string()), "{why:?}");
    assert!(found.api_calls.values().all(|count| *count <= 2), "{:?}", found.api_calls);
    assert!(matches!(found.facts.greetings().unwrap()[0].outcome, GreetingOutcome::Greeted { .. }));
    assert_eq!(found.ended, "complete");
}

#[test]
fn at_the_deadline_and_when_cancelled_what_is_there_is_kept() {
    for (total_ms, cancel_ms, ended) in [(1_000, None, "deadline"), (60_000, Some(700), "cancelled")] {
        let (api, _) = api(|call, _| (call != "DescribeVpcEndpoints").then_some(Reply::Nothing));
        let (server, port) = ([127, 0, 9, if cancel_ms.is_some() { 2 } else { 3 }], free_port());
        tcp(server, port, |mut stream| _ = stream.write_all(&greeting(true)));
        let mut task = task();
        task.question.target = Target { host: Some(IpAddr::from(server).to_string()), port, ..Target::default() };
        let found = run(&environment(api), Task { total_ms: Some(total_ms), cancel_ms, ..task });
        assert_eq!(found.ended, ended);
        assert_eq!(found.facts.vpc_endpoints().unwrap().len(), 2, "it had been answered");
        assert!(matches!(found.facts.greetings().unwrap()[0].outcome, GreetingOutcome::Greeted { .. }));
        let kinds = kinds(&found.facts);
        assert_eq!(kinds.iter().filter(|kind| **kind == Some(WhyKind::TimedOut)).count(), 15, "{kinds:?}");
    }
}

#[test]
fn all_pages_are_read_and_a_list_without_end_is_none() {
    let subnet = |id: &str| format!("<subnetId>{id}</subnetId><vpcId>vpc-0a1</vpcId>");
    let (found, _) = with(move |call, before| match (call, before) {
        ("DescribeSubnets", 0) => Some(list(call, "subnetSet", &[&subnet("subnet-1")], Some("second"))),
        ("DescribeSubnets", _) => Some(list(call, "subnetSet", &[&subnet("subnet-2")], None)),
        ("DescribeNetworkAcls", _) => {
            Some(list(call, "networkAclSet", &["<networkAclId>acl-1</networkAclId>"], Some("again")))
        }
        _ => None,
    });
    let ids: Vec<_> = found.facts.subnets().unwrap().iter().map(|subnet| subnet.subnet_id.clone()).collect();
    assert_eq!(ids, ["subnet-1", "subnet-2"]);
    let why = found.facts.aws.network_acls.as_ref().unwrap_err();
    assert!(why.message.contains("no end"), "{why:?}");
}
