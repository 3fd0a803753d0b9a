//! National personal numbers in optional data: an extra with its own outcome, apart from the zone's digits.
//!
//! Doc 9303 leaves optional data to the issuer; which of them print a number there, and how it is checked, is
//! national law and practice. The rule of every scheme was held against python-stdnum 2.x and, where named in
//! [`Scheme::source`], against a second source. A number that disagrees is worth a look and never a verdict:
//! states print other data in the same cells.

mod schemes;

use core::fmt;

use crate::cells::Cells;
use crate::states::Code3;
use crate::zone::{Provenance, Zone};

/// Which national number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Scheme {
    /// Romania: cod numeric personal.
    RouCnp,
    /// Bulgaria: edinen grazhdanski nomer.
    BgrEgn,
    /// Serbia, Bosnia and Herzegovina, Montenegro, North Macedonia, Slovenia, Croatia, Kosovo: JMBG.
    Jmbg,
    /// Croatia: osobni identifikacijski broj.
    HrvOib,
    /// Estonia and Lithuania: isikukood, asmens kodas.
    Baltic,
    /// Latvia: personas kods.
    LvaPersonasKods,
    /// Finland: henkilötunnus.
    FinHetu,
    /// Sweden: personnummer.
    SwePersonnummer,
    /// Norway: fødselsnummer.
    NorFodselsnummer,
    /// Poland: PESEL.
    PolPesel,
    /// Netherlands: burgerservicenummer (not in zones since 2021).
    NldBsn,
    /// Belgium: national register number.
    BelNationalNumber,
    /// Türkiye: T.C. kimlik numarası.
    TurKimlik,
    /// China: resident identity number (GB 11643, ISO 7064 mod 11-2).
    ChnResident,
    /// Spain: documento nacional de identidad.
    EspDni,
    /// Spain: número de identidad de extranjero.
    EspNie,
    /// Portugal: número de documento do cartão de cidadão.
    PrtCartaoCidadao,
    /// Chile: rol único nacional.
    ChlRun,
    /// Pakistan: CNIC; it has no check digit, only a shape.
    PakCnic,
}

impl Scheme {
    /// Name in contracts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RouCnp => "ROU-CNP",
            Self::BgrEgn => "BGR-EGN",
            Self::Jmbg => "JMBG",
            Self::HrvOib => "HRV-OIB",
            Self::Baltic => "EST-LTU",
            Self::LvaPersonasKods => "LVA-PK",
            Self::FinHetu => "FIN-HETU",
            Self::SwePersonnummer => "SWE-PNR",
            Self::NorFodselsnummer => "NOR-FNR",
            Self::PolPesel => "POL-PESEL",
            Self::NldBsn => "NLD-BSN",
            Self::BelNationalNumber => "BEL-NRN",
            Self::TurKimlik => "TUR-TCKN",
            Self::ChnResident => "CHN-RIC",
            Self::EspDni => "ESP-DNI",
            Self::EspNie => "ESP-NIE",
            Self::PrtCartaoCidadao => "PRT-CC",
            Self::ChlRun => "CHL-RUN",
            Self::PakCnic => "PAK-CNIC",
        }
    }

    /// Where the rule was checked.
    #[must_use]
    pub const fn source(self) -> &'static str {
        match self {
            Self::RouCnp => "python-stdnum ro.cnp; readme of the npm package cnp (alexei/cnp.js)",
            Self::BgrEgn => "python-stdnum bg.egn",
            Self::Jmbg => "python-stdnum si.emso",
            Self::HrvOib => "python-stdnum hr.oib; ISO 7064 mod 11,10",
            Self::Baltic => "python-stdnum ee.ik and lt.asmens",
            Self::LvaPersonasKods => "python-stdnum lv.pvn; FakerPHP pull request 663; joke2k/faker 1800",
            Self::FinHetu => "python-stdnum fi.hetu",
            Self::SwePersonnummer => "python-stdnum se.personnummer",
            Self::NorFodselsnummer => "python-stdnum no.fodselsnummer",
            Self::PolPesel => "python-stdnum pl.pesel",
            Self::NldBsn => "python-stdnum nl.bsn",
            Self::BelNationalNumber => "python-stdnum be.nn",
            Self::TurKimlik => "python-stdnum tr.tckimlik",
            Self::ChnResident => "python-stdnum cn.ric; ISO 7064 mod 11-2",
            Self::EspDni => "python-stdnum es.dni",
            Self::EspNie => "python-stdnum es.nie",
            Self::PrtCartaoCidadao => "python-stdnum pt.cc",
            Self::ChlRun => "python-stdnum cl.rut",
            Self::PakCnic => "python-stdnum pk.cnic",
        }
    }

    /// Checks a number of this scheme; `None` if the text has not the scheme's shape. Fillers are skipped.
    #[must_use]
    pub fn check(self, cells: Cells<'_>) -> Option<Outcome> {
        let mut compact = [0_u8; 20];
        let mut length = 0;
        for cell in cells.iter().filter(|cell| *cell != b'<') {
            *compact.get_mut(length)? = cell;
            length += 1;
        }
        schemes::check(self, compact.get(..length)?)
    }

    /// The schemes that documents of a state may print.
    #[must_use]
    pub fn of(state: Code3) -> &'static [Self] {
        match state.as_str() {
            "ROU" => &[Self::RouCnp],
            "BGR" => &[Self::BgrEgn],
            "SRB" | "BIH" | "MNE" | "MKD" | "SVN" | "RKS" => &[Self::Jmbg],
            "HRV" => &[Self::HrvOib, Self::Jmbg],
            "EST" | "LTU" => &[Self::Baltic],
            "LVA" => &[Self::LvaPersonasKods],
            "FIN" => &[Self::FinHetu],
            "SWE" => &[Self::SwePersonnummer],
            "NOR" => &[Self::NorFodselsnummer],
            "POL" => &[Self::PolPesel],
            "NLD" => &[Self::NldBsn],
            "BEL" => &[Self::BelNationalNumber],
            "TUR" => &[Self::TurKimlik],
            "CHN" => &[Self::ChnResident],
            "ESP" => &[Self::EspDni, Self::EspNie],
            "PRT" => &[Self::PrtCartaoCidadao],
            "CHL" => &[Self::ChlRun],
            "PAK" => &[Self::PakCnic],
            _ => &[],
        }
    }
}

