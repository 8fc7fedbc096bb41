# SPDX-License-Identifier: Apache-2.0
"""Write a synthetic export of the public record: an invented office with N concerns over some months.

  synth.py OUT --concerns N [--months M] [--seed S]

Everything in it is made up from the seed: concerns of every course, sittings, visits, disclosures,
boxes, draws with a witness, erasures, a key rotation, monthly figures. It prints {"origin","vkey",
"witness","size","root"}. The attack suite uses the parts: `story` gives drafts of entries, `compile_`
makes the record of them, and an attacker may change the drafts or the record in between."""
import argparse
import json
import os
import random
import sys
from datetime import date, datetime, timedelta, timezone
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tools", "verify"))

import canon  # noqa: E402
import draws  # noqa: E402
import figures  # noqa: E402
import note  # noqa: E402
import tree  # noqa: E402

ORIGIN, CODE = "synth.example/log/sy", "sy"
ZONE = timezone(timedelta(hours=8))
START = date(2025, 1, 1)
UNITS = ["u%02d" % n for n in range(2, 12)]
CALLERS, RECHECKERS, INTAKE, HALL = "u90", "u91", "u01", "u95"
CLASSES = "property facility sanitation noise parking illegal elderly welfare neighbour other".split()


class Signer:
    """A key pair from a seed, for a log or for a witness."""

    def __init__(self, name, seed, type_=note.LOG):
        self.name, self.type = name, type_
        self.key = Ed25519PrivateKey.from_private_bytes(sha256(seed.encode()).digest())
        self.public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.id = note.key_id(name, type_, self.public)
        self.vkey = "%s+%s+%s" % (name, self.id.hex(), canon.b64(bytes([type_]) + self.public))

    def line(self, body, when=None):
        if self.type == note.WITNESS:
            message = "cosignature/v1\ntime %d\n%s" % (when, body)
            blob = self.id + when.to_bytes(8, "big") + self.key.sign(message.encode())
        else:
            blob = self.id + self.key.sign(body.encode())
        return "\u2014 %s %s\n" % (self.name, canon.b64(blob))


FIRST, SECOND = Signer(ORIGIN, "first key"), Signer(ORIGIN, "second key")
WITNESS = Signer("witness.example/w1", "witness", note.WITNESS)


def stamp(seconds):
    return datetime.fromtimestamp(seconds, ZONE).isoformat()


def unix_of(event):
    return int(datetime.fromisoformat(event["at"]).timestamp())


def day_start(day, hour=0):
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=ZONE).timestamp())


def month_after(day):
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


class Draft:
    """An entry before it has a place: seq, prev and what depends on them come with `compile_`."""

    def __init__(self, at, k, pub=None, role="officer", unit=None, ref=None, parts=None, fill=None):
        self.at, self.k, self.pub, self.role = at, k, pub or {}, role
        self.unit, self.ref, self.parts, self.fill = unit, ref, parts or {}, fill

    def copy(self, **changes):
        other = Draft(self.at, self.k, dict(self.pub), self.role, self.unit, self.ref,
                      dict(self.parts), self.fill)
        for key, value in changes.items():
            setattr(other, key, value)
        return other


