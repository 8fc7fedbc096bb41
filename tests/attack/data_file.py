# SPDX-License-Identifier: Apache-2.0
"""What somebody may do to the rows of the record who may write to the data file, and those rows as a stranger
sees them through a server that runs on them."""
import sqlite3

import canon
import store
import synth
import tree

TABLES = ("ledger_event", "ledger_tile", "ledger_doc", "ledger_checkpoint", "ledger_signed", "ledger_head")


def like(old, data):
    """The column keeps its type: text stays text."""
    return data.decode() if isinstance(old, str) else data


def raw(value):
    return value.encode() if isinstance(value, str) else bytes(value)


def copy_of(db):
    """The rows of the record alone, in memory."""
    out = sqlite3.connect(":memory:")
    there = store.tables(db)
    for name in TABLES:
        columns = there[name]
        out.execute("CREATE TABLE %s (%s)" % (name, ", ".join(columns)))
        out.executemany("INSERT INTO %s VALUES (%s)" % (name, ", ".join("?" * len(columns))),
                        db.execute("SELECT * FROM %s" % name))
    return out


class Served:
    """The paths of ledger.md 2 out of the rows: what is full from its row, what is unfinished from the entries."""

    def __init__(self, db):
        self.db = db
        self.raw = {seq: raw(value) for seq, value in db.execute("SELECT seq, bytes FROM ledger_event")}
        self.tiles = {(level, n): (hashes, root) for level, n, hashes, root in db.execute(
            "SELECT level, n, hashes, root FROM ledger_tile")}

    def get(self, name):
        if name == "checkpoint":
            row = self.db.execute("SELECT note FROM ledger_signed").fetchone()
        elif name.startswith("checkpoints/"):
            row = self.db.execute("SELECT note FROM ledger_checkpoint WHERE size = ?", (int(name[12:]),)).fetchone()
        elif name.startswith("doc/"):
            row = self.db.execute("SELECT bytes FROM ledger_doc WHERE sha256 = ?", (name[4:],)).fetchone()
        elif name == "log.json":
            sizes = [size for (size,) in self.db.execute("SELECT size FROM ledger_checkpoint ORDER BY size")]
            row = (canon.write({"checkpoints": sizes}),)
        else:
            row = (self._tile(*(tree.read_tile_path(name) or (None, 0, 0))),)
        return raw(row[0]) if row and row[0] is not None else None

    def _tile(self, level, n, width):
        seqs = range(256 * n, 256 * n + width)
        if level == "entries":
            if not all(seq in self.raw for seq in seqs):
                return None
            return b"".join(len(self.raw[seq]).to_bytes(2, "big") + self.raw[seq] for seq in seqs)
        if width == 256 and self.tiles.get((level, n), (None,))[0] is not None:
            return bytes(self.tiles[level, n][0])
        if level == 0:
            return b"".join(tree.leaf(self.raw[seq]) for seq in seqs if seq in self.raw)
        return b"".join(bytes(self.tiles[level - 1, i][1]) for i in seqs if (level - 1, i) in self.tiles)

    def names(self, folder):
        return ()


# -- changing rows ------------------------------------------------------------------------------------------

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


def edit_due(db, rng):
    seq, old, event = event_of(db, rng, "concern.raised", "concern.owned", "concern.due-moved")
    event["pub"]["due"] = "2031-01-01T00:00:00+08:00"
    put(db, seq, old, event)


def back_date(db, rng):
    seq, old, event = event_of(db, rng)
    event["at"] = "2020-01-01T00:00:00+08:00"
    put(db, seq, old, event)


def reorder(db, rng):
    seq, old, event = event_of(db, rng)
    other = seq - 1 if seq > 1 else seq + 1
    (value,) = db.execute("SELECT bytes FROM ledger_event WHERE seq = ?", (other,)).fetchone()
    there = canon.read(raw(value))
    if {**there, "seq": seq} == event:      # two ticks of one second: nothing would change
        return reorder(db, rng)
    put(db, other, old, {**event, "seq": other})
    put(db, seq, old, {**there, "seq": seq})
    return None


def swap_outcomes(db, rng):
    """What two residents said, exchanged."""
    while True:
        (one, old, first), (other, _, second) = (event_of(db, rng, "concern.rated") for _ in "ab")
        if first["pub"] != second["pub"]:
            break
    put(db, one, old, {**first, "pub": second["pub"]})
    put(db, other, old, {**second, "pub": first["pub"]})


def replay(db, rng):
    (_, _, event), (seq, old, there) = event_of(db, rng), event_of(db, rng)
    while event["seq"] == there["seq"]:
        seq, old, there = event_of(db, rng)
    put(db, seq, old, event)


def delete(db, rng):
    db.execute("DELETE FROM ledger_event WHERE seq = ?", (event_of(db, rng)[0],))


def _close_the_gap(db, seq):
    db.execute("DELETE FROM ledger_event WHERE seq = ?", (seq,))
    db.execute("UPDATE ledger_event SET seq = -seq WHERE seq > ?", (seq,))
    db.execute("UPDATE ledger_event SET seq = -seq - 1 WHERE seq < 0")


def delete_and_close_the_gap(db, rng):
    _close_the_gap(db, event_of(db, rng)[0])


def drop_rating(db, rng):
    _close_the_gap(db, event_of(db, rng, "concern.rated")[0])


def insert(db, rng):
    """One more entry behind the signed ones is none of the record yet; in the middle it is."""
    seq, old, event = event_of(db, rng)
    db.execute("UPDATE ledger_event SET seq = -seq - 1 WHERE seq >= ?", (seq,))
    db.execute("UPDATE ledger_event SET seq = -seq WHERE seq < 0")
    db.execute("INSERT INTO ledger_event (office, seq, bytes) SELECT office, ?, bytes FROM ledger_event "
               "WHERE seq = ?", (seq, seq + 1))


