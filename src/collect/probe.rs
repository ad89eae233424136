//! What this machine sees: itself, the answers of DNS, the connections. None of it waits for the API, but for the addresses and the control name that
//! only the API has.

use super::dial::{self, Addresses, Dialled};
use super::login::{self, Login};
use super::request::Request;
use super::run::Run;
use super::{dns, host, hosts, name_service, system};
use futures::future::{BoxFuture, Shared, join_all};
use hickory_resolver::proto::rr::Name;
use pldoctor_checks::facts::{
    Connections, Dns, DnsAnswer, Facts, Host, HostName, LoginAttempt, Metadata, Observed, ResolvConf, SystemAnswer,
    Why, aws,
};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

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
    let clock = &run.clock;
    let (metadata, own, resolv_conf, name_service, ports, (hosts, dns), dialled, login) = futures::join!(
        metadata.clone(),
        host::addresses(clock),
        probes.resolv_conf.clone(),
        name_service::name_service(clock, request),
        host::ephemeral_ports(clock),
        names(&probes, addresses),
        dial::dial(run, request, named, greeted),
        login(&probes, greets),
    );
    let Dialled { tcp, greetings } = dialled;
    Facts {
        host: Host {
            metadata: (*metadata).clone(),
            addresses: own.into(),
            resolv_conf: resolv_conf.into(),
            hosts,
            name_service: name_service.into(),
            ephemeral_ports: ports.into(),
            proxy_variables: Observed::Known(host::proxy_variables(|name| std::env::var(name).ok())),
            ..Host::default()
        },
        dns,
        connections: Connections { tcp, greetings, login: login.into(), ..Connections::default() },
        ..Facts::default()
    }
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
async fn login(probes: &Probes<'_>, greets: oneshot::Receiver<(SocketAddr, bool)>) -> Result<LoginAttempt, Why> {
    let Probes { run, request, .. } = probes;
    let target = &request.question.target;
    let (Some(user), Some(password)) = (&target.user, &request.password) else {
        return Err(Why::not_asked("no user and password were given"));
    };
    let (address, tls_offered) = greets.await.map_err(|_| Why::not_asked("no server greeted"))?;
    // A name that clients use is what the certificate is for; an address as the target is verified as such.
    let name = match name(probes).await {
        Ok(name) => name,
        Err(why) => target.host.clone().ok_or(why)?,
    };
    let login = Login {
        name,
        address,
        tls_offered,
        user: user.clone(),
        password: password.clone(),
        database: target.database.clone(),
    };
    let attempt = run.stage("login", login::log_in(&run.clock, request, login)).await;
    attempt.ok_or_else(|| Why::new(Why::TIMED_OUT, "the run ended before the login had"))
}
