//! From what a user typed to what is to be reached.
//!
//! Whatever is wrong is named, with an example of what would be right. What was typed is not repeated where a password may stand in it.

use super::usage::{Usage, shown};
use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use std::net::{IpAddr, Ipv6Addr};
use url::Url;

/// A target's example, for every message that needs one.
const EXAMPLE: &str = "TARGET is one of:
  mysql://USER@gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com:4000/test
  gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com:4000
  vpce-0123456789abcdef0
  com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0";

/// What a target says.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) host: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) user: Option<String>,
    pub(super) database: Option<String>,
    pub(super) endpoint_id: Option<String>,
    pub(super) service_name: Option<String>,
    pub(super) password: Option<SecretString>,
}

/// There is no target.
pub(super) fn missing() -> Usage {
    Usage::new(
        "nothing says what to reach",
        format!("{EXAMPLE}\nor the environment variable PLDOCTOR_URL, which can bear a password as well."),
    )
}

/// Reads a target.
pub(super) fn parse(text: &str) -> Result<Parsed, Usage> {
    let text = text.trim();
    if text.is_empty() {
        return Err(missing());
    }
    // What applications hold: JDBC's prefix, and a driver's name in the scheme.
    let bare = text.strip_prefix("jdbc:").unwrap_or(text);
    match bare.split_once("://") {
        Some((scheme, rest)) if scheme == "mysql" || scheme.starts_with("mysql+") => url(rest),
        Some((scheme, _)) => Err(Usage::new(format!("{} is not the scheme of a MySQL URL", shown(scheme)), EXAMPLE)),
        None if bare.contains('@') => {
            Err(Usage::new("a target with a user has to be a URL: mysql:// is missing before it", EXAMPLE))
        }
        None => name(bare),
    }
}

fn url(rest: &str) -> Result<Parsed, Usage> {
    let url = Url::parse(&format!("mysql://{rest}")).map_err(|error| {
        let hint = if rest.contains('@') {
            "\n\nIn a URL, characters such as # / ? @ in the user or the password are written %23 %2F %3F %40."
        } else {
            ""
        };
        Usage::new(format!("the URL can't be read: {error}"), format!("{EXAMPLE}{hint}"))
    })?;
    let mut user = decoded(url.username(), "user")?;
    let mut password = decoded(url.password().unwrap_or_default(), "password")?;
    // JDBC has them in the query.
    for (key, value) in url.query_pairs() {
        match key.as_ref() {
            "user" | "username" if user.is_empty() => user = value.into_owned(),
            "password" if password.is_empty() => password = value.into_owned(),
            _ => {}
        }
    }
    let database = decoded(url.path().trim_start_matches('/'), "database")?;
    let host = url.host_str().unwrap_or_default();
    let text = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    // TiDB Cloud's connection strings come with this in the password's place.
    let password = Some(password).filter(|password| !password.is_empty() && !is_placeholder(password));
    Ok(Parsed {
        user: some(user),
        database: some(database),
        password: password.map(SecretString::from),
        ..name(&text)?
    })
}

fn is_placeholder(password: &str) -> bool {
    password.starts_with('<') && password.ends_with('>')
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

fn decoded(text: &str, what: &str) -> Result<String, Usage> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded
        .map(|text| text.into_owned())
        .map_err(|_| Usage::new(format!("the {what} in the URL is not UTF-8"), EXAMPLE))
}

