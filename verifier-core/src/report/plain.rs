//! Text that a document's maker may have chosen: names in certificates end up in reasons and on terminals.

use verifier_chip::display::shown;

/// Longest text of a report, in characters.
const MAX: usize = 1200;

/// The text without control characters and without marks that turn the direction of writing around; what is too
/// long ends in an ellipsis.
pub(crate) fn plain(text: &str) -> String {
    let mut plain: String = text.chars().map(shown).take(MAX).collect();
    if text.chars().nth(MAX).is_some() {
        plain.push('…');
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_escape_sequence_and_no_turned_text_gets_through() {
        let tricky = plain("CN=\u{1b}[2Jroot\u{202E}gpj\r\n\0");
        assert!(tricky.chars().all(|c| shown(c) == c), "{tricky:?}");
        assert_eq!(plain("C=UT, O=Utopía, CN=Ünï 4"), "C=UT, O=Utopía, CN=Ünï 4");
    }

    #[test]
    fn length_is_bounded() {
        assert_eq!(plain(&"ä".repeat(5000)).chars().count(), MAX + 1);
        assert_eq!(plain(&"ä".repeat(MAX)).chars().count(), MAX);
    }
}
