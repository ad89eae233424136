//! Whether this machine's clock is right: signatures of AWS calls and certificates hang on it.

use crate::check::{Judged, Judgement, Layer, Message, Owner, check, fail, pass, warn};
use crate::facts::{Fact, FactSet, Facts, TlsOutcome, Verdict, WhyKind};
use crate::remedy::{ByHand, Remedy};

check!(Clock {
    id: "clock",
    layer: Layer::Client,
    owner: Owner::Client,
    reads: FactSet::of(&[Fact::ClockSkew, Fact::CallerIdentity, Fact::Tls]),
    words: include_str!("clock.toml"),
});

/// AWS refuses signatures that are older or newer, in seconds.
pub(super) const SIGNATURE_LIMIT_S: u64 = 300;
/// From here on certificates are judged wrongly: they are made a day or so before they are used, and renewed weeks before they end.
const DAY_S: u64 = 86_400;

fn judge(facts: &Facts) -> Judged {
    let skew = facts.clock_skew_s()?;
    let off = skew.unsigned_abs();
    let judgement = if off <= SIGNATURE_LIMIT_S {
        pass("right")
    } else if misjudges_certificates(facts, skew) {
        broken("breaks-certificates")
    } else if off > DAY_S && !trusts_certificates(facts) {
        broken("off-by-days")
    } else if signature_refused(facts) {
        broken("breaks-signatures")
    } else {
        warn("off")
    };
    let side = if skew < 0 { "clock-behind" } else { "clock-ahead" };
    Ok(judgement
        .say("seconds", off)
        .say_words("off", Message::new(side).say_words("amount", amount(off)))
        .data("skew_s", skew))
}

fn broken(key: &'static str) -> Judgement {
    fail(key).remedy(Remedy::from(ByHand::new("set-clock", Owner::Client)))
}

/// Seconds in a unit that people think in.
fn amount(seconds: u64) -> Message {
    let (unit, size) = match seconds {
        0..7_200 => ("minutes", 60),
        7_200..172_800 => ("hours", 3_600),
        _ => ("days", DAY_S),
    };
    Message::new(unit).say("count", seconds / size)
}

/// Whether AWS refused a signature or a token, which a wrong clock makes it do.
fn signature_refused(facts: &Facts) -> bool {
    facts
        .aws
        .caller_identity
        .as_ref()
        .is_err_and(|why| why.kind() == WhyKind::NoCredentials && is_about_time(&why.code))
}

/// AWS's codes for a signature that is refused for its time, and those that it uses for any signature.
pub(super) fn is_about_time(code: &str) -> bool {
    matches!(code, "RequestExpired" | "SignatureDoesNotMatch" | "RequestTimeTooSkewed" | "AuthFailure")
}

/// Whether a certificate was refused for its time, on the side to which the clock is off.
fn misjudges_certificates(facts: &Facts, skew: i64) -> bool {
    let wrong = if skew < 0 { Verdict::NotYetValid } else { Verdict::Expired };
    verdicts(facts).any(|verdict| *verdict == wrong)
}

fn trusts_certificates(facts: &Facts) -> bool {
    verdicts(facts).any(|verdict| *verdict == Verdict::Trusted)
}

fn verdicts(facts: &Facts) -> impl Iterator<Item = &Verdict> {
    let attempts = facts.tls_attempts().unwrap_or_default();
    let trust = attempts.iter().filter_map(|attempt| match &attempt.outcome {
        TlsOutcome::Established { trust, .. } => Some(trust),
        _ => None,
    });
    trust.flatten().map(|trust| &trust.verdict)
}
