//! `--wait`: looking again while time may heal it.

use super::args::WaitArguments;
use super::values::WaitFor;
use super::{Failure, output};
use crate::collect::Ended;
use crate::report::{Origin, Run};
use anyhow::Context as _;
use pldoctor_checks::diagnosis::{Diagnosis, Promises};
use pldoctor_checks::facts::Facts;
use std::time::{Duration, Instant};

/// Between two looks: an endpoint takes a minute or more, and nobody's API limits should notice.
const INTERVAL: Duration = Duration::from_secs(10);

/// Looks once, and, with `--wait`, again until it is healthy, the cause is another one, or the time is over.
pub(super) fn until_settled(
    arguments: &WaitArguments,
    quiet: bool,
    mut look: impl FnMut() -> Result<(Facts, Run, Diagnosis), Failure>,
) -> Result<(Facts, Run, Diagnosis), Failure> {
    let since = Instant::now();
    let promised = |event| arguments.wait_for.contains(&event);
    let promises = Promises { accepted: promised(WaitFor::Accepted), service: promised(WaitFor::Service) };
    loop {
        let seen = look()?;
        let (_, run, diagnosis) = &seen;
        let left = arguments.wait.and_then(|wait| wait.checked_sub(since.elapsed()));
        let interrupted = run.origin == Origin::Collected(Ended::Cancelled);
        let again = left.filter(|left| *left >= INTERVAL && !interrupted && diagnosis.heals_with_time(promises));
        let Some(left) = again else { return Ok(seen) };
        if !quiet {
            let causes: Vec<&str> = diagnosis.root_causes.iter().map(|cause| cause.check).collect();
            output::complain(&format!("waiting for {} ({} s left at most)", causes.join(", "), left.as_secs()));
        }
        if !rest()? {
            return Ok(seen);
        }
    }
}

/// Whether the pause went by without anybody interrupting it.
fn rest() -> Result<bool, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no pause can be made")?;
    Ok(runtime.block_on(async {
        tokio::select! {
            () = tokio::time::sleep(INTERVAL) => true,
            _ = tokio::signal::ctrl_c() => false,
        }
    }))
}
