//! What a check is, and what it can come to.

use crate::facts::{Fact, FactSet, Facts, Source, Why, WhyKind};
use crate::remedy::Remedy;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A pure function from facts to one outcome, with its constants beside it.
pub trait Check: Send + Sync {
    /// Its id, layer, facts and words.
    fn meta(&self) -> &'static Meta;

    /// Judges the facts. What is missing, and what makes the question pointless, leaves through `?`.
    fn judge(&self, facts: &Facts) -> Judged;
}

/// The constants of a check.
#[derive(Debug)]
pub struct Meta {
    /// The file's stem with dashes. Never reused for another meaning.
    pub id: &'static str,
    /// The part of the world it looks at.
    pub layer: Layer,
    /// Whose it is to mend, unless the judgement says otherwise.
    pub owner: Owner,
    /// Everything it may read.
    pub reads: FactSet,
    /// Checks that may have to pass before this one means anything.
    pub after: &'static [&'static str],
    /// Checks whose failure explains this one's failure, unless the judgement says otherwise.
    pub explained_by: &'static [&'static str],
    /// The measurement that decides whether what this check predicts is so.
    pub measured_by: Option<&'static str>,
    /// Whether its warnings are advice: nothing is wrong now, and something may be one day.
    pub advises: bool,
    /// The text file.
    pub words: &'static str,
}

impl Meta {
    /// What most checks leave as it is.
    pub(crate) const BASE: Self = Self {
        id: "",
        layer: Layer::Client,
        owner: Owner::Client,
        reads: FactSet::EMPTY,
        after: &[],
        explained_by: &[],
        measured_by: None,
        advises: false,
        words: "",
    };
}

/// Declares a check: its constants here, its judgement in the function `judge` of the same module.
macro_rules! check {
    ($name:ident { $($field:ident : $value:expr),* $(,)? }) => {
        #[allow(clippy::needless_update, reason = "some checks set every constant")]
        static META: crate::check::Meta = crate::check::Meta { $($field: $value,)* ..crate::check::Meta::BASE };

        /// See the module.
        pub struct $name;

        /// The check.
        pub static CHECK: $name = $name;

        impl crate::check::Check for $name {
            fn meta(&self) -> &'static crate::check::Meta {
                &META
            }

            fn judge(&self, facts: &crate::facts::Facts) -> crate::check::Judged {
                judge(facts)
            }
        }
    };
}
pub(crate) use check;

/// The parts of the world, in the order in which a packet meets them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// The machine and its permissions.
    Client,
    /// The VPC's settings.
    Vpc,
    /// The interface endpoint and its service.
    Endpoint,
    /// What lets packets through.
    Path,
    /// From name to address.
    Dns,
    /// From SYN to query.
    Connection,
    /// Before the endpoint exists.
    Preflight,
}

/// Who has to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// Whoever keeps the VPC.
    Vpc,
    /// Whoever keeps DNS.
    Dns,
    /// Whoever grants permissions.
    Iam,
    /// Whoever runs the client.
    Client,
    /// TiDB Cloud.
    TidbCloud,
}

/// A fact that a check needed and did not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Which fact.
    pub fact: Fact,
    /// Of which resource, where it is a fact of one.
    pub object: Option<String>,
    /// Why it is not known.
    pub why: Why,
}

impl Missing {
    /// The IAM action that would show it.
    pub fn iam_action(&self) -> Option<&'static str> {
        match self.fact.source() {
            Source::Api { action, .. } => action,
            Source::Machine { .. } => None,
        }
    }

    /// That it is missing, and what would show it: words of the common text file.
    pub fn message(&self) -> Message {
        let key = match self.why.kind() {
            WhyKind::NotCollected => "unknown-not-collected",
            WhyKind::NotAsked => "unknown-not-asked",
            WhyKind::Denied => "unknown-denied",
            WhyKind::NoCredentials => "unknown-no-credentials",
            WhyKind::Throttled => "unknown-throttled",
            WhyKind::Unreachable => "unknown-unreachable",
            WhyKind::TimedOut => "unknown-timed-out",
            // The call went well and has no such resource.
            WhyKind::Failed if self.why.code == "NotFound" && self.object.is_some() => "unknown-not-found",
            WhyKind::Failed => "unknown-failed",
        };
        let of = self.object.as_ref().map(|object| format!(" ({object})")).unwrap_or_default();
        // What this machine measures itself has no call that somebody could allow.
        let key = match self.fact.source() {
            Source::Machine { .. } if !matches!(key, "unknown-not-collected" | "unknown-not-asked") => {
                "unknown-unmeasured"
            }
            _ => key,
        };
        Message::new(key)
            .say("fact", format!("{}{of}", self.fact.name()))
            .say("object", self.object.as_deref().unwrap_or_default())
            .say("call", self.fact.source())
            .say("action", self.iam_action().unwrap_or("-"))
            .say("code", &self.why.code)
            .say("detail", if self.why.message.is_empty() { &self.why.code } else { &self.why.message })
            .say("error", &self.why)
    }
}

/// Why a check comes to no judgement.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// A fact is missing.
    Missing(Missing),
    /// Another check did not pass, without which this one means nothing.
    Blocked(&'static str),
    /// It can't be told, though no fact is missing: the words say why.
    Unsure(Message),
    /// The question does not arise here.
    NotApplicable(Message),
}

impl Stop {
    /// Whether it is this fact that is missing.
    pub fn is_missing(&self, fact: Fact) -> bool {
        matches!(self, Self::Missing(missing) if missing.fact == fact)
    }

