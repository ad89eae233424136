//! Each case against its golden file. `UPDATE_CASES=1` writes them anew; read the difference before you commit it.

use crate::recorded;
use pldoctor_checks::diagnosis::{Diagnosis, Outcome};
use pldoctor_checks::facts::Facts;
use pldoctor_checks::words::Lang;
use serde_json::{Map, Value, json};
use std::fs;

/// What a case comes to, as its golden file has it.
fn summary(facts: &Facts, diagnosis: &Diagnosis) -> Value {
    let findings: Map<String, Value> = diagnosis
        .findings
        .iter()
        .map(|finding| {
            let mut value = json!({ "outcome": finding.outcome, "message": finding.sentence(Lang::En) });
            if let Some(blocker) = finding.blocked_by {
                value["blocked_by"] = blocker.into();
            }
            if matches!(finding.outcome, Outcome::Fail | Outcome::Warn) {
                value["owner"] = json!(finding.owner);
                value["resources"] = json!(finding.resources);
            }
            (finding.check.to_owned(), value)
        })
        .collect();
    let causes: Vec<Value> = diagnosis
        .root_causes
        .iter()
        .map(|cause| {
            json!({ "check": cause.check, "owner": cause.owner, "confidence": cause.confidence, "explains": cause.explains })
        })
        .collect();
    let steps: Vec<Value> = diagnosis
        .plan
        .steps
        .iter()
        .map(|step| {
            let rendered = step.remedy.step(facts, Lang::En);
            json!({ "title": rendered.title, "argv": rendered.argv.join(" "), "clears": step.clears })
        })
        .collect();
    let proof = &diagnosis.plan.proof;
    json!({
        "verdict": diagnosis.verdict,
        "root_causes": causes,
        "findings": findings,
        "plan": steps,
        "proof": { "cleared": proof.cleared, "left": proof.left, "to_measure": proof.to_measure },
    })
}

#[test]
fn every_case_comes_to_its_golden_file() {
    let update = std::env::var_os("UPDATE_CASES").is_some();
    let mut wrong = Vec::new();
    for case in recorded::all() {
        let now = serde_json::to_string_pretty(&summary(&case.facts, &case.diagnosis)).expect("JSON") + "\n";
        let path = case.folder.join("expected.json");
        let golden = fs::read_to_string(&path).unwrap_or_default();
        if now == golden {
            continue;
        }
        if update {
            fs::write(&path, now).expect("a golden file that can be written");
        } else {
            wrong.push(format!("{}:\n{}", case.name, difference(&golden, &now)));
        }
    }
    assert!(wrong.is_empty(), "{}\nUPDATE_CASES=1 writes them anew.", wrong.join("\n"));
}

/// The lines that only one of them has.
fn difference(golden: &str, now: &str) -> String {
    let old = golden.lines().filter(|line| !now.contains(line)).map(|line| format!("  - {}\n", line.trim()));
    let new = now.lines().filter(|line| !golden.contains(line)).map(|line| format!("  + {}\n", line.trim()));
    old.chain(new).collect()
}