/// `host[:port]`, `vpce-…[:port]` or a service name.
fn name(text: &str) -> Result<Parsed, Usage> {
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return Ok(Parsed { host: Some(address.to_string()), ..Parsed::default() });
    }
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, after)) => {
            let address: Ipv6Addr = address
                .parse()
                .map_err(|_| Usage::new(format!("{} is not an IPv6 address", shown(address)), EXAMPLE))?;
            let port = match after.strip_prefix(':') {
                None if after.is_empty() => None,
                None => return Err(Usage::new(format!("a colon is missing before {}", shown(after)), EXAMPLE)),
                port => port,
            };
            (address.to_string(), port)
        }
        None => match text.split_once(':') {
            Some((host, port)) => (host.to_owned(), Some(port)),
            None => (text.to_owned(), None),
        },
    };
    let port = port.map(self::port).transpose()?;
    // A final dot and case don't count in DNS, but a certificate's name has neither.
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if host.parse::<IpAddr>().is_err() {
        check_name(&host)?;
    }
    let mut parsed = Parsed { port, ..Parsed::default() };
    if is_endpoint_id(&host) {
        parsed.endpoint_id = Some(host);
    } else if is_service_name(&host) {
        parsed.service_name = Some(host);
    } else {
        parsed.host = Some(host);
    }
    Ok(parsed)
}

fn port(text: &str) -> Result<u16, Usage> {
    match text.parse::<u16>() {
        Ok(port) if port > 0 => Ok(port),
        _ => Err(Usage::new("the port after the colon is not a number from 1 to 65535", EXAMPLE)),
    }
}

