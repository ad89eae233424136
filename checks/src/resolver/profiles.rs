//! Route 53 Profiles: what they bring into a VPC.

use super::Parts;
use crate::facts::{Facts, aws};

/// Something that a Profile brings in.
pub(super) struct Carried<'a> {
    /// `rp-…`
    pub(super) profile_id: &'a str,
    /// Lower ones are asked first.
    pub(super) priority: i32,
    /// The resource.
    pub(super) resource: &'a aws::ProfileResourceAssociation,
}

impl Carried<'_> {
    /// The resource's id where it is of this kind: the last part of `…:hostedzone/Z…`, `…:resolver-rule/rslvr-rr-…` and so on.
    pub(super) fn id_of(&self, kind: &str) -> Option<&str> {
        let (path, id) = self.resource.resource_arn.rsplit_once('/')?;
        path.rsplit(':').next()?.ends_with(kind).then_some(id)
    }
}

/// The priority of an association that has none, as AWS takes it.
const USUAL_PRIORITY: i32 = 100;

/// What the Profiles of a VPC carry, the Profile that is asked first before others.
pub(super) fn carried<'a>(facts: &'a Facts, vpc_id: &str, parts: &mut Parts) -> Vec<Carried<'a>> {
    let Some(associations) = parts.note(facts.profile_associations()) else { return Vec::new() };
    let mut ties: Vec<_> = associations
        .iter()
        .filter(|tie| tie.resource_id == vpc_id || tie.resource_id.ends_with(&format!("/{vpc_id}")))
        .filter(|tie| is_in_force(&tie.status))
        .collect();
    ties.sort_by_key(|tie| tie.priority.unwrap_or(USUAL_PRIORITY));
    let mut carried = Vec::new();
    for tie in ties {
        let resources = parts.note(facts.profile_resources(&tie.profile_id)).unwrap_or_default();
        carried.extend(resources.iter().filter(|resource| is_in_force(&resource.status)).map(|resource| Carried {
            profile_id: &tie.profile_id,
            priority: tie.priority.unwrap_or(USUAL_PRIORITY),
            resource,
        }));
    }
    carried
}

/// Whether a tie of this status is in force. What is being made or changed counts: it will be in force in a moment.
pub(super) fn is_in_force(status: &str) -> bool {
    !["FAILED", "DELETING", "DELETED", "OVERRIDDEN"].contains(&status.to_ascii_uppercase().as_str())
}
