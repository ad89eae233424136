//! Addresses, moved so that whatever lay in one block still does: the longest common prefix of two addresses stays as long as it was.
//!
//! An address is a way down a binary tree; at each node a keyed bit says whether its two halves change places. Nodes above a block that has a meaning of
//! its own (private, link-local, multicast …) never do, nor do those within it, so that such a block stays where it is, with everything in it. In
//! `strict`, what is in a private block moves as well, within that block. What lies in a VPC stays where it is in that VPC, because the VPC's resolver is
//! at its third address.

use super::key::Key;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Blocks that mean something by themselves.
const SPECIAL: &[([u8; 4], u32)] = &[
    ([0, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];
/// Private blocks.
const PRIVATE: &[([u8; 4], u32)] = &[([10, 0, 0, 0], 8), ([172, 16, 0, 0], 12), ([192, 168, 0, 0], 16)];
/// IPv6 blocks that mean something by themselves: ::/8 with the mapped ones, NAT64, EC2's own, link-local, multicast.
const SPECIAL_V6: &[(u128, u32)] =
    &[(0, 8), (0x0064_ff9b << 96, 32), (0xfd00_0ec2 << 96, 32), (0xfe80 << 112, 10), (0xff00 << 112, 8)];
/// Unique local addresses.
const PRIVATE_V6: (u128, u32) = (0xfc00 << 112, 7);
/// The last bits of a private address outside every known VPC stay: the smallest subnet has 16 addresses, and the resolver is the third.
const SMALLEST_SUBNET: u32 = 28;

/// How addresses move.
#[derive(Clone, Debug)]
pub(super) struct Moves {
    key: Key,
    strict: bool,
    /// The VPCs' IPv4 blocks.
    vpcs: Vec<Ipv4Net>,
}

impl Moves {
    pub(super) fn new(key: Key, strict: bool, vpcs: Vec<Ipv4Net>) -> Self {
        Self { key, strict, vpcs }
    }

    /// Where the address comes to lie.
    pub(super) fn address(&self, address: IpAddr) -> IpAddr {
        match address {
            IpAddr::V4(address) => IpAddr::V4(self.v4(address)),
            IpAddr::V6(address) => match embedded(address) {
                Some(v4) => {
                    let moved = u128::from(u32::from(self.v4(v4)));
                    IpAddr::V6(Ipv6Addr::from(u128::from(address) >> 32 << 32 | moved))
                }
                None => IpAddr::V6(self.v6(address)),
            },
        }
    }

    /// Where the block comes to lie. Its length stays, and bits behind it, where somebody wrote any, move as an address does.
    pub(super) fn block(&self, block: IpNet) -> IpNet {
        let moved = self.address(block.addr());
        let bits = block.prefix_len();
        // The host part of a block that was written without one stays without one.
        let clean = block.addr() == block.network();
        let net = match moved {
            IpAddr::V4(moved) => Ipv4Net::new(moved, bits).map(IpNet::V4),
            IpAddr::V6(moved) => Ipv6Net::new(moved, bits).map(IpNet::V6),
        };
        net.map_or(block, |net| if clean { net.trunc() } else { net })
    }

    fn v4(&self, address: Ipv4Addr) -> Ipv4Addr {
        let bits = u32::from(address);
        let mut moved = 0;
        for depth in 0..32 {
            let prefix = if depth == 0 { 0 } else { bits >> (32 - depth) << (32 - depth) };
            let bit = bits >> (31 - depth) & 1;
            moved = moved << 1 | (bit ^ u32::from(self.turns_v4(prefix, depth)));
        }
        Ipv4Addr::from(moved)
    }

    fn turns_v4(&self, prefix: u32, depth: u32) -> bool {
        let within = |base: u32, length: u32| depth >= length && shared(base, prefix, length);
        let above = |base: u32, length: u32| depth < length && shared(base, prefix, depth);
        let any = |blocks: &[([u8; 4], u32)], test: &dyn Fn(u32, u32) -> bool| {
            blocks.iter().any(|(base, length)| test(u32::from_be_bytes(*base), *length))
        };
        let in_vpc = || self.vpcs.iter().any(|vpc| within(u32::from(vpc.network()), u32::from(vpc.prefix_len())));
        if any(SPECIAL, &above) || any(PRIVATE, &above) || any(SPECIAL, &within) || in_vpc() {
            return false;
        }
        if any(PRIVATE, &within) && (!self.strict || depth >= SMALLEST_SUBNET) {
            return false;
        }
        self.key.bit("address-4", depth, &prefix.to_be_bytes())
    }

    fn v6(&self, address: Ipv6Addr) -> Ipv6Addr {
        let bits = u128::from(address);
        let mut moved = 0;
        for depth in 0..128 {
            let prefix = if depth == 0 { 0 } else { bits >> (128 - depth) << (128 - depth) };
            let bit = bits >> (127 - depth) & 1;
            moved = moved << 1 | (bit ^ u128::from(self.turns_v6(prefix, depth)));
        }
        Ipv6Addr::from(moved)
    }

    fn turns_v6(&self, prefix: u128, depth: u32) -> bool {
        let same = |base: u128, length: u32| length == 0 || (base ^ prefix) >> (128 - length) == 0;
        let within = |(base, length): (u128, u32)| depth >= length && same(base, length);
        let above = |(base, length): (u128, u32)| depth < length && same(base, depth);
        let all = || SPECIAL_V6.iter().copied().chain([PRIVATE_V6]);
        if all().any(above) || SPECIAL_V6.iter().copied().any(within) || (within(PRIVATE_V6) && !self.strict) {
            return false;
        }
        self.key.bit("address-6", depth, &prefix.to_be_bytes())
    }
}

/// Whether the first `length` bits are the same.
fn shared(a: u32, b: u32, length: u32) -> bool {
    length == 0 || (a ^ b) >> (32 - length) == 0
}

/// The IPv4 address in an IPv6 one: mapped, or behind NAT64.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let bits = u128::from(address);
    let prefix = bits >> 32;
    let holds = prefix == 0xffff || prefix == 0x0064_ff9b << 64;
    holds.then(|| Ipv4Addr::from((bits & 0xffff_ffff) as u32))
}

/// Whether the address says something about its owner to somebody outside.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let bits = u32::from(address);
            !SPECIAL.iter().chain(PRIVATE).any(|(base, length)| shared(u32::from_be_bytes(*base), bits, *length))
        }
        IpAddr::V6(address) => match embedded(address) {
            Some(v4) => is_public(v4.into()),
            None => {
                let bits = u128::from(address);
                !SPECIAL_V6
                    .iter()
                    .copied()
                    .chain([PRIVATE_V6])
                    .any(|(base, length)| (base ^ bits) >> (128 - length) == 0)
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn moves(strict: bool) -> Moves {
        Moves::new(
            Key::fixed(7),
            strict,
            vec!["10.20.0.0/16".parse().expect("a block"), "52.1.0.0/16".parse().expect("a block")],
        )
    }

    fn v4(text: &str) -> u32 {
        text.parse::<Ipv4Addr>().expect("an address").into()
    }

    proptest! {
        #[test]
        fn common_prefixes_stay_as_long_as_they_were(a: u32, b: u32, shift in 0u32..32, strict: bool) {
            // Two addresses at random seldom share more than a few bits.
            let b = a ^ (b >> shift);
            let moves = moves(strict);
            let (moved_a, moved_b) = (u32::from(moves.v4(a.into())), u32::from(moves.v4(b.into())));
            prop_assert_eq!((a ^ b).leading_zeros(), (moved_a ^ moved_b).leading_zeros());
        }

        #[test]
        fn common_prefixes_of_ipv6_too(a: u128, b: u128, shift in 0u32..128, strict: bool) {
            let b = a ^ (b >> shift);
            let moves = moves(strict);
            let (moved_a, moved_b) = (u128::from(moves.v6(a.into())), u128::from(moves.v6(b.into())));
            prop_assert_eq!((a ^ b).leading_zeros(), (moved_a ^ moved_b).leading_zeros());
        }

        #[test]
        fn what_is_private_stays_private_and_what_is_public_public(a: u32, strict: bool) {
            let address = Ipv4Addr::from(a);
            let moved = moves(strict).v4(address);
            prop_assert_eq!(is_public(address.into()), is_public(moved.into()));
            prop_assert_eq!(address.is_private(), moved.is_private());
            if !strict && !is_public(address.into()) {
                prop_assert_eq!(address, moved);
            }
        }

        #[test]
        fn a_place_in_a_vpc_stays(host: u16, strict: bool) {
            for base in ["10.20.0.0", "52.1.0.0"] {
                let moves = moves(strict);
                let base = v4(base);
                let moved_base = u32::from(moves.v4(base.into()));
                let moved = u32::from(moves.v4((base + u32::from(host)).into()));
                prop_assert_eq!(moved - moved_base, u32::from(host));
            }
        }
    }

    #[test]
    fn public_addresses_move_and_blocks_keep_their_length() {
        let moves = moves(false);
        assert_ne!(moves.v4(Ipv4Addr::new(203, 0, 113, 7)), Ipv4Addr::new(203, 0, 113, 7));
        for fixed in ["0.0.0.0/0", "10.0.0.0/8", "10.0.1.25/24", "169.254.169.253/32", "::/0", "fd00:ec2::253/128"] {
            let block: IpNet = fixed.parse().expect("a block");
            assert_eq!(moves.block(block), block);
        }
        let block: IpNet = "203.0.113.0/24".parse().expect("a block");
        let moved = moves.block(block);
        assert_eq!((moved.prefix_len(), moved.addr()), (24, moved.network()));
        assert!(moved.contains(&moves.address([203, 0, 113, 7].into())));
        assert_ne!(super::Moves::new(Key::fixed(8), false, vec![]).block(block), moved);
    }
}
