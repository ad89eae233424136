//! Private hosted zones: those of a VPC, those that Profiles bring in, and those that AWS keeps for endpoints with private DNS.

use super::profiles::carried;
use super::{Domain, Parts};
use crate::check::Stop;
use crate::facts::{Fact, Facts, aws};

/// One private hosted zone as a VPC's resolver sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone {
    /// Its domain.
    pub domain: Domain,
    /// Whose it is.
    pub holder: Holder,
    /// `rp-…` where a Profile brings it in.
    pub profile: Option<String>,
    /// What it holds.
    pub records: Records,
}

/// Whose a zone is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// AWS keeps it for the endpoint `vpce-…`, whose private DNS is on.
    Endpoint(String),
    /// Somebody's own.
    Hosted {
        /// `Z…`
        id: String,
        /// The account that keeps it, where AWS says.
        owner: Option<String>,
    },
    /// An AWS service keeps it, for something that was not seen.
    Service {
        /// `Z…`
        id: String,
        /// `efs.amazonaws.com` …
        service: String,
    },
}

/// What a zone holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Records {
    /// The private names of an endpoint, of which some may begin with `*.`.
    Names(Vec<String>),
    /// Records.
    Sets(Vec<aws::ResourceRecordSet>),
    /// They were not read.
    Unread(Stop),
}

/// The zones of one VPC.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Zones {
    /// All of them: of two with the same domain, the first is asked.
    pub list: Vec<Zone>,
    /// What was not seen.
    pub parts: Parts,
}

impl Zones {
    /// The zones that the resolver of a VPC knows. What could not be read is noted.
    pub fn of(facts: &Facts, vpc_id: &str) -> Self {
        let mut parts = Parts::default();
        let endpoints = parts.note(facts.vpc_endpoints()).unwrap_or_default();
        let mut list: Vec<Zone> = endpoints
            .iter()
            .filter(|endpoint| endpoint.vpc_id == vpc_id)
            .flat_map(|endpoint| endpoint_zones(facts, endpoint, None))
            .collect();
        let kept_by_aws: Vec<Domain> = list.iter().map(|zone| zone.domain.clone()).collect();
        for summary in parts.note(facts.hosted_zones_of(vpc_id)).unwrap_or_default() {
            let domain = Domain::new(&summary.name);
            // The zone that AWS keeps for an endpoint is in this list too.
            if summary.owner.owning_service.is_some() && kept_by_aws.contains(&domain) {
                continue;
            }
            let id = summary.hosted_zone_id.clone();
            let holder = match &summary.owner.owning_service {
                Some(service) => Holder::Service { id, service: service.clone() },
                None => Holder::Hosted { id, owner: summary.owner.owning_account.clone() },
            };
            list.push(hosted(facts, holder, domain, None));
        }
        for carried in carried(facts, vpc_id, &mut parts) {
            let profile = Some(carried.profile_id.to_owned());
            if let Some(zone_id) = carried.id_of("hostedzone") {
                let Some(name) = parts.note(facts.hosted_zone_name(zone_id)) else { continue };
                let owner = Some(carried.resource.owner_id.clone()).filter(|owner| !owner.is_empty());
                let holder = Holder::Hosted { id: zone_id.to_owned(), owner };
                list.push(hosted(facts, holder, Domain::new(name), profile));
            } else if let Some(endpoint_id) = carried.id_of("vpc-endpoint") {
                match endpoints.iter().find(|endpoint| endpoint.vpc_endpoint_id == endpoint_id) {
                    Some(endpoint) => list.extend(endpoint_zones(facts, endpoint, profile)),
                    None => parts.lacks(Fact::VpcEndpoints, endpoint_id),
                }
            }
        }
        Self { list, parts }
    }

    /// The zone that is asked for a name: the most specific one, and of the same domain the VPC's own before a Profile's.
    pub fn best(&self, name: &Domain) -> Option<&Zone> {
        let covering = self.list.iter().filter(|zone| zone.domain.covers(name));
        // `max_by_key` takes the last of equals, and the first is wanted.
        covering.rev().max_by_key(|zone| zone.domain.depth())
    }

    /// The zones that cover a name and are somebody's own.
    pub fn hosted_over(&self, name: &Domain) -> impl Iterator<Item = &Zone> {
        self.list.iter().filter(|zone| zone.domain.covers(name) && matches!(zone.holder, Holder::Hosted { .. }))
    }
}

impl Zone {
    /// What names it: the zone's id, or the endpoint's.
    pub fn id(&self) -> &str {
        match &self.holder {
            Holder::Endpoint(id) | Holder::Hosted { id, .. } | Holder::Service { id, .. } => id,
        }
    }
}

fn hosted(facts: &Facts, holder: Holder, domain: Domain, profile: Option<String>) -> Zone {
    let mut zone = Zone { domain, holder, profile, records: Records::Sets(Vec::new()) };
    zone.records = facts.record_sets(zone.id()).map_or_else(Records::Unread, |sets| Records::Sets(sets.to_vec()));
    zone
}

/// The zones that AWS keeps for an endpoint: one a private name.
fn endpoint_zones(facts: &Facts, endpoint: &aws::VpcEndpoint, profile: Option<String>) -> Vec<Zone> {
    // A Profile brings an endpoint's name wherever it is associated, whether or not the name is on in the endpoint's own VPC.
    if !endpoint.is_interface() || !(endpoint.private_dns_enabled || profile.is_some()) {
        return Vec::new();
    }
    let services = facts.vpc_endpoint_services().unwrap_or_default();
    let service = services.iter().find(|service| service.service_name == endpoint.service_name);
    let own = endpoint.dns_entries.iter().map(|entry| entry.dns_name.as_str()).filter(|name| !is_vpce_name(name));
    let mut names: Vec<String> =
        own.chain(service.into_iter().flat_map(aws::ServiceDetail::private_names)).map(str::to_owned).collect();
    let is_target = facts.endpoint().is_ok_and(|target| target.vpc_endpoint_id == endpoint.vpc_endpoint_id);
    if is_target && names.is_empty() {
        names.extend(facts.private_name().map(str::to_owned));
    }
    let mut zones: Vec<Zone> = Vec::new();
    for name in names {
        let domain = Domain::of_private_name(&name);
        match zones.iter_mut().find(|zone| zone.domain == domain) {
            Some(Zone { records: Records::Names(names), .. }) => names.push(name),
            _ => zones.push(Zone {
                domain,
                holder: Holder::Endpoint(endpoint.vpc_endpoint_id.clone()),
                profile: profile.clone(),
                records: Records::Names(vec![name]),
            }),
        }
    }
    zones
}

/// Whether it is one of an endpoint's own names, which are in public DNS.
pub(super) fn is_vpce_name(name: &str) -> bool {
    name.trim_end_matches('.').to_ascii_lowercase().ends_with(".vpce.amazonaws.com")
}
