//! Keys of the words for what is the same in every report.

use crate::compare::Masked;
use pldoctor_checks::check::Layer;
use pldoctor_checks::diagnosis::{Confidence, Outcome, Verdict};
use pldoctor_checks::network;

/// The word for an outcome.
pub(in crate::report) fn outcome_key(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "outcome-pass",
        Outcome::Fail => "outcome-fail",
        Outcome::Warn => "outcome-warn",
        Outcome::Unknown => "outcome-unknown",
        Outcome::Blocked => "outcome-blocked",
        Outcome::NotApplicable => "outcome-not-applicable",
    }
}

/// The word for a verdict.
pub(in crate::report) fn verdict_key(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Healthy => "verdict-healthy",
        Verdict::Problem => "verdict-problem",
        Verdict::Incomplete => "verdict-incomplete",
    }
}

/// The warning that names can't be compared.
pub(in crate::report) fn masked_key(masked: Masked) -> &'static str {
    match masked {
        Masked::Differently => "compare-masked-differently",
        Masked::OtherKeys => "compare-masked-other-keys",
        Masked::OnlyOne => "compare-masked-only-one",
    }
}

/// The word for a layer.
pub(in crate::report) fn layer_key(layer: Layer) -> &'static str {
    match layer {
        Layer::Client => "layer-client",
        Layer::Vpc => "layer-vpc",
        Layer::Endpoint => "layer-endpoint",
        Layer::Path => "layer-path",
        Layer::Dns => "layer-dns",
        Layer::Connection => "layer-connection",
        Layer::Preflight => "layer-preflight",
    }
}

/// The words for how sure a cause is.
pub(in crate::report) fn confidence_key(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Confirmed => "confidence-confirmed",
        Confidence::Predicted => "confidence-predicted",
    }
}

/// The word for a verdict of the path model.
pub(in crate::report) fn reach_key(verdict: network::Verdict) -> &'static str {
    match verdict {
        network::Verdict::Reachable => "reach-reachable",
        network::Verdict::Partial => "reach-partial",
        network::Verdict::Blocked => "reach-blocked",
        network::Verdict::Unknown => "reach-unknown",
    }
}
