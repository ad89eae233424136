//! What lets packets through, as the path model predicts it: one check a kind of hop.

mod acl;
pub mod client_network_acl;
pub mod client_security_group;
pub mod endpoint_network_acl;
pub mod endpoint_security_group;
pub mod route;

use crate::check::{Judgement, Message, Stop};
use crate::facts::{Facts, Read};
use crate::network::{Change, Direction, Hop, HopName, HopVerdict, Network, Path, PathQuestion, open_all};
use crate::remedy::Remedy;

/// One hop of every path from the vantage to the endpoint.
struct Hops {
    paths: Vec<Path>,
    name: HopName,
}

impl Hops {
    /// Asks the model.
    fn of(facts: &Facts, name: HopName) -> Read<Self> {
        let question = PathQuestion::of(facts)?;
        let reach = Network::new(facts).paths(&question);
        if let (true, Some(missing)) = (reach.paths.is_empty(), reach.missing) {
            return Err(missing.into());
        }
        Ok(Self { paths: reach.paths, name })
    }

    fn iter(&self) -> impl Iterator<Item = (&Path, &Hop)> {
        self.paths.iter().filter_map(|path| Some((path, path.hop(self.name)?)))
    }

    fn with(&self, verdict: HopVerdict) -> impl Iterator<Item = (&Path, &Hop)> {
        self.iter().filter(move |(_, hop)| hop.verdict == verdict)
    }

    fn first(&self, verdict: HopVerdict) -> Option<(&Path, &Hop)> {
        self.with(verdict).next()
    }

    /// What stops the check where no path is denied and one is not known: the missing fact, or what else can't be told.
    fn unknown(&self) -> Option<Stop> {
        let (path, hop) = self.first(HopVerdict::Unknown)?;
        Some(match &hop.missing {
            Some(missing) => missing.clone().into(),
            None => Stop::Unsure(Message::new("unknown-why").say_words("why", hop.message(path))),
        })
    }

    /// Fills the gaps that the sentences of this layer share: `{client}`, `{targets}`, `{port}`.
    fn describe(&self, judgement: Judgement) -> Judgement {
        let ends = |end: &crate::network::PathEnd| {
            let address = end.ip.map(|ip| ip.to_string()).or_else(|| end.eni.clone()).unwrap_or_default();
            end.az_id.as_ref().map_or(address.clone(), |zone| format!("{address} ({zone})"))
        };
        let client = self.paths.first().map(|path| ends(&path.from)).unwrap_or_default();
        let targets: Vec<String> = self.paths.iter().map(|path| ends(&path.to)).collect();
        let port = self.paths.first().map(|path| path.port).unwrap_or_default();
        judgement.say("client", client).say("targets", targets.join(", ")).say("port", port)
    }
}

/// The changes that open every path, as far as they are about this hop. The other hops have checks of their own, which ask for theirs.
fn remedies(facts: &Facts, name: HopName) -> Vec<Remedy> {
    let Ok(question) = PathQuestion::of(facts) else { return Vec::new() };
    let hops = Hops::of(facts, name);
    let stands_at = |id: &str| hops.iter().flat_map(Hops::iter).any(|(_, hop)| hop.resource.as_deref() == Some(id));
    let outbound = name.direction() == Some(Direction::Egress);
    let about = |change: &Change| match change {
        Change::AllowEgress { .. } => name == HopName::ClientSgEgress,
        Change::AllowIngress { .. } => name == HopName::EndpointSgIngress,
        Change::AclEntry { acl, egress, .. } => is_acl(name) && *egress == outbound && stands_at(acl),
        Change::Route { table, .. } | Change::ReplaceRoute { table, .. } | Change::DeleteRoute { table, .. } => {
            matches!(name, HopName::ClientRoute | HopName::EndpointRoute) && stands_at(table)
        }
        Change::Decision { hop, .. } => *hop == name,
    };
    open_all(facts, &question).into_iter().filter(about).map(Remedy::from).collect()
}

fn is_acl(name: HopName) -> bool {
    use HopName::{ClientNaclEgress, ClientNaclIngress, EndpointNaclEgress, EndpointNaclIngress};
    matches!(name, ClientNaclEgress | ClientNaclIngress | EndpointNaclEgress | EndpointNaclIngress)
}
