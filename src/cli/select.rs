//! Which checks run, by their ids.

use super::args::SelectArguments;
use super::usage::{Usage, shown};
use pldoctor_checks::check::Check;
use pldoctor_checks::registry::{self, CHECKS};

/// How alike two ids have to be for one to be offered for the other.
const ALIKE: f64 = 0.8;

/// The checks that `--only` and `--skip` leave.
pub(super) fn checks(SelectArguments { only, skip }: &SelectArguments) -> Result<Vec<&'static dyn Check>, Usage> {
    for id in only.iter().chain(skip) {
        find(id)?;
    }
    let chosen = |id: &str| (only.is_empty() || only.iter().any(|one| one == id)) && !skip.iter().any(|one| one == id);
    let left: Vec<_> = CHECKS.iter().copied().filter(|check| chosen(check.meta().id)).collect();
    if left.is_empty() && !CHECKS.is_empty() {
        return Err(Usage::new("--only and --skip leave no check to run", "`pldoctor checks` lists them."));
    }
    Ok(left)
}

/// The check with this id.
pub(super) fn find(id: &str) -> Result<&'static dyn Check, Usage> {
    registry::check(id).ok_or_else(|| unknown(id, CHECKS.iter().map(|check| check.meta().id)))
}

fn unknown(id: &str, known: impl Iterator<Item = &'static str>) -> Usage {
    let wanted = id.to_ascii_lowercase().replace('_', "-");
    let likeness = |other: &str| {
        let part = !wanted.is_empty() && (other.contains(&wanted) || wanted.contains(other));
        if part { 1.0 } else { strsim::jaro_winkler(&wanted, other) }
    };
    let mut near: Vec<(f64, &str)> =
        known.map(|other| (likeness(other), other)).filter(|(likeness, _)| *likeness >= ALIKE).collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    if near.iter().any(|(_, other)| *other == wanted) {
        near.retain(|(_, other)| *other == wanted);
    }
    let near: Vec<&str> = near.into_iter().take(3).map(|(_, other)| other).collect();
    let meant = if near.is_empty() { String::new() } else { format!("Did you mean {}? ", near.join(" or ")) };
    Usage::new(format!("there is no check {}", shown(id)), format!("{meant}`pldoctor checks` lists them."))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 5] = ["endpoint-security-group", "client-security-group", "vpc-dns-support", "tcp", "login"];

    #[test]
    fn the_nearest_ids_are_offered() {
        let said = |id: &str| unknown(id, KNOWN.into_iter()).to_string();
        assert!(
            said("endpoint_security_group").contains("mean endpoint-security-group?"),
            "{}",
            said("endpoint_security_group")
        );
        assert!(said("security-group").contains("endpoint-security-group or client-security-group"));
        assert!(said("vpc-dns-suport").contains("vpc-dns-support"));
        assert!(!said("quorum").contains("Did you mean"));
        assert!(said("\u{1b}[31m").contains("'\\u{1b}[31m'"));
    }
}
