//! Section 6 table B.
//!
//! The published table has slips: U+0402 is printed with the glyph of Tshe, Tshe (U+040B) and Gje (U+0403)
//! have no row, and their values stand at U+04BA and U+0492. Both code points are taken. The soft sign has
//! no row and is left out.

use super::{Language, Place};

/// Every spelling of an upper-case Cyrillic letter over all languages, the general one first.
pub(super) fn spellings(c: char) -> Option<&'static [&'static str]> {
    Some(match c {
        'А' => &["A"],
        'Б' => &["B"],
        'В' => &["V"],
        'Г' => &["G", "H"],
        'Д' | 'Ђ' => &["D"],
        'Е' | 'Э' => &["E"],
        'Ё' => &["E", "IO"],
        'Ж' => &["ZH", "Z"],
        'З' => &["Z"],
        'И' => &["I", "Y"],
        'Й' => &["I", "Y"],
        'К' => &["K"],
        'Л' => &["L"],
        'М' => &["M"],
        'Н' => &["N"],
        'О' => &["O"],
        'П' => &["P"],
        'Р' => &["R"],
        'С' => &["S"],
        'Т' => &["T"],
        'У' | 'Ў' | 'Ѫ' => &["U"],
        'Ф' => &["F"],
        'Х' => &["KH", "H"],
        'Ц' => &["TS", "C"],
        'Ч' => &["CH", "C"],
        'Ш' => &["SH", "S"],
        'Щ' => &["SHCH", "SHT"],
        'Ъ' => &["IE"],
        'Ы' | 'Ѵ' => &["Y"],
        'Ь' => &[""],
        'Ю' => &["IU", "YU"],
        'Я' => &["IA", "YA"],
        'Є' => &["IE", "YE"],
        'Ѕ' => &["DZ"],
        'І' => &["I"],
        'Ї' => &["I", "YI"],
        'Ј' => &["J"],
        'Љ' => &["LJ"],
        'Њ' => &["NJ"],
        'Ћ' | 'Һ' => &["C"],
        'Ќ' => &["K", "KJ"],
        'Џ' => &["DZ", "DJ"],
        'Ґ' => &["G"],
        'Ғ' | 'Ѓ' => &["G", "GJ"],
        _ => return None,
    })
}

/// The spelling that a language has for itself.
pub(super) fn exception(c: char, place: Place, language: Language) -> Option<&'static str> {
    use Language::{Belarusian, Bulgarian, Macedonian, Serbian, Ukrainian};
    Some(match (c, language) {
        ('Г', Belarusian | Serbian | Ukrainian) => "H",
        ('Ж', Serbian) => "Z",
        ('И', Ukrainian) => "Y",
        ('Й', Ukrainian) if place.first => "Y",
        ('Х', Serbian | Macedonian) => "H",
        ('Ц', Serbian | Macedonian) => "C",
        ('Ч', Serbian) => "C",
        ('Ш', Serbian) => "S",
        ('Щ', Bulgarian) => "SHT",
        ('Ю', Ukrainian) if place.first => "YU",
        ('Я', Ukrainian) if place.first => "YA",
        ('Є', Ukrainian) if place.first => "YE",
        ('Ї', Ukrainian) if place.first => "YI",
        ('Ё', Belarusian) => "IO",
        ('Ќ', Macedonian) => "KJ",
        ('Џ', Macedonian) => "DJ",
        ('Ғ' | 'Ѓ', Macedonian) => "GJ",
        _ => return None,
    })
}
