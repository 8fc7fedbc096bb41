# SPDX-License-Identifier: Apache-2.0
"""The outside verifier against the published vectors of the record: what is valid is reproduced to
the byte, what is invalid is refused. Each group is one PASS or FAIL line."""
import base64
import json
import os
import sys
from hashlib import sha256

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tools", "verify"))
try:
    import canon
    import draws
    import events
    import figures
    import note
    import receipt
    import source
    import tree
    import verify
except ModuleNotFoundError as missing:
    print("SKIP verify: %s" % missing)
    sys.exit(77)

SHARED = os.environ.get("XQ_SHARED") or os.path.join(ROOT, "..", "shared")
VECTORS = os.path.join(SHARED, "vectors")
failed = 0


def load(name):
    with open(os.path.join(VECTORS, name + ".json"), encoding="utf-8") as file:
        return json.load(file)


def un(text):
    return base64.b64decode(text)


def group(name, cases):
    """Run (description, truth) pairs; at least one must exist."""
    global failed
    wrong, n = [], 0
    for what, good in cases:
        n += 1
        if not good:
            wrong.append(what)
    if wrong or not n:
        failed += 1
        print("FAIL verify: %s: %d of %d wrong: %s" % (name, len(wrong), n, wrong[:5]))
    else:
        print("PASS verify: %s (%d)" % (name, n))


def refused(call, *args):
    try:
        answer = call(*args)
    except (ValueError, KeyError, TypeError):
        return True
    return answer is False


def entries(count):
    return [b"xinqiao-public-1 entry %d" % i for i in range(count)]


def grown(size):
    grown_tree = tree.Tree()
    grown_tree.extend([tree.leaf(data) for data in entries(size)])
    return grown_tree


def tree_cases():
    data = load("tree")
    large = grown(max(row["size"] for row in data["large_roots"]))
    for i, due in enumerate(data["leaves"]):
        yield "leaf %d" % i, large.hash_at(0, i) == un(due)
    for row in data["odd_leaves"]:
        raw = un(row["data"]) if "data" in row else row["repeat"].encode() * row["len"]
        yield "odd leaf", tree.leaf(raw) == un(row["leaf"])
    for row in data["nodes"]:
        yield "node", tree.node(un(row["left"]), un(row["right"])) == un(row["node"])
    for size, due in enumerate(data["roots_0_to_300"]):
        yield "root %d" % size, large.root(size) == un(due)
    for row in data["large_roots"]:
        yield "root %d" % row["size"], large.root(row["size"]) == un(row["root"])
    in_steps = tree.Tree()
    for one in entries(300):
        in_steps.extend([tree.leaf(one)])
    yield "leaf by leaf", in_steps.root(300) == large.root(300)
    yield from tile_cases(large)


def tile_cases(large):
    data = load("tiles")
    for size in data["sizes"]:
        have = {tree.tile_path(*place): place for place in tree.tiles_of(size["size"])}
        for row in size["hash_tiles"]:
            place = have.get(row["path"])
            yield row["path"], place and sha256(large.tile(*place)).hexdigest() == row["sha256"]
        if size["size"] <= 1000:
            yield "tiles of %d" % size["size"], sorted(have) == sorted(
                row["path"] for row in size["hash_tiles"])
        for row in size["bundles"]:
            start = 256 * row["n"]
            raw = b"".join(len(e).to_bytes(2, "big") + e for e in
                           entries(start + row["width"])[start:])
            yield row["path"], (sha256(raw).hexdigest() == row["sha256"]
                                and len(events.read_bundle(raw, row["width"])) == row["width"]
                                and refused(events.read_bundle, raw[:-1], row["width"])
                                and refused(events.read_bundle, raw + b"\0", row["width"]))
    for row in data["paths"]:
        place = row["level"], row["n"], row["width"]
        yield row["path"], tree.tile_path(*place) == row["path"]
        yield row["path"], tree.read_tile_path(row["path"]) == place
    for path in data["bad_paths"]:
        yield path, tree.read_tile_path(path) is None


