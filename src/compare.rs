//! What differs between two snapshots: before and after, or a good host and a bad one. In facts, and in what they come to.

use crate::snapshot::{NOT_REDACTED, Snapshot};
use pldoctor_checks::diagnosis::{Diagnosis, Finding, Verdict, diagnose};
use pldoctor_checks::registry::CHECKS;
use pldoctor_checks::snapshot::layout;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What differs from one run to the next whatever the world does.
const VOLATILE: &[&str] = &[
    "elapsed_ms",
    "round_trip_us",
    "after_ms",
    "login_ms",
    "query_ms",
    "ttl",
    "clock_skew_s",
    "sockets",
    "kernel_count",
    "allowance_available",
];

/// Lists whose order means something. Of all others it is what happened to come first: DNS turns addresses round, and AWS promises none.
const ORDERED: &[&str] = &["nameservers", "search", "hosts", "cnames", "certificates", "Values", "ephemeral_ports"];

/// What tells the elements of a list apart, best first. The list's own name with `Id` comes before all of them.
const KEYS: &[&str] = &[
    "Id",
    "NetworkInterfaceId",
    "GroupId",
    "InstanceId",
    "SubnetId",
    "ResourceId",
    "HostedZoneId",
    "ServiceName",
    "ZoneName",
    "Key",
    "DnsName",
    "Name",
    "interface_id",
    "address",
    "server",
    "name",
    "PrivateIpAddress",
    "CidrBlock",
];

/// Two snapshots, side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Why names differ that are the same, which the reader should know before anything else.
    pub masked: Option<Masked>,
    /// What each comes to.
    pub verdict: Sides<Verdict>,
    /// When each was collected, RFC 3339, where it says so.
    pub collected_at: Sides<Option<String>>,
    /// Root causes that only one of them has, by their checks.
    pub root_causes: Sides<Vec<&'static str>>,
    /// Findings of one check that differ in outcome, or in what they say.
    pub findings: Vec<Sides<Finding>>,
    /// Facts that differ.
    pub facts: Vec<Change>,
}

/// Of both.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sides<T> {
    /// The first one.
    pub before: T,
    /// The second one.
    pub after: T,
}

impl<T> Sides<T> {
    /// Both, borrowed.
    pub fn as_ref(&self) -> Sides<&T> {
        Sides { before: &self.before, after: &self.after }
    }

    /// The same made of both.
    pub fn map<U>(self, make: impl Fn(T) -> U) -> Sides<U> {
        Sides { before: make(self.before), after: make(self.after) }
    }
}

impl<T: PartialEq> Sides<T> {
    /// Whether one is as the other.
    pub fn are_equal(&self) -> bool {
        self.before == self.after
    }
}

/// How two snapshots are redacted whose names can't be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Masked {
    /// Both, one more than the other.
    Differently,
    /// Both, with a key each.
    OtherKeys,
    /// One, and the other is as it was seen.
    OnlyOne,
}

/// A fact that is another one. `null`: there is none on that side.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// The file of the snapshot, or `question`.
    pub file: String,
    /// Where in it: keys joined by dots, elements of lists by what tells them apart.
    pub place: String,
    /// The value before.
    pub before: Value,
    /// The value after.
    pub after: Value,
}

impl Comparison {
    /// Judges both, and says what differs.
    pub fn of(before: &Snapshot, after: &Snapshot) -> Self {
        let was = diagnose(CHECKS, &before.facts);
        let is = diagnose(CHECKS, &after.facts);
        let only = |this: &Diagnosis, other: &Diagnosis| {
            let has = |check: &str| other.root_causes.iter().any(|cause| cause.check == check);
            this.root_causes.iter().map(|cause| cause.check).filter(|check| !has(check)).collect()
        };
        let collected_at =
            |snapshot: &Snapshot| snapshot.manifest.as_ref().map(|manifest| manifest.collected_at.clone());
        Self {
            masked: masked(before, after),
            verdict: Sides { before: was.verdict, after: is.verdict },
            collected_at: Sides { before: collected_at(before), after: collected_at(after) },
            root_causes: Sides { before: only(&was, &is), after: only(&is, &was) },
            findings: was
                .findings
                .into_iter()
                .zip(is.findings)
                .filter(|(was, is)| !say_the_same(was, is))
                .map(|(before, after)| Sides { before, after })
                .collect(),
            facts: changes(before, after),
        }
    }

    /// Whether both come to the same findings, whatever the facts.
    pub fn is_same_finding(&self) -> bool {
        self.findings.is_empty()
            && self.verdict.are_equal()
            && self.root_causes.before.is_empty()
            && self.root_causes.after.is_empty()
    }
}

/// A sentence may hold a time that was measured; its key and its resources tell whether it says something else.
fn say_the_same(was: &Finding, is: &Finding) -> bool {
    was.outcome == is.outcome
        && was.message.key == is.message.key
        && was.resources == is.resources
        && was.blocked_by == is.blocked_by
        && was.notes.iter().map(|note| note.key).eq(is.notes.iter().map(|note| note.key))
}

fn masked(before: &Snapshot, after: &Snapshot) -> Option<Masked> {
    let how = |snapshot: &Snapshot| {
        let manifest = snapshot.manifest.as_ref().filter(|manifest| manifest.redacted != NOT_REDACTED)?;
        Some((manifest.redacted.clone(), manifest.key.clone()))
    };
    match (how(before), how(after)) {
        (None, None) => None,
        (Some((one, _)), Some((other, _))) if one != other => Some(Masked::Differently),
        (Some((_, one)), Some((_, other))) if one == other => None,
        (Some(_), Some(_)) => Some(Masked::OtherKeys),
        _ => Some(Masked::OnlyOne),
    }
}

