#!/usr/bin/env python3
"""PyPI `mrz` 0.6.2 on the same TD3 zone, in its own runtime. Run: pip install mrz==0.6.2; python3 mrz_pypi.py"""
import timeit

from mrz.checker.td3 import TD3CodeChecker

ZONE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"


def parse():
    return bool(TD3CodeChecker(ZONE, check_expiry=False)), TD3CodeChecker


parse()
number = 2000
best = min(timeit.repeat(parse, number=number, repeat=7)) / number
print(f"PyPI mrz 0.6.2, TD3CodeChecker, best of 7 x {number}: {best * 1e6:.1f} us")
