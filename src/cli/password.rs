//! Where a password comes from. It is never written anywhere.

use super::args::CollectingArguments;
use super::usage::{Usage, shown};
use secrecy::SecretString;
use std::io::{IsTerminal as _, Read as _};
use std::path::Path;
use zeroize::Zeroizing;

/// The variable that MySQL's own clients read.
const MYSQL_PWD: &str = "MYSQL_PWD";

/// Longer than any password that MySQL takes.
const LONGEST: u64 = 4_096;

/// A password in TARGET.
pub(super) fn in_argument() -> Usage {
    Usage::new(
        "TARGET holds a password, which every user of this machine can read in the list of processes",
        "Give it in one of these ways instead:
  PLDOCTOR_URL='mysql://USER:PASSWORD@HOST:4000/DB' pldoctor check
  pldoctor check --password-file FILE mysql://USER@HOST:4000/DB
  pldoctor check --ask-password mysql://USER@HOST:4000/DB
  MYSQL_PWD=… pldoctor check mysql://USER@HOST:4000/DB
or insist with --insecure-password-in-argument.",
    )
}

/// The password for this run: the one that was named most expressly.
pub(super) fn find(
    arguments: &CollectingArguments,
    of_url: Option<SecretString>,
    user: Option<&str>,
) -> Result<Option<SecretString>, Usage> {
    let wanted = arguments.password_file.is_some() || arguments.ask_password;
    if wanted && user.is_none() {
        return Err(Usage::new(
            "there is a password and no user to log in as",
            "Name the user in TARGET: mysql://USER@HOST:4000/DB",
        ));
    }
    if let Some(file) = &arguments.password_file {
        return of_file(file).map(Some);
    }
    if let (true, Some(user)) = (arguments.ask_password, user) {
        return prompt(user).map(Some);
    }
    let of_environment =
        || std::env::var(MYSQL_PWD).ok().filter(|password| !password.is_empty()).map(SecretString::from);
    Ok(of_url.or_else(of_environment).filter(|_| user.is_some()))
}

fn of_file(file: &Path) -> Result<SecretString, Usage> {
    let name = shown(&file.display().to_string());
    let failed = |error: std::io::Error| Usage::new(format!("the password file {name} can't be read: {error}"), "");
    let mut text = Zeroizing::new(String::new());
    std::fs::File::open(file).map_err(failed)?.take(LONGEST + 1).read_to_string(&mut text).map_err(failed)?;
    if text.len() as u64 > LONGEST {
        return Err(Usage::new(format!("the password file {name} has more than {LONGEST} bytes"), ""));
    }
    // Editors end a file with a line feed, which is no part of the password.
    let password = text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
    if password.is_empty() {
        return Err(Usage::new(format!("the password file {name} is empty"), ""));
    }
    Ok(SecretString::from(password))
}

fn prompt(user: &str) -> Result<SecretString, Usage> {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(Usage::new(
            "--ask-password needs a terminal to ask on",
            "Use --password-file FILE, or the environment variable MYSQL_PWD.",
        ));
    }
    let question = format!("Password of {}: ", shown(user));
    rpassword::prompt_password(question)
        .map(SecretString::from)
        .map_err(|error| Usage::new(format!("the password can't be asked for: {error}"), ""))
}
