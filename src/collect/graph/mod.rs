//! What depends on what. Everything is started at once and waits only for what it needs; a shared node is run once, whoever asks first.
//!
//! ```text
//! nothing ─┬─ metadata ───────────┬─ scope ─┬─ VPCs, DNS attributes, subnets, groups, ACLs, rule associations
//!          │                      │         ├─ hosted zones, Profiles, DNS Firewall (see `names`)
//!          ├─ Region, credentials │         ├─ interfaces ─── TCP to the endpoint's addresses
//!          ├─ endpoints ──────────┤         └─ route tables ─ peerings, transit gateways, prefix lists (with the groups)
//!          ├─ origin (--from) ────┘
//!          ├─ services (by name; else after the endpoints)
//!          ├─ identity, zones, DHCP options, Resolver rules; in pre-flight the quota of endpoints
//!          └─ DNS, getaddrinfo, hosts file ─ TCP ─ greeting ─┬─ TLS
//!                                                          └─ login ─ queries
//! ```

mod lists;
mod names;
mod origin;
mod referred;
mod services;
mod vpcs;

use super::api::{self, Api};
use super::meter::Meter;
use super::probe::{self, Found, Probes};
use super::request::Request;
use super::run::Run;
use super::{ec2, host, imds, scope};
use futures::future::{BoxFuture, FutureExt as _, Shared};
use origin::OriginSeen;
use pldoctor_checks::facts::{Facts, Metadata, Observed, Why, aws};
use std::future::Future;
use std::sync::Arc;
use tokio::sync::mpsc;
use vpcs::InScope;

/// A node of the graph that several others wait for.
type Node<'a, T> = Shared<BoxFuture<'a, T>>;

/// A node's future, run once.
fn node<'a, T: Clone>(future: impl Future<Output = T> + Send + 'a) -> Node<'a, T> {
    future.boxed().shared()
}

/// The API, or why there is none.
type Connected<'a> = Node<'a, Result<Arc<Api>, Why>>;

/// One call, as a stage of the run, once the API is there.
async fn ask<T, F: Future<Output = Result<T, Why>>>(
    run: &Run<'_>,
    api: &Connected<'_>,
    stage: &str,
    call: impl FnOnce(Arc<Api>) -> F,
) -> Observed<T> {
    match api.clone().await {
        Ok(api) => run.stage(stage, call(api)).await.into(),
        Err(why) => Observed::Unknown(why),
    }
}

