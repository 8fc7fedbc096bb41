# SPDX-License-Identifier: Apache-2.0
"""A real export, changed by somebody who then puts everything in order: numbers, links, tiles, root and
signature. A stranger has no key of the log and signs with one of his own. Whoever has the right key (here that
of a test's own log, into which the real entries are put) is found by a checkpoint that somebody else has seen."""
import random

import canon
import synth
import tree


def entries_of(src, size):
    """The entries of an export, read in order."""
    out = []
    for n in range((size + 255) // 256):
        width = min(256, size - 256 * n)
        data, at = src.get(tree.tile_path("entries", n, width)), 0
        while at < len(data):
            end = at + 2 + int.from_bytes(data[at:at + 2], "big")
            out.append(canon.read(data[at + 2:end]))
            at = end
    return out


def number(events):
    """Places and links as they must be."""
    last, out = {}, []
    for seq, event in enumerate(events):
        event = {key: value for key, value in event.items() if key != "prev"}
        event["seq"], ref = seq, event.get("ref")
        if ref in last:
            event["prev"] = last[ref]
        if ref is not None:
            last[ref] = seq
        out.append(event)
    return out


def files_of(events, docs, signer, sizes=()):
    """Everything that a folder has, over these entries, signed by this key."""
    raw, made, files = [canon.write(event) for event in events], tree.Tree(), dict(docs)
    made.extend([tree.leaf(one) for one in raw])
    for level, n, width in tree.tiles_of(len(raw)):
        files[tree.tile_path(level, n, width)] = made.tile(level, n, width)
        if level == 0:
            files[tree.tile_path("entries", n, width)] = b"".join(
                len(one).to_bytes(2, "big") + one for one in raw[256 * n:256 * n + width])

    def note(size):
        body = "%s\n%d\n%s\n" % (signer.name, size, canon.b64(made.root(size)))
        return (body + "\n" + signer.line(body)).encode()
    files["checkpoint"] = note(len(raw))
    return files, {size: note(size) for size in sizes}


def at_of(rng, events, *kinds):
    return rng.choice([i for i, event in enumerate(events) if i > 0 and (not kinds or event["k"] in kinds)])


def what_of(event):
    """All but the place and the time."""
    return {key: value for key, value in event.items() if key not in ("at", "prev", "seq")}


def edit_rating(events, rng):
    at = at_of(rng, events, "concern.rated")
    events[at]["pub"]["sat"] = events[at]["pub"].get("sat", 0) % 4 + 1


def edit_outcome(events, rng):
    at = at_of(rng, events, "concern.closed")
    events[at]["pub"]["outcome"] = "not" if events[at]["pub"]["outcome"] == "solved" else "solved"


def drop_rating(events, rng):
    del events[at_of(rng, events, "concern.rated")]


def delete(events, rng):
    del events[at_of(rng, events)]


def insert(events, rng):
    at = at_of(rng, events)
    events.insert(at, {"at": events[at]["at"], "k": "log.tick", "log": events[at]["log"], "pub": {}, "role": "system",
                       "seq": 0, "v": 1})


def reorder(events, rng):
    at = rng.choice([i for i in range(1, len(events) - 1) if what_of(events[i]) != what_of(events[i + 1])])
    events[at]["at"], events[at + 1]["at"] = events[at + 1]["at"], events[at]["at"]
    events[at], events[at + 1] = events[at + 1], events[at]


def back_date(events, rng):
    """An act of the last days, put where it should have been."""
    late = events.pop(len(events) - 1 - rng.randrange(20))
    at = rng.randrange(1, len(events) // 2)
    events.insert(at, {**late, "at": events[at]["at"]})


def swap_outcomes(events, rng):
    seqs = [i for i, event in enumerate(events) if event["k"] == "concern.rated"]
    while True:
        one, other = rng.sample(seqs, 2)
        if events[one]["pub"] != events[other]["pub"]:
            break
    events[one]["pub"], events[other]["pub"] = events[other]["pub"], events[one]["pub"]


def change_a_rule(events, rng):
    at = at_of(rng, events, "config.set")
    events[at]["pub"]["doc"] = events[at_of(rng, events, "figures.published")]["pub"]["doc"]


def replay(events, rng):
    one = dict(events[at_of(rng, events, "concern.contacted", "concern.replied", "concern.rated")])
    at = rng.randrange(one["seq"] + 1, len(events))
    events.insert(at, {**one, "at": events[at]["at"]})


CHANGES = [edit_rating, edit_outcome, drop_rating, delete, insert, reorder, back_date, swap_outcomes, change_a_rule,
           replay]


class TestLog:
    """The real entries in a log whose key the test has."""

    def __init__(self, src, size, docs):
        self.docs, events = docs, entries_of(src, size)
        origin = events[0]["pub"]["origin"]
        self.right, self.other = synth.Signer(origin, "right key"), synth.Signer(origin, "stranger's key")
        events[0]["pub"]["vkey"] = self.right.vkey
        self.events = number(events)
        self.files, notes = files_of(self.events, docs, self.right, [size])
        self.seen = [("seen", notes[size])]

    def attacked(self, function, seed, signer):
        events = [dict(event, pub=dict(event["pub"])) for event in self.events]
        function(events, random.Random(seed))
        return files_of(number(events), self.docs, signer)[0]
