//! The words that are nobody's: what the program says by itself, and what servers and AWS say that it knows. A tag may be one of them (`denied`,
//! `serverless`, `snapshot`); to find it in a message or in a report then proves nothing, and to replace it would change what the message means.

use pldoctor_checks::errors;
use pldoctor_checks::network::hop_words;
use pldoctor_checks::registry::{CHECKS, common_words, words};
use pldoctor_checks::remedy::all_words;
use pldoctor_checks::words::all_texts;
use std::sync::OnceLock;

/// All of them, a text a line: what is read by people, the keys that stand in JSON, and by what errors are told.
pub(super) fn vocabulary() -> &'static str {
    static VOCABULARY: OnceLock<String> = OnceLock::new();
    VOCABULARY.get_or_init(|| {
        let mut lines: Vec<&str> = all_texts().into_iter().collect();
        lines.extend(CHECKS.iter().map(|check| check.meta().id));
        let checks = CHECKS.iter().filter_map(|check| words(check.meta().id)).map(|words| &words.table);
        let tables = checks.chain([common_words(), hop_words()]);
        lines.extend(tables.flat_map(|table| table.en.keys()).chain(all_words().keys()).map(String::as_str));
        for error in errors::all() {
            lines.extend(error.texts().chain([error.id.as_str()]).chain(error.code.as_deref()));
        }
        lines.join("\n")
    })
}
