# SPDX-License-Identifier: Apache-2.0
"""The form of one event (V3, ledger.md 3.1) and the life of what it is about (V6)."""
import re
from datetime import date

from canon import INTEGER_LIMIT, KEY, same_again, unb64

_CODE = re.compile(r"[!#-\[\]-~]{1,512}").fullmatch      # printable ASCII without space, " and \
_AT = re.compile(r"(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\+08:00", re.ASCII).fullmatch
_KIND = re.compile(r"[a-z]+\.[a-z-]+").fullmatch
_REF = re.compile(r"[crvmpdsgeh]-[a-z2-7]{16}").fullmatch
_ROLES = set("resident clerk handler tracker supervisor evaluator delegate officer system".split())
_MUST = {"at", "k", "log", "pub", "role", "seq", "v"}
_MAY = {"com", "prev", "ref", "unit"}
_days_known, _shapes_known = set(), set()       # what was once found right need not be looked at again


def read_event(data):
    """The event, or ValueError that says which limit of 3.1 it breaks."""
    if len(data) > 8192:
        raise ValueError("%d bytes, at most 8192" % len(data))
    event = same_again(data)
    if type(event) is not dict:
        raise ValueError("no object")
    shape = tuple(event)
    if shape not in _shapes_known:
        if not _MUST <= event.keys() or event.keys() - _MUST - _MAY:
            raise ValueError("keys of an event: %s" % ", ".join(shape))
        _shapes_known.add(shape)
    if type(event["v"]) is not int or event["v"] != 1:
        raise ValueError("v is not 1")
    _check_at(event["at"])
    for key, form in (("k", _KIND), ("log", _CODE), ("unit", _CODE), ("ref", _REF)):
        if key in event and not (type(event[key]) is str and form(event[key])):
            raise ValueError("%s is %r" % (key, event[key]))
    if event["role"].__class__ is not str or event["role"] not in _ROLES:
        raise ValueError("role is %r" % event["role"])
    for key in ("seq", "prev"):
        if key in event and not (type(event[key]) is int and 0 <= event[key] <= INTEGER_LIMIT):
            raise ValueError("%s is %r" % (key, event[key]))
    if "prev" in event and "ref" not in event:
        raise ValueError("prev without ref")
    if type(event["pub"]) is not dict:
        raise ValueError("pub is no object")
    for key, value in event["pub"].items():
        if not KEY(key):
            raise ValueError("field name %r" % key)
        if not (type(value) is str and _CODE(value)):
            _check_public(value)
    if "com" in event:
        _check_commitments(event["com"])
    return event


def _check_at(at):
    match = type(at) is str and _AT(at)
    if not match:
        raise ValueError("at is %r" % at)
    if match[1] not in _days_known:
        date.fromisoformat(match[1])
        _days_known.add(match[1])


def _check_public(value):
    if type(value) is str:
        if not _CODE(value):
            raise ValueError("not a code: %r" % value)
    elif type(value) is int:
        if abs(value) > INTEGER_LIMIT:
            raise ValueError("integer beyond 2^53-1")
    elif type(value) is list:
        if len(value) > 256 or any(type(one) not in (str, int) for one in value):
            raise ValueError("array of more than codes and integers, or of more than 256")
        for one in value:
            _check_public(one)
    elif type(value) is not bool:
        raise ValueError("not a public value: %r" % value)


def _check_commitments(com):
    if type(com) is not dict or not com:
        raise ValueError("com is empty or no object")
    for part, commitment in com.items():
        if not KEY(part) or type(commitment) is not str:
            raise ValueError("commitment %r" % part)
        unb64(commitment, 32)


def read_bundle(data, width):
    """The entries of an entry bundle; ValueError if it does not hold exactly `width` of them."""
    entries, at = [], 0
    while at + 2 <= len(data) and len(entries) < width:
        end = at + 2 + (data[at] << 8 | data[at + 1])
        entries.append(data[at + 2:end])
        at = end
    if at != len(data) or len(entries) != width:
        raise ValueError("bundle of %d bytes ends at %d with %d of %d entries"
                         % (len(data), at, len(entries), width))
    return entries