/// Whether the text can be a host's name at all, so that a typo is not diagnosed as a broken network.
fn check_name(host: &str) -> Result<(), Usage> {
    let wrong = |why: &str| Err(Usage::new(format!("{} is not a host name: {why}", shown(host)), EXAMPLE));
    if host.is_empty() {
        return wrong("it is empty");
    }
    if host.len() > 253 {
        return wrong("it is longer than 253 characters");
    }
    if host.starts_with("vpce-svc-") {
        return wrong("it is the last part of a service name; give the whole, com.amazonaws.vpce.REGION.vpce-svc-…");
    }
    if host.starts_with("vpce-") && !host.contains('.') && !is_endpoint_id(host) {
        return wrong("an endpoint's id is vpce- and 8 or 17 hexadecimal digits");
    }
    let odd = |character: char| !(character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.'));
    if let Some(character) = host.chars().find(|character| odd(*character)) {
        return wrong(&format!("it has {}", shown(&character.to_string())));
    }
    for label in host.split('.') {
        if label.is_empty() {
            return wrong("it has two dots in a row, or begins with one");
        }
        if label.len() > 63 {
            return wrong("a part of it is longer than 63 characters");
        }
    }
    let last = host.rsplit('.').next().unwrap_or_default();
    if last.bytes().all(|byte| byte.is_ascii_digit()) {
        return wrong("it ends in a number, as only an address does");
    }
    Ok(())
}

pub(super) fn is_endpoint_id(text: &str) -> bool {
    let digits = text.strip_prefix("vpce-").unwrap_or_default();
    matches!(digits.len(), 8 | 17) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

pub(super) fn is_service_name(text: &str) -> bool {
    text.contains("com.amazonaws.vpce.") && text.contains(".vpce-svc-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    const HOST: &str = "gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com";

    fn parsed(text: &str) -> Parsed {
        parse(text).unwrap_or_else(|usage| panic!("{text}: {usage}"))
    }

    fn wrong(text: &str) -> String {
        parse(text).map(|parsed| format!("{parsed:?}")).expect_err(text).to_string()
    }

    #[test]
    fn a_url_says_it_all() {
        let target = parsed(&format!("mysql://3pTAoNNegb47Uc8.root:p%40ss%2Fw%C3%B6rd@{HOST}:4001/my%20db?ssl=1"));
        assert_eq!(target.host.as_deref(), Some(HOST));
        assert_eq!(target.port, Some(4001));
        assert_eq!(target.user.as_deref(), Some("3pTAoNNegb47Uc8.root"));
        assert_eq!(target.database.as_deref(), Some("my db"));
        assert_eq!(target.password.expect("a password").expose_secret(), "p@ss/wörd");
    }

    #[test]
    fn a_url_may_say_little() {
        let target = parsed(&format!("mysql://{HOST}"));
        assert_eq!((target.host.as_deref(), target.port, target.user, target.database), (Some(HOST), None, None, None));
        assert!(target.password.is_none());
        assert!(parsed(&format!("mysql://u:@{HOST}/")).password.is_none());
    }

    #[test]
    fn applications_urls_are_understood() {
        let target =
            parsed(&format!("jdbc:mysql://{HOST}:4000/test?user=3p.root&password=s%26cret&sslMode=VERIFY_IDENTITY"));
        assert_eq!((target.user.as_deref(), target.database.as_deref()), (Some("3p.root"), Some("test")));
        assert_eq!(target.password.expect("a password").expose_secret(), "s&cret");
        assert_eq!(parsed(&format!("mysql+pymysql://3p.root@{HOST}:4000/test")).user.as_deref(), Some("3p.root"));
        assert!(
            parsed(&format!("mysql://3p.root:<PASSWORD>@{HOST}:4000/test")).password.is_none(),
            "a placeholder is no password"
        );
    }

    #[test]
    fn names_and_addresses() {
        for (text, host, port) in [
            (HOST, HOST, None),
            ("Gateway01.EXAMPLE.com.:4000", "gateway01.example.com", Some(4000)),
            ("localhost", "localhost", None),
            ("10.0.2.20:4000", "10.0.2.20", Some(4000)),
            ("::1", "::1", None),
            ("[fd00::0:1]:4000", "fd00::1", Some(4000)),
            ("[fd00::1]", "fd00::1", None),
            ("mysql://[fd00::1]:4000/", "fd00::1", Some(4000)),
        ] {
            let target = parsed(text);
            assert_eq!((target.host.as_deref(), target.port), (Some(host), port), "{text}");
        }
    }

    #[test]
    fn endpoints_and_services() {
        assert_eq!(parsed("vpce-0123456789abcdef0").endpoint_id.as_deref(), Some("vpce-0123456789abcdef0"));
        let target = parsed("vpce-0123456789abcdef0:4000");
        assert_eq!((target.endpoint_id.is_some(), target.port, target.host), (true, Some(4000), None));
        let service = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0";
        assert_eq!(parsed(service).service_name.as_deref(), Some(service));
        let own = "vpce-0123456789abcdef0-abcdefgh.vpce-svc-0123456789abcdef0.us-east-1.vpce.amazonaws.com";
        assert_eq!(parsed(own).host.as_deref(), Some(own));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, named) in [
            ("", "nothing says what to reach"),
            ("postgres://host", "'postgres' is not the scheme"),
            ("root@host", "mysql:// is missing"),
            ("host:99999", "not a number from 1 to 65535"),
            ("host:0", "not a number from 1 to 65535"),
            ("host:", "not a number from 1 to 65535"),
            ("host name", "it has ' '"),
            ("host/db", "it has '/'"),
            ("a..b", "two dots in a row"),
            ("10.0.2", "ends in a number"),
            ("10.0.2.300", "ends in a number"),
            ("[fd00::zz]:4000", "not an IPv6 address"),
            ("[fd00::1]4000", ""),
            ("vpce-012", "8 or 17 hexadecimal"),
            ("vpce-svc-0123456789abcdef0", "the whole"),
            ("mysql://", "it is empty"),
            ("mysql://u@:4000/", ""),
            ("\u{1b}[2J", "\\u{1b}"),
        ] {
            let message = wrong(text);
            assert!(message.contains(named), "{text}: {message}");
            assert!(message.contains("TARGET is one of") && !message.contains('\u{1b}'), "{text}: {message}");
        }
    }

    #[test]
    fn a_password_is_never_repeated() {
        for text in [
            "mysql://root:s3cret@ho st",
            "mysql://root:s3cret@host:99999",
            "mysql://root:s3#cret@host:4000",
            "mysql://root:s3cret",
            "root:s3cret@host",
            "mysql://host name?password=s3cret",
            "postgres://root:s3cret@host",
        ] {
            let message = wrong(text);
            assert!(!message.contains("s3"), "{text}: {message}");
        }
    }
}
