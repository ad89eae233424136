//! Pseudonyms: what is given in the place of each original, and what stands for what.

use super::address::{Moves, is_public};
use super::fields::Class;
use super::key::{Key, hex};
use super::shape::{Shape, is_account};
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{IpAddr, SocketAddr};

/// What an original was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An account's number.
    Account,
    /// An address or a block of them.
    Address,
    /// The whole name of a host or a domain.
    HostName,
    /// One part of such a name.
    HostNamePart,
    /// A user's name.
    User,
    /// A role's name, or a session's.
    Role,
    /// The unique id of a principal.
    Principal,
    /// The id of a resource.
    ResourceId,
    /// What people wrote: a tag, a description, the name of a group.
    Text,
    /// The names in a certificate.
    CertificateName,
    /// The digest of a certificate.
    Digest,
    /// The address of a network card.
    Mac,
}

impl Kind {
    /// Whether it can be told from ordinary words by its looks.
    pub(super) fn has_a_shape(self) -> bool {
        !matches!(self, Self::HostNamePart | Self::User | Self::Role | Self::Text | Self::CertificateName)
    }

    /// Its name in the manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Address => "address",
            Self::HostName => "host-name",
            Self::HostNamePart => "host-name-part",
            Self::User => "user",
            Self::Role => "role",
            Self::Principal => "principal",
            Self::ResourceId => "resource-id",
            Self::Text => "text",
            Self::CertificateName => "certificate-name",
            Self::Digest => "digest",
            Self::Mac => "mac",
        }
    }
}

/// Texts that people leave as they are, and that say nothing of anybody.
const ANYBODYS: &[&str] = &["", "*", "%", "default", "Name", "root", "amazon", "aws", "Route 53 Resolver", "self"];

/// Pseudonyms, as they were given.
#[derive(Clone, Debug)]
pub struct Names {
    key: Key,
    moves: Moves,
    pub(super) strict: bool,
    given: HashMap<(Kind, String), String>,
    originals: BTreeMap<String, String>,
    masked: BTreeSet<(Kind, String)>,
}

impl Names {
    pub(super) fn new(key: &Key, strict: bool, vpcs: Vec<ipnet::Ipv4Net>) -> Self {
        Self {
            key: key.clone(),
            moves: Moves::new(key.clone(), strict, vpcs),
            strict,
            given: HashMap::new(),
            originals: BTreeMap::new(),
            masked: BTreeSet::new(),
        }
    }

    /// Pseudonym to original.
    pub fn originals(&self) -> &BTreeMap<String, String> {
        &self.originals
    }

    /// What was masked: a kind and an original.
    pub fn masked(&self) -> &BTreeSet<(Kind, String)> {
        &self.masked
    }

    /// Whether this place of a text is within a pseudonym, such as the word that it begins with.
    pub(super) fn is_in_pseudonym(&self, text: &str, start: usize, end: usize) -> bool {
        let belongs = |character: char| character.is_ascii_alphanumeric() || character == '-';
        let from = text[..start].rfind(|character| !belongs(character)).map_or(0, |at| at + 1);
        let to = text[end..].find(|character| !belongs(character)).map_or(text.len(), |at| end + at);
        (from, to) != (start, end) && text.get(from..to).is_some_and(|word| self.originals.contains_key(word))
    }

    /// The pseudonym that was given, if one was.
    pub(super) fn given(&self, kind: Kind, original: &str) -> Option<&str> {
        self.given.get(&(kind, original.to_owned())).map(String::as_str)
    }

    /// The pseudonym of what people named, if one was given: a user, a database, a role, a part of a host's name.
    pub(super) fn given_name(&self, original: &str) -> Option<&str> {
        let named = [Kind::User, Kind::Text, Kind::Role, Kind::HostNamePart, Kind::CertificateName];
        named.into_iter().find_map(|kind| self.given(kind, original))
    }

    /// How many different originals of each kind were masked.
    pub fn counts(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for (kind, _) in &self.masked {
            *counts.entry(kind.name()).or_default() += 1;
        }
        counts
    }

    /// The pseudonym of an original, made once. A pseudonym is its own.
    fn give(&mut self, kind: Kind, original: &str, make: impl FnOnce(&[u8; 32]) -> String) -> String {
        if self.originals.contains_key(original) {
            return original.to_owned();
        }
        let place = (kind, original.to_owned());
        if let Some(given) = self.given.get(&place) {
            return given.clone();
        }
        // Two texts of different kinds that are the same get the same pseudonym, where both kinds look the same.
        let pseudonym = make(&self.key.hash("pseudonym", original.as_bytes()));
        self.note(kind, original, &pseudonym);
        self.given.insert(place, pseudonym.clone());
        pseudonym
    }

    fn note(&mut self, kind: Kind, original: &str, pseudonym: &str) {
        if original != pseudonym {
            self.originals.insert(pseudonym.to_owned(), original.to_owned());
            self.masked.insert((kind, original.to_owned()));
        }
    }

    /// What a text of this class becomes. Messages are not for here: they are looked through once all others have their pseudonyms.
    pub(super) fn of(&mut self, class: Class, text: &str) -> String {
        match class {
            Class::Keep | Class::Message => text.to_owned(),
            Class::Id => self.id(text),
            Class::Account => self.account(text),
            Class::Address => self.address(text).unwrap_or_else(|| self.text(text)),
            Class::Block => self.block(text).unwrap_or_else(|| self.text(text)),
            Class::Name => self.host(text),
            Class::User => self.user(text),
            Class::Arn => self.arn(text),
            Class::Principal => self.principal(text),
            Class::DistinguishedName => self.distinguished_name(text),
            Class::Digest => self.give_shaped(Kind::Digest, text, Shape::Hex),
            Class::Mac => self.mac(text),
            Class::Text => self.text(text),
        }
    }

