//! The report for programs: one document, versions side by side as they come.

mod compare;
pub mod v1;

pub use compare::compare;

use super::text::is_deceptive;
use super::{Report, runner};
use pldoctor_checks::words::Lang;
use serde_json::ser::{CharEscape, Formatter, PrettyFormatter, Serializer};
use std::io;

/// Prints the report as JSON, version 1. Only its sentences are in the language; keys, ids and words that programs compare never change.
///
/// # Errors
/// The writer's.
pub fn write(out: &mut dyn io::Write, report: Report<'_>, lang: Lang) -> io::Result<()> {
    write_value(out, &v1::Document::new(report, lang))
}

/// Prints any document as JSON.
///
/// # Errors
/// The writer's.
pub fn write_value(out: &mut dyn io::Write, document: &impl serde::Serialize) -> io::Result<()> {
    let mut json = Vec::new();
    document.serialize(&mut Serializer::with_formatter(&mut json, Plain(PrettyFormatter::new())))?;
    let json = String::from_utf8(json).map_err(io::Error::other)?;
    writeln!(out, "{}", runner::plain(&json, runner::json))?;
    out.flush()
}

/// Pretty JSON that is safe to print: what a terminal or a reader could take for something else is escaped. To a program it is the same data.
struct Plain<'a>(PrettyFormatter<'a>);

impl Formatter for Plain<'_> {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_deceptive) {
            let (before, after) = rest.split_at(at);
            writer.write_all(before.as_bytes())?;
            let mut characters = after.chars();
            if let Some(character) = characters.next() {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
            rest = characters.as_str();
        }
        writer.write_all(rest.as_bytes())
    }

    fn write_char_escape<W: ?Sized + io::Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        self.0.write_char_escape(writer, escape)
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Serialize as _;
    use serde_json::Value;

    #[test]
    fn nothing_acts_on_a_terminal_and_the_data_stay_the_same() {
        let value = serde_json::json!({ "a\u{9b}": ["\u{1b}[2J", "\u{202e}", "\u{e0041}", "plain ä 服务"], "b": {} });
        let mut out = Vec::new();
        value
            .serialize(&mut Serializer::with_formatter(&mut out, Plain(PrettyFormatter::new())))
            .expect("it is written");
        let text = String::from_utf8(out).expect("UTF-8");
        assert!(text.chars().all(|character| character == '\n' || !is_deceptive(character)), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), value);
        assert!(text.contains("plain ä 服务"));
    }
}
