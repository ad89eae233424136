//! The checks there are. Lists, help, documents, the IAM policy and the tests all come from here.

use crate::check::{Check, Message};
use crate::diagnosis::Finding;
use crate::words::{CheckWords, Lang, Table, fill};
use std::collections::BTreeMap;
use std::sync::OnceLock;

macro_rules! registry {
    ($($layer:ident :: $name:ident),* $(,)?) => {
        /// Every check, in the order in which a connection comes about: earlier ones are nearer the cause.
        pub static CHECKS: &[&'static dyn Check] = &[$(&crate::$layer::$name::CHECK,)*];
    };
}

registry! {
    client::target_name,
    client::target_port,
    client::clock,
    client::metadata_service,
    client::aws_access,
    client::vantage,
    client::user_name,
    client::keep_alive,
    client::capacity,
    vpc::vpc_dns_support,
    vpc::vpc_dns_hostnames,
    vpc::vpc_dhcp_dns,
    endpoint::region,
    endpoint::service,
    preflight::subnet_room,
    preflight::endpoint_quota,
    endpoint::endpoint_exists,
    endpoint::endpoint_state,
    endpoint::endpoint_zones,
    endpoint::private_dns_conflict,
    endpoint::endpoint_private_dns,
    endpoint::authorized_networks,
    path::client_security_group,
    path::endpoint_security_group,
    path::client_network_acl,
    path::endpoint_network_acl,
    path::route,
    dns::hosted_zone,
    dns::resolver_rule,
    dns::dns_firewall,
    dns::vpc_resolver_answer,
    dns::host_resolver_answer,
    connection::tcp,
    connection::greeting,
    connection::tls,
    connection::login,
}

/// The check with this id.
pub fn check(id: &str) -> Option<&'static dyn Check> {
    CHECKS.iter().copied().find(|check| check.meta().id == id)
}

/// The words of a check.
///
/// # Panics
/// Where its text file is not valid, which a test rules out.
pub fn words(id: &str) -> Option<&'static CheckWords> {
    static WORDS: OnceLock<BTreeMap<&'static str, CheckWords>> = OnceLock::new();
    let all = WORDS.get_or_init(|| {
        let parse = |check: &&'static dyn Check| {
            let meta = check.meta();
            let words = toml::from_str(meta.words).unwrap_or_else(|error| panic!("the words of {}: {error}", meta.id));
            (meta.id, words)
        };
        CHECKS.iter().map(parse).collect()
    });
    all.get(id)
}

/// Words that all checks share: why something is unknown or blocked, and contradictions.
pub fn common_words() -> &'static Table {
    static WORDS: OnceLock<Table> = OnceLock::new();
    WORDS.get_or_init(|| {
        toml::from_str(include_str!("common.toml")).unwrap_or_else(|error| panic!("common.toml: {error}"))
    })
}

impl Finding {
    /// What the finding says, its notes included. Untrusted text stands in it as it came.
    pub fn sentence(&self, lang: Lang) -> String {
        let own = words(self.check).map(|words| &words.table);
        let say = |message: &Message| match own.filter(|table| table.en.contains_key(message.key)) {
            Some(table) => table.say(lang, message),
            None => common_words().say(lang, message),
        };
        let mut sentence = say(&self.message);
        for note in &self.notes {
            sentence.push_str(common_words().text(lang, "sentence-space"));
            sentence.push_str(&say(note));
        }
        sentence
    }

    /// The check's good state.
    pub fn title(&self, lang: Lang) -> &'static str {
        title(self.check, lang)
    }
}

/// A check's good state; its id where it has no words.
pub fn title(id: &str, lang: Lang) -> &'static str {
    words(id).map_or("", |words| words.table.text(lang, "title"))
}

/// A word for the owner of a finding.
pub fn owner_name(owner: crate::check::Owner, lang: Lang) -> String {
    let key = match owner {
        crate::check::Owner::Vpc => "owner-vpc",
        crate::check::Owner::Dns => "owner-dns",
        crate::check::Owner::Iam => "owner-iam",
        crate::check::Owner::Client => "owner-client",
        crate::check::Owner::TidbCloud => "owner-tidb-cloud",
    };
    fill::<&str>(common_words().text(lang, key), &BTreeMap::new())
}
