//! The answer: every path, hop by hop, and what they come to together.

use super::{Hop, HopName, HopVerdict, Ports};
use crate::check::Missing;
use std::net::IpAddr;

/// What a path, or all paths together, come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing stops it.
    Reachable,
    /// A part of the client's ports, or of the endpoint's interfaces, works.
    Partial,
    /// Something stops it.
    Blocked,
    /// A fact is missing, or the path leaves the model.
    Unknown,
}

impl Verdict {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reachable => "reachable",
            Self::Partial => "partial",
            Self::Blocked => "blocked",
            Self::Unknown => "unknown",
        }
    }
}

/// All paths of a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach {
    /// What they come to together: one bad zone is `partial`.
    pub verdict: Verdict,
    /// One a target interface, in the order of their ids. Empty only where one end is not known at all.
    pub paths: Vec<Path>,
    /// What is missing to know the ends, where there is no path.
    pub missing: Option<Missing>,
}

impl Reach {
    pub(super) fn unresolved(missing: Missing) -> Self {
        Self { verdict: Verdict::Unknown, paths: Vec::new(), missing: Some(missing) }
    }

    pub(super) fn of(paths: Vec<Path>) -> Self {
        let has = |verdict| paths.iter().any(|path| path.verdict == verdict);
        let (reachable, partial, blocked) = (has(Verdict::Reachable), has(Verdict::Partial), has(Verdict::Blocked));
        // What one unknown path may turn out to be can't change `partial`, and can change the other two.
        let verdict = if partial || (reachable && blocked) {
            Verdict::Partial
        } else if has(Verdict::Unknown) || paths.is_empty() {
            Verdict::Unknown
        } else if blocked {
            Verdict::Blocked
        } else {
            Verdict::Reachable
        };
        Self { verdict, paths, missing: None }
    }

    /// The hops that block some path, each once, in path order.
    pub fn blockers(&self) -> Vec<HopName> {
        let mut names: Vec<_> = self.paths.iter().flat_map(Path::blockers).map(|hop| hop.hop).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The first of the hops that block, in path order.
    pub fn blocker(&self) -> Option<HopName> {
        self.blockers().first().copied()
    }

    /// Everything that was missing on the way, each once.
    pub fn missing(&self) -> Vec<&Missing> {
        let hops = self.paths.iter().flat_map(|path| &path.hops).filter_map(|hop| hop.missing.as_ref());
        let mut all: Vec<&Missing> = Vec::new();
        for missing in self.missing.iter().chain(hops) {
            if !all.contains(&missing) {
                all.push(missing);
            }
        }
        all
    }
}

/// From one interface to one other.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// The client's end.
    pub from: PathEnd,
    /// The end that is to be reached.
    pub to: PathEnd,
    /// The destination port.
    pub port: u16,
    /// The client's source ports that were asked about, both ends included.
    pub ephemeral: (u16, u16),
    /// The source ports to which answers come back for certain, as far as network ACLs have a say.
    pub admitted: Ports,
    /// What it comes to.
    pub verdict: Verdict,
    /// The hops, in path order.
    pub hops: Vec<Hop>,
}

impl Path {
    pub(super) fn verdict_of(hops: &[Hop]) -> Verdict {
        let has = |verdict| hops.iter().any(|hop| hop.verdict == verdict);
        if has(HopVerdict::Deny) {
            Verdict::Blocked
        } else if has(HopVerdict::Unknown) {
            Verdict::Unknown
        } else if has(HopVerdict::Partial) {
            Verdict::Partial
        } else {
            Verdict::Reachable
        }
    }

    /// The hops that block it, in path order: those that stop it all, or, where it works in part, those that stop a part.
    pub fn blockers(&self) -> impl Iterator<Item = &Hop> {
        let stopping = match self.verdict {
            Verdict::Blocked => Some(HopVerdict::Deny),
            Verdict::Partial => Some(HopVerdict::Partial),
            Verdict::Reachable | Verdict::Unknown => None,
        };
        self.hops.iter().filter(move |hop| Some(hop.verdict) == stopping)
    }

    /// The first hop that blocks it.
    pub fn blocker(&self) -> Option<&Hop> {
        self.blockers().next()
    }

    /// A hop by its name.
    pub fn hop(&self, name: HopName) -> Option<&Hop> {
        self.hops.iter().find(|hop| hop.hop == name)
    }
}

/// One end of a path, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PathEnd {
    /// `eni-…`
    pub eni: Option<String>,
    /// The address of the family asked about.
    pub ip: Option<IpAddr>,
    /// `subnet-…`
    pub subnet_id: Option<String>,
    /// The zone's id.
    pub az_id: Option<String>,
    /// `vpc-…`
    pub vpc_id: Option<String>,
    /// `i-…`
    pub instance_id: Option<String>,
    /// `vpce-…`
    pub endpoint_id: Option<String>,
    /// Sorted; `None` where they are not known.
    pub group_ids: Option<Vec<String>>,
}
