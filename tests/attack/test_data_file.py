# SPDX-License-Identifier: Apache-2.0
"""Manipulations of the data file itself, by somebody who may write to it: the triggers are dropped, rows of the
record are changed, and the program is asked for an export. Either it refuses, or the outside verifier finds
the export wrong, or `record check` finds what does not get out. XQ_ATTACKS_FILE: cases for each class (3)."""
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BINARY = os.environ.get("XQ_BIN") or os.path.join(ROOT, "build", "xinqiao")
sys.path[:0] = [HERE, os.path.join(ROOT, "tools", "verify")]
try:
    import cryptography  # noqa: F401
except ModuleNotFoundError as missing:
    print("SKIP attack: %s" % missing)
    sys.exit(77)

import canon  # noqa: E402
import source  # noqa: E402
import verify  # noqa: E402


def like(old, data):
    """The column keeps its type: text stays text."""
    return data.decode() if isinstance(old, str) else data


def raw(value):
    return value.encode() if isinstance(value, str) else bytes(value)


def event_of(db, rng, *kinds):
    """(seq, column value, event) of one entry, of these kinds if any are given."""
    rows = [(seq, value, canon.read(raw(value))) for seq, value in db.execute(
        "SELECT seq, bytes FROM ledger_event ORDER BY seq")]
    return rng.choice([row for row in rows[1:] if not kinds or row[2]["k"] in kinds])


def put(db, seq, old, event):
    data = event if isinstance(event, bytes) else canon.write(event)
    db.execute("UPDATE ledger_event SET bytes = ? WHERE seq = ?", (like(old, data), seq))


def edit_rating(db, rng):
    seq, old, event = event_of(db, rng, "concern.rated")
    event["pub"]["sat"] = event["pub"].get("sat", 0) % 4 + 1
    put(db, seq, old, event)


def edit_outcome(db, rng):
    seq, old, event = event_of(db, rng, "concern.closed")
    event["pub"]["outcome"] = "not" if event["pub"]["outcome"] == "solved" else "solved"
    put(db, seq, old, event)


def back_date(db, rng):
    seq, old, event = event_of(db, rng)
    event["at"] = "2020-01-01T00:00:00+08:00"
    put(db, seq, old, event)


def swap(db, rng):
    (one, old, first), (other, _, second) = event_of(db, rng), event_of(db, rng)
    while other == one:
        other, _, second = event_of(db, rng)
    put(db, one, old, second)
    put(db, other, old, first)


def replay(db, rng):
    (_, _, event), (seq, old, there) = event_of(db, rng), event_of(db, rng)
    while event["seq"] == there["seq"]:
        seq, old, there = event_of(db, rng)
    put(db, seq, old, event)


def delete(db, rng):
    db.execute("DELETE FROM ledger_event WHERE seq = ?", (event_of(db, rng)[0],))


def delete_and_close_the_gap(db, rng):
    seq = event_of(db, rng)[0]
    db.execute("DELETE FROM ledger_event WHERE seq = ?", (seq,))
    db.execute("UPDATE ledger_event SET seq = -seq WHERE seq > ?", (seq,))
    db.execute("UPDATE ledger_event SET seq = -seq - 1 WHERE seq < 0")


def append(db, rng):
    """One more entry behind the signed ones is none of the record yet; in the middle it is."""
    seq, old, event = event_of(db, rng)
    db.execute("UPDATE ledger_event SET seq = -seq - 1 WHERE seq >= ?", (seq,))
    db.execute("UPDATE ledger_event SET seq = -seq WHERE seq < 0")
    db.execute("INSERT INTO ledger_event (office, seq, bytes) SELECT office, ?, bytes FROM ledger_event "
               "WHERE seq = ?", (seq, seq + 1))


def tile(db, rng):
    rows = list(db.execute("SELECT rowid, hashes FROM ledger_tile"))
    rowid, hashes = rng.choice(rows)
    data = bytearray(hashes)
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    db.execute("UPDATE ledger_tile SET hashes = ? WHERE rowid = ?", (bytes(data), rowid))


def document(db, rng):
    named = {canon.read(raw(v))["pub"].get("doc") for (v,) in db.execute("SELECT bytes FROM ledger_event")}
    rows = [(rowid, value, data) for rowid, value, data in db.execute("SELECT rowid, bytes, sha256 FROM ledger_doc")
            if (data if isinstance(data, str) else bytes(data).hex()) in named]
    rowid, value, _ = rng.choice(rows)
    db.execute("UPDATE ledger_doc SET bytes = ? WHERE rowid = ?",
               (like(value, raw(value).replace(b"1", b"2") + b" "), rowid))


def checkpoint_root(db, rng):
    size, note = db.execute("SELECT size, note FROM ledger_signed").fetchone()
    lines = raw(note).decode().split("\n")
    lines[2] = canon.b64(rng.randbytes(32))
    db.execute("UPDATE ledger_signed SET note = ?, root = ? WHERE size = ?",
               (like(note, "\n".join(lines).encode()), canon.unb64(lines[2]), size))


ATTACKS = [edit_rating, edit_outcome, back_date, swap, replay, delete, delete_and_close_the_gap, append, tile,
           document, checkpoint_root]


def export(data, out):
    return subprocess.run([BINARY, "record", "export", "--data", data, "--to", out], capture_output=True, timeout=120)


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
    subprocess.run([BINARY, "init", "--data", data, "--demo", "--concerns", "60"], check=True,
                   stdout=subprocess.DEVNULL)
    server = subprocess.Popen([BINARY, "serve", "--data", data, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)
    server.stdout.readline()
    server.send_signal(signal.SIGTERM)
    server.wait(60)
    return data


def attack(top, honest, function, number, key, seen):
    data, out = os.path.join(top, "data"), os.path.join(top, "out")
    for path in (data, out):
        shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(honest, data)
    db = sqlite3.connect(os.path.join(data, "xinqiao.db"))
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute('DROP TRIGGER "%s"' % name)
    function(db, random.Random("%s %d" % (function.__name__, number)))
    db.commit()
    db.close()
    return verdict(data, out, key, seen)


def main():
    count, failed = int(os.environ.get("XQ_ATTACKS_FILE", "3")), 0
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
        for function in ATTACKS:
            found = [attack(top, honest, function, number, key, seen) for number in range(count)]
            failed += None in found
            print("%s attack: data file: %s: %s" % ("FAIL" if None in found else "PASS",
                  function.__name__.replace("_", " "), ", ".join("%s" % one for one in found)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
