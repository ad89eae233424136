//! What turns any text into Markdown that says just that text.
//!
//! A word that looks like an id, a name or a number stands in a code span: easier to read and to copy, and the one place where neither Markdown nor
//! the sites that show it find links, mentions, issue numbers, formulas or HTML in it. Everything else is escaped.

use askama::filters::Escaper;
use std::fmt::{self, Write};

/// The escaper of the templates.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::report) struct Text;

impl Escaper for Text {
    fn write_escaped_str<W: Write>(&self, mut dest: W, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let is_word = belongs_to_word(first);
            let end = rest.find(|character| belongs_to_word(character) != is_word).unwrap_or(rest.len());
            let (run, after) = rest.split_at(end);
            if is_word {
                word(&mut dest, run, rest.len() == text.len())?
            } else {
                dest.write_str(&on_one_line(run))?
            }
            rest = after;
        }
        Ok(())
    }
}

/// Whether a character is part of a word as machines write them: visible ASCII.
fn belongs_to_word(character: char) -> bool {
    character.is_ascii_graphic()
}

/// What stands before and after a word in a sentence.
const BEFORE: [char; 4] = ['(', '"', '\'', '['];
const AFTER: [char; 9] = ['.', ',', ';', ':', '!', '?', ')', '"', ']'];

fn word(dest: &mut impl Write, run: &str, first: bool) -> fmt::Result {
    let start = run.trim_start_matches(BEFORE);
    let core = start.trim_end_matches(AFTER);
    // What is left whole by that, such as "what(" or "a)b(c", is a word of a machine and stays one.
    let (before, after) = (&run[..run.len() - start.len()], &start[core.len()..]);
    escaped(dest, before)?;
    // A sign by itself is no word of a machine either.
    if is_plain(core) || core.len() == 1 && !core.starts_with(|sign: char| sign.is_ascii_digit()) {
        escaped(dest, core)?;
    } else if is_small_number(core) {
        dest.write_str(core)?;
        if first {
            // With a point or a bracket it could begin a list.
            return after.chars().try_for_each(|character| write!(dest, "\\{character}"));
        }
    } else {
        dest.write_str(&code(core))?;
    }
    escaped(dest, after)
}

/// Whether it is a number that nobody copies, and too short for the name of a commit.
fn is_small_number(core: &str) -> bool {
    core.len() <= 4 && core.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a word is one of a language: letters, with hyphens, strokes and apostrophes between them.
fn is_plain(core: &str) -> bool {
    let letters = core
        .split(['-', '/', '\''])
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphabetic()));
    // What could be the short name of a commit.
    let commit = core.len() >= 7 && core.bytes().all(|byte| byte.is_ascii_hexdigit());
    core.is_empty() || letters && !commit
}

fn escaped(dest: &mut impl Write, text: &str) -> fmt::Result {
    for character in text.chars() {
        // In sentences these mean nothing to Markdown, wherever they stand.
        let harmless = character.is_ascii_alphanumeric()
            || matches!(character, '.' | ',' | ';' | ':' | '?' | '\'' | '"' | '/' | '-' | '(' | ')');
        if !harmless {
            dest.write_char('\\')?;
        }
        dest.write_char(character)?;
    }
    Ok(())
}

/// A code span in a cell of a table, where a stroke would end the cell even within code.
pub(in crate::report) fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// A code span of a text, whatever backticks are in it.
pub(in crate::report) fn code(text: &str) -> String {
    let text = on_one_line(text);
    let ticks = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') || text.trim().is_empty() { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// A fenced block of lines.
pub(in crate::report) fn fence<S: AsRef<str>>(language: &str, lines: &[S]) -> String {
    let longest = lines.iter().map(|line| longest_run(line.as_ref())).max().unwrap_or_default();
    let ticks = "`".repeat((longest + 1).max(3));
    let lines: Vec<String> = lines.iter().map(|line| on_one_line(line.as_ref())).collect();
    format!("{ticks}{language}\n{}\n{ticks}", lines.join("\n"))
}

fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or_default()
}

/// Nothing in a text from outside ends a line.
fn on_one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}
