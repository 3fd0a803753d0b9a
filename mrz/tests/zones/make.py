#!/usr/bin/env python3
"""Writes zones.jsonl: zones with the format, fields, failing check digits and findings that are expected.

The expectations are made here, from the field tables of Doc 9303 parts 4 to 7 typed anew and a check digit of
six lines; nothing of the crate is used. Lines marked "spec" and "print" are copied from the standard and from
published specimens. Run it as: python3 make.py > zones.jsonl
"""
import json

TODAY = "2026-11-22"


def digit(cells):
    total = 0
    for i, c in enumerate(cells):
        v = int(c) if c.isdigit() else 0 if c == "<" else ord(c) - 55
        total += v * (7, 3, 1)[i % 3]
    return str(total % 10)


def put(line, first, text):
    return line[: first - 1] + text + line[first - 1 + len(text):]


# Check digits: name, line, column, spans (line, first, last). Typed from the standard's tables.
SPANS = {
    "TD3": [("document_number", 2, 10, [(2, 1, 9)]), ("birth_date", 2, 20, [(2, 14, 19)]),
            ("expiry_date", 2, 28, [(2, 22, 27)]), ("optional_1", 2, 43, [(2, 29, 42)]),
            ("composite", 2, 44, [(2, 1, 10), (2, 14, 20), (2, 22, 43)])],
    "TD2": [("document_number", 2, 10, [(2, 1, 9)]), ("birth_date", 2, 20, [(2, 14, 19)]),
            ("expiry_date", 2, 28, [(2, 22, 27)]),
            ("composite", 2, 36, [(2, 1, 10), (2, 14, 20), (2, 22, 35)])],
    "TD1": [("document_number", 1, 15, [(1, 6, 14)]), ("birth_date", 2, 7, [(2, 1, 6)]),
            ("expiry_date", 2, 15, [(2, 9, 14)]),
            ("composite", 2, 30, [(1, 6, 30), (2, 1, 7), (2, 9, 15), (2, 19, 29)])],
    "MRV-A": [("document_number", 2, 10, [(2, 1, 9)]), ("birth_date", 2, 20, [(2, 14, 19)]),
              ("expiry_date", 2, 28, [(2, 22, 27)])],
    "MRV-B": [("document_number", 2, 10, [(2, 1, 9)]), ("birth_date", 2, 20, [(2, 14, 19)]),
              ("expiry_date", 2, 28, [(2, 22, 27)])],
    "SVK-ID": [("document_number", 2, 10, [(2, 1, 9)]), ("birth_date", 2, 20, [(2, 14, 19)]),
               ("expiry_date", 2, 28, [(2, 22, 27)])],
    "FRA-ID": [("document_number", 2, 13, [(2, 1, 12)]), ("birth_date", 2, 34, [(2, 28, 33)]),
               ("composite", 2, 36, [(1, 1, 36), (2, 1, 35)])],
    "FRA-DL": [("document_number", 1, 15, [(1, 1, 14)]), ("line", 1, 30, [(1, 1, 29)])],
    "NLD-DL": [("line", 1, 30, [(1, 1, 29)])],
    "CHE-DL": [],
}


def span(lines, spans):
    return "".join(lines[l - 1][a - 1:b] for l, a, b in spans)


def seal(fmt, lines, skip=()):
    lines = list(lines)
    for name, line, column, spans in SPANS[fmt]:
        if name not in skip:
            lines[line - 1] = put(lines[line - 1], column, digit(span(lines, spans)))
    return lines


def failing(fmt, lines):
    """Digits that are wrong, for zones without a long number and without fillers as digits."""
    return [name for name, line, column, spans in SPANS[fmt]
            if lines[line - 1][column - 1] != digit(span(lines, spans))]


def pad(text, width):
    assert len(text) <= width, text
    return text.ljust(width, "<")


def td3(code="PP", state="UTO", name="ERIKSSON<<ANNA<MARIA", number="L898902C3", nat=None, birth="740812", sex="F",
        expiry="300415", optional="ZE184226B"):
    a = pad(pad(code, 2) + pad(state, 3) + name, 44)
    b = pad(number, 9) + "0" + pad(nat or state, 3) + birth + "0" + sex + expiry + "0" + pad(optional, 14) + "00"
    return seal("TD3", [a, b])


