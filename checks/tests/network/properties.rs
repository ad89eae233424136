//! What holds in every world. The usual run is small; `PROPTEST_CASES` makes it as long as one likes.

use crate::naive;
use crate::random::{FACTS, shuffled, world};
use crate::world::{World, entry, from_cidr, from_group, read, tcp};
use pldoctor_checks::facts::Why;
use pldoctor_checks::network::{
    Change, Goal, HopVerdict, Network, Opened, Path, PathQuestion, Reach, Start, Verdict, also_opens, apply, open,
    open_all,
};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

/// How many worlds a property is tried on.
fn cases(usual: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 20_000, ..ProptestConfig::default() }
}

/// Whether a path that came to `before` may come to `after` when something was only ever let through in addition.
fn only_opened(before: &Path, after: &Path) -> bool {
    match before.verdict {
        Verdict::Blocked => true,
        Verdict::Unknown => after.verdict != Verdict::Blocked,
        Verdict::Partial => matches!(after.verdict, Verdict::Partial | Verdict::Reachable),
        Verdict::Reachable => after.verdict == Verdict::Reachable,
    }
}

fn only_opened_everywhere(before: &Reach, after: &Reach) -> bool {
    before.paths.len() == after.paths.len()
        && before.paths.iter().zip(&after.paths).all(|(before, after)| only_opened(before, after))
}

fn changed<'c>(world: &World, changes: impl IntoIterator<Item = &'c Change>) -> World {
    let mut world = world.clone();
    changes.into_iter().for_each(|change| apply(change, &mut world.facts));
    world
}

fn is_decision(change: &Change) -> bool {
    matches!(change, Change::Decision { .. })
}

