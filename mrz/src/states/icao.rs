//! Codes of Doc 9303-3 section 5 that ISO 3166-1 does not have, and codes that are printed though no standard
//! has them.
//!
//! The two-letter counterparts are those of section 5; where it has a dash there is none, and none is made
//! up. Real lists of signing certificates agree: besides ISO's codes they hold `EU`, `KS` and `UN` only (and
//! `ZZ` of the United Nations' old root).

use super::{Source, State, state};

const fn icao(code: [u8; 3], two: Option<[u8; 2]>, name: &'static str) -> State {
    state(code, two, name, Source::Icao, None)
}

const fn printed(code: [u8; 3], name: &'static str) -> State {
    state(code, None, name, Source::PrintedOnly, None)
}

const fn specimen(code: [u8; 3], two: Option<[u8; 2]>, name: &'static str) -> State {
    state(code, two, name, Source::Specimen, None)
}

pub(super) static ICAO: [State; 35] = [
    // Part A
    icao(*b"D<<", Some(*b"DE"), "Germany"),
    icao(*b"GBD", None, "British Overseas Territories Citizen"),
    icao(*b"GBN", None, "British National (Overseas)"),
    icao(*b"GBO", None, "British Overseas Citizen"),
    icao(*b"GBP", None, "British Protected Person"),
    icao(*b"GBS", None, "British Subject"),
    icao(*b"RKS", Some(*b"KS"), "Kosovo"),
    // Part B
    icao(*b"EUE", Some(*b"EU"), "European Union"),
    // Part C
    icao(*b"UNO", Some(*b"UN"), "United Nations Organization"),
    icao(*b"UNA", Some(*b"UN"), "United Nations specialized agency"),
    icao(*b"UNK", None, "United Nations Interim Administration Mission in Kosovo"),
    // Part D
    icao(*b"XBA", None, "African Development Bank"),
    icao(*b"XIM", None, "African Export-Import Bank"),
    icao(*b"XCC", None, "Caribbean Community"),
    icao(*b"XCE", None, "Council of Europe"),
    icao(*b"XCO", None, "Common Market for Eastern and Southern Africa"),
    icao(*b"XEC", None, "Economic Community of West African States"),
    icao(*b"XPO", None, "International Criminal Police Organization"),
    icao(*b"XES", None, "Organization of Eastern Caribbean States"),
    icao(*b"XMP", None, "Parliamentary Assembly of the Mediterranean"),
    icao(*b"XOM", None, "Sovereign Military Order of Malta"),
    icao(*b"XDC", None, "Southern African Development Community"),
    // Part E
    icao(*b"XXA", None, "Stateless person (1954 Convention)"),
    icao(*b"XXB", None, "Refugee (1951 Convention)"),
    icao(*b"XXC", None, "Refugee, other"),
    icao(*b"XXX", None, "Person of unspecified nationality"),
    // Part F
    state(*b"ANT", Some(*b"AN"), "Netherlands Antilles", Source::IcaoDeprecated, Some("2010-12-15")),
    state(*b"NTZ", Some(*b"NT"), "Neutral Zone", Source::IcaoDeprecated, Some("1993-07-12")),
    // Part G
    specimen(*b"UTO", Some(*b"UT"), "Utopia"),
    // Part H
    state(*b"IAO", Some(*b"IA"), "International Civil Aviation Organization", Source::MasterList, None),
    // Printed, in no standard
    printed(*b"XXK", "Kosovo, on German residence permits"),
    printed(*b"RSL", "Somaliland"),
    specimen(*b"TRC", None, "specimen code TRC"),
    specimen(*b"INP", None, "specimen code INP"),
    specimen(*b"ASU", None, "specimen code ASU"),
];
