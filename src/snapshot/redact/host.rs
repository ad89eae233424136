//! Names of hosts, part by part, so that what lay below a domain still does. TiDB Cloud's and AWS's own names stay.

use super::names::Names;
use super::shape::is_account;
use std::net::{IpAddr, Ipv4Addr};

/// Domains whose names are the same for everybody who asks, or hold nothing but ids.
const KEPT: &[&str] =
    &["tidbcloud.com", "tidb-cloud.com", "pingcap.com", "vpce.amazonaws.com", "vpce.amazonaws.com.cn"];

/// The services of AWS that this program asks, by their names in `<service>.<region>.amazonaws.com`.
const SERVICES: &[&str] =
    &["ec2", "sts", "route53", "route53resolver", "route53profiles", "servicequotas", "sso", "oidc", "portal", "iam"];

/// Last parts that say nothing: of the Internet, and of private networks.
const LAST_PARTS: &[&str] = &[
    "com",
    "net",
    "org",
    "io",
    "dev",
    "app",
    "cloud",
    "cn",
    "jp",
    "de",
    "uk",
    "eu",
    "us",
    "sg",
    "in",
    "internal",
    "local",
    "localdomain",
    "localhost",
    "lan",
    "corp",
    "home",
    "intranet",
    "private",
    "arpa",
    "test",
    "example",
    "invalid",
    "amazonprovideddns",
];

/// Parts of names that say what a record is for.
const UNDERSCORED: &[&str] =
    &["_tcp", "_udp", "_tls", "_http", "_https", "_mysql", "_dmarc", "_domainkey", "_acme-challenge"];

impl Names {
    /// A name, an address, or the value of a DNS record: several words, or a quoted text.
    pub(super) fn host(&mut self, text: &str) -> String {
        if text.starts_with('"') {
            return self.text(text);
        }
        let words: Vec<String> = text.split(' ').map(|word| self.host_word(word)).collect();
        words.join(" ")
    }

    fn host_word(&mut self, word: &str) -> String {
        if let Some(moved) = self.block(word) {
            return moved;
        }
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            return if is_account(word) { self.account(word) } else { word.to_owned() };
        }
        let (name, dot) = word.strip_suffix('.').map_or((word, ""), |name| (name, "."));
        let masked = self.host_name(name);
        self.note_host(name, &masked);
        format!("{masked}{dot}")
    }

    fn host_name(&mut self, name: &str) -> String {
        let lower = name.to_ascii_lowercase();
        let labels: Vec<&str> = name.split('.').collect();
        let is_below = |domain: &str| lower == domain || lower.ends_with(&format!(".{domain}"));
        if lower.starts_with("com.amazonaws.") || lower.starts_with("cn.com.amazonaws.") {
            return name.to_owned();
        }
        if KEPT.iter().any(|domain| is_below(domain)) {
            return self.endpoint_name(&labels);
        }
        if is_below("in-addr.arpa") {
            return self.reverse(&labels);
        }
        let of_aws = |first: &&str| SERVICES.contains(first);
        let kept_from = if is_below("amazonaws.com") || is_below("amazonaws.com.cn") {
            let suffix = if is_below("amazonaws.com") { 2 } else { 3 };
            if labels.len() <= suffix + 2 && lower.split('.').next().as_ref().is_some_and(of_aws) {
                return name.to_owned();
            }
            labels.len() - suffix
        } else if is_below("ec2.internal") {
            labels.len() - 2
        } else if is_below("compute.internal") {
            // `<region>.compute.internal`
            labels.len().saturating_sub(3)
        } else {
            let last = lower.rsplit('.').next().unwrap_or_default();
            labels.len() - usize::from(LAST_PARTS.contains(&last))
        };
        let masked = labels
            .iter()
            .enumerate()
            .map(|(index, label)| if index >= kept_from { (*label).to_owned() } else { self.part(label) });
        masked.collect::<Vec<_>>().join(".")
    }

    /// One part: wildcards and names of services stay, an address in it moves.
    fn part(&mut self, label: &str) -> String {
        if matches!(label, "" | "*" | "\\052") || UNDERSCORED.contains(&label.to_ascii_lowercase().as_str()) {
            return label.to_owned();
        }
        let Some((kind, address)) = address_in(label) else { return self.label(label) };
        let moved = self.address(&address.to_string()).unwrap_or_default();
        let moved = format!("{kind}-{}", moved.replace('.', "-"));
        self.note_label(label, &moved);
        moved
    }

    /// `vpce-<id>-<hash>[-<zone>]`, and below it the service. In `strict` the id is another, and so is the hash.
    fn endpoint_name(&mut self, labels: &[&str]) -> String {
        // Before the endpoint's own part there may be another's, such as that of a bucket.
        let own = labels.iter().position(|label| label.starts_with("vpce-")).unwrap_or(0);
        let masked: Vec<String> = labels
            .iter()
            .enumerate()
            .map(|(at, label)| if at < own { self.part(label) } else { self.endpoint_part(label) })
            .collect();
        masked.join(".")
    }

    fn endpoint_part(&mut self, label: &str) -> String {
        let mut parts = label.splitn(4, '-');
        let (Some("vpce"), Some(id)) = (parts.next(), parts.next()) else { return label.to_owned() };
        if !self.strict || id == "svc" {
            return label.to_owned();
        }
        let mut masked = self.id(&format!("vpce-{id}"));
        if let Some(hash) = parts.next() {
            masked = format!("{masked}-{}", self.hash_of_name(hash));
        }
        if let Some(zone) = parts.next() {
            masked = format!("{masked}-{zone}");
        }
        self.note_label(label, &masked);
        masked
    }

    /// `3.2.1.in-addr.arpa`: the block 1.2.3.0/24, moved.
    fn reverse(&mut self, labels: &[&str]) -> String {
        let own = &labels[..labels.len() - 2];
        let octets: Option<Vec<u8>> = own.iter().rev().map(|label| label.parse().ok()).collect();
        let Some(octets) = octets.filter(|octets| octets.len() <= 4) else {
            let masked: Vec<String> = own.iter().map(|label| self.part(label)).collect();
            return masked.iter().map(String::as_str).chain(["in-addr", "arpa"]).collect::<Vec<_>>().join(".");
        };
        let mut whole = [0; 4];
        whole[..octets.len()].copy_from_slice(&octets);
        let block = format!("{}/{}", Ipv4Addr::from(whole), octets.len() * 8);
        let moved = self
            .block(&block)
            .and_then(|moved| moved.split('/').next()?.parse::<Ipv4Addr>().ok())
            .unwrap_or(whole.into());
        let moved = moved.octets()[..octets.len()].iter().rev().map(u8::to_string).collect::<Vec<_>>();
        moved.iter().map(String::as_str).chain(["in-addr", "arpa"]).collect::<Vec<_>>().join(".")
    }
}

/// Whether the word is the first part of an instance's name, which holds its address.
pub(super) fn names_an_address(word: &str) -> bool {
    address_in(word).is_some()
}

/// `ip-10-0-1-25`, as EC2 names its instances.
fn address_in(label: &str) -> Option<(&str, IpAddr)> {
    let (kind, address) = label.split_once('-').filter(|(kind, _)| matches!(*kind, "ip" | "ec2"))?;
    Some((kind, address.replace('-', ".").parse::<Ipv4Addr>().ok()?.into()))
}