/// The worlds are worth their name only if every kind of answer is common among them.
#[test]
fn random_worlds_come_to_every_kind_of_answer() {
    let mut runner = TestRunner::deterministic();
    let mut count = [0; 5];
    let mut opened = 0;
    for _ in 0..1_000 {
        let world = world().new_tree(&mut runner).expect("a world").current();
        let reach = world.reach();
        match reach.paths.first() {
            None => count[4] += 1,
            Some(path) => {
                count[path.verdict as usize] += 1;
                let changes = open(&world.facts, &world.question, path);
                opened += usize::from(!changes.is_empty() && !changes.iter().any(is_decision));
            }
        }
    }
    // Reachable, partial, blocked, unknown, no path at all.
    let least = [200, 20, 200, 50, 10];
    assert!(count.iter().zip(least).all(|(count, least)| *count >= least), "{count:?}");
    assert!(opened >= 100, "{opened}");
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn a_plain_evaluator_packet_by_packet_agrees(world in world()) {
        let reach = world.reach();
        let paths = match naive::verdicts(&world) {
            Some(verdicts) => verdicts,
            None => {
                prop_assert!(reach.paths.is_empty(), "{reach:#?}");
                return Ok(());
            }
        };
        let own: Vec<_> = reach.paths.iter().map(|path| path.verdict).collect();
        prop_assert_eq!(&own, &paths, "{:#?}", reach);
    }
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn the_order_of_lists_never_matters(world in world(), seed in any::<u64>()) {
        prop_assert_eq!(world.reach(), shuffled(&world, seed).reach());
    }

    #[test]
    fn a_group_rule_never_closes(world in world(), group in 0..5usize, egress in any::<bool>(), block in 0..3usize) {
        let mut more = world.clone();
        if let Some(groups) = more.facts.aws.security_groups.known_mut() {
            let peer = [from_cidr("0.0.0.0/0"), from_cidr("10.0.1.0/24"), from_group("sg-c")][block].clone();
            let group = &mut groups.security_groups[group];
            let rules = if egress { &mut group.ip_permissions_egress } else { &mut group.ip_permissions };
            rules.push(read(tcp(0, 65535, peer)));
        }
        prop_assert!(only_opened_everywhere(&world.reach(), &more.reach()));
    }

    #[test]
    fn an_entry_that_allows_never_closes(world in world(), acl in any::<Index>(), number in 1..32767i32, egress in any::<bool>()) {
        let mut more = world.clone();
        if let Some(acls) = more.facts.aws.network_acls.known_mut() {
            let acl = acl.index(acls.network_acls.len());
            let entries = &mut acls.network_acls[acl].entries;
            if !entries.iter().any(|other| other.rule_number == number && other.egress == egress) {
                entries.push(read(entry(number, egress, "allow", "6", "0.0.0.0/0", Some((4000, 45000)))));
            }
        }
        prop_assert!(only_opened_everywhere(&world.reach(), &more.reach()));
    }

    #[test]
    fn a_deny_less_never_closes(world in world(), acl in any::<Index>(), at in any::<Index>()) {
        let mut more = world.clone();
        if let Some(acls) = more.facts.aws.network_acls.known_mut() {
            let acl = acl.index(acls.network_acls.len());
            let entries = &mut acls.network_acls[acl].entries;
            let denies: Vec<_> = (0..entries.len()).filter(|at| entries[*at].rule_action == "deny").collect();
            if !denies.is_empty() {
                entries.remove(denies[at.index(denies.len())]);
            }
        }
        prop_assert!(only_opened_everywhere(&world.reach(), &more.reach()));
    }

    #[test]
    fn the_blocker_is_the_first_in_path_order(world in world()) {
        let reach = world.reach();
        prop_assert_eq!(reach.blocker(), reach.blockers().into_iter().min());
        for path in &reach.paths {
            prop_assert!(path.hops.is_sorted_by_key(|hop| hop.hop));
            prop_assert_eq!(path.blocker().map(|hop| hop.hop), path.blockers().map(|hop| hop.hop).min());
            let denied = path.hops.iter().any(|hop| hop.verdict == HopVerdict::Deny);
            prop_assert_eq!(denied, path.verdict == Verdict::Blocked);
            prop_assert_eq!(path.blocker().is_some(), matches!(path.verdict, Verdict::Blocked | Verdict::Partial));
        }
    }

    #[test]
    fn taking_facts_away_never_makes_an_answer_but_unknown(world in world(), fact in 0..FACTS.len()) {
        let mut less = world.clone();
        FACTS[fact].blank(&mut less.facts, &Why::not_collected());
        let (before, after) = (world.reach(), less.reach());
        prop_assert!(after.verdict == before.verdict || after.verdict == Verdict::Unknown, "{:#?}\n{:#?}", before, after);
    }

    #[test]
    fn an_unknown_hop_names_what_is_missing_or_why_the_path_leaves_the_model(world in world()) {
        use pldoctor_checks::network::Reason as R;
        for hop in world.reach().paths.iter().flat_map(|path| &path.hops) {
            if hop.verdict == HopVerdict::Unknown {
                let said = !matches!(hop.reason, R::Missing) || hop.missing.is_some();
                prop_assert!(said, "{:#?}", hop);
            } else {
                prop_assert!(hop.missing.is_none() && hop.reason != R::Missing, "{:#?}", hop);
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(250))]

    #[test]
    fn every_opening_opens_its_path_and_is_minimal(world in world()) {
        for (index, path) in world.reach().paths.iter().enumerate() {
            let changes = open(&world.facts, &world.question, path);
            let verdict = |world: &World| world.reach().paths[index].verdict;
            if path.verdict == Verdict::Reachable {
                prop_assert!(changes.is_empty());
            }
            let unknown = path.hops.iter().any(|hop| hop.verdict == HopVerdict::Unknown);
            let after = changed(&world, &changes);
            if unknown || changes.iter().any(is_decision) {
                continue;
            }
            // Behind a route that goes away, another may turn out to lead into something that can't be looked into.
            let uncovers = changes.iter().any(|change| matches!(change, Change::DeleteRoute { .. }));
            if uncovers && verdict(&after) == Verdict::Unknown {
                continue;
            }
            prop_assert_eq!(verdict(&after), Verdict::Reachable, "{:#?}\n{:#?}", changes, after.reach().paths[index]);
            for left_out in 0..changes.len() {
                let mut fewer = changes.clone();
                let needless = fewer.remove(left_out);
                prop_assert_ne!(verdict(&changed(&world, &fewer)), Verdict::Reachable, "{:#?}", needless);
            }
        }
    }

    #[test]
    fn opening_everything_opens_every_path(world in world()) {
        let reach = world.reach();
        let changes = open_all(&world.facts, &world.question);
        let unknown = reach.paths.iter().flat_map(|path| &path.hops).any(|hop| hop.verdict == HopVerdict::Unknown);
        let uncovers = changes.iter().any(|change| matches!(change, Change::DeleteRoute { .. }));
        let after = changed(&world, &changes).reach().verdict;
        let uncovered = uncovers && after == Verdict::Unknown;
        if !reach.paths.is_empty() && !unknown && !uncovered && !changes.iter().any(is_decision) {
            prop_assert_eq!(after, Verdict::Reachable, "{:#?}", changes);
            for left_out in 0..changes.len() {
                let mut fewer = changes.clone();
                fewer.remove(left_out);
                prop_assert_ne!(changed(&world, &fewer).reach().verdict, Verdict::Reachable, "{:#?}", changes);
            }
        }
    }

    #[test]
    fn what_else_is_opened_is_exactly_what_else_connects(world in world()) {
        let changes = open_all(&world.facts, &world.question);
        let widening = also_opens(&world.facts, &world.question, &changes);
        prop_assert_eq!(widening.not_judged, 0);
        let after = changed(&world, &changes);
        let (before, after) = (Network::new(&world.facts), Network::new(&after.facts));
        let asked: Vec<_> = before.paths(&world.question).paths.into_iter().map(|path| (path.from.eni, path.to.eni)).collect();
        let all = world.facts.aws.network_interfaces.known().map(|list| list.network_interfaces.as_slice()).unwrap_or_default();
        let mut expected = Vec::new();
        for (from, to) in all.iter().flat_map(|from| all.iter().map(move |to| (from, to))) {
            let (from, to) = (&from.network_interface_id, &to.network_interface_id);
            let question = PathQuestion {
                from: Start::Interface(from.clone()),
                to: Goal::Interface(to.clone()),
                ..world.question.clone()
            };
            let works = |network: &Network<'_>| {
                matches!(network.paths(&question).verdict, Verdict::Reachable | Verdict::Partial)
            };
            if from != to && !asked.contains(&(Some(from.clone()), Some(to.clone()))) && works(&after) && !works(&before) {
                expected.push(Opened { from: from.clone(), to: to.clone() });
            }
        }
        expected.sort();
        prop_assert_eq!(widening.opened, expected);
    }
}
