//! Names and the domains that they lie in.

use std::fmt;

/// A domain: lower case, without a final dot. The root is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Domain(String);

impl Domain {
    /// Reads a domain as AWS writes it: any case, with or without a final dot, a wildcard's asterisk perhaps as `\052`.
    pub fn new(text: &str) -> Self {
        Self(text.trim().trim_end_matches('.').replace("\\052", "*").to_ascii_lowercase())
    }

    /// How many labels it has: of two domains that cover a name, the one with more is the more specific.
    pub fn depth(&self) -> usize {
        if self.0.is_empty() { 0 } else { self.0.split('.').count() }
    }

    /// Whether the name is this domain or lies below it.
    pub fn covers(&self, name: &Self) -> bool {
        self.0.is_empty() || name.0 == self.0 || name.0.strip_suffix(&self.0).is_some_and(|rest| rest.ends_with('.'))
    }

    /// The domain of a private name, which may begin with `*.`.
    pub fn of_private_name(pattern: &str) -> Self {
        Self::new(pattern.strip_prefix("*.").unwrap_or(pattern))
    }

    /// The name as text, without a final dot.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The domain one label up; `None` of the root.
    pub fn parent(&self) -> Option<Self> {
        if self.0.is_empty() {
            return None;
        }
        Some(Self(self.0.split_once('.').map_or_else(String::new, |(_, rest)| rest.to_owned())))
    }
}

impl fmt::Display for Domain {
    /// As people write it; the root is a dot.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "." } else { &self.0 })
    }
}
