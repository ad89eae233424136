//! What the program did, for a bundle: how it was called upon, what it asked, how long each took, how it ended.

use crate::collect::Ended;
use crate::report::{Origin, Run};
use std::fmt::Write as _;
use time::format_description::well_known::Rfc3339;

pub(super) fn text(run: &Run) -> String {
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
    log
}
