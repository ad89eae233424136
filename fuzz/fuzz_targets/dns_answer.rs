//! Any DNS message: if it can be read, its answer is found, bounded, and only in records that follow from the name.
#![no_main]
#![allow(dead_code, unreachable_pub)] // only what parses is used of the files below

use hickory_resolver::proto::op::Message;
use hickory_resolver::proto::rr::{Name, RecordType};
use libfuzzer_sys::fuzz_target;
use pldoctor_checks::facts::DnsOutcome;

#[path = "."]
mod dns {
    #[path = "../../src/collect/dns/answer.rs"]
    mod answer;

    pub(crate) fn outcome(message: &super::Message, name: &super::Name, kind: super::RecordType) -> super::DnsOutcome {
        answer::outcome(message, name, kind)
    }

    pub(crate) fn combined(
        ipv4: Option<super::DnsOutcome>,
        ipv6: Option<super::DnsOutcome>,
    ) -> Option<super::DnsOutcome> {
        answer::combined(ipv4, ipv6)
    }
}
#[path = "../../src/collect/text.rs"]
mod text;

fuzz_target!(|data: &[u8]| {
    let Ok(message) = Message::from_vec(data) else { return };
    let asked = message.queries.first().map(|query| query.name().clone());
    let name = asked.unwrap_or_else(|| Name::from_ascii("db.example.com.").expect("a name"));
    let ipv4 = dns::outcome(&message, &name, RecordType::A);
    let ipv6 = dns::outcome(&message, &name, RecordType::AAAA);
    for outcome in [&ipv4, &ipv6] {
        match outcome {
            DnsOutcome::Answered { addresses, cnames, .. } => {
                assert!((1..=64).contains(&addresses.len()) && cnames.len() <= 16);
                assert!(cnames.iter().all(|name| !name.chars().any(char::is_control)), "{cnames:?}");
            }
            DnsOutcome::OtherCode { code } => assert!(code.len() < 100),
            _ => {}
        }
    }
    if let DnsOutcome::Answered { addresses, .. } = &ipv4 {
        assert!(addresses.iter().all(|address| address.is_ipv4()));
    }
    assert!(dns::combined(Some(ipv4), Some(ipv6)).is_some());
});