    /// What people wrote.
    pub(super) fn text(&mut self, text: &str) -> String {
        self.named(Kind::Text, "text", text)
    }

    pub(super) fn named(&mut self, kind: Kind, beginning: &str, text: &str) -> String {
        if ANYBODYS.contains(&text) {
            return text.to_owned();
        }
        self.give(kind, text, |hash| format!("{beginning}-{}", hex(&hash[..5])))
    }

    /// Digits or letters, as many as there were.
    pub(super) fn give_shaped(&mut self, kind: Kind, text: &str, shape: Shape) -> String {
        if text.is_empty() {
            return String::new();
        }
        let length = text.len().clamp(8, 128);
        self.give(kind, text, |hash| shape.spell(hash, length))
    }

    /// Twelve digits; what is not, such as `amazon`, is a text.
    pub(super) fn account(&mut self, text: &str) -> String {
        if is_account(text) { self.give_shaped(Kind::Account, text, Shape::Digits) } else { self.text(text) }
    }

    /// An address, with or without a port; `None` where it is none.
    pub(super) fn address(&mut self, text: &str) -> Option<String> {
        if let Ok(address) = text.parse::<IpAddr>() {
            if self.is_given_address(text) {
                return Some(text.to_owned());
            }
            let moved = self.moves.address(address).to_string();
            self.note_address(text, &moved);
            return Some(moved);
        }
        let socket = text.parse::<SocketAddr>().ok()?;
        let moved: IpAddr = self.address(&socket.ip().to_string())?.parse().ok()?;
        Some(SocketAddr::new(moved, socket.port()).to_string())
    }

    /// A block, or an address without a length; `None` where it is neither.
    pub(super) fn block(&mut self, text: &str) -> Option<String> {
        let Ok(block) = text.parse::<IpNet>() else { return self.address(text) };
        if self.is_given_address(text) {
            return Some(text.to_owned());
        }
        let moved = self.moves.block(block).to_string();
        self.note_address(text, &moved);
        if block.prefix_len() == block.max_prefix_len() {
            self.address(&block.addr().to_string());
        }
        Some(moved)
    }

    /// Whether this is a pseudonym, which does not move again. A private address may be one and an original as well, so only public ones can tell.
    fn is_given_address(&self, text: &str) -> bool {
        let address = text.split('/').next().and_then(|text| text.parse::<IpAddr>().ok());
        address.is_some_and(is_public)
            && self.originals.contains_key(text)
            && !self.masked.contains(&(Kind::Address, text.to_owned()))
    }

    fn note_address(&mut self, original: &str, moved: &str) {
        self.note(Kind::Address, original, moved);
    }

    /// The MAC address of a card: one that nobody's maker has.
    pub(super) fn mac(&mut self, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        self.give(Kind::Mac, text, |hash| {
            let octets: Vec<String> = hash[..5].iter().map(|octet| format!("{octet:02x}")).collect();
            format!("02:{}", octets.join(":"))
        })
    }

    /// A resource's id, or the ARN that stands for one. Only `strict` replaces ids.
    pub(super) fn id(&mut self, text: &str) -> String {
        if text.starts_with("arn:") {
            return self.arn(text);
        }
        if !self.strict {
            return text.to_owned();
        }
        if let Some((path, id)) = text.rsplit_once('/') {
            return format!("{path}/{}", self.id(id));
        }
        if text.starts_with("vpce-svc-") {
            return text.to_owned();
        }
        if let Some((prefix, own)) = text.rsplit_once('-').filter(|(_, own)| !own.is_empty()) {
            let is_hex = own.len() >= 8 && own.bytes().all(|byte| byte.is_ascii_hexdigit());
            let length = if is_hex { own.len().min(64) } else { 17 };
            return self.give(Kind::ResourceId, text, |hash| format!("{prefix}-{}", Shape::Hex.spell(hash, length)));
        }
        let is_zone = text.len() > 8 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        match text.strip_prefix('Z').filter(|_| is_zone) {
            Some(own) => {
                let length = own.len().min(64);
                self.give(Kind::ResourceId, text, |hash| format!("Z{}", Shape::Capitals.spell(hash, length)))
            }
            None => text.to_owned(),
        }
    }

    /// One part of a host's name.
    pub(super) fn label(&mut self, label: &str) -> String {
        // Names are the same in any case, so their pseudonyms are.
        let lower = label.to_ascii_lowercase();
        self.named(Kind::HostNamePart, "name", &lower)
    }

    /// The random part of an endpoint's names.
    pub(super) fn hash_of_name(&self, hash: &str) -> String {
        Shape::Hex.spell(&self.key.hash("endpoint-name", hash.as_bytes()), hash.len().clamp(8, 64))
    }

    /// Notes that a part of a name was moved because of an address in it.
    pub(super) fn note_label(&mut self, original: &str, moved: &str) {
        self.note(Kind::HostNamePart, original, moved);
    }

    /// Notes that a whole name was masked, so that it is looked for as one. Of one part, it is a word like others.
    pub(super) fn note_host(&mut self, original: &str, masked: &str) {
        if original != masked && original.contains('.') {
            self.masked.insert((Kind::HostName, original.to_owned()));
        }
    }
}
