//! What the program did, for a bundle: what it was asked, what it asked in turn, how long each took, what it got no answer to, how it ended.

use crate::collect::Ended;
use crate::report::text::{LONGEST_VALUE, clean};
use crate::report::{Origin, Run};
use pldoctor_checks::facts::{Facts, Why};
use pldoctor_checks::snapshot::layout;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use time::format_description::well_known::Rfc3339;

/// The log of a run, with the facts as they are handed on.
pub(super) fn text(run: &Run, facts: &Facts) -> String {
    let mut log = String::new();
    let at = run.started_at.format(&Rfc3339).unwrap_or_default();
    // Writing to memory does not fail.
    let _ = writeln!(
        log,
        "{at} pldoctor {} on {} {}",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH
    );
    let _ = writeln!(log, "question  {}", serde_json::to_value(&facts.question).unwrap_or_default());
    for stage in &run.stages {
        let _ = writeln!(log, "{:>8} ms  {} took {} ms", stage.started_ms, stage.stage, stage.elapsed_ms);
    }
    let ended = match &run.origin {
        Origin::Collected(Ended::Complete) => "everything was collected",
        Origin::Collected(Ended::Deadline) => "time ran out: what was still to come is unknown",
        Origin::Collected(Ended::Cancelled) => "interrupted: what was still to come is unknown",
        Origin::Snapshot { .. } | Origin::Demo => "nothing was collected: the facts are recorded ones",
    };
    let _ = writeln!(log, "{:>8} ms  {ended}", run.took.as_millis());
    for (call, count) in &run.api_calls {
        let _ = writeln!(log, "asked     {call}: {count}");
    }
    let mut unseen = BTreeMap::new();
    for (file, content) in layout::files(facts) {
        note_unseen(&mut unseen, &file, &content);
    }
    for (why, places) in unseen {
        let _ = writeln!(log, "unseen    {why} ({})", places.join(", "));
    }
    log
}

/// Notes everything in a file that has an error where its value would stand, by that error; what nobody meant to ask is none.
fn note_unseen(unseen: &mut BTreeMap<String, Vec<String>>, place: &str, value: &Value) {
    let Value::Object(map) = value else { return };
    let text = |field: &str| value.pointer(field).and_then(Value::as_str);
    match text("/Error/Code") {
        Some(Why::NOT_ASKED | Why::NOT_COLLECTED) => {}
        Some(code) => {
            let message = clean(text("/Error/Message").unwrap_or_default(), LONGEST_VALUE);
            let why = format!("{}: {message}", clean(code, LONGEST_VALUE));
            unseen.entry(why).or_default().push(place.to_owned());
        }
        None => map.iter().for_each(|(key, below)| note_unseen(unseen, &format!("{place} {key}"), below)),
    }
}
