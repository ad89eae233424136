//! What a certificate says. It comes from whoever answers, so every text is bounded and made harmless.

use crate::collect::text::readable;
use aws_lc_rs::digest::{SHA256, digest};
use pldoctor_checks::facts::{Certificate, NameMatch};
use rustls::client::verify_server_name;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::server::ParsedCertificate;
use std::net::IpAddr;
use time::format_description::well_known::Rfc3339;
use x509_parser::prelude::{ASN1Time, FromDer as _, GeneralName, X509Certificate};

/// Alternative names that are kept.
const NAMES_LIMIT: usize = 32;
/// The longest name that is kept, in bytes. Host names have at most 253.
const NAME_LIMIT: usize = 512;

/// What it says; of one that can't be read, its fingerprint alone.
pub(super) fn read(der: &CertificateDer<'_>) -> Certificate {
    let sha256 = digest(&SHA256, der).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let Ok((_, parsed)) = X509Certificate::from_der(der) else {
        return Certificate { sha256, ..Certificate::default() };
    };
    Certificate {
        subject: name(&parsed.subject().to_string()),
        issuer: name(&parsed.issuer().to_string()),
        names: alternative_names(&parsed).filter_map(shown).take(NAMES_LIMIT).collect(),
        not_before: moment(parsed.validity().not_before),
        not_after: moment(parsed.validity().not_after),
        is_ca: parsed.is_ca(),
        version: parsed.version().0 + 1,
        sha256,
    }
}

fn name(text: &str) -> String {
    readable(&text.as_bytes()[..text.len().min(NAME_LIMIT)])
}

fn moment(time: ASN1Time) -> String {
    time.to_datetime().format(&Rfc3339).unwrap_or_default()
}

fn alternative_names<'a>(parsed: &'a X509Certificate<'a>) -> impl Iterator<Item = &'a GeneralName<'a>> {
    let extension = parsed.subject_alternative_name().ok().flatten();
    extension.into_iter().flat_map(|extension| &extension.value.general_names)
}

fn shown(general: &GeneralName<'_>) -> Option<String> {
    match general {
        GeneralName::DNSName(dns) => Some(name(dns)),
        GeneralName::IPAddress(bytes) => address(bytes).map(|address| address.to_string()),
        GeneralName::URI(uri) => Some(name(uri)),
        GeneralName::RFC822Name(mail) => Some(name(mail)),
        _ => None,
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from),
        16 => <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from),
        _ => None,
    }
}

/// Whether a certificate is for the name, by the rules of the library that clients in Rust use.
pub(super) fn name_match(certificate: Option<&CertificateDer<'_>>, expected: &ServerName<'_>) -> NameMatch {
    let Some(der) = certificate else { return NameMatch::Other };
    if ParsedCertificate::try_from(der).is_ok_and(|parsed| verify_server_name(&parsed, expected).is_ok()) {
        return NameMatch::Matches;
    }
    let Ok((_, parsed)) = X509Certificate::from_der(der) else { return NameMatch::Other };
    let only_common = alternative_names(&parsed).next().is_none();
    let common = parsed.subject().iter_common_name().next().and_then(|common| common.as_str().ok());
    let expected = expected.to_str();
    if only_common && common.is_some_and(|common| covers(common, &expected)) {
        NameMatch::CommonNameOnly
    } else {
        NameMatch::Other
    }
}

/// As OpenSSL compares: a wildcard stands for one label, the first.
fn covers(common: &str, host: &str) -> bool {
    match common.strip_prefix("*.") {
        Some(domain) => {
            host.split_once('.').is_some_and(|(label, rest)| !label.is_empty() && rest.eq_ignore_ascii_case(domain))
        }
        None => common.eq_ignore_ascii_case(host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_common_name_covers_as_openssl_has_it() {
        assert!(covers("DB.example.com", "db.example.com"));
        assert!(covers("*.example.com", "db.example.com"));
        assert!(!covers("*.example.com", "a.db.example.com"));
        assert!(!covers("*.example.com", "example.com"));
        assert!(!covers("*.example.com", ".example.com"));
    }

    #[test]
    fn what_is_no_certificate_has_a_fingerprint() {
        let read = read(&CertificateDer::from(b"nonsense".to_vec()));
        assert_eq!(read.sha256.len(), 64);
        assert_eq!(read.subject, "");
        let name = ServerName::try_from("db.example.com").expect("a name");
        assert_eq!(name_match(Some(&CertificateDer::from(b"nonsense".to_vec())), &name), NameMatch::Other);
    }
}
