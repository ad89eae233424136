//! What standard output and standard error can show: asked once, handed down from there.

use super::args::Arguments;
use super::values::Color;
use crate::report::terminal::{Palette, USUAL_WIDTH};
use std::io::IsTerminal as _;

/// The narrowest and the widest that text is wrapped to. Wider lines are hard to read.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=100;

/// How to look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Face {
    /// Colours and symbols on standard output.
    pub(super) palette: Palette,
    /// Columns of standard output.
    pub(super) width: usize,
}

impl Face {
    pub(super) fn of(arguments: &Arguments) -> Self {
        let terminal = std::io::stdout().is_terminal();
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let color = match arguments.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if variable("NO_COLOR").is_some() => false,
            Color::Auto if variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
            Color::Auto => terminal && variable("TERM").is_none_or(|term| term != "dumb"),
        };
        // `colored` would decide by itself, from standard output and at any time: it is told once.
        colored::control::set_override(color);
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable);
        let size = terminal_size::terminal_size().filter(|_| terminal);
        let width = size.map_or(USUAL_WIDTH, |(width, _)| usize::from(width.0));
        Self {
            palette: Palette { color, unicode: shows_unicode(locale.as_deref()) },
            width: width.clamp(*WIDTHS.start(), *WIDTHS.end()),
        }
    }
}

/// Whether the locale says UTF-8. None at all, as in containers, says nothing, and nearly every terminal can.
fn shows_unicode(locale: Option<&str>) -> bool {
    let Some(locale) = locale else { return true };
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_by_locale() {
        assert!(shows_unicode(None));
        assert!(shows_unicode(Some("en_US.UTF-8")));
        assert!(shows_unicode(Some("C.utf8")));
        assert!(!shows_unicode(Some("C")));
        assert!(!shows_unicode(Some("de_DE.ISO-8859-1")));
    }
}
