//! From arguments, environment and snapshot to the question.

use super::args::TargetArguments;
use super::password;
use super::target::{self, Parsed};
use super::usage::{Usage, shown};
use pldoctor_checks::facts::{DEFAULT_PORT, Question};
use secrecy::SecretString;

/// The variable that names the target where no argument does. It may bear a password.
const PLDOCTOR_URL: &str = "PLDOCTOR_URL";

/// What is asked, and the password of the URL that asked it.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) question: Question,
    pub(super) password: Option<SecretString>,
}

/// What the question is without any argument: nothing, or what a snapshot's manifest says.
pub(super) type Base = Question;

/// The question. What an argument says wins over `base`; the environment only fills what is missing, so that a snapshot gives the same verdict
/// on every machine.
pub(super) fn ask(arguments: &TargetArguments, base: Base) -> Result<Asked, Usage> {
    let mut question = base;
    let mut password = None;
    if let Some(text) = &arguments.target {
        let parsed = target::parse(text)?;
        if parsed.password.is_some() && !arguments.insecure_password_in_argument {
            return Err(password::in_argument());
        }
        password = replace(&mut question, parsed);
    } else if !names_something(&question)
        && let Some(text) = std::env::var(PLDOCTOR_URL).ok().filter(|text| !text.trim().is_empty())
    {
        let parsed = target::parse(&text).map_err(|usage| usage.because(PLDOCTOR_URL))?;
        password = replace(&mut question, parsed);
    }
    flags(&mut question, arguments)?;
    if !names_something(&question) {
        return Err(target::missing());
    }
    Ok(Asked { question, password })
}

/// Puts a target in the place of the one there was. Nothing of the old one is left, because it was about something else.
fn replace(question: &mut Question, parsed: Parsed) -> Option<SecretString> {
    let target = &mut question.target;
    target.host = parsed.host;
    target.port = parsed.port.unwrap_or(DEFAULT_PORT);
    target.user = parsed.user;
    target.database = parsed.database;
    target.endpoint_id = parsed.endpoint_id;
    target.service_name = parsed.service_name;
    parsed.password
}

fn flags(question: &mut Question, arguments: &TargetArguments) -> Result<(), Usage> {
    let target = &mut question.target;
    target.port = arguments.port.unwrap_or(target.port);
    if let Some(id) = &arguments.endpoint_id {
        if !target::is_endpoint_id(id) {
            let right =
                "Endpoints are listed by: aws ec2 describe-vpc-endpoints --query 'VpcEndpoints[].VpcEndpointId'";
            return Err(Usage::new(format!("{} is not an endpoint's id (vpce-0123456789abcdef0)", shown(id)), right));
        }
        target.endpoint_id = Some(id.clone());
    }
    if let Some(name) = &arguments.service_name {
        if !target::is_service_name(name) {
            return Err(Usage::new(
                format!("{} is not the name of an endpoint service", shown(name)),
                "TiDB Cloud shows it under Connect > Private Endpoint: com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0",
            ));
        }
        target.service_name = Some(name.clone());
    }
    if let Some(wrong) = arguments.az_id.iter().find(|id| !is_zone_id(id)) {
        return Err(Usage::new(
            format!("{} is not a zone's id (use1-az4)", shown(wrong)),
            "A zone's name, such as us-east-1a, stands for another zone in every account. TiDB Cloud shows ids, and so does:
  aws ec2 describe-availability-zones --query 'AvailabilityZones[].[ZoneName,ZoneId]' --output text",
        ));
    }
    if !arguments.az_id.is_empty() {
        question.az_ids.clone_from(&arguments.az_id);
    }
    if let Some(plan) = arguments.plan {
        question.plan = Some(plan.into());
    }
    if let Some(from) = &arguments.from {
        question.from = Some(from.clone());
    }
    Ok(())
}

fn names_something(question: &Question) -> bool {
    let target = &question.target;
    target.host.is_some() || target.endpoint_id.is_some() || target.service_name.is_some()
}

/// `use1-az4`, `usw2-lax1-az1`
fn is_zone_id(text: &str) -> bool {
    text.rsplit_once("-az").is_some_and(|(region, number)| {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !region.is_empty() && region.bytes().all(plain) && number.parse::<u8>().is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use pldoctor_checks::facts::Target;

    fn arguments(target: &str) -> TargetArguments {
        TargetArguments { target: Some(target.to_owned()), ..TargetArguments::default() }
    }

    fn recorded() -> Question {
        let target = Target {
            host: Some("old.example.com".to_owned()),
            port: 4001,
            user: Some("u".to_owned()),
            ..Target::default()
        };
        Question { target, region: Some("us-east-1".to_owned()), ..Question::default() }
    }

    #[test]
    fn a_target_takes_the_place_of_the_recorded_one() {
        let asked = ask(&arguments("new.example.com"), recorded()).expect("a question");
        assert_eq!(asked.question.target, Target { host: Some("new.example.com".to_owned()), ..Target::default() });
        assert_eq!(asked.question.region.as_deref(), Some("us-east-1"));
    }

    #[test]
    fn without_a_target_the_recorded_one_stays_and_flags_still_count() {
        let arguments = TargetArguments {
            port: Some(4002),
            plan: Some(crate::cli::values::Plan::Dedicated),
            ..TargetArguments::default()
        };
        let asked = ask(&arguments, recorded()).expect("a question");
        assert_eq!(asked.question.target.host.as_deref(), Some("old.example.com"));
        assert_eq!(asked.question.target.port, 4002);
        assert_eq!(asked.question.plan, Some(pldoctor_checks::facts::Plan::Dedicated));
    }

    #[test]
    fn a_password_in_an_argument_has_to_be_insisted_on() {
        let mut arguments = arguments("mysql://u:s3cret@h.example.com");
        let said = ask(&arguments, Question::default()).expect_err("refused").to_string();
        assert!(said.contains("PLDOCTOR_URL") && !said.contains("s3cret"), "{said}");
        arguments.insecure_password_in_argument = true;
        let asked = ask(&arguments, Question::default()).expect("a question");
        assert!(asked.password.is_some());
        assert!(!format!("{:?}", asked.question).contains("s3cret"));
    }

    #[test]
    fn zones_are_named_by_id() {
        for id in ["use1-az4", "apne1-az1", "usw2-lax1-az1"] {
            assert!(is_zone_id(id), "{id}");
        }
        for name in ["us-east-1a", "use1", "-az1", "use1-az", "use1-azx"] {
            assert!(!is_zone_id(name), "{name}");
        }
        let mut arguments = arguments("h.example.com");
        arguments.az_id = vec!["us-east-1a".to_owned()];
        assert!(ask(&arguments, Question::default()).expect_err("refused").to_string().contains("every account"));
    }
}
