//! The secret that pseudonyms come from.

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use aws_lc_rs::rand;
use std::fmt;

/// A secret of 32 bytes. The same key gives the same pseudonyms, so that two bundles of one user can be compared; without it nobody can try out
/// which of the few billion addresses is behind one.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// A key of the system's random numbers.
    ///
    /// # Errors
    /// Where the system has none.
    pub fn random() -> Result<Self, NoRandomNumbers> {
        let mut bytes = [0; 32];
        rand::fill(&mut bytes).map_err(|_| NoRandomNumbers)?;
        Ok(Self(bytes))
    }

    /// A key for tests, which is no secret.
    pub fn fixed(byte: u8) -> Self {
        Self([byte; 32])
    }

    /// Reads what [`Key::hex`] wrote.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// The key as text.
    pub fn hex(&self) -> String {
        hex(&self.0)
    }

    /// What tells two keys apart without telling them.
    pub fn fingerprint(&self) -> String {
        hex(&self.hash("fingerprint", b"")[..4])
    }

    /// 32 bytes that depend on the key, on what they are for, and on the text.
    pub(super) fn hash(&self, purpose: &str, text: &[u8]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&hmac::Key::new(HMAC_SHA256, &self.0));
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(text);
        let mut hash = [0; 32];
        hash.copy_from_slice(context.sign().as_ref());
        hash
    }

    /// One bit that depends on the key and on a place.
    pub(super) fn bit(&self, purpose: &str, depth: u32, prefix: &[u8]) -> bool {
        let mut place = depth.to_be_bytes().to_vec();
        place.extend(prefix);
        self.hash(purpose, &place)[0] & 1 == 1
    }
}

/// The system has no random numbers to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system has no random numbers for a key")]
pub struct NoRandomNumbers;

/// Two digits a byte.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
