//! What this machine says of itself: addresses, resolver configuration, ports, proxies.

use super::files;
use super::request::Request;
use super::run::Clock;
use pldoctor_checks::facts::{ResolvConf, Why};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::path::Path;

/// The metadata service, which no proxy may stand before.
const METADATA: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 254);
/// Addresses that are kept. A node that runs pods has some hundreds.
const ADDRESSES_LIMIT: usize = 256;
/// Servers that are kept. glibc asks the first three.
const NAMESERVERS_LIMIT: usize = 8;

/// The machine's own addresses: the one that packets to the VPC leave from first. Loopback and link-local ones say nothing and are left out.
///
/// From the kernel's tables of its own network namespace; where it has none, from the routes alone.
pub(super) async fn addresses(clock: &Clock) -> Result<Vec<IpAddr>, Why> {
    let mut addresses: Vec<IpAddr> =
        [route_source(METADATA.into()), route_source(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x253).into())]
            .into_iter()
            .flatten()
            .collect();
    let ipv4 = files::read(clock, Path::new("/proc/net/fib_trie")).await;
    let ipv6 = files::read(clock, Path::new("/proc/net/if_inet6")).await;
    addresses.extend(ipv4.iter().flat_map(|table| ipv4_of(table)));
    addresses.extend(ipv6.iter().flat_map(|table| ipv6_of(table)));
    let mut own = Vec::new();
    for address in addresses.into_iter().filter(tells) {
        if !own.contains(&address) && own.len() < ADDRESSES_LIMIT {
            own.push(address);
        }
    }
    match ipv4 {
        Err(why) if own.is_empty() => Err(why),
        _ => Ok(own),
    }
}

/// The address that a packet to `peer` would leave from. No packet is sent.
fn route_source(peer: IpAddr) -> Option<IpAddr> {
    let any: IpAddr = if peer.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind(SocketAddr::new(any, 0)).ok()?;
    socket.connect(SocketAddr::new(peer, 53)).ok()?;
    socket.local_addr().ok().map(|address| address.ip())
}

/// The interface through which packets to this address leave, or where there is none those to the VPC's own services.
pub(super) fn interface_to(address: Option<IpAddr>) -> Option<String> {
    let source = route_source(address.unwrap_or(METADATA.into()))?;
    let own = |interface: &nix::ifaddrs::InterfaceAddress| {
        let address = interface.address.as_ref();
        let ipv4 = address.and_then(|address| address.as_sockaddr_in()).map(|own| IpAddr::from(own.ip()));
        ipv4.or_else(|| address?.as_sockaddr_in6().map(|own| own.ip().into())) == Some(source)
    };
    nix::ifaddrs::getifaddrs().ok()?.find(own).map(|interface| interface.interface_name)
}

fn tells(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !address.is_loopback() && !address.is_link_local() && !address.is_unspecified(),
        IpAddr::V6(address) => !address.is_loopback() && !address.is_unicast_link_local() && !address.is_unspecified(),
    }
}

/// The local addresses of `/proc/net/fib_trie`: each stands on a line `|-- 10.0.1.10`, with `/32 host LOCAL` below it.
fn ipv4_of(table: &str) -> Vec<IpAddr> {
    let mut leaf = None;
    let mut found = Vec::new();
    for line in table.lines() {
        if let Some((_, address)) = line.split_once("|-- ") {
            leaf = address.trim().parse::<Ipv4Addr>().ok();
        } else if line.trim() == "/32 host LOCAL" {
            found.extend(leaf.map(IpAddr::V4));
        }
    }
    found
}

/// The addresses of `/proc/net/if_inet6`: 32 hexadecimal digits at the start of each line.
fn ipv6_of(table: &str) -> Vec<IpAddr> {
    let digits = table.lines().filter_map(|line| line.split_whitespace().next()).filter(|word| word.len() == 32);
    digits.filter_map(|word| u128::from_str_radix(word, 16).ok()).map(|bits| Ipv6Addr::from(bits).into()).collect()
}

/// The resolver's configuration.
pub(super) async fn resolv_conf(clock: &Clock, request: &Request) -> Result<ResolvConf, Why> {
    Ok(parse_resolv_conf(&files::read(clock, &request.machine.resolv_conf).await?))
}

