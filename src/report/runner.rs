//! Lines that the runner of a CI job would take for its own commands, made into plain text.
//!
//! A runner reads whatever a job prints, line by line, errors too. GitHub Actions obeys `::name …` where a line begins with it, blanks aside, and
//! `##[name …]` anywhere in a line; Azure Pipelines `##vso[…]`; TeamCity `##teamcity[…]`. A tag, a DNS answer or an error text could hold one, and a
//! wrapped line could begin with it. A name of a command stands after the colons, so that an IPv6 address is none: `::1` and `::ffff:10.0.0.1` stay.
//!
//! This is for where lines are put out, and so that nothing has to ask itself what of it comes from outside. Formats that programs read keep their
//! data: there the sign is escaped as the format has it.

use std::borrow::Cow;

/// The sign with which a command would begin, for people: as other signs that could be taken for something else are shown.
pub fn shown(sign: char) -> String {
    sign.escape_unicode().to_string()
}

/// The same for JSON.
pub fn json(sign: char) -> String {
    format!("\\u{:04x}", u32::from(sign))
}

/// The same for XML and HTML.
pub fn entity(sign: char) -> String {
    format!("&#{};", u32::from(sign))
}

/// The text, the first sign of everything that a runner would obey escaped.
pub fn plain(text: &str, escaped: fn(char) -> String) -> Cow<'_, str> {
    let mut signs = signs(text).peekable();
    if signs.peek().is_none() {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len() + 64);
    let mut written = 0;
    for (at, sign) in signs {
        plain.push_str(&text[written..at]);
        plain.push_str(&escaped(sign));
        written = at + sign.len_utf8();
    }
    plain.push_str(&text[written..]);
    Cow::Owned(plain)
}

/// Whether a text has nothing that a runner would obey.
pub fn is_plain(text: &str) -> bool {
    signs(text).next().is_none()
}

/// The text in pieces, none of which has both of a command's first signs.
pub fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, sign) in signs(text) {
        let end = at + sign.len_utf8();
        pieces.push(&text[start..end]);
        start = end;
    }
    pieces.push(&text[start..]);
    pieces
}

/// Where commands begin, and the sign that stands there.
fn signs(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut begins = true;
    text.char_indices().filter_map(move |(at, sign)| {
        let first = begins;
        begins = matches!(sign, '\n' | '\r') || begins && sign.is_whitespace();
        let rest = &text[at..];
        let obeyed = match sign {
            ':' => first && rest.strip_prefix("::").is_some_and(begins_with_name),
            '#' => rest.strip_prefix("##").is_some_and(is_in_bracket),
            _ => false,
        };
        obeyed.then_some((at, sign))
    })
}

/// Whether it begins with what could name a command: a word of letters that is no group of an IPv6 address.
fn begins_with_name(text: &str) -> bool {
    let end =
        text.find(|sign: char| !(sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_'))).unwrap_or(text.len());
    let (name, after) = text.split_at(end);
    let ends = after.is_empty() || after.starts_with("::") || after.starts_with(char::is_whitespace);
    ends && name.contains(|sign: char| !sign.is_ascii_hexdigit())
}

/// Whether a bracket follows, with or without the name of a product before it.
fn is_in_bracket(text: &str) -> bool {
    text.trim_start_matches(|sign: char| sign.is_ascii_alphanumeric()).starts_with('[')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_runner_would_obey_becomes_text() {
        for (text, plained) in [
            ("::error title=x::y", "\\u{3a}:error title=x::y"),
            ("  \t\u{3000}::add-mask::us-east-1", "  \t\u{3000}\\u{3a}:add-mask::us-east-1"),
            ("a\r::stop-commands::x\n::Debug", "a\r\\u{3a}:stop-commands::x\n\\u{3a}:Debug"),
            ("a ##[group]b ##vso[task.setvariable]c", "a \\u{23}#[group]b \\u{23}#vso[task.setvariable]c"),
            ("###[error]", "#\\u{23}#[error]"),
            ("##teamcity[x]##[y]", "\\u{23}#teamcity[x]\\u{23}#[y]"),
        ] {
            assert_eq!(plain(text, shown), plained);
            assert!(is_plain(plained) && !is_plain(text));
        }
        assert_eq!(plain("\"##[error]\"", json), "\"\\u0023#[error]\"");
        assert_eq!(plain("<p>##[error]", entity), "<p>&#35;#[error]");
    }

    #[test]
    fn addresses_names_and_headings_stay() {
        for text in [
            "::",
            "  ::1",
            "::1, ::2",
            "::ffff:10.0.0.1 answers",
            "::cafe",
            "::/0 is routed",
            "arn:aws:iam::111122223333:role/x",
            "from ::error::",
            "a\nb ::error::",
            "## 1. Heading [1]",
            "##",
            "#[x]",
            ":: error::",
        ] {
            assert!(matches!(plain(text, shown), Cow::Borrowed(same) if same == text), "{text}");
        }
    }
}
