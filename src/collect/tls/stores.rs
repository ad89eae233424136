//! The roots that a client may trust, and what each store of them makes of a chain.

use crate::collect::roots::Authorities;
use crate::collect::text::readable;
use crate::collect::tls::recorder::algorithms;
use pldoctor_checks::facts::{RootStore, Trust, Verdict};
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, Error, RootCertStore};
use std::time::Duration;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// The stores.
pub(in crate::collect) struct Stores {
    system: Result<RootCertStore, String>,
    public: RootCertStore,
    given: Option<RootCertStore>,
    /// The roots besides the public ones.
    roots: Vec<CertificateDer<'static>>,
}

impl Stores {
    /// Reads the system's store, which `SSL_CERT_FILE` and `SSL_CERT_DIR` can point elsewhere. It reads files: not to be called where nothing
    /// may wait.
    pub(in crate::collect) fn read(given: Option<&Authorities>) -> Self {
        let native = rustls_native_certs::load_native_certs();
        let mut system = RootCertStore::empty();
        // One that can't be used is as if it weren't there; the MySQL driver would give up on all of them.
        let mut roots: Vec<_> = native.certs.into_iter().filter(|root| system.add(root.clone()).is_ok()).collect();
        let system = if system.is_empty() {
            let said = native.errors.first().map(|error| readable(error.to_string().as_bytes()));
            Err(said.unwrap_or_else(|| "the system has no roots (no ca-certificates?)".into()))
        } else {
            Ok(system)
        };
        let given = given.map(|given| {
            roots.extend_from_slice(given.certificates());
            store(given.certificates())
        });
        Self { system, public: webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect(), given, roots }
    }

    /// No roots but these and the public ones, with what is wrong with the system's.
    pub(in crate::collect) fn without_system(given: Option<&Authorities>, problem: String) -> Self {
        let roots = given.map_or_else(Vec::new, |given| given.certificates().to_vec());
        Self {
            system: Err(problem),
            public: webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect(),
            given: given.map(|given| store(given.certificates())),
            roots,
        }
    }

    /// The roots of the system and of the user, in DER.
    pub(in crate::collect) fn roots(&self) -> &[CertificateDer<'static>] {
        &self.roots
    }

    /// What each store makes of a chain.
    pub(super) fn judge(&self, chain: &[CertificateDer<'_>]) -> Vec<Trust> {
        let of = |store, verdict| Trust { store, verdict };
        let system = match &self.system {
            Ok(system) => verdict(system, chain),
            Err(message) => Verdict::NoStore { message: message.clone() },
        };
        let mut trust = vec![of(RootStore::System, system), of(RootStore::Public, verdict(&self.public, chain))];
        trust.extend(self.given.as_ref().map(|given| of(RootStore::Given, verdict(given, chain))));
        trust
    }
}

fn store(certificates: &[CertificateDer<'static>]) -> RootCertStore {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(certificates.iter().cloned());
    store
}

fn verdict(roots: &RootCertStore, chain: &[CertificateDer<'_>]) -> Verdict {
    match at(roots, chain, UnixTime::now()) {
        Ok(()) => Verdict::Trusted,
        Err(error) => {
            let timed = timed(&error);
            // The library looks at the dates first. Whether the issuer is known counts for more, as no renewal would help.
            let unknown = || within_its_time(chain).and_then(|then| at(roots, chain, then).err());
            if timed.is_some() && unknown().is_some_and(|then| is(&then, &CertificateError::UnknownIssuer)) {
                return Verdict::UnknownIssuer;
            }
            timed.unwrap_or_else(|| untimed(roots, chain, &error))
        }
    }
}

fn at(roots: &RootCertStore, chain: &[CertificateDer<'_>], now: UnixTime) -> Result<(), Error> {
    let [own, others @ ..] = chain else { return Err(CertificateError::BadEncoding.into()) };
    let own = ParsedCertificate::try_from(own)?;
    verify_server_cert_signed_by_trust_anchor(&own, roots, others, now, algorithms().all)
}

fn is(error: &Error, wanted: &CertificateError) -> bool {
    matches!(error, Error::InvalidCertificate(inner) if inner == wanted)
}

/// A verdict about dates.
fn timed(error: &Error) -> Option<Verdict> {
    let Error::InvalidCertificate(error) = error else { return None };
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Some(Verdict::Expired),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Some(Verdict::NotYetValid),
        _ => None,
    }
}

/// The last moment at which the server's own certificate counts.
fn within_its_time(chain: &[CertificateDer<'_>]) -> Option<UnixTime> {
    let (_, own) = X509Certificate::from_der(chain.first()?).ok()?;
    let end = u64::try_from(own.validity().not_after.timestamp()).ok()?;
    Some(UnixTime::since_unix_epoch(Duration::from_secs(end)))
}

fn untimed(roots: &RootCertStore, chain: &[CertificateDer<'_>], error: &Error) -> Verdict {
    let message = || readable(error.to_string().as_bytes());
    match error {
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => Verdict::UnknownIssuer,
        Error::InvalidCertificate(CertificateError::BadSignature) => Verdict::BadSignature,
        // Refused for what it is, before anybody looked for its issuer.
        _ if !has_an_issuer(roots, chain) => Verdict::UnknownIssuer,
        Error::InvalidCertificate(
            CertificateError::UnsupportedSignatureAlgorithmContext { .. }
            | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. },
        ) => Verdict::Strict { message: message() },
        Error::InvalidCertificate(CertificateError::Other(_))
            if ["UnsupportedCertVersion", "CaUsedAsEndEntity"].iter().any(|strict| message().contains(strict)) =>
        {
            Verdict::Strict { message: message() }
        }
        _ => Verdict::Refused { message: message() },
    }
}

/// Whether a certificate of the chain names one of the roots as its issuer.
fn has_an_issuer(roots: &RootCertStore, chain: &[CertificateDer<'_>]) -> bool {
    let mut parsed = chain.iter().filter_map(|der| X509Certificate::from_der(der).ok());
    // A root's subject is kept without its outer header.
    parsed.any(|(_, one)| {
        roots.roots.iter().any(|root| {
            let (issuer, subject) = (one.issuer().as_raw(), root.subject.as_ref());
            issuer.ends_with(subject) && issuer.len() <= subject.len() + 4
        })
    })
}