/// What a number's own check says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Whether its check digits agree; `None` if the scheme has none.
    pub digits_agree: Option<bool>,
    /// Year of the century, month and day of birth in the number, if it has them.
    pub birth: Option<[u8; 3]>,
    /// Sex in the number, `M` or `F`, if it has it.
    pub sex: Option<char>,
}

/// A personal number found in a zone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PersonalNumber {
    /// Which number.
    pub scheme: Scheme,
    /// Whether its check digits agree; `None` if the scheme has none.
    pub digits_agree: Option<bool>,
    /// Whether its birth date is the zone's; `None` if it has none or the zone's is incomplete.
    pub birth_agrees: Option<bool>,
    /// Whether its sex is the zone's; `None` if it has none or the zone's is unspecified.
    pub sex_agrees: Option<bool>,
}

impl fmt::Debug for PersonalNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonalNumber({}, digits agree: {:?})", self.scheme.as_str(), self.digits_agree)
    }
}

/// Looks for a personal number of the issuing state in the zone's optional data. Of several readings the one
/// whose digits agree is taken; `None` if nothing has the shape of such a number.
#[must_use]
pub fn find<P: Provenance>(zone: &Zone<'_, P>) -> Option<PersonalNumber> {
    let schemes = Scheme::of(zone.issuing_state()?);
    let places = [zone.optional_1(), zone.optional_2(), Some(zone.document_number().cells())];
    let found = || {
        schemes.iter().flat_map(move |scheme| {
            // Only Portugal and Chile print it as the document number.
            let all = matches!(scheme, Scheme::PrtCartaoCidadao | Scheme::ChlRun);
            places.into_iter().take(if all { 3 } else { 2 }).flatten().filter_map(|cells| {
                let outcome = scheme.check(cells)?;
                Some(relate(*scheme, outcome, zone))
            })
        })
    };
    found().find(|number| number.digits_agree != Some(false)).or_else(|| found().next())
}

fn relate<P: Provenance>(scheme: Scheme, outcome: Outcome, zone: &Zone<'_, P>) -> PersonalNumber {
    let printed = zone.birth_date().and_then(|d| Some([d.year_of_century()?, d.month()?, d.day()?]));
    PersonalNumber {
        scheme,
        digits_agree: outcome.digits_agree,
        birth_agrees: outcome.birth.zip(printed).map(|(a, b)| a == b),
        sex_agrees: outcome.sex.zip(zone.sex().filter(|s| matches!(s, 'M' | 'F'))).map(|(a, b)| a == b),
    }
}
