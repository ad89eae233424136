//! An IAM policy: for IAM itself, or for Terraform.

use serde::Serialize;
use std::io;

/// A word by which whoever reads the account's policies finds this one.
const SID: &str = "PldoctorReads";

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Document<'a> {
    version: &'a str,
    statement: [Statement<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement<'a> {
    sid: &'a str,
    effect: &'a str,
    action: &'a [&'a str],
    resource: &'a str,
}

/// Prints the policy document that allows the actions on every resource: calls that describe and list know no others.
///
/// # Errors
/// The writer's.
pub fn json(out: &mut dyn io::Write, actions: &[&str]) -> io::Result<()> {
    let statement = Statement { sid: SID, effect: "Allow", action: actions, resource: "*" };
    serde_json::to_writer_pretty(&mut *out, &Document { version: "2012-10-17", statement: [statement] })?;
    writeln!(out)
}

/// Prints the same for Terraform: the document, and a policy made of it.
///
/// # Errors
/// The writer's.
pub fn terraform(out: &mut dyn io::Write, actions: &[&str]) -> io::Result<()> {
    let actions: String = actions.iter().map(|action| format!("      \"{action}\",\n")).collect();
    write!(
        out,
        r#"data "aws_iam_policy_document" "pldoctor" {{
  statement {{
    sid    = "{SID}"
    effect = "Allow"
    actions = [
{actions}    ]
    resources = ["*"]
  }}
}}

resource "aws_iam_policy" "pldoctor" {{
  name        = "pldoctor"
  description = "What pldoctor reads"
  policy      = data.aws_iam_policy_document.pldoctor.json
}}
"#
    )
}