fn changes(before: &Snapshot, after: &Snapshot) -> Vec<Change> {
    let files = |snapshot: &Snapshot| -> BTreeMap<String, Value> {
        let question = serde_json::to_value(&snapshot.facts.question).unwrap_or_default();
        let mut files: BTreeMap<_, _> = layout::files(&snapshot.facts).into_iter().collect();
        files.insert("question".to_owned(), question);
        files.values_mut().for_each(|value| lasting("", value));
        files
    };
    let (before, after) = (files(before), files(after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let mut found = Vec::new();
    for file in names {
        let of = |files: &BTreeMap<String, Value>| files.get(file).cloned().unwrap_or_default();
        let mut finder = Finder { file, found: &mut found };
        finder.compare("", "", &of(&before), &of(&after));
    }
    found
}

/// Leaves out what differs from run to run, and puts lists in one order. `name` is the key under which the value stands.
fn lasting(name: &str, value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !VOLATILE.contains(&key.as_str()));
            map.iter_mut().for_each(|(key, value)| lasting(key, value));
        }
        Value::Array(values) => {
            values.iter_mut().for_each(|value| lasting("", value));
            if !ORDERED.contains(&name) {
                values.sort_by_cached_key(Value::to_string);
            }
        }
        _ => {}
    }
}

/// The elements that the other list has not, or not as often.
fn without<'a>(list: &'a [Value], other: &[Value]) -> Vec<&'a Value> {
    let mut left: HashMap<String, usize> = HashMap::new();
    other.iter().for_each(|element| *left.entry(element.to_string()).or_default() += 1);
    let mut is_new = |element: &&Value| match left.get_mut(&element.to_string()).filter(|count| **count > 0) {
        Some(count) => {
            *count -= 1;
            false
        }
        None => true,
    };
    list.iter().filter(|element| is_new(element)).collect()
}

struct Finder<'a> {
    file: &'a str,
    found: &'a mut Vec<Change>,
}

impl Finder<'_> {
    /// `name` is the key under which the values stand.
    fn compare(&mut self, place: &str, name: &str, before: &Value, after: &Value) {
        if before == after {
            return;
        }
        match (before, after) {
            (Value::Object(was), Value::Object(is)) => {
                let keys: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
                for key in keys {
                    let below = if place.is_empty() { key.clone() } else { format!("{place}.{key}") };
                    let of = |map: &serde_json::Map<String, Value>| map.get(key).cloned().unwrap_or_default();
                    self.compare(&below, key, &of(was), &of(is));
                }
            }
            (Value::Array(was), Value::Array(is)) => self.lists(place, name, was, is),
            _ => self.note(place, before, after),
        }
    }

    fn lists(&mut self, place: &str, name: &str, was: &[Value], is: &[Value]) {
        if let Some(key) = key_of(name, was, is) {
            let by_key = |list: &[Value]| -> BTreeMap<String, Value> {
                list.iter()
                    .filter_map(|element| Some((element.get(key)?.as_str()?.to_owned(), element.clone())))
                    .collect()
            };
            let (was, is) = (by_key(was), by_key(is));
            let all: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
            for id in all {
                let of = |list: &BTreeMap<String, Value>| list.get(id).cloned().unwrap_or_default();
                self.compare(&format!("{place}[{id}]"), "", &of(&was), &of(&is));
            }
            return;
        }
        // As often as each is there: what both have is no difference.
        let (gone, new) = (without(was, is), without(is, was));
        if gone.is_empty() && new.is_empty() {
            // Only the order: of name servers, it matters.
            self.note(place, &Value::from(was.to_vec()), &Value::from(is.to_vec()));
        }
        for element in gone {
            self.note(&format!("{place}[]"), element, &Value::Null);
        }
        for element in new {
            self.note(&format!("{place}[]"), &Value::Null, element);
        }
    }

    fn note(&mut self, place: &str, before: &Value, after: &Value) {
        let change = Change {
            file: self.file.to_owned(),
            place: place.to_owned(),
            before: before.clone(),
            after: after.clone(),
        };
        self.found.push(change);
    }
}

/// The key that tells the elements of both lists apart: each has it, and no two of a list have the same.
fn key_of(name: &str, was: &[Value], is: &[Value]) -> Option<&'static str> {
    let own = format!("{}Id", name.strip_suffix('s').unwrap_or(name));
    let own = LIST_KEYS.iter().copied().find(|key| *key == own);
    let tells_apart = |key: &str, list: &[Value]| {
        let ids: BTreeSet<&str> = list.iter().filter_map(|element| element.get(key)?.as_str()).collect();
        ids.len() == list.len()
    };
    own.into_iter().chain(KEYS.iter().copied()).find(|key| tells_apart(key, was) && tells_apart(key, is))
}

/// The lists' own keys.
const LIST_KEYS: &[&str] = &[
    "VpcId",
    "SubnetId",
    "VpcEndpointId",
    "NetworkInterfaceId",
    "GroupId",
    "NetworkAclId",
    "RouteTableId",
    "VpcPeeringConnectionId",
    "DhcpOptionsId",
    "InstanceId",
    "HostedZoneId",
];
