# SPDX-License-Identifier: Apache-2.0
"""V9, boxes for secret answers (ledger.md 3.4), and V10, draws that anyone can repeat (10).

Both work on a `log`: the checks of verify.py, which hands out documents, roots, notes and faults."""
import re
from collections import Counter, defaultdict
from hashlib import sha256

import canon
from note import cosigned_at, signers


class Boxes:
    def __init__(self):
        self.opened, self.closed, self.rows = {}, {}, {}
        self.votes = Counter()

    def step(self, event, fault):
        kind, seq, pub = event["k"], event["seq"], event["pub"]
        box = pub.get("box")
        if kind == "box.opened":
            if box in self.opened:
                fault("V9", seq, "box-order", "a box opened once", box)
            self.opened.setdefault(box, pub)
        elif kind == "box.vote":
            self.votes[box] += 1
            if box not in self.opened or box in self.closed:
                fault("V9", seq, "box-order", "a vote in an open box", box)
            if set(event.get("com", ())) != {"vote"} or set(pub) != {"box"} or "ref" in event:
                fault("V9", seq, "box-vote-form", "only box and a commitment", sorted(pub))
        elif kind == "box.closed":
            if box not in self.opened or box in self.closed:
                fault("V9", seq, "box-order", "an open box to close", box)
            self.closed.setdefault(box, (seq, pub, self.votes[box]))

    def check(self, log):
        for box, (seq, pub, cast) in self.closed.items():
            rows = log.document(seq, pub.get("doc"), "V9")
            if rows is None:
                continue
            try:
                names = [canon.b64(canon.unb64(t, 16)) for t, answers in rows
                         if isinstance(answers, list)]
            except (TypeError, ValueError):
                names = []
            if len(names) != len(rows) or names != sorted(set(names)):
                log.fault("V9", seq, "box-rows", "rows [t,[answers]] with different t, sorted", box)
            self.rows[box] = dict(zip(names, rows))
            if not pub.get("votes") == cast == len(rows):
                log.fault("V9", seq, "box-votes", "%d votes cast" % cast,
                          "%s announced, %d rows" % (pub.get("votes"), len(rows)))
            invited = self.opened.get(box, {}).get("invited")
            if type(invited) is int and cast > invited:
                log.fault("V9", seq, "box-invited", "at most %d" % invited, cast)


