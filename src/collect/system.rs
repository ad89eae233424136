//! `getaddrinfo`: what applications get, with the hosts file, nsswitch, search domains and caches in it.

use super::request::Limits;
use super::run::{Clock, Cut, millis};
use super::text::clipped;
use pldoctor_checks::facts::{SystemAnswer, Why};
use std::net::IpAddr;
use tokio::time::Instant;

/// Addresses that are kept.
const ADDRESSES_LIMIT: usize = 64;

/// What the system's resolver says of a name. It runs in a thread that can't be stopped: after the bound it is left to itself.
///
/// # Errors
/// `TimedOut` where the run ended first. Its own silence is an answer: applications hang just so.
pub(super) async fn look_up(clock: &Clock, limits: &Limits, host: &str, port: u16) -> Result<SystemAnswer, Why> {
    let started = Instant::now();
    let looked_up = clock.within(limits.system_resolver, tokio::net::lookup_host((host, port))).await;
    let elapsed_ms = millis(started.elapsed());
    match looked_up {
        Ok(Ok(found)) => {
            let mut addresses: Vec<IpAddr> = Vec::new();
            for address in found.map(|address| address.ip()).take(ADDRESSES_LIMIT) {
                if !addresses.contains(&address) {
                    addresses.push(address);
                }
            }
            Ok(SystemAnswer { addresses, error: None, elapsed_ms })
        }
        Ok(Err(error)) => {
            let text = error.to_string();
            let text = text.strip_prefix("failed to lookup address information: ").unwrap_or(&text);
            Ok(SystemAnswer { addresses: Vec::new(), error: Some(clipped(text)), elapsed_ms })
        }
        Err(cut @ Cut::Bound(_)) => {
            Ok(SystemAnswer { addresses: Vec::new(), error: Some(cut.to_string()), elapsed_ms })
        }
        Err(cut) => Err(cut.into()),
    }
}
