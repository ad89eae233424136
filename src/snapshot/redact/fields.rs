//! What each text of a snapshot is.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// What a text is, and so what becomes of it. `fields.toml` says what each one means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Class {
    Keep,
    Id,
    Account,
    Address,
    Block,
    Name,
    User,
    Arn,
    Principal,
    DistinguishedName,
    Digest,
    Mac,
    Text,
    Message,
}

/// Class by place, by file.
type Table = BTreeMap<String, BTreeMap<String, Class>>;

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        toml::from_str(include_str!("fields.toml")).unwrap_or_else(|error| panic!("fields.toml: {error}"))
    })
}

/// The class of a text, if its place is known.
///
/// # Panics
/// Where the table is not valid, which a test rules out.
pub(super) fn listed(file: &str, place: &str) -> Option<Class> {
    if place == "Error.Message" || place.ends_with(".Error.Message") {
        return Some(Class::Message);
    }
    if place == "Error.Code" || place.ends_with(".Error.Code") {
        return Some(Class::Keep);
    }
    table().get(file)?.get(place).copied()
}

/// As [`listed`]; what nobody has classified is masked.
pub(super) fn class(file: &str, place: &str) -> Class {
    listed(file, place).unwrap_or(Class::Text)
}

/// Every place of the table, with its file.
pub(super) fn places() -> Vec<(String, String)> {
    table().iter().flat_map(|(file, places)| places.keys().map(|place| (file.clone(), place.clone()))).collect()
}
