//! Exact sets of ports.

use std::fmt;

/// A set of TCP ports, kept as ascending ranges that neither touch nor overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ports(Vec<(u16, u16)>);

impl Ports {
    /// No port.
    pub const NONE: Self = Self(Vec::new());

    /// The ports from `first` to `last`, both included; none where they are the wrong way round.
    pub fn range(first: u16, last: u16) -> Self {
        if first <= last { Self(vec![(first, last)]) } else { Self::NONE }
    }

    /// The ranges, ascending, both ends included.
    pub fn ranges(&self) -> &[(u16, u16)] {
        &self.0
    }

    /// Whether there is no port in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many ports there are.
    pub fn count(&self) -> u32 {
        self.0.iter().map(|(first, last)| u32::from(last - first) + 1).sum()
    }

    /// Whether the port is in it.
    pub fn contains(&self, port: u16) -> bool {
        self.0.iter().any(|(first, last)| (*first..=*last).contains(&port))
    }

    /// The ports that are in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut both = Vec::new();
        for (first, last) in &self.0 {
            for (other_first, other_last) in &other.0 {
                let (from, to) = ((*first).max(*other_first), (*last).min(*other_last));
                if from <= to {
                    both.push((from, to));
                }
            }
        }
        Self(both)
    }

    /// The ports of this one that are not in the other.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        let mut rest = Vec::new();
        for (first, last) in &self.0 {
            let mut next = u32::from(*first);
            for (other_first, other_last) in &other.0 {
                if other_last < first || other_first > last {
                    continue;
                }
                if u32::from(*other_first) > next {
                    rest.push((next as u16, other_first - 1));
                }
                next = next.max(u32::from(*other_last) + 1);
            }
            if next <= u32::from(*last) {
                rest.push((next as u16, *last));
            }
        }
        Self(rest)
    }

    /// The ports that are in one of them.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let mut all: Vec<_> = self.0.iter().chain(&other.0).copied().collect();
        all.sort_unstable();
        let mut merged: Vec<(u16, u16)> = Vec::with_capacity(all.len());
        for (first, last) in all {
            match merged.last_mut() {
                Some(before) if u32::from(first) <= u32::from(before.1) + 1 => before.1 = before.1.max(last),
                _ => merged.push((first, last)),
            }
        }
        Self(merged)
    }
}

/// `1024-2047, 4000`
impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (first, last)) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            if first == last { write!(f, "{first}")? } else { write!(f, "{first}-{last}")? }
        }
        Ok(())
    }
}
