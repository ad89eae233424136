//! What was measured and went well: the proof that somebody looked.

use super::View;
use crate::report::text::{LONGEST_VALUE, clean};
use pldoctor_checks::diagnosis::Outcome;
use pldoctor_checks::facts::{GreetingOutcome, LoginOutcome, Observed, TcpOutcome, TlsOutcome, Verdict};
use pldoctor_checks::registry::common_words;

impl View<'_> {
    /// Name, TCP, greeting, login: a label and what was seen, as far as it was.
    pub(in crate::report) fn measured(&self) -> Vec<(&'static str, String)> {
        let words = self.words;
        let facts = self.report.facts;
        // Before there is an endpoint, whatever was measured was not measured through it.
        if facts.question.preflight.is_some() {
            return Vec::new();
        }
        let mut rows: Vec<(&'static str, String)> = Vec::new();
        if let Observed::Known(answer) = &facts.dns.system
            && !answer.addresses.is_empty()
        {
            let addresses: Vec<String> = answer.addresses.iter().map(ToString::to_string).collect();
            rows.push((words.text("seen-name"), addresses.join(", ")));
        }
        if let Observed::Known(attempts) = &facts.connections.tcp {
            let connected = attempts.iter().filter_map(|attempt| match attempt.outcome {
                TcpOutcome::Connected { round_trip_us } => {
                    let milliseconds = format!("{}.{}", round_trip_us / 1_000, round_trip_us % 1_000 / 100);
                    let address = attempt.address.to_string();
                    Some(words.say("seen-tcp-address", &[("address", &address), ("ms", &milliseconds)]))
                }
                _ => None,
            });
            rows.push((words.text("seen-tcp"), connected.collect::<Vec<_>>().join(words.text("list-comma"))));
        }
        if let Observed::Known(greetings) = &facts.connections.greetings {
            let greeted = greetings.iter().find_map(|greeting| match &greeting.outcome {
                GreetingOutcome::Greeted { version, tls, .. } => {
                    let key = if *tls { "seen-greeting-tls" } else { "seen-greeting-plain" };
                    Some(words.say(key, &[("version", &clean(version, LONGEST_VALUE))]))
                }
                _ => None,
            });
            rows.extend(greeted.map(|text| (words.text("seen-greeting"), text)));
        }
        rows.extend(self.tls().map(|text| (words.text("seen-tls"), text)));
        if let Observed::Known(login) = &facts.connections.login
            && let LoginOutcome::Queried { version, .. } = &login.outcome
        {
            let (user, version) = (clean(&login.user, LONGEST_VALUE), clean(version, LONGEST_VALUE));
            let text = words.say("seen-login-as", &[("user", &user), ("version", &version)]);
            rows.push((words.text("seen-login"), text));
        }
        // Why nobody logged in is the one thing that a healthy report leaves open.
        if let Some(login) = self.finding("login").filter(|login| login.outcome == Outcome::NotApplicable) {
            rows.push((words.text("seen-login"), login.sentence.clone()));
        }
        rows.retain(|(_, text)| !text.is_empty());
        rows
    }

    /// The version of TLS, and who trusts the certificate.
    fn tls(&self) -> Option<String> {
        let attempts = self.report.facts.connections.tls.known()?;
        let (version, trust) = attempts.iter().find_map(|attempt| match &attempt.outcome {
            TlsOutcome::Established { version, trust, .. } => Some((clean(version, LONGEST_VALUE), trust)),
            _ => None,
        })?;
        let trusted = trust.iter().filter(|trust| trust.verdict == Verdict::Trusted);
        let stores: Vec<&str> =
            trusted.map(|trust| common_words().text(self.words.lang, trust.store.words())).collect();
        if stores.is_empty() {
            return Some(version);
        }
        let stores = self.words.list(&stores);
        Some(self.words.say("seen-tls-trusted", &[("version", &version), ("stores", &stores)]))
    }
}
