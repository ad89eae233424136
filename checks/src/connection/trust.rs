//! What several stores of roots together make of a chain.

use crate::facts::{RootStore, Trust, Verdict};

/// Whether clients will trust a chain.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Belief<'a> {
    /// The file that the user named does, or where there is none, every store.
    Entirely {
        /// The stores that do.
        by: Vec<RootStore>,
    },
    /// Some do, and others don't: it hangs on the client.
    Partly {
        /// The stores that do.
        by: Vec<RootStore>,
        /// The others, the one that the user named first.
        not_by: Vec<RootStore>,
    },
    /// None does, for this reason.
    Not(&'a Verdict),
}

/// The stores' verdicts together. The file that the user named is what their clients have: where it trusts the chain, the other stores don't
/// matter, since a cluster's own CA is in no other.
pub(super) fn belief(trust: &[Trust]) -> Belief<'_> {
    let is_trusted = |trust: &&Trust| trust.verdict == Verdict::Trusted;
    let (by, not): (Vec<&Trust>, Vec<&Trust>) = trust.iter().partition(is_trusted);
    let names = |list: &[&Trust]| {
        let mut stores: Vec<RootStore> = list.iter().map(|trust| trust.store).collect();
        stores.sort_by_key(|store| (*store != RootStore::Given, *store));
        stores
    };
    let given = |list: &[&Trust]| list.iter().any(|trust| trust.store == RootStore::Given);
    if given(&by) || (!by.is_empty() && not.is_empty()) {
        return Belief::Entirely { by: names(&by) };
    }
    if !by.is_empty() {
        return Belief::Partly { by: names(&by), not_by: names(&not) };
    }
    let decisive = not.iter().min_by_key(|trust| (trust.store != RootStore::Given, rank(&trust.verdict)));
    // Nobody was asked: as if nobody knew.
    Belief::Not(decisive.map_or(&Verdict::UnknownIssuer, |trust| &trust.verdict))
}

/// The most telling reason first: a chain that has ended leads somewhere, at least.
fn rank(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Expired | Verdict::NotYetValid => 0,
        Verdict::Strict { .. } => 1,
        Verdict::BadSignature => 2,
        Verdict::Refused { .. } => 3,
        Verdict::UnknownIssuer | Verdict::Trusted => 4,
        Verdict::NoStore { .. } => 5,
    }
}