/// Gathers all facts.
pub(super) async fn gather(run: &Run<'_>, request: &Request, meter: &Meter) -> Facts {
    let question = &request.question;
    let imds = imds::client(&request.limits);
    let asked = || Facts { question: question.clone(), ..Facts::default() };

    let metadata: Node<'_, Arc<Observed<Metadata>>> = node(async {
        let observed = match request.not_probed().filter(|_| request.is_elsewhere()) {
            Some(reason) => Observed::Unknown(Why::not_asked(reason)),
            None => run.stage("metadata", imds::metadata(request, &run.clock, &imds)).await.into(),
        };
        Arc::new(observed)
    });
    let region: Node<'_, Option<String>> = node(async {
        let configured = run.clock.before_the_end(api::configured_region(request)).await.ok().flatten();
        match configured {
            Some(region) => Some(region),
            None => imds::region(request, &run.clock, &imds).await.or_else(|| question.target.region()),
        }
    });
    let api: Connected<'_> = node(async {
        let region = region.clone().await.ok_or_else(no_region)?;
        let lender = imds::disabled().is_none().then(|| imds.clone());
        run.clock.before_the_end(Api::new(request, run, &region, lender, meter)).await?.map(Arc::new)
    });
    let endpoints: Node<'_, Arc<Observed<aws::VpcEndpoints>>> = node(async {
        let call = |api: Arc<Api>| async move { ec2::vpc_endpoints(&api.ec2).await };
        Arc::new(ask(run, &api, "ec2:DescribeVpcEndpoints", call).await)
    });
    let origin: Node<'_, Arc<OriginSeen>> = node(async { Arc::new(origin::origin(run, request, &api).await) });
    let services: Node<'_, Arc<Observed<aws::VpcEndpointServices>>> = node(async {
        let mut facts = asked();
        if question.target.service_name.is_none() {
            facts.aws.vpc_endpoints = (*endpoints.clone().await).clone();
        }
        Arc::new(services::services(run, &api, facts).await)
    });
    // What identifies the endpoint: as much as is needed to tell, and no later than that.
    let known: Node<'_, Arc<Facts>> = node(async {
        let (metadata, endpoints, origin) = futures::join!(metadata.clone(), endpoints.clone(), origin.clone());
        let mut facts = asked();
        facts.host.metadata = (*metadata).clone();
        facts.aws.vpc_endpoints = (*endpoints).clone();
        facts.aws.instances = origin.instances.clone();
        facts.aws.network_interfaces = origin.interfaces.clone();
        if scope::needs_services(&facts) {
            facts.aws.vpc_endpoint_services = (*services.clone().await).clone();
        }
        Arc::new(facts)
    });
    let scope: Node<'_, Arc<InScope>> =
        node(async { Arc::new(vpcs::in_scope(run, &api, &*known.clone().await).await) });
    let interfaces: Node<'_, Arc<Observed<aws::NetworkInterfaces>>> = node(async {
        let (scope, origin) = futures::join!(scope.clone(), origin.clone());
        Arc::new(origin::interfaces(run, &api, &scope, &origin).await)
    });
    // The endpoint itself: without the services where they aren't needed, so that a slow answer of theirs holds up no probe.
    let identified: Node<'_, Arc<Facts>> = node(async {
        let known = known.clone().await;
        if scope::is_certain(&known) && question.target.host.is_some() {
            return known;
        }
        let mut facts = (*known).clone();
        facts.aws.vpc_endpoint_services = (*services.clone().await).clone();
        Arc::new(facts)
    });
    let found: Node<'_, Arc<Found>> = node(async { Arc::new(Found::of(&*identified.clone().await)) });

    let (addresses, named) = mpsc::unbounded_channel();
    let host = async {
        let resolv_conf = node(host::resolv_conf(&run.clock, request));
        let probes = Probes { run, request, found: found.clone(), resolv_conf: resolv_conf.clone() };
        // The API's addresses are tried beside those of DNS, so that a name that leads astray hides nothing.
        let of_api = {
            let (addresses, found, interfaces) = (addresses.clone(), found.clone(), interfaces.clone());
            async move {
                if request.not_probed().is_none() {
                    let (found, interfaces) = futures::join!(found, interfaces);
                    found.addresses_among(interfaces.known()).for_each(|address| _ = addresses.send(address));
                }
            }
        };
        let (seen, ()) = futures::join!(probe::probe(probes, addresses, named, &metadata), of_api);
        seen
    };
    let aws = lists::by_vpc(run, &api, &scope, &interfaces, &identified, question);
    let once = lists::once(run, &api, question);
    let (host, mut aws, once, region, endpoints, services, origin) = futures::join!(
        host.boxed(),
        aws.boxed(),
        once.boxed(),
        region.clone(),
        endpoints.clone(),
        services.clone(),
        origin.clone()
    );
    once.into_place(&mut aws);
    aws.vpc_endpoints = (*endpoints).clone();
    aws.vpc_endpoint_services = (*services).clone();
    aws.instances = origin.instances.clone();
    let mut question = question.clone();
    question.region = region;
    let mut facts = Facts { question, aws, ..host };
    names::place_zones(&mut facts);
    facts
}

fn no_region() -> Why {
    Why::new(
        "MissingRegion",
        "no Region: none was given, and neither environment, profile, metadata nor the target's name has one",
    )
}
