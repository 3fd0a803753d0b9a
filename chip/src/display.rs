//! Text that a document's, a certificate's or a file's maker chose, before a person sees it.
//!
//! Control characters steer terminals; marks that turn the direction of writing around, or that take no room, make one
//! name look like another (Unicode TR 36 2.1 and 2.3). Neither belongs to any name of a state.

/// The character as it may be shown: [`char::REPLACEMENT_CHARACTER`] in the place of one that may not.
#[must_use]
pub fn shown(c: char) -> char {
    if c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
    {
        char::REPLACEMENT_CHARACTER
    } else {
        c
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn tricks_are_replaced_and_letters_stay() {
        for c in
            ['\u{1b}', '\u{7f}', '\u{9b}', '\n', '\u{202E}', '\u{2066}', '\u{200D}', '\u{FEFF}', '\u{E0041}']
        {
            assert_eq!(shown(c), char::REPLACEMENT_CHARACTER, "{c:?}");
        }
        for c in ['a', 'ü', 'Ж', '日', ' ', '<', '\u{301}'] {
            assert_eq!(shown(c), c);
        }
    }
}
