//! What judging again with the plan applied has shown.

use super::{View, reach_key};
use crate::report::text::{LONGEST_VALUE, clean};

/// Pairs of interfaces that are named; JSON has them all.
const MOST_PAIRS: usize = 5;

impl View<'_> {
    /// What judging again with the plan applied has shown; `None` where nothing of it can be foreseen.
    pub(in crate::report) fn proof(&self) -> Option<String> {
        let words = self.words;
        let proof = &self.report.diagnosis.plan.proof;
        if proof.cleared.is_empty() {
            return self.reach_proof();
        }
        let applied = words.count("proof-applied-one", "proof-applied-many", self.steps.len());
        let passes = if proof.cleared.len() == 1 { "proof-passes-one" } else { "proof-passes-many" };
        let mut sentences = vec![format!("{applied}{}", words.say(passes, &[("checks", &words.list(&proof.cleared))]))];
        if proof.left.is_empty() {
            sentences.push(words.text("proof-nothing-left").to_owned());
        } else {
            sentences.push(words.say("proof-left", &[("checks", &words.list(&proof.left))]));
        }
        if !proof.to_measure.is_empty() {
            sentences.push(words.say("proof-measure", &[("checks", &words.list(&proof.to_measure))]));
        }
        sentences.extend(self.also_opens());
        Some(sentences.join(words.text("sentence-space")))
    }

    /// The proof of a plan that is about the path alone: the path before and after.
    fn reach_proof(&self) -> Option<String> {
        let words = self.words;
        let diagnosis = self.report.diagnosis;
        let (before, after) = (diagnosis.reach.as_ref()?, diagnosis.plan.proof.reach.as_ref()?);
        // What changes no fact that can be judged proves nothing.
        if before.verdict == after.verdict {
            return None;
        }
        let (before, after) = (words.text(reach_key(before.verdict)), words.text(reach_key(after.verdict)));
        let before = words.say("proof-reach", &[("before", before), ("after", after)]);
        let sentences = std::iter::once(before).chain(self.also_opens());
        Some(sentences.collect::<Vec<_>>().join(words.text("sentence-space")))
    }

    /// What else the steps would let through, where they are about the path.
    fn also_opens(&self) -> Option<String> {
        let words = self.words;
        let proof = &self.report.diagnosis.plan.proof;
        proof.reach.as_ref()?;
        let opened = &proof.widening.opened;
        let pairs: Vec<String> = opened
            .iter()
            .take(MOST_PAIRS)
            .map(|pair| clean(&format!("{} > {}", pair.from, pair.to), LONGEST_VALUE))
            .collect();
        Some(match opened.len() {
            0 => words.text("proof-opens-nothing").to_owned(),
            count => {
                let more = count.saturating_sub(MOST_PAIRS) + proof.widening.not_judged;
                let list = words.list(&pairs);
                let key = if more == 0 { "proof-opens" } else { "proof-opens-more" };
                words.say(key, &[("pairs", &list), ("more", &more.to_string())])
            }
        })
    }
}
