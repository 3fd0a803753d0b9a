//! The arithmetic of each scheme. Names of the rules follow the national usage; see [`Scheme::source`] for
//! where each was checked.

use super::{Outcome, Scheme};

pub(super) fn check(scheme: Scheme, cells: &[u8]) -> Option<Outcome> {
    match scheme {
        Scheme::RouCnp => cnp(digits(cells)?),
        Scheme::BgrEgn => egn(digits(cells)?),
        Scheme::Jmbg => jmbg(digits(cells)?),
        Scheme::HrvOib => oib(digits(cells)?),
        Scheme::Baltic => baltic(digits(cells)?),
        Scheme::LvaPersonasKods => latvian(digits(cells)?),
        Scheme::FinHetu => hetu(cells),
        Scheme::SwePersonnummer => swedish(cells),
        Scheme::NorFodselsnummer => norwegian(digits(cells)?),
        Scheme::PolPesel => pesel(digits(cells)?),
        Scheme::NldBsn => bsn(digits(cells)?),
        Scheme::BelNationalNumber => belgian(digits(cells)?),
        Scheme::TurKimlik => turkish(digits(cells)?),
        Scheme::ChnResident => chinese(cells),
        Scheme::EspDni => dni(cells),
        Scheme::EspNie => nie(cells),
        Scheme::PrtCartaoCidadao => portuguese(cells),
        Scheme::ChlRun => run(cells),
        Scheme::PakCnic => cnic(digits(cells)?),
    }
}

/// Digits as numbers.
fn digits<const N: usize>(cells: &[u8]) -> Option<[u32; N]> {
    let cells: &[u8; N] = cells.try_into().ok()?;
    cells.iter().all(u8::is_ascii_digit).then(|| cells.map(|c| u32::from(c - b'0')))
}

fn weighted(numbers: &[u32], weights: &[u32]) -> u32 {
    numbers.iter().zip(weights).map(|(n, w)| n * w).sum()
}

fn pair(tens: u32, ones: u32) -> u8 {
    u8::try_from(tens * 10 + ones).unwrap_or(0)
}

const fn plain(agrees: bool) -> Option<Outcome> {
    Some(Outcome { digits_agree: Some(agrees), birth: None, sex: None })
}

const fn full(agrees: bool, birth: [u8; 3], male: Option<bool>) -> Option<Outcome> {
    let sex = match male {
        Some(true) => Some('M'),
        Some(false) => Some('F'),
        None => None,
    };
    Some(Outcome { digits_agree: Some(agrees), birth: Some(birth), sex })
}

fn odd_is_male(digit: u32) -> Option<bool> {
    Some(digit % 2 == 1)
}