class Story:
    """Invents what happens. Every draw of chance comes from one generator."""

    def __init__(self, concerns, months, seed, sizes=None):
        self.rng, self.drafts = random.Random(seed), []
        ends = [START]
        for _ in range(months):
            ends.append(month_after(ends[-1]))
        self.months = list(zip(ends, ends[1:]))
        self.end = day_start(ends[-1])
        self._beginning()
        for number in range(concerns):
            self._concern(number)
        for number, (start, end) in enumerate(self.months):
            self._month(number, start, end)
        self.drafts.append(Draft(day_start(ends[-1] + timedelta(14)), "log.tick", role="system"))
        self.drafts.sort(key=lambda draft: draft.at)

    def add(self, *args, **more):
        self.drafts.append(Draft(*args, **more))

    def ref(self, letter):
        return letter + "-" + "".join(self.rng.choices("abcdefghijklmnopqrstuvwxyz234567", k=16))

    def part(self, value):
        return self.rng.randbytes(32), canon.write(value).decode()

    def _beginning(self):
        at = day_start(START, 0)
        self.add(at, "log.opened", {"origin": ORIGIN, "vkey": FIRST.vkey})
        for what in ("calendar", "deadlines", "units", "classes", "sentences"):
            text = {"what": what, "note": "\u793a\u4f8b"}
            self.add(at, "config.set", {"what": what, "ver": 1, "from": START.isoformat()},
                     fill=lambda made, event, text=text: event["pub"].update(doc=made.add_doc(text)))
        self.add(at, "role.granted", {"name": "evaluator", "scope": CALLERS},
                 parts={"who": self.part({"name": "\u793a\u4f8b"})})
        middle = self.months[len(self.months) // 2][0]
        self.add(day_start(middle, 5), "key.added", {"vkey": SECOND.vkey},
                 fill=lambda made, event: event["pub"].update({"from": event["seq"] + 1}))
        self.add(day_start(middle + timedelta(25), 5), "key.retired",
                 {"vkey": FIRST.vkey, "why": "rotation"},
                 fill=lambda made, event: event["pub"].update({"from": event["seq"] + 1}))

    def _concern(self, number):
        rng, ref = self.rng, self.ref("c")
        sealed = rng.random() < 0.03
        at = rng.randrange(day_start(START, 8), self.end)
        owner = None if sealed else INTAKE
        pub = {"lane": "sealed" if sealed else rng.choice(["everyday"] * 8 + ["opinion"]),
               "class": "other" if sealed else rng.choice(CLASSES),
               "via": rng.choice(["counter", "phone", "web", "visit"]), "due": stamp(at + 5 * 86400)}
        if not sealed:
            pub["zone"] = "z%d" % rng.randrange(1, 10)
        clock = [at]

        def then(k, pub=None, role="handler", unit=None, wait=7200, parts=None):
            clock[0] += rng.randrange(60, wait)
            if clock[0] < self.end + 10 * 86400:
                self.add(clock[0], "concern." + k, pub, role, None if sealed else unit, ref, parts)

        self.add(at, "concern.raised", pub, "clerk", owner, ref,
                 {"body": self.part({"text": "\u697c\u9053\u706f%d" % number}),
                  "who": self.part({"name": "\u5c45\u6c11%d" % number})})
        chance = rng.random()
        if chance < 0.02:
            return then("voided", {"why": "test"}, "supervisor", INTAKE)
        if chance < 0.04:
            return then("redirected", {"to": "court"}, "clerk", INTAKE)
        for attempt in range(2):
            owner = rng.choice(UNITS)
            then("offered", {} if sealed else {"to": owner}, "clerk", INTAKE)
            if attempt == 0 and rng.random() < 0.05:
                then("declined", {"why": "not-ours"}, unit=owner)
            else:
                break
        then("owned", {"due": pub["due"]}, unit=owner)
        if rng.random() < 0.05:
            then("return-asked", {"why": "not-ours"}, unit=owner)
            then("return-refused", None, "supervisor", HALL)
        then("contacted", {"made": rng.random() < 0.9}, unit=owner, wait=86400)
        due = pub["due"]
        if rng.random() < 0.1:
            due = stamp(at + 12 * 86400)
            then("due-moved", {"due": due, "why": "extension", "by": HALL}, "supervisor", HALL)
        if rng.random() < 0.03:
            then("parked", {"why": "season", "until": due}, "supervisor", HALL)
            then("resumed", None, "system", None, 5 * 86400)
        self._answer(then, owner, 1)

    def _answer(self, then, owner, round_):
        rng = self.rng
        outcome = rng.choice(["solved", "solved", "partly", "explained", "not"])
        if rng.random() < 0.06:
            then("reply-rejected", {"why": "basis"}, "supervisor", HALL, 3 * 86400)
        then("replied", {"outcome": outcome, "answer": "adopted"}, unit=owner, wait=6 * 86400)
        sat, solved = rng.choice([1, 1, 2, 2, 3, 4]), rng.choice(["yes", "yes", "partly", "no"])
        chance = rng.random()
        if chance < 0.1:
            then("called", {"n": 1, "result": "nobody"}, "evaluator", CALLERS, 86400)
            then("unreached", {"round": round_}, "evaluator", CALLERS, 86400)
        elif chance < 0.3:
            then("rated", {"round": round_, "sat": sat, "solved": solved, "via": "web"}, "resident")
        else:
            then("called", {"n": 1, "result": "reached"}, "evaluator", CALLERS, 86400)
            rating = {"round": round_, "sat": sat, "solved": solved, "via": "phone"}
            if rng.random() < 0.05:
                del rating["sat"]
            then("rated", rating, "evaluator", CALLERS)
        if round_ == 1 and sat > 2 and rng.random() < 0.5:
            then("redo", {"round": 2, "due": stamp(self.drafts[-1].at + 5 * 86400)}, "supervisor", HALL)
            return self._answer(then, owner, 2)
        then("closed", {"outcome": outcome}, unit=owner, wait=86400)
        if rng.random() < 0.15:
            day = stamp(self.drafts[-1].at + 10 * 86400)
            then("promised", {"no": 1, "due": day}, unit=owner)
            if rng.random() < 0.2:
                then("promise-moved", {"no": 1, "due": stamp(self.drafts[-1].at + 20 * 86400),
                                       "why": "season"}, unit=owner)
            if rng.random() < 0.7:
                then("promise-kept", {"no": 1}, unit=owner, wait=15 * 86400)

    def _month(self, number, start, end):
        rng, first = self.rng, day_start(start, 9)
        for week in range(4):
            day = start + timedelta(7 * week + 3)
            sitting = self.ref("r")
            self.add(day_start(day - timedelta(3), 9), "reception.planned",
                     {"day": day.isoformat(), "venue": "v1", "post": "p1"}, "officer", INTAKE, sitting)
            if rng.random() < 0.9:
                self.add(day_start(day, 14), "reception.held", {"visitors": 3, "concerns": 2}, "clerk",
                         INTAKE, sitting)
            self.add(day_start(day, 15), "visit.done", {"door": "care", "households": rng.randrange(1, 6),
                     "points": 1, "on": day.isoformat()}, "clerk", INTAKE, self.ref("v"))
            title = {"title": "\u516c\u5f00\u4e8b\u9879%d-%d" % (number, week)}
            self.add(day_start(day, 16), "disclosure.published",
                     {"channel": "gov", "item": "i%d" % week, "due": stamp(first + rng.randrange(20) * 86400)},
                     "officer", INTAKE, self.ref("d"),
                     fill=lambda made, event, title=title: event["pub"].update(doc=made.add_doc(title)))
        for day in range((end - start).days):
            self.add(day_start(start + timedelta(day), 0), "log.tick", role="system")
        self._box("b%d" % number, start)
        self._after_month(number, start, end)

    def _box(self, box, start):
        self.add(day_start(start, 10), "box.opened", {"box": box, "kind": "survey", "invited": 30,
                 "close": stamp(day_start(start + timedelta(20))), "scale": "s4"}, "evaluator", CALLERS)
        rows = []
        for vote in range(8):
            row = [canon.b64(self.rng.randbytes(16)), [self.rng.randrange(1, 5)]]
            rows.append(row)
            self.add(day_start(start + timedelta(2 + vote), 11), "box.vote", {"box": box}, "resident",
                     parts={"vote": self.part({"a": row[1], "box": box, "t": row[0]})})
        rows.sort()
        self.add(day_start(start + timedelta(20), 12), "box.closed", {"box": box, "votes": len(rows)},
                 "evaluator", CALLERS, fill=lambda made, event: event["pub"].update(
                     doc=made.add_doc(made.rows_of_box(box, rows))))

    def _after_month(self, number, start, end):
        period = {"from": start.isoformat(), "to": end.isoformat()}
        self.add(day_start(end + timedelta(2), 9), "figures.published", dict(period),
                 fill=lambda made, event: made.publish(event, "xinqiao-figures/%d" % (1 + number % 2)))
        self.add(day_start(end, 1), "record.erased", {"ground": "request"}, "officer",
                 fill=lambda made, event: made.erase(event, 5))
        draw, at = "d-%s" % start.isoformat()[:7], day_start(end + timedelta(4), 9)
        sources = ["witness:" + WITNESS.name] + ["public:lottery-%d" % number] * (number % 2)
        self.add(at, "draw.announced", {"draw": draw, "count": 3, "outside": sources, **period}, "evaluator",
                 RECHECKERS, fill=Made.announce)
        for minute in range(5):
            self.add(at + 60 * minute + 60, "log.tick", role="system")
        self.add(at + 3600, "draw.seeded", {"draw": draw}, "evaluator", RECHECKERS, fill=Made.seed)
        self.add(at + 3601, "draw.done", {"draw": draw}, "evaluator", RECHECKERS, fill=Made.draw)


class Made:
    """The record made of drafts. What depends on other entries is filled in as they come."""

    def __init__(self):
        self.events, self.raw, self.drafts = [], [], []
        self.tree, self.pending = tree.Tree(), []
        self.docs, self.last_of, self.record = {}, {}, figures.Record()
        self.cosigned = {}              # size -> time, as the witness signed them
        self.draws, self.witness_values = {}, {}
        self.erased_up_to = 0
        self.steer = {}                 # what a dishonest office does at a step: name -> function

    def add_doc(self, value):
        data = value if isinstance(value, bytes) else canon.write(value)
        name = sha256(data).hexdigest()
        self.docs[name] = data
        return name

    def root(self, size):
        self.tree.extend(self.pending)
        self.pending = []
        return self.tree.root(size)

    def append(self, draft):
        event = {"at": stamp(draft.at), "k": draft.k, "log": CODE, "pub": dict(draft.pub),
                 "role": draft.role, "seq": len(self.events), "v": 1}
        if draft.unit:
            event["unit"] = draft.unit
        if draft.ref:
            event["ref"] = draft.ref
            if draft.ref in self.last_of:
                event["prev"] = self.last_of[draft.ref]
            self.last_of[draft.ref] = event["seq"]
        if draft.parts:
            event["com"] = {part: canon.b64(sha256(salt + text.encode()).digest())
                            for part, (salt, text) in draft.parts.items()}
        if draft.fill:
            draft.fill(self, event)
        if draft.k in self.steer:
            self.steer[draft.k](self, event)
        self._store(event, draft)
        if draft.k == "draw.done":
            self._recheck(draft, event["pub"]["draw"])

    def _store(self, event, draft):
        raw = self.steer.get("raw", lambda event, raw: raw)(event, canon.write(event))
        self.events.append(event)
        self.drafts.append(draft)
        self.raw.append(raw)
        self.pending.append(tree.leaf(raw))
        self.record.add(event)

    def _recheck(self, draft, draw):
        for ref in self.draws[draw]["drawn"][:2]:
            self.append(Draft(draft.at, "concern.rechecked", {"draw": draw, "sat": 2, "solved": "yes"},
                              "evaluator", RECHECKERS, ref))

    def rows_of_box(self, box, rows):
        return self.steer.get("box-rows", lambda box, rows: rows)(box, rows)

    def publish(self, event, defs):
        pub = event["pub"]
        size = self.steer.get("figures-size", lambda made, pub: len(made.events) - 1)(self, pub)
        sheet = figures.count_again(self.record, pub["from"], pub["to"], size)
        doc = {"defs": defs, "figures": figures.rows_of(sheet, defs), "from": pub["from"], "log": CODE,
               "origin": ORIGIN, "root": canon.b64(self.root(size)), "size": size, "to": pub["to"], "v": 1}
        self.steer.get("figures-doc", lambda doc: None)(doc)
        pub.update(size=size, doc=self.add_doc(doc))

    def erase(self, event, persons):
        parts = []
        for seq in range(self.erased_up_to, len(self.events)):
            if self.events[seq]["k"] == "concern.raised" and len(parts) < 2 * persons:
                parts += ["%d:body" % seq, "%d:who" % seq]
                self.erased_up_to = seq + 1
        event["pub"]["parts"] = parts

    def announce(self, event):
        pub = event["pub"]
        frame = [[ref] for ref in self.record.closed_between(pub["from"], pub["to"], event["seq"])]
        frame = self.steer.get("frame", lambda frame: frame)(frame)
        pub.update(frame=self.add_doc(frame), size=event["seq"] + 3)
        self.draws[pub["draw"]] = {"frame": frame, "size": pub["size"], "sources": pub["outside"]}

    def seed(self, event):
        draw, size = event["pub"]["draw"], len(self.events)
        root = canon.b64(self.root(self.draws[draw]["size"]))
        value = self.witness_values.get(draw)
        if value is None:
            value = WITNESS.line(self.body(size), self._cosign(size)).split()[2]
            self.witness_values[draw] = value
        values = [value] + ["03,07,12+08"] * (len(self.draws[draw]["sources"]) - 1)
        event["pub"].update(root=root, outside=values)
        self.draws[draw]["seed"] = (root, values)

    def draw(self, event):
        draw = event["pub"]["draw"]
        about, (root, values) = self.draws[draw], self.draws[draw]["seed"]
        seed = draws.seed_of(ORIGIN, draw, about["size"], root, zip(about["sources"], values))
        about["skipped"] = [row[0] for row in about["frame"][:1]]
        about["drawn"] = draws.drawn_from(seed, about["frame"], 3, None, about["skipped"])
        self.steer.get("drawn", lambda about: None)(about)
        event["pub"]["doc"] = self.add_doc({"draw": draw, "drawn": about["drawn"],
                                            "skipped": [[ref, "moved"] for ref in about["skipped"]]})

    # -- what is signed -------------------------------------------------------------------------

    def body(self, size):
        return "%s\n%d\n%s\n" % (ORIGIN, size, canon.b64(self.root(size)))

    def _cosign(self, size):
        when = unix_of(self.events[size - 1]) + 1
        self.cosigned[size] = when
        return when

    def signers(self, size):
        """Which of the log's keys sign this size: the first, both during the change, the second."""
        added = [e["pub"]["from"] for e in self.events if e["k"] == "key.added"]
        retired = [e["pub"]["from"] for e in self.events if e["k"] == "key.retired"]
        keys = [FIRST] if not retired or size < retired[0] else []
        return keys + ([SECOND] if added and size >= added[0] else [])

    def note(self, size, witness=True):
        body = self.body(size)
        text = body + "\n" + "".join(key.line(body) for key in self.signers(size))
        if witness and size in self.cosigned:
            text += WITNESS.line(body, self.cosigned[size])
        return text.encode()

    def keep(self, sizes):
        """Let the witness cosign these sizes, except where a draw waits for the first one."""
        waiting = [(d["size"], next(s for s in sorted(self.cosigned) if s >= d["size"]))
                   for d in self.draws.values()]
        for size in sizes:
            if not any(low <= size < high for low, high in waiting):
                self._cosign(size)

    def export(self, witness=True, sizes=None):
        """path -> bytes of everything that a static export has."""
        size, files = len(self.events), {}
        kept = sorted(self.cosigned if sizes is None else sizes)
        files["checkpoint"] = self.note(size, witness)
        for one in kept:
            if one < size:
                files["checkpoints/%d" % one] = self.note(one, witness)
        for level, n, width in tree.tiles_of(size):
            files[tree.tile_path(level, n, width)] = self.tree.tile(level, n, width)
            if level == 0:
                files[tree.tile_path("entries", n, width)] = b"".join(
                    len(raw).to_bytes(2, "big") + raw for raw in self.raw[256 * n:256 * n + width])
        for name, data in self.docs.items():
            files["doc/" + name] = data
        files["log.json"] = canon.write({"origin": ORIGIN, "vkeys": [[FIRST.vkey, 0]],
                                         "witnesses": [WITNESS.vkey], "checkpoints": [s for s in kept if s < size]})
        return files

    def proof(self, seq, size):
        return [self.range_(low, high) for low, high in _siblings(seq, size)]

    def range_(self, low, high):
        part = tree.Tree()
        part.extend([self.tree.hash_at(0, i) for i in range(low, high)])
        return part.root(high - low)

    def receipt(self, seq, size):
        """The proof file of an entry in the tree of `size`, with all its openings."""
        self.root(size)
        opened = {part: {"salt": canon.b64(salt), "text": text}
                  for part, (salt, text) in self.drafts[seq].parts.items()}
        tables = [e["pub"]["doc"] for e in self.events if e["pub"].get("what") == "sentences"]
        extra = canon.write({"event": self.raw[seq].decode(), "open": opened, "sentences": tables[0]})
        lines = ["c2sp.org/tlog-proof@v1", "extra " + canon.b64(extra), "index %d" % seq]
        lines += [canon.b64(one) for one in self.proof(seq, size)]
        return ("\n".join(lines) + "\n\n").encode() + self.note(size)


def _siblings(seq, size):
    """The ranges whose hashes lead from a leaf to the root, the leaf's own sibling first."""
    low, high, ranges = 0, size, []
    while high - low > 1:
        split = low + (1 << (high - low - 1).bit_length() - 1)
        ranges.insert(0, (split, high) if seq < split else (low, split))
        low, high = (low, split) if seq < split else (split, high)
    return ranges


def compile_(drafts, steer=None, witness_values=None, docs=None):
    made = Made()
    made.steer, made.witness_values = steer or {}, dict(witness_values or {})
    for draft in drafts:
        made.append(draft)
    made.root(len(made.events))
    return made


def honest(concerns, months, seed):
    """The record as it should be, with the witness's signatures spread over it."""
    made = compile_(Story(concerns, months, seed).drafts)
    size = len(made.events)
    made.keep(sorted({size * part // 12 for part in range(1, 12)} | {size}))
    return made


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out")
    parser.add_argument("--concerns", type=int, required=True)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(argv)
    made = honest(args.concerns, args.months, args.seed)
    for name, data in made.export().items():
        path = os.path.join(args.out, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
    size = len(made.events)
    print(json.dumps({"origin": ORIGIN, "vkey": FIRST.vkey, "witness": WITNESS.vkey, "size": size,
                      "root": canon.b64(made.root(size))}))


if __name__ == "__main__":
    main(sys.argv[1:])
