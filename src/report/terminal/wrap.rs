//! Lines no wider than the terminal, in columns as terminals count them.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Breaks `text` into lines of at most `width` columns. A word that is longer than a line keeps a line for itself, whole: a broken host name can't be
/// copied.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut columns = 0;
    for (piece, spaced) in pieces(text) {
        let gap = usize::from(spaced && !line.is_empty());
        if columns + gap + piece.width() > width && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            columns = 0;
        } else if gap == 1 {
            line.push(' ');
            columns += 1;
        }
        line.push_str(piece);
        columns += piece.width();
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// The columns of the widest of these texts.
pub(super) fn widest<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(|text| text.width()).max().unwrap_or_default()
}

/// The text, filled up with blanks to `columns`.
pub(super) fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(text.width())))
}

/// The pieces that a line may end after, and whether a space stood before each. Scripts with wide characters need no space to break at.
fn pieces(text: &str) -> Vec<(&str, bool)> {
    let mut pieces = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let mut start = 0;
        let mut spaced = true;
        let mut before: Option<char> = None;
        for (at, character) in word.char_indices() {
            let between =
                |before: char| (is_wide(before) || is_wide(character)) && !opens(before) && !closes(character);
            let breakable = before.is_some_and(between);
            if breakable {
                pieces.push((&word[start..at], spaced));
                spaced = false;
                start = at;
            }
            before = Some(character);
        }
        pieces.push((&word[start..], spaced));
    }
    pieces
}

fn is_wide(character: char) -> bool {
    character.width() == Some(2)
}

/// Punctuation that doesn't begin a line; nor do small kana and the marks that lengthen a sound (JIS X 4051, GB/T 15834).
fn closes(character: char) -> bool {
    let punctuation = "。、，．：；！？）」』】》〉］｝〕”’…—～・,.:;!?)]}";
    punctuation.contains(character) || "ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々".contains(character)
}

/// Punctuation that doesn't end a line.
fn opens(character: char) -> bool {
    "（「『【《〈［｛〔“‘([{".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_whole() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("a gateway01-privatelink.us-east-1 b", 10), ["a", "gateway01-privatelink.us-east-1", "b"]);
        assert_eq!(wrap("", 10), [""]);
    }

    #[test]
    fn brackets_stay_with_what_they_enclose() {
        assert_eq!(wrap("不存在（没有）", 8), ["不存在", "（没有）"]);
        assert_eq!(wrap("あいうえ「か」", 10), ["あいうえ", "「か」"]);
        assert_eq!(wrap("グループはキャッシュ", 12), ["グループは", "キャッシュ"]);
        let text =
            "このマシンの DNS サーバーでは gateway01 が見つかりません（10.0.0.2 NXDOMAIN）。また「名前」（名）は、";
        for width in 8..60 {
            for line in wrap(text, width) {
                assert!(!line.ends_with(opens), "{width}: {line}");
                assert!(!line.starts_with(closes), "{width}: {line}");
            }
        }
    }

    #[test]
    fn wide_characters_count_two_and_break_anywhere_but_before_a_full_stop() {
        assert_eq!(wrap("端点不可用。", 6), ["端点不", "可用。"]);
        assert_eq!(wrap("端点不可。", 8), ["端点不", "可。"]);
        assert_eq!(wrap("端点 vpce-1 不可用", 10), ["端点", "vpce-1 不", "可用"]);
        assert!(wrap("エンドポイントのセキュリティグループ", 10).iter().all(|line| line.width() <= 10));
    }
}
