//! What an error of AWS, of the server or of a MySQL client means, and which check looks at it. Users paste them, and the checks that talk to the
//! server meet them: both read the same catalogue.

use crate::check::{Message, Owner};
use crate::words::{Lang, Table};
use serde::Deserialize;
use std::collections::BTreeMap;
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
    /// MySQL's numbers that tell it where no text does.
    #[serde(default)]
    numbers: Vec<u16>,
    /// Whose it is, where a server says it.
    #[serde(default)]
    pub owner: Option<Owner>,
    /// The key of the deed by hand that would mend it, where a server says it.
    #[serde(default)]
    pub remedy: Option<String>,
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

    /// The pieces of the texts that tell it, in lower case.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().flatten().map(String::as_str)
    }

    /// What it means, to stand in a gap of a sentence.
    pub(crate) fn said(&'static self) -> Message {
        Message::new(&self.id)
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

/// The error that a text is or contains. Ids, names and Regions may be any; case, line breaks and kinds of quotation marks don't matter. Texts and
/// links decide; a number does where no text is known.
pub fn explain(text: &str) -> Option<&'static ErrorEntry> {
    let text = plain(text);
    by_text(&text).or_else(|| numbers(&text).find_map(by_number))
}

/// The error that a server answered with. Gateways say 1105 for everything, so that the text decides before the number.
pub(crate) fn of_server(number: u16, message: &str) -> Option<&'static ErrorEntry> {
    let of_servers = |entry: &&ErrorEntry| entry.remedy.is_some();
    by_text(&plain(message)).filter(of_servers).or_else(|| by_number(number).filter(of_servers))
}

/// Whether a driver's words say that the other side cut the connection off.
pub(crate) fn is_cut_off(message: &str) -> bool {
    by_text(&plain(message)).is_some_and(|entry| ["cut-off", "idle-cut"].contains(&entry.id.as_str()))
}

/// What each error means, by its id: a table, so that a meaning can stand in a gap of a check's sentence.
pub(crate) fn meanings() -> &'static Table {
    static MEANINGS: OnceLock<Table> = OnceLock::new();
    MEANINGS.get_or_init(|| {
        let of = |lang: Lang| -> BTreeMap<String, String> {
            all().iter().map(|entry| (entry.id.clone(), entry.meaning(lang).to_owned())).collect()
        };
        Table { en: of(Lang::En), zh: of(Lang::Zh), ja: of(Lang::Ja) }
    })
}

fn by_text(text: &str) -> Option<&'static ErrorEntry> {
    all().iter().find(|entry| entry.is_in(text))
}

fn by_number(number: u16) -> Option<&'static ErrorEntry> {
    all().iter().find(|entry| entry.numbers.contains(&number))
}

/// MySQL's numbers in a text: `ERROR 1045 (28000)` of mysql and Go, `(1045, '…')` of Python, `errno: 1045` of Node.js.
fn numbers(text: &str) -> impl Iterator<Item = u16> {
    const BEFORE: [&str; 4] = ["error ", "(", "errno: ", "errno "];
    let after = |place: usize, word: &str| {
        let digits: String = text[place + word.len()..].chars().take_while(char::is_ascii_digit).collect();
        (digits.len() == 4).then(|| digits.parse().ok()).flatten()
    };
    BEFORE.into_iter().flat_map(move |word| text.match_indices(word).filter_map(move |(place, _)| after(place, word)))
}

