//! What has a shape of its own, and pseudonyms of the same shape.

/// Twelve digits.
pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A prefix of small letters, a dash, and at least eight hexadecimal digits; or a hosted zone's id.
pub(super) fn looks_like_id(text: &str) -> bool {
    let is_zone =
        text.len() > 8 && text.starts_with('Z') && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let of_resource = text.rsplit_once('-').is_some_and(|(prefix, own)| {
        let letters = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
        !prefix.is_empty()
            && prefix.bytes().all(letters)
            && matches!(own.len(), 8..=17)
            && own.bytes().all(|b| b.is_ascii_hexdigit())
    });
    is_zone || of_resource
}

/// Of what a pseudonym is spelt.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    Digits,
    Hex,
    Letters,
    Capitals,
}

impl Shape {
    pub(super) fn spell(self, hash: &[u8; 32], length: usize) -> String {
        let alphabet: &[u8] = match self {
            Self::Digits => b"0123456789",
            Self::Hex => b"0123456789abcdef",
            Self::Letters => b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
            Self::Capitals => b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        };
        let at = |index: usize| char::from(alphabet[usize::from(hash[index % hash.len()]) % alphabet.len()]);
        (0..length).map(at).collect()
    }
}
