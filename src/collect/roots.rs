//! Certificates in PEM that are to be trusted, judged before a library sees them: the AWS SDK panics at one that it can't read, and the MySQL
//! driver gives up.

use super::files;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use std::path::Path;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// Certificates that the user trusts, each one read and found usable.
#[derive(Clone, Debug)]
pub struct Authorities(Vec<CertificateDer<'static>>);

impl Authorities {
    /// The certificates of a file in PEM.
    ///
    /// # Errors
    /// In words, where the file can't be read, holds none, or one that can't be used.
    pub fn read(file: &Path) -> Result<Self, String> {
        let roots = read(&files::read_now(file).map_err(|error| error.to_string())?);
        match roots.problem {
            Some(problem) => Err(problem),
            None => Ok(Self(roots.usable)),
        }
    }

    pub(super) fn certificates(&self) -> &[CertificateDer<'static>] {
        &self.0
    }
}

/// What a file of certificates held.
#[derive(Debug, Default)]
pub(super) struct Roots {
    /// Those that can be trusted.
    pub(super) usable: Vec<CertificateDer<'static>>,
    /// The same, in PEM.
    pub(super) pem: String,
    /// What was wrong with the first that can't.
    pub(super) problem: Option<String>,
}

/// The certificates of a file. What stands between them, such as names, is passed over.
pub(super) fn read(bytes: &[u8]) -> Roots {
    let text = String::from_utf8_lossy(bytes);
    let mut store = RootCertStore::empty();
    let mut roots = Roots::default();
    for block in text.split(BEGIN).skip(1) {
        let Some((body, _)) = block.split_once(END) else {
            roots.problem.get_or_insert_with(|| "the last certificate has no end".into());
            continue;
        };
        let pem = format!("{BEGIN}{body}{END}\n");
        let added = CertificateDer::from_pem_slice(pem.as_bytes())
            .map_err(|error| error.to_string())
            .and_then(|root| store.add(root.clone()).map(|()| root).map_err(|error| error.to_string()));
        match added {
            Ok(root) => {
                roots.usable.push(root);
                roots.pem.push_str(&pem);
            }
            Err(error) => _ = roots.problem.get_or_insert(error),
        }
    }
    if roots.usable.is_empty() {
        roots.problem.get_or_insert_with(|| "it holds no certificate in PEM".into());
    }
    roots
}

#[cfg(test)]
mod tests {
    use super::{Authorities, read};

    #[test]
    fn a_file_is_judged_before_anybody_trusts_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("ca.pem");
        let problem = || Authorities::read(&file).expect_err("it is refused");
        assert!(problem().contains("No such file"));
        std::fs::write(&file, "no certificate").expect("it is written");
        assert!(problem().contains("no certificate in PEM"));
        std::fs::write(&file, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").expect("it is written");
        assert!(problem().contains("BadEncoding"));
    }

    #[test]
    fn what_is_no_certificate_is_told() {
        for (pem, problem) in [
            ("", "no certificate"),
            ("nonsense", "no certificate"),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n", "no end"),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "BadEncoding"),
            ("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n", "base64"),
        ] {
            let roots = read(pem.as_bytes());
            assert!(roots.usable.is_empty() && roots.pem.is_empty());
            assert!(roots.problem.as_ref().is_some_and(|told| told.contains(problem)), "{pem}: {:?}", roots.problem);
        }
    }
}
