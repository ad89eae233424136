//! Any first packet of a server: it comes to an outcome, which is bounded and harmless, however the bytes are cut into pieces.
//!
//! Input: a byte that says where the bytes are cut, one that says how they are framed, and the bytes.
#![no_main]
#![allow(dead_code, unreachable_pub)] // only what parses is used of the files below

use futures::FutureExt as _;
use libfuzzer_sys::fuzz_target;
use pldoctor_checks::facts::GreetingOutcome;
use tokio::io::AsyncReadExt as _;

// The program's own files, without the AWS SDK that its package has below it.
#[path = "../../src/collect/greeting.rs"]
mod greeting;
#[path = "../../src/collect/text.rs"]
mod text;

fuzz_target!(|data: &[u8]| {
    let [cut, framing, bytes @ ..] = data else { return };
    let bytes = match framing % 4 {
        // With the right header, so that the payload is reached; as a greeting, as an error, or as it is.
        1 => framed(bytes),
        2 => framed(&[&[0x0a], bytes].concat()),
        3 => framed(&[&[0xff], bytes].concat()),
        _ => bytes.to_vec(),
    };
    let cut = usize::from(*cut).min(bytes.len());
    let (whole, beyond) = read(&bytes, bytes.len());
    let (pieces, _) = read(&bytes, cut);
    // What else came with the last bytes is shown, too, and that depends on the pieces.
    if !matches!(whole, GreetingOutcome::NotMysql { .. }) {
        assert_eq!(whole, pieces, "cut at {cut}");
    }
    assert!(beyond <= bytes.len());
    for text in texts(&whole) {
        assert!(text.len() <= 2_003 && !text.chars().any(char::is_control), "{text:?}");
    }
});

/// The outcome of these bytes, read in two pieces, and how many were left beyond the packet.
fn read(bytes: &[u8], cut: usize) -> (GreetingOutcome, usize) {
    let mut received = greeting::Received::default();
    let mut stream = bytes[..cut].chain(&bytes[cut..]);
    let outcome = received.read(&mut stream).now_or_never().expect("nothing to wait for");
    (outcome, received.beyond().len())
}

fn framed(payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_le_bytes();
    [&length[..3], &[0], payload].concat()
}

fn texts(outcome: &GreetingOutcome) -> Vec<&str> {
    match outcome {
        GreetingOutcome::Greeted { version, auth_plugin, .. } => {
            std::iter::once(version.as_str()).chain(auth_plugin.as_deref()).collect()
        }
        GreetingOutcome::ErrorPacket { state, message, .. } => {
            std::iter::once(message.as_str()).chain(state.as_deref()).collect()
        }
        GreetingOutcome::NotMysql { start, .. } => vec![start],
        GreetingOutcome::Failed { message } => vec![message],
        _ => Vec::new(),
    }
}
