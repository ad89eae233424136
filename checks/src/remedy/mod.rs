//! What would mend a world: typed changes, from which come the command, the Terraform, the console steps, the undo, the verification, the
//! permissions, and the proof.

mod by_hand;
mod change_path;
mod command;
mod create_endpoint;
mod dhcp;
mod dns;
mod endpoint;
mod firewall;
mod quota;
mod quoted;
mod record;
mod rule;
mod vpc_attribute;

pub use by_hand::{ByHand, Effect};
pub use change_path::ChangePath;
pub use create_endpoint::CreateEndpoint;
pub(crate) use create_endpoint::NEW_ENDPOINT;
pub(crate) use dhcp::NEW_DHCP_OPTIONS;
pub use dhcp::{AssociateDhcpOptions, CreateDhcpOptions};
pub use dns::{DisablePrivateDns, EnablePrivateDns};
pub use endpoint::{MoveEndpointSubnets, RegisterEndpoint, SetEndpointGroups, WaitForEndpoint};
pub use firewall::AllowInFirewall;
pub use quota::RaiseEndpointQuota;
pub use record::PointRecord;
pub(crate) use rule::NEW_RULE;
pub use rule::{AssociateRule, CreateSystemRule, DisassociateRule};
pub use vpc_attribute::{SetVpcAttribute, VpcDnsAttribute};

use crate::check::Owner;
use crate::facts::Facts;
use crate::network::Change;
use crate::registry::common_words;
use crate::words::{Lang, fill};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// What every remedy can say of itself and do to facts.
pub trait Act {
    /// The key of its words.
    fn key(&self) -> &'static str;
    /// What stands in the gaps of its words.
    fn values(&self) -> BTreeMap<&'static str, String>;
    /// Whose it is to do.
    fn owner(&self) -> Owner;
    /// The `aws` command with real ids, the Region left out; empty where no command does it.
    fn argv(&self) -> Vec<String>;
    /// The same in Terraform; empty where there is none.
    fn terraform(&self) -> String;
    /// The same in CloudFormation; empty where there is none.
    fn cloudformation(&self) -> String {
        String::new()
    }
    /// The command that takes it back; empty where no command can.
    fn undo(&self) -> Vec<String>;
    /// The command that shows that it took effect; empty where none can.
    fn verify(&self) -> Vec<String>;
    /// The IAM actions that whoever runs the command needs.
    fn iam(&self) -> &'static [&'static str];
    /// Makes the change in the facts, as AWS would.
    fn apply(&self, facts: &mut Facts);
}

macro_rules! remedies {
    ($($name:ident),*) => {
        /// A typed change to the world.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Remedy { $(#[doc = concat!("See [`", stringify!($name), "`].")] $name($name),)* }

        impl Remedy {
            fn act(&self) -> &dyn Act {
                match self { $(Self::$name(act) => act,)* }
            }
        }

        $(impl From<$name> for Remedy { fn from(act: $name) -> Self { Self::$name(act) } })*
    };
}

remedies! {
    SetVpcAttribute, ChangePath, EnablePrivateDns, DisablePrivateDns, CreateEndpoint, MoveEndpointSubnets,
    SetEndpointGroups, RegisterEndpoint, WaitForEndpoint, PointRecord, DisassociateRule, CreateSystemRule, AssociateRule,
    AllowInFirewall, CreateDhcpOptions, AssociateDhcpOptions, RaiseEndpointQuota, ByHand
}

/// The ids that stand in the proof for what an earlier step makes, with the words that stand for them in print.
const MADE: [(&str, &str); 3] =
    [(NEW_ENDPOINT, "the-new-endpoint"), (NEW_RULE, "the-new-rule"), (NEW_DHCP_OPTIONS, "the-new-dhcp-options")];

impl Remedy {
    /// Makes the change in the facts, as AWS would.
    pub fn apply(&self, facts: &mut Facts) {
        self.act().apply(facts);
    }

    /// Whether its effect shows in facts that were collected before it: not so for what a person does outside AWS.
    pub fn is_foreseen(&self) -> bool {
        match self {
            Self::ByHand(deed) => !matches!(deed.effect, Effect::NotForeseen | Effect::TakesTime | Effect::MayTakeTime),
            Self::ChangePath(ChangePath { change }) => !matches!(change, Change::Decision { .. }),
            _ => true,
        }
    }

    /// Everything that a report prints of it.
    pub fn step(&self, facts: &Facts, lang: Lang) -> Rendered {
        let act = self.act();
        let mut values = act.values();
        // What an earlier step makes has no id yet, and no made-up one is ever printed.
        for value in values.values_mut() {
            if let Some((_, words)) = MADE.iter().find(|(id, _)| value == id) {
                *value = common_words().text(lang, words).to_owned();
            }
        }
        let is_made = |word: &str| MADE.iter().any(|(id, _)| word == *id);
        let known = |argv: Vec<String>| if argv.iter().any(|word| is_made(word)) { Vec::new() } else { argv };
        let words = words(act.key(), lang);
        let region = facts.question.region.as_deref();
        Rendered {
            key: act.key(),
            owner: act.owner(),
            title: fill(&words.title, &values),
            argv: command::in_region(known(act.argv()), region),
            terraform: Some(act.terraform())
                .filter(|text| !MADE.iter().any(|(id, _)| text.contains(id)))
                .unwrap_or_default(),
            cloudformation: act.cloudformation(),
            console: words.console.iter().map(|line| fill(line, &values)).collect(),
            undo: command::in_region(known(act.undo()), region),
            verify: command::in_region(known(act.verify()), region),
            iam: act.iam().iter().map(|action| (*action).to_owned()).collect(),
        }
    }
}

/// A remedy in words and commands.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendered {
    /// The kind of remedy.
    pub key: &'static str,
    /// Whose it is to do.
    pub owner: Owner,
    /// One sentence.
    pub title: String,
    /// The command, `aws` first; empty where a person has to act.
    pub argv: Vec<String>,
    /// Terraform, or empty.
    pub terraform: String,
    /// CloudFormation, or empty.
    pub cloudformation: String,
    /// Steps in a console, in its own words.
    pub console: Vec<String>,
    /// The command that takes it back, or empty.
    pub undo: Vec<String>,
    /// The command that shows the effect, or empty.
    pub verify: Vec<String>,
    /// IAM actions.
    pub iam: Vec<String>,
}

/// The words of one remedy in one language.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemedyWords {
    /// One sentence.
    pub title: String,
    /// Steps in a console, or what to do by hand.
    pub console: Vec<String>,
}

/// The words of every remedy, by key and language.
pub fn all_words() -> &'static BTreeMap<String, BTreeMap<String, RemedyWords>> {
    static WORDS: OnceLock<BTreeMap<String, BTreeMap<String, RemedyWords>>> = OnceLock::new();
    WORDS.get_or_init(|| {
        toml::from_str(include_str!("remedies.toml")).unwrap_or_else(|error| panic!("remedies.toml: {error}"))
    })
}

fn words(key: &str, lang: Lang) -> &'static RemedyWords {
    let lang = match lang {
        Lang::En => "en",
        Lang::Zh => "zh",
        Lang::Ja => "ja",
    };
    let by_lang = all_words().get(key).unwrap_or_else(|| panic!("no words for the remedy {key}"));
    by_lang.get(lang).or_else(|| by_lang.get("en")).unwrap_or_else(|| panic!("no English words for the remedy {key}"))
}
