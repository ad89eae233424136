//! What an answer means.

use super::super::text::clipped;
use hickory_resolver::proto::op::{Message, ResponseCode};
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use pldoctor_checks::facts::DnsOutcome;
use std::net::IpAddr;

/// Addresses that are kept of one answer.
const ADDRESSES_LIMIT: usize = 64;
/// Names that an answer may go through.
const CHAIN_LIMIT: usize = 16;

/// What a message says of a name's addresses of one type.
pub(super) fn outcome(message: &Message, name: &Name, kind: RecordType) -> DnsOutcome {
    match message.metadata.response_code {
        ResponseCode::NoError => {}
        ResponseCode::NXDomain => return DnsOutcome::NxDomain,
        ResponseCode::ServFail => return DnsOutcome::ServFail,
        ResponseCode::Refused => return DnsOutcome::Refused,
        code => return DnsOutcome::OtherCode { code: clipped(&format!("{code}")) },
    }
    let mut ttl = u32::MAX;
    let mut owner = name.clone();
    let mut cnames = Vec::new();
    // Along the chain from the name that was asked: records of other names are no answer to the question.
    while cnames.len() < CHAIN_LIMIT {
        let next = message.answers.iter().find_map(|record| match &record.data {
            RData::CNAME(target) if record.name == owner => Some((target.0.clone(), record.ttl)),
            _ => None,
        });
        let Some((target, target_ttl)) = next else { break };
        ttl = ttl.min(target_ttl);
        cnames.push(target.to_ascii().trim_end_matches('.').to_owned());
        owner = target;
    }
    let mut addresses = Vec::new();
    for record in message.answers.iter().filter(|record| record.name == owner) {
        let address = match &record.data {
            RData::A(address) if kind == RecordType::A => IpAddr::V4(address.0),
            RData::AAAA(address) if kind == RecordType::AAAA => IpAddr::V6(address.0),
            _ => continue,
        };
        ttl = ttl.min(record.ttl);
        addresses.push(address);
    }
    addresses.truncate(ADDRESSES_LIMIT);
    if addresses.is_empty() { DnsOutcome::NoData } else { DnsOutcome::Answered { addresses, ttl, cnames } }
}

/// Both families' outcomes as one: IPv4's addresses before IPv6's; without any, what IPv4's question came to, because that is the one that
/// PrivateLink's names answer.
pub(super) fn combined(ipv4: Option<DnsOutcome>, ipv6: Option<DnsOutcome>) -> Option<DnsOutcome> {
    match (ipv4, ipv6) {
        (
            Some(DnsOutcome::Answered { mut addresses, ttl, cnames }),
            Some(DnsOutcome::Answered { addresses: more, ttl: other, .. }),
        ) => {
            addresses.extend(more);
            Some(DnsOutcome::Answered { addresses, ttl: ttl.min(other), cnames })
        }
        (answered @ Some(DnsOutcome::Answered { .. }), _) | (_, answered @ Some(DnsOutcome::Answered { .. })) => {
            answered
        }
        (ipv4 @ Some(_), _) => ipv4,
        (None, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hickory_resolver::proto::op::{MessageType, OpCode};
    use hickory_resolver::proto::rr::Record;
    use hickory_resolver::proto::rr::rdata::{A, CNAME};
    use std::net::Ipv4Addr;

    fn name(text: &str) -> Name {
        super::super::absolute(text).expect("a name")
    }

    fn answer(records: Vec<Record>) -> Message {
        let mut message = Message::new(1, MessageType::Response, OpCode::Query);
        message.insert_answers(records);
        message
    }

    fn a(owner: &str, ttl: u32, last: u8) -> Record {
        Record::from_rdata(name(owner), ttl, RData::A(A(Ipv4Addr::new(10, 0, 2, last))))
    }

    fn cname(owner: &str, ttl: u32, target: &str) -> Record {
        Record::from_rdata(name(owner), ttl, RData::CNAME(CNAME(name(target))))
    }

    #[test]
    fn the_chain_is_followed_in_any_order_and_its_smallest_ttl_counts() {
        let message = answer(vec![
            a("b.test", 60, 20),
            a("elsewhere.test", 1, 99),
            cname("a.test", 30, "b.test"),
            a("b.test", 60, 21),
        ]);
        assert_eq!(
            outcome(&message, &name("A.test"), RecordType::A),
            DnsOutcome::Answered {
                addresses: vec![[10, 0, 2, 20].into(), [10, 0, 2, 21].into()],
                ttl: 30,
                cnames: vec!["b.test".into()],
            }
        );
    }

    #[test]
    fn a_circle_ends_and_a_chain_without_an_address_is_no_data() {
        let message = answer(vec![cname("a.test", 30, "b.test"), cname("b.test", 30, "a.test")]);
        assert_eq!(outcome(&message, &name("a.test"), RecordType::A), DnsOutcome::NoData);
    }

    #[test]
    fn addresses_win_and_else_ipv4_says_what_came() {
        let some = |last| DnsOutcome::Answered { addresses: vec![[10, 0, 2, last].into()], ttl: 9, cnames: vec![] };
        assert_eq!(combined(Some(DnsOutcome::NoData), Some(some(1))), Some(some(1)));
        assert_eq!(combined(Some(some(1)), None), Some(some(1)));
        assert_eq!(combined(Some(DnsOutcome::NxDomain), Some(DnsOutcome::ServFail)), Some(DnsOutcome::NxDomain));
        assert_eq!(combined(None, Some(DnsOutcome::NoData)), None);
    }
}
