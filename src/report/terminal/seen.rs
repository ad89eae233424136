//! What a healthy run has seen: the proof that it looked.

use super::page::Page;
use super::palette::Style;
use crate::report::text::{LONGEST_VALUE, clean};
use crate::report::view::View;
use pldoctor_checks::diagnosis::Outcome;
use pldoctor_checks::facts::{GreetingOutcome, LoginOutcome, Observed, TcpOutcome};

pub(super) fn write(page: &mut Page, view: &View<'_>) {
    let words = view.words;
    let facts = view.report.facts;
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
                let values = [("address", attempt.address.to_string()), ("ms", milliseconds)];
                Some(words.say("seen-tcp-address", &[("address", &values[0].1), ("ms", &values[1].1)]))
            }
            _ => None,
        });
        rows.push((words.text("seen-tcp"), connected.collect::<Vec<_>>().join(", ")));
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
    if let Observed::Known(login) = &facts.connections.login
        && let LoginOutcome::Queried { version, .. } = &login.outcome
    {
        let values = [clean(&login.user, LONGEST_VALUE), clean(version, LONGEST_VALUE)];
        rows.push((
            words.text("seen-login"),
            words.say("seen-login-as", &[("user", &values[0]), ("version", &values[1])]),
        ));
    }
    // Why nobody logged in is the one thing that a healthy report leaves open.
    if let Some(login) = view.finding("login").filter(|login| login.outcome == Outcome::NotApplicable) {
        rows.push((words.text("seen-login"), login.sentence.clone()));
    }
    rows.retain(|(_, text)| !text.is_empty());
    if rows.is_empty() {
        return;
    }
    page.gap();
    for (label, text) in rows {
        page.item(2, (label, Style::Faint), &text, Style::Plain);
    }
}
