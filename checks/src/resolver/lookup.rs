//! What a zone has for a name.

use super::{Domain, Records, Zone};
use crate::facts::aws;
use std::net::IpAddr;

/// What a zone has for the addresses of a name.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Addresses.
    Addresses(Vec<IpAddr>),
    /// Another name, whose addresses count.
    Name(String),
    /// The name of another AWS resource, whose addresses are given as though they were the record's own.
    Alias(String),
    /// The endpoint that AWS keeps the zone for.
    Endpoint(String),
    /// The name is there, with records of other types.
    NoAddress,
    /// Nothing: the zone says that there is no such name.
    Nothing,
    /// The zone hands the name on to the servers of this name.
    Delegated(Vec<String>),
    /// Its records were not read.
    Unread,
}

/// Looks a name up in a zone.
pub fn lookup(zone: &Zone, name: &Domain) -> Found {
    match &zone.records {
        Records::Unread(_) => Found::Unread,
        Records::Names(names) => {
            let is_meant = |private: &String| match private.strip_prefix("*.") {
                Some(domain) => name.parent() == Some(Domain::new(domain)),
                None => Domain::new(private) == *name,
            };
            if names.iter().any(is_meant) { Found::Endpoint(zone.id().to_owned()) } else { Found::Nothing }
        }
        Records::Sets(sets) => among(sets, zone, name),
    }
}

fn among(sets: &[aws::ResourceRecordSet], zone: &Zone, name: &Domain) -> Found {
    let at = |owner: &Domain| -> Vec<&aws::ResourceRecordSet> {
        sets.iter().filter(|set| Domain::new(&set.name) == *owner).collect()
    };
    // NS records below the zone's own name hand that part of it on.
    let mut above = Some(name.clone());
    while let Some(owner) = above.filter(|owner| zone.domain.covers(owner) && *owner != zone.domain) {
        if let Some(set) = at(&owner).into_iter().find(|set| set.record_type == "NS") {
            return Found::Delegated(set.resource_records.iter().map(|record| record.value.clone()).collect());
        }
        above = owner.parent();
    }
    let mut own = at(name);
    if own.is_empty() {
        own = wildcard(sets, zone, name);
    }
    let of_type = |kind: &str| own.iter().copied().find(|set| set.record_type == kind);
    let Some(set) = of_type("A").or_else(|| of_type("CNAME")) else {
        return if own.is_empty() { Found::Nothing } else { Found::NoAddress };
    };
    if let Some(alias) = &set.alias_target {
        return Found::Alias(Domain::new(&alias.dns_name).to_string());
    }
    let values = set.resource_records.iter().map(|record| record.value.as_str());
    if set.record_type == "CNAME" {
        return values.into_iter().next().map_or(Found::NoAddress, |name| Found::Name(Domain::new(name).to_string()));
    }
    // Branches of a routing policy are separate sets of the same name and type; together they are what may be answered.
    let branches = own.iter().filter(|set| set.record_type == "A").flat_map(|set| &set.resource_records);
    Found::Addresses(branches.filter_map(|record| record.value.parse().ok()).collect())
}

/// The records of the closest wildcard above a name: `*.a.test` before `*.test`, and none beyond a name that exists.
fn wildcard<'a>(sets: &'a [aws::ResourceRecordSet], zone: &Zone, name: &Domain) -> Vec<&'a aws::ResourceRecordSet> {
    let mut above = name.parent();
    while let Some(owner) = above.filter(|owner| zone.domain.covers(owner)) {
        let star = Domain::new(&format!("*.{owner}"));
        let found: Vec<_> = sets.iter().filter(|set| Domain::new(&set.name) == star).collect();
        let exists = sets.iter().any(|set| owner.covers(&Domain::new(&set.name)));
        if !found.is_empty() || exists {
            return found;
        }
        above = owner.parent();
    }
    Vec::new()
}