    /// The question does not arise, for the reason that the words have under `key`.
    pub fn not_applicable(key: &'static str) -> Self {
        Self::NotApplicable(Message::new(key))
    }
}

impl From<Missing> for Stop {
    fn from(missing: Missing) -> Self {
        Self::Missing(missing)
    }
}

/// What a check returns.
pub type Judged = Result<Judgement, Stop>;

/// A sentence to be: a key of the words, and what stands in its gaps. Values are untrusted text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// A key of the check's words.
    pub key: &'static str,
    /// What stands in the gaps.
    pub values: BTreeMap<&'static str, Gap>,
}

/// What stands in a gap of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// An id, a name, a number, somebody else's words: the same in every language. Untrusted text.
    Text(String),
    /// A part of the sentence that is itself in words: a key of the common words.
    Said(Message),
}

impl Message {
    /// A sentence without gaps.
    pub fn new(key: &'static str) -> Self {
        Self { key, values: BTreeMap::new() }
    }

    /// The same with every text in its gaps passed through `change`, as a report does to make untrusted text safe.
    pub fn map_texts(&self, change: &impl Fn(&str) -> String) -> Self {
        let map = |gap: &Gap| match gap {
            Gap::Text(text) => Gap::Text(change(text)),
            Gap::Said(words) => Gap::Said(words.map_texts(change)),
        };
        Self { key: self.key, values: self.values.iter().map(|(name, gap)| (*name, map(gap))).collect() }
    }

    /// Fills the gap `{name}`.
    pub fn say(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.insert(name, Gap::Text(value.to_string()));
        self
    }

    /// Fills the gap `{name}` with words of the common text file.
    pub fn say_words(mut self, name: &'static str, words: Self) -> Self {
        self.values.insert(name, Gap::Said(words));
        self
    }
}

impl From<&'static str> for Message {
    fn from(key: &'static str) -> Self {
        Self::new(key)
    }
}

/// How a check judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// As it should be.
    Pass,
    /// Not as it must be.
    Fail,
    /// It works, and something is to be known.
    Warn,
}

/// A judgement, built up by [`pass`], [`fail`] and [`warn`].
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// How.
    pub ruling: Ruling,
    /// In which words.
    pub message: Message,
    /// About which resources.
    pub resources: Vec<String>,
    /// Whose it is, where not the check's usual owner.
    pub owner: Option<Owner>,
    /// What would mend it, in order.
    pub remedies: Vec<Remedy>,
    /// Which other failures would explain it, where not the check's usual ones.
    pub explained_by: Option<&'static [&'static str]>,
    /// A sentence to add where nothing else explains the failure.
    pub unexplained: Option<Message>,
    /// Whether one measurement that went well refutes nothing: the trouble comes and goes.
    pub beyond_measure: bool,
    /// Typed details for programs.
    pub data: BTreeMap<&'static str, Value>,
}

/// As it should be.
pub fn pass(key: &'static str) -> Judgement {
    Judgement::new(Ruling::Pass, key)
}

/// Not as it must be.
pub fn fail(key: &'static str) -> Judgement {
    Judgement::new(Ruling::Fail, key)
}

/// It works, and something is to be known.
pub fn warn(key: &'static str) -> Judgement {
    Judgement::new(Ruling::Warn, key)
}

impl Judgement {
    fn new(ruling: Ruling, key: &'static str) -> Self {
        Self {
            ruling,
            message: Message::new(key),
            resources: Vec::new(),
            owner: None,
            remedies: Vec::new(),
            explained_by: None,
            unexplained: None,
            beyond_measure: false,
            data: BTreeMap::new(),
        }
    }

    /// Fills the gap `{name}` of the sentence.
    pub fn say(mut self, name: &'static str, value: impl ToString) -> Self {
        self.message = self.message.say(name, value);
        self
    }

    /// Fills the gap `{name}` with words of the common text file.
    pub fn say_words(mut self, name: &'static str, words: Message) -> Self {
        self.message = self.message.say_words(name, words);
        self
    }

    /// Names a resource that the judgement is about.
    pub fn about(mut self, resource: impl Into<String>) -> Self {
        let resource = resource.into();
        if !resource.is_empty() && !self.resources.contains(&resource) {
            self.resources.push(resource);
        }
        self
    }

    /// Names several resources.
    pub fn about_all(self, resources: impl IntoIterator<Item = impl Into<String>>) -> Self {
        resources.into_iter().fold(self, |judgement, resource| judgement.about(resource))
    }

    /// Says whose it is.
    pub fn owner(mut self, owner: Owner) -> Self {
        self.owner = Some(owner);
        self
    }

    /// Adds what would mend it.
    pub fn remedy(mut self, remedy: Remedy) -> Self {
        self.remedies.push(remedy);
        self
    }

    /// Adds several remedies.
    pub fn remedies(mut self, remedies: impl IntoIterator<Item = Remedy>) -> Self {
        self.remedies.extend(remedies);
        self
    }

    /// Says which failures would explain this one.
    pub fn explained_by(mut self, checks: &'static [&'static str]) -> Self {
        self.explained_by = Some(checks);
        self
    }

    /// Adds a sentence for the case that nothing else explains the failure: a key of the check's words or of the common ones.
    pub fn if_unexplained(mut self, sentence: impl Into<Message>) -> Self {
        self.unexplained = Some(sentence.into());
        self
    }

    /// Says that one measurement that went well refutes nothing.
    pub fn beyond_measure(mut self) -> Self {
        self.beyond_measure = true;
        self
    }

    /// Adds a detail for programs.
    pub fn data(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.data.insert(name, value.into());
        self
    }
}
