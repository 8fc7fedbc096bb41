# SPDX-License-Identifier: Apache-2.0
"""Attacks on the files of a copy, without mending hashes and signatures."""
from base import Case, bundle_of, change_event, put_bundle

import canon
import synth
import tree

TREE = {"root", "tile", "bundle"}


def _edit(base, rng, kinds, change, due=TREE):
    files = dict(base.files)
    seq = rng.choice(base.places(*kinds) if kinds else range(1, base.size))
    path, entries = bundle_of(files, seq)
    entries[seq % 256] = change_event(entries[seq % 256], change)
    put_bundle(files, path, entries)
    return Case(files, {}, due)


def edit_rating(base, rng):
    def change(event):
        event["pub"]["sat"] = event["pub"].get("sat", 0) % 4 + 1
    return _edit(base, rng, ["concern.rated"], change)


def edit_due(base, rng):
    return _edit(base, rng, ["concern.raised", "concern.owned"],
                 lambda event: event["pub"].update(due="2031-01-01T00:00:00+08:00"))


def edit_outcome(base, rng):
    def change(event):
        event["pub"]["outcome"] = "not" if event["pub"]["outcome"] == "solved" else "solved"
    return _edit(base, rng, ["concern.closed", "concern.replied"], change)


def edit_commitment(base, rng):
    def change(event):
        event["com"]["body"] = canon.b64(rng.randbytes(32))
    return _edit(base, rng, ["concern.raised"], change)


def edit_any_byte(base, rng):
    files = dict(base.files)
    seq = rng.randrange(base.size)
    path, entries = bundle_of(files, seq)
    raw = bytearray(entries[seq % 256])
    raw[rng.randrange(len(raw))] ^= 1 << rng.randrange(7)
    entries[seq % 256] = bytes(raw)
    put_bundle(files, path, entries)
    return Case(files, {}, TREE)


def delete_entry(base, rng):
    files = dict(base.files)
    seq = rng.randrange(base.size)
    path, entries = bundle_of(files, seq)
    del entries[seq % 256]
    put_bundle(files, path, entries)
    return Case(files, {}, {"bundle"})


def insert_entry(base, rng):
    files = dict(base.files)
    seq = rng.randrange(base.size)
    path, entries = bundle_of(files, seq)
    entries.insert(seq % 256, base.made.raw[rng.randrange(base.size)])
    put_bundle(files, path, entries)
    return Case(files, {}, {"bundle"})


def drop_rating_keep_count(base, rng):
    files = dict(base.files)
    seq = rng.choice(base.places("concern.rated"))
    path, entries = bundle_of(files, seq)
    del entries[seq % 256]
    entries.append(entries[-1])
    put_bundle(files, path, entries)
    return Case(files, {}, {"entry-seq", "entry-prev"})


def reorder(base, rng):
    files = dict(base.files)
    seq = rng.randrange(base.size)
    path, entries = bundle_of(files, seq)
    one, other = rng.sample(range(len(entries)), 2)
    entries[one], entries[other] = entries[other], entries[one]
    put_bundle(files, path, entries)
    return Case(files, {}, {"entry-seq"})