def td2(code="I", state="UTO", name="ERIKSSON<<ANNA<MARIA", number="D23145890", nat=None, birth="740812", sex="F",
        expiry="300415", optional=""):
    a = pad(pad(code, 2) + pad(state, 3) + name, 36)
    b = pad(number, 9) + "0" + pad(nat or state, 3) + birth + "0" + sex + expiry + "0" + pad(optional, 7) + "0"
    return seal("TD2", [a, b])


def td1(code="I", state="UTO", name="ERIKSSON<<ANNA<MARIA", number="D23145890", nat=None, birth="740812", sex="F",
        expiry="300415", optional="", optional2=""):
    a = pad(code, 2) + pad(state, 3) + pad(number, 9) + "0" + pad(optional, 15)
    b = birth + "0" + sex + expiry + "0" + pad(nat or state, 3) + pad(optional2, 11) + "0"
    return seal("TD1", [a, b, pad(name, 30)])


def mrv(width, code="V", state="UTO", name="ERIKSSON<<ANNA<MARIA", number="L8988901C", nat="XXX", birth="740812",
        sex="F", expiry="300415", optional="6ZE184"):
    a = pad(pad(code, 2) + pad(state, 3) + name, width)
    b = pad(pad(number, 9) + "0" + pad(nat, 3) + birth + "0" + sex + expiry + "0" + optional, width)
    return seal("MRV-A" if width == 44 else "MRV-B", [a, b])


ROWS = []


def row(id, lines, fmt, fields=None, fail=(), findings=()):
    if any(r["id"] == id for r in ROWS):
        id = f"{id}-{len(ROWS)}"
    ROWS.append({"id": id, "lines": lines, "format": fmt, "fields": fields or {}, "failing": list(fail),
                 "findings": sorted(set(findings)) if findings is not None else None})


UTO = ["state.specimen"]  # issuer and nationality both: two findings of one code

# --- the standard's own specimens and worked values
row("spec-4-b1", ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"], "TD3",
    {"document_code": "P", "issuing_state": "UTO", "document_number": "L898902C3", "nationality": "UTO",
     "birth_date": "740812", "sex": "F", "expiry_date": "120415", "primary": "ERIKSSON", "secondary": "ANNA MARIA",
     "optional_1": "ZE184226B"}, (), UTO + ["code.no-second-letter", "date.expired"])
