# SPDX-License-Identifier: Apache-2.0
"""An existing reader of tiles and notes, Go's golang.org/x/mod/sumdb, reads an export of the public record:
all entries and kept checkpoints of a right one, and none of the wrong ones. Runs where Go is installed:
apt-get install golang-go golang-golang-x-mod-dev"""
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PACKAGES = "/usr/share/gocode"
if not shutil.which("go") or not os.path.isdir(PACKAGES + "/src/golang.org/x/mod/sumdb/tlog"):
    print("SKIP interop: Go and its x/mod are not installed (golang-go, golang-golang-x-mod-dev)")
    sys.exit(77)
sys.path.insert(0, os.path.join(ROOT, "tests", "attack"))
try:
    import synth
except ModuleNotFoundError as missing:
    print("SKIP interop: %s" % missing)
    sys.exit(77)


def build(folder):
    path = os.path.join(folder, "reader")
    subprocess.run(["go", "build", "-o", path, os.path.join(HERE, "reader.go")], check=True, timeout=600,
                   env={**os.environ, "GO111MODULE": "off", "GOPATH": PACKAGES, "GOFLAGS": "-p=1",
                        "GOCACHE": os.path.join(folder, "cache")})
    return path


def write(folder, files):
    shutil.rmtree(folder, ignore_errors=True)
    for name, data in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def main():
    made, failed = synth.honest(40, 3, 5), 0
    files = made.export()
    keys = [synth.FIRST.vkey, synth.SECOND.vkey]
    kept = next(name for name in files if name.startswith("checkpoints/"))
    wrong = {"an entry altered": {"tile/entries/001": flipped(files["tile/entries/001"], 700)},
             "a tile altered": {"tile/0/000": flipped(files["tile/0/000"], 4000)},
             "a root altered": {"checkpoint": files["checkpoint"].replace(
                 files["checkpoint"].split(b"\n")[2], files[kept].split(b"\n")[2])},
             "a kept checkpoint altered": {kept: files[kept].replace(b"synth", b"synch")}}
    with tempfile.TemporaryDirectory() as top:
        reader, folder = build(top), os.path.join(top, "record")
        for name, change in {"a right export is read whole": {}, **wrong}.items():
            write(folder, {**files, **change})
            done = subprocess.run([reader, folder, *keys], capture_output=True, timeout=120)
            said = done.stdout.decode().strip()
            good = (said == "right: %d entries, %d kept checkpoints" % (len(made.events), len(
                [f for f in files if f.startswith("checkpoints/")])) if not change
                else said.startswith("wrong: ") and done.returncode == 1)
            failed += not good
            print("%s interop: Go's own reader: %s: %s" % ("PASS" if good else "FAIL", name,
                                                           said + done.stderr.decode()[:300]))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
