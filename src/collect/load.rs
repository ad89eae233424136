//! What the machine has room for: keep-alive, tracked connections, sockets. All of it from the kernel, in this network namespace.

use super::request::Request;
use super::run::Clock;
use super::{ethtool, files, host};
use pldoctor_checks::facts::{KeepAlive, Sockets, Tracking, Why};
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;
use std::time::{Duration, Instant};

/// The most that is read of one table of sockets, in bytes: some 100,000 of them.
const TABLE_LIMIT: u64 = 16 << 20;
/// How long one is read. The kernel makes it up as it is read.
const TABLE_BOUND: Duration = Duration::from_secs(1);
/// States of a socket, of the kernel's tcp_states.h.
const TIME_WAIT: u8 = 6;
const LISTEN: u8 = 10;

/// The kernel's keep-alive.
pub(super) async fn keep_alive(clock: &Clock) -> Result<KeepAlive, Why> {
    let own = |name: &'static str| number(clock, Path::new("/proc/sys/net/ipv4").join(name));
    Ok(KeepAlive {
        time_s: own("tcp_keepalive_time").await?,
        interval_s: own("tcp_keepalive_intvl").await?,
        probes: own("tcp_keepalive_probes").await?,
    })
}

async fn number(clock: &Clock, path: impl AsRef<Path>) -> Result<u64, Why> {
    let path = path.as_ref();
    let text = files::read(clock, path).await?;
    text.trim().parse().map_err(|_| Why::new(Why::MALFORMED, format!("{} holds no number", path.display())))
}

/// How connections are tracked: by the card of the interface that leads to this address, and by the kernel's firewall.
pub(super) async fn tracking(clock: &Clock, request: &Request, to: Option<IpAddr>) -> Result<Tracking, Why> {
    let kernel = |name: &'static str| number(clock, Path::new("/proc/sys/net/netfilter").join(name));
    // Absent where the kernel tracks nothing.
    let (kernel_count, kernel_max) = futures::join!(kernel("nf_conntrack_count"), kernel("nf_conntrack_max"));
    let interface = host::interface_to(to);
    let figures = match &interface {
        Some(interface) => ethtool::figures(clock, &request.machine.ethtool, interface).await,
        None => HashMap::new(),
    };
    Ok(Tracking {
        interface,
        allowance_exceeded: figures.get("conntrack_allowance_exceeded").copied(),
        allowance_available: figures.get("conntrack_allowance_available").copied(),
        kernel_count: kernel_count.ok(),
        kernel_max: kernel_max.ok(),
    })
}

/// The machine's sockets at one moment, before any of ours.
#[derive(Debug, Default)]
pub(super) struct Table {
    tcp: u64,
    time_wait: u64,
    cut: bool,
    /// How many lead to the target's port, by address.
    to_port: HashMap<IpAddr, u64>,
}

/// The sockets, those to `port` counted by address where their own port is of the ephemeral range.
pub(super) async fn sockets(clock: &Clock, port: u16) -> Result<Table, Why> {
    let range = host::ephemeral_ports(clock).await.unwrap_or((1, u16::MAX));
    let reading = tokio::task::spawn_blocking(move || {
        let mut table = Table::default();
        let ipv4 = table.read("/proc/net/tcp", port, range);
        // Absent where IPv6 is off.
        let _ = table.read("/proc/net/tcp6", port, range);
        ipv4.map(|()| table)
    });
    match clock.within(TABLE_BOUND * 3, reading).await? {
        Ok(Ok(table)) => Ok(table),
        Ok(Err(error)) => Err(Why::new("Failed", format!("/proc/net/tcp: {error}"))),
        Err(panic) => Err(Why::new(Why::MALFORMED, panic.to_string())),
    }
}

impl Table {
    fn read(&mut self, file: &str, port: u16, range: (u16, u16)) -> std::io::Result<()> {
        let started = Instant::now();
        let mut lines = BufReader::new(File::open(file)?.take(TABLE_LIMIT));
        let (mut line, mut length) = (String::new(), 0);
        // The first line has the columns' names.
        loop {
            line.clear();
            let read = lines.read_line(&mut line)?;
            if read == 0 {
                break;
            }
            length += read as u64;
            self.count(&line, port, range);
            if started.elapsed() > TABLE_BOUND {
                self.cut = true;
                break;
            }
        }
        self.cut |= length >= TABLE_LIMIT;
        Ok(())
    }

    fn count(&mut self, line: &str, port: u16, range: (u16, u16)) {
        let mut words = line.split_whitespace().skip(1);
        let (Some((_, own)), Some((peer, peers)), Some(Ok(state))) = (
            words.next().and_then(endpoint),
            words.next().and_then(endpoint),
            words.next().map(|state| u8::from_str_radix(state, 16)),
        ) else {
            return;
        };
        if state == LISTEN {
            return;
        }
        self.tcp += 1;
        self.time_wait += u64::from(state == TIME_WAIT);
        if peers == port && (range.0..=range.1).contains(&own) {
            *self.to_port.entry(peer.to_canonical()).or_default() += 1;
        }
    }

    /// The figures, for these addresses of the target's.
    pub(super) fn figures(&self, addresses: impl Iterator<Item = IpAddr>) -> Sockets {
        let to = addresses.filter_map(|address| self.to_port.get(&address.to_canonical()).copied());
        Sockets { tcp: self.tcp, time_wait: self.time_wait, to_target: to.max().unwrap_or_default(), cut: self.cut }
    }
}

/// `0100007F:0FA0`: words of the address as the machine has them in memory, and the port.
fn endpoint(text: &str) -> Option<(IpAddr, u16)> {
    let (address, port) = text.split_once(':')?;
    let word =
        |index: usize| u32::from_str_radix(address.get(index * 8..index * 8 + 8)?, 16).ok().map(u32::to_ne_bytes);
    let address = match address.len() {
        8 => Ipv4Addr::from(word(0)?).into(),
        32 => {
            let words = [word(0)?, word(1)?, word(2)?, word(3)?];
            Ipv6Addr::from(<[u8; 16]>::try_from(words.concat()).ok()?).into()
        }
        _ => return None,
    };
    Some((address, u16::from_str_radix(port, 16).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_endian = "little")]
    fn sockets_are_counted_by_where_they_lead() {
        let mut table = Table::default();
        for line in [
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
            "   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1",
            "   1: 0A01000A:9C40 1402000A:0FA0 01 00000000:00000000 00:00000000 00000000     0        0 2",
            "   2: 0A01000A:9C41 1402000A:0FA0 06 00000000:00000000 00:00000000 00000000     0        0 0",
            "   3: 0A01000A:9C42 1403000A:0FA0 01 00000000:00000000 00:00000000 00000000     0        0 3",
            "   4: 0A01000A:0016 1402000A:0FA0 01 00000000:00000000 00:00000000 00000000     0        0 4",
            "   5: 0000000000000000FFFF00000A01000A:9C43 0000000000000000FFFF00001402000A:0FA0 01 0:0 0:0 0 0 0 5",
            "nonsense",
        ] {
            table.count(line, 4_000, (32_768, 60_999));
        }
        let of = |last| table.figures([IpAddr::from([10, 0, 2, last])].into_iter());
        assert_eq!(of(20), Sockets { tcp: 5, time_wait: 1, to_target: 3, cut: false });
        assert_eq!(of(21).to_target, 0);
        let both = [IpAddr::from([10, 0, 3, 20]), [10, 0, 2, 20].into()];
        assert_eq!(table.figures(both.into_iter()).to_target, 3);
    }
}
