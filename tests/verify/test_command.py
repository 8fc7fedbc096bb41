# SPDX-License-Identifier: Apache-2.0
"""The outside verifier as a technician runs it: from a folder and from an address, right and wrong."""
import functools
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "attack"))
try:
    import synth
except ModuleNotFoundError as missing:
    print("SKIP verify: %s" % missing)
    sys.exit(77)

VERIFY = os.path.join(ROOT, "tools", "verify", "verify.py")
failed = 0


def run(*args):
    done = subprocess.run([sys.executable, "-B", VERIFY, *args], capture_output=True, timeout=120)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def expect(name, truth, detail=""):
    global failed
    print("%s verify: %s" % ("PASS" if truth else "FAIL", name))
    if not truth:
        failed += 1
        print("   ", detail)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


def write(folder, files):
    for name, data in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)


def from_folder(folder, made, receipts):
    key = ["--vkey", synth.FIRST.vkey]
    size = max(s for s in made.cosigned if s < len(made.events))
    seen = os.path.join(folder, "checkpoints", str(size))
    got = run(folder, *key, "--witness", synth.WITNESS.vkey, "--need", "1", "--seen", seen,
              *[word for path in receipts for word in ("--receipt", path)])
    expect("a right folder ends with 0", got[0] == 0 and got[1].count("Receipt holds") == len(receipts), got)
    got = run(folder, *key, "--json")
    about = json.loads(got[1])
    expect("the result for programs", got[0] == 0 and about["ok"] and about["size"] == len(made.events)
           and about["origin"] == synth.ORIGIN and not about["faults"], got)
    got = run(folder, "--vkey", synth.Signer(synth.ORIGIN, "stranger").vkey)
    expect("another key is refused", got[0] == 1 and "V1" in got[1], got)
    got = run(folder, "--vkey", synth.Signer("other.example/log/x", "stranger").vkey)
    expect("another log's key is refused", got[0] == 1 and "another log" in got[1], got)
    got = run(folder, *key, "--witness", synth.WITNESS.vkey, "--need", "2")
    expect("too few witnesses are told", got[0] == 1 and "witnesses" in got[1], got)
    got = run(folder, *key, "--now", "2031-01-01T00:00:00+08:00", "--lang", "zh")
    expect("a sleeping record is told, in Chinese", got[0] == 1 and "\u8d85\u8fc726\u5c0f\u65f6" in got[1], got)
    for name, args in (("an absent file", ("--seen", folder + "/absent")), ("a word that is no key",
                       ("--vkey", "nonsense")), ("an unknown option", ("--speed", "9"))):
        got = run(folder, *args)
        expect("%s is wrong use" % name, got[0] == 2 and "Traceback" not in got[2], got)
    got = run(folder + "/absent", *key)
    expect("a folder that is not there is no right record", got[0] == 1 and "V1" in got[1], got)


def from_address(folder, made):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = "http://127.0.0.1:%d" % server.server_port
    now = synth.stamp(made.drafts[-1].at + 60)
    got = run(address, "--vkey", synth.FIRST.vkey, "--now", now)
    expect("a right address ends with 0", got[0] == 0, got)
    name = next("doc/" + e["pub"]["doc"] for e in made.events if e["k"] == "figures.published")
    os.rename(os.path.join(folder, name), os.path.join(folder, "away"))
    got = run(address, "--vkey", synth.FIRST.vkey, "--now", now)
    expect("what the address does not have is told", got[0] == 1 and "V7" in got[1]
           and "The record itself shows a breach" in got[1], got)
    got = run(address, "--vkey", synth.FIRST.vkey)
    expect("an address is held against today", got[0] == 1 and "26 hours" in got[1], got)
    server.shutdown()
    server.server_close()
    got = run(address, "--vkey", synth.FIRST.vkey)
    expect("an address that does not answer ends with 2", got[0] == 2 and "Traceback" not in got[2], got)


def main():
    made = synth.honest(12, 2, 3)
    with tempfile.TemporaryDirectory() as top:
        folder, receipts = os.path.join(top, "record"), []
        write(folder, made.export())
        for event in made.events:
            if event["k"] in ("concern.raised", "box.vote") and len(receipts) < 9:
                receipts.append(os.path.join(top, "%d.tlog-proof" % event["seq"]))
                with open(receipts[-1], "wb") as file:
                    file.write(made.receipt(event["seq"], len(made.events)))
        from_folder(folder, made, receipts)
        from_address(folder, made)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
