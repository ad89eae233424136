//! One run: its clock, its end, and the stages that it tells of. Every wait of the collection goes through [`Clock::within`].

use super::request::{Ended, Progress, Timing};
use super::text::clipped;
use pldoctor_checks::facts::Why;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinHandle};
use tokio::time::Instant;

/// Why a wait ended without its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// Its own bound: the wait was as long as it was to be, so that the silence means something.
    Bound(Duration),
    /// The whole run's time was up. This says nothing of whom was waited for.
    Deadline,
    /// Somebody cancelled the run. This says nothing either.
    Cancelled,
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bound(bound) => write!(f, "no answer within {} s", bound.as_secs_f32()),
            Self::Deadline => f.write_str("the run's time was up before the answer came"),
            Self::Cancelled => f.write_str("the run was interrupted before the answer came"),
        }
    }
}

impl From<Cut> for Why {
    fn from(cut: Cut) -> Self {
        Self::new(Self::TIMED_OUT, cut.to_string())
    }
}

/// When the run began and when it ends. Clones are of the same run.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    started: Instant,
    deadline: Instant,
    cancel: watch::Receiver<bool>,
    /// Whether a wait was cut by the deadline (1) or by cancellation (2).
    ended: Arc<AtomicU8>,
}

impl Clock {
    pub(super) fn new(total: Duration, cancel: watch::Receiver<bool>) -> Self {
        let started = Instant::now();
        Self { started, deadline: started + total, cancel, ended: Arc::default() }
    }

    /// What is left of the run.
    pub(super) fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Since the run began.
    pub(super) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// How it has ended so far.
    pub(super) fn ended(&self) -> Ended {
        match self.ended.load(Ordering::Relaxed) {
            0 => Ended::Complete,
            1 => Ended::Deadline,
            _ => Ended::Cancelled,
        }
    }

    /// The future's output, if it comes within the bound, before the deadline and before a cancellation. An output that is
    /// there already wins over all three.
    ///
    /// The future goes to the heap first: waits within waits would else double in size at each level.
    pub(super) fn within<F: Future>(&self, bound: Duration, future: F) -> impl Future<Output = Result<F::Output, Cut>> {
        self.bounded(bound, Box::pin(future))
    }

    async fn bounded<F: Future>(&self, bound: Duration, future: Pin<Box<F>>) -> Result<F::Output, Cut> {
        let until = Instant::now() + bound;
        let (until, cut) =
            if until < self.deadline { (until, Cut::Bound(bound)) } else { (self.deadline, Cut::Deadline) };
        let mut cancel = self.cancel.clone();
        let cancelled = async move {
            // A sender that is gone can't cancel any more.
            if cancel.wait_for(|cancelled| *cancelled).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let cut = tokio::select! {
            biased;
            output = future => return Ok(output),
            () = cancelled => Cut::Cancelled,
            () = tokio::time::sleep_until(until) => cut,
        };
        match cut {
            Cut::Bound(_) => {}
            Cut::Deadline => _ = self.ended.fetch_max(1, Ordering::Relaxed),
            Cut::Cancelled => _ = self.ended.fetch_max(2, Ordering::Relaxed),
        }
        Err(cut)
    }

    /// As [`Clock::within`], bounded by the run alone.
    pub(super) fn before_the_end<F: Future>(&self, future: F) -> impl Future<Output = Result<F::Output, Cut>> {
        self.within(Duration::from_secs(u64::from(u32::MAX)), future)
    }
}

/// The clock, and who is told of the stages.
pub(super) struct Run<'a> {
    pub(super) clock: Clock,
    progress: &'a dyn Progress,
    timing: Mutex<Vec<(String, Duration, Option<Duration>)>>,
}

impl<'a> Run<'a> {
    pub(super) fn new(clock: Clock, progress: &'a dyn Progress) -> Self {
        Self { clock, progress, timing: Mutex::default() }
    }

    /// Runs the future as a stage: with its time taken, and told to whom it concerns.
    pub(super) fn stage<F: Future>(&self, name: impl Into<String>, future: F) -> impl Future<Output = F::Output> {
        // Some names have an address or an id from outside in them.
        self.told(clipped(&name.into()), Box::pin(future))
    }

    async fn told<F: Future>(&self, name: String, future: Pin<Box<F>>) -> F::Output {
        self.progress.begins(&name);
        let index = {
            let mut timing = self.timing.lock().unwrap_or_else(PoisonError::into_inner);
            timing.push((name.clone(), self.clock.elapsed(), None));
            timing.len() - 1
        };
        let output = future.await;
        self.timing.lock().unwrap_or_else(PoisonError::into_inner)[index].2 = Some(self.clock.elapsed());
        self.progress.ends(&name);
        output
    }

    /// The stages so far, in the order in which they began.
    pub(super) fn timing(&self) -> Vec<Timing> {
        let now = self.clock.elapsed();
        let timing = self.timing.lock().unwrap_or_else(PoisonError::into_inner);
        let timing = timing.iter().map(|(stage, started, ended)| Timing {
            stage: stage.clone(),
            started_ms: millis(*started),
            elapsed_ms: millis(ended.unwrap_or(now).saturating_sub(*started)),
        });
        timing.collect()
    }
}

/// Runs the future as a task of its own, so that a panic in it or much work holds up nobody else. It ends when nobody waits for it any more.
pub(super) async fn task<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> Result<T, JoinError> {
    struct Abandoned<T>(JoinHandle<T>);
    impl<T> Drop for Abandoned<T> {
        fn drop(&mut self) {
            self.0.abort();
        }
    }
    let mut task = Abandoned(tokio::spawn(future));
    (&mut task.0).await
}

/// Whole milliseconds.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};

    #[tokio::test]
    async fn an_answer_that_is_there_wins_over_every_end() {
        let (cancel, cancelled) = watch::channel(true);
        let clock = Clock::new(Duration::ZERO, cancelled);
        assert_eq!(clock.within(Duration::ZERO, ready(7)).await, Ok(7));
        assert_eq!(clock.ended(), Ended::Complete);
        assert_eq!(clock.before_the_end(pending::<()>()).await, Err(Cut::Cancelled));
        assert_eq!(clock.ended(), Ended::Cancelled);
        drop(cancel);
    }

    #[tokio::test]
    async fn the_deadline_is_told_from_a_bound() {
        let (cancel, cancelled) = watch::channel(false);
        drop(cancel);
        let clock = Clock::new(Duration::from_secs(60), cancelled.clone());
        let bound = Duration::from_millis(1);
        assert_eq!(clock.within(bound, pending::<()>()).await, Err(Cut::Bound(bound)));
        assert_eq!(clock.ended(), Ended::Complete);
        let clock = Clock::new(bound, cancelled);
        assert_eq!(clock.within(Duration::from_secs(60), pending::<()>()).await, Err(Cut::Deadline));
        assert_eq!(clock.ended(), Ended::Deadline);
    }
}
