//! What this machine sees: itself, the answers of DNS, the connections. None of it waits for the API, but for the addresses and the control name that
//! only the API has.

use super::dial::{self, Addresses, Dialled, Listeners};
use super::login::{self, Login};
use super::request::Request;
use super::run::Run;
use super::tls::{Probe, Stores};
use super::{dns, host, hosts, load, name_service, system};
use futures::future::{BoxFuture, FutureExt as _, Shared, join_all};
use hickory_resolver::proto::rr::Name;
use pldoctor_checks::facts::{
    Connections, Dns, DnsAnswer, Facts, Host, HostName, LoginAttempt, Metadata, Observed, ResolvConf, SystemAnswer,
    Why, aws,
};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// Reading the system's roots takes some milliseconds, and on a dead network mount for ever.
const STORES_BOUND: Duration = Duration::from_secs(2);

/// The endpoint, as far as the probes need it.
pub(super) struct Found {
    endpoint: Option<aws::VpcEndpoint>,
    /// The name that clients use, where the question has none.
    private_name: Option<String>,
}

impl Found {
    pub(super) fn of(facts: &Facts) -> Self {
        Self { endpoint: facts.endpoint().ok().cloned(), private_name: facts.private_name().map(str::to_owned) }
    }

    /// The endpoint's own regional name, which resolves everywhere: the control sample beside the target's.
    fn control_name(&self) -> Option<&str> {
        let names = self.endpoint.iter().flat_map(|endpoint| &endpoint.dns_entries).map(|entry| &entry.dns_name);
        let mut own = names.filter(|name| matches!(HostName::parse(name), HostName::Endpoint { .. }));
        own.next().map(String::as_str)
    }

    /// The endpoint's addresses among the interfaces.
    pub(super) fn addresses_among<'a>(
        &'a self,
        interfaces: Option<&'a aws::NetworkInterfaces>,
    ) -> impl Iterator<Item = IpAddr> + 'a {
        let ids = self.endpoint.as_ref().map_or(&[][..], |endpoint| &endpoint.network_interface_ids);
        let interfaces = interfaces.into_iter().flat_map(|list| &list.network_interfaces);
        let own = interfaces.filter(|interface| ids.contains(&interface.network_interface_id));
        own.flat_map(aws::NetworkInterface::addresses)
    }
}

/// What the probes share.
#[derive(Clone)]
pub(super) struct Probes<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) request: &'a Request,
    pub(super) found: Shared<BoxFuture<'a, Arc<Found>>>,
    pub(super) resolv_conf: Shared<BoxFuture<'a, Result<ResolvConf, Why>>>,
}

/// Everything that this machine sees. `addresses` gets what DNS names; `named` is its other end, at which others may have put addresses too.
pub(super) async fn probe(
    probes: Probes<'_>,
    addresses: Addresses,
    named: mpsc::UnboundedReceiver<IpAddr>,
    metadata: &Shared<BoxFuture<'_, Arc<Observed<Metadata>>>>,
) -> Facts {
    let Probes { run, request, .. } = &probes;
    if let Some(reason) = request.not_probed() {
        let facts = not_probed(reason);
        return if request.is_elsewhere() { facts } else { seen_without_probes(facts, run, metadata).await };
    }
    let (greeted, greets) = oneshot::channel();
    let (first, first_address) = oneshot::channel();
    let clock = &run.clock;
    // At once, so that nobody waits for it later.
    let reading = read_stores(request);
    let stores: Shared<BoxFuture<'_, Arc<Stores>>> = stores(run, request, reading).boxed().shared();
    let tls = tls_probe(probes.clone(), stores.clone()).boxed().shared();
    let tracking = async { load::tracking(clock, request, first_address.await.ok()).await };
    let (metadata, own, resolv_conf, name_service, ports, keep_alive, table, tracking, (hosts, dns), dialled, login) = futures::join!(
        metadata.clone(),
        host::addresses(clock),
        probes.resolv_conf.clone(),
        name_service::name_service(clock, request),
        host::ephemeral_ports(clock),
        load::keep_alive(clock),
        load::sockets(clock, request.question.target.port),
        tracking,
        names(&probes, addresses),
        dial::dial(run, request, named, tls, Listeners { first, greeted }),
        login(&probes, &stores, greets),
    );
    let Dialled { tcp, default_port, greetings, tls } = dialled;
    let tried = tcp.known().into_iter().flatten().map(|attempt| attempt.address.ip());
    let sockets = table.map(|table| table.figures(tried));
    Facts {
        host: Host {
            metadata: (*metadata).clone(),
            addresses: own.into(),
            resolv_conf: resolv_conf.into(),
            hosts,
            name_service: name_service.into(),
            ephemeral_ports: ports.into(),
            proxy_variables: Observed::Known(host::proxy_variables(|name| std::env::var(name).ok())),
            keep_alive: keep_alive.into(),
            tracking: tracking.into(),
            sockets: sockets.into(),
            // The API's answers tell it.
            clock_skew_s: Observed::default(),
        },
        dns,
        connections: Connections { tcp, default_port, greetings, tls, login: login.into() },
        ..Facts::default()
    }
}

