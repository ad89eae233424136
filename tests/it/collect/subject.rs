//! Who asks which API about which VPC: credentials, Region, origin, scope.

use super::api::{environment, kind, kinds, question, task, with};
use super::fakes::{Dns, dns, free_port, http};
use super::worker::{Task, run};
use super::world::{SERVICE, api, list, refusal};
use pldoctor_checks::facts::{Origin, Preflight, Question, Why, WhyKind};
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

#[test]
fn without_credentials_nothing_is_asked() {
    let (api, log) = api(|_, _| None);
    let environment: Vec<_> = environment(api).into_iter().filter(|(name, _)| !name.contains("_KEY")).collect();
    let found = run(&environment, task());
    assert_eq!(kinds(&found.facts), vec![Some(WhyKind::NoCredentials); 16]);
    assert_eq!(log.lock().unwrap().len(), 0);
}

#[test]
fn from_elsewhere_nothing_is_probed_and_the_origin_is_looked_up() {
    for (from, interfaces) in [
        (Origin::Instance("i-0c1".into()), 1),
        (Origin::Interface("eni-0c1".into()), 2),
        (Origin::Address([10, 0, 1, 10].into()), 2),
    ] {
        let (api, log) = api(|_, _| None);
        let found = run(&environment(api), Task { question: Question { from: Some(from), ..question() }, ..task() });
        let facts = &found.facts;
        assert_eq!(facts.vantage().unwrap().interface_id.as_deref(), Some("eni-0c1"));
        assert_eq!(facts.instances().unwrap().next().unwrap().state.name, "running");
        assert_eq!(log.lock().unwrap().iter().filter(|call| *call == "DescribeNetworkInterfaces").count(), interfaces);
        let ids: Vec<_> =
            facts.network_interfaces().unwrap().iter().map(|one| one.network_interface_id.as_str()).collect();
        assert_eq!(ids, ["eni-0c1", "eni-0e1"], "none twice");
        for why in [
            facts.host.metadata.as_ref().err(),
            facts.host.addresses.as_ref().err(),
            facts.dns.system.as_ref().err(),
            facts.connections.tcp.as_ref().err(),
            facts.connections.login.as_ref().err(),
        ] {
            assert_eq!(why.map(Why::kind), Some(WhyKind::NotAsked));
        }
    }
}

#[test]
fn a_service_that_was_named_is_asked_for_at_once_and_by_filter() {
    let (api, log) = api(|call, _| (call == "DescribeVpcEndpoints").then(|| refusal(403, "UnauthorizedOperation")));
    let mut question = question();
    question.target.service_name = Some(SERVICE.into());
    let found = run(&environment(api), Task { question, ..task() });
    assert_eq!(found.facts.service().unwrap().unwrap().service_name, SERVICE);
    assert_eq!(log.lock().unwrap().iter().filter(|call| *call == "DescribeVpcEndpointServices").count(), 1);
}

#[test]
fn an_endpoint_that_was_named_leads_to_the_name_that_is_asked_for() {
    let (api, _) = api(|_, _| None);
    let (server, port) = ([127, 0, 8, 54], free_port());
    let questions = dns(server, port, vec![("db.test", Dns::Addresses(vec![[127, 0, 8, 200]]))]);
    let mut task = task();
    task.question.target.host = None;
    task.question.target.endpoint_id = Some("vpce-0a1".into());
    (task.resolv_conf, task.dns_port) = (format!("nameserver {}\n", IpAddr::from(server)), port);
    let found = run(&environment(api), task);
    assert!(questions.lock().unwrap().iter().any(|question| question == "db.test A"));
    assert!(
        found
            .facts
            .tcp_attempts()
            .unwrap()
            .iter()
            .any(|attempt| attempt.address.ip() == IpAddr::from([127, 0, 8, 200]))
    );
}

#[test]
fn without_metadata_and_endpoints_the_only_vpc_is_looked_at() {
    let (found, log) =
        with(|call, _| (call == "DescribeVpcEndpoints").then(|| list(call, "vpcEndpointSet", &[], None)));
    assert_eq!(kinds(&found.facts), vec![None; 16]);
    assert_eq!(log.lock().unwrap().iter().filter(|call| *call == "DescribeVpcs").count(), 1);
    let (found, _) = with(|call, _| match call {
        "DescribeVpcEndpoints" => Some(list(call, "vpcEndpointSet", &[], None)),
        "DescribeVpcs" => Some(list(call, "vpcSet", &["<vpcId>vpc-1</vpcId>", "<vpcId>vpc-2</vpcId>"], None)),
        _ => None,
    });
    assert_eq!(kind(&found.facts.aws.subnets), Some(WhyKind::NotAsked), "which of two it would be is anybody's guess");
}

#[test]
fn a_profile_that_was_named_wins_over_the_environments_keys() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let keys = "[other]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = x\n";
    let files = [
        ("AWS_SHARED_CREDENTIALS_FILE", write("credentials", keys)),
        ("AWS_CONFIG_FILE", write("config", "[profile other]\nregion = eu-central-1\n")),
    ];
    let signed = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&signed);
    let api = http(move |asked| {
        seen.lock().unwrap().push(asked.headers.get("authorization").cloned().unwrap_or_default());
        refusal(403, "UnauthorizedOperation")
    });
    let environment: Vec<_> =
        environment(api).into_iter().filter(|(name, _)| *name != "AWS_REGION").chain(files).collect();
    let found = run(&environment, Task { profile: Some("other".into()), ..task() });
    assert_eq!(found.facts.question.region.as_deref(), Some("eu-central-1"));
    let signed = signed.lock().unwrap();
    assert!(
        !signed.is_empty() && signed.iter().all(|by| by.contains("AKIAPROFILE") && by.contains("eu-central-1")),
        "{signed:?}"
    );
}

#[test]
fn without_a_region_the_targets_name_has_one_or_nothing_is_asked() {
    let (api, log) = api(|_, _| None);
    let environment: Vec<_> = environment(api).into_iter().filter(|(name, _)| *name != "AWS_REGION").collect();
    let found = run(&environment, task());
    assert_eq!(found.facts.aws.vpcs.as_ref().err().map(|why| why.code.as_str()), Some("MissingRegion"));
    assert_eq!(log.lock().unwrap().len(), 0);
    let mut task = task();
    task.question.target.service_name = Some(SERVICE.into());
    let found = run(&environment, task);
    assert_eq!(found.facts.question.region.as_deref(), Some("us-east-1"));
    assert_eq!(kinds(&found.facts), vec![None; 16]);
}

#[test]
fn how_many_endpoints_there_may_be_is_asked_where_one_is_to_be_made() {
    let (api, _) = api(|_, _| None);
    let question = Question { preflight: Some(Preflight::default()), ..question() };
    let found = run(&environment(api), Task { question, ..task() });
    assert_eq!(found.facts.endpoint_quota().ok(), Some(60.0));
    assert_eq!(found.api_calls.get("servicequotas:GetServiceQuota"), Some(&1));
}
