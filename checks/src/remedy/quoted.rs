//! Names from the facts within Terraform and CloudFormation: whatever is in them, they stay names.

use std::fmt::Write as _;

/// A string of Terraform's language. Nothing in it ends it or is evaluated.
pub(super) fn hcl(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let opens = matches!(character, '$' | '%') && characters.peek() == Some(&'{');
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            _ if opens || character.is_control() => _ = write!(quoted, "\\u{:04x}", u32::from(character)),
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// A name for a resource of Terraform's: another one for other words, so that the steps of a plan can stand in one file.
pub(super) fn name(words: &[&str]) -> String {
    let part = |word: &&str| -> String {
        word.chars().map(|character| if character.is_ascii_alphanumeric() { character } else { '_' }).collect()
    };
    std::iter::once("tidb_cloud".to_owned()).chain(words.iter().map(part)).collect::<Vec<_>>().join("_")
}

/// Some of them, separated by commas.
pub(super) fn hcl_list(texts: &[String]) -> String {
    texts.iter().map(|text| hcl(text)).collect::<Vec<_>>().join(", ")
}

/// A resource of Terraform's, laid out as Terraform does.
pub(super) fn resource(kind: &str, name: &str, arguments: &[(&str, String)]) -> String {
    let widest = arguments.iter().map(|(argument, _)| argument.len()).max().unwrap_or_default();
    let lines: String =
        arguments.iter().map(|(argument, value)| format!("  {argument:<widest$} = {value}\n")).collect();
    format!("resource \"{kind}\" \"{name}\" {{\n{lines}}}\n")
}

/// A name in a comment, which its line ends.
pub(super) fn comment(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

/// A string of YAML: as it is where it is an id or the name of a service, else quoted as in JSON, which YAML reads.
pub(super) fn yaml(text: &str) -> String {
    let of_id = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '.');
    let is_id =
        text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.contains('-') && text.chars().all(of_id);
    if is_id { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stay_as_they_are() {
        assert_eq!(hcl("sg-0123456789abcdef0"), "\"sg-0123456789abcdef0\"");
        assert_eq!(yaml("subnet-0123456789abcdef0"), "subnet-0123456789abcdef0");
        assert_eq!(yaml("com.amazonaws.vpce.us-east-1.vpce-svc-1"), "com.amazonaws.vpce.us-east-1.vpce-svc-1");
        assert_eq!(comment("vpc-1"), "vpc-1");
        assert_eq!(name(&["rtb-1", "10.0.2.0/24"]), "tidb_cloud_rtb_1_10_0_2_0_24");
    }

    #[test]
    fn nothing_ends_a_string_or_is_evaluated() {
        assert_eq!(
            hcl("a\"\n}\n# ${file(\"x\")} $${y} %{if} \\"),
            "\"a\\\"\\u000a}\\u000a# \\u0024{file(\\\"x\\\")} $\\u0024{y} \\u0025{if} \\\\\""
        );
        assert_eq!(comment("a\nb\rc"), "a b c");
        assert_eq!(
            (yaml("a-b: c").as_str(), yaml("no").as_str(), yaml("x-\ny")),
            ("\"a-b: c\"", "\"no\"", "\"x-\\ny\"".to_owned())
        );
    }
}
