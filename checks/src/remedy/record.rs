//! A record in somebody's own zone that leads the private name to the endpoint.

use super::quoted::hcl;
use super::{Act, command::aws};
use crate::check::Owner;
use crate::facts::{Facts, aws as shapes};
use crate::resolver::Domain;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Points a name in a private hosted zone at an endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct PointRecord {
    /// `Z…`
    pub zone_id: String,
    /// The private name.
    pub name: String,
    /// The endpoint's regional name, and the zone that AWS keeps it in.
    pub to: shapes::DnsEntry,
    /// Records of the same name that give another answer.
    pub replaces: Vec<shapes::ResourceRecordSet>,
}

impl PointRecord {
    /// An alias and no CNAME: that is allowed at the zone's own name too, and answers with the endpoint's addresses at once.
    fn record(&self) -> shapes::ResourceRecordSet {
        shapes::ResourceRecordSet {
            name: format!("{}.", self.name),
            record_type: "A".to_owned(),
            alias_target: Some(shapes::AliasTarget {
                hosted_zone_id: self.to.hosted_zone_id.clone(),
                dns_name: self.to.dns_name.clone(),
                evaluate_target_health: false,
            }),
            ..Default::default()
        }
    }

    fn change(&self, changes: &[(&str, &shapes::ResourceRecordSet)]) -> Vec<String> {
        let changes: Vec<Value> =
            changes.iter().map(|(action, set)| json!({ "Action": action, "ResourceRecordSet": set })).collect();
        let batch = json!({ "Changes": changes }).to_string();
        let arguments = ["change-resource-record-sets", "--hosted-zone-id", &self.zone_id, "--change-batch", &batch];
        aws("route53", arguments)
    }
}

impl Act for PointRecord {
    fn key(&self) -> &'static str {
        "point-record"
    }

    fn values(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("zone", self.zone_id.clone()),
            ("name", self.name.clone()),
            ("target", self.to.dns_name.clone()),
        ])
    }

    fn owner(&self) -> Owner {
        Owner::Dns
    }

    fn argv(&self) -> Vec<String> {
        let record = self.record();
        // Everything in one batch, so that the name is never without an answer.
        let mut changes: Vec<_> = self.replaces.iter().map(|old| ("DELETE", old)).collect();
        changes.push(("CREATE", &record));
        self.change(&changes)
    }

    fn terraform(&self) -> String {
        format!(
            "resource \"aws_route53_record\" \"tidb_cloud\" {{\n  zone_id = {}\n  name    = {}\n  type    = \"A\"\n\n  alias {{\n    name                   = {}\n    zone_id                = {}\n    evaluate_target_health = false\n  }}\n}}\n",
            hcl(&self.zone_id),
            hcl(&self.name),
            hcl(&self.to.dns_name),
            hcl(&self.to.hosted_zone_id)
        )
    }

    fn undo(&self) -> Vec<String> {
        let record = self.record();
        let mut changes = vec![("DELETE", &record)];
        changes.extend(self.replaces.iter().map(|old| ("CREATE", old)));
        self.change(&changes)
    }

    fn verify(&self) -> Vec<String> {
        let arguments =
            ["list-resource-record-sets", "--hosted-zone-id", &self.zone_id, "--start-record-name", &self.name];
        aws("route53", arguments.into_iter().chain(["--max-items", "1"]))
    }

    fn iam(&self) -> &'static [&'static str] {
        &["route53:ChangeResourceRecordSets"]
    }

    fn apply(&self, facts: &mut Facts) {
        let Some(list) = facts.aws.record_sets.get_mut(&self.zone_id).and_then(|list| list.known_mut()) else { return };
        let name = Domain::new(&self.name);
        let gives_way = |set: &shapes::ResourceRecordSet| {
            Domain::new(&set.name) == name && ["A", "CNAME"].contains(&set.record_type.as_str())
        };
        list.resource_record_sets.retain(|set| !gives_way(set));
        list.resource_record_sets.push(self.record());
    }
}
