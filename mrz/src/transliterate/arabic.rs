//! Section 6 table C. X is the escape letter; shadda doubles what stands before it; vowel signs, tatweel and
//! four letters are not encoded.

use super::Place;

/// Spellings of a letter of the Arabic script.
pub(super) fn spellings(c: char) -> Option<&'static [&'static str]> {
    Some(match c {
        'ء' => &["XE"],
        'آ' => &["XAA"],
        'أ' => &["XAE"],
        'ؤ' => &["U"],
        'إ' => &["I"],
        'ئ' => &["XI"],
        'ا' => &["A"],
        'ب' => &["B"],
        'ة' => &["XTA", "XAH"],
        'ت' => &["T"],
        'ث' => &["XTH"],
        'ج' => &["J"],
        'ح' => &["XH"],
        'خ' => &["XKH"],
        'د' => &["D"],
        'ذ' => &["XDH"],
        'ر' => &["R"],
        'ز' => &["Z"],
        'س' => &["S"],
        'ش' => &["XSH"],
        'ص' => &["XSS"],
        'ض' => &["XDZ"],
        'ط' => &["XTT"],
        'ظ' => &["XZZ"],
        'ع' => &["E"],
        'غ' => &["G"],
        'ف' => &["F"],
        'ق' => &["Q"],
        'ك' => &["K"],
        'ل' => &["L"],
        'م' => &["M"],
        'ن' => &["N"],
        'ه' => &["H"],
        'و' => &["W"],
        'ى' => &["XAY"],
        'ي' | 'ې' => &["Y"],
        'ٱ' => &["XXA"],
        'ٹ' => &["XXT"],
        'ټ' => &["XRT"],
        'پ' => &["P"],
        'ځ' => &["XKE"],
        'څ' => &["XXH"],
        'چ' => &["XC"],
        'ڈ' => &["XXD"],
        'ډ' => &["XDR"],
        'ڑ' => &["XXR"],
        'ړ' => &["XRR"],
        'ږ' => &["XRX"],
        'ژ' => &["XJ"],
        'ښ' => &["XXS"],
        'ڤ' => &["XV"],
        'ڥ' => &["XF"],
        'ک' => &["XKK"],
        'ګ' => &["XXK"],
        'ڭ' => &["XNG"],
        'گ' => &["XGG"],
        'ں' => &["XNN"],
        'ڼ' => &["XXN"],
        'ھ' => &["XDO"],
        'ۀ' => &["XYH"],
        'ہ' => &["XXG"],
        'ۂ' => &["XGE"],
        'ۃ' => &["XTG"],
        'ی' => &["XYA"],
        'ۍ' => &["XXY"],
        'ے' => &["XYB"],
        'ۓ' => &["XBE"],
        '\u{640}'
        | '\u{64B}'..='\u{650}'
        | '\u{652}'
        | '\u{670}'
        | '\u{69C}'
        | '\u{6A2}'
        | '\u{6A7}'
        | '\u{6A8}' => &[""],
        _ => return None,
    })
}

/// Teh marbuta at the end of a name component.
pub(super) const fn ending(c: char, place: Place) -> Option<&'static str> {
    if c == 'ة' && place.last { Some("XAH") } else { None }
}
