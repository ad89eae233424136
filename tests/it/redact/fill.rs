//! A world in which every text is there: each list has an element, each optional field is filled. What a field is called comes from the facts'
//! own types, so that a field that is new turns up here by itself.

use pldoctor_checks::facts::{
    Aws, Certificate, Connections, Dns, DnsAnswer, DnsOutcome, Facts, GreetingAttempt, GreetingOutcome, Host, Icmp,
    LoginAttempt, LoginOutcome, NameMatch, Observed, Origin, OtherProtocol, OwnQuery, OwnQueryOutcome, Plan, Preflight,
    Question, RootStore, SystemAnswer, Target, TcpAttempt, TcpOutcome, TlsAttempt, TlsOutcome, Trust, Verdict, Why,
};
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor, value};
use serde::forward_to_deserialize_any;
use std::collections::BTreeMap;

/// What every text is; what is parsed from a text (an address) is [`ADDRESS`].
pub(crate) const MARK: &str = "marked-text";
const ADDRESS: &str = "203.0.113.77";

/// Answers whatever a type asks for.
struct Fill;

impl<'de> Deserializer<'de> for Fill {
    type Error = value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, value::Error> {
        Err(value::Error::custom("this type does not say what it is made of: fill it by hand"))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, value::Error> {
        visitor.visit_str(MARK)
    }

    // What is made from a text, such as an address, asks for a borrowed one.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, value::Error> {
        visitor.visit_str(ADDRESS)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, value::Error> {
        visitor.visit_bool(true)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, value::Error> {
        visitor.visit_u8(1)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, value::Error> {
        visitor.visit_u16(1)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, value::Error> {
        visitor.visit_u32(1)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, value::Error> {
        visitor.visit_u64(1)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, value::Error> {
        visitor.visit_i32(1)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, value::Error> {
        visitor.visit_i64(1)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, value::Error> {
        visitor.visit_f64(1.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, value::Error> {
        visitor.visit_some(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, value::Error> {
        visitor.visit_seq(Elements(1))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, value::Error> {
        visitor.visit_seq(Elements(length))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, value::Error> {
        visitor.visit_map(Fields(fields))
    }

    forward_to_deserialize_any! {
        i8 i16 i128 u128 f32 char bytes byte_buf unit unit_struct newtype_struct tuple_struct map enum identifier ignored_any
    }
}

struct Elements(usize);

impl<'de> SeqAccess<'de> for Elements {
    type Error = value::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, value::Error> {
        if self.0 == 0 {
            return Ok(None);
        }
        self.0 -= 1;
        seed.deserialize(Fill).map(Some)
    }
}

struct Fields(&'static [&'static str]);

impl<'de> MapAccess<'de> for Fields {
    type Error = value::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, value::Error> {
        let Some((first, rest)) = self.0.split_first() else { return Ok(None) };
        self.0 = rest;
        seed.deserialize(value::StrDeserializer::new(first)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, value::Error> {
        seed.deserialize(Fill)
    }
}

fn one<T: DeserializeOwned>() -> Observed<T> {
    Observed::Known(T::deserialize(Fill).unwrap_or_else(|error| panic!("{}: {error}", std::any::type_name::<T>())))
}

fn each<T: DeserializeOwned>() -> BTreeMap<String, Observed<T>> {
    BTreeMap::from([("id-0a1".to_owned(), one())])
}

fn text() -> String {
    MARK.to_owned()
}

/// The world. No `..` stands in it: whoever adds a fact is asked to fill it here.
pub(crate) fn world() -> Facts {
    let mut facts = Facts { question: question(), aws: aws(), host: host(), dns: dns(), connections: connections() };
    // A refusal stands in the place of a fact, so one fact shows it.
    facts.aws.vpc_endpoint_services = Observed::Unknown(Why::new("code", text()));
    facts.host.metadata = Observed::Unknown(Why::new("code", text()));
    facts
}

/// The worlds that show what [`world`] has refused.
pub(crate) fn worlds() -> [Facts; 2] {
    let first = world();
    let mut second = world();
    second.aws.vpc_endpoint_services = one();
    second.host.metadata = one();
    [first, second]
}

fn question() -> Question {
    Question {
        target: Target {
            host: Some(text()),
            port: 4000,
            user: Some(text()),
            database: Some(text()),
            endpoint_id: Some(text()),
            service_name: Some(text()),
        },
        from: Some(Origin::Instance(text())),
        region: Some(text()),
        plan: Some(Plan::Starter),
        az_ids: vec![text()],
        preflight: Some(Preflight { vpc_id: Some(text()), subnet_ids: vec![text()], group_ids: vec![text()] }),
        accepted: Vec::new(), // no snapshot keeps them, nor these
        named: Vec::new(),
    }
}

fn aws() -> Aws {
    Aws {
        caller_identity: one(),
        vpcs: one(),
        dns_support: each(),
        dns_hostnames: each(),
        subnets: one(),
        vpc_endpoints: one(),
        vpc_endpoint_services: one(),
        network_interfaces: one(),
        security_groups: one(),
        prefix_list_entries: each(),
        network_acls: one(),
        route_tables: one(),
        vpc_peering_connections: one(),
        transit_gateway_vpc_attachments: one(),
        dhcp_options: one(),
        availability_zones: one(),
        instances: one(),
        hosted_zones: one(),
        client_hosted_zones: each(),
        hosted_zone_names: each(),
        record_sets: each(),
        profile_associations: one(),
        profile_resources: each(),
        resolver_rules: one(),
        resolver_rule_associations: one(),
        firewall_associations: one(),
        firewall_rules: each(),
        firewall_domains: each(),
        firewall_configs: one(),
        endpoint_quota: one(),
    }
}

fn host() -> Host {
    Host {
        metadata: one(),
        addresses: one(),
        resolv_conf: one(),
        hosts: one(),
        name_service: one(),
        ephemeral_ports: one(),
        proxy_variables: one(),
        clock_skew_s: one(),
        keep_alive: one(),
        tracking: one(),
        sockets: one(),
    }
}

fn address() -> std::net::IpAddr {
    ADDRESS.parse().unwrap()
}

fn socket() -> std::net::SocketAddr {
    (address(), 4000).into()
}

fn dns() -> Dns {
    let outcome = DnsOutcome::Answered { addresses: vec![address()], ttl: 60, cnames: vec![text()] };
    let others = [DnsOutcome::OtherCode { code: text() }, DnsOutcome::Unreachable { message: text() }];
    let answers: Vec<_> = std::iter::once(outcome)
        .chain(others)
        .inspect(|outcome| match outcome {
            // Every outcome that has a text is above; this is where the compiler asks for a new one.
            DnsOutcome::Answered { addresses: _, ttl: _, cnames: _ }
            | DnsOutcome::OtherCode { code: _ }
            | DnsOutcome::Unreachable { message: _ }
            | DnsOutcome::NxDomain
            | DnsOutcome::NoData
            | DnsOutcome::ServFail
            | DnsOutcome::Refused
            | DnsOutcome::Truncated
            | DnsOutcome::TimedOut { after_ms: _ } => {}
        })
        .map(|outcome| DnsAnswer { server: address(), name: text(), outcome, elapsed_ms: 1 })
        .collect();
    let system = SystemAnswer { addresses: vec![address()], error: Some(text()), elapsed_ms: 1 };
    Dns {
        vpc_resolver: Observed::Known(answers.clone()),
        host_resolvers: Observed::Known(answers),
        system: Observed::Known(system),
    }
}

fn connections() -> Connections {
    let attempts = tcp();
    Connections {
        tcp: Observed::Known(attempts.clone()),
        default_port: Observed::Known(attempts),
        greetings: Observed::Known(greetings()),
        tls: Observed::Known(tls()),
        login: Observed::Known(login(LoginOutcome::Queried {
            version: text(),
            tidb_version: Some(text()),
            current_user: Some(text()),
            login_ms: Some(1),
            query_ms: Some(1),
            own: Some(OwnQuery {
                elapsed_ms: 1,
                outcome: OwnQueryOutcome::Refused { code: 1, state: text(), message: text() },
            }),
        })),
    }
}

fn tcp() -> Vec<TcpAttempt> {
    let icmp = Icmp { from: Some(address()), kind: 3, code: 1 };
    [TcpOutcome::Unreachable { message: text(), icmp: Some(icmp) }, TcpOutcome::Failed { message: text() }]
        .into_iter()
        .inspect(|outcome| match outcome {
            TcpOutcome::Unreachable { message: _, icmp: _ }
            | TcpOutcome::Failed { message: _ }
            | TcpOutcome::Connected { round_trip_us: _ }
            | TcpOutcome::TimedOut { after_ms: _ }
            | TcpOutcome::Refused => {}
        })
        .map(|outcome| TcpAttempt {
            address: socket(),
            source: Some(address()),
            tries: 1,
            mss: Some(1),
            mtu: Some(1),
            outcome,
        })
        .collect()
}

fn greetings() -> Vec<GreetingAttempt> {
    [
        GreetingOutcome::Greeted {
            version: text(),
            protocol: 10,
            auth_plugin: Some(text()),
            tls: true,
            capabilities: Some(1),
        },
        GreetingOutcome::ErrorPacket { code: 1, state: Some(text()), message: text() },
        GreetingOutcome::NotMysql { start: text(), protocol: Some(OtherProtocol::Http) },
        GreetingOutcome::Failed { message: text() },
    ]
    .into_iter()
    .inspect(|outcome| match outcome {
        GreetingOutcome::Greeted { version: _, protocol: _, auth_plugin: _, tls: _, capabilities: _ }
        | GreetingOutcome::ErrorPacket { code: _, state: _, message: _ }
        | GreetingOutcome::NotMysql { start: _, protocol: _ }
        | GreetingOutcome::Failed { message: _ }
        | GreetingOutcome::Closed
        | GreetingOutcome::Reset
        | GreetingOutcome::Silent { after_ms: _ }
        | GreetingOutcome::Oversized { length: _ } => {}
    })
    .map(|outcome| GreetingAttempt { address: socket(), outcome, elapsed_ms: 1 })
    .collect()
}

fn tls() -> Vec<TlsAttempt> {
    let certificate = Certificate {
        subject: text(),
        issuer: text(),
        names: vec![text()],
        not_before: text(),
        not_after: text(),
        is_ca: false,
        version: 3,
        sha256: text(),
    };
    let trust = [
        Verdict::Strict { message: text() },
        Verdict::Refused { message: text() },
        Verdict::NoStore { message: text() },
    ]
    .into_iter()
    .inspect(|verdict| match verdict {
        Verdict::Strict { message: _ }
        | Verdict::Refused { message: _ }
        | Verdict::NoStore { message: _ }
        | Verdict::Trusted
        | Verdict::UnknownIssuer
        | Verdict::Expired
        | Verdict::NotYetValid
        | Verdict::BadSignature => {}
    })
    .map(|verdict| Trust { store: RootStore::System, verdict });
    let established = TlsOutcome::Established {
        version: text(),
        cipher: text(),
        certificates: vec![certificate],
        chain_length: 1,
        trust: trust.collect(),
        name: NameMatch::Matches,
    };
    [
        established,
        TlsOutcome::Alert { description: text() },
        TlsOutcome::NotTls { start: text() },
        TlsOutcome::Failed { message: text() },
    ]
    .into_iter()
    .inspect(|outcome| match outcome {
        TlsOutcome::Established { version: _, cipher: _, certificates: _, chain_length: _, trust: _, name: _ }
        | TlsOutcome::Alert { description: _ }
        | TlsOutcome::NotTls { start: _ }
        | TlsOutcome::Failed { message: _ }
        | TlsOutcome::NotOffered
        | TlsOutcome::OldVersion { version: _ }
        | TlsOutcome::TimedOut { after_ms: _, received: _ }
        | TlsOutcome::Closed
        | TlsOutcome::Reset => {}
    })
    .map(|outcome| TlsAttempt { address: socket(), server_name: text(), outcome, elapsed_ms: 1 })
    .collect()
}

fn login(outcome: LoginOutcome) -> LoginAttempt {
    LoginAttempt { address: socket(), user: text(), database: Some(text()), tls: true, outcome, elapsed_ms: 1 }
}

/// Every outcome of a login that has a text.
pub(crate) fn logins() -> Vec<LoginAttempt> {
    [
        LoginOutcome::Refused { code: 1, state: text(), message: text() },
        LoginOutcome::TlsFailed { message: text() },
        LoginOutcome::UnknownPlugin { plugin: text() },
        LoginOutcome::Failed { message: text() },
    ]
    .into_iter()
    .inspect(|outcome| match outcome {
        LoginOutcome::Refused { code: _, state: _, message: _ }
        | LoginOutcome::TlsFailed { message: _ }
        | LoginOutcome::UnknownPlugin { plugin: _ }
        | LoginOutcome::Failed { message: _ }
        | LoginOutcome::Queried { version: _, tidb_version: _, current_user: _, login_ms: _, query_ms: _, own: _ }
        | LoginOutcome::TlsNotOffered
        | LoginOutcome::TimedOut { after_ms: _ } => {}
    })
    .map(login)
    .collect()
}