fn parse_resolv_conf(text: &str) -> ResolvConf {
    let mut conf = ResolvConf::default();
    for line in text.lines() {
        let line = line.split(['#', ';']).next().unwrap_or_default();
        let mut words = line.split_whitespace();
        match words.next() {
            Some("nameserver") if conf.nameservers.len() < NAMESERVERS_LIMIT => {
                let server = words.next().and_then(|word| word.split('%').next());
                conf.nameservers.extend(server.and_then(|word| word.parse::<IpAddr>().ok()));
            }
            // The last of these lines counts.
            Some("search") => conf.search = words.map(str::to_owned).collect(),
            Some("domain") => conf.search = words.take(1).map(str::to_owned).collect(),
            _ => {}
        }
    }
    conf
}

/// The first and last port that the kernel takes for outgoing connections.
pub(super) async fn ephemeral_ports(clock: &Clock) -> Result<(u16, u16), Why> {
    let text = files::read(clock, Path::new("/proc/sys/net/ipv4/ip_local_port_range")).await?;
    let mut words = text.split_whitespace().map(str::parse);
    match (words.next(), words.next()) {
        (Some(Ok(first)), Some(Ok(last))) => Ok((first, last)),
        _ => Err(Why::new(Why::MALFORMED, "ip_local_port_range has no two ports")),
    }
}

/// Names of the variables that put a proxy before the metadata service.
pub(super) fn proxy_variables(variable: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
    let exempt = ["NO_PROXY", "no_proxy"].iter().filter_map(|name| set(name)).any(|list| exempts(&list));
    let proxies = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
    proxies.into_iter().filter(|name| !exempt && set(name).is_some()).map(str::to_owned).collect()
}

/// Whether a `NO_PROXY` list has the metadata service in it: by address, block, or `*`.
fn exempts(list: &str) -> bool {
    list.split([',', ' ']).map(str::trim).any(|entry| {
        let host = entry.strip_suffix(":80").unwrap_or(entry);
        host == "*"
            || host.parse::<Ipv4Addr>().is_ok_and(|address| address == METADATA)
            || host.parse::<ipnet::Ipv4Net>().is_ok_and(|block| block.contains(&METADATA))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_addresses_are_read_from_the_kernels_tables() {
        let trie = "Main:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 0.0.0.0\n        /0 universe UNICAST\n     |-- 10.0.1.0\n        /24 link UNICAST\n\
                    Local:\n     |-- 10.0.1.10\n        /32 host LOCAL\n     |-- 10.0.1.255\n        /32 link BROADCAST\n\
                    \x20    |-- 127.0.0.1\n        /32 host LOCAL\n";
        assert_eq!(ipv4_of(trie), [IpAddr::from([10, 0, 1, 10]), [127, 0, 0, 1].into()]);
        let inet6 = "20010db8000000000000000000000001 02 40 00 80     eth0\nshort 02\n";
        assert_eq!(ipv6_of(inet6), ["2001:db8::1".parse::<IpAddr>().expect("an address")]);
    }

    #[test]
    fn a_resolver_configuration() {
        let text = "# made by hand\nnameserver 10.0.0.2\nnameserver fe80::2%eth0 ; scoped\nnameserver nonsense\n\
                    domain a.test\nsearch b.test c.test\noptions ndots:5\n";
        let conf = parse_resolv_conf(text);
        assert_eq!(conf.nameservers, [IpAddr::from([10, 0, 0, 2]), "fe80::2".parse().expect("an address")]);
        assert_eq!(conf.search, ["b.test", "c.test"]);
    }

    #[test]
    fn a_proxy_stands_before_the_metadata_service_unless_exempt() {
        let with = |no_proxy: &'static str| {
            proxy_variables(move |name| match name {
                "http_proxy" => Some("http://user:secret@proxy.test:3128".into()),
                "NO_PROXY" => Some(no_proxy.into()),
                _ => None,
            })
        };
        assert_eq!(with(""), ["http_proxy"]);
        assert_eq!(with("localhost,169.254.169.25"), ["http_proxy"]);
        for exempt in ["169.254.169.254", "localhost, 169.254.0.0/16", "*", "169.254.169.254:80"] {
            assert!(with(exempt).is_empty(), "{exempt}");
        }
        assert!(proxy_variables(|_| None).is_empty());
    }
}
