#!/usr/bin/env python3
"""Whether optical work overlaps the read of a chip: `verifier inspect` beside `chip read` alone and `verify` alone.

A PN532 emulator with a link model serves the chip of a Utopian passport; the page of the same document (three lights) lies in
a folder. The programs take turns; medians of the rounds. See METHOD.md.

usage: python3 benches/desk.py [VERIFIER] [ROUNDS]
"""
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

VERIFIER = sys.argv[1] if len(sys.argv) > 1 else "target/release/verifier"
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 9
AT = "2026-11-21T10:00:00Z"
FOLDER = "folder:{}?settle_ms=20&poll_ms=20"


def processor():
    """Processor time of the programs that ended so far; the emulator has not."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(*words):
    """Wall and processor time in seconds, standard output and standard error of one run that ends well."""
    began, before = time.perf_counter(), processor()
    done = subprocess.run([VERIFIER, *words], capture_output=True, text=True, timeout=120)
    took = time.perf_counter() - began
    if done.returncode != 0:
        sys.exit(f"{' '.join(words)}\nended with {done.returncode}: {done.stdout}{done.stderr}")
    return (took, processor() - before), done.stdout, done.stderr


def seconds(line):
    """Time of a read as the program says it."""
    return float(re.search(r"commands, ([0-9.]+) s", line).group(1))


def main():
    work = tempfile.mkdtemp()
    demo = os.path.join(work, "demo")
    subprocess.run([VERIFIER, "demo", "--out", demo], capture_output=True, check=False)
    store = os.path.join(demo, "trust")
    policy = os.path.join(work, "frontline.toml")
    shipped = os.path.join(os.path.dirname(__file__), "../verifier-core/policies/frontline.toml")
    with open(shipped) as source, open(policy, "w") as out:
        out.write(source.read().replace("allow_specimen = false", "allow_specimen = true"))
    judge = ["--trust", store, "--policy", policy, "--at", AT]

    pages = os.path.join(work, "pages")
    page = os.path.join(pages, "page")
    shutil.copytree(os.path.join(demo, "captures", "genuine"), page)
    with open(os.path.join(page, "capture.json")) as source:
        bundle = json.load(source)
    bundle.pop("chip")
    with open(os.path.join(page, "capture.json"), "w") as out:
        json.dump(bundle, out)
    shutil.rmtree(os.path.join(page, "chip"))

    line = os.path.join(work, "line")
    emulator = subprocess.Popen(
        [VERIFIER, "emulate", "pn532", "--link", line, "--profile", "pace,bac,aa:rsa2048:sha256,ca",
         "--turnaround", "8", "--bit-rate", "424000"],
        stdout=subprocess.PIPE, text=True)
    emulator.stdout.readline()
    key = emulator.stdout.readline().split(": ", 1)[1].strip()

    print("apdu      chip read  verify  sum     inspect  over the longer  read alone  read in inspect  page alone"
          "  CPU read+verify  CPU inspect")
    try:
        for kind in ["short", "extended"]:
            reader = f"pn532:{line}" + ("?apdu=extended" if kind == "extended" else "")
            rows = []
            for number in range(ROUNDS):
                kept = os.path.join(work, f"{kind}-{number}")
                live = os.path.join(work, f"{kind}-live-{number}")
                read, out, _ = run("chip", "read", "--reader", reader, "--mrz-key", key, "--out", kept)
                alone = seconds(out)
                both, report, log = run("inspect", "--reader", FOLDER.format(pages), "--reader", reader, "--mrz-key",
                                        key, "--count", "1", "--log", "--json", "--out", live, *judge)
                within = seconds(log)
                # The same evidence, page and chip, from the disk.
                verify, again, _ = run("verify", live, "--json", *judge)
                if json.loads(again)["digest"] != json.loads(report)["digest"]:
                    sys.exit("inspect and verify differ")
                subprocess.run([VERIFIER, "optics", "check", page, *judge], capture_output=True, check=False)
                began = time.perf_counter()
                subprocess.run([VERIFIER, "optics", "check", page, *judge], capture_output=True, check=False)
                optical = time.perf_counter() - began
                rows.append((read[0], verify[0], both[0], alone, within, optical, read[1] + verify[1], both[1]))
            read, verify, both, alone, within, optical, cpu_apart, cpu_live = (statistics.median(column) for column in zip(*rows))
            print(f"{kind:<9} {read * 1000:7.0f}  {verify * 1000:6.0f}  {(read + verify) * 1000:6.0f}  {both * 1000:6.0f}"
                  f"  {(both - max(read, verify)) * 1000:15.0f}  {alone * 1000:10.0f}  {within * 1000:15.0f}"
                  f"  {optical * 1000:10.0f}  {cpu_apart * 1000:15.0f}  {cpu_live * 1000:11.0f}   (ms)")
    finally:
        emulator.kill()
        emulator.wait()
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