def proof_cases():
    for name, good in (("valid", True), ("invalid", False)):
        for row in load("inclusion")[name]:
            hash_ = un(row["leaf"]) if "leaf" in row else tree.leaf(un(row["data"]))
            yield row.get("why", row["seq"]), good == tree.includes(
                hash_, row["seq"], row["size"], [un(h) for h in row["proof"]], un(row["root"]))
        for row in load("consistency")[name]:
            yield row.get("why", row["from"]), good == tree.extends(
                row["from"], un(row["from_root"]), row["to"], un(row["to_root"]),
                [un(h) for h in row["proof"]])


def canonical_cases():
    data = load("canonical")
    for row in data["valid"]:
        due = row["canonical"].encode()
        yield row["loose"], canon.write(json.loads(row["loose"])) == due
        yield row["loose"], canon.write(canon.read(due)) == due
        yield row["loose"], sha256(due).hexdigest() == row["sha256"]
    for row in data["rejected"]:
        yield row["why"], refused(canon.read, un(row["bytes_b64"]))


def event_cases():
    data = load("events")
    for row in data["valid"]:
        raw = row["event"].encode()
        yield row["event"][:80], (events.read_event(raw)["log"] == data["log"]
                                  and tree.leaf(raw) == un(row["leaf"]))
    for row in data["invalid"]:
        raw = row["event"].encode() if "event" in row else un(row["event_b64"])
        yield row["why"], refused(events.read_event, raw)
    for row in load("commitments")["valid"]:
        yield row["text"], receipt.opens(row["commitment"], row["salt"], row["text"])
    for row in load("commitments")["invalid"]:
        yield row["why"], refused(receipt.opens, row["commitment"], row["salt"], row["text"])


def accepted(raw, keys, origin):
    """What a reader of this origin takes from a note: checkpoint and good signatures, or ValueError."""
    checkpoint = note.read_checkpoint(raw)
    if checkpoint.origin != origin:
        raise ValueError("another origin")
    signed_by = note.signers(checkpoint, keys)
    if not any(key.type == note.LOG for key, _ in signed_by):
        raise ValueError("no signature of the log")
    return checkpoint, signed_by


def note_cases():
    data = load("notes")
    log, second = note.read_vkey(data["vkey"]), note.read_vkey(data["second_vkey"])
    witnesses = [note.read_vkey(vkey) for vkey in data["witness_vkeys"]]
    for row in data["checkpoints"]:
        keys = [log, second, *witnesses]
        checkpoint, signed_by = accepted(row["note"].encode(), keys, log.name)
        times = [at for key, at in signed_by if key.type == note.WITNESS]
        names = [key.name for key, _ in signed_by if key.type == note.WITNESS]
        yield row["why"], ((checkpoint.size, checkpoint.origin) == (row["size"], row["origin"])
                           and checkpoint.root == un(row["root"])
                           and names == row.get("cosigned", []) and times == row.get("times", []))
    for row in data["rejected"]:
        raw = row["note"].encode() if "note" in row else un(row["note_b64"])
        yield row["why"], refused(accepted, raw, [log], log.name)
    for row in data["bad_cosignatures"]:
        yield row["why"], refused(accepted, row["note"].encode(), [log, *witnesses], log.name)
    other = next(row for row in data["rejected"] if "another log's origin" in row["why"])
    yield other["why"], refused(note.signers, note.read_checkpoint(other["note"].encode()), [log])
    for vkey in data["bad_vkeys"]:
        yield vkey, refused(note.read_vkey, vkey)
    for name, good in (("valid", True), ("invalid", False)):
        for row in load("proofs")[name]:
            def call(row=row):
                proof = receipt.read_proof(row["proof"].encode())
                receipt.check_proof(proof, row["entry"].encode(), [log])
            yield row.get("why", row["entry"]), good != refused(call)


