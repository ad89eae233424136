//! Whether the instance metadata service tells where this machine stands.

use crate::check::{Judged, Layer, Owner, Stop, check, pass, warn};
use crate::facts::{Fact, FactSet, Facts, Observed, Why, WhyKind};

check!(MetadataService {
    id: "metadata-service",
    layer: Layer::Client,
    owner: Owner::Client,
    reads: FactSet::of(&[Fact::Metadata, Fact::ProxyVariables]),
    words: include_str!("metadata_service.toml"),
});

fn judge(facts: &Facts) -> Judged {
    if facts.question.from.is_some() {
        return Err(Stop::not_applicable("elsewhere"));
    }
    let why = match facts.metadata() {
        Ok(metadata) => {
            let instance = metadata.instance_id.clone().unwrap_or_default();
            return Ok(pass("answers").say("region", &metadata.region).say("instance", &instance).about(instance));
        }
        Err(Stop::Missing(missing)) if is_failure(&missing.why) => missing.why,
        Err(stop) => return Err(stop),
    };
    let proxies = match &facts.host.proxy_variables {
        Observed::Known(names) => names.join(", "),
        Observed::Unknown(_) => String::new(),
    };
    let judgement = match why.kind() {
        _ if !proxies.is_empty() => warn("proxy").say("variables", proxies),
        WhyKind::TimedOut => warn("timed-out"),
        WhyKind::Unreachable => warn("unreachable"),
        WhyKind::Denied => warn("off"),
        _ => warn("failed"),
    };
    Ok(judgement.say("detail", why))
}

/// Whether it was asked and did not answer; otherwise the fact is simply missing.
fn is_failure(why: &Why) -> bool {
    !matches!(why.kind(), WhyKind::NotCollected | WhyKind::NotAsked)
}