/// Reads the stores of roots, in a thread of its own.
fn read_stores(request: &Request) -> JoinHandle<Stores> {
    let given = request.authorities.clone();
    tokio::task::spawn_blocking(move || Stores::read(given.as_ref()))
}

/// The stores of roots, once they are read.
async fn stores(run: &Run<'_>, request: &Request, reading: JoinHandle<Stores>) -> Arc<Stores> {
    let problem = match run.clock.within(STORES_BOUND, reading).await {
        Ok(Ok(stores)) => return Arc::new(stores),
        Ok(Err(panic)) => panic.to_string(),
        Err(cut) => cut.to_string(),
    };
    Arc::new(Stores::without_system(request.authorities.as_ref(), problem))
}

/// What TLS is tried with: the name that clients use. An address as the target is looked for in the certificate as such.
async fn tls_probe(probes: Probes<'_>, stores: Shared<BoxFuture<'_, Arc<Stores>>>) -> Option<Probe> {
    let (name, stores) = futures::join!(server_name(&probes), stores);
    Some(Probe { name: name.ok()?, stores })
}

/// The name that the server's certificate has to be for.
async fn server_name(probes: &Probes<'_>) -> Result<String, Why> {
    let name = match name(probes).await {
        Ok(name) => name,
        Err(why) => probes.request.question.target.host.clone().ok_or(why)?,
    };
    Ok(name.trim_end_matches('.').to_owned())
}

/// Where this machine stands, which takes no probe.
async fn seen_without_probes(
    mut facts: Facts,
    run: &Run<'_>,
    metadata: &Shared<BoxFuture<'_, Arc<Observed<Metadata>>>>,
) -> Facts {
    let (metadata, addresses, ports) =
        futures::join!(metadata.clone(), host::addresses(&run.clock), host::ephemeral_ports(&run.clock));
    facts.host.metadata = (*metadata).clone();
    facts.host.addresses = addresses.into();
    facts.host.ephemeral_ports = ports.into();
    facts
}

/// Every fact of this machine, not asked for.
fn not_probed(reason: &str) -> Facts {
    fn unknown<T>(reason: &str) -> Observed<T> {
        Observed::Unknown(Why::not_asked(reason))
    }
    Facts {
        host: Host {
            metadata: unknown(reason),
            addresses: unknown(reason),
            resolv_conf: unknown(reason),
            hosts: unknown(reason),
            name_service: unknown(reason),
            ephemeral_ports: unknown(reason),
            proxy_variables: unknown(reason),
            clock_skew_s: unknown(reason),
            keep_alive: unknown(reason),
            tracking: unknown(reason),
            sockets: unknown(reason),
        },
        dns: Dns { vpc_resolver: unknown(reason), host_resolvers: unknown(reason), system: unknown(reason) },
        connections: Connections {
            tcp: unknown(reason),
            default_port: unknown(reason),
            greetings: unknown(reason),
            tls: unknown(reason),
            login: unknown(reason),
        },
        ..Facts::default()
    }
}

/// The name that is asked for: the target's at once, else the service's private one when the API has told it.
async fn name(probes: &Probes<'_>) -> Result<String, Why> {
    match probes.request.question.target.host.as_deref() {
        Some(host) if matches!(HostName::parse(host), HostName::Address(_)) => {
            Err(Why::not_asked("the target is an address and no name"))
        }
        Some(host) => Ok(host.to_owned()),
        None => probes
            .found
            .clone()
            .await
            .private_name
            .clone()
            .ok_or_else(|| Why::not_asked("no name of the target is known")),
    }
}

