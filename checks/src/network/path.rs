//! The whole path: every hop judged, whatever the others say.

use super::acls::Sifted;
use super::crossing::Crossing;
use super::ends::End;
use super::groups::{Carried, Other};
use super::index::Network;
use super::{AWS_EPHEMERAL, Family, Goal, LINUX_EPHEMERAL, Path, PathQuestion, Ports, Reach};
use super::{Hop, HopName, HopVerdict, Reason};
use crate::check::Missing;

/// The hops between the ends, in path order.
const BETWEEN: [HopName; 8] = [
    HopName::ClientSgEgress,
    HopName::ClientNaclEgress,
    HopName::ClientRoute,
    HopName::EndpointNaclIngress,
    HopName::EndpointSgIngress,
    HopName::EndpointNaclEgress,
    HopName::EndpointRoute,
    HopName::ClientNaclIngress,
];

/// Whether subnets are left and entered on the way.
enum Subnets {
    /// Both ends are in one.
    Same,
    /// They are in two.
    Two,
    /// The subnet of one end is not known, for want of this.
    Unknown(Option<Missing>),
}

impl Subnets {
    fn between(from: &End<'_>, to: &End<'_>) -> Self {
        match (from.subnet_id, to.subnet_id) {
            (Some(a), Some(b)) if a == b => Self::Same,
            (Some(_), Some(_)) => Self::Two,
            _ if from.is_outside() != to.is_outside() && (from.subnet_id.is_some() || to.subnet_id.is_some()) => {
                Self::Two
            }
            _ => Self::Unknown(from.missing.clone().or_else(|| to.missing.clone())),
        }
    }
}

