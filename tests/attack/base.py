# SPDX-License-Identifier: Apache-2.0
"""What the attacks work on: one honest record, its export, what outsiders hold, and a verdict."""
from collections import namedtuple

import synth
import canon
import note
import source
import tree
import verify

# An attacked copy, what the checker holds beside it, and the findings of which one must be there.
Case = namedtuple("Case", "files evidence due")


class Base:
    def __init__(self, concerns=24, months=2, seed=7):
        self.made = synth.honest(concerns, months, seed)
        self.drafts, self.size = self.made.drafts, len(self.made.events)
        # What `append` adds by itself (re-checks after a draw) is added again when compiled again.
        self.planned = [i for i, draft in enumerate(self.drafts) if draft.k != "concern.rechecked"]
        self.files = self.made.export()
        self.kept = sorted(size for size in self.made.cosigned if size < self.size)

    def places(self, *kinds):
        """Seqs of the entries of these kinds."""
        return [e["seq"] for e in self.made.events if e["k"] in kinds]

    def seen(self, size):
        return [("seen-%d" % size, self.made.note(size))]

    def receipt(self, seq):
        return [("receipt-%d" % seq, self.made.receipt(seq, self.size))]

    def again(self, drafts, steer=None):
        """Compile changed drafts; the attacker has the log's keys, but not the witness's."""
        return synth.compile_(drafts, steer, self.made.witness_values)

    def clever_files(self, made, first_changed):
        """The export of a record signed anew. Checkpoints before the change are the true ones."""
        files = made.export(witness=False, sizes=self.kept)
        for size in self.kept:
            if size <= first_changed:
                files["checkpoints/%d" % size] = self.files["checkpoints/%d" % size]
        return files


class Foreign:
    """An export that somebody else wrote: only its files can be attacked."""

    def __init__(self, files):
        self.files, self.kept = files, []
        self.made = synth.Made()
        head = note.read_checkpoint(files["checkpoint"])
        self.size = head.size
        for start in range(0, self.size, 256):
            self.made.raw += bundle_of(files, start)[1]
        self.made.events = [canon.read(raw) for raw in self.made.raw]
        self.made.tree.extend([tree.leaf(raw) for raw in self.made.raw])

    places = Base.places


def judge(files, evidence, vkey=synth.FIRST.vkey):
    """The findings of the outside verifier: a set of codes, and the log."""
    log = verify.Log(source.Memory(files), [vkey], [synth.WITNESS.vkey],
                     evidence.get("need", 0), evidence.get("seen", ()), evidence.get("receipts", ()),
                     evidence.get("now"))
    log.check()
    return {fault.code for fault in log.faults}, log


def bundle_of(files, seq):
    """(path, entries) of the newest bundle that holds entry `seq`."""
    n = seq // 256
    path = next(p for p in files if p.startswith(tree.tile_path("entries", n, 256)))
    data, entries, at = files[path], [], 0
    while at < len(data):
        length = int.from_bytes(data[at:at + 2], "big")
        entries.append(data[at + 2:at + 2 + length])
        at += 2 + length
    return path, entries


def put_bundle(files, path, entries):
    files[path] = b"".join(len(e).to_bytes(2, "big") + e for e in entries)


def change_event(raw, change):
    event = canon.read(raw)
    change(event)
    return canon.write(event)
