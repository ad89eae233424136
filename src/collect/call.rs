//! One call of the AWS API: sent, sent again where that may help, and turned into a value or a reason.

use super::meter::Meter;
use super::run::{Clock, Cut, task};
use super::text::{chain, clipped};
use aws_sdk_ec2::config::http::HttpResponse;
use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};
use pldoctor_checks::facts::{Why, WhyKind};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::future::Future;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The first pause after "slow down", doubled each time.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// How often a failure is tried that isn't "slow down": it must be seen twice to count.
const TRIES: u32 = 2;
/// Pages of one list: with 100 to 1,000 items each, more than any account has.
const PAGES_LIMIT: usize = 200;

/// One service's address in this run. Once nothing answered there, no later call waits for it again.
pub(super) struct Gate {
    /// As in IAM actions: `ec2`, `route53` …
    service: &'static str,
    clock: Clock,
    meter: Meter,
    gates: Gates,
}

/// What the gates of all services know together.
#[derive(Clone, Default)]
pub(super) struct Gates(Arc<Mutex<Reached>>);

#[derive(Default)]
struct Reached {
    /// Services that have answered, whatever they said.
    answered: BTreeSet<&'static str>,
    /// Services at whose address nothing answered, with the reason.
    closed: BTreeMap<&'static str, Why>,
}

impl Gates {
    fn lock(&self) -> MutexGuard<'_, Reached> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What to do after a failure.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    /// It is what it is.
    GiveUp,
    /// It may be chance: try up to [`TRIES`] times.
    TryAgain,
    /// It asked to slow down: try for as long as the run allows.
    SlowDown,
}

impl Gate {
    pub(super) fn new(service: &'static str, clock: Clock, meter: Meter, gates: Gates) -> Self {
        Self { service, clock, meter, gates }
    }

    /// Sends a request until it is answered, refused for good, or there is no time left.
    ///
    /// `send` makes the request anew each time; its future runs as a task of its own, so that a large answer being parsed holds up nothing.
    pub(super) async fn call<T, E, F, S>(&self, mut send: S) -> Result<T, Why>
    where
        T: Send + 'static,
        E: Error + ProvideErrorMetadata + Send + Sync + 'static,
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send + 'static,
        S: FnMut() -> F,
    {
        // Half of the run, so that a service that never stops refusing leaves the other half to what depends on others.
        let patience = self.clock.elapsed() + self.clock.left() / 2;
        let mut pause = FIRST_PAUSE;
        let mut tries = 0;
        let mut refusal: Option<Why> = None;
        loop {
            if let Some(why) = self.closed() {
                return Err(why);
            }
            tries += 1;
            let why = match self.clock.before_the_end(task(send())).await {
                // What an earlier try was told says more than that a later one was cut short.
                Err(cut) => return Err(refusal.unwrap_or_else(|| cut.into())),
                Ok(Err(panic)) => return Err(Why::new(Why::MALFORMED, clipped(&panic.to_string()))),
                Ok(Ok(Ok(value))) => {
                    self.answered();
                    return Ok(value);
                }
                Ok(Ok(Err(error))) => self.why(&error),
            };
            if !matches!(why.kind(), WhyKind::Unreachable | WhyKind::TimedOut) {
                self.answered();
            }
            match next(&why) {
                Next::SlowDown if self.clock.elapsed() + pause < patience => {
                    let rest = self.clock.within(jittered(pause), std::future::pending::<()>()).await;
                    if !matches!(rest, Err(Cut::Bound(_))) {
                        return Err(why);
                    }
                    pause = (pause * 2).min(LONGEST_PAUSE);
                    refusal = Some(why);
                }
                Next::TryAgain if tries < TRIES => refusal = Some(why),
                _ => {
                    self.failed(&why);
                    return Err(why);
                }
            }
        }
    }

