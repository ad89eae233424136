//! Collecting the facts: everything that touches the outside world, at once as far as it can be, every wait bounded.
//!
//! Nothing here fails: what fails is an unknown fact with its reason. `graph` says what depends on what; the other files are one source each.

mod api;
mod call;
mod dial;
mod dns;
mod ec2;
mod ethtool;
mod files;
mod firewall;
mod graph;
mod greeting;
mod host;
mod hosts;
mod icmp;
mod identity;
mod imds;
mod load;
mod login;
mod meter;
mod name_service;
mod needs;
mod probe;
mod profiles;
mod quotas;
mod request;
mod resolver;
mod roots;
mod route53;
mod run;
mod scope;
mod script;
mod system;
mod tcp;
mod text;
mod tls;

pub use needs::actions;
pub use request::{Collected, Ended, Limits, Machine, Progress, Request, Timing};
pub use roots::Authorities;

pub use script::script;

use meter::Meter;
use pldoctor_checks::facts::{Observed, Why};
use run::{Clock, Run};
use time::OffsetDateTime;
use tokio::sync::watch;

/// Collects every fact that the request asks for. Ends by `request.limits.total`, or soon after `cancel` turns true, with what is known by then.
///
/// A `getaddrinfo` that hangs goes on in its thread after this has returned: shut the runtime down with
/// [`tokio::runtime::Runtime::shutdown_background`]. Install a rustls crypto provider first
/// (`rustls::crypto::aws_lc_rs::default_provider().install_default()`).
pub async fn collect(request: &Request, progress: &dyn Progress, cancel: watch::Receiver<bool>) -> Collected {
    let started_at = OffsetDateTime::now_utc();
    // The first random bytes of a process take the library some 50 ms. Taken now, beside everything else, no handshake waits for them.
    tokio::task::spawn_blocking(|| aws_lc_rs::rand::fill(&mut [0; 1]));
    let run = Run::new(Clock::new(request.limits.total, cancel), progress);
    let meter = Meter::default();
    let mut facts = graph::gather(&run, request, &meter).await;
    let reading = meter.reading();
    facts.host.clock_skew_s = match reading.clock_skew_s {
        Some(skew) => Observed::Known(skew),
        None => Observed::Unknown(Why::not_asked("no answer of the AWS API told its time")),
    };
    Collected {
        facts,
        started_at,
        elapsed: run.clock.elapsed(),
        timing: run.timing(),
        api_calls: reading.calls,
        clock_skew_s: reading.clock_skew_s,
        ended: run.clock.ended(),
    }
}
