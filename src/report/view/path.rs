//! The ways that the path model judged, hop by hop, and why each hop is judged so.

use super::View;
use crate::report::text::{LONGEST_TEXT, LONGEST_VALUE, clean};
use pldoctor_checks::check::Message;
use pldoctor_checks::network::{self, HopName, HopVerdict, Path, PathEnd, hop_words};
use pldoctor_checks::registry::common_words;

/// From the client to one interface, and back.
pub(in crate::report) struct Way {
    pub(in crate::report) from: WayEnd,
    pub(in crate::report) to: WayEnd,
    pub(in crate::report) port: u16,
    pub(in crate::report) verdict: network::Verdict,
    pub(in crate::report) hops: Vec<Passed>,
}

/// One end of a way; empty texts where something is not known.
pub(in crate::report) struct WayEnd {
    pub(in crate::report) address: String,
    pub(in crate::report) zone: String,
    pub(in crate::report) subnet: String,
    pub(in crate::report) vpc: String,
    pub(in crate::report) interface: String,
    /// The instance or the endpoint.
    pub(in crate::report) owner: String,
}

/// A hop of a way.
pub(in crate::report) struct Passed {
    pub(in crate::report) hop: HopName,
    pub(in crate::report) verdict: HopVerdict,
    /// The group, network ACL, route table … that has a say; several with commas between.
    pub(in crate::report) resource: String,
    /// Why it is judged so, with AWS's own code for it where there is one.
    pub(in crate::report) sentence: String,
}

impl WayEnd {
    fn new(end: &PathEnd) -> Self {
        let shown = |text: &Option<String>| clean(text.as_deref().unwrap_or_default(), LONGEST_VALUE);
        Self {
            address: end.ip.map(|ip| ip.to_string()).unwrap_or_default(),
            zone: shown(&end.az_id),
            subnet: shown(&end.subnet_id),
            vpc: shown(&end.vpc_id),
            interface: shown(&end.eni),
            owner: shown(if end.instance_id.is_some() { &end.instance_id } else { &end.endpoint_id }),
        }
    }

    /// The address, or what else is known, and the zone.
    pub(in crate::report) fn name(&self) -> String {
        let name = if self.address.is_empty() { &self.interface } else { &self.address };
        if self.zone.is_empty() { name.clone() } else { format!("{name} {}", self.zone) }
    }
}

impl Way {
    /// A hop by its name.
    pub(in crate::report) fn hop(&self, name: HopName) -> Option<&Passed> {
        self.hops.iter().find(|passed| passed.hop == name)
    }
}

impl Passed {
    /// Whether there is more to say than that it lets packets through.
    pub(in crate::report) fn matters(&self) -> bool {
        !matches!(self.verdict, HopVerdict::Allow | HopVerdict::Skipped)
    }

    /// Whether it stops all of the way or a part of it.
    pub(in crate::report) fn blocks(&self) -> bool {
        matches!(self.verdict, HopVerdict::Deny | HopVerdict::Partial)
    }
}

impl View<'_> {
    /// The ways that the path model judged.
    pub(in crate::report) fn ways(&self) -> Vec<Way> {
        let paths = self.report.diagnosis.reach.iter().flat_map(|reach| &reach.paths);
        paths.map(|path| self.way(path)).collect()
    }

    /// Whether the picture of the path is part of the report: where it was asked for, or something stands in the way.
    pub(in crate::report) fn shows_path(&self) -> bool {
        let Some(reach) = &self.report.diagnosis.reach else { return false };
        let failed = self.report.diagnosis.verdict == pldoctor_checks::diagnosis::Verdict::Problem;
        self.path_ends.is_some() || failed && !reach.paths.is_empty() && reach.verdict != network::Verdict::Reachable
    }

    /// What is missing to know the two ends, and what would show it, where there is no way at all.
    pub(in crate::report) fn missing_ends(&self) -> Vec<String> {
        let reach = self.report.diagnosis.reach.as_ref().filter(|reach| reach.paths.is_empty());
        let missing = reach.map(network::Reach::missing).unwrap_or_default();
        let said = |message: Message| {
            common_words().say(self.words.lang, &message.map_texts(&|text| clean(text, LONGEST_VALUE)))
        };
        missing.iter().map(|missing| said(missing.message())).collect()
    }

    fn way(&self, path: &Path) -> Way {
        let hops = path.hops.iter().map(|hop| {
            let resource = if hop.resources.is_empty() {
                hop.resource.clone().unwrap_or_default()
            } else {
                hop.resources.join(", ")
            };
            let message = hop.message(path).map_texts(&|text| clean(text, LONGEST_VALUE));
            let code = hop.explanation_code.map(|code| format!(" [{code}]")).unwrap_or_default();
            let sentence = format!("{}{code}", hop_words().say(self.words.lang, &message));
            Passed {
                hop: hop.hop,
                verdict: hop.verdict,
                resource: clean(&resource, LONGEST_VALUE),
                sentence: clean(&sentence, LONGEST_TEXT),
            }
        });
        Way {
            from: WayEnd::new(&path.from),
            to: WayEnd::new(&path.to),
            port: path.port,
            verdict: path.verdict,
            hops: hops.collect(),
        }
    }
}

/// Why hops that are not simply passed are judged so: their verdict, their names, and a sentence.
pub(in crate::report) struct Reason<'a> {
    pub(in crate::report) verdict: HopVerdict,
    pub(in crate::report) hops: Vec<&'static str>,
    pub(in crate::report) sentence: &'a str,
}

/// The reasons of all ways. What several ways or hops share stands once.
pub(in crate::report) fn reasons(ways: &[Way]) -> Vec<Reason<'_>> {
    let mut told: Vec<Reason<'_>> = Vec::new();
    for passed in ways.iter().flat_map(|way| &way.hops).filter(|passed| passed.matters()) {
        let (hop, sentence) = (passed.hop.name(), passed.sentence.as_str());
        match told.iter_mut().find(|reason| (reason.verdict, reason.sentence) == (passed.verdict, sentence)) {
            Some(reason) if reason.hops.contains(&hop) => {}
            Some(reason) => reason.hops.push(hop),
            None => told.push(Reason { verdict: passed.verdict, hops: vec![hop], sentence }),
        }
    }
    told
}
