//! Any bytes in any file of a snapshot: reading ends in facts or in an error, and whatever was read can be judged and planned for.
//!
//! Input: lines `== path`, each followed by that file's text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pldoctor_checks::diagnosis::diagnose;
use pldoctor_checks::facts::{Facts, Target};
use pldoctor_checks::registry::CHECKS;
use pldoctor_checks::snapshot::layout::{self, Entry};
use pldoctor_checks::words::Lang;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut facts = Facts::default();
    facts.question.target =
        Target { host: Some("gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com".into()), ..Target::default() };
    for file in text.split("== ") {
        let Some((path, text)) = file.split_once('\n') else { continue };
        if let Some(entry) = Entry::at(path) {
            let _ = entry.load(&mut facts, text);
        }
    }
    let diagnosis = diagnose(CHECKS, &facts);
    for finding in &diagnosis.findings {
        // A panic in a check becomes a finding; here it has to be seen.
        assert_ne!(finding.message.key, "panicked", "{}", finding.sentence(Lang::En));
    }
    // What was read is written again, and comes to the same.
    let mut again = Facts { question: facts.question.clone(), ..Facts::default() };
    for (path, value) in layout::files(&facts) {
        let entry = Entry::at(&path).expect("a file of a snapshot");
        entry.load(&mut again, &value.to_string()).expect("what was written can be read");
    }
    assert_eq!(diagnosis, diagnose(CHECKS, &again), "the same facts, another diagnosis");
});
