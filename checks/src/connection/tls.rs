//! Whether TLS comes about and the certificate is the host's, seen without credentials.

use super::trust::{Belief, belief};
use super::{look_at_cluster, own_addresses, with_zone};
use crate::check::{Judged, Judgement, Layer, Message, Missing, Owner, Ruling, Stop, check, fail, pass, warn};
use crate::errors;
use crate::facts::{
    Certificate, Fact, FactSet, Facts, GreetingOutcome, HostName, LoginOutcome, NameMatch, Plan, RootStore, TlsAttempt,
    TlsOutcome, Trust, Verdict, Why, reads,
};
use crate::remedy::{ByHand, Remedy};

check!(Tls {
    id: "tls",
    layer: Layer::Connection,
    owner: Owner::Client,
    reads: reads::ENDPOINT.and(FactSet::of(&[Fact::Greetings, Fact::Tls, Fact::Login])),
    after: &["greeting"],
    explained_by: &["greeting", "target-name"],
    words: include_str!("tls.toml"),
});

/// The largest packet that an endpoint carries, in bytes. What is larger is dropped without a word: path MTU discovery does not work through it.
const ENDPOINT_MTU: u32 = 8_500;
/// Headers of IPv4 and TCP without options, in bytes.
const HEADERS: u32 = 40;
/// A packet that every path carries, tunnels included, in bytes.
const SMALL_MTU: u32 = 1_400;
/// Names of a certificate that are shown.
const NAMES_SHOWN: usize = 5;

fn judge(facts: &Facts) -> Judged {
    let own = own_addresses(facts);
    let attempts: Vec<&TlsAttempt> = match facts.tls_attempts() {
        Ok(all) => all.iter().filter(|attempt| own.is_empty() || own.contains(&attempt.address.ip())).collect(),
        Err(stop) => return Err(if greeted(facts) { stop } else { Stop::Blocked("greeting") }),
    };
    let judged: Vec<(&TlsAttempt, Judgement)> =
        attempts.into_iter().map(|attempt| (attempt, handshake(facts, attempt))).collect();
    // The worst one speaks: one bad address in two makes half of the connections fail.
    let Some((_, worst)) = judged.iter().min_by_key(|(_, judgement)| goodness(judgement.ruling)) else {
        let missing = Missing { fact: Fact::Tls, object: None, why: Why::not_collected() };
        return Err(if greeted(facts) { missing.into() } else { Stop::Blocked("greeting") });
    };
    let is_alike = |judgement: &Judgement| judgement.message.key == worst.message.key;
    let alike = judged.iter().filter(|(_, judgement)| is_alike(judgement));
    let addresses: Vec<String> = alike.map(|(attempt, _)| with_zone(facts, attempt.address.ip())).collect();
    let better = judged.iter().filter(|(_, judgement)| goodness(judgement.ruling) > goodness(worst.ruling));
    let better: Vec<String> = better.map(|(attempt, _)| with_zone(facts, attempt.address.ip())).collect();
    let mut judgement = worst.clone();
    let chains = chains(facts, judged.iter().map(|(attempt, _)| *attempt));
    if judgement.ruling == Ruling::Pass && chains.len() > 1 {
        judgement.message.key = "trusted-differing";
        judgement = judgement.say("each", chains.join("; "));
    }
    if judgement.unexplained.is_none() && !better.is_empty() {
        judgement = judgement.if_unexplained(Message::new("others-better").say("better", better.join(", ")));
    }
    Ok(judgement.say("addresses", addresses.join(", ")))
}

fn goodness(ruling: Ruling) -> u8 {
    match ruling {
        Ruling::Fail => 0,
        Ruling::Warn => 1,
        Ruling::Pass => 2,
    }
}

fn greeted(facts: &Facts) -> bool {
    let is_greeting = |outcome: &GreetingOutcome| matches!(outcome, GreetingOutcome::Greeted { .. });
    facts.greetings().is_ok_and(|all| all.iter().any(|greeting| is_greeting(&greeting.outcome)))
}

/// Each certificate that the addresses show, with the first address that does.
fn chains<'a>(facts: &Facts, attempts: impl Iterator<Item = &'a TlsAttempt>) -> Vec<String> {
    let mut seen: Vec<&str> = Vec::new();
    let mut shown = Vec::new();
    for attempt in attempts {
        let TlsOutcome::Established { certificates, .. } = &attempt.outcome else { continue };
        let Some(first) = certificates.first().filter(|first| !seen.contains(&first.sha256.as_str())) else { continue };
        seen.push(&first.sha256);
        let address = with_zone(facts, attempt.address.ip());
        shown.push(format!("{address}: {}, {}", first.subject, first.not_after));
    }
    shown
}

