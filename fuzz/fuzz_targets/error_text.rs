//! Any text as an error's: the catalogue knows it or doesn't, and neither the case of its letters nor its line breaks change that.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pldoctor_checks::errors;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let id = |text: &str| errors::explain(text).map(|entry| entry.id.as_str());
    let found = id(text);
    assert!(found.is_none_or(|id| errors::all().iter().any(|entry| entry.id == id)));
    assert_eq!(found, id(&text.to_ascii_uppercase()));
    assert_eq!(found, id(&format!(" {} ", text.replace(' ', "\n\t"))));
});
