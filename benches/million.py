"""A million valid TD3 zones as plain text on standard output, for `verifier mrz check`: see METHOD.md."""
import sys

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def digit(cells):
    return str(sum((0 if c == "<" else LETTERS.index(c)) * (7, 3, 1)[i % 3] for i, c in enumerate(cells)) % 10)


for serial in range(1_000_000):
    number, birth, expiry, optional = f"L{serial:08d}", "740812", "301115", "<" * 14
    line = f"{number}{digit(number)}UTO{birth}{digit(birth)}F{expiry}{digit(expiry)}{optional}<"
    composite = digit(line[0:10] + line[13:20] + line[21:43])
    sys.stdout.write(f"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n{line}{composite}\n\n")
