//! What an error of AWS that a user pastes means, and which check looks at it.

use crate::words::{Lang, Table};
use serde::Deserialize;
use std::sync::OnceLock;

/// One error.
#[derive(Clone, Debug, Deserialize)]
pub struct ErrorEntry {
    /// Its name. Never reused for another error.
    pub id: String,
    /// AWS's code, where it has one.
    #[serde(default)]
    pub code: Option<String>,
    /// The ways to tell it: each a list of pieces that stand in the text in this order, in lower case, without the parts that differ.
    texts: Vec<Vec<String>>,
    /// The checks that look at what is behind it, nearest first.
    pub checks: Vec<String>,
    /// `meaning` and `next`, in every language.
    #[serde(flatten)]
    pub words: Table,
}

impl ErrorEntry {
    /// What it means.
    pub fn meaning(&self, lang: Lang) -> &str {
        self.words.text(lang, "meaning")
    }

    /// What to do about it.
    pub fn next(&self, lang: Lang) -> &str {
        self.words.text(lang, "next")
    }

    fn is_in(&self, text: &str) -> bool {
        self.texts.iter().any(|pieces| {
            let after = |rest: Option<usize>, piece: &String| {
                let from = rest?;
                text[from..].find(piece.as_str()).map(|place| from + place + piece.len())
            };
            !pieces.is_empty() && pieces.iter().fold(Some(0), after).is_some()
        })
    }
}

/// Every error that can be explained, more special ones before more general ones.
pub fn all() -> &'static [ErrorEntry] {
    #[derive(Deserialize)]
    struct File {
        error: Vec<ErrorEntry>,
    }
    static ALL: OnceLock<Vec<ErrorEntry>> = OnceLock::new();
    ALL.get_or_init(|| {
        let file: File =
            toml::from_str(include_str!("errors.toml")).unwrap_or_else(|error| panic!("errors.toml: {error}"));
        file.error
    })
}

/// The error that a text is or contains. Ids, names and Regions may be any; case, line breaks and kinds of quotation marks don't matter.
pub fn explain(text: &str) -> Option<&'static ErrorEntry> {
    let text = plain(text);
    all().iter().find(|entry| entry.is_in(&text))
}

/// In lower case, with plain apostrophes and single spaces.
fn plain(text: &str) -> String {
    let lower = text.replace(['\u{2019}', '\u{2018}', '`'], "'").to_lowercase();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::check;
    use std::collections::BTreeSet;

    const SERVICE: &str = "com.amazonaws.vpce.us-east-1.vpce-svc-0a5e0123456789abc";

    /// The texts as AWS words them.
    fn texts() -> Vec<(&'static str, String)> {
        vec![
            (
                "conflicting-dns-domain",
                "An error occurred (InvalidParameter) when calling the CreateVpcEndpoint operation: private-dns-enabled cannot be set because there is already a conflicting DNS domain for gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com in the VPC vpc-0a1b2c3d4e5f60718".to_owned(),
            ),
            (
                "attributes-required",
                "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for vpc-0a1b2c3d4e5f60718".to_owned(),
            ),
            (
                "not-accepted",
                format!("Private DNS can only be enabled after the endpoint connection is accepted by the owner of {SERVICE}."),
            ),
            (
                "no-private-name",
                format!("Private DNS can't be enabled because the service {SERVICE} does not provide a private DNS name."),
            ),
            (
                "zone-not-supported",
                format!("The VPC endpoint service {SERVICE} does not support the Availability Zone of the subnet: subnet-0a10123456789abcd."),
            ),
            (
                "remote-zones",
                "Only the following availability zones are supported for remote access: use1-az1, use1-az2".to_owned(),
            ),
            ("no-such-service", format!("The Vpc Endpoint Service '{SERVICE}' does not exist")),
            ("no-such-service", "Service name could not be verified.".to_owned()),
            (
                "conflicting-zone",
                "ConflictingDomainExists: The VPC vpc-0a1b2c3d4e5f60718 in region us-east-1 has already been associated with the hosted zone Z0ABCDEF1234567890AB with the same domain name.".to_owned(),
            ),
            (
                "dry-run",
                "An error occurred (DryRunOperation) when calling the CreateVpcEndpoint operation: Request would have succeeded, but DryRun flag is set.".to_owned(),
            ),
            (
                "not-authorized",
                "An error occurred (UnauthorizedOperation) when calling the DescribeVpcs operation: You are not authorized to perform this operation.".to_owned(),
            ),
            (
                "throttled",
                "An error occurred (RequestLimitExceeded) when calling the DescribeVpcs operation (reached max retries: 4): Request limit exceeded.".to_owned(),
            ),
            ("too-many-endpoints", "VpcEndpointLimitExceeded".to_owned()),
            ("two-subnets-in-a-zone", "DuplicateSubnetsInSameZone".to_owned()),
            ("no-free-address", "InsufficientFreeAddressesInSubnet".to_owned()),
        ]
    }

    #[test]
    fn every_text_is_told() {
        for (id, text) in texts() {
            let variants =
                [text.clone(), text.to_uppercase(), text.replace(' ', "\n  "), text.replace('\'', "\u{2019}")];
            for variant in variants {
                assert_eq!(explain(&variant).map(|entry| entry.id.as_str()), Some(id), "{variant}");
            }
        }
        let told: BTreeSet<&str> = texts().into_iter().map(|(id, _)| id).collect();
        let all: BTreeSet<&str> = all().iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(told, all);
    }

    #[test]
    fn other_texts_are_not() {
        for text in ["", " ", "InvalidParameter", "Private DNS", "does not exist", "enableDnsSupport"] {
            assert!(explain(text).is_none(), "{text}");
        }
    }

    #[test]
    fn every_entry_has_its_words_and_its_checks() {
        for entry in all() {
            for lang in Lang::ALL {
                let texts = entry.words.texts(lang);
                assert_eq!(texts.keys().collect::<Vec<_>>(), ["meaning", "next"], "{} {lang:?}", entry.id);
            }
            assert!(!entry.checks.is_empty());
            assert!(entry.checks.iter().all(|id| check(id).is_some()), "{}", entry.id);
            assert!(entry.texts.iter().flatten().all(|piece| *piece == plain(piece)), "{}", entry.id);
        }
    }
}
