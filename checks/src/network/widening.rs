//! What else changes would open.

use super::change::{Change, Peer, apply};
use super::index::Network;
use super::prefix;
use super::{Goal, PathQuestion, Start, Verdict};
use crate::facts::Facts;
use crate::facts::aws::NetworkInterface;
use ipnet::IpNet;
use std::collections::BTreeSet;

/// How many pairs of interfaces are judged at most.
const MAX_PAIRS: usize = 100_000;

/// What else changes would open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Widening {
    /// Pairs of interfaces that would connect on the same port and that nobody asked for. Sorted.
    pub opened: Vec<Opened>,
    /// How many pairs were left out, because there were too many to judge.
    pub not_judged: usize,
}

/// One pair of interfaces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Opened {
    /// The interface that could open connections: `eni-…`
    pub from: String,
    /// The interface that it could open them to: `eni-…`
    pub to: String,
}

/// Which other interfaces the changes would let connect on the question's port, to each other or to its ends.
pub fn also_opens(facts: &Facts, question: &PathQuestion, changes: &[Change]) -> Widening {
    let mut changed = facts.clone();
    changes.iter().for_each(|change| apply(change, &mut changed));
    let (before, after) = (Network::new(facts), Network::new(&changed));
    let mut pairs: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut not_judged = 0;
    for change in changes {
        for (from, to) in before.touched(change) {
            for source in &from {
                for target in &to {
                    if source == target {
                        continue;
                    }
                    if pairs.len() < MAX_PAIRS {
                        pairs.insert((source, target));
                    } else if !pairs.contains(&(source, target)) {
                        not_judged += 1;
                    }
                }
            }
        }
    }
    let asked = before.paths(question).paths;
    for path in &asked {
        if let (Some(from), Some(to)) = (&path.from.eni, &path.to.eni) {
            pairs.remove(&(from.as_str(), to.as_str()));
        }
    }
    let opened = pairs.into_iter().filter(|(from, to)| {
        let question = PathQuestion {
            from: Start::Interface((*from).to_owned()),
            to: Goal::Interface((*to).to_owned()),
            ..question.clone()
        };
        let works =
            |network: &Network<'_>| matches!(network.paths(&question).verdict, Verdict::Reachable | Verdict::Partial);
        works(&after) && !works(&before)
    });
    let opened = opened.map(|(from, to)| Opened { from: from.to_owned(), to: to.to_owned() }).collect();
    Widening { opened, not_judged }
}

type Ids<'a> = Vec<&'a str>;

fn id(interface: &NetworkInterface) -> &str {
    &interface.network_interface_id
}

impl<'a> Network<'a> {
    /// The interfaces that carry a group.
    pub(super) fn carriers(&self, group: &str) -> impl Iterator<Item = &'a NetworkInterface> {
        self.interface_list().iter().filter(move |interface| interface.groups.iter().any(|own| own.group_id == group))
    }

    fn within(&self, net: &IpNet) -> Ids<'a> {
        let all = self.interface_list().iter();
        all.filter(|interface| interface.addresses().any(|address| net.contains(&address))).map(id).collect()
    }

    fn matching(&self, peer: &Peer) -> Ids<'a> {
        match peer {
            Peer::Group(group) => self.carriers(group).map(id).collect(),
            Peer::Cidr(net) => self.within(net),
        }
    }

    /// Sources and targets whose connections the change has a say in.
    fn touched(&self, change: &Change) -> Vec<(Ids<'a>, Ids<'a>)> {
        let both_ways = |near: Ids<'a>, far: Ids<'a>| vec![(near.clone(), far.clone()), (far, near)];
        let on_table = |table: &str| -> Ids<'a> {
            let tied = |interface: &&NetworkInterface| {
                let own = self.tables.of(&interface.subnet_id, Some(&interface.vpc_id));
                own.is_ok_and(|own| own.table.route_table_id == table)
            };
            self.interface_list().iter().filter(tied).map(id).collect()
        };
        match change {
            Change::AllowIngress { group, peer, .. } => {
                vec![(self.matching(peer), self.carriers(group).map(id).collect())]
            }
            Change::AllowEgress { group, peer, .. } => {
                vec![(self.carriers(group).map(id).collect(), self.matching(peer))]
            }
            Change::AclEntry { acl, cidr, .. } => {
                let tied = |interface: &&NetworkInterface| {
                    let own = self.acls.of(&interface.subnet_id, Some(&interface.vpc_id));
                    own.is_ok_and(|own| own.acl.network_acl_id == *acl)
                };
                both_ways(self.interface_list().iter().filter(tied).map(id).collect(), self.within(cidr))
            }
            Change::Route { table, destination, .. } => both_ways(on_table(table), self.within(destination)),
            Change::ReplaceRoute { table, destination, .. } | Change::DeleteRoute { table, destination } => {
                let far = match prefix::block(destination) {
                    Some(net) => self.within(&net),
                    None => self.interface_list().iter().map(id).collect(),
                };
                both_ways(on_table(table), far)
            }
            Change::Decision { .. } => Vec::new(),
        }
    }
}
