//! Whom names are of: users, what IAM calls people and roles, what certificates say of their owners.

use super::names::{Kind, Names};
use super::shape::{Shape, is_account, looks_like_id};

impl Names {
    /// A user's name, with or without `@` and a host. The prefix that TiDB Cloud gives keeps its length.
    pub(super) fn user(&mut self, text: &str) -> String {
        if let Some((user, host)) = text.rsplit_once('@') {
            let (user, host) = (user.trim_matches(['\'', '`', '"']), host.trim_matches(['\'', '`', '"']));
            return format!("{}@{}", self.user(user), self.host(host));
        }
        match text.split_once('.').filter(|(prefix, rest)| prefix.len() >= 8 && !rest.is_empty()) {
            Some((prefix, rest)) => {
                format!(
                    "{}.{}",
                    self.give_shaped(Kind::User, prefix, Shape::Letters),
                    self.named(Kind::User, "user", rest)
                )
            }
            None => self.named(Kind::User, "user", text),
        }
    }

    /// `AROA…:session`
    pub(super) fn principal(&mut self, text: &str) -> String {
        let (id, session) = text.split_once(':').map_or((text, None), |(id, session)| (id, Some(session)));
        let id = if is_account(id) { self.account(id) } else { self.give_shaped(Kind::Principal, id, Shape::Capitals) };
        match session {
            Some(session) => format!("{id}:{}", self.named(Kind::Role, "role", session)),
            None => id,
        }
    }

    /// `arn:aws:sts::123456789012:assumed-role/app/session`
    pub(super) fn arn(&mut self, text: &str) -> String {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let &[arn, partition, service, region, account, resource] = parts.as_slice() else { return self.text(text) };
        if arn != "arn" {
            return self.text(text);
        }
        let account = self.account(account);
        let people = matches!(service, "iam" | "sts");
        let mut masked = Vec::new();
        for (index, part) in resource.split('/').enumerate() {
            // The first one is the type, unless there is nothing else.
            let is_type = index == 0 && resource.contains('/') || part == "root";
            masked.push(match part {
                part if is_type => part.to_owned(),
                part if people && resource.starts_with("user/") => self.user(part),
                part if people => self.named(Kind::Role, "role", part),
                part if looks_like_id(part) => self.id(part),
                part => self.text(part),
            });
        }
        format!("{arn}:{partition}:{service}:{region}:{account}:{}", masked.join("/"))
    }

    /// The names in a certificate. Those of public authorities are everybody's.
    pub(super) fn distinguished_name(&mut self, text: &str) -> String {
        const AUTHORITIES: &[&str] = &[
            "let's encrypt",
            "internet security research group",
            "isrg",
            "amazon",
            "google",
            "digicert",
            "globalsign",
            "sectigo",
            "starfield",
            "pingcap",
            "tidb cloud",
        ];
        let parts = text.split(',').map(|part| {
            let Some((kind, value)) = part.split_once('=') else { return self.certificate_text(part) };
            let lower = value.to_ascii_lowercase();
            // As a word, and the first one: "Acme Amazon proxy" and "Amazonia" are somebody's.
            let begins = |known: &str| {
                lower.strip_prefix(known).is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric()))
            };
            let anybodys = AUTHORITIES.iter().any(|known| begins(known)) || names_an_intermediate(kind.trim(), value);
            let masked = match value {
                value if anybodys => value.to_owned(),
                value if value.contains('.') && !value.contains(' ') => self.host(value),
                value => self.certificate_text(value),
            };
            format!("{kind}={masked}")
        });
        parts.collect::<Vec<_>>().join(",")
    }

    fn certificate_text(&mut self, text: &str) -> String {
        if text.trim().is_empty() {
            return text.to_owned();
        }
        self.named(Kind::CertificateName, "name", text.trim())
    }
}

/// A country, or an intermediate such as Let's Encrypt's `R11`. What else is short may be a company.
fn names_an_intermediate(kind: &str, value: &str) -> bool {
    let numbered = |value: &str| {
        value
            .strip_prefix(['R', 'E'])
            .is_some_and(|number| matches!(number.len(), 1..=2) && number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    kind == "C" && value.len() == 2 || kind == "CN" && numbered(value)
}
