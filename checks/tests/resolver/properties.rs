//! What holds for every set of zones and rules.

use crate::world::{forward, rule, said, with, with_zones, zone};
use pldoctor_checks::resolver::{Domain, Rule, RuleKind, Zone};
use proptest::prelude::*;

/// Domains over few labels, so that they often cover each other.
fn domain() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(vec!["a", "b", "c"]), 0..5).prop_map(|labels| labels.join("."))
}

fn name() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(vec!["a", "b", "c"]), 1..6).prop_map(|labels| labels.join("."))
}

/// Zones with an address for each name asked of them, so that an answer tells which zone gave it.
fn zones() -> impl Strategy<Value = Vec<Zone>> {
    prop::collection::btree_set(domain(), 0..5)
        .prop_map(|domains| domains.iter().map(|domain| zone(domain, &[])).collect())
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    prop::collection::btree_map(domain(), any::<bool>(), 0..5).prop_map(|rules| {
        let rule = |(domain, forwards): (&String, &bool)| {
            if *forwards { forward(domain) } else { rule(domain, RuleKind::System) }
        };
        rules.iter().map(rule).collect()
    })
}

proptest! {
    #[test]
    fn a_more_specific_zone_never_loses_to_a_less_specific_one(zones in zones(), name in name()) {
        let resolver = with_zones(zones.clone());
        let asked = Domain::new(&name);
        let deepest = zones.iter().filter(|zone| zone.domain.covers(&asked)).max_by_key(|zone| zone.domain.depth());
        let expected = match deepest {
            Some(zone) => format!("nxdomain because of {}", zone.id()),
            None => format!("public {name} because of nothing"),
        };
        prop_assert_eq!(said(&resolver, &name), expected);
    }

    #[test]
    fn the_order_of_lists_does_not_matter(zones in zones(), rules in rules(), name in name()) {
        let reversed = with(zones.iter().rev().cloned().collect(), rules.iter().rev().cloned().collect());
        prop_assert_eq!(said(&with(zones, rules), &name), said(&reversed, &name));
    }

    #[test]
    fn a_system_rule_undoes_exactly_its_domain(zones in zones(), rules in rules(), at in domain(), name in name()) {
        let at_domain = Domain::new(&at);
        // One rule a domain and VPC: AWS refuses a second.
        let rules: Vec<Rule> = rules.into_iter().filter(|rule| rule.domain != at_domain).collect();
        let before = said(&with(zones.clone(), rules.clone()), &name);
        let with_exception = rules.iter().cloned().chain([rule(&at, RuleKind::System)]).collect();
        let after = said(&with(zones.clone(), with_exception), &name);
        let asked = Domain::new(&name);
        let more_specific = rules.iter().any(|rule| rule.domain.covers(&asked) && rule.domain.depth() > at_domain.depth());
        if at_domain.covers(&asked) && !more_specific {
            // As though nothing were forwarded at all.
            prop_assert_eq!(after, said(&with_zones(zones), &name));
        } else {
            prop_assert_eq!(after, before);
        }
    }

    #[test]
    fn a_forwarding_rule_never_beats_a_more_specific_zone(zones in zones(), rules in rules(), name in name()) {
        let asked = Domain::new(&name);
        let zone = zones.iter().filter(|zone| zone.domain.covers(&asked)).map(|zone| zone.domain.depth()).max();
        let rule = rules.iter().filter(|rule| rule.domain.covers(&asked)).map(|rule| rule.domain.depth()).max();
        let forwarded = said(&with(zones, rules), &name).starts_with("forwarded");
        prop_assert!(!(forwarded && zone > rule));
    }
}