    /// All pages of a list. `send` makes the request with a token; `open` takes the items out of an answer, and the token of the next page.
    pub(super) async fn pages<T, O, E, F, S>(
        &self,
        mut send: S,
        open: impl Fn(O) -> (Vec<T>, Option<String>),
    ) -> Result<Vec<T>, Why>
    where
        O: Send + 'static,
        E: Error + ProvideErrorMetadata + Send + Sync + 'static,
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>> + Send + 'static,
        S: FnMut(Option<String>) -> F,
    {
        let mut items = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..PAGES_LIMIT {
            let (mut page, next) = open(self.call(|| send(token.clone())).await?);
            items.append(&mut page);
            match next.filter(|next| !next.is_empty()) {
                None => return Ok(items),
                next if next == token => break,
                next => token = next,
            }
        }
        // A list without its end must not pass for the whole.
        Err(Why::new(Why::MALFORMED, format!("the list has no end: gave up after {} items", items.len())))
    }

    /// Why nothing is sent: nothing answered here before, or, while nothing of AWS has answered at all, nothing answered at another service's
    /// address. That is a machine without a way to AWS, and to find it out for each service anew would take seconds.
    fn closed(&self) -> Option<Why> {
        let reached = self.gates.lock();
        if let Some(why) = reached.closed.get(self.service) {
            return Some(why.clone());
        }
        let other = reached.closed.values().next().filter(|_| reached.answered.is_empty())?;
        Some(Why::new(Why::UNREACHABLE, format!("not tried, because nothing of AWS answered: {}", other.message)))
    }

    fn answered(&self) {
        self.gates.lock().answered.insert(self.service);
    }

    /// Closes the gate where nothing was reached, unless something was before.
    fn failed(&self, why: &Why) {
        let mut reached = self.gates.lock();
        if why.kind() == WhyKind::Unreachable && !reached.answered.contains(self.service) {
            reached.closed.entry(self.service).or_insert_with(|| why.clone());
        }
    }

    /// An SDK error as a reason.
    fn why<E>(&self, error: &SdkError<E, HttpResponse>) -> Why
    where
        E: Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        let endpoint = || self.meter.reading().endpoints.get(self.service).cloned().unwrap_or_default();
        match error {
            SdkError::ServiceError(refusal) => {
                let status = refusal.raw().status().as_u16();
                let code = refusal.err().code().map_or_else(|| format!("Http{status}"), clipped);
                let message = refusal.err().message().map_or_else(String::new, clipped);
                Why::new(code, message)
            }
            SdkError::TimeoutError(_) => Why::new(Why::TIMED_OUT, format!("{} did not answer in time", endpoint())),
            SdkError::DispatchFailure(failure) => {
                let text = failure.as_connector_error().map_or_else(|| chain(error), |cause| chain(cause));
                if failure.is_user() {
                    Why::new("InvalidConfiguration", text)
                } else {
                    Why::new(Why::UNREACHABLE, format!("{}: {text}", endpoint()))
                }
            }
            SdkError::ResponseError(response) => {
                let status = response.raw().status().as_u16();
                Why::new(
                    Why::MALFORMED,
                    format!("{} answered HTTP {status}, which was not understood: {}", endpoint(), chain(error)),
                )
            }
            // A request that could not be made: a bad endpoint, a credential that can't sign.
            _ => Why::new("InvalidConfiguration", chain(error)),
        }
    }
}

/// What a failure calls for.
fn next(why: &Why) -> Next {
    match why.kind() {
        WhyKind::Throttled => Next::SlowDown,
        WhyKind::Unreachable | WhyKind::TimedOut => Next::TryAgain,
        _ if matches!(why.code.as_str(), "InternalError" | "InternalFailure" | "InternalServiceErrorException") => {
            Next::TryAgain
        }
        _ if matches!(
            why.code.as_str(),
            "ServiceUnavailable" | "Unavailable" | "Http500" | "Http502" | "Http503" | "Http504"
        ) =>
        {
            Next::TryAgain
        }
        _ => Next::GiveUp,
    }
}

/// Between half of the pause and all of it, so that calls that were refused together don't come back together.
fn jittered(pause: Duration) -> Duration {
    let random = RandomState::new().hash_one(0) as u32;
    pause / 2 + (pause / 2).mul_f64(f64::from(random) / f64::from(u32::MAX))
}
