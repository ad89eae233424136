//! Blocks of addresses and prefix lists.

use super::Family;
use super::index::Network;
use crate::check::Missing;
use crate::facts::{Fact, Why};
use ipnet::IpNet;
use std::net::IpAddr;

/// Reads a block as AWS writes it; host bits may be set. A bare address is a block of one.
pub(super) fn block(text: &str) -> Option<IpNet> {
    text.parse::<IpNet>().map(|net| net.trunc()).ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// Whether a block contains an address; `None` where the address is not known and the block is not everything of its family.
pub(super) fn covers(net: &IpNet, address: Option<IpAddr>, family: Family) -> Option<bool> {
    match address {
        Some(address) => Some(net.contains(&address)),
        None if !family.has(net.addr()) => Some(false),
        None if net.prefix_len() == 0 => Some(true),
        None => None,
    }
}

/// The blocks of a prefix list.
pub(super) struct Blocks {
    /// Those that could be read, the longest prefix first.
    pub(super) nets: Vec<IpNet>,
    /// Whether there were others.
    pub(super) unreadable: bool,
}

impl Network<'_> {
    /// The longest block of a prefix list that contains the address; `None` where none does.
    ///
    /// # Errors
    /// What is missing to know.
    pub(super) fn in_list(&self, id: &str, address: Option<IpAddr>, family: Family) -> Result<Option<IpNet>, Missing> {
        let blocks = self.list(id)?;
        let mut doubt = blocks.unreadable;
        for net in &blocks.nets {
            match covers(net, address, family) {
                Some(true) => return Ok(Some(*net)),
                Some(false) => {}
                None => doubt = true,
            }
        }
        if doubt { Err(unreadable(Fact::PrefixListEntries, id)) } else { Ok(None) }
    }
}

/// A part of a resource that can't be read.
pub(super) fn unreadable(fact: Fact, object: &str) -> Missing {
    Missing { fact, object: Some(object.to_owned()), why: Why::new(Why::MALFORMED, "") }
}