row("spec-3-a3", ["P<UTOA<<B<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "HA672242<6YTO5802254M9601086<<<<<<<<<<<<<<08"], "TD3",
    {"document_number": "HA672242", "optional_1": "", "nationality": "YTO"}, (),
    ["state.specimen", "nationality.unknown", "code.no-second-letter", "date.expired"])
row("spec-3-a4", ["I<YTOD231458907<<<<<<<<<<<<<<<", "3407127M9507122YTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<"], "TD1",
    {"document_number": "D23145890", "primary": "STEVENSON", "secondary": "PETER JOHN"}, (),
    ["issuer.unknown", "nationality.unknown", "date.expired"])
row("spec-3-a5", ["I<YTOA<<B<<<<<<<<<<<<<<<<<<<<<<<<<<<", "HA672242<6YTO5802254M9601086<<<<<<<8"], "TD2",
    {"document_number": "HA672242"}, (), ["issuer.unknown", "nationality.unknown", "date.expired"])
row("spec-5-b1", ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"], "TD1",
    {"document_code": "I", "document_number": "D23145890", "birth_date": "740812", "sex": "F", "expiry_date": "120415",
     "primary": "ERIKSSON", "secondary": "ANNA MARIA", "optional_1": "", "optional_2": ""}, (), UTO + ["date.expired"])
row("spec-5-long", ["I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<"], "TD1",
    {"document_number": "D23145890734", "optional_1": ""}, (), UTO + ["date.expired", "number.long"])
row("spec-6-b1", ["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"], "TD2",
    {"document_number": "D23145890", "optional_1": ""}, (), UTO + ["date.expired"])
row("spec-6-long", ["I<UTOSTEVENSON<<PETER<<<<<<<<<<<<<<<", "D23145890<UTO3407127M95071227349<<<8"], "TD2",
    {"document_number": "D23145890734", "optional_1": ""}, (), UTO + ["date.expired", "number.long"])
row("spec-7-a", ["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"], "MRV-A",
    {"document_number": "L8988901C", "nationality": "XXX", "optional_1": "6ZE184226B"}, (), UTO + ["date.expired"])
row("spec-7-b", ["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<"], "MRV-B",
    {"document_number": "L8988901C", "optional_1": ""}, (), UTO + ["date.expired"])
for i, (name, primary, secondary, cut) in enumerate([
    ("ERIKSSON<<ANNA<MARIA", "ERIKSSON", "ANNA MARIA", False), ("HENG<<DEBORAH<MING<LO", "HENG", "DEBORAH MING LO", False),
    ("SMITH<JONES<<SUSIE<MARGARET", "SMITH JONES", "SUSIE MARGARET", False),
    ("OCONNOR<<ENYA<SIOBHAN", "OCONNOR", "ENYA SIOBHAN", False),
    ("VAN<DER<MUELLEN<<MARTIN", "VAN DER MUELLEN", "MARTIN", False),
    ("AL<BASRI<<HUDA<MUHAMMAD<JAWAD", "AL BASRI", "HUDA MUHAMMAD JAWAD", False),
    ("VILARCHAO<FERNANDEZ<<JOSE<RAMON", "VILARCHAO FERNANDEZ", "JOSE RAMON", False),
    ("ARKFREITH", "ARKFREITH", "", False), ("SATRIYA<SUDARPA", "SATRIYA SUDARPA", "", False),
    ("NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K", "NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG K", True),
    ("NILAVADHANANANDA<<ARNPOL<PETCH<CHARONGU", "NILAVADHANANANDA", "ARNPOL PETCH CHARONGU", True),
    ("BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DI", "BENNELONG WOOLOOMOOLOO WARRANDYTE W", "DI", True),
    ("BENNELONG<WOOLOOM<WARRAND<WARNAM<<DINGO", "BENNELONG WOOLOOM WARRAND WARNAM", "DINGO", True),
    ("BENNEL<WOOLOO<WARRAN<WARNAM<<DINGO<POTO", "BENNEL WOOLOO WARRAN WARNAM", "DINGO POTO", True),
    ("PAPANDROPOULOUS<<JONATHON<WARREN<TREVOR", "PAPANDROPOULOUS", "JONATHON WARREN TREVOR", True),
]):
    row(f"spec-4-name-{i}", td3(name=name), "TD3", {"primary": primary, "secondary": secondary}, (),
        UTO + (["name.may-be-truncated"] if cut else []))

# --- published specimens of national layouts and of departures from the standard
row("print-fra-id-1", ["IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "9409923102854CORINNE<<<<<<<6512068F4"], "FRA-ID",
    {"document_number": "940992310285", "primary": "BERTHIER", "secondary": "CORINNE", "administrative_code": "",
     "issue_date": "9409", "department": "923", "birth_date": "651206", "sex": "F"}, (), [])
row("print-fra-id-2", ["IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "8806923102858CORINNE<<<<<<<6512068F6"], "FRA-ID",
    {"document_number": "880692310285"}, (), [])
row("print-fra-id-3", ["IDFRATEST<NAME<<<<<<<<<<<<<<<<0CHE02", "1710GVA123451ROBERTA<<<<<<<9112311F2"], "FRA-ID",
    {"document_number": "1710GVA12345", "administrative_code": "0CHE02", "primary": "TEST NAME"}, (), [])
row("print-fra-dl", ["D1FRA13BB148959280920BETTOLO<7"], "FRA-DL",
    {"document_number": "13BB14895", "expiry_date": "280920", "primary": "BETTOLO"}, (), [])
row("print-nld-dl", ["D1NLD15094962111659VW87Z78NB84"], "NLD-DL",
    {"document_number": "5094962111", "protocol_version": "1", "random": "659VW87Z78NB8"}, (), [])
row("print-che-dl", ["AAA001D<<", "FACHE305142128097<<800126<<<<<", "MARCHAND<<FABIENNE<<<<<<<<<<<<"], "CHE-DL",
    {"document_number": "AAA001D", "language_code": "D", "pin_code": "305142128", "version_number": "097",
     "birth_date": "800126", "primary": "MARCHAND", "secondary": "FABIENNE"}, (), [])
row("made-lie-dl", ["AAA001D<<", "FALIE305142128097<<800126<<<<<", "MARCHAND<<FABIENNE<<<<<<<<<<<<"], "CHE-DL",
    {"issuing_state": "LIE"}, (), [])
row("made-che-dl-fixed", ["AAA001D<<", "FACHE305142128097A<800126<<<<<", "MARCHAND<<FABIENNE<<<<<<<<<<<<"], "CHE-DL",
    {}, (), ["layout.fixed-cells"])
row("print-rus-internal", ["PNRUSZDRIL7K<<SERGEQ<ANATOL9EVI3<<<<<<<<<<<<", "3919353498RUS7207233M<<<<<<<4151218910003<50"], "TD3",
    {"document_code": "PN", "document_number": "391935349", "primary": "ZDRIL7K", "expiry_date": "<<<<<<"}, (),
    ["deviation.rus-internal-passport"])
row("print-rou-td2", ["IDROUSAVA<<SUPERMAN<<<<<<<<<<<<<<<<<", "HD198025<51328505095M130509012049941"], "TD2",
    {"document_number": "HD198025", "optional_1": "1204994"}, (), ["nationality.malformed", "date.expired"])
row("print-mac-td1", ["I<MAC12281507<0<<<<<<<<0212300", "6106225M1212307<<<<<<<<<<<<<<6", "CHONG<<KA<KEONG<<<<<<<<<<<<<<<"], "TD1",
    {"document_number": "12281507"}, (), ["nationality.malformed", "date.expired"])
svk = seal("SVK-ID", [pad("I<SVKNOVAK<<JAN", 34), pad("AA1234560", 9) + "0SVK8110250" + "M" + "1801020" + "A12345"])
row("made-svk", svk, "SVK-ID", {"document_number": "AA1234560", "optional_1": "A12345"}, (), ["date.expired"])
for name in ("document_number", "birth_date", "expiry_date"):
    _, line, column, _ = next(s for s in SPANS["SVK-ID"] if s[0] == name)
    bad = list(svk)
    bad[line - 1] = put(bad[line - 1], column, str((int(bad[line - 1][column - 1]) + 1) % 10))
    row(f"svk-{name}", bad, "SVK-ID", {}, [name], ["date.expired", "digit.wrong"])
for fmt, lines in [("FRA-ID", ROWS[next(i for i, r in enumerate(ROWS) if r["id"] == "print-fra-id-3")]["lines"]),
                   ("FRA-DL", ["D1FRA13BB148959280920BETTOLO<7"]), ("NLD-DL", ["D1NLD15094962111659VW87Z78NB84"])]:
    for name, line, column, spans in SPANS[fmt]:
        bad = list(lines)
        bad[line - 1] = put(bad[line - 1], column, str((int(bad[line - 1][column - 1]) + 1) % 10))
        row(f"{fmt}-{name}", bad, fmt, {}, failing(fmt, bad), ["digit.wrong"])

# --- valid zones of many issuers
PEOPLE = [("GARCIA<LOPEZ<<MARIA<JOSE", "ESP", "800101", "F"), ("NGUYEN<<VAN<AN", "VNM", "991231", "M"),
          ("MUELLER<<HANS", "D", "000229", "M"), ("DUPONT<<JEAN<LUC", "FRA", "520727", "M"),
          ("SILVA<DOS<SANTOS<<ANA", "PRT", "450508", "F"), ("KOWALSKI<<JAN", "POL", "010203", "M"),
          ("OBRIEN<<AOIFE", "IRL", "900909", "F"), ("HOXHA<<ARTA", "RKS", "850615", "F"),
          ("ABEBE<<TSEGAYE", "ETH", "770707", "M"), ("TANAKA<<YUKI", "JPN", "121212", "<"),
          ("SHARMA<<RAVI<KUMAR", "IND", "660606", "M"), ("DE<VRIES<<ANNE", "NLD", "000101", "F"),
          ("JONES<<DAVID", "GBR", "350505", "M"), ("WILLIAMS<<MARY", "GBD", "700101", "F"),
          ("STATELESS<<PERSON", "XXA", "600101", "M"), ("EMPLOYEE<<ONE", "UNO", "610101", "F")]
for i, (name, state, birth, sex) in enumerate(PEOPLE):
    number = f"{'ABCDEFGHJK'[i % 10]}{1234567 * (i + 3) % 100000000:08d}"
    common = dict(state=state, name=name, birth=birth, sex=sex, number=number, expiry="331130")
    spoken = {"document_number": number, "issuing_state": state, "birth_date": birth, "sex": sex,
              "primary": name.split("<<")[0].replace("<", " "), "secondary": name.split("<<")[1].replace("<", " ")}
    row(f"valid-td3-{state}", td3(**common), "TD3", spoken, (), [])
    row(f"valid-td2-{state}", td2(**common), "TD2", spoken, (), [])
    row(f"valid-td1-{state}", td1(optional="ABC<123", optional2="XY9", **common), "TD1",
        {**spoken, "optional_1": "ABC 123", "optional_2": "XY9"}, (), [])
    row(f"valid-mrva-{state}", mrv(44, nat=state, **common), "MRV-A", spoken, (), [])
    row(f"valid-mrvb-{state}", mrv(36, nat=state, **common), "MRV-B", spoken, (), [])

# --- every check digit and every covered cell wrong, one at a time
BASE = {"TD3": td3(state="FRA", optional="A12"), "TD2": td2(state="FRA", optional="A12"),
        "TD1": td1(state="FRA", optional="A12", optional2="7"), "MRV-A": mrv(44, state="FRA"),
        "MRV-B": mrv(36, state="FRA")}
DATES = {"TD3": [(2, 14, 19), (2, 22, 27)], "TD2": [(2, 14, 19), (2, 22, 27)], "TD1": [(2, 1, 6), (2, 9, 14)],
         "MRV-A": [(2, 14, 19), (2, 22, 27)], "MRV-B": [(2, 14, 19), (2, 22, 27)]}
for fmt, lines in BASE.items():
    for name, line, column, spans in SPANS[fmt]:
        bad = list(lines)
        bad[line - 1] = put(bad[line - 1], column, str((int(bad[line - 1][column - 1]) + 3) % 10))
        row(f"digit-{fmt}-{name}", bad, fmt, {}, failing(fmt, bad), ["digit.wrong"])
        for wrong in "<K":
            bad = list(lines)
            bad[line - 1] = put(bad[line - 1], column, wrong)
            if fmt in ("TD1", "TD2") and name == "document_number" and wrong == "<":
                continue  # long numbers: below
            expected = [n for n, l, c, s in SPANS[fmt] if bad[l - 1][c - 1] != digit(span(bad, s))]
            row(f"digit-{fmt}-{name}-{'filler' if wrong == '<' else wrong}", bad, fmt, {}, expected, None)
    covered = sorted({(l, c) for _, _, _, spans in SPANS[fmt] for l, a, b in spans for c in range(a, b + 1)})
    digits = {(l, c) for _, l, c, _ in SPANS[fmt]}
    for l, c in covered:
        if (l, c) in digits:
            continue
        in_date = any(l == dl and a <= c <= b for dl, a, b in DATES[fmt])
        was = lines[l - 1][c - 1]
        new = str((int(was) + 1) % 10) if was.isdigit() else "7" if was != "7" and was in "<" else "Z" if was != "Z" else "Y"
        bad = list(lines)
        bad[l - 1] = put(bad[l - 1], c, new)
        wrong = failing(fmt, bad)
        assert wrong, (fmt, l, c)
        row(f"cell-{fmt}-{l}-{c}", bad, fmt, {}, wrong, None if in_date else ["digit.wrong"])
    # what no digit sees
    for l, c, new in [(1, 5, "Z"), (1, 8, "Q") if fmt != "TD1" else (3, 3, "Q")]:
        bad = list(lines)
        bad[l - 1] = put(bad[l - 1], c, new)
        row(f"blind-{fmt}-{l}-{c}", bad, fmt, {}, (), None)

# --- long numbers
for extra in range(1, 14):
    number = "D23145890" + "7341X6Y2Z9A4B"[:extra]
    lines = td1(optional=number[9:] + digit(number))
    lines[0] = put(lines[0], 15, "<")
    lines = seal("TD1", lines, skip=("document_number",))
    row(f"long-td1-{extra}", lines, "TD1", {"document_number": number, "optional_1": ""}, (), UTO + ["number.long"])
    wrong = list(lines)
    wrong[0] = put(wrong[0], 16 + extra, str((int(digit(number)) + 1) % 10))
    wrong = seal("TD1", wrong, skip=("document_number",))
    quirk = digit("D23145890<" + number[9:]) == wrong[0][15 + extra]
    row(f"long-td1-{extra}-wrong", wrong, "TD1", {"document_number": number}, ["document_number"],
        UTO + ["number.long", "digit.wrong"] + (["digit.counts-filler"] if quirk else []))
number = "D23145890" + "7341X6Y2Z9A4BC"
lines = td1(optional=number[9:] + digit(number))
lines[0] = put(lines[0], 15, "<")
row("long-td1-14-no-end", seal("TD1", lines, skip=("document_number",)), "TD1", {"document_number": "D23145890"},
    ["document_number"], UTO + ["digit.number-unfinished"])
for extra in range(1, 6):
    number = "D23145890" + "7341X"[:extra]
    lines = td2(optional=number[9:] + digit(number))
    lines[1] = put(lines[1], 10, "<")
    lines = seal("TD2", lines, skip=("document_number",))
    row(f"long-td2-{extra}", lines, "TD2", {"document_number": number, "optional_1": ""}, (), UTO + ["number.long"])
for fmt, make, at in [("TD1", td1, (1, 15)), ("TD2", td2, (2, 10))]:
    for what, optional in [("nothing", ""), ("one", "7"), ("gap", "<7341")]:
        lines = make(optional=optional)
        lines[at[0] - 1] = put(lines[at[0] - 1], at[1], "<")
        lines = seal(fmt, lines, skip=("document_number",))
        row(f"long-{fmt}-{what}", lines, fmt, {"document_number": "D23145890"}, ["document_number"],
            UTO + ["digit.number-unfinished"])
    number = "D23145890" + "71"
    lines = make(optional=number[9:] + digit(number) + "<AB")
    lines[at[0] - 1] = put(lines[at[0] - 1], at[1], "<")
    lines = seal(fmt, lines, skip=("document_number",))
    row(f"long-{fmt}-and-more", lines, fmt, {"document_number": number, "optional_1": "AB"}, (), UTO + ["number.long"])
    quirk = "D23145890" + "712"
    lines = make(optional="712" + digit("D23145890<712"))
    lines[at[0] - 1] = put(lines[at[0] - 1], at[1], "<")
    lines = seal(fmt, lines, skip=("document_number",))
    row(f"long-{fmt}-counts-filler", lines, fmt, {"document_number": quirk}, ["document_number"],
        UTO + ["number.long", "digit.wrong", "digit.counts-filler"])
    # A filler in the check cell of a short number whose digit is 0 is no long number.
    lines = make(number="AA0000000")
    assert lines[at[0] - 1][at[1] - 1] == digit("AA0000000")
    short = make(number="1234")
    short[at[0] - 1] = put(short[at[0] - 1], at[1], "<")
    short = seal(fmt, short, skip=("document_number",))
    row(f"long-{fmt}-short-field", short, fmt, {"document_number": "1234"}, ["document_number"],
        UTO + ["digit.number-unfinished"])

# --- fillers where digits belong
empty = td3(optional="")
row("filler-optional-0", empty, "TD3", {"optional_1": ""}, (), UTO)
lines = [empty[0], put(empty[1], 43, "<")]
row("filler-optional-filler", lines, "TD3", {"optional_1": ""}, (), UTO)
full = td3(optional="00000000000000")
assert full[1][42] == "0"
row("filler-optional-with-data", [full[0], put(full[1], 43, "<")], "TD3", {"optional_1": "00000000000000"},
    ["optional_1"], UTO + ["digit.wrong", "digit.filler-for-zero"])
for optional in ("A", "B", "C", "D", "E", "F", "G", "H", "I", "J"):
    lines = td3(optional=optional)
    if lines[1][43] == "0":
        row("filler-composite", [lines[0], put(lines[1], 44, "<")], "TD3", {}, ["composite"],
            UTO + ["digit.wrong", "digit.filler-for-zero"])
for birth in range(1, 29):
    day = f"7408{birth:02d}"
    if digit(day) == "0":
        lines = td3(birth=day)
        lines = seal("TD3", [lines[0], put(lines[1], 20, "<")], skip=("birth_date",))
        row(f"filler-birth-{day}", lines, "TD3", {}, ["birth_date"], UTO + ["digit.wrong", "digit.filler-for-zero"])

# --- dates
for birth, code in [("75<<<<", "partial"), ("<<0812", "partial"), ("7508<<", "partial"), ("75<<12", "partial"),
                    ("<<<<12", "partial"), ("<<08<<", "partial"), ("<<<<<<", "unknown"), ("990231", "impossible"),
                    ("000000", "impossible"), ("991332", "impossible"), ("750431", "impossible"), ("010229", "impossible"),
                    ("<<0230", "impossible"), ("7513<<", "impossible"), ("7<0812", "malformed"), ("74O812", "malformed"),
                    ("ABCDEF", "malformed")]:
    for fmt, make in [("TD3", td3), ("TD1", td1)]:
        row(f"birth-{fmt}-{birth}", make(birth=birth), fmt, {"birth_date": birth}, (), UTO + [f"date.birth-{code}"])
row("birth-leap-2000", td3(birth="000229"), "TD3", {"birth_date": "000229"}, (), UTO)
for expiry, codes in [("250229", ["date.expiry-impossible"]), ("301301", ["date.expiry-impossible"]),
                      ("<<<<<<", ["date.expiry-filler"]), ("30<<<<", ["date.expiry-partial"]),
                      ("3A0101", ["date.expiry-malformed"]), ("261121", ["date.expired"]), ("261122", []),
                      ("760101", []), ("770101", ["date.expired"]), ("940601", ["date.expired"])]:
    row(f"expiry-{expiry}", td3(expiry=expiry), "TD3", {"expiry_date": expiry}, (), UTO + codes)

# --- document codes
for code, codes in [("P<", ["code.no-second-letter"]), ("PN", ["code.national"]), ("PB", ["code.national"]),
                    ("PE", []), ("PD", []), ("PO", []), ("PR", []), ("PT", []), ("PS", []), ("PL", []), ("PM", []),
                    ("PU", []), ("I<", ["code.format"]), ("P1", ["code.malformed"]), ("<P", ["code.malformed"])]:
    row(f"code-td3-{code}", td3(code=code), "TD3", {"document_code": code.replace("<", " ").rstrip()}, (), UTO + codes)
for code, codes in [("P<", ["code.no-second-letter", "code.too-late"]), ("PN", ["code.national", "code.too-late"]), ("PP", [])]:
    row(f"code-2038-{code}", td3(code=code, expiry="380101"), "TD3", {}, (), UTO + codes)
row("code-2037", td3(code="P", expiry="371231"), "TD3", {}, (), UTO + ["code.no-second-letter"])
for code, codes in [("PU", []), ("P<", ["code.passport-in-td2"]), ("PP", ["code.passport-in-td2"]), ("AC", ["code.reserved"]),
                    ("AI", ["code.reserved"]), ("IV", ["code.v-on-card"]), ("C<", []), ("A<", []), ("AR", []),
                    ("X<", ["code.format"])]:
    row(f"code-td2-{code}", td2(code=code), "TD2", {"document_code": code.replace("<", " ").rstrip()}, (), UTO + codes)
for code, codes in [("AC", []), ("AI", ["code.reserved"]), ("CV", ["code.v-on-card"]), ("IP", []), ("P<", ["code.format"]),
                    ("V<", ["code.format"])]:
    row(f"code-td1-{code}", td1(code=code), "TD1", {"document_code": code.replace("<", " ").rstrip()}, (), UTO + codes)
row("crew", td1(code="AC", optional="LH<"), "TD1", {"employer": "LH", "optional_1": "LH"}, (), UTO)
row("code-mrv-VV", mrv(44, code="VV"), "MRV-A", {"document_code": "VV"}, (), UTO)

# --- states
for state, codes in [("D", []), ("DEU", ["state.deu"]), ("GBN", []), ("GBO", []), ("GBP", []), ("GBS", []), ("EUE", []),
                     ("UNA", []), ("UNK", []), ("XBA", []), ("XIM", []), ("XCC", []), ("XCE", []), ("XCO", []), ("XEC", []),
                     ("XPO", []), ("XES", []), ("XMP", []), ("XOM", []), ("XDC", []), ("XXB", []), ("XXC", []), ("XXX", []),
                     ("UTO", ["state.specimen"]), ("INP", ["state.specimen"]), ("TRC", ["state.specimen"])]:
    row(f"state-{state}", td3(state=state), "TD3", {"issuing_state": state, "nationality": state}, (), codes)
for state, kind in [("ZZZ", "unknown"), ("ANT", "withdrawn"), ("NTZ", "withdrawn"), ("YUG", "withdrawn"), ("SCG", "withdrawn"),
                    ("SUN", "withdrawn"), ("ROM", "withdrawn"), ("XXK", "not-standard"), ("RSL", "not-standard"),
                    ("IAO", "not-standard"), ("F1A", "malformed"), ("<<<", "malformed"), ("F<A", "malformed")]:
    row(f"state-{state}", td3(state=state), "TD3", {}, (), [f"issuer.{kind}", f"nationality.{kind}"])

# --- sex, names, numbers
for sex, codes in [("M", []), ("F", []), ("<", []), ("X", ["sex.x"]), ("1", ["sex.invalid"]), ("H", ["sex.invalid"])]:
    row(f"sex-{sex}", td3(sex=sex), "TD3", {"sex": sex}, (), UTO + codes)
for i, (name, primary, secondary, codes) in enumerate([
    ("<<RAVI<KUMAR", "", "RAVI KUMAR", ["name.no-primary"]), ("", "", "", ["name.empty"]),
    ("ERIKSSON<<ANNA<<MARIA", "ERIKSSON", "ANNA  MARIA", ["name.gap"]), ("ERIKS5ON<<ANNA", "ERIKS5ON", "ANNA", ["name.digit"]),
    ("A" * 39, "A" * 39, "", ["name.may-be-truncated"]), ("ERIKSSON", "ERIKSSON", "", []),
]):
    row(f"name-{i}", td3(name=name), "TD3", {"primary": primary, "secondary": secondary}, (), UTO + codes)
row("number-empty", td3(number=""), "TD3", {"document_number": ""}, (), UTO + ["number.empty"])
row("number-inner", td3(number="AB<12"), "TD3", {"document_number": "AB 12"}, (), UTO + ["number.inner-filler"])
row("number-leading", td3(number="<AB12"), "TD3", {"document_number": " AB12"}, (), UTO + ["number.inner-filler"])

# --- cells outside the alphabet: everything that a digit covers with them cannot be computed
good = td3(state="FRA")
for column, fail in [(3, ["document_number", "composite"]), (16, ["birth_date", "composite"]), (30, ["optional_1", "composite"]),
                     (21, [])]:
    bad = [good[0], put(good[1], column, "?")]
    codes = ["alphabet.cell"] + (["digit.not-computable"] if fail else ["sex.invalid"])
    if column == 16:
        codes.append("date.birth-malformed")
    row(f"alphabet-2-{column}", bad, "TD3", {}, fail, codes)
row("alphabet-lower", [good[0].lower(), good[1]], "TD3", {}, (), None)

# --- lines that are no zone
for id, lines in [("empty", []), ("one-empty", [""]), ("short-1", [good[0][:-1], good[1]]), ("long-1", [good[0] + "<", good[1]]),
                  ("short-2", [good[0], good[1][:-1]]), ("long-2", [good[0], good[1] + "0"]), ("30-30", ["<" * 30] * 2),
                  ("30-30-29", ["<" * 30, "<" * 30, "<" * 29]), ("joined", ["".join(good)]), ("four", ["<" * 30] * 4),
                  ("36-44", ["<" * 36, "<" * 44]), ("td1-joined", ["<" * 90]), ("34-other", ["<" * 34] * 2),
                  ("30-other", ["D1BEL" + "<" * 25]), ("9-30-30-other", ["<" * 9, "FAFRA" + "<" * 25, "<" * 30]),
                  ("sql", ["' OR 1=1--"]), ("formula", ["=cmd|'/C calc'!A0"]), ("printf", ["%n%n"]), ("jndi", ["${jndi:x}"]),
                  ("nul", ["\0" * 44, "\0" * 43]), ("rtl", ["\u202e" * 44, "A"]), ("wide", ["\uff30" * 44] * 2),
                  ("crlf", [good[0] + "\r", good[1] + "\r"])]:
    row(f"none-{id}", lines, None, {}, (), None)

assert len({r["id"] for r in ROWS}) == len(ROWS), "ids"
for r in ROWS:
    print(json.dumps(r, ensure_ascii=True))
