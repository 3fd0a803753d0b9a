//! National characters in the MRZ alphabet (Doc 9303-3 section 6): Latin, Cyrillic with the exceptions of
//! single languages, Arabic script with its escape letter X.
//!
//! A letter often has several spellings. [`spellings`] lists all of them, for holding a printed name against
//! an MRZ; [`preferred`] chooses one, for writing.

mod arabic;
mod cyrillic;
mod latin;

/// Language of the text, for the Cyrillic exceptions of section 6 table B.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// None of the exceptions.
    #[default]
    Other,
    /// Belarusian.
    Belarusian,
    /// Bulgarian.
    Bulgarian,
    /// Macedonian.
    Macedonian,
    /// Serbian.
    Serbian,
    /// Ukrainian.
    Ukrainian,
}

/// How letters with several Latin spellings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LatinStyle {
    /// The first spelling of the table: `AE`, `OE`, `UE`, `AA`, `N`.
    #[default]
    Expanded,
    /// The bare letter: `A`, `O`, `U`, `N`, where the table allows it.
    Bare,
    /// The escape letter: `NXX`, `UXX`, where the table has it.
    Escaped,
}

/// What is around a letter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// First letter of its name component.
    pub first: bool,
    /// Last letter of its name component.
    pub last: bool,
}

/// Every spelling of a character, the usual one first; an empty spelling means that it may be left out.
/// `None`: the character has no place in a name (digits, other scripts). Spaces, hyphens and commas are not
/// letters and have none: they are fillers, and the caller's business.
#[must_use]
pub fn spellings(character: char) -> Option<&'static [&'static str]> {
    if let Some(letter) = ascii_letter(character) {
        return Some(letter);
    }
    if let Some(found) = latin::spellings(character).or_else(|| arabic::spellings(character)) {
        return Some(found);
    }
    let upper = upper(character);
    latin::spellings(upper)
        .or_else(|| cyrillic::spellings(upper))
        .or_else(|| is_silent(upper).then_some(&[""][..]))
}

/// The spelling to write.
#[must_use]
pub fn preferred(
    character: char,
    place: Place,
    language: Language,
    style: LatinStyle,
) -> Option<&'static str> {
    let upper = upper(character);
    if let Some(exception) = cyrillic::exception(upper, place, language) {
        return Some(exception);
    }
    if let Some(ending) = arabic::ending(character, place) {
        return Some(ending);
    }
    let all = spellings(character)?;
    match style {
        LatinStyle::Expanded => all.first(),
        LatinStyle::Bare => all.iter().find(|s| s.len() == 1).or(all.first()),
        LatinStyle::Escaped => all.iter().find(|s| s.ends_with("XX")).or(all.first()),
    }
    .copied()
}

/// Whether the character doubles the spelling before it (Arabic shadda).
#[must_use]
pub const fn is_doubling(character: char) -> bool {
    character == '\u{651}'
}

/// Whether the character parts two components: spaces, hyphens, commas, the filler itself.
#[must_use]
pub fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '<' | '-' | ',' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FF0D}' | '\u{60C}'
        )
}

/// Punctuation and combining marks: left out.
fn is_silent(c: char) -> bool {
    matches!(c, '\'' | '.' | '"' | '`' | '(' | ')' | '/' | ';' | ':' | '!' | '?' | '*' | '_' | '&' | '+' | '~' | '^'
        | '\u{B4}' | '\u{B7}' | '\u{2BB}'..='\u{2BF}' | '\u{2018}'..='\u{201F}' | '\u{2032}' | '\u{300}'..='\u{36F}')
}

fn upper(character: char) -> char {
    let mut upper = character.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => one,
        _ => character,
    }
}

/// `A` to `Z` in either case, as a spelling of itself.
fn ascii_letter(c: char) -> Option<&'static [&'static str]> {
    const LETTERS: [[&str; 1]; 26] = [
        ["A"],
        ["B"],
        ["C"],
        ["D"],
        ["E"],
        ["F"],
        ["G"],
        ["H"],
        ["I"],
        ["J"],
        ["K"],
        ["L"],
        ["M"],
        ["N"],
        ["O"],
        ["P"],
        ["Q"],
        ["R"],
        ["S"],
        ["T"],
        ["U"],
        ["V"],
        ["W"],
        ["X"],
        ["Y"],
        ["Z"],
    ];
    let at = u32::from(c.to_ascii_uppercase()).checked_sub(u32::from('A'))?;
    LETTERS.get(usize::try_from(at).ok()?).map(|one| &one[..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(text: &str, language: Language) -> std::string::String {
        let chars: std::vec::Vec<char> = text.chars().collect();
        (0..chars.len())
            .map(|i| Place { first: i == 0, last: i + 1 == chars.len() })
            .zip(&chars)
            .map(|(place, c)| preferred(*c, place, language, LatinStyle::Expanded).unwrap())
            .collect()
    }

    #[test]
    fn latin_follows_table_a() {
        assert_eq!(write("Ærøskøbing", Language::Other), "AEROESKOEBING");
        assert_eq!(write("Müßiggang", Language::Other), "MUESSIGGANG");
        assert_eq!(write("Łódź", Language::Other), "LODZ");
        assert_eq!(write("Nguyễn", Language::Other), "NGUYEN");
        assert_eq!(write("O\u{2019}Connor", Language::Other), "OCONNOR");
        assert_eq!(spellings('ñ'), Some(&["N", "NXX"][..]));
        assert_eq!(spellings('Ü'), Some(&["UE", "UXX", "U"][..]));
        assert_eq!(spellings('7'), None);
    }

    #[test]
    fn cyrillic_follows_table_b_and_its_exceptions() {
        assert_eq!(write("Щукин", Language::Other), "SHCHUKIN");
        assert_eq!(write("Щерев", Language::Bulgarian), "SHTEREV");
        assert_eq!(write("Юрій", Language::Ukrainian), "YURII");
        assert_eq!(write("Юрий", Language::Other), "IURII");
        assert_eq!(write("Гриць", Language::Ukrainian), "HRYTS");
        assert_eq!(write("Живојин", Language::Serbian), "ZIVOJIN");
        assert_eq!(write("Ђорђевић", Language::Serbian), "DORDEVIC");
        assert_eq!(write("Ёлкін", Language::Belarusian), "IOLKIN");
    }

    #[test]
    fn arabic_follows_table_c() {
        assert_eq!(write("فاطمة", Language::Other), "FAXTTMXAH");
        assert_eq!(write("\u{62E}\u{627}\u{644}\u{62F}", Language::Other), "XKHALD");
        assert!(is_doubling('\u{651}'));
    }
}
