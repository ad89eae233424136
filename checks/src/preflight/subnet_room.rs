//! Whether the subnets can take the endpoint that is to be made.

use crate::check::{Judged, Judgement, Layer, Owner, Stop, check, fail, pass};
use crate::endpoint::zones;
use crate::facts::{Fact, FactSet, Facts, Read, aws, reads};
use crate::remedy::{ByHand, Remedy};
use std::collections::BTreeSet;

check!(SubnetRoom {
    id: "subnet-room",
    layer: Layer::Preflight,
    owner: Owner::Vpc,
    reads: reads::VPC.and(FactSet::of(&[Fact::AvailabilityZones])),
    after: &["vantage"],
    explained_by: &["region", "service"],
    words: include_str!("subnet_room.toml"),
});

fn judge(facts: &Facts) -> Judged {
    let Some(given) = &facts.question.preflight else { return Err(Stop::not_applicable("not-asked")) };
    let vpc_id = facts.vpc_id()?;
    let subnets = facts.subnets()?;
    let served = served(facts)?;
    let chosen = zones::subnets_in(facts, &vpc_id, served.as_ref())?;
    let names = |subnets: &[&aws::Subnet]| subnets.iter().map(|subnet| name(subnet)).collect::<Vec<_>>().join(", ");
    let judgement = if given.subnet_ids.is_empty() {
        if chosen.is_empty() {
            fail("none").remedy(ByHand::new("find-zone", Owner::Vpc).into())
        } else {
            let ids = chosen.iter().map(|subnet| subnet.subnet_id.clone());
            pass("chosen").say("subnets", names(&chosen)).about_all(ids)
        }
    } else {
        let found = given.subnet_ids.iter().map(|id| (id, subnets.iter().find(|subnet| subnet.subnet_id == *id)));
        let mut taken: BTreeSet<&str> = BTreeSet::new();
        let mut problem = None;
        for (id, subnet) in found {
            problem = problem.or_else(|| unfit(id, subnet, &vpc_id, served.as_ref(), &mut taken));
        }
        let judgement = match problem {
            Some(problem) => problem.remedy(others(&chosen, &names(&chosen))),
            None => pass("given").say("subnets", given.subnet_ids.join(", ")),
        };
        judgement.about_all(given.subnet_ids.clone())
    };
    let zones = served.unwrap_or_default();
    Ok(judgement.say("vpc", &vpc_id).say("served", zones::with_names(facts, &zones)).about(vpc_id))
}

/// The zones of the service; `None` where nothing says them, the service's name included.
fn served(facts: &Facts) -> Read<Option<BTreeSet<String>>> {
    match zones::served(facts) {
        Err(Stop::Blocked(_)) => Ok(None),
        other => other,
    }
}

/// What keeps AWS from taking a subnet.
fn unfit<'a>(
    id: &str,
    subnet: Option<&'a aws::Subnet>,
    vpc_id: &str,
    served: Option<&BTreeSet<String>>,
    taken: &mut BTreeSet<&'a str>,
) -> Option<Judgement> {
    let Some(subnet) = subnet else { return Some(fail("unseen").say("subnet", id)) };
    let zone = subnet.availability_zone_id.as_str();
    let key_is = if subnet.vpc_id != vpc_id {
        fail("other-vpc").say("subnet_vpc", &subnet.vpc_id)
    } else if served.is_some_and(|served| !served.contains(zone)) {
        fail("unserved")
    } else if subnet.available_ip_address_count <= 0 {
        fail("full")
    } else if !taken.insert(zone) {
        fail("same-zone")
    } else {
        return None;
    };
    Some(key_is.say("subnet", name(subnet)))
}

fn name(subnet: &aws::Subnet) -> String {
    let zone: Vec<&str> = [&subnet.availability_zone_id, &subnet.availability_zone].map(String::as_str).into();
    let zone: Vec<&str> = zone.into_iter().filter(|name| !name.is_empty()).collect();
    format!("{} ({})", subnet.subnet_id, zone.join(", "))
}

/// The subnets to take instead.
fn others(chosen: &[&aws::Subnet], names: &str) -> Remedy {
    if chosen.is_empty() {
        return ByHand::new("find-zone", Owner::Vpc).into();
    }
    let ids: Vec<&str> = chosen.iter().map(|subnet| subnet.subnet_id.as_str()).collect();
    ByHand::new("choose-subnets", Owner::Vpc).say("subnets", names).say("ids", ids.join(" ")).into()
}
