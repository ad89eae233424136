//! The ICMP message behind a connection that failed. The kernel turns it into an error number, but keeps the message for whoever asks beforehand.

use nix::libc;
use nix::sys::socket::{
    ControlMessageOwned, MsgFlags, SockaddrIn, SockaddrIn6, SockaddrStorage, recvmsg, setsockopt, sockopt,
};
use pldoctor_checks::facts::Icmp;
use std::io::IoSliceMut;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::{AsFd, AsRawFd as _, OwnedFd};

/// Origins of an entry of the queue, of linux/errqueue.h: SO_EE_ORIGIN_ICMP and SO_EE_ORIGIN_ICMP6.
const ORIGINS: [u8; 2] = [2, 3];

/// Messages about a socket's connection. It holds the socket open: drop it to let the connection go.
pub(super) struct Messages(OwnedFd);

impl Messages {
    /// Has the kernel keep them from now on. `None` where it can't: then nobody knows more than the error number.
    pub(super) fn of(socket: &impl AsFd, peer: SocketAddr) -> Option<Self> {
        keep(socket, peer, true)?;
        socket.as_fd().try_clone_to_owned().ok().map(Self)
    }

    /// The last message that says why there is no way. Kernels before 5.8 keep none while a connection is being made.
    pub(super) fn last(&self) -> Option<Icmp> {
        let mut last = None;
        // A queue has few entries; an endless one is not waited for.
        for _ in 0..16 {
            match self.next() {
                Some(found) => last = found.or(last),
                None => break,
            }
        }
        last
    }

    /// The next entry of the queue, as far as it is an ICMP message; `None` at its end.
    fn next(&self) -> Option<Option<Icmp>> {
        let mut payload = [0; 128];
        let mut slices = [IoSliceMut::new(&mut payload)];
        let mut space = nix::cmsg_space!(libc::sock_extended_err, libc::sockaddr_in6, [u8; 64]);
        let flags = MsgFlags::MSG_ERRQUEUE | MsgFlags::MSG_DONTWAIT;
        let message = recvmsg::<SockaddrStorage>(self.0.as_raw_fd(), &mut slices, Some(&mut space), flags).ok()?;
        let icmp = message.cmsgs().ok()?.find_map(|control| match control {
            ControlMessageOwned::Ipv4RecvErr(error, from) => {
                of_icmp(&error, from.map(|from| SockaddrIn::from(from).ip().into()))
            }
            ControlMessageOwned::Ipv6RecvErr(error, from) => {
                of_icmp(&error, from.map(|from| SockaddrIn6::from(from).ip().into()))
            }
            _ => None,
        });
        Some(icmp)
    }
}

/// Whether the kernel keeps messages about this socket. While it does, each of them is an error to whoever reads, so that a connection that
/// stands is better off without.
pub(super) fn keep(socket: &impl AsFd, peer: SocketAddr, wanted: bool) -> Option<()> {
    match peer {
        SocketAddr::V4(_) => setsockopt(socket, sockopt::Ipv4RecvErr, &wanted).ok(),
        SocketAddr::V6(_) => setsockopt(socket, sockopt::Ipv6RecvErr, &wanted).ok(),
    }
}

fn of_icmp(error: &libc::sock_extended_err, from: Option<IpAddr>) -> Option<Icmp> {
    ORIGINS.contains(&error.ee_origin).then_some(Icmp {
        from: from.filter(|from| !from.is_unspecified()),
        kind: error.ee_type,
        code: error.ee_code,
    })
}