def draw_cases():
    for row in load("sortition")["draws"]:
        seed = draws.seed_of(row["origin"], row["draw"], row["size"], row["root"], row["outside"])
        drawn = draws.drawn_from(seed, row["frame"], row["count"], row.get("quota"), row["skipped"])
        yield row["draw"], (seed.hex() == row["seed_hex"] and drawn == row["drawn"]
                            and sha256(canon.write(row["frame"])).hexdigest() == row["frame_sha256"])


def due_cases():
    """An answer in the very second that was due is in time; one second later it is late."""
    due = "2026-01-05T17:30:00+08:00"
    for at, in_time in ((due, 1), ("2026-01-05T17:30:01+08:00", 0)):
        record = figures.Record()
        for seq, (kind, when, pub) in enumerate((("raised", "2026-01-01T09:00:00+08:00", {"due": due}),
                                                 ("replied", at, {}), ("closed", at, {"outcome": "solved"}))):
            record.add({"k": "concern." + kind, "at": when, "ref": "c", "seq": seq, "unit": "u01", "pub": pub})
        rows = figures.rows_of(figures.count_again(record, "2026-01-01", "2026-02-01", 3), "xinqiao-figures/1")
        yield at, [(row["num"], row["den"]) for row in rows if row["id"] == "on_time"] == [(in_time, 1)] * 2


def minilog_cases():
    data = load("minilog")
    files = {path: un(raw) for path, raw in data["files"].items()}
    receipts = [(name, raw) for name, raw in sorted(files.items()) if name.startswith("receipts/")]
    kept = [(name, raw) for name, raw in files.items() if name.startswith("checkpoints/")]
    log = verify.Log(source.Memory(files), [data["vkey"]], [data["witness"]], 1, kept, receipts)
    log.check()
    yield log.faults, not log.counts
    yield "receipts", sum(code == "receipt-good" for code, *_ in log.remarks) == len(receipts) == 6
    for (_, pub), due in zip(log.published, data["figures"], strict=True):
        sheet = figures.count_again(log.record, pub["from"], pub["to"], pub["size"])
        yield pub["from"], figures.rows_of(sheet, due["defs"]) == due["figures"]
    stale = verify.Log(source.Memory(files), [data["vkey"]], now=verify.unix(log.newest) + 27 * 3600)
    stale.check()
    yield "stale", [fault.code for fault in stale.faults] == ["stale"]
    for path in sorted(files):          # one byte of any file, except the file that proves nothing
        if path == "log.json" or path.startswith("receipts/"):
            continue
        raw = bytearray(files[path])
        raw[len(raw) // 2] ^= 1
        broken = verify.Log(source.Memory({**files, path: bytes(raw)}), [data["vkey"]])
        broken.check()
        yield "a bit of " + path, bool(broken.counts)
    for name, raw in receipts:
        for at in range(7, len(raw), 97):
            if refused(lambda: raw[at:at + 1].decode()) or raw[at:at + 1] == b"\n":
                continue
            other = raw[:at] + (b"A" if raw[at:at + 1] != b"A" else b"B") + raw[at + 1:]
            yield "%s at %d" % (name, at), receipt_refused(log, other)


def receipt_refused(log, raw):
    before = log.counts["V11"] + log.counts["V4"]
    receipt.check(log, "altered", raw)
    return log.counts["V11"] + log.counts["V4"] > before


def main():
    if not os.path.isdir(VECTORS):
        print("SKIP verify: the published vectors are not beside the checkout (XQ_SHARED)")
        return 77
    group("tree and tiles", tree_cases())
    group("proofs of inclusion and consistency", proof_cases())
    group("canonical JSON", canonical_cases())
    group("events and openings", event_cases())
    group("notes, keys, cosignatures, proof files", note_cases())
    group("draws", draw_cases())
    group("the second that is due", due_cases())
    group("the whole small log, and every file of it altered", minilog_cases())
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
