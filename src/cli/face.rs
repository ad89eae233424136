//! What standard output and standard error can show: asked once, handed down from there.

use super::args::Arguments;
use super::values::Color;
use crate::report::Languages;
use crate::report::terminal::{Palette, USUAL_WIDTH};
use pldoctor_checks::words::Lang;
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
    /// The languages of what is printed and kept.
    pub(super) languages: Languages,
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
            languages: Languages {
                asked: arguments.lang.map(Into::into),
                locale: lang_of(["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(variable).as_deref()),
            },
        }
    }

    /// The language for people.
    pub(super) fn lang(self) -> Lang {
        self.languages.for_people()
    }
}

/// The language of a locale such as `zh_CN.UTF-8`. One whose characters are not UTF-8 could not show what we print in it: English.
fn lang_of(locale: Option<&str>) -> Lang {
    let Some(locale) = locale.filter(|locale| shows_unicode(Some(locale)) || !locale.contains('.')) else {
        return Lang::En;
    };
    match locale.split(['_', '-', '.', '@']).next() {
        Some("zh") => Lang::Zh,
        Some("ja") => Lang::Ja,
        _ => Lang::En,
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
    fn languages_by_locale() {
        for (locale, lang) in [
            (None, Lang::En),
            (Some("C.UTF-8"), Lang::En),
            (Some("POSIX"), Lang::En),
            (Some("de_DE.UTF-8"), Lang::En),
            (Some("zh_CN.UTF-8"), Lang::Zh),
            (Some("zh_CN.GB18030"), Lang::En),
            (Some("zh-Hans"), Lang::Zh),
            (Some("ja_JP.utf8"), Lang::Ja),
            (Some("ja_JP.eucJP"), Lang::En),
            (Some("ja"), Lang::Ja),
        ] {
            assert_eq!(lang_of(locale), lang, "{locale:?}");
        }
    }

    #[test]
    fn symbols_by_locale() {
        assert!(shows_unicode(None));
        assert!(shows_unicode(Some("en_US.UTF-8")));
        assert!(shows_unicode(Some("C.utf8")));
        assert!(!shows_unicode(Some("C")));
        assert!(!shows_unicode(Some("de_DE.ISO-8859-1")));
    }
}
