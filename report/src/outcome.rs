//! How an outcome looks: glyph + word + colour (BSI TR-03135-1 v5.0.1, 5.2).

use anstyle::{AnsiColor, Style};
use verifier_core::Outcome;

/// The look of one outcome.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Pictogram, one column wide.
    pub glyph: &'static str,
    /// The word.
    pub word: &'static str,
    /// Class of the HTML report's style sheet.
    pub class: &'static str,
    /// Colour in a terminal.
    pub style: Style,
}

/// Green tick, red cross, yellow exclamation mark, grey empty circle, black stop mark.
#[must_use]
pub const fn look(outcome: Outcome) -> Look {
    let (glyph, word, class, colour) = match outcome {
        Outcome::Successful => ("✔", "successful", "successful", AnsiColor::Green),
        Outcome::Failed => ("✘", "failed", "failed", AnsiColor::Red),
        Outcome::Undetermined => ("!", "undetermined", "undetermined", AnsiColor::Yellow),
        Outcome::NotSupported => ("○", "not supported", "not-supported", AnsiColor::BrightBlack),
        Outcome::Aborted => ("■", "aborted", "aborted", AnsiColor::Magenta),
    };
    Look { glyph, word, class, style: colour.on_default() }
}

#[cfg(test)]
mod unit {
    use super::look;
    use verifier_core::Outcome;

    #[test]
    fn no_two_outcomes_look_alike() {
        for a in Outcome::ALL {
            for b in Outcome::ALL {
                if a != b {
                    assert_ne!(look(a).glyph, look(b).glyph);
                    assert_ne!(look(a).word, look(b).word);
                    assert_ne!(look(a).class, look(b).class);
                    assert_ne!(look(a).style, look(b).style);
                }
            }
        }
    }
}