/// Weights 279146358279, modulo 11, 10 becomes 1. First digit: century and sex, 9 for foreigners.
fn cnp(n: [u32; 13]) -> Option<Outcome> {
    let rest = weighted(&n, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
    let [s, y1, y2, m1, m2, d1, d2, .., check] = n;
    let male = if s == 9 { None } else { odd_is_male(s) };
    (s != 0).then_some(())?;
    full(check == if rest == 10 { 1 } else { rest }, [pair(y1, y2), pair(m1, m2), pair(d1, d2)], male)
}

/// Month + 20 before 1900, + 40 from 2000. The ninth digit is even for men.
fn egn(n: [u32; 10]) -> Option<Outcome> {
    let rest = weighted(&n, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10;
    let [y1, y2, m1, m2, d1, d2, _, _, s, check] = n;
    let month = pair(m1, m2) % 20;
    full(check == rest, [pair(y1, y2), month, pair(d1, d2)], Some(s % 2 == 0))
}

/// DDMMYYY, region, serial below 500 for men; weights 7..2 twice, modulo 11.
fn jmbg(n: [u32; 13]) -> Option<Outcome> {
    let rest = weighted(&n, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    let [d1, d2, m1, m2, _, y1, y2, _, _, s, _, _, check] = n;
    full(check == (11 - rest) % 11 % 10, [pair(y1, y2), pair(m1, m2), pair(d1, d2)], Some(s < 5))
}

/// ISO 7064 mod 11,10.
fn oib(n: [u32; 11]) -> Option<Outcome> {
    let (check, body) = n.split_last()?;
    let product = body.iter().fold(10, |product, digit| {
        let sum = (product + digit) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    plain((11 - product) % 10 == *check)
}

/// Weights 1..9,1, then 3..9,1,2,3 if the first remainder is 10.
fn baltic(n: [u32; 11]) -> Option<Outcome> {
    let first = weighted(&n, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
    let rest = if first == 10 { weighted(&n, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10 } else { first };
    let [s, y1, y2, m1, m2, d1, d2, .., check] = n;
    if s == 9 {
        // Lithuania: numbers without a birth date.
        return plain(check == rest);
    }
    full(check == rest, [pair(y1, y2), pair(m1, m2), pair(d1, d2)], odd_is_male(s))
}

/// 1101 less the weighted sum, modulo 11 and 10. Since July 2017 numbers start with 32 and hold no date.
fn latvian(n: [u32; 11]) -> Option<Outcome> {
    let rest = (1101 - weighted(&n, &[1, 6, 3, 7, 9, 10, 5, 8, 4, 2])) % 11 % 10;
    let [d1, d2, m1, m2, y1, y2, .., check] = n;
    if (d1, d2) == (3, 2) {
        return plain(check == rest);
    }
    full(check == rest, [pair(y1, y2), pair(m1, m2), pair(d1, d2)], None)
}

/// Nine digits modulo 31 choose a letter; the century sign may be lost as a filler.
fn hetu(cells: &[u8]) -> Option<Outcome> {
    let (date, rest) = cells.split_at_checked(6)?;
    let (serial, check) = match rest {
        [sign, a, b, c, check] if b"ABCDEFYXWVU".contains(sign) => ([*a, *b, *c], *check),
        [a, b, c, check] => ([*a, *b, *c], *check),
        _ => return None,
    };
    let [d1, d2, m1, m2, y1, y2] = digits(date)?;
    let [_, _, s] = digits(&serial)?;
    let value = date.iter().chain(&serial).fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    let letter = b"0123456789ABCDEFHJKLMNPRSTUVWXY".get(usize::try_from(value % 31).ok()?)?;
    full(*letter == check, [pair(y1, y2), pair(m1, m2), pair(d1, d2)], odd_is_male(s))
}

/// Ten or twelve digits; Luhn over the last ten. Day + 60: coordination number.
fn swedish(cells: &[u8]) -> Option<Outcome> {
    let short = if cells.len() == 12 { cells.get(2..)? } else { cells };
    if !cells.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let n: [u32; 10] = digits(short)?;
    let sum: u32 = n
        .iter()
        .enumerate()
        .map(|(at, digit)| if at % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { *digit })
        .sum();
    let [y1, y2, m1, m2, d1, d2, _, _, s, _] = n;
    full(sum.is_multiple_of(10), [pair(y1, y2), pair(m1, m2), pair(d1, d2) % 60], odd_is_male(s))
}

/// Two check digits modulo 11. Day + 40: D number; month + 40: H number.
fn norwegian(n: [u32; 11]) -> Option<Outcome> {
    let [d1, d2, m1, m2, y1, y2, _, _, s, k1, k2] = n;
    let first = (11 - weighted(&n, &[3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11) % 11;
    let second = (11 - weighted(&n, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
    let birth = [pair(y1, y2), pair(m1, m2) % 40, pair(d1, d2) % 40];
    full(first == k1 && second == k2, birth, odd_is_male(s))
}

/// Weights 1 3 7 9. The month holds the century in steps of 20.
fn pesel(n: [u32; 11]) -> Option<Outcome> {
    let sum = weighted(&n, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10;
    let [y1, y2, m1, m2, d1, d2, _, _, _, s, check] = n;
    full(check == (10 - sum) % 10, [pair(y1, y2), pair(m1, m2) % 20, pair(d1, d2)], odd_is_male(s))
}

/// The eleven test: weights 9..2, the last digit counts -1.
fn bsn(n: [u32; 9]) -> Option<Outcome> {
    let [.., check] = n;
    let sum = weighted(&n, &[9, 8, 7, 6, 5, 4, 3, 2]);
    (n != [0; 9]).then_some(())?;
    plain(sum % 11 == check)
}

/// 97 less nine digits modulo 97; for births from 2000 a 2 stands before them.
fn belgian(n: [u32; 11]) -> Option<Outcome> {
    let [y1, y2, m1, m2, d1, d2, _, _, s, c1, c2] = n;
    let value = n.iter().take(9).fold(0_u64, |sum, digit| sum * 10 + u64::from(*digit));
    let check = u64::from(c1 * 10 + c2);
    let agrees = 97 - value % 97 == check || 97 - (2_000_000_000 + value) % 97 == check;
    // Bis numbers add 20 or 40 to the month.
    full(agrees, [pair(y1, y2), pair(m1, m2) % 20, pair(d1, d2)], odd_is_male(s))
}

/// Ten less weights 3 and 1, then the sum of ten digits.
fn turkish(n: [u32; 11]) -> Option<Outcome> {
    let [first, .., c1, c2] = n;
    (first != 0).then_some(())?;
    let sum = weighted(&n, &[3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10;
    let one = (10 - sum) % 10;
    let two = (one + n.iter().take(9).sum::<u32>()) % 10;
    plain(one == c1 && two == c2)
}

/// ISO 7064 mod 11-2.
fn chinese(cells: &[u8]) -> Option<Outcome> {
    let (check, body) = cells.split_last()?;
    let n: [u32; 17] = digits(body)?;
    let rest = n.iter().fold(0, |sum, digit| (sum + digit) * 2 % 11);
    let expected = (12 - rest) % 11;
    let value = match check {
        b'X' => 10,
        b'0'..=b'9' => u32::from(check - b'0'),
        _ => return None,
    };
    let [.., y1, y2, m1, m2, d1, d2, _, _, s] = n;
    full(value == expected, [pair(y1, y2), pair(m1, m2), pair(d1, d2)], odd_is_male(s))
}

/// Eight digits modulo 23 choose a letter.
fn dni(cells: &[u8]) -> Option<Outcome> {
    let (letter, body) = cells.split_last()?;
    let n: [u32; 8] = digits(body)?;
    spanish(&n, *letter)
}

/// X, Y or Z stand for 0, 1, 2.
fn nie(cells: &[u8]) -> Option<Outcome> {
    let (letter, body) = cells.split_last()?;
    let (first, rest) = body.split_first()?;
    let lead = first.checked_sub(b'X').filter(|lead| *lead < 3)?;
    let [a, b, c, d, e, f, g] = digits::<7>(rest)?;
    spanish(&[u32::from(lead), a, b, c, d, e, f, g], *letter)
}

fn spanish(n: &[u32; 8], letter: u8) -> Option<Outcome> {
    letter.is_ascii_uppercase().then_some(())?;
    let value = n.iter().fold(0, |sum, digit| sum * 10 + digit);
    let expected = b"TRWAGMYFPDXBNJZSQVHLCKE".get(usize::try_from(value % 23).ok()?)?;
    plain(*expected == letter)
}

/// Luhn over letters and digits (A = 10): twelve characters, two letters or digits for the version.
fn portuguese(cells: &[u8]) -> Option<Outcome> {
    let cells: &[u8; 12] = cells.try_into().ok()?;
    let (number, _) = cells.split_at_checked(9)?;
    if !number.iter().all(u8::is_ascii_digit) || !cells.last()?.is_ascii_digit() {
        return None;
    }
    let mut sum = 0;
    for (at, cell) in cells.iter().enumerate() {
        let value = char::from(*cell).to_digit(36)?;
        let doubled = value * 2;
        sum += if at % 2 == 1 {
            value
        } else if doubled > 9 {
            doubled - 9
        } else {
            doubled
        };
    }
    plain(sum % 10 == 0)
}

/// Weights 2..7 from the right, modulo 11; 10 is K.
fn run(cells: &[u8]) -> Option<Outcome> {
    let (check, body) = cells.split_last()?;
    if !(7..=8).contains(&body.len()) {
        return None;
    }
    let mut sum = 0;
    for (cell, weight) in body.iter().rev().zip([2, 3, 4, 5, 6, 7].into_iter().cycle()) {
        sum += char::from(*cell).to_digit(10)? * weight;
    }
    let value = match check {
        b'K' => 10,
        b'0'..=b'9' => u32::from(check - b'0'),
        _ => return None,
    };
    plain((11 - sum % 11) % 11 == value)
}

/// No check digit: province 1-7, and the last digit tells the sex.
fn cnic(n: [u32; 13]) -> Option<Outcome> {
    let [province, .., s] = n;
    if !(1..=7).contains(&province) || s == 0 {
        return None;
    }
    Some(Outcome { digits_agree: None, birth: None, sex: Some(if s % 2 == 1 { 'M' } else { 'F' }) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Example numbers from the sources' documentation; the last digit or letter changed must disagree.
    #[test]
    fn published_examples_agree_and_their_neighbours_do_not() {
        for (scheme, number) in [
            (Scheme::RouCnp, "1630615123457"),
            (Scheme::BgrEgn, "7523169263"),
            (Scheme::BgrEgn, "8032056031"),
            (Scheme::Jmbg, "0101006500006"),
            (Scheme::HrvOib, "33392005961"),
            (Scheme::Baltic, "36805280109"),
            (Scheme::Baltic, "33309240064"),
            (Scheme::LvaPersonasKods, "16117519997"),
            (Scheme::FinHetu, "131052A308T"),
            (Scheme::FinHetu, "131052308T"),
            (Scheme::SwePersonnummer, "8803200016"),
            (Scheme::SwePersonnummer, "198803200016"),
            (Scheme::NorFodselsnummer, "15108695088"),
            (Scheme::NorFodselsnummer, "31129956715"),
            (Scheme::PolPesel, "44051401359"),
            (Scheme::NldBsn, "111222333"),
            (Scheme::BelNationalNumber, "85073003328"),
            (Scheme::BelNationalNumber, "17073003384"),
            (Scheme::TurKimlik, "17291716060"),
            (Scheme::ChnResident, "360426199101010071"),
            (Scheme::EspDni, "54362315K"),
            (Scheme::EspNie, "X2482300W"),
            (Scheme::PrtCartaoCidadao, "000000000ZZ4"),
            (Scheme::ChlRun, "760864285"),
            (Scheme::ChlRun, "125319092"),
        ] {
            let outcome = check(scheme, number.as_bytes());
            assert_eq!(outcome.map(|o| o.digits_agree), Some(Some(true)), "{scheme:?} {number}");
            let mut wrong = std::vec::Vec::from(number);
            let last = wrong.last_mut().unwrap();
            *last = match *last {
                b'0'..=b'8' => *last + 1,
                b'9' => b'0',
                b'Z' => b'A',
                letter => letter + 1,
            };
            let outcome = check(scheme, &wrong);
            assert_ne!(outcome.map(|o| o.digits_agree), Some(Some(true)), "{scheme:?} {number}");
        }
        assert_eq!(check(Scheme::PakCnic, b"4220103976408").map(|o| o.sex), Some(Some('F')));
    }

    #[test]
    fn birth_and_sex_come_out_of_the_number() {
        let get = |scheme, number: &str| check(scheme, number.as_bytes()).map(|o| (o.birth, o.sex));
        assert_eq!(get(Scheme::RouCnp, "1630615123457"), Some((Some([63, 6, 15]), Some('M'))));
        assert_eq!(get(Scheme::Baltic, "36805280109"), Some((Some([68, 5, 28]), Some('M'))));
        assert_eq!(get(Scheme::BgrEgn, "7542011030").map(|o| o.0), Some(Some([75, 2, 1])));
        assert_eq!(get(Scheme::PolPesel, "44051401359").map(|o| o.0), Some(Some([44, 5, 14])));
        assert_eq!(get(Scheme::NorFodselsnummer, "15108695088").map(|o| o.0), Some(Some([86, 10, 15])));
        assert_eq!(get(Scheme::ChnResident, "360426199101010071").map(|o| o.0), Some(Some([91, 1, 1])));
        assert_eq!(get(Scheme::FinHetu, "131052308T").map(|o| o.0), Some(Some([52, 10, 13])));
        assert_eq!(get(Scheme::HrvOib, "3339200596"), None);
    }
}
