//! pldoctor, the program.

use pldoctor::cli::{self, Exit};
use std::panic::{PanicHookInfo, catch_unwind, set_hook};
use std::process::ExitCode;
use std::sync::Mutex;

/// Where the last panic came from.
static PLACE: Mutex<String> = Mutex::new(String::new());

fn main() -> ExitCode {
    // Before anything speaks TLS: two libraries would otherwise each look for a provider by themselves. It fails only where there is one already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    // A panicking check becomes a finding that names the bug, so that a stack trace in the middle of the report would only hide it.
    if std::env::var_os("RUST_BACKTRACE").is_none() {
        set_hook(Box::new(remember));
    }
    log();
    match catch_unwind(|| cli::run(std::env::args_os())) {
        Ok(exit) => exit.into(),
        Err(panic) => {
            let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
            let place = PLACE.lock().map(|place| place.clone()).unwrap_or_default();
            cli::complain(&format!("a bug in pldoctor: {text} ({place}). Please report it."));
            Exit::Internal.into()
        }
    }
}

fn remember(panic: &PanicHookInfo<'_>) {
    if let (Some(location), Ok(mut place)) = (panic.location(), PLACE.lock()) {
        *place = location.to_string();
    }
}

/// Logs to standard error where RUST_LOG asks for it.
fn log() {
    if std::env::var_os("RUST_LOG").is_some() {
        let filter = tracing_subscriber::EnvFilter::from_default_env();
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(|| cli::Log).init();
    }
}
