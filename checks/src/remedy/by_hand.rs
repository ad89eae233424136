//! What no command does: a person edits, asks or decides.

use super::Act;
use crate::check::Owner;
use crate::facts::Facts;
use std::collections::BTreeMap;

/// What a person has to do, in the words under `key`.
#[derive(Clone, Debug, PartialEq)]
pub struct ByHand {
    /// The key of its words.
    pub key: &'static str,
    /// Whose it is to do.
    pub owner: Owner,
    /// What stands in the gaps.
    pub values: BTreeMap<&'static str, String>,
    /// What it makes of the question or the world, so that it can be proved like the others.
    pub effect: Effect,
}

/// What a deed by hand makes of the facts.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Nothing that facts collected before it could show.
    NotForeseen,
    /// Nothing either: it is to wait for what others do by themselves.
    TakesTime,
    /// Nothing either: where the name is right, what is missing may be on its way.
    MayTakeTime,
    /// Clients use this name from now on.
    UseHost(String),
    /// Clients use this port from now on.
    UsePort(u16),
    /// The question is about this endpoint from now on.
    UseEndpoint(String),
}

impl ByHand {
    /// A deed whose effect shows only afterwards.
    pub fn new(key: &'static str, owner: Owner) -> Self {
        Self { key, owner, values: BTreeMap::new(), effect: Effect::NotForeseen }
    }

    /// Fills the gap `{name}`.
    pub fn say(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.insert(name, value.to_string());
        self
    }

    /// Says what it makes of the facts.
    pub fn effect(mut self, effect: Effect) -> Self {
        self.effect = effect;
        self
    }
}

impl Act for ByHand {
    fn key(&self) -> &'static str {
        self.key
    }

    fn values(&self) -> BTreeMap<&'static str, String> {
        self.values.clone()
    }

    fn owner(&self) -> Owner {
        self.owner
    }

    fn argv(&self) -> Vec<String> {
        Vec::new()
    }

    fn terraform(&self) -> String {
        String::new()
    }

    fn undo(&self) -> Vec<String> {
        Vec::new()
    }

    fn verify(&self) -> Vec<String> {
        Vec::new()
    }

    fn iam(&self) -> &'static [&'static str] {
        &[]
    }

    fn apply(&self, facts: &mut Facts) {
        let target = &mut facts.question.target;
        match &self.effect {
            Effect::NotForeseen | Effect::TakesTime | Effect::MayTakeTime => {}
            Effect::UseHost(host) => target.host = Some(host.clone()),
            Effect::UsePort(port) => target.port = *port,
            Effect::UseEndpoint(id) => target.endpoint_id = Some(id.clone()),
        }
    }
}
