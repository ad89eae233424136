//! `pldoctor iam-policy`, and the README's.

use super::cli::ran;
use pldoctor::collect::actions;
use pldoctor_checks::registry::CHECKS;
use serde_json::Value;

fn policy(arguments: &[&str]) -> Value {
    let ran = ran(&[&["iam-policy"], arguments].concat());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}");
    serde_json::from_str(&ran.out).unwrap()
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    let readme = include_str!("../../README.md");
    let shown = readme.split("## Permissions").nth(1).and_then(|rest| rest.split("```json").nth(1)).unwrap();
    let shown: Value = serde_json::from_str(shown.split("```").next().unwrap()).unwrap();
    assert_eq!(shown, policy(&[]));
}

#[test]
fn a_policy_allows_sorted_reading_actions_and_nothing_else() {
    let policy = policy(&[]);
    let statement = &policy["Statement"][0];
    assert_eq!((&policy["Version"], policy["Statement"].as_array().unwrap().len()), (&Value::from("2012-10-17"), 1));
    assert_eq!((&statement["Effect"], &statement["Resource"]), (&Value::from("Allow"), &Value::from("*")));
    assert!(statement["Sid"].as_str().unwrap().chars().all(|letter| letter.is_ascii_alphanumeric()));
    let allowed: Vec<&str> = statement["Action"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert_eq!(allowed, actions(CHECKS).into_iter().collect::<Vec<_>>());
    assert!(allowed.is_sorted());
    for action in allowed {
        let (_, verb) = action.split_once(':').unwrap();
        assert!(["Describe", "List", "Get"].iter().any(|reading| verb.starts_with(reading)), "{action}");
    }
}

#[test]
fn fewer_checks_need_less() {
    let allowed = |arguments: &[&str]| policy(arguments)["Statement"][0]["Action"].as_array().unwrap().clone();
    let group = allowed(&["--only", "endpoint-security-group"]);
    assert!(group.contains(&"ec2:DescribeSecurityGroups".into()) && !group.contains(&"route53:GetHostedZone".into()));
    let without = allowed(&["--skip", "aws-access,resolver-rule,vpc-resolver-answer,host-resolver-answer"]);
    assert!(without.len() < allowed(&[]).len());
}

#[test]
fn terraform_allows_the_same() {
    let ran = ran(&["iam-policy", "--only", "vpc-dns-support", "--format", "terraform"]);
    insta::assert_snapshot!("policy-terraform", ran.out);
}

#[test]
fn where_no_permission_is_needed_there_is_no_policy() {
    let ran = ran(&["iam-policy", "--only", "target-name,metadata-service"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("no permission is needed for target-name, metadata-service"), "{}", ran.err);
}