def tile_root(db, rng):
    """Of a full tile only the root may be kept; it gives the tile above."""
    level, n, root = rng.choice(list(db.execute("SELECT level, n, root FROM ledger_tile ORDER BY level, n")))
    data = bytearray(root)
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    db.execute("UPDATE ledger_tile SET root = ? WHERE level = ? AND n = ?", (bytes(data), level, n))


def _document(db, rng, *kinds):
    named = {canon.read(raw(v))["pub"].get("doc") for (v,) in db.execute("SELECT bytes FROM ledger_event")
             if not kinds or canon.read(raw(v))["k"] in kinds}
    return rng.choice([row for row in db.execute("SELECT bytes, sha256 FROM ledger_doc ORDER BY sha256") if row[1] in named])


def document(db, rng):
    value, name = _document(db, rng)
    db.execute("UPDATE ledger_doc SET bytes = ? WHERE sha256 = ?",
               (like(value, raw(value).replace(b"1", b"2") + b" "), name))


def change_a_rule(db, rng):
    """The rule and the hash that names it."""
    value, name = _document(db, rng, "config.set")
    data = raw(value).replace(b"1", b"2") + b" "
    other = tree.sha256(data).hexdigest()
    db.execute("UPDATE ledger_doc SET bytes = ?, sha256 = ? WHERE sha256 = ?", (like(value, data), other, name))
    for seq, old in db.execute("SELECT seq, bytes FROM ledger_event").fetchall():
        if name.encode() in raw(old):
            put(db, seq, old, raw(old).replace(name.encode(), other.encode()))


# -- checkpoints ---------------------------------------------------------------------------------------------

def _note(db, change):
    """The newest checkpoint, written anew by change(lines)."""
    for table in ("ledger_signed", "ledger_checkpoint"):
        size, value = db.execute("SELECT size, note FROM %s ORDER BY size DESC" % table).fetchone()
        lines = raw(value).decode().split("\n")
        change(lines)
        db.execute("UPDATE %s SET note = ?, root = ? WHERE size = ?" % table,
                   (like(value, "\n".join(lines).encode()), canon.unb64(lines[2]), size))


def forge_root(db, rng):
    root = canon.b64(rng.randbytes(32))
    _note(db, lambda lines: lines.__setitem__(2, root))


def forge_size(db, rng):
    _note(db, lambda lines: lines.__setitem__(1, str(int(lines[1]) - 1 - rng.randrange(5))))


def forge_signature(db, rng):
    def change(lines):
        words = lines[4].split(" ")
        data = bytearray(canon.unb64(words[2]))
        data[4 + rng.randrange(64)] ^= 1 << rng.randrange(8)
        lines[4] = " ".join([*words[:2], canon.b64(bytes(data))])
    _note(db, change)


def roll_back(db, rng):
    """As an old copy of the file would be: everything fits together, and ends earlier."""
    sizes = [size for (size,) in db.execute("SELECT size FROM ledger_checkpoint ORDER BY size")][:-1]
    size = rng.choice(sizes)
    root, value = db.execute("SELECT root, note FROM ledger_checkpoint WHERE size = ?", (size,)).fetchone()
    (last,) = db.execute("SELECT bytes FROM ledger_event WHERE seq = ?", (size - 1,)).fetchone()
    db.execute("DELETE FROM ledger_event WHERE seq >= ?", (size,))
    db.execute("DELETE FROM ledger_tile WHERE (n + 1) * CASE level WHEN 0 THEN 256 ELSE 65536 END > ?", (size,))
    db.execute("DELETE FROM ledger_checkpoint WHERE size > ?", (size,))
    db.execute("UPDATE ledger_signed SET size = ?, root = ?, note = ?", (size, root, value))
    db.execute("UPDATE ledger_head SET size = ?, root = ?, last_at = ?",
               (size, root, synth.unix_of(canon.read(raw(last)))))


def fork(db, rng):
    """Another history of the same length, tiles, head and checkpoints mended; only the key is another."""
    rng.choice([edit_rating, edit_outcome, edit_due, swap_outcomes])(db, rng)
    made = tree.Tree()
    made.extend([tree.leaf(raw(value)) for (value,) in db.execute("SELECT bytes FROM ledger_event ORDER BY seq")])
    for level, n, hashes in db.execute("SELECT level, n, hashes FROM ledger_tile").fetchall():
        size = (n + 1) << 8 * (level + 1)
        whole = made.tile(level + 1, n // 256, 256)[32 * (n % 256):][:32]
        db.execute("UPDATE ledger_tile SET root = ?, hashes = ? WHERE level = ? AND n = ?",
                   (whole, None if hashes is None else made.tile(level, n, 256), level, n))
        assert size <= made.size and len(whole) == 32
    for table in ("ledger_checkpoint", "ledger_signed"):
        for size, value in db.execute("SELECT size, note FROM %s" % table).fetchall():
            origin = raw(value).decode().split("\n")[0]
            body = "%s\n%d\n%s\n" % (origin, size, canon.b64(made.root(size)))
            text = body + "\n" + synth.Signer(origin, "forger %d" % rng.randrange(10**9)).line(body)
            db.execute("UPDATE %s SET note = ?, root = ? WHERE size = ?" % table,
                       (like(value, text.encode()), made.root(size), size))
    db.execute("UPDATE ledger_head SET root = ?", (made.root(made.size),))


ATTACKS = [edit_rating, edit_outcome, edit_due, back_date, reorder, swap_outcomes, replay, delete,
           delete_and_close_the_gap, drop_rating, insert, tile_root, document, change_a_rule, forge_root,
           forge_size, forge_signature, roll_back, fork]
