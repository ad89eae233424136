//! `pldoctor/compare/v1`: what differs between two snapshots.

use super::{v1, write_value};
use crate::compare::{Change, Comparison, Sides};
use crate::report::Words;
use crate::report::view::masked_key;
use pldoctor_checks::diagnosis::Finding;
use pldoctor_checks::words::Lang;
use serde::Serialize;
use std::io;

/// The document.
#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    warnings: Vec<&'static str>,
    verdict: Sides<v1::Verdict>,
    collected_at: &'a Sides<Option<String>>,
    root_causes: &'a Sides<Vec<&'static str>>,
    findings: Vec<Difference>,
    facts: &'a [Change],
}

/// A finding that is another one.
#[derive(Serialize)]
struct Difference {
    check: &'static str,
    outcome: Sides<v1::Outcome>,
    message: Sides<String>,
}

/// Prints what differs. Only warnings and sentences are in the language.
///
/// # Errors
/// The writer's.
pub fn compare(out: &mut dyn io::Write, comparison: &Comparison, lang: Lang) -> io::Result<()> {
    let Comparison { masked, verdict, collected_at, root_causes, findings, facts } = comparison;
    let document = Document {
        schema: "pldoctor/compare/v1",
        warnings: masked.iter().map(|how| Words::new(lang).text(masked_key(*how))).collect(),
        verdict: verdict.as_ref().map(|verdict| (*verdict).into()),
        collected_at,
        root_causes,
        findings: findings.iter().map(|sides| difference(sides, lang)).collect(),
        facts,
    };
    write_value(out, &document)
}

fn difference(sides: &Sides<Finding>, lang: Lang) -> Difference {
    Difference {
        check: sides.before.check,
        outcome: sides.as_ref().map(|finding| finding.outcome.into()),
        message: sides.as_ref().map(|finding| finding.sentence(lang)),
    }
}