/// In lower case, with plain apostrophes and single spaces.
fn plain(text: &str) -> String {
    let lower = text.replace(['\u{2019}', '\u{2018}', '`'], "'").to_lowercase();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::hop_words;
    use crate::registry::{check, common_words};
    use std::collections::BTreeSet;

    const SERVICE: &str = "com.amazonaws.vpce.us-east-1.vpce-svc-0a5e0123456789abc";

    /// The texts as AWS words them.
    fn texts() -> Vec<(&'static str, String)> {
        let mut texts = vec![
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
        ];
        texts.extend(SAID.iter().map(|(id, text)| (*id, (*text).to_owned())));
        texts
    }

    /// What TiDB, TiProxy, TiDB Cloud's gateway and clients print, as users paste it.
    const SAID: &[(&str, &str)] = &[
        (
            "clock-skewed",
            "An error occurred (RequestExpired) when calling the DescribeVpcs operation: Request has expired.",
        ),
        (
            "clock-skewed",
            "SignatureDoesNotMatch: Signature expired: 20261120T030000Z is now earlier than 20261120T040000Z",
        ),
        (
            "insecure-transport",
            "ERROR 1105 (HY000): Connections using insecure transport are prohibited. See https://docs.pingcap.com/tidbcloud/secure-connections-to-serverless-tier-clusters",
        ),
        (
            "insecure-transport",
            "ERROR 3159 (HY000): Connections using insecure transport are prohibited while --require_secure_transport=ON.",
        ),
        (
            "missing-user-prefix",
            "ERROR 1105 (HY000): Missing user name prefix. See https://docs.pingcap.com/tidbcloud/select-cluster-tier#user-name-prefix",
        ),
        (
            "gateway-access-denied",
            "ERROR 1105 (HY000): Access denied. Please check your user name and password. See https://docs.pingcap.com/tidbcloud/select-cluster-tier#user-name-prefix",
        ),
        (
            "usage-quota",
            "ERROR 1105 (HY000): Due to the usage quota being exhausted, access to the cluster '10417553748930037773' has been restricted. Try increasing spending limits to gain full access. For more information, see https://docs.pingcap.com/tidbcloud/serverless-limitations#usage-quota",
        ),
        ("usage-quota", "Due to the usage quota being exhausted, access to the cluster has been restricted."),
        ("no-tidb-instances", "ERROR 1105 (HY000): No available TiDB instances, please make sure TiDB is available"),
        (
            "tiproxy-proxy-protocol",
            "TiProxy fails to connect to TiDB, please make sure TiDB proxy-protocol is set correctly. If this error still exists, please contact PingCAP",
        ),
        ("tiproxy-cannot-connect", "TiProxy fails to connect to TiDB, please make sure TiDB is available"),
        ("tiproxy-misfit", "Verify TiDB capability failed, please upgrade TiDB"),
        ("tiproxy-misfit", "Require TLS enabled on TiProxy when require-backend-tls=true"),
        ("tiproxy-misfit", "Require TLS enabled on TiDB when require-backend-tls=true"),
        ("connection-limit", "ERROR 1040 (HY000): Too many connections"),
        ("connection-limit", "Connection limit exceeded"),
        ("database-denied", "ERROR 1044 (42000): Access denied for user 'app'@'%' to database 'orders'"),
        ("access-denied", "ERROR 1045 (28000): Access denied for user 'app'@'10.0.99.7' (using password: YES)"),
        ("unknown-database", "ERROR 1049 (42000): Unknown database 'ordres'"),
        ("unknown-database", "(1049, \"Base inconnue 'ordres'\")"),
        (
            "host-blocked",
            "ERROR 1129 (HY000): Host '10.0.99.7' is blocked because of many connection errors; unblock with 'mysqladmin flush-hosts'",
        ),
        ("host-not-allowed", "ERROR 1130 (HY000): Host '10.0.99.7' is not allowed to connect to this MySQL server"),
        ("authentication-protocol", "ERROR 1043 (08S01): Bad handshake"),
        (
            "authentication-protocol",
            "ERROR 1251 (08004): Client does not support authentication protocol requested by server; consider upgrading MySQL client",
        ),
        (
            "authentication-protocol",
            "ERROR 2059 (HY000): Authentication plugin 'caching_sha2_password' cannot be loaded: no such file",
        ),
        ("server-shutdown", "ERROR 1053 (08S01): Server shutdown in progress"),
        (
            "tls-wrong-name",
            "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not valid for '10.0.2.20'. (_ssl.c:1000)",
        ),
        (
            "tls-wrong-name",
            "tls: failed to verify certificate: x509: certificate is valid for *.clusters.tidb-cloud.com, not db.example.com",
        ),
        ("tls-expired", "ERROR 2026 (HY000): SSL connection error: certificate has expired"),
        (
            "tls-unknown-issuer",
            "ERROR 2026 (HY000): SSL connection error: error:0A000086:SSL routines::certificate verify failed",
        ),
        ("tls-unknown-issuer", "ERROR 2026 SSL connection error: certificate verify failed"),
        (
            "tls-unknown-issuer",
            "javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification path to requested target",
        ),
        ("tls-version", "ERROR 2026 (HY000): SSL connection error: error:0A000102:SSL routines::unsupported protocol"),
        ("tls-failed", "ERROR 2026 (HY000): SSL connection error: unknown error number"),
        (
            "cut-before-greeting",
            "ERROR 2013 (HY000): Lost connection to MySQL server at 'reading initial communication packet', system error: 0",
        ),
        (
            "idle-cut",
            "com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure The last packet successfully received from the server was 402,113 milliseconds ago.",
        ),
        ("idle-cut", "[mysql] packets.go:37: invalid connection"),
        ("idle-cut", "(2013, 'Lost connection to MySQL server during query')"),
        (
            "idle-cut",
            "pymysql.err.OperationalError: (2006, \"MySQL server has gone away (BrokenPipeError(32, 'Broken pipe'))\")",
        ),
        (
            "name-not-found",
            "ERROR 2005 (HY000): Unknown MySQL server host 'gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com' (-2)",
        ),
        ("name-not-found", "dial tcp: lookup privatelink-1.a.clusters.tidb-cloud.com on 10.0.0.2:53: no such host"),
        (
            "connection-timed-out",
            "ERROR 2003 (HY000): Can't connect to MySQL server on 'gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com:4000' (110)",
        ),
        ("connection-timed-out", "dial tcp 10.0.2.20:4000: i/o timeout"),
        (
            "connection-timed-out",
            "pymysql.err.OperationalError: (2003, \"Can't connect to MySQL server on '10.0.2.20' (timed out)\")",
        ),
        ("connection-refused", "ERROR 2003 (HY000): Can't connect to MySQL server on '10.0.2.20:3306' (111)"),
        ("connection-refused", "dial tcp 10.0.2.20:3306: connect: connection refused"),
        ("no-way", "OSError: [Errno 113] No route to host"),
        (
            "not-connected",
            "com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure The last packet sent successfully to the server was 0 milliseconds ago. The driver has not received any packets from the server.",
        ),
        ("not-connected", "(2003, 'n/a')"),
        ("cut-off", "read tcp 10.0.1.10:41000->10.0.2.20:4000: read: connection reset by peer"),
        ("cut-off", "Error: read ECONNRESET"),
    ];

    #[test]
    fn a_text_decides_before_a_number() {
        let id = |number, text| of_server(number, text).map(|entry| entry.id.as_str());
        assert_eq!(id(1045, "Missing user name prefix. See …"), Some("missing-user-prefix"));
        assert_eq!(
            id(1105, "something new, see https://docs.pingcap.com/tidbcloud/select-cluster-tier#user-name-prefix"),
            Some("missing-user-prefix")
        );
        assert_eq!(id(1049, "Base de données inconnue"), Some("unknown-database"));
        assert_eq!(id(1105, "something new"), None);
        // What only a client says is no answer of a server.
        assert_eq!(id(1105, "connection reset by peer"), None);
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
            assert_eq!(entry.owner.is_some(), entry.remedy.is_some(), "{}", entry.id);
            let has_words = |key: &String| crate::remedy::all_words().contains_key(key);
            assert!(entry.remedy.as_ref().is_none_or(has_words), "{}: no words for its remedy", entry.id);
            // Meanings stand in gaps beside the common words and those of hops: no key may be two of them.
            let taken = |table: &Table| table.en.contains_key(&entry.id);
            assert!(!taken(common_words()) && !taken(hop_words()), "{}", entry.id);
        }
    }
}
