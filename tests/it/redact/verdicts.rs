//! The judgement before and after: what changes is names.

use crate::random;
use crate::recorded;
use pldoctor::snapshot::redact::{Key, Redacted, Revealer, Writing, redact};
use pldoctor_checks::check::{Gap, Layer};
use pldoctor_checks::diagnosis::{Diagnosis, diagnose};
use pldoctor_checks::facts::{Facts, Origin};
use pldoctor_checks::network::{Goal, Start};
use pldoctor_checks::registry::CHECKS;
use pldoctor_checks::words::Lang;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// What a judgement comes to.
#[derive(Debug, PartialEq)]
struct Judgement {
    verdict: String,
    causes: Vec<String>,
    outcomes: Vec<String>,
    /// The commands, with their real names. Of two resources that would do, `strict` may take the other one, because it comes first there; so
    /// what stands for a resource or an address then is only that it is one.
    commands: Vec<Vec<String>>,
}

fn judgement(facts: &Facts, diagnosis: &Diagnosis, strict: bool, originals: Option<&Redacted>) -> Judgement {
    let empty = BTreeMap::new();
    let revealer = Revealer::new(originals.map_or(&empty, |redacted| redacted.names.originals()));
    let steps = diagnosis.plan.steps.iter().map(|step| step.remedy.step(facts, Lang::En));
    let mut commands: Vec<Vec<String>> = steps
        .map(|step| {
            let texts: Vec<&String> = step.argv.iter().chain(&step.undo).chain(&step.verify).collect();
            // Lists within an argument are sorted by ids, which `strict` changes. So is the order in which new rules get their numbers.
            let numbered = |at: usize| strict && at > 0 && texts[at - 1] == "--rule-number";
            let plain = |(at, text): (usize, &&String)| match numbered(at) {
                true => "…".to_owned(),
                false => sorted(&revealer.reveal(text, Writing::Plain).0, strict),
            };
            texts.iter().enumerate().map(plain).collect()
        })
        .collect();
    commands.sort();
    if strict {
        // The one that comes first may need a second one beside it.
        commands.dedup();
    }
    Judgement {
        verdict: format!("{:?}", diagnosis.verdict),
        causes: diagnosis
            .root_causes
            .iter()
            .map(|cause| format!("{} {:?} {:?} {:?}", cause.check, cause.owner, cause.confidence, cause.explains))
            .collect(),
        outcomes: diagnosis
            .findings
            .iter()
            .map(|finding| {
                // Of several closed paths, a check of the path speaks of the first, which `strict` may put elsewhere.
                let key = if strict && finding.layer == Layer::Path { "…" } else { finding.message.key };
                format!("{} {:?} {:?} {key}", finding.check, finding.outcome, finding.blocked_by)
            })
            .collect(),
        commands,
    }
}

fn sorted(text: &str, strict: bool) -> String {
    let bare = |word: &str| {
        let address = word.split('/').next().is_some_and(|word| word.parse::<IpAddr>().is_ok());
        let id = word.split_once('-').is_some_and(|(prefix, _)| IDS.contains(&prefix));
        if strict && (address || id) { "…".to_owned() } else { word.to_owned() }
    };
    let mut words: Vec<String> = text.split([',', ' ', '=', '[', ']', '{', '}']).map(bare).collect();
    words.sort_unstable();
    words.join(",")
}

/// What ids of resources begin with.
const IDS: [&str; 11] = ["sg", "eni", "i", "vpc", "vpce", "subnet", "acl", "rtb", "pcx", "tgw", "pl"];

#[test]
fn every_recorded_case_is_judged_the_same() {
    let mut texts = 0;
    for (key, case) in (0..=u8::MAX).cycle().zip(recorded::all()) {
        for strict in [false, true] {
            let before = judgement(&case.facts, &case.diagnosis, strict, None);
            let redacted =
                redact(&case.facts, strict, &Key::fixed(key)).unwrap_or_else(|error| panic!("{}: {error}", case.name));
            let diagnosis = diagnose(CHECKS, &redacted.facts);
            let after = judgement(&redacted.facts, &diagnosis, strict, Some(&redacted));
            assert_eq!(before, after, "{} (strict: {strict}, key {key})", case.name);
            let values = |diagnosis: &Diagnosis| {
                diagnosis.findings.iter().map(|finding| finding.message.values.len()).sum::<usize>()
            };
            assert_eq!(values(&case.diagnosis), values(&diagnosis), "{}", case.name);
            texts += diagnosis
                .findings
                .iter()
                .flat_map(|f| f.message.values.values())
                .filter(|g| matches!(g, Gap::Text(_)))
                .count();
        }
    }
    assert!(texts > 500, "the cases say something");
}

#[test]
fn what_is_revealed_is_what_was_there() {
    let mut different = Vec::new();
    for case in recorded::all() {
        let redacted = redact(&case.facts, false, &Key::fixed(1)).unwrap();
        let diagnosis = diagnose(CHECKS, &redacted.facts);
        let revealer = Revealer::new(redacted.names.originals());
        for (was, is) in case.diagnosis.findings.iter().zip(&diagnosis.findings) {
            let revealed = revealer.reveal(&is.sentence(Lang::En), Writing::Plain).0;
            if was.sentence(Lang::En) != revealed && !revealed.contains("characters left out") {
                different.push((case.name.clone(), was.sentence(Lang::En), revealed));
            }
        }
    }
    assert!(different.is_empty(), "{different:#?}");
}

/// As AWS has it. Of two routes to one destination, the model takes the one whose target comes first, which `strict` changes.
fn has_one_route_a_destination(facts: &Facts) -> bool {
    facts.route_tables().unwrap_or_default().iter().all(|table| {
        let mut seen = BTreeSet::new();
        table.routes.iter().all(|route| {
            let destination = (
                &route.destination_cidr_block,
                &route.destination_ipv6_cidr_block,
                &route.destination_prefix_list_id,
                &route.origin,
            );
            seen.insert(destination)
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn random_worlds_are_judged_the_same(world in random::world(), strict: bool, key: u8) {
        let mut facts = world.facts.clone();
        prop_assume!(has_one_route_a_destination(&facts));
        facts.question.target.port = world.question.port;
        match &world.question.to {
            Goal::Endpoint(id) => facts.question.target.endpoint_id = Some(id.clone()),
            _ => facts.question.target.endpoint_id = Some("vpce-1".into()),
        }
        facts.question.from = match &world.question.from {
            Start::Interface(id) => Some(Origin::Interface(id.clone())),
            Start::Instance(id) => Some(Origin::Instance(id.clone())),
            Start::Address(address) => Some(Origin::Address(*address)),
            _ => None,
        };
        let before = diagnose(CHECKS, &facts);
        let redacted = redact(&facts, strict, &Key::fixed(key)).expect("it is redacted");
        let after = diagnose(CHECKS, &redacted.facts);
        let was = judgement(&facts, &before, strict, None);
        prop_assert_eq!(was, judgement(&redacted.facts, &after, strict, Some(&redacted)));
    }
}
