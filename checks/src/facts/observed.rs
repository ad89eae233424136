//! What was seen, or why it was not.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::SerializeMap as _};
use std::fmt;

/// A fact: seen, or not seen for a stated reason.
///
/// In a snapshot the first is the value itself, the second `{"Error": {"Code": …, "Message": …}}`,
/// the shape in which AWS puts its own refusals.
#[derive(Clone, Debug, PartialEq)]
pub enum Observed<T> {
    /// It was seen.
    Known(T),
    /// It was not seen.
    Unknown(Why),
}

/// Why a fact is not known: an AWS error code, or one of ours (the associated constants).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// An AWS error code such as `UnauthorizedOperation`, or one of this type's constants.
    #[serde(rename = "Code")]
    pub code: String,
    /// What the source said, in its own words. Untrusted text.
    #[serde(rename = "Message", default)]
    pub message: String,
}

/// The kinds of reason that lead to different next steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WhyKind {
    /// Nobody collected it: the snapshot does not have it.
    NotCollected,
    /// It was left out on purpose, such as a probe that would have to run elsewhere.
    NotAsked,
    /// The caller lacks a permission.
    Denied,
    /// There are no usable credentials, or they are expired.
    NoCredentials,
    /// The service asked to slow down, and went on asking.
    Throttled,
    /// Nothing answered at that address.
    Unreachable,
    /// An answer did not come in time.
    TimedOut,
    /// Any other error.
    Failed,
}

impl Why {
    /// Nobody collected it.
    pub const NOT_COLLECTED: &str = "NotCollected";
    /// Left out on purpose.
    pub const NOT_ASKED: &str = "NotAsked";
    /// No usable credentials.
    pub const NO_CREDENTIALS: &str = "NoCredentials";
    /// Nothing answered at that address.
    pub const UNREACHABLE: &str = "Unreachable";
    /// No answer in time.
    pub const TIMED_OUT: &str = "TimedOut";
    /// EC2's word for an endpoint service that is not there, or not for this account.
    pub const NO_SUCH_SERVICE: &str = "InvalidServiceName";
    /// Service Quotas' word for a quota that was never changed for this account.
    pub const NO_SUCH_QUOTA: &str = "NoSuchResourceException";
    /// It was answered, and not understood.
    pub const MALFORMED: &str = "Malformed";

    /// A reason with a code and the source's own words.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into() }
    }

    /// Nobody collected it.
    pub fn not_collected() -> Self {
        Self::new(Self::NOT_COLLECTED, "")
    }

    /// Left out on purpose, because of `message`.
    pub fn not_asked(message: impl Into<String>) -> Self {
        Self::new(Self::NOT_ASKED, message)
    }

    /// What kind of reason the code stands for. Codes of EC2, Route 53, Resolver and STS, per AWS's lists of common errors.
    pub fn kind(&self) -> WhyKind {
        match self.code.as_str() {
            Self::NOT_COLLECTED => WhyKind::NotCollected,
            Self::NOT_ASKED => WhyKind::NotAsked,
            Self::UNREACHABLE => WhyKind::Unreachable,
            Self::TIMED_OUT => WhyKind::TimedOut,
            "UnauthorizedOperation"
            | "AccessDenied"
            | "AccessDeniedException"
            | "UnauthorizedAccess"
            | "OptInRequired"
            | "Forbidden" => WhyKind::Denied,
            Self::NO_CREDENTIALS
            | "AuthFailure"
            | "ExpiredToken"
            | "ExpiredTokenException"
            | "RequestExpired"
            | "InvalidClientTokenId"
            | "SignatureDoesNotMatch"
            | "UnrecognizedClientException"
            | "MissingAuthenticationToken"
            | "IncompleteSignature" => WhyKind::NoCredentials,
            "RequestLimitExceeded"
            | "Throttling"
            | "ThrottlingException"
            | "TooManyRequestsException"
            | "SlowDown"
            | "EC2ThrottledException" => WhyKind::Throttled,
            _ => WhyKind::Failed,
        }
    }
}

impl<T> Default for Observed<T> {
    fn default() -> Self {
        Self::Unknown(Why::not_collected())
    }
}

impl<T> Observed<T> {
    /// The value, or the reason for its absence.
    pub fn as_ref(&self) -> Result<&T, &Why> {
        match self {
            Self::Known(value) => Ok(value),
            Self::Unknown(why) => Err(why),
        }
    }

    /// The value, if it was seen.
    pub fn known(&self) -> Option<&T> {
        self.as_ref().ok()
    }

    /// The value to change, if it was seen.
    pub fn known_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }

    /// Whether nobody ever tried to collect it.
    pub fn is_not_collected(&self) -> bool {
        matches!(self, Self::Unknown(why) if why.kind() == WhyKind::NotCollected)
    }
}

impl fmt::Display for Why {
    /// The code and what the source said, as far as there are both.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code.as_str(), self.message.as_str()) {
            (only, "") | ("", only) => formatter.write_str(only),
            (code, message) => write!(formatter, "{code}: {message}"),
        }
    }
}

impl<T> From<Result<T, Why>> for Observed<T> {
    fn from(result: Result<T, Why>) -> Self {
        match result {
            Ok(value) => Self::Known(value),
            Err(why) => Self::Unknown(why),
        }
    }
}

impl<T: Serialize> Serialize for Observed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(value) => value.serialize(serializer),
            Self::Unknown(why) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("Error", why)?;
                map.end()
            }
        }
    }
}

impl<'de, T: serde::de::DeserializeOwned> Deserialize<'de> for Observed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Through a value and not an untagged enum, which would hide which field was wrong.
        let value = serde_json::Value::deserialize(deserializer)?;
        match value.as_object().filter(|map| map.len() == 1).and_then(|map| map.get("Error")) {
            Some(error) => Why::deserialize(error).map(Self::Unknown).map_err(D::Error::custom),
            None => T::deserialize(value).map(Self::Known).map_err(D::Error::custom),
        }
    }
}
