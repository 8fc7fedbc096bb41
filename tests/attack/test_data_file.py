# SPDX-License-Identifier: Apache-2.0
"""Manipulations of the data file itself, by somebody who may write to it: the triggers are dropped and rows of the
record are changed.

  read       the rows as a server would show them, read by the outside verifier (XQ_ATTACKS_ROWS: cases a class, 6)
  run        the program is asked for an export: it refuses, or the outside verifier finds the export wrong, or
             `record check` finds what does not get out (XQ_ATTACKS_FILE: cases a class, 1)
  resigned   the export put in order again after the change, and signed by a stranger or with the right key of a
             test's own log (XQ_ATTACKS_SIGNED: cases a class, 3)"""
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BINARY = os.environ.get("XQ_BIN") or os.path.join(ROOT, "build", "xinqiao")
sys.path[:0] = [HERE, os.path.dirname(HERE), os.path.join(ROOT, "tools", "verify")]
try:
    import cryptography  # noqa: F401
except ModuleNotFoundError as missing:
    print("SKIP attack: %s" % missing)
    sys.exit(77)

import base  # noqa: E402
import canon  # noqa: E402
import data_file  # noqa: E402
import resigned  # noqa: E402
import source  # noqa: E402
import store  # noqa: E402
import verify  # noqa: E402


def export(data, out):
    return subprocess.run([BINARY, "record", "export", "--data", data, "-o", out], capture_output=True, timeout=120)


def verdict(data, out, key, seen):
    """In words how it was found, None if it was not."""
    done = export(data, out)
    if done.returncode != 0:
        return "refused" if done.returncode == 1 else None
    log = verify.Log(source.Folder(out), [key], seen=seen)
    log.check()
    if log.counts:
        return " ".join(sorted(log.counts))
    # An export computes its tiles anew, so a wrong one in the data file never gets out that way.
    done = subprocess.run([BINARY, "record", "check", "--data", data], capture_output=True, timeout=120)
    return "record check" if done.returncode == 1 else None


def office(top):
    """A demo office whose record is signed."""
    data = os.path.join(top, "honest")
    subprocess.run([BINARY, "init", "--data", data, "--demo", "--concerns", "150"], check=True,
                   stdout=subprocess.DEVNULL)
    server = subprocess.Popen([BINARY, "serve", "--data", data, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)
    server.stdout.readline()
    server.send_signal(signal.SIGTERM)
    server.wait(60)
    return data


def attack(top, honest, function, number, key, seen):
    data, out = os.path.join(top, "data"), os.path.join(top, "out")
    shutil.rmtree(out, ignore_errors=True)
    store.copy(honest, data)
    with store.opened(data) as db:
        store.drop_triggers(db)
        function(db, random.Random("%s %d" % (function.__name__, number)))
    return verdict(data, out, key, seen)


def tell(found, what):
    bad = None in found
    print("%s attack: %s: %s" % ("FAIL" if bad else "PASS", what,
          ", ".join("%s %d" % pair for pair in sorted(Counter(map(str, found)).items()))))
    return bad


def read_rows(honest, key, seen):
    """Number of classes with a case that the outside verifier does not find in the rows."""
    count, failed = int(os.environ.get("XQ_ATTACKS_ROWS", "6")), 0
    with store.opened(honest, True) as db:
        rows = data_file.copy_of(db)

    def look(rows):
        log = verify.Log(data_file.Served(rows), [key], seen=seen)
        log.check()
        return " ".join(sorted(log.counts)) or None
    said = look(rows)
    print("%s attack: the rows of the untouched data file are right" % ("FAIL" if said else "PASS"))
    if said:
        print("   ", said)
        return 1
    for function in data_file.ATTACKS:
        found = []
        for number in range(count):
            changed = data_file.copy_of(rows)
            function(changed, random.Random("rows %s %d" % (function.__name__, number)))
            found.append(look(changed))
        failed += tell(found, "rows: " + function.__name__.replace("_", " "))
    return failed


def sign_again(src):
    """The same for the export that was put in order after the change."""
    count, failed = int(os.environ.get("XQ_ATTACKS_SIGNED", "3")), 0
    head = src.get("checkpoint").decode().split("\n")
    docs = {name: src.get(name) for name in src.names("doc")}
    log = resigned.TestLog(src, int(head[1]), docs)
    codes, _ = base.judge(log.files, {"seen": log.seen}, log.right.vkey)
    # the sheets and draws name roots of the real log; nothing else may differ in a log of the test's own
    odd = codes - {"figures-root", "draw-root", "draw-drawn"}
    print("%s attack: the real entries in a log of the test's own" % ("FAIL" if odd else "PASS"), sorted(codes))
    for signer, due in ((log.right, {"fork", "rolled-back"}), (log.other, {"checkpoint-unsigned"})):
        for function in resigned.CHANGES:
            found = []
            for number in range(count):
                files = log.attacked(function, "signed %s %d" % (function.__name__, number), signer)
                now, _ = base.judge(files, {"seen": log.seen}, log.right.vkey)
                found.append(" ".join(sorted(now & due)) or None)
            failed += tell(found, "signed %s: %s" % ("with the right key" if signer is log.right else "by a stranger",
                                                     function.__name__.replace("_", " ")))
    return failed + bool(odd)


def main():
    count, failed = int(os.environ.get("XQ_ATTACKS_FILE", "1")), 0
    help_ = subprocess.run([BINARY, "record", "export", "--help"], capture_output=True) if os.path.exists(
        BINARY) else None
    if not help_ or b"record export" not in help_.stdout:
        print("SKIP attack: this program has no `record export`")
        return 77
    with tempfile.TemporaryDirectory() as top:
        honest, out = office(top), os.path.join(top, "first")
        done = export(honest, out)
        src = source.Folder(out)
        key = canon.read(src.get("log.json") or b"{}").get("vkeys", [[None]])[0][0]
        said = verdict(honest, os.path.join(top, "again"), key, ()) if key else done.stderr.decode()
        print("%s attack: the export of the untouched data file is right" % ("FAIL" if said else "PASS"))
        if said:
            print("   ", said)
            return 1
        seen = [("seen", src.get("checkpoint"))]
        failed += read_rows(honest, key, seen)
        failed += sign_again(src)
        for function in data_file.ATTACKS:
            found = [attack(top, honest, function, number, key, seen) for number in range(count)]
            failed += tell(found, "data file: " + function.__name__.replace("_", " "))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
