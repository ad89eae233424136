//! Every check on every recorded case, against one golden file a case; and what must hold for all checks, words and remedies alike.

mod catalogue;
mod golden;
mod recorded;
mod rules;
mod words;
