//! A table of verdicts: where, what, why.

use super::Options;
use super::page::Page;
use super::palette::Style;
use super::wrap::padded;
use pldoctor_checks::diagnosis::Verdict;
use std::io;
use unicode_width::UnicodeWidthStr as _;

/// Rows on their way to a writer.
pub struct Table {
    page: Page,
    rows: Vec<(String, Verdict, String, String)>,
    remarks: Vec<String>,
}

impl Table {
    /// A table below one sentence.
    pub fn new(options: Options, above: &str) -> Self {
        let mut page = Page::new(options.palette, options.width);
        page.text(0, above, Style::Strong);
        page.gap();
        Self { page, rows: Vec::new(), remarks: Vec::new() }
    }

    /// A row: where, the verdict and its word, why.
    pub fn row(&mut self, place: &str, verdict: Verdict, word: &str, why: &str) {
        self.rows.push((place.to_owned(), verdict, word.to_owned(), why.to_owned()));
    }

    /// A line below the table.
    pub fn remark(&mut self, text: &str) {
        self.remarks.push(text.to_owned());
    }

    /// Prints it.
    ///
    /// # Errors
    /// The writer's.
    pub fn write(mut self, out: &mut dyn io::Write) -> io::Result<()> {
        let widest = |column: fn(&(String, Verdict, String, String)) -> &String| {
            self.rows.iter().map(|row| column(row).width()).max().unwrap_or_default()
        };
        // A place may be the path of a file: it must not push the rest off the page.
        let (places, words) = (widest(|row| &row.0).min(40), widest(|row| &row.2));
        for (place, verdict, word, why) in &self.rows {
            let (symbol, style) = self.page.palette.verdict(*verdict);
            let label = format!("{}  {symbol} {}  ", padded(place, places), padded(word, words));
            self.page.item(0, (&label, style), why, Style::Plain);
        }
        if !self.remarks.is_empty() {
            self.page.gap();
        }
        for remark in &self.remarks {
            self.page.text(0, remark, Style::Attention);
        }
        self.page.write(out)
    }
}
