//! A page of lines: wrapped, set in, painted.

use super::palette::{Palette, Style};
use super::wrap::{padded, wrap};
use crate::report::runner;
use std::io;
use unicode_width::UnicodeWidthStr as _;

/// Lines on their way to a writer.
pub(super) struct Page {
    pub(super) palette: Palette,
    pub(super) width: usize,
    lines: Vec<String>,
}

impl Page {
    pub(super) fn new(palette: Palette, width: usize) -> Self {
        Self { palette, width, lines: Vec::new() }
    }

    /// An empty line, unless the page just begins or has one there.
    pub(super) fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.lines.push(String::new());
        }
    }

    /// A heading, and a remark beside it.
    pub(super) fn heading(&mut self, text: &str, remark: &str) {
        self.gap();
        let text = text.to_uppercase();
        let label = if remark.is_empty() { text } else { format!("{text}  ") };
        self.item(0, (&label, Style::Heading), remark, Style::Faint);
    }

    /// Wrapped text, set in.
    pub(super) fn text(&mut self, indent: usize, text: &str, style: Style) {
        self.item(indent, ("", Style::Plain), text, style);
    }

    /// A label, and wrapped text that hangs beside it.
    pub(super) fn item(&mut self, indent: usize, label: (&str, Style), text: &str, style: Style) {
        let (label, label_style) = label;
        let hang = indent + label.width();
        for (index, line) in wrap(text, self.width.saturating_sub(hang).max(20)).iter().enumerate() {
            let before = if index == 0 {
                format!("{}{}", " ".repeat(indent), self.palette.paint(label_style, label))
            } else {
                " ".repeat(hang)
            };
            let line = format!("{before}{}", self.palette.paint(style, line));
            self.lines.push(line.trim_end().to_owned());
        }
    }

    /// Labels in a column as wide as the widest of them, and wrapped text beside each.
    pub(super) fn rows(&mut self, indent: usize, rows: &[(&str, String)], widest: usize) {
        for (label, text) in rows {
            self.item(indent, (&padded(label, widest + 2), Style::Faint), text, Style::Plain);
        }
    }

    /// One line as it is, already painted, set in.
    pub(super) fn raw(&mut self, indent: usize, line: &str) {
        self.lines.push(format!("{}{}", " ".repeat(indent), line.trim_end()));
    }

    /// Lines as they are, set in.
    pub(super) fn block(&mut self, indent: usize, label: (&str, Style), lines: &[String], style: Style) {
        let (label, label_style) = label;
        for (index, line) in lines.iter().enumerate() {
            let before = if index == 0 { self.palette.paint(label_style, label) } else { " ".repeat(label.width()) };
            self.lines.push(format!("{}{before}{}", " ".repeat(indent), self.palette.paint(style, line)));
        }
    }

    pub(super) fn write(mut self, out: &mut dyn io::Write) -> io::Result<()> {
        while self.lines.last().is_some_and(String::is_empty) {
            self.lines.pop();
        }
        for line in self.lines {
            writeln!(out, "{}", runner::plain(&line, runner::shown))?;
        }
        out.flush()
    }
}
