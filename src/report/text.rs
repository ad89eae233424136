//! Text from outside, made harmless: what a terminal, a ticket or a reader could take for something else becomes visible, and its length is bounded.
//!
//! Ids, tags, DNS names, error messages and banners come from machines that nobody vouches for. A name with an escape sequence could rewrite the
//! report above it; one with a bidirectional override could show another command than the one that is copied.

/// The longest value that stands in a sentence, in characters.
pub const LONGEST_VALUE: usize = 1_000;

/// The longest text that stands by itself, in characters.
pub const LONGEST_TEXT: usize = 4_000;

/// Makes `text` harmless and at most `longest` characters long, the note on what was cut not counted.
pub fn clean(text: &str, longest: usize) -> String {
    let mut cleaned = String::with_capacity(text.len().min(longest * 4));
    let mut written = 0;
    let mut rest = text.chars();
    for character in rest.by_ref() {
        if written >= longest {
            let left = rest.count() + 1;
            cleaned.push_str(&format!("… ({left} more characters)"));
            return cleaned;
        }
        if is_deceptive(character) {
            let visible = character.escape_default();
            written += visible.len();
            cleaned.extend(visible);
        } else {
            written += 1;
            cleaned.push(character);
        }
    }
    cleaned
}

/// Makes every line of `text` harmless and at most [`LONGEST_TEXT`] characters long. The lines themselves stay.
pub fn clean_lines(text: &str) -> String {
    text.split('\n').map(|line| clean(line, LONGEST_TEXT)).collect::<Vec<_>>().join("\n")
}

/// Whether a text is what it looks like.
pub fn is_plain(text: &str) -> bool {
    !text.chars().any(is_deceptive)
}

/// Characters that act on a terminal, turn the reading direction, can't be seen, or are none that XML could have.
pub fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_stays_as_it_is() {
        for text in ["sg-0123456789abcdef0", "服务名 エンドポイント café", "a 'quoted' \"one\" \\ `back`"] {
            assert_eq!(clean(text, LONGEST_VALUE), text);
        }
    }

    #[test]
    fn escape_sequences_become_visible() {
        assert_eq!(clean("\u{1b}[2Jgone\u{7}", LONGEST_VALUE), "\\u{1b}[2Jgone\\u{7}");
        assert_eq!(clean("a\r\nb\tc", LONGEST_VALUE), "a\\r\\nb\\tc");
        assert_eq!(clean("\u{9b}31m", LONGEST_VALUE), "\\u{9b}31m");
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(clean_lines("it is wrong\n\n  so \u{1b}[2Jis right\n"), "it is wrong\n\n  so \\u{1b}[2Jis right\n");
        assert!(clean_lines(&"x\u{7}".repeat(9_000)).len() < 5_000);
    }

    #[test]
    fn what_turns_or_hides_text_becomes_visible() {
        assert_eq!(clean("vpce-\u{202e}321", LONGEST_VALUE), "vpce-\\u{202e}321");
        assert_eq!(clean("a\u{200b}b\u{feff}\u{e0041}", LONGEST_VALUE), "a\\u{200b}b\\u{feff}\\u{e0041}");
        assert!(!is_plain("sg-\u{2066}1"));
        assert!(is_plain("sg-1"));
    }

    #[test]
    fn length_is_bounded_and_the_cut_is_named() {
        assert_eq!(clean(&"x".repeat(400), 10), format!("{}… (390 more characters)", "x".repeat(10)));
        assert_eq!(clean("exactly10!", 10), "exactly10!");
        // Escapes count by what they become, so that a text of control characters can't grow past the bound.
        assert!(clean(&"\u{1b}".repeat(10_000), 100).len() < 160);
    }
}