fn handshake(facts: &Facts, attempt: &TlsAttempt) -> Judgement {
    let judgement = match &attempt.outcome {
        TlsOutcome::Established { version, cipher, certificates, chain_length, trust, name } => {
            certificate(facts, attempt, certificates, trust, *name)
                .say("version", version)
                .data("version", version.clone())
                .data("cipher", cipher.clone())
                .data("chain_length", *chain_length)
        }
        TlsOutcome::NotOffered if is_demanded(facts) => {
            fail("not-offered-demanded").owner(Owner::TidbCloud).remedy(ask(facts, attempt, "CLIENT_SSL = 0"))
        }
        TlsOutcome::NotOffered => warn("not-offered").owner(Owner::TidbCloud),
        TlsOutcome::Alert { description }
            if description.to_lowercase().replace('_', "").contains("protocolversion") =>
        {
            fail("old-version").owner(Owner::TidbCloud).remedy(ask(facts, attempt, description))
        }
        TlsOutcome::OldVersion { version } => fail("old-version-chosen")
            .owner(Owner::TidbCloud)
            .say("chosen", version)
            .remedy(ask(facts, attempt, version)),
        TlsOutcome::Alert { description } => {
            fail("alert").owner(Owner::TidbCloud).say("alert", description).remedy(ask(facts, attempt, description))
        }
        TlsOutcome::TimedOut { after_ms, received } => hangs(facts, attempt, *after_ms, *received),
        TlsOutcome::Closed => cut_off(facts, "closed"),
        TlsOutcome::Reset => cut_off(facts, "reset"),
        TlsOutcome::NotTls { start } => fail("not-tls").say("start", start).remedy(between(attempt)),
        TlsOutcome::Failed { message } => fail("failed").say("message", message).remedy(between(attempt)),
    };
    judgement.say("host", &attempt.server_name).data("elapsed_ms", attempt.elapsed_ms)
}

fn certificate(
    facts: &Facts,
    attempt: &TlsAttempt,
    certificates: &[Certificate],
    trust: &[Trust],
    name: NameMatch,
) -> Judgement {
    let first = certificates.first().cloned().unwrap_or_default();
    // Who signed the last one that was sent is the root, or the one below it: what has to be known to whoever verifies.
    let root = certificates.last().map(|last| last.issuer.clone()).unwrap_or_default();
    let names = names(&first);
    let judgement = match (belief(trust), name) {
        (Belief::Not(verdict), _) => {
            let judgement = distrusted(facts, attempt, trust, verdict, &root, &first);
            let also = Message::new("also-wrong-name").say("host", &attempt.server_name).say("names", &names);
            if name == NameMatch::Other { judgement.if_unexplained(also) } else { judgement }
        }
        (_, NameMatch::Other) => wrong_name(facts, attempt, &first),
        (_, NameMatch::CommonNameOnly) => warn("common-name-only"),
        (Belief::Partly { by, not_by }, NameMatch::Matches) => {
            let key = match (not_by.as_slice(), by.contains(&RootStore::System)) {
                ([RootStore::Given, ..], _) => "not-by-the-given",
                (_, true) => "by-system-only",
                (_, false) => "not-by-system",
            };
            warn(key).say_words("stores", stores(&by))
        }
        (Belief::Entirely { by }, NameMatch::Matches) => pass("trusted").say_words("stores", stores(&by)),
    };
    let verdicts = serde_json::to_value(trust).unwrap_or_default();
    judgement
        .say("subject", &first.subject)
        .say("names", names)
        .say("issuer", &first.issuer)
        .say("root", &root)
        .say("begins", &first.not_before)
        .say("ends", &first.not_after)
        .data("names", first.names.clone())
        .data("issuer", first.issuer.clone())
        .data("not_after", first.not_after.clone())
        .data("sha256", first.sha256.clone())
        .data("trust", verdicts)
}

/// The names that a certificate is for, the first few of them.
fn names(certificate: &Certificate) -> String {
    let shown: Vec<&str> = certificate.names.iter().take(NAMES_SHOWN).map(String::as_str).collect();
    match (shown.as_slice(), certificate.names.len() > NAMES_SHOWN) {
        ([], _) => certificate.subject.clone(),
        (shown, true) => format!("{}, …", shown.join(", ")),
        (shown, false) => shown.join(", "),
    }
}

fn stores(by: &[RootStore]) -> Message {
    let words = by.iter().map(|store| Message::new(store.words()));
    words
        .reduce(|before, next| Message::new("and-others").say_words("before", before).say_words("next", next))
        .unwrap_or_else(|| Message::new("as-is").say("text", ""))
}

