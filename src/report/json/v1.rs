//! The JSON report, version 1. Frozen: keys and values stay as they are, whatever becomes of the types they are made from. New keys may come.
//!
//! Sentences are in English, whatever the locale, unless `--lang` asks for another language. Keys, ids and words never change.
//!
//! Every key is always there. What is not known or does not apply is null, and a list of nothing is an empty list.

mod convert;
mod path;
mod reach;
mod words;

pub use path::*;
pub use words::*;

use schemars::{Schema, generate::SchemaSettings, transform::RecursiveTransform};
use serde_json::Value;
use std::collections::BTreeMap;

/// Declares the structs of the document: every one can be written, read back strictly, and described in the schema.
macro_rules! structs {
    ($($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident : $type:ty),* $(,)? })*) => {$(
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        $(#[$meta])*
        pub struct $name { $($(#[$field_meta])* pub $field: $type,)* }
    )*};
}
use structs;

structs! {
    /// What `pldoctor check --format json` prints.
    #[schemars(title = "pldoctor report, version 1")]
    Document {
        /// The version of this document.
        schema: SchemaName,
        /// What made it.
        tool: Tool,
        /// When the run began, RFC 3339, UTC.
        started_at: String,
        /// How long the run took, in milliseconds.
        duration_ms: u64,
        /// What is to be reached.
        target: Target,
        /// Where the traffic starts.
        vantage: Vantage,
        /// In one word.
        verdict: Verdict,
        /// Failed checks that no other failed check explains, nearest to the cause first.
        root_causes: Vec<RootCause>,
        /// Every check's outcome, in the order in which a connection comes about.
        findings: Vec<Finding>,
        /// What the configuration accepts.
        suppressions: Vec<Suppression>,
        /// What the path model says over all paths; null where it was not asked.
        reach: Option<Reach>,
        /// The paths that the path model judged.
        paths: Vec<Path>,
        /// What to do.
        plan: Plan,
        /// Where the time went.
        timing: Timing,
        /// What was asked of the AWS API.
        api_calls: ApiCalls,
    }
    /// A program.
    Tool {
        /// `pldoctor`
        name: String,
        /// Its version.
        version: String,
    }
    /// What is to be reached.
    Target {
        /// The name or address that clients connect to.
        host: Option<String>,
        /// The port.
        port: u16,
        /// The user, where one was named. There is never a password in a report.
        user: Option<String>,
        /// The database, where one was named.
        database: Option<String>,
        /// `vpce-…`, where the user named it.
        endpoint_id: Option<String>,
        /// `com.amazonaws.vpce.…`, where the user named it.
        service_name: Option<String>,
        /// The AWS Region that was asked.
        region: Option<String>,
        /// `starter` (or Essential), `essential`, `dedicated` (or Premium), `premium`: as named, or inferred; null where nothing says it.
        plan: Option<String>,
    }
    /// Where the traffic starts.
    Vantage {
        /// Whether it is the machine that collected the facts, so that it could probe; false with `--from`.
        here: bool,
        /// `i-…`
        instance_id: Option<String>,
        /// `eni-…`
        eni: Option<String>,
        /// The source address.
        ip: Option<String>,
        /// `vpc-…`
        vpc_id: Option<String>,
        /// `subnet-…`
        subnet_id: Option<String>,
        /// `sg-…`; null where they are not known.
        security_group_ids: Option<Vec<String>>,
    }
    /// A failed check that no other failed check explains.
    RootCause {
        /// The check's id.
        check: String,
        /// Whose it is to fix.
        owner: Owner,
        /// How sure.
        confidence: Confidence,
        /// In one or two sentences: in English, or in the language of `--lang`.
        summary: String,
        /// Checks that failed or could not be judged because of it.
        explains: Vec<String>,
        /// The plan's steps that it asks for, by their ids.
        remedies: Vec<String>,
    }
    /// One check's outcome.
    Finding {
        /// The check's id.
        check: String,
        /// The part of the world it looks at.
        layer: Layer,
        /// What it came to.
        outcome: Outcome,
        /// In one or two sentences: in English, or in the language of `--lang`.
        message: String,
        /// Whose it is.
        owner: Owner,
        /// Ids of the resources it is about.
        resources: Vec<String>,
        /// The check that has to pass first.
        blocked_by: Option<String>,
        /// Facts that it needed and did not have.
        missing: Vec<Missing>,
        /// Details, by check.
        data: BTreeMap<String, Value>,
        /// Why somebody has accepted it; null where nobody has. It is then no root cause, and does not count for the exit code.
        suppressed: Option<Suppressed>,
    }
    /// Why a finding is accepted.
    Suppressed {
        /// The reason.
        reason: String,
        /// The last day, `2027-01-31`; null where it is accepted for good.
        expires: Option<String>,
    }
    /// What the configuration accepts, and what became of it.
    Suppression {
        /// The check's id.
        check: String,
        /// The resource; null where it is accepted whatever it is about.
        resource: Option<String>,
        /// The reason.
        reason: String,
        /// The last day; null where it is accepted for good.
        expires: Option<String>,
        /// What became of it.
        state: SuppressionState,
    }
    /// A fact that a check needed and did not have.
    Missing {
        /// The fact's name.
        fact: String,
        /// Why it is not known.
        why: Why,
        /// The IAM action that would show it; null where no permission would.
        iam_action: Option<String>,
    }
    /// What to do, and the proof that it helps.
    Plan {
        /// Steps, in order.
        steps: Vec<Step>,
        /// What they make of the findings.
        proof: Proof,
    }
    /// One step.
    Step {
        /// Its id in this document.
        id: String,
        /// Whose it is to do.
        owner: Owner,
        /// What it does, in English or the language of `--lang`.
        title: String,
        /// The `aws` command, word by word; empty where no command does it.
        argv: Vec<String>,
        /// The same in Terraform; null where there is none.
        terraform: Option<String>,
        /// The same in CloudFormation (YAML); null where there is none.
        cloudformation: Option<String>,
        /// The same in a console, step by step, in English or the language of `--lang`.
        console: Vec<String>,
        /// The command that takes it back; empty where none can.
        undo: Vec<String>,
        /// The command that shows that it took effect; empty where none can.
        verify: Vec<String>,
        /// IAM actions that whoever runs the command needs.
        iam: Vec<String>,
        /// Failed checks that pass once this step and those before it are done.
        clears: Vec<String>,
    }
    /// What judging again, with the steps applied to the facts, has shown.
    Proof {
        /// Failed before, pass after.
        cleared: Vec<String>,
        /// Fail after.
        left: Vec<String>,
        /// Failed measurements that only a new run can repeat.
        to_measure: Vec<String>,
        /// What the path model says after the steps; null where no step is about the path.
        reach_after: Option<PathVerdict>,
        /// Pairs of interfaces that the steps would let connect besides, on the same port.
        also_opens: Vec<Opened>,
        /// How many further pairs were too many to judge.
        also_opens_not_judged: u64,
    }
    /// Where the time went.
    Timing {
        /// When the facts were collected, RFC 3339; null where a snapshot does not say it.
        collected_at: Option<String>,
        /// Judging and planning, in milliseconds.
        judged_ms: u64,
        /// Why collecting ended; null where nothing was collected.
        ended: Option<Ended>,
        /// Stages of the collection, in the order in which they began.
        stages: Vec<Stage>,
    }
    /// A stage of the collection.
    Stage {
        /// What was asked or probed.
        stage: String,
        /// Milliseconds from the beginning of the run.
        started_ms: u64,
        /// How long it took, in milliseconds.
        elapsed_ms: u64,
    }
    /// What was asked of the AWS API.
    ApiCalls {
        /// Requests sent, retries and pages included.
        total: u32,
        /// The same by call, such as `ec2:DescribeVpcs`.
        by_call: BTreeMap<String, u32>,
    }
}

/// The JSON Schema of the document, draft 2020-12.
///
/// It describes what is written. Keys that it does not name are allowed, because later releases may add some.
pub fn schema() -> Schema {
    let generator =
        SchemaSettings::draft2020_12().for_serialize().with_transform(RecursiveTransform(open)).into_generator();
    generator.into_root_schema_for::<Document>()
}

fn open(schema: &mut Schema) {
    if schema.get("additionalProperties") == Some(&Value::Bool(false)) {
        schema.remove("additionalProperties");
    }
}