def back_date(base, rng):
    files = dict(base.files)
    seq = rng.randrange(base.size // 2, base.size)
    path, entries = bundle_of(files, seq)
    entries[seq % 256] = change_event(entries[seq % 256],
                                      lambda event: event.update(at=base.made.events[1]["at"]))
    put_bundle(files, path, entries)
    return Case(files, {}, {"entry-at"})


def swap_outcomes(base, rng):
    files = dict(base.files)
    one, other = rng.sample(base.places("concern.rated"), 2)
    pubs = [base.made.events[seq]["pub"] for seq in (other, one)]
    if pubs[0] == pubs[1]:
        pubs[0] = {**pubs[0], "sat": pubs[0].get("sat", 0) % 4 + 1}
    for seq, pub in zip((one, other), pubs):
        path, entries = bundle_of(files, seq)
        entries[seq % 256] = change_event(entries[seq % 256], lambda event, pub=pub: event.update(pub=pub))
        put_bundle(files, path, entries)
    return Case(files, {}, TREE)


def replay_from_elsewhere(base, rng):
    return _edit(base, rng, None, lambda event: event.update(log="xy"), {"entry-log"})


def tile_bit(base, rng):
    files = dict(base.files)
    path = rng.choice([p for p in files if p.startswith("tile/") and "entries" not in p])
    data = bytearray(files[path])
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    files[path] = bytes(data)
    return Case(files, {}, {"tile"})


def tile_gone(base, rng):
    files = dict(base.files)
    del files[rng.choice([p for p in files if p.startswith("tile/")])]
    return Case(files, {}, {"tile", "bundle"})


def tile_of_an_older_size(base, rng):
    files = dict(base.files)
    width = rng.randrange(1, 256)
    data = bytearray(base.made.tree.tile(0, 0, width))
    data[rng.randrange(len(data))] ^= 1
    files[tree.tile_path(0, 0, width)] = bytes(data)
    return Case(files, {}, {"tile"})


def bundle_cut(base, rng):
    files = dict(base.files)
    path, _ = bundle_of(files, rng.randrange(base.size))
    files[path] = files[path][:rng.randrange(len(files[path]))]
    return Case(files, {}, {"bundle"})


def bundle_longer(base, rng):
    files = dict(base.files)
    path, _ = bundle_of(files, rng.randrange(base.size))
    files[path] += rng.randbytes(rng.randrange(1, 9))
    return Case(files, {}, {"bundle"})


def document_changed(base, rng):
    files = dict(base.files)
    path = rng.choice([p for p in files if p.startswith("doc/")])
    data = bytearray(files[path])
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(7)
    files[path] = bytes(data)
    return Case(files, {}, {"doc-hash"})


def document_gone(base, rng):
    files = dict(base.files)
    del files[rng.choice([p for p in files if p.startswith("doc/")])]
    return Case(files, {}, {"doc-missing"})


def rule_changed(base, rng):
    files = dict(base.files)
    pub = base.made.events[rng.choice(base.places("config.set"))]["pub"]
    files["doc/" + pub["doc"]] = canon.write({"what": pub["what"], "days": rng.randrange(1, 99)})
    return Case(files, {}, {"doc-hash"})


def checkpoint_of_another_key(base, rng):
    files = dict(base.files)
    forger = synth.Signer(synth.ORIGIN, "forger %d" % rng.randrange(10**9))
    body = base.made.body(base.size)
    files["checkpoint"] = (body + "\n" + forger.line(body)).encode()
    return Case(files, {}, {"checkpoint-unsigned"})


def checkpoint_altered(base, rng):
    files = dict(base.files)
    raw = bytearray(files["checkpoint"])
    end = raw.index(b"\n\n")
    at = rng.choice([i for i in range(end) if raw[i] != 10])
    raw[at] = ord("2") if raw[at] != ord("2") else ord("3")
    files["checkpoint"] = bytes(raw)
    return Case(files, {}, {"checkpoint-form", "checkpoint-origin", "checkpoint-unsigned", "bundle", "root"})


def signature_altered(base, rng):
    files = dict(base.files)
    lines = files["checkpoint"].decode().split("\n")
    at = rng.choice([i for i, line in enumerate(lines) if line.startswith("\u2014")])
    head, blob = lines[at].rsplit(" ", 1)
    data = bytearray(canon.unb64(blob))
    data[rng.randrange(4, len(data))] ^= 1
    lines[at] = head + " " + canon.b64(bytes(data))
    files["checkpoint"] = "\n".join(lines).encode()
    return Case(files, {}, {"checkpoint-form"})


def kept_checkpoint_altered(base, rng):
    files = dict(base.files)
    name = "checkpoints/%d" % rng.choice(base.kept)
    lines = files[name].decode().split("\n")
    lines[2] = canon.b64(rng.randbytes(32))
    files[name] = "\n".join(lines).encode()
    return Case(files, {}, {"checkpoint-form"})


def kept_checkpoint_renamed(base, rng):
    files = dict(base.files)
    one, other = rng.sample(base.kept, 2)
    files["checkpoints/%d" % one] = base.files["checkpoints/%d" % other]
    return Case(files, {}, {"checkpoint-size"})


def hashes_mended_but_not_signed(base, rng):
    """Entries and tiles agree with each other, under the checkpoint of the true ones."""
    seq = rng.choice(base.places("concern.rated"))
    drafts = [base.drafts[i] if i != seq else base.drafts[i].copy(role="officer") for i in base.planned]
    return Case({**base.again(drafts).export(), "checkpoint": base.files["checkpoint"]}, {}, {"root"})


def checkpoint_gone(base, rng):
    files = dict(base.files)
    del files["checkpoint"]
    return Case(files, {}, {"checkpoint-missing"})


def stray_tile(base, rng):
    name = rng.choice(["tile/0/000.p/256", "tile/0/x000/001", "tile/00/000", "tile/0/1", "tile/64/000", "tile/data/000"])
    return Case({**base.files, name: base.files["tile/0/000"]}, {}, {"tile-path"})


def receipt_of_another_log(base, rng):
    """All in it is true, but of the office next door."""
    seq = rng.choice(base.places("concern.raised"))
    raw = base.receipt(seq)[0][1].replace(b"\nsynth.example/log/sy\n", b"\nsynth.example/log/sz\n")
    return Case(base.files, {"receipts": [("foreign", raw)]}, {"receipt-bad", "receipt-foreign"})


def receipt_altered(base, rng):
    seq = rng.choice(base.places("concern.raised", "concern.rated", "box.vote"))
    name, raw = base.receipt(seq)[0]
    raw = bytearray(raw)
    end = raw.rindex(b"\n\n")       # what stands behind belongs to the notes, which have their own
    at = rng.choice([i for i in range(end) if raw[i] != 10])
    raw[at] = ord("A") if raw[at] != ord("A") else ord("B")
    return Case(base.files, {"receipts": [(name, bytes(raw))]}, {"receipt-bad", "receipt-entry", "fork"})


ATTACKS = [edit_rating, edit_due, edit_outcome, edit_commitment, edit_any_byte, delete_entry,
           insert_entry, drop_rating_keep_count, reorder, back_date, swap_outcomes,
           replay_from_elsewhere, tile_bit, tile_gone, tile_of_an_older_size, bundle_cut,
           bundle_longer, document_changed, document_gone, rule_changed, checkpoint_of_another_key,
           checkpoint_altered, signature_altered, kept_checkpoint_altered, kept_checkpoint_renamed,
           hashes_mended_but_not_signed, checkpoint_gone, stray_tile, receipt_of_another_log, receipt_altered]

# Those that need nothing but the files of an export.
ON_ANY_EXPORT = [edit_rating, edit_due, edit_outcome, edit_commitment, edit_any_byte, delete_entry, insert_entry,
                 drop_rating_keep_count, reorder, back_date, swap_outcomes, replay_from_elsewhere, tile_bit, tile_gone,
                 tile_of_an_older_size, bundle_cut, bundle_longer, document_changed, document_gone, rule_changed,
                 checkpoint_altered, signature_altered, checkpoint_gone, stray_tile]
