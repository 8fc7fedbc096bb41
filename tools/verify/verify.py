#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Check a copy of the public record from outside: rules V1-V11 of ledger.md 11.

  verify.py SOURCE --vkey VKEY [--seen CHECKPOINT]... [--receipt FILE]... [--witness VKEY]... [--need N]

SOURCE is a folder (static export) or an address (https://host/log/office). The exit status is 0 if
everything checked is right, 1 if something is wrong, 2 if the command could not be carried out."""
import argparse
import gc
import json
import re
import sys
import time
from collections import Counter, namedtuple
from datetime import datetime
from functools import lru_cache

import canon
import draws
import figures
import receipt
import source
import tree
from events import Life, read_bundle, read_event
from note import LOG, WITNESS, read_checkpoint, read_vkey, signers
from words import say

Fault = namedtuple("Fault", "rule seq code expected found")
RULES = ["V%d" % n for n in range(1, 12)]
KEEP = 20                       # faults of one rule that are told; the others are counted
SKEW = 120                      # seconds that a witness's clock may differ (V5)
STALE = 26 * 3600
HASH = re.compile(r"[0-9a-f]{64}").fullmatch


def unix(at):
    return int(datetime.fromisoformat(at).timestamp())


class Log:
    """One copy of one log, and everything that is found out about it."""

    def __init__(self, src, vkeys=(), witnesses=(), need=0, seen=(), receipts=(), now=None):
        self.src, self.need, self.now = src, need, now
        self.given = [read_vkey(vkey) for vkey in vkeys]
        self.trusted_witnesses = [read_vkey(vkey) for vkey in witnesses]
        self.witness_keys = list(self.trusted_witnesses)
        self.seen, self.receipts = seen, receipts
        self.faults, self.counts, self.remarks = [], Counter(), []
        self.tree, self.origin, self.code = tree.Tree(), None, None
        self.notes, self.key_events, self.documents = [], [], []
        self.published, self.erased, self.sentence_tables = [], [], set()
        self.record, self.life = figures.Record(), Life()
        self.boxes, self.draws = draws.Boxes(), draws.Draws()
        self.newest = None
        self.bundle = lru_cache(8)(self._bundle)

    # -- what is said ---------------------------------------------------------------------------

    def fault(self, rule, seq, code, expected, found):
        self.counts[rule] += 1
        if self.counts[rule] <= KEEP:
            self.faults.append(Fault(rule, seq, code, str(expected), str(found)))

    def remark(self, code, *about):
        if (code, *about) not in self.remarks:
            self.remarks.append((code, *about))

    # -- the whole ------------------------------------------------------------------------------

    def check(self):
        head = self._read_head()
        if not head:
            return
        whole = self._read_entries(head.size)
        self._check_tiles(head.size)
        if not whole:
            return
        if self.tree.root(head.size) != head.root:
            self.fault("V2", None, "root", canon.b64(head.root), canon.b64(self.tree.root(head.size)))
        self._check_notes(head)
        for rule, check in (("V5", self._check_time), ("V7", self._check_documents),
                            ("V8", self._check_figures), ("V6", self._check_erased),
                            ("V9", lambda: self.boxes.check(self)),
                            ("V10", lambda: self.draws.check(self)),
                            ("V11", self._check_receipts)):
            try:
                check()
            except (AttributeError, KeyError, TypeError, ValueError) as why:
                self.fault(rule, None, "field-type", "fields as ledger.md has them", why)

    # -- V1: the checkpoint, as far as it can be read before any key is known ---------------------

    def _read_head(self):
        data = self.src.get("checkpoint")
        if data is None:
            self.fault("V1", None, "checkpoint-missing", "checkpoint", "nothing")
            return None
        try:
            head = read_checkpoint(data)
        except ValueError as why:
            self.fault("V1", None, "checkpoint-form", "a checkpoint", why)
            return None
        self.origin = self.given[0].name if self.given else head.origin
        self.code = self.origin.rsplit("/", 1)[-1].split(".")[0]
        if head.origin != self.origin:
            self.fault("V1", None, "checkpoint-origin", self.origin, head.origin)
            return None
        return head

    # -- V2 and V3: entries and tiles -----------------------------------------------------------

    def _bundle(self, n, width):
        data = self.src.get(tree.tile_path("entries", n, width))
        if data is None and width < 256:    # the log has grown since: the full one begins the same
            data = self.src.get(tree.tile_path("entries", n, 256))
            return read_bundle(data, 256)[:width] if data is not None else None
        return read_bundle(data, width) if data is not None else None

    def entry(self, seq):
        size = self.tree.size
        return self.bundle(seq // 256, min(256, size - seq // 256 * 256))[seq % 256]

    def at(self, seq):
        return read_event(self.entry(seq))["at"]

    def _read_entries(self, size):
        last_of, last_at = {}, ""
        for n in range((size + 255) // 256):
            width = min(256, size - 256 * n)
            path = tree.tile_path("entries", n, width)
            try:
                entries = self._bundle(n, width)
                if entries is None:
                    raise ValueError("missing")
            except ValueError as why:
                self.fault("V2", 256 * n, "bundle", path, why)
                return False
            self.tree.extend([tree.leaf(data) for data in entries])
            for seq, data in enumerate(entries, 256 * n):
                try:
                    event = read_event(data)
                except ValueError as why:
                    self.fault("V3", seq, "entry-form", "the form of 3.1", why)
                    continue
                last_at = self._chain(seq, event, last_of, last_at)
                try:
                    self._note(event)
                except TypeError as why:
                    self.fault("V6", seq, "field-type", "fields as ledger.md 3.3 has them", why)
        self.newest = last_at
        return True

    def _chain(self, seq, event, last_of, last_at):
        """The place of an entry among the others (V3); gives the time of the newest entry."""
        if event["seq"] != seq:
            self.fault("V3", seq, "entry-seq", seq, event["seq"])
        if seq == 0:
            self.code = event["log"]
            if event["k"] != "log.opened" or event["pub"].get("origin") != self.origin:
                self.fault("V3", 0, "entry-opened", "log.opened of " + self.origin,
                           "%s of %s" % (event["k"], event["pub"].get("origin")))
        if event["log"] != self.code:
            self.fault("V3", seq, "entry-log", self.code, event["log"])
        if event["at"] < last_at:
            self.fault("V3", seq, "entry-at", "not before " + last_at, event["at"])
        ref = event.get("ref")
        if ref is not None:
            if event.get("prev") != last_of.get(ref):
                self.fault("V3", seq, "entry-prev", last_of.get(ref), event.get("prev"))
            last_of[ref] = seq
        return max(last_at, event["at"])

    def _note(self, event):
        """Remember what later rules need of an entry; V6 is checked on the way."""
        kind, seq, pub = event["k"], event["seq"], event["pub"]
        for code, expected, found in self.life.step(event):
            self.fault("V6", seq, code, expected, found)
        self.record.add(event)
        if "doc" in pub:
            self.documents.append((seq, pub["doc"]))
        group = kind.partition(".")[0]
        if group == "box":
            self.boxes.step(event, self.fault)
        elif group == "draw" or kind == "concern.rechecked":
            self.draws.step(event, self.fault)
        elif kind == "figures.published":
            self.published.append((seq, pub))
        elif kind == "record.erased":
            self.erased.append((seq, pub.get("parts")))
        elif kind in ("key.added", "key.retired") or kind == "log.opened" and seq == 0:
            self.key_events.append((seq, kind, pub))
        elif kind == "config.set" and pub.get("what") in ("sentences", "receipts"):
            self.sentence_tables.add(pub.get("doc"))

    def _check_tiles(self, size):
        size = min(size, self.tree.size)
        for level, n, width in tree.tiles_of(size):
            path = tree.tile_path(level, n, width)
            data, due = self.src.get(path), self.tree.tile(level, n, width)
            if data is None and width < 256:
                data = (self.src.get(tree.tile_path(level, n, 256)) or b"")[:32 * width]
            self._compare_tile(path, level, n, due, data or b"")
        for path in self.src.names("tile"):     # older widths that lie there too
            place = tree.read_tile_path(path)
            if place is None:
                self.fault("V2", None, "tile-path", "a path of ledger.md 2", path)
            elif place[0] == "entries":
                self._compare_bundle(path, place[1], place[2])
            elif place[0] * 8 < len(self.tree.levels) and place[2] < 256:
                level, n, width = place
                due, found = self.tree.tile(level, n, width), self.src.get(path) or b""
                self._compare_tile(path, level, n, due, found[:len(due)] if len(found) == 32 * width else found)

    def _compare_tile(self, path, level, n, due, found):
        if found != due:
            at = next((i for i in range(0, len(due), 32) if found[i:i + 32] != due[i:i + 32]), len(due))
            seq = (n * 256 + at // 32) * 256**level
            self.fault("V2", seq, "tile", "%s: %s" % (path, canon.b64(due[at:at + 32])),
                       canon.b64(found[at:at + 32]) or "nothing, or too long")

    def _compare_bundle(self, path, n, width):
        known = self.tree.size - 256 * n
        if width < 256 and width < known:
            data = self.src.get(path)
            whole = self.bundle(n, min(256, known))
            if data != b"".join(len(e).to_bytes(2, "big") + e for e in whole[:width]):
                self.fault("V2", 256 * n, "bundle", "the beginning of the full bundle", path)

    # -- V1 and V4: keys and every note that there is ---------------------------------------------

    def keys_at(self, size):
        """The log's keys that may sign this size, and the witnesses' keys."""
        return [key for key, start, end in self.windows.values()
                if start <= size and (end is None or size < end)] + self.witness_keys

    def _trust(self, notes):
        """Follow key.added and key.retired that lie under roots already verified (5.5)."""
        if not self.given:
            self.remark("key-from-log")
            opened = [pub.get("vkey") for seq, _, pub in self.key_events if seq == 0]
            self.given = [read_vkey(opened[0])] if opened else []
        self.windows = {key.vkey: (key, 0, None) for key in self.given}
        reach = -1
        while True:
            good = [note.size for note in notes if note.size <= self.tree.size
                    and self._signed(note) and note.root == self.tree.root(note.size)]
            if max(good, default=-1) <= reach:
                return
            reach = max(good)
            for seq, kind, pub in self.key_events:
                if kind != "log.opened" and type(pub.get("from")) is not int:
                    raise ValueError("from is %r in entry %d" % (pub.get("from"), seq))
                if seq < reach and kind == "key.added" and pub["vkey"] not in self.windows:
                    key = read_vkey(pub["vkey"])
                    if key.type == LOG and key.name == self.origin:
                        self.windows[key.vkey] = (key, pub["from"], None)
                elif seq < reach and kind == "key.retired" and pub["vkey"] in self.windows:
                    key, start, _ = self.windows[pub["vkey"]]
                    self.windows[pub["vkey"]] = (key, start, pub["from"])

    def _signed(self, note):
        try:
            return any(key.type == LOG for key, _ in signers(note, self.keys_at(note.size)))
        except ValueError:
            return False

    def _check_notes(self, head):
        about = self._read_log_json()
        kept = [name for name in self.src.names("checkpoints")]
        kept += ["checkpoints/%s" % size for size in about.get("checkpoints", ())
                 if "checkpoints/%s" % size not in kept]
        found = [("checkpoint", head)]
        for name, data in [(name, self.src.get(name)) for name in kept] + list(self.seen):
            try:
                note = read_checkpoint(data or b"")
            except ValueError as why:
                self.fault("V4" if (name, data) in self.seen else "V1", None, "checkpoint-form", name, why)
                continue
            found.append((name, note))
            if name in kept and name != "checkpoints/%d" % note.size:
                self.fault("V1", None, "checkpoint-size", name, note.size)
        try:
            self._trust([note for _, note in found])
        except (KeyError, TypeError, ValueError) as why:
            self.fault("V1", None, "field-type", "vkey and from of a key", why)
        self.cosigned = []
        for name, note in found:
            self._check_note(name, note, note is head)

    def _read_log_json(self):
        """A convenience that proves nothing: which checkpoints are kept, which witnesses there are."""
        try:
            about = json.loads(self.src.get("log.json") or b"{}")
            known = {key.vkey for key in self.witness_keys}
            self.witness_keys += [read_vkey(vkey) for vkey in about.get("witnesses", ())
                                  if vkey not in known]
            return about
        except (AttributeError, TypeError, ValueError):
            return {}

    def _check_note(self, name, note, is_head):
        rule = "V1" if is_head or name.startswith("checkpoints/") else "V4"
        if note.origin != self.origin:
            self.fault(rule, None, "checkpoint-origin", self.origin, "%s: %s" % (name, note.origin))
            return
        try:
            signed_by = signers(note, self.keys_at(note.size))
        except ValueError as why:
            self.fault(rule, None, "checkpoint-form", name, why)
            return
        if not any(key.type == LOG for key, _ in signed_by):
            self.fault(rule, None, "checkpoint-unsigned", ", ".join(self.windows), name)
            return
        self.notes.append(note)
        if is_head:
            witnesses = {key for key, _ in signed_by} & set(self.trusted_witnesses)
            if len(witnesses) < self.need:
                self.fault("V1", None, "checkpoint-witnesses", self.need, len(witnesses))
        else:
            self.compare_note(note, name)
        if note.size <= self.tree.size:
            self.cosigned += [(note.size, at) for key, at in signed_by if key.type == WITNESS]

    def compare_note(self, note, name):
        """V4: what was signed once must be a beginning of this copy."""
        if note.size > self.tree.size:
            self.fault("V4", None, "rolled-back", "at least %d (%s)" % (note.size, name), self.tree.size)
        elif self.tree.root(note.size) != note.root:
            self.fault("V4", None, "fork", "%s: size %d, %s" % (name, note.size, canon.b64(note.root)),
                       canon.b64(self.tree.root(note.size)))

    # -- V5: time ---------------------------------------------------------------------------------

    def _check_time(self):
        for size, when in sorted(set(self.cosigned)):
            told = datetime.fromtimestamp(when).astimezone().isoformat()
            if size < self.tree.size and unix(self.at(size)) < when - SKEW:
                self.fault("V5", size, "time-early", "after " + told, self.at(size))
            if size > 0 and unix(self.at(size - 1)) > when + SKEW:
                self.fault("V5", size - 1, "time-late", "before " + told, self.at(size - 1))
        if self.now is None:
            self.remark("age-unchecked")
        elif self.newest and unix(self.newest) < self.now - STALE:
            self.fault("V5", self.tree.size - 1, "stale", "within 26 hours", self.newest)

    # -- V7 and V8: documents and figures -----------------------------------------------------------

    def _fetch(self, seq, name, rule):
        if not (type(name) is str and HASH(name)):
            self.fault(rule, seq, "doc-form", "64 hex digits", name)
            return None
        data = self.src.get("doc/" + name)
        if data is None:
            self.fault("V7", seq, "doc-missing", "doc/" + name, "nothing")
            return None
        found = tree.sha256(data).hexdigest()
        if found != name:
            self.fault("V7", seq, "doc-hash", name, found)
            return None
        return data

    def document(self, seq, name, rule):
        """A document as a value, None (and a fault) if it is not there or not canonical."""
        data = self._fetch(seq, name, rule)
        try:
            return canon.read(data) if data is not None else None
        except ValueError as why:
            self.fault(rule, seq, "doc-form", "canonical JSON", why)
            return None

    def _check_documents(self):
        for seq, name in self.documents:
            self._fetch(seq, name, "V7")

    def _check_figures(self):
        periods = set()
        for seq, pub in self.published:
            doc = self.document(seq, pub.get("doc"), "V8")
            period = pub.get("from"), pub.get("to")
            if period in periods and not isinstance(pub.get("why"), str):
                self.fault("V8", seq, "figures-why", "why", "nothing")
            periods.add(period)
            if doc is not None and self._check_figures_head(seq, pub, doc):
                sheet = figures.count_again(self.record, *period, doc["size"])
                self._compare_rows(seq, figures.rows_of(sheet, doc["defs"]), doc["figures"])

    def _check_figures_head(self, seq, pub, doc):
        due = {"from": pub.get("from"), "log": self.code, "origin": self.origin,
               "size": pub.get("size"), "to": pub.get("to"), "v": 1}
        for key, value in due.items():
            if doc.get(key) != value or type(doc.get(key)) is not type(value):
                self.fault("V8", seq, "figures-head", "%s: %s" % (key, value), doc.get(key))
                return False
        size = doc["size"]
        if set(doc) != {"defs", "figures", "root", *due} or doc["defs"] not in (
                "xinqiao-figures/1", "xinqiao-figures/2"):
            self.fault("V8", seq, "figures-head", "xinqiao-figures/1 or /2", doc.get("defs"))
            return False
        if not 0 <= size <= seq:
            self.fault("V8", seq, "figures-late", "at most %d" % seq, size)
            return False
        if self.at(size)[:10] < doc["to"]:
            self.fault("V8", seq, "figures-early", "entry %d on or after %s" % (size, doc["to"]),
                       self.at(size))
        if doc["root"] != canon.b64(self.tree.root(size)):
            self.fault("V8", seq, "figures-root", canon.b64(self.tree.root(size)), doc["root"])
        return True

    def _compare_rows(self, seq, due, found):
        def name(row):
            return tuple(row.get(key, "") for key in ("id", "unit", "zone", "class"))
        due_by, found_by = ({name(row): row for row in rows} for rows in (due, found))
        for key in sorted(due_by.keys() | found_by.keys()):
            if key not in due_by or key not in found_by:
                self.fault("V8", seq, "figures-row", due_by.get(key, "no row"), found_by.get(key, "no row"))
            elif due_by[key] != found_by[key]:
                self.fault("V8", seq, "figures-value", due_by[key], found_by[key])
        if due != found and due_by == found_by:
            self.fault("V8", seq, "figures-row", "sorted rows, each once", "another order")

    def _check_erased(self):
        announced = set()
        for seq, parts in self.erased:
            for text in parts:
                number, _, part = text.partition(":")
                there = (number.isdecimal() and number == str(int(number)) and int(number) < seq
                         and part in read_event(self.entry(int(number))).get("com", ()))
                if not there or text in announced:
                    self.fault("V6", seq, "erased-part", "a part that is there, once", text)
                announced.add(text)

    def _check_receipts(self):
        for name, data in self.receipts:
            receipt.check(self, name, data)


def result(log):
    return {"ok": not log.counts, "origin": log.origin, "size": log.tree.size,
            "root": canon.b64(log.tree.root(log.tree.size)), "counts": dict(log.counts),
            "faults": [fault._asdict() for fault in log.faults], "remarks": log.remarks}


def tell(log, lang):
    print("%s  %d  %s" % (log.origin, log.tree.size, canon.b64(log.tree.root(log.tree.size))))
    for code, *about in log.remarks:
        print("  -   " + say(code, lang, *about))
    for rule in RULES:
        for fault in [fault for fault in log.faults if fault.rule == rule]:
            where = "" if fault.seq is None else " " + say("entry", lang, fault.seq)
            print("%-4s%s: %s\n      %s: %s\n      %s: %s" % (rule, where, say(fault.code, lang),
                  say("due", lang), fault.expected, say("found", lang), fault.found))
        if log.counts[rule] > KEEP:
            print("%-4s %s" % (rule, say("more", lang, log.counts[rule] - KEEP)))
    if not log.counts:
        print(say("ok", lang))
    if set(log.counts) & set(RULES[:4]):
        print(say("no-trust", lang))
    elif log.counts:
        print(say("breach", lang))


def arguments(argv):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("source", help="folder or address")
    parser.add_argument("--vkey", action="append", default=[], help="the log's key, got elsewhere")
    parser.add_argument("--seen", action="append", default=[], metavar="FILE", help="an older checkpoint")
    parser.add_argument("--receipt", action="append", default=[], metavar="FILE", help="a saved receipt")
    parser.add_argument("--witness", action="append", default=[], metavar="VKEY")
    parser.add_argument("--need", type=int, default=0, help="how many of these witnesses must have cosigned")
    parser.add_argument("--now", help="the time, for V5: unix seconds or 2026-03-10T09:00:00+08:00")
    parser.add_argument("--lang", choices=("en", "zh"), default="en")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(argv)


def read_files(names):
    return [(name, open(name, "rb").read(1 << 20)) for name in names]


def main(argv):
    args = arguments(argv)
    gc.disable()                # millions of small tuples that all stay: looking through them is waste
    live = re.match("https?://", args.source)
    try:
        now = int(time.time()) if live else None
        if args.now:
            now = int(args.now) if args.now.isdigit() else unix(args.now)
        src = source.Address(args.source) if live else source.Folder(args.source)
        log = Log(src, args.vkey, args.witness, args.need, read_files(args.seen),
                  read_files(args.receipt), now)
        log.check()
    except (OSError, ValueError) as why:
        print("verify.py: %s" % why, file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps(result(log), ensure_ascii=False, indent=1))
    else:
        tell(log, args.lang)
    return 1 if log.counts else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
