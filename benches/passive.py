#!/usr/bin/env python3
"""Passive authentication side by side: ours, OpenSSL's API and program, Python `cryptography`. See METHOD.md.

`python3 benches/passive.py` builds everything, runs the peers in turn three times, and prints medians and ratios.
"""
import os, pathlib, statistics, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PEERS = ROOT / "benches/peers/passive"
CORPUS = os.environ.get("VERIFIER_CORPUS", str(ROOT.parent / "shared/corpus"))
sys.path.insert(0, str(PEERS))
import documents  # noqa: E402

ROUNDS = int(os.environ.get("ROUNDS", "3"))


def run(*words, **more):
    return subprocess.run([str(w) for w in words], check=True, capture_output=True, text=True, **more).stdout


def rows(text):
    return [(" ".join(line.split()[:-1]), float(line.split()[-1])) for line in text.splitlines()
            if line and line.split()[-1].replace(".", "", 1).isdigit()]


def cpu(words):
    """User and system time of a process, milliseconds."""
    before = os.times()
    subprocess.run([str(w) for w in words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = os.times()
    return (after.children_user - before.children_user + after.children_system - before.children_system) * 1e3


def main():
    env = {**os.environ, "VERIFIER_CORPUS": CORPUS}
    if "--no-build" not in sys.argv:
        subprocess.run(["cargo", "build", "-q", "--release", "-p", "verifier-benches", "--example", "passive"],
                       check=True, cwd=ROOT)
    ours = TARGET / "release/examples/passive"
    with tempfile.TemporaryDirectory() as folder:
        peer = pathlib.Path(folder) / "openssl"
        run("cc", "-O2", "-o", peer, PEERS / "openssl.c", "-lcrypto")
        print("machine:", run("uname", "-mr").strip(), "| load", os.getloadavg(), "|", run("openssl", "version").strip())
        made = documents.make(folder)
        sets = run(ours, "extract", folder, env=env).split() + made
        seen = {}
        for _ in range(ROUNDS):
            for name in sets:
                base = pathlib.Path(folder) / name
                parts = [base / "cms.der", base / "dsc.der", base / "csca.der"]
                own = ("made", base) if name in made else ("one", name)
                for key, value in (rows(run(ours, *own, env=env)) + rows(run(peer, *parts))
                                   + rows(run(sys.executable, PEERS / "cryptography_whole.py", *parts[1:]))):
                    seen.setdefault((name, key), []).append(value)
                begin = [cpu(["openssl", "cms", "-verify", "-noverify", "-binary", "-inform", "DER", "-in", parts[0]])
                         for _ in range(5)]
                seen.setdefault((name, "openssl_cli cms_ms"), []).append(statistics.median(begin))
            list_files = sorted((pathlib.Path(folder) / "list").glob("*.der"))
            for key, value in (rows(run(ours, "list", env=env)) + rows(run(peer, "parse", *list_files))
                               + rows(run(sys.executable, PEERS / "cryptography_whole.py", "parse", *list_files))):
                seen.setdefault(("master list", key), []).append(value)
        curves = {}
        for _ in range(ROUNDS):
            for key, value in rows(run(ours, "keys", pathlib.Path(folder) / "keys", env=env)):
                name = key.split()[1]
                theirs = rows(run(peer, "self", pathlib.Path(folder) / f"keys/{name}.der"))[0][1]
                curves.setdefault(name, []).append((value, theirs))
        for (name, key), values in seen.items():
            print(f"{name:42} {key:32} {statistics.median(values):10.1f}")
        print()
        for name, pairs in curves.items():
            one, other = (statistics.median(times) for times in zip(*pairs))
            print(f"{name:42} self-signed root: ours {one:.1f} us, OpenSSL {other:.1f} us: {one / other:.2f}x")
        print()
        for name in sets:
            get = lambda key: statistics.median(seen[(name, key)]) if (name, key) in seen else float("nan")
            openssl = get("openssl_api raw_object") + get("openssl_api raw_chain")
            whole = get("ours whole")
            print(f"{name:42} whole {whole:.1f} us = {get('ours ratio'):.2f}x our raw sum, {whole / openssl:.2f}x OpenSSL's, "
                  f"OpenSSL whole {get('openssl_api whole') / whole:.2f}x ours; cached {get('ours cached'):.1f} us")


main()