class Draws:
    def __init__(self):
        self.steps = defaultdict(dict)      # draw code -> kind -> (seq, pub)
        self.rechecked = []

    def step(self, event, fault):
        kind, seq, pub = event["k"], event["seq"], event["pub"]
        if kind == "concern.rechecked":
            self.rechecked.append((seq, event.get("ref"), pub.get("draw")))
            return
        steps, kind = self.steps[pub.get("draw")], kind[5:]
        if kind in steps or kind != "announced" and "announced" not in steps \
                or kind == "done" and "seeded" not in steps:
            fault("V10", seq, "draw-order", "announced, seeded, done, each once", kind)
        steps.setdefault(kind, (seq, pub))

    def check(self, log):
        drawn = {draw: self._check_one(log, draw, steps) for draw, steps in self.steps.items()}
        for seq, ref, draw in self.rechecked:
            if drawn.get(draw) is not None and ref not in drawn[draw]:
                log.fault("V10", seq, "draw-recheck", "a concern that was drawn", ref)

    def _check_one(self, log, draw, steps):
        if "announced" not in steps:
            return None
        seq, pub = steps["announced"]
        size, sources = pub.get("size"), pub.get("outside")
        if type(size) is not int or size <= seq + 1:
            log.fault("V10", seq, "draw-size", "above %d" % (seq + 1), size)
        if not sources:
            log.remark("draw-steerable", draw)
        frame = self._frame(log, seq, pub)
        if "seeded" not in steps or frame is None:
            return None
        seeded_at, seeded = steps["seeded"]
        if type(size) is not int or size > seeded_at:
            log.fault("V10", seeded_at, "draw-size", "seeded after size %s" % size, seeded_at)
            return None
        if seeded.get("root") != canon.b64(log.tree.root(size)):
            log.fault("V10", seeded_at, "draw-root", canon.b64(log.tree.root(size)),
                      seeded.get("root"))
        values = seeded.get("outside") or []
        if len(values) != len(sources or []):
            log.fault("V10", seeded_at, "draw-outside", "%d values" % len(sources or []), len(values))
            return None
        for source, value in zip(sources or [], values):
            if source.startswith("witness:"):
                _check_witness(log, seeded_at, source[8:], value, size)
        if "done" not in steps:
            return None
        seed = seed_of(log.origin, draw, size, seeded.get("root"), zip(sources or [], values))
        return self._check_done(log, draw, steps["done"], pub, seed, frame)

    @staticmethod
    def _frame(log, seq, pub):
        frame = log.document(seq, pub.get("frame"), "V10")
        if frame is None:
            return None
        ids = [row[0] if isinstance(row, list) and row else None for row in frame]
        if any(type(i) is not str for i in ids) or ids != sorted(set(ids)):
            log.fault("V10", seq, "draw-frame-form", "[id] or [id,stratum], sorted, each id once", "")
            return None
        if "from" in pub and "to" in pub:
            due = log.record.closed_between(pub["from"], pub["to"], seq)
            if ids != due:
                odd = sorted(set(ids) ^ set(due))
                log.fault("V10", seq, "draw-frame", "%d concerns closed in the period" % len(due),
                          "%d in the frame; differing: %s" % (len(ids), ", ".join(odd[:3])))
        elif any(re.fullmatch("c-[a-z2-7]{16}", i) for i in ids):
            log.fault("V10", seq, "draw-frame", "from and to, since the ids are concerns", "neither")
        return frame

    @staticmethod
    def _check_done(log, draw, done, announced, seed, frame):
        seq, pub = done
        doc = log.document(seq, pub.get("doc"), "V10")
        if doc is None:
            return None
        skipped = [row[0] for row in doc["skipped"]]
        due = drawn_from(seed, frame, announced.get("count"), announced.get("quota"), skipped)
        if set(doc) != {"draw", "drawn", "skipped"} or doc["draw"] != draw:
            log.fault("V10", seq, "draw-done-form", draw, doc.get("draw"))
        if set(skipped) - {row[0] for row in frame}:
            log.fault("V10", seq, "draw-skipped", "ids of the frame", ", ".join(skipped[:3]))
        if doc["drawn"] != due:
            first = next((i for i, (a, b) in enumerate(zip(due, doc["drawn"])) if a != b),
                         min(len(due), len(doc["drawn"])))
            log.fault("V10", seq, "draw-drawn",
                      "%d drawn, number %d: %s" % (len(due), first + 1, (due + ["none"])[first]),
                      "%d drawn, %s" % (len(doc["drawn"]), (doc["drawn"] + ["none"])[first]))
        return set(due)


def seed_of(origin, draw, size, root, outside):
    lines = ["xinqiao-draw/1", origin, draw, str(size), root]
    lines += ["%s=%s" % (source, value) for source, value in outside]
    return sha256("".join(line + "\n" for line in lines).encode()).digest()


def drawn_from(seed, frame, count, quota, skipped):
    order = sorted(frame, key=lambda row: (sha256(seed + row[0].encode()).digest(), row[0]))
    order = [row for row in order if row[0] not in set(skipped)]
    if not quota:
        return [row[0] for row in order[:count]]
    left = {part.rpartition(":")[0]: int(part.rpartition(":")[2]) for part in quota}
    drawn = []
    for row in order:
        stratum = row[1] if len(row) > 1 else None
        if left.get(stratum, 0) > 0:
            left[stratum] -= 1
            drawn.append(row[0])
    return drawn


def _check_witness(log, seq, name, value, size):
    """The value must be the signature of that witness on the first checkpoint >= size that it cosigned."""
    keys = [key for key in log.witness_keys if key.name == name]
    if not keys:
        log.remark("draw-witness-unknown", name)
        return
    signed_size = None
    for at in range(size, seq + 1):     # the value does not say which size it signed
        body = "%s\n%d\n%s\n" % (log.origin, at, canon.b64(log.tree.root(at)))
        try:
            cosigned_at(body, keys[0], canon.unb64(value))
            signed_size = at
            break
        except ValueError:
            continue
    if signed_size is None:
        log.fault("V10", seq, "draw-witness", "a cosignature of %s on a size from %d" % (name, size),
                  value[:24] + "...")
        return
    for note in log.notes:
        if size <= note.size < signed_size and any(key in keys for key, _ in signers(note, keys)):
            log.fault("V10", seq, "draw-witness", "its first cosignature, on size %d" % note.size,
                      "the one on size %d" % signed_size)