/// The hosts file and DNS. Each address goes on to be tried as soon as it is there.
async fn names(probes: &Probes<'_>, addresses: Addresses) -> (Observed<Vec<pldoctor_checks::facts::HostsLine>>, Dns) {
    let Probes { run, request, .. } = probes;
    if let Some(HostName::Address(address)) = request.question.target.host.as_deref().map(HostName::parse) {
        _ = addresses.send(address);
    }
    let name = match name(probes).await {
        Ok(name) => name,
        Err(why) => {
            let dns = Dns {
                vpc_resolver: Observed::Unknown(why.clone()),
                host_resolvers: Observed::Unknown(why.clone()),
                system: Observed::Unknown(why.clone()),
            };
            return (Observed::Unknown(why), dns);
        }
    };
    let own_resolvers = async {
        let conf = match probes.resolv_conf.clone().await {
            Ok(conf) => conf,
            Err(why) => return Observed::Unknown(why),
        };
        // Without any, glibc asks the machine itself.
        let servers = if conf.nameservers.is_empty() { vec![Ipv4Addr::LOCALHOST.into()] } else { conf.nameservers };
        answers(probes, &servers, &name, &addresses).await
    };
    let (hosts, vpc_resolver, host_resolvers, system) = futures::join!(
        hosts::lines(&run.clock, &request.machine.hosts, &name),
        answers(probes, std::slice::from_ref(&request.machine.vpc_resolver), &name, &addresses),
        own_resolvers,
        system_answer(probes, &name, &addresses),
    );
    (hosts.into(), Dns { vpc_resolver, host_resolvers, system })
}

/// The answers of these servers for the name at once, and for the control name when it is known.
async fn answers(
    probes: &Probes<'_>,
    servers: &[IpAddr],
    name: &str,
    addresses: &Addresses,
) -> Observed<Vec<DnsAnswer>> {
    let asked = match dns::absolute(name) {
        Ok(asked) => asked,
        Err(why) => return Observed::Unknown(why),
    };
    let control = async {
        let found = probes.found.clone().await;
        let control = found.control_name().and_then(|control| dns::absolute(control).ok());
        match control.filter(|control| *control != asked) {
            Some(control) => ask_all(probes, servers, &control, addresses).await,
            None => Vec::new(),
        }
    };
    let (mut answers, control) = futures::join!(ask_all(probes, servers, &asked, addresses), control);
    answers.extend(control);
    if answers.is_empty() {
        return Observed::Unknown(Why::new(Why::TIMED_OUT, "the run ended before a server had answered"));
    }
    Observed::Known(answers)
}

async fn ask_all(probes: &Probes<'_>, servers: &[IpAddr], name: &Name, addresses: &Addresses) -> Vec<DnsAnswer> {
    let Probes { run, request, .. } = probes;
    let asked = servers.iter().map(|server| async move {
        let address = SocketAddr::new(*server, request.machine.dns_port);
        let answer = run.stage(format!("dns {server}"), dns::ask(&run.clock, &request.limits, address, name)).await?;
        answer.addresses().iter().for_each(|address| _ = addresses.send(*address));
        Some(answer)
    });
    join_all(asked).await.into_iter().flatten().collect()
}

async fn system_answer(probes: &Probes<'_>, name: &str, addresses: &Addresses) -> Observed<SystemAnswer> {
    let Probes { run, request, .. } = probes;
    let port = request.question.target.port;
    let answer = run.stage("getaddrinfo", system::look_up(&run.clock, &request.limits, name, port)).await;
    let found = answer.as_ref().map_or(&[][..], |answer| &answer.addresses);
    found.iter().for_each(|address| _ = addresses.send(*address));
    answer.into()
}

/// Logs in at the first address that greets, where there is a password to do it with.
async fn login(
    probes: &Probes<'_>,
    stores: &Shared<BoxFuture<'_, Arc<Stores>>>,
    greets: oneshot::Receiver<(SocketAddr, bool)>,
) -> Result<LoginAttempt, Why> {
    let Probes { run, request, .. } = probes;
    let target = &request.question.target;
    let (Some(user), Some(password)) = (&target.user, &request.password) else {
        return Err(Why::not_asked("no user and password were given"));
    };
    let (address, tls_offered) = greets.await.map_err(|_| Why::not_asked("no server greeted"))?;
    let login = Login {
        name: server_name(probes).await?,
        address,
        tls_offered,
        user: user.clone(),
        password: password.clone(),
        database: target.database.clone(),
        stores: stores.clone().await,
    };
    let attempt = login::log_in(run, request, login).await;
    attempt.ok_or_else(|| Why::new(Why::TIMED_OUT, "the run ended before the login had"))
}
