# SPDX-License-Identifier: Apache-2.0
"""The record of a running demo office, checked from its address; then a copy of it is manipulated."""
import os
import random
import re
import signal
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.environ.get("XQ_BIN") or os.path.join(ROOT, "build", "xinqiao")
sys.path[:0] = [os.path.join(ROOT, "tests", "attack"), os.path.join(ROOT, "tools", "verify")]
try:
    import cryptography  # noqa: F401
except ModuleNotFoundError as missing:
    print("SKIP verify: %s" % missing)
    sys.exit(77)

import base  # noqa: E402
import canon  # noqa: E402
import naive  # noqa: E402
import source  # noqa: E402
import synth  # noqa: E402
import tree  # noqa: E402
import verify  # noqa: E402

CASES = int(os.environ.get("XQ_ATTACKS_LIVE", "3"))       # for each class
failed = 0


def expect(name, truth, detail=""):
    global failed
    print("%s verify: %s" % ("PASS" if truth else "FAIL", name))
    if not truth:
        failed += 1
        print("   ", detail)


def serve(data):
    server = subprocess.Popen([BINARY, "serve", "--data", data, "--listen", "127.0.0.1:0", "--no-limits"],
                              stdout=subprocess.PIPE, text=True)
    port = re.search(r":(\d+)$", server.stdout.readline().strip())[1]
    return server, "http://127.0.0.1:%s/log/demo" % port


def stop(server):
    server.send_signal(signal.SIGTERM)
    server.wait(60)


def copy(src):
    """Every file of the record at an address, as an export would have it."""
    files = {"checkpoint": src.get("checkpoint"), "log.json": src.get("log.json")}
    for kept in canon.read(files["log.json"])["checkpoints"]:
        files["checkpoints/%d" % kept] = src.get("checkpoints/%d" % kept)
    size = int(files["checkpoint"].split(b"\n")[1])
    for level, n, width in tree.tiles_of(size):
        for kind in [level] + ["entries"] * (level == 0):
            path = tree.tile_path(kind, n, width)
            files[path] = src.get(path)
    for start in range(0, size, 256):
        for raw in base.bundle_of(files, start)[1]:
            pub = canon.read(raw)["pub"]
            for name in {pub.get("doc"), pub.get("frame")} - {None}:
                files["doc/" + name] = src.get("doc/" + name)
    return files


def attacked(target, vkey):
    missed = []
    for function in naive.ON_ANY_EXPORT:
        for number in range(CASES):
            case = function(target, random.Random("live %s %d" % (function.__name__, number)))
            found, _ = base.judge(case.files, case.evidence, vkey)
            if not found & case.due:
                missed.append((function.__name__, number, sorted(found)))
    return missed


def main():
    with tempfile.TemporaryDirectory() as top:
        data = os.path.join(top, "data")
        subprocess.run([BINARY, "init", "--data", data, "--demo", "--concerns", "60"], check=True,
                       stdout=subprocess.DEVNULL)
        stop(serve(data)[0])        # signs what there is before it ends
        server, address = serve(data)
        src = source.Address(address)
        try:
            if src.get("checkpoint") is None:
                print("SKIP verify: this program serves no record")
                return 77
            key = canon.read(src.get("log.json"))["vkeys"][0][0]
            log = verify.Log(src, [key])
            log.check()
            expect("the record of a running office is right, %d entries" % log.tree.size,
                   not log.counts and log.tree.size > 300, log.faults)
            stranger = verify.Log(src, [synth.Signer(log.origin, "stranger").vkey])
            stranger.check()
            expect("it is refused under another key", set(stranger.counts) == {"V1"}, stranger.faults)
            files = copy(src)
        finally:
            stop(server)
    codes, _ = base.judge(files, {}, key)
    expect("a copy of it is right", not codes, codes)
    missed = attacked(base.Foreign(files), key)
    expect("%d manipulations of the copy are found" % (CASES * len(naive.ON_ANY_EXPORT)), not missed, missed)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
