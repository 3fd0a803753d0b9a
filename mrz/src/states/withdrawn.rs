//! ISO 3166-3: codes withdrawn from ISO 3166-1, with the day or the year of withdrawal.
//!
//! `ANT` and `NTZ` stand in the table of Doc 9303 (part F). Of `FQ` (French Southern and Antarctic
//! Territories) the three letters `ATF` live on. Documents outlive codes: a withdrawn code is a warning.

use super::{Source, State, state};

pub(super) static WITHDRAWN: [State; 29] = [
    state(*b"AFI", Some(*b"AI"), "French Afars and Issas", Source::IsoWithdrawn, Some("1977")),
    state(*b"ATB", Some(*b"BQ"), "British Antarctic Territory", Source::IsoWithdrawn, Some("1979")),
    state(*b"ATN", Some(*b"NQ"), "Dronning Maud Land", Source::IsoWithdrawn, Some("1983")),
    state(
        *b"BUR",
        Some(*b"BU"),
        "Burma, Socialist Republic of the Union of",
        Source::IsoWithdrawn,
        Some("1989-12-05"),
    ),
    state(
        *b"BYS",
        Some(*b"BY"),
        "Byelorussian SSR Soviet Socialist Republic",
        Source::IsoWithdrawn,
        Some("1992-06-15"),
    ),
    state(
        *b"CSK",
        Some(*b"CS"),
        "Czechoslovakia, Czechoslovak Socialist Republic",
        Source::IsoWithdrawn,
        Some("1993-06-15"),
    ),
    state(*b"CTE", Some(*b"CT"), "Canton and Enderbury Islands", Source::IsoWithdrawn, Some("1984")),
    state(*b"DDR", Some(*b"DD"), "German Democratic Republic", Source::IsoWithdrawn, Some("1990-10-30")),
    state(*b"DHY", Some(*b"DY"), "Dahomey", Source::IsoWithdrawn, Some("1977")),
    state(*b"FXX", Some(*b"FX"), "France, Metropolitan", Source::IsoWithdrawn, Some("1997-07-14")),
    state(*b"GEL", Some(*b"GE"), "Gilbert and Ellice Islands", Source::IsoWithdrawn, Some("1979")),
    state(*b"HVO", Some(*b"HV"), "Upper Volta, Republic of", Source::IsoWithdrawn, Some("1984")),
    state(*b"JTN", Some(*b"JT"), "Johnston Island", Source::IsoWithdrawn, Some("1986")),
    state(*b"MID", Some(*b"MI"), "Midway Islands", Source::IsoWithdrawn, Some("1986")),
    state(*b"NHB", Some(*b"NH"), "New Hebrides", Source::IsoWithdrawn, Some("1980")),
    state(*b"PCI", Some(*b"PC"), "Pacific Islands (trust territory)", Source::IsoWithdrawn, Some("1986")),
    state(*b"PCZ", Some(*b"PZ"), "Panama Canal Zone", Source::IsoWithdrawn, Some("1980")),
    state(*b"PUS", Some(*b"PU"), "US Miscellaneous Pacific Islands", Source::IsoWithdrawn, Some("1986")),
    state(*b"RHO", Some(*b"RH"), "Southern Rhodesia", Source::IsoWithdrawn, Some("1980")),
    state(*b"ROM", Some(*b"RO"), "Romania, before ROU", Source::IsoWithdrawn, Some("2002-02-01")),
    state(*b"SCG", Some(*b"CS"), "Serbia and Montenegro", Source::IsoWithdrawn, Some("2006-09-26")),
    state(*b"SKM", Some(*b"SK"), "Sikkim", Source::IsoWithdrawn, Some("1975")),
    state(
        *b"SUN",
        Some(*b"SU"),
        "USSR, Union of Soviet Socialist Republics",
        Source::IsoWithdrawn,
        Some("1992-08-30"),
    ),
    state(*b"TMP", Some(*b"TP"), "East Timor", Source::IsoWithdrawn, Some("2002-05-20")),
    state(*b"VDR", Some(*b"VD"), "Viet-Nam, Democratic Republic of", Source::IsoWithdrawn, Some("1977")),
    state(*b"WAK", Some(*b"WK"), "Wake Island", Source::IsoWithdrawn, Some("1986")),
    state(
        *b"YMD",
        Some(*b"YD"),
        "Yemen, Democratic, People's Democratic Republic of",
        Source::IsoWithdrawn,
        Some("1990-08-14"),
    ),
    state(
        *b"YUG",
        Some(*b"YU"),
        "Yugoslavia, (Socialist) Federal Republic of",
        Source::IsoWithdrawn,
        Some("2003-07-23"),
    ),
    state(*b"ZAR", Some(*b"ZR"), "Zaire, Republic of", Source::IsoWithdrawn, Some("1997-07-14")),
];
