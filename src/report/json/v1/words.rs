//! The words of the document: values out of a fixed set.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What `schema` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SchemaName {
    /// This version.
    #[default]
    #[serde(rename = "pldoctor/report/v1")]
    V1,
}

/// Declares the enums of the document, whose values are words.
macro_rules! words {
    ($($(#[$meta:meta])* $name:ident ($style:literal) { $($(#[$variant_meta:meta])* $variant:ident),* $(,)? })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = $style)]
        pub enum $name { $($(#[$variant_meta])* $variant,)* }
    )*};
}
pub(super) use words;

words! {
    /// The verdict.
    Verdict ("lowercase") {
        /// Nothing failed, and it was seen to work or every deciding check passed.
        Healthy,
        /// There is a root cause.
        Problem,
        /// Nothing failed, and not enough was seen.
        Incomplete,
    }
    /// What a check came to.
    Outcome ("snake_case") {
        /// As it should be.
        Pass,
        /// Not as it must be.
        Fail,
        /// It works, and something is to be known.
        Warn,
        /// A fact is missing.
        Unknown,
        /// Another check has to pass first.
        Blocked,
        /// The question does not arise.
        NotApplicable,
    }
    /// What became of a suppression.
    SuppressionState ("snake_case") {
        /// It suppressed a finding.
        Used,
        /// There was nothing to suppress.
        Unused,
        /// Its last day is over.
        Expired,
        /// Its check did not run.
        NotRun,
    }
    /// How sure a root cause is.
    Confidence ("lowercase") {
        /// It was measured.
        Confirmed,
        /// Only the configuration says so.
        Predicted,
    }
    /// Who has to act.
    Owner ("kebab-case") {
        /// Whoever keeps the VPC.
        Vpc,
        /// Whoever keeps DNS.
        Dns,
        /// Whoever grants permissions.
        Iam,
        /// Whoever runs the client.
        Client,
        /// TiDB Cloud.
        TidbCloud,
    }
    /// The parts of the world.
    Layer ("kebab-case") {
        /// The machine and its permissions.
        Client,
        /// The VPC's settings.
        Vpc,
        /// The interface endpoint and its service.
        Endpoint,
        /// What lets packets through.
        Path,
        /// From name to address.
        Dns,
        /// From SYN to query.
        Connection,
        /// Before the endpoint exists.
        Preflight,
    }
    /// Why a fact is not known.
    Why ("kebab-case") {
        /// Nobody collected it.
        NotCollected,
        /// It was left out on purpose.
        NotAsked,
        /// The caller lacks a permission.
        Denied,
        /// There are no usable credentials.
        NoCredentials,
        /// The service asked to slow down, and went on asking.
        Throttled,
        /// Nothing answered at that address.
        Unreachable,
        /// No answer in time.
        TimedOut,
        /// Any other error.
        Failed,
    }
    /// Why collecting ended.
    Ended ("lowercase") {
        /// Everything came to its own end.
        Complete,
        /// Time ran out.
        Deadline,
        /// Somebody interrupted it.
        Cancelled,
    }
}
