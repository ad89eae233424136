//! What is being done, in one line on standard error, and only on a terminal.

use crate::collect::Progress;
use crate::report::text::{LONGEST_VALUE, clean};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal as _;
use std::sync::Mutex;
use std::time::Duration;

/// A line that tells which answers are still awaited.
pub(super) struct Line {
    bar: ProgressBar,
    awaited: Mutex<Awaited>,
}

#[derive(Default)]
struct Awaited {
    stages: Vec<String>,
    done: usize,
}

impl Line {
    /// The line, or nothing to see where `quiet`, or where standard error is no terminal.
    pub(super) fn new(quiet: bool) -> Self {
        let bar =
            if quiet || !std::io::stderr().is_terminal() { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {wide_msg}") {
            bar.set_style(style);
        }
        if !bar.is_hidden() {
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        Self { bar, awaited: Mutex::default() }
    }

    /// Takes the line away.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }

    fn change(&self, change: impl FnOnce(&mut Awaited)) {
        // A panic elsewhere must not keep the line from going on.
        let mut awaited = self.awaited.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        change(&mut awaited);
        let stages: Vec<String> = awaited.stages.iter().map(|stage| clean(stage, LONGEST_VALUE)).collect();
        self.bar.set_message(format!("{} answered, awaiting {}", awaited.done, stages.join(", ")));
    }
}

impl Progress for Line {
    fn begins(&self, stage: &str) {
        self.change(|awaited| awaited.stages.push(stage.to_owned()));
    }

    fn ends(&self, stage: &str) {
        self.change(|awaited| {
            if let Some(at) = awaited.stages.iter().position(|other| other == stage) {
                awaited.stages.remove(at);
            }
            awaited.done += 1;
        });
    }
}
