//! What holds for every check, on every recorded world.

use crate::recorded::{self, Case};
use pldoctor_checks::check::{Check, Stop};
use pldoctor_checks::diagnosis::{Outcome, diagnose};
use pldoctor_checks::facts::{Fact, Why};
use pldoctor_checks::registry::CHECKS;
use std::collections::BTreeSet;

fn outcome(case: &Case, check: &'static dyn Check) -> Outcome {
    case.diagnosis.finding(check.meta().id).expect("a finding").outcome
}

#[test]
fn the_case_shows_what_it_says() {
    for case in recorded::all() {
        let check = CHECKS.iter().find(|check| check.meta().id == case.check());
        let check = check.unwrap_or_else(|| panic!("{}: no such check", case.name));
        let shown = serde_json::to_value(outcome(case, *check)).expect("a word");
        assert_eq!(shown, case.description.shows, "{}", case.name);
        assert!(!case.description.about.is_empty(), "{}", case.name);
        assert!(case.description.not_in_lab.as_ref().is_none_or(|why| why.ends_with('.')), "{}", case.name);
    }
}

#[test]
fn every_check_has_a_case_where_it_passes_fails_is_unknown_and_a_near_miss() {
    let cases = recorded::all();
    let mut lacking = Vec::new();
    for check in CHECKS {
        let id = check.meta().id;
        let outcomes: BTreeSet<_> = cases.iter().map(|case| format!("{:?}", outcome(case, *check))).collect();
        let own: Vec<&Case> = cases.iter().filter(|case| case.check() == id).collect();
        if !outcomes.contains("Pass") {
            lacking.push(format!("{id}: pass"));
        }
        if !outcomes.contains("Fail") && !outcomes.contains("Warn") {
            lacking.push(format!("{id}: fail or warn"));
        }
        // The name and the port are judged by themselves; what is known of the service only adds to it.
        if !["target-name", "target-port"].contains(&id) && !outcomes.contains("Unknown") {
            lacking.push(format!("{id}: unknown"));
        }
        if !own.iter().any(|case| case.description.near_miss) {
            lacking.push(format!("{id}: near miss"));
        }
    }
    assert!(lacking.is_empty(), "no case for: {}", lacking.join(", "));
}

#[test]
fn a_fact_that_a_check_does_not_declare_changes_nothing() {
    for case in recorded::all() {
        for check in CHECKS {
            let meta = check.meta();
            let before = check.judge(&case.facts);
            let without = |facts: &[Fact]| {
                let mut blanked = case.facts.clone();
                facts.iter().for_each(|fact| fact.blank(&mut blanked, &Why::not_collected()));
                check.judge(&blanked)
            };
            let undeclared: Vec<Fact> = Fact::ALL.iter().copied().filter(|fact| !meta.reads.contains(*fact)).collect();
            if without(&undeclared) != before {
                let read: Vec<_> = undeclared.iter().filter(|fact| without(&[**fact]) != before).collect();
                panic!("{}: {} reads what it does not declare: {read:?}", case.name, meta.id);
            }
        }
    }
}

#[test]
fn every_declared_fact_matters_somewhere() {
    let cases = recorded::all();
    let mut idle = Vec::new();
    for check in CHECKS {
        for fact in check.meta().reads.iter() {
            let matters = cases.iter().any(|case| {
                let mut blanked = case.facts.clone();
                fact.blank(&mut blanked, &Why::not_collected());
                check.judge(&case.facts) != check.judge(&blanked)
            });
            if !matters {
                idle.push(format!("{} {}", check.meta().id, fact.name()));
            }
        }
    }
    // A declaration without effect asks users for a permission in vain, or lacks its case.
    insta::assert_snapshot!("declared_facts_that_no_case_needs", idle.join("\n"));
}

#[test]
fn blockers_are_declared_and_did_not_pass() {
    for case in recorded::all() {
        let diagnosis = &case.diagnosis;
        for check in CHECKS {
            let meta = check.meta();
            if let Err(Stop::Blocked(blocker)) = check.judge(&case.facts) {
                assert!(meta.after.contains(&blocker), "{}: {} does not name {blocker} in `after`", case.name, meta.id);
            }
            let finding = diagnosis.finding(meta.id).expect("a finding");
            if let Some(blocker) = finding.blocked_by {
                let blocker = diagnosis.finding(blocker).expect("a finding").outcome;
                assert!(
                    matches!(blocker, Outcome::Fail | Outcome::Unknown | Outcome::Warn),
                    "{}: {}",
                    case.name,
                    meta.id
                );
            }
            assert_ne!(finding.message.key, "unknown-blocker-not-run", "{}: {}", case.name, meta.id);
            assert_ne!(finding.message.key, "panicked", "{}: {}", case.name, meta.id);
        }
    }
}

#[test]
fn names_of_checks_exist_wherever_they_are_used() {
    let ids: BTreeSet<_> = CHECKS.iter().map(|check| check.meta().id).collect();
    assert_eq!(ids.len(), CHECKS.len(), "an id is used twice");
    for check in CHECKS {
        let meta = check.meta();
        for other in meta.after.iter().chain(meta.explained_by).chain(&meta.measured_by) {
            assert!(ids.contains(other), "{} names {other}, which is no check", meta.id);
        }
    }
    insta::assert_snapshot!("ids", ids.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_remedy_clears_its_finding_and_breaks_nothing() {
    for case in recorded::all() {
        let before = &case.diagnosis;
        let proof = &before.plan.proof;
        let mut world = case.facts.clone();
        for step in &before.plan.steps {
            step.remedy.apply(&mut world);
        }
        if before.plan.steps.is_empty() {
            continue;
        }
        world.forget_measurements();
        let after = diagnose(CHECKS, &world);
        for check in CHECKS {
            let id = check.meta().id;
            let (was, is) = (before.finding(id).expect("was").outcome, after.finding(id).expect("is").outcome);
            assert!(!(was == Outcome::Pass && is == Outcome::Fail), "{}: the plan breaks {id}", case.name);
        }
        // A step that a command takes must clear what asked for it; what a person does by hand may show only afterwards.
        for step in &before.plan.steps {
            let command = !step.remedy.step(&case.facts, pldoctor_checks::words::Lang::En).argv.is_empty();
            let left = after.finding(step.asked_by).expect("a finding").outcome == Outcome::Fail;
            assert!(!(command && left), "{}: {} is not cleared ({proof:?})", case.name, step.asked_by);
        }
    }
}

#[test]
fn every_root_cause_comes_with_something_to_do() {
    for case in recorded::all() {
        let diagnosis = &case.diagnosis;
        for cause in &diagnosis.root_causes {
            let asked = diagnosis.plan.steps.iter().any(|step| step.asked_by == cause.check);
            assert!(asked, "{}: nothing is said of what to do about {}", case.name, cause.check);
        }
    }
}