# What may open a subject, by the letter of its ref. Letters that are not here open with anything.
OPENERS = {"c": {"concern.raised"}, "r": {"reception.planned"}, "m": {"meeting.noticed"},
           "p": {"proposal.filed"}, "h": {"hard.listed"}, "g": {"programme.opened"},
           "e": {"resource.offered"}, "v": {"visit.planned", "visit.done"},
           "d": {"disclosure.due", "disclosure.published"}}
OPEN_ONCE = {"concern.raised", "hard.listed", "meeting.noticed", "proposal.filed", "programme.opened",
             "reception.planned"}
ENDS = {"concern.closed", "concern.voided", "concern.redirected", "concern.merged",
        "concern.terminated", "concern.transferred"}
AFTER_END = {"concern." + kind for kind in ("promised promise-kept promise-moved called rechecked "
                                            "supervised listed unlisted").split()}


class Concern:
    __slots__ = ("sealed", "owners", "offered", "round", "answered", "end")

    def __init__(self, event):
        self.sealed = event["pub"].get("lane") == "sealed"
        self.owners = [event.get("unit")]       # the first one, and every one since
        self.offered = None                     # the unit last offered to
        self.round = 1                          # 1 + number of redo
        self.answered = 0                       # the last round that has its rated or unreached
        self.end = None


class Life:
    """V6. `step` gives [(code, expected, found)] of what an event breaks; mostly nothing."""

    def __init__(self):
        self.concerns = {}
        self.known = set()

    def step(self, event):
        ref, kind = event.get("ref"), event["k"]
        if ref is None:
            return [("life-ref", "ref", kind)] if kind.startswith("concern.") else []
        if ref not in self.known:
            self.known.add(ref)
            openers = OPENERS.get(ref[0])
            if openers and kind not in openers:
                return [("life-opening", " or ".join(sorted(openers)), kind)]
            if ref[0] == "c":
                self.concerns[ref] = Concern(event)
            return []
        if kind in OPEN_ONCE:
            return [("life-twice", "one %s" % kind, ref)]
        if not kind.startswith("concern."):
            return []
        concern = self.concerns.get(ref)
        return self._concern_step(concern, event, kind) if concern else []

    def _concern_step(self, concern, event, kind):
        faults, unit, pub = [], event.get("unit"), event["pub"]
        if concern.end and kind not in AFTER_END:
            faults.append(("life-after-end", "nothing of this kind after %s" % concern.end, kind))
        if kind in ENDS:
            concern.end = kind
        elif kind == "concern.offered":
            concern.offered = pub.get("to")
        elif kind == "concern.owned":
            if unit != concern.offered and not (concern.sealed and unit is None):
                faults.append(("life-owned", concern.offered, unit))
            concern.owners.append(unit)
        elif kind == "concern.redo":
            concern.round += 1
            if pub.get("round") != concern.round:
                faults.append(("life-round", concern.round, pub.get("round")))
        elif kind in ("concern.rated", "concern.unreached"):
            faults += self._answered(concern, event, kind, unit, pub)
        if event["role"] == "evaluator" and unit is not None and unit in concern.owners:
            faults.append(("life-own-unit", "a unit that never owned it", unit))
        return faults

    @staticmethod
    def _answered(concern, event, kind, unit, pub):
        faults, role = [], event["role"]
        if pub.get("round") != concern.round:
            faults.append(("life-round", concern.round, pub.get("round")))
        elif concern.answered == concern.round:
            faults.append(("life-rated-twice", "one rated or unreached in round %d" % concern.round,
                           kind))
        concern.answered = concern.round
        by_resident = kind == "concern.rated" and role == "resident" and unit is None
        if not by_resident and role != "evaluator":
            faults.append(("life-rater", "evaluator, or resident without unit",
                           role if unit is None else "%s of %s" % (role, unit)))
        if role == "evaluator" and unit is None and not concern.sealed:
            faults.append(("life-rater", "the evaluator's unit", "none"))
        return faults