/// No store that counts trusts the chain. What that means hangs on whose certificate is to be expected.
fn distrusted(
    facts: &Facts,
    attempt: &TlsAttempt,
    trust: &[Trust],
    verdict: &Verdict,
    root: &str,
    first: &Certificate,
) -> Judgement {
    let given = trust.iter().any(|trust| trust.store == RootStore::Given);
    let hand = |key: &'static str| Remedy::from(ByHand::new(key, Owner::Client));
    match verdict {
        Verdict::Strict { message } => warn("strict").say("message", message),
        Verdict::Expired => fail("expired").owner(Owner::TidbCloud).explained_by(&["greeting", "clock"]).remedy(ask(
            facts,
            attempt,
            &format!("notAfter = {}", first.not_after),
        )),
        Verdict::NotYetValid => fail("not-yet-valid").explained_by(&["greeting", "clock"]).remedy(hand("set-clock")),
        Verdict::Refused { message } => fail("certificate-refused").say("message", message).remedy(between(attempt)),
        Verdict::NoStore { message } => fail("no-store").say("message", message).remedy(hand("install-roots")),
        Verdict::Trusted | Verdict::UnknownIssuer | Verdict::BadSignature if given => {
            fail("another-ca").remedy(hand("download-ca"))
        }
        Verdict::Trusted | Verdict::UnknownIssuer | Verdict::BadSignature => match facts.plan() {
            Some(plan) if plan.registers_endpoints() => fail("clusters-own-ca").remedy(hand("download-ca")),
            Some(Plan::Starter | Plan::Essential) if is_lets_encrypt(root) => {
                fail("no-public-roots").remedy(hand("install-roots"))
            }
            Some(_) => fail("intercepted").remedy(between(attempt)),
            None => fail("unknown-issuer").remedy(hand("download-ca")),
        },
    }
}

/// Whether the chain leads to the authority that Starter's and Essential's gateways have their certificates from.
fn is_lets_encrypt(root: &str) -> bool {
    root.contains("ISRG Root") || root.contains("Let's Encrypt")
}

fn wrong_name(facts: &Facts, attempt: &TlsAttempt, first: &Certificate) -> Judgement {
    let by_name = || {
        let name = facts.private_name().map_or_else(|| names(first), str::to_owned);
        Remedy::from(ByHand::new("use-certificate-name", Owner::Client).say("name", name))
    };
    match HostName::parse(&attempt.server_name) {
        HostName::Address(_) => fail("wrong-name-address").remedy(by_name()),
        HostName::Endpoint { .. } => fail("wrong-name-endpoint").remedy(by_name()),
        _ => fail("wrong-name").remedy(
            ByHand::new("compare-host", Owner::Client)
                .say("host", &attempt.server_name)
                .say("names", names(first))
                .into(),
        ),
    }
}

/// Whether TLS is a must: on the public gateway, for a password that is to be sent, and where the server itself says so.
fn is_demanded(facts: &Facts) -> bool {
    let host = facts.question.target.host.as_deref().map(HostName::parse);
    let by_login = facts.login_attempt().is_ok_and(|attempt| match &attempt.outcome {
        LoginOutcome::TlsNotOffered | LoginOutcome::TlsFailed { .. } => true,
        LoginOutcome::Refused { code, message, .. } => {
            errors::of_server(*code, message).is_some_and(|entry| entry.id == "insecure-transport")
        }
        _ => false,
    });
    by_login || matches!(host, Some(HostName::SharedPublic { .. }))
}

/// The connection stands and TLS does not come: small packets pass, large ones don't.
fn hangs(facts: &Facts, attempt: &TlsAttempt, after_ms: u64, received: u64) -> Judgement {
    let tcp = facts.tcp_attempts().unwrap_or_default().iter().find(|tcp| tcp.address == attempt.address);
    let (mss, mtu) = tcp.map_or((None, None), |tcp| (tcp.mss, tcp.mtu));
    let too_large = mtu.is_some_and(|mtu| mtu > ENDPOINT_MTU);
    let key = match (mtu, mss) {
        (Some(_), _) if too_large => "hangs-large",
        (Some(_), Some(_)) => "hangs",
        _ => "hangs-unmeasured",
    };
    let right = if too_large { ENDPOINT_MTU } else { SMALL_MTU };
    let remedy = ByHand::new("lower-mtu", Owner::Client)
        .say("ip", attempt.address.ip())
        .say("mtu", right)
        .say("mss", right - HEADERS);
    let or_unknown = |value: Option<u32>| value.map_or_else(|| "?".to_owned(), |value| value.to_string());
    fail(key)
        .say("seconds", after_ms.div_ceil(1000))
        .say("received", received)
        .say("mss", or_unknown(mss))
        .say("mtu", or_unknown(mtu))
        .remedy(remedy.into())
        .data("received", received)
        .data("mss", mss)
        .data("mtu", mtu)
}

fn cut_off(facts: &Facts, key: &'static str) -> Judgement {
    fail(key).owner(Owner::TidbCloud).explained_by(&["greeting", "authorized-networks"]).remedy(look_at_cluster(facts))
}

fn ask(facts: &Facts, attempt: &TlsAttempt, what: &str) -> Remedy {
    ByHand::new("ask-tidb-cloud-tls", Owner::TidbCloud)
        .say("endpoint", facts.endpoint().map(|endpoint| endpoint.vpc_endpoint_id.clone()).unwrap_or_default())
        .say("host", &attempt.server_name)
        .say("what", what)
        .into()
}

/// Something that is not TiDB Cloud seems to answer: it can be looked at.
fn between(attempt: &TlsAttempt) -> Remedy {
    ByHand::new("find-tls-proxy", Owner::Client)
        .say("address", attempt.address)
        .say("host", &attempt.server_name)
        .into()
}
