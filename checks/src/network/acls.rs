//! Network ACLs: numbered entries of one direction, the first that matches decides, and the last word is no.

use super::ends::End;
use super::index::Network;
use super::prefix::{self, covers};
use super::{Direction, Family, Ports};
use super::{Hop, HopName, HopVerdict, Reason, RuleRef};
use crate::facts::Fact;
use crate::facts::aws::{NetworkAcl, NetworkAclEntry};
use ipnet::IpNet;
use std::sync::OnceLock;

/// The number of the final `*` entry, where the API lists it.
pub(super) const FINAL: i32 = 32767;

/// A network ACL, and its entries about TCP once they are read.
pub(super) struct Acl<'a> {
    pub(super) acl: &'a NetworkAcl,
    inbound: OnceLock<Vec<Entry<'a>>>,
    outbound: OnceLock<Vec<Entry<'a>>>,
}

/// An entry about TCP. What can't be read is `None`.
struct Entry<'a> {
    number: i32,
    allow: Option<bool>,
    block: Option<IpNet>,
    /// Destination ports.
    ports: Option<(u16, u16)>,
    text: &'a str,
}

/// The block of an entry, as AWS wrote it.
pub(super) fn block_text(entry: &NetworkAclEntry) -> &str {
    entry.cidr_block.as_deref().or(entry.ipv6_cidr_block.as_deref()).unwrap_or_default()
}

/// Reads an entry; `None` where it says nothing about TCP.
fn read(entry: &NetworkAclEntry) -> Option<Entry<'_>> {
    let protocol = entry.protocol.as_str();
    let tcp = protocol == "6" || protocol.eq_ignore_ascii_case("tcp");
    let ports = match &entry.port_range {
        _ if protocol == "-1" => Some((0, u16::MAX)),
        // An entry without a protocol says something that can't be read.
        _ if protocol.is_empty() => None,
        _ if !tcp => return None,
        None => Some((0, u16::MAX)),
        Some(range) => u16::try_from(range.from).ok().zip(u16::try_from(range.to).ok()),
    };
    let allow = match entry.rule_action.as_str() {
        action if action.eq_ignore_ascii_case("allow") => Some(true),
        action if action.eq_ignore_ascii_case("deny") => Some(false),
        _ => None,
    };
    let text = block_text(entry);
    Some(Entry { number: entry.rule_number, allow, block: prefix::block(text), ports, text })
}

impl<'a> Acl<'a> {
    pub(super) fn new(acl: &'a NetworkAcl) -> Self {
        Self { acl, inbound: OnceLock::new(), outbound: OnceLock::new() }
    }

    /// The entries of one direction, in the order in which they are tried.
    fn entries(&self, direction: Direction) -> &[Entry<'a>] {
        let (slot, egress) = match direction {
            Direction::Ingress => (&self.inbound, false),
            Direction::Egress => (&self.outbound, true),
        };
        slot.get_or_init(|| {
            let acl: &'a NetworkAcl = self.acl;
            let mut all: Vec<_> = acl.entries.iter().filter(|entry| entry.egress == egress).filter_map(read).collect();
            all.sort_by(|a, b| (a.number, a.text, a.allow, a.ports).cmp(&(b.number, b.text, b.allow, b.ports)));
            all
        })
    }
}

/// What a network ACL does to a set of destination ports. The rest, which is in neither, is in doubt.
#[derive(Clone, Debug, Default)]
pub(super) struct Sifted {
    pub(super) admitted: Ports,
    pub(super) refused: Ports,
}

impl Acl<'_> {
    /// Sifts the ports; also the first entry that refuses some of them, and the first that admits some.
    fn sift(
        &self,
        direction: Direction,
        end: &End<'_>,
        family: Family,
        asked: &Ports,
    ) -> (Sifted, Option<&Entry<'_>>, Option<&Entry<'_>>) {
        let mut sifted = Sifted::default();
        let (mut refusing, mut admitting) = (None, None);
        let mut rest = asked.clone();
        for entry in self.entries(direction) {
            let matches = entry.block.as_ref().and_then(|block| covers(block, end.address, family));
            if matches == Some(false) {
                continue;
            }
            let hit = match entry.ports {
                Some((first, last)) => rest.and(&Ports::range(first, last)),
                None => rest.clone(),
            };
            if hit.is_empty() {
                continue;
            }
            rest = rest.without(&hit);
            match (matches, entry.ports, entry.allow) {
                (Some(true), Some(_), Some(true)) => {
                    admitting.get_or_insert(entry);
                    sifted.admitted = sifted.admitted.or(&hit);
                }
                (Some(true), Some(_), Some(false)) => {
                    refusing.get_or_insert(entry);
                    sifted.refused = sifted.refused.or(&hit);
                }
                // In doubt: neither admitted nor refused.
                _ => {}
            }
            if rest.is_empty() {
                break;
            }
        }
        sifted.refused = sifted.refused.or(&rest);
        (sifted, refusing, admitting)
    }

    fn rule_ref(&self, direction: Direction, entry: &Entry<'_>) -> RuleRef {
        RuleRef::Acl {
            acl: self.acl.network_acl_id.clone(),
            number: entry.number,
            egress: direction == Direction::Egress,
            allow: entry.allow == Some(true),
            cidr: entry.text.to_owned(),
        }
    }
}

impl Network<'_> {
    /// Judges the network ACL of `own`'s subnet for traffic from or to `other`, on these destination ports.
    pub(super) fn judge_acl(
        &self,
        name: HopName,
        own: &End<'_>,
        other: &End<'_>,
        family: Family,
        asked: &Ports,
    ) -> (Hop, Sifted) {
        let direction = name.direction().unwrap_or(Direction::Ingress);
        let Some(subnet_id) = own.subnet_id else {
            return (Hop::unknown(name, Reason::AddressUnknown, own.missing.clone()), Sifted::default());
        };
        let acl = match self.acls.of(subnet_id, own.vpc_id) {
            Ok(acl) => acl,
            Err(missing) => return (Hop::unknown(name, Reason::Missing, Some(missing)), Sifted::default()),
        };
        let (sifted, refusing, admitting) = acl.sift(direction, other, family, asked);
        let id = &acl.acl.network_acl_id;
        let (verdict, reason, entry) = if sifted.admitted == *asked {
            (HopVerdict::Allow, Reason::RuleMatches, admitting)
        } else if sifted.refused == *asked {
            let reason = match refusing {
                Some(entry) if entry.number != FINAL => Reason::AclDeny { number: entry.number },
                _ => Reason::AclNoMatch,
            };
            (HopVerdict::Deny, reason, refusing)
        } else if !sifted.admitted.is_empty() && !sifted.refused.is_empty() {
            let reason = Reason::PartOfPorts { admitted: sifted.admitted.clone(), refused: sifted.refused.clone() };
            (HopVerdict::Partial, reason, refusing)
        } else {
            let (reason, missing) = match other.address {
                Some(_) => (Reason::Missing, Some(prefix::unreadable(Fact::NetworkAcls, id))),
                None => (Reason::AddressUnknown, other.missing.clone()),
            };
            let hop = Hop { resource: Some(id.clone()), ..Hop::unknown(name, reason, missing) };
            return (hop, sifted);
        };
        let mut hop = Hop::new(name, verdict, reason);
        hop.resource = Some(id.clone());
        hop.resources = vec![id.clone()];
        hop.rule = entry.map(|entry| acl.rule_ref(direction, entry));
        hop.explanation_code = hop.blocks().then_some("SUBNET_ACL_RESTRICTION");
        (hop, sifted)
    }
}