impl Network<'_> {
    /// Answers a question: one path for every interface that the goal has.
    pub fn paths(&self, question: &PathQuestion) -> Reach {
        let paths = self
            .ends(question)
            .and_then(|ends| ends.iter().map(|(from, to)| self.path(question, from, to)).collect::<Result<_, _>>());
        paths.map_or_else(Reach::unresolved, Reach::of)
    }

    /// The two ends of every path.
    ///
    /// # Errors
    /// What is missing to know them.
    pub(super) fn ends<'s>(&'s self, question: &'s PathQuestion) -> Result<Vec<(End<'s>, End<'s>)>, Missing> {
        let goals = self.goals(question)?;
        goals.into_iter().map(|goal| Ok((self.start(question, &goal)?, goal))).collect()
    }

    /// One path.
    ///
    /// # Errors
    /// What is missing to know whether anything filters it at all.
    pub(super) fn path(&self, question: &PathQuestion, from: &End<'_>, to: &End<'_>) -> Result<Path, Missing> {
        let ephemeral = question.ephemeral.unwrap_or(match from.kind {
            "lambda" | "nat_gateway" | "network_load_balancer" | "load_balancer" => AWS_EPHEMERAL,
            _ => LINUX_EPHEMERAL,
        });
        let ephemeral = (ephemeral.0.min(ephemeral.1), ephemeral.0.max(ephemeral.1));
        let asked = Ports::range(ephemeral.0, ephemeral.1);
        let served = match question.to {
            // Who is not known to be inside a VPC is not known to be served there.
            Goal::Address(address)
                if to.interface_id.is_none() && from.vpc_id.is_some() && !from.has_none && !to.has_none =>
            {
                self.is_served_by_aws(address, from.vpc_id)?
            }
            _ => false,
        };
        let (mut hops, admitted) = if served {
            let hops = BETWEEN.map(|name| Hop::skipped(name, Reason::NeverFiltered)).into();
            (hops, asked)
        } else {
            self.judge_between(question, from, to, asked)
        };
        let mut all = if served { self.judge_instance(from).into_iter().collect() } else { self.judge_ends(from, to) };
        all.append(&mut hops);
        Ok(Path {
            from: from.to_path_end(),
            to: to.to_path_end(),
            port: question.port,
            ephemeral,
            admitted,
            verdict: Path::verdict_of(&all),
            hops: all,
        })
    }

    fn judge_between(&self, question: &PathQuestion, from: &End<'_>, to: &End<'_>, asked: Ports) -> (Vec<Hop>, Ports) {
        use HopName as N;
        let (port, family) = (question.port, question.family);
        let request = Ports::range(port, port);
        let subnets = Subnets::between(from, to);
        let acl = |name, own, other, ports| match &subnets {
            _ if End::is_outside(own) => {
                (Hop::skipped(name, Reason::Outside), Sifted { admitted: Ports::clone(ports), ..Sifted::default() })
            }
            Subnets::Same => {
                (Hop::skipped(name, Reason::SameSubnet), Sifted { admitted: Ports::clone(ports), ..Sifted::default() })
            }
            Subnets::Two => self.judge_acl(name, own, other, family, ports),
            Subnets::Unknown(missing) => {
                (Hop::unknown(name, Reason::AddressUnknown, missing.clone()), Sifted::default())
            }
        };
        let (client_route, endpoint_route, crossing) = self.judge_routes(from, to, family);
        let seen = |end| Other::at(end, &crossing, to.endpoint.is_some());
        // Behind a NAT gateway the other side sees its address, and that the gateway has chosen.
        let masked;
        let (client, endpoint_route) = match crossing {
            Crossing::Nat(_) => {
                masked = End { address: None, carried: Carried::Unknown(None), ..from.clone() };
                (&masked, self.judge_routes(&masked, to, family).1)
            }
            _ => (from, endpoint_route),
        };
        let client_sg = self.judge_groups(N::ClientSgEgress, &from.carried, &seen(to), port, family);
        let endpoint_sg = self.judge_groups(N::EndpointSgIngress, &to.carried, &seen(client), port, family);
        let (client_out, _) = acl(N::ClientNaclEgress, from, to, &request);
        let (endpoint_in, _) = acl(N::EndpointNaclIngress, to, client, &request);
        let (mut endpoint_out, left) = acl(N::EndpointNaclEgress, to, client, &asked);
        let (mut client_in, entered) = acl(N::ClientNaclIngress, from, to, &asked);
        let admitted = left.admitted.and(&entered.admitted);
        let stopped = [&endpoint_out, &client_in].iter().any(|hop| hop.verdict == HopVerdict::Deny);
        if admitted.is_empty() && !stopped {
            let possible = asked.without(&left.refused).without(&entered.refused);
            if possible.is_empty() {
                // Each lets a part through, and nothing gets through both: the second has the last word.
                client_in.verdict = HopVerdict::Deny;
                client_in.reason = Reason::HalvesDontMeet { admitted: entered.admitted };
            } else {
                for hop in [&mut endpoint_out, &mut client_in] {
                    if hop.verdict == HopVerdict::Partial {
                        hop.verdict = HopVerdict::Unknown;
                        hop.explanation_code = None;
                    }
                }
            }
        }
        let hops = vec![
            client_sg,
            client_out,
            client_route,
            endpoint_in,
            endpoint_sg,
            endpoint_out,
            endpoint_route,
            client_in,
        ];
        (hops, admitted)
    }

    /// Judges both routes; also what lies between the ends, as far as it matters to group identity.
    pub(super) fn judge_routes<'s>(&'s self, from: &End<'s>, to: &End<'s>, family: Family) -> (Hop, Hop, Crossing<'s>) {
        let subnets = Subnets::between(from, to);
        let route = |name, own: &End<'s>, other: &End<'s>| match &subnets {
            _ if own.is_outside() && !other.is_outside() => (Hop::skipped(name, Reason::Outside), None),
            Subnets::Same => (Hop::skipped(name, Reason::SameSubnet), Some(Crossing::Direct)),
            Subnets::Two => self.judge_route(name, own, other, family),
            Subnets::Unknown(missing) => (Hop::unknown(name, Reason::AddressUnknown, missing.clone()), None),
        };
        let (there, routed) = route(HopName::ClientRoute, from, to);
        let (back, returned) = route(HopName::EndpointRoute, to, from);
        // Of a client outside, the way back is all that can be seen.
        let routed = if from.is_outside() { returned } else { routed };
        (there, back, self.crossing(routed, from, to))
    }
}
