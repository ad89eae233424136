//! Before the endpoint exists: would making it here work, and would this client then connect?
//!
//! The question says so with [`crate::facts::Question::preflight`]. What the user did not say is chosen; the endpoint is made in the facts as AWS
//! would make it, the checks that apply then are asked of that world, and where nothing is left in the way the plan ends with the command that
//! really makes it and the steps after it.

pub mod endpoint_quota;
pub mod subnet_room;

use crate::check::{Check, Message, Owner};
use crate::diagnosis::{Verdict, judge, verdict};
use crate::endpoint::creation;
use crate::facts::{Facts, Plan as TidbPlan, Read};
use crate::plan::{Plan, Step};
use crate::remedy::{ByHand, CreateEndpoint, EnablePrivateDns, NEW_ENDPOINT, RegisterEndpoint, Remedy};

/// The checks that mean something before the endpoint exists.
const ASKED: [&str; 23] = [
    "target-name",
    "target-port",
    "clock",
    "metadata-service",
    "aws-access",
    "vantage",
    "vpc-dns-support",
    "vpc-dns-hostnames",
    "vpc-dhcp-dns",
    "region",
    "service",
    "subnet-room",
    "endpoint-quota",
    "endpoint-zones",
    "private-dns-conflict",
    "client-security-group",
    "endpoint-security-group",
    "client-network-acl",
    "endpoint-network-acl",
    "route",
    "hosted-zone",
    "resolver-rule",
    "dns-firewall",
];

/// The checks of this question that decide by themselves, besides those that always do.
pub(crate) const DECIDING: [&str; 5] = ["region", "service", "subnet-room", "endpoint-quota", "private-dns-conflict"];

/// Why a check is not asked, where it is not.
pub(crate) fn not_asked(facts: &Facts, id: &str) -> Option<Message> {
    (facts.question.preflight.is_some() && !ASKED.contains(&id)).then(|| Message::new("before-creation"))
}

/// Who stands in the way of a check: of an endpoint that could not even be made in the facts, the subnets that it would take.
pub(crate) fn blocker(facts: &Facts, id: &'static str) -> &'static str {
    if facts.question.preflight.is_some() && id == "endpoint-exists" { "subnet-room" } else { id }
}

/// The command that makes the endpoint that is asked about. `None` where nothing is asked, or what it takes is not there.
pub fn command(facts: &Facts) -> Read<Option<CreateEndpoint>> {
    match &facts.question.preflight {
        Some(given) => creation::command(facts, given),
        None => Ok(None),
    }
}

/// The world in which the endpoint has been made. `None` where nothing of the kind is asked.
pub(crate) fn world(facts: &Facts) -> Option<Facts> {
    facts.question.preflight.as_ref()?;
    let mut world = facts.clone();
    world.forget_measurements();
    let is_made =
        facts.vpc_endpoints().is_ok_and(|all| all.iter().any(|endpoint| endpoint.vpc_endpoint_id == NEW_ENDPOINT));
    if let (false, Ok(Some(create))) = (is_made, fitting(facts)) {
        // Accepted, and private DNS still off: what keeps it from being turned on is asked, and acceptance is nothing that can go wrong here.
        Remedy::from(CreateEndpoint { private_dns: false, acceptance_required: false, ..create }).apply(&mut world);
    }
    world.question.target.endpoint_id = Some(NEW_ENDPOINT.to_owned());
    Some(world)
}

/// The command without subnets that are not the VPC's, so that the rest can be judged all the same. The check of the subnets names them.
fn fitting(facts: &Facts) -> Read<Option<CreateEndpoint>> {
    let mut given = facts.question.preflight.clone().unwrap_or_default();
    let vpc_id = facts.vpc_id()?;
    if let Ok(subnets) = facts.subnets() {
        let fits = |id: &String| subnets.iter().any(|subnet| subnet.subnet_id == *id && subnet.vpc_id == vpc_id);
        given.subnet_ids.retain(fits);
    }
    creation::command(facts, &given)
}

/// Ends a plan with the making of the endpoint, where the steps before it leave nothing in the way.
pub(crate) fn finish(checks: &[&'static dyn Check], facts: &Facts, world: &Facts, plan: &mut Plan) {
    let mut ready = world.clone();
    plan.steps.iter().for_each(|step| step.remedy.apply(&mut ready));
    let uses_new = ready.question.target.endpoint_id.as_deref() == Some(NEW_ENDPOINT);
    let (findings, root_causes) = judge(checks, &ready);
    // What was not seen may be in the way, too: only a command that works is printed.
    let works = verdict(&ready, &findings, &root_causes) == Verdict::Healthy;
    let Ok(Some(create)) = command(facts) else { return };
    if !works || !uses_new {
        return;
    }
    let step = |remedy: Remedy| Step { remedy, asked_by: "endpoint-exists", clears: Vec::new() };
    plan.steps.extend(steps(facts, create).into_iter().map(step));
}

/// The making, and what comes after it on the instance's plan.
fn steps(facts: &Facts, create: CreateEndpoint) -> Vec<Remedy> {
    let endpoint_id = NEW_ENDPOINT.to_owned();
    let registers = create.acceptance_required || facts.plan().is_some_and(TidbPlan::registers_endpoints);
    // Where TiDB Cloud has to be told, private DNS waits for that, whatever the service was seen to ask for.
    let create = CreateEndpoint { private_dns: create.private_dns && !registers, ..create };
    let mut steps: Vec<Remedy> = vec![create.into()];
    if registers {
        let private_name = facts.private_name().map(str::to_owned);
        steps.push(RegisterEndpoint { endpoint_id: endpoint_id.clone() }.into());
        steps.push(EnablePrivateDns { endpoint_id, private_name }.into());
    } else if matches!(facts.plan(), Some(TidbPlan::Starter | TidbPlan::Essential)) {
        steps.push(ByHand::new("authorize-new-endpoint", Owner::TidbCloud).say("endpoint", endpoint_id).into());
    }
    steps
}
