# SPDX-License-Identifier: Apache-2.0
"""V8: every published figure, counted again from the entries (ledger.md 8, docs/figures.md)."""
from collections import defaultdict
from datetime import date
from functools import lru_cache

ENDS = {"closed", "voided", "redirected", "merged", "terminated", "transferred"}
RATINGS = {1: 10, 2: 8, 3: 6, 4: 0}
# What each kind of concern event keeps beside seq, at and unit: two of its public fields.
KEPT = {"raised": ("due", None), "offered": (None, None), "owned": ("due", None),
        "due-moved": ("due", "why"), "replied": (None, None), "reply-rejected": (None, None),
        "redo": ("round", "due"), "contacted": ("made", None), "rated": ("sat", "solved"),
        "unreached": (None, None), "closed": ("outcome", None), "voided": ("why", None),
        "redirected": ("to", None), "merged": (None, None), "terminated": ("why", None),
        "transferred": (None, None),
        "promised": ("no", "due"), "promise-kept": ("no", None), "promise-moved": ("no", "due"),
        "parked": ("why", None), "return-granted": (None, None), "return-refused": (None, None)}
OTHERS = {"reception.planned": "day", "reception.held": None, "visit.done": "households",
          "disclosure.published": "due", "record.erased": "parts"}

COUNTS = ["closed", "erased", "households", "overdue_open", "raised", "visits", "voided"]
RATES = ["claimed", "contacted", "disclosed", "on_time", "promises", "redone", "satisfaction",
         "sittings", "solved", "unreached"]
PARTS_1 = {"closed": ["unit"], "on_time": ["unit"], "satisfaction": ["unit"], "solved": ["unit"]}
MORE_COUNTS = ["merged", "redirected", "return_refused", "terminated"]
MORE_RATES = ["extended", "parked", "returned"]
PARTS_2 = {id_: ["unit", "zone", "class"] for id_ in
           ("claimed", "closed", "on_time", "raised", "redone", "satisfaction", "solved", "unreached")}


class Subject:
    """What is kept of one concern: where it came from, and its events in their order."""
    __slots__ = ("sealed", "zone", "class_", "ended", "promised", "events")

    def __init__(self, pub):
        self.sealed = pub.get("lane") == "sealed"
        self.zone, self.class_ = pub.get("zone"), pub.get("class")
        self.ended = False
        self.promised, self.events = [], []     # the days of promises; (seq, at, kind, unit, …)


class Record:
    def __init__(self):
        self.concerns = {}
        self.others = []
        self.closed, self.voided = [], {}

    def add(self, event):
        kind = event["k"]
        if kind.startswith("concern."):
            kind, pub = kind[8:], event["pub"]
            if kind == "raised":
                self.concerns.setdefault(event.get("ref"), Subject(pub))
            subject = self.concerns.get(event.get("ref"))
            if subject and kind in KEPT:
                first, second = KEPT[kind]
                if second == "due" and kind != "redo":
                    subject.promised.append(pub.get("due"))
                subject.ended = subject.ended or kind in ENDS
                if kind == "closed":
                    self.closed.append((event["seq"], event["at"], event["ref"]))
                elif kind == "voided":
                    self.voided.setdefault(event["ref"], event["seq"])
                subject.events.append((event["seq"], event["at"], kind, event.get("unit"),
                                       pub.get(first), pub.get(second)))
        elif kind in OTHERS:
            value = event["pub"].get(OTHERS[kind])
            value = len(value) if kind == "record.erased" else value
            if kind == "visit.done" and type(value) is not int:
                value = 0
            self.others.append((event["seq"], event["at"], kind, value))

    def closed_between(self, start, end, before):
        """Refs of concerns closed in [start, end) before entry `before`, for the frame of a draw."""
        return sorted({ref for seq, at, ref in self.closed
                       if seq < before and start <= at[:10] < end and not self.concerns[ref].sealed
                       and self.voided.get(ref, before) >= before})


class Sheet:
    """Numerators and denominators of one period, for the office and for its parts."""

    def __init__(self, start, end, size):
        self.start, self.end, self.size = start, end, size
        self.num, self.den = defaultdict(int), defaultdict(int)
        self.ages = defaultdict(list)

    def within(self, day):
        return day is not None and self.start <= day[:10] < self.end

    def count(self, id_, num=1, den=0, subject=None, unit=None):
        """Add to the office's row and, given the concern, to the rows of its unit, zone, class."""
        for key in self._rows(id_, subject, unit):
            self.num[key] += num
            self.den[key] += den

    def age(self, days, subject, unit):
        for key in self._rows("age", subject, unit):
            self.ages[key].append(days)

    @staticmethod
    def _rows(id_, subject, unit):
        yield id_, None, None
        if subject and not subject.sealed:
            for part, value in (("unit", unit), ("zone", subject.zone), ("class", subject.class_)):
                if value is not None:
                    yield id_, part, value


def count_again(record, start, end, size):
    sheet = Sheet(start, end, size)
    for subject in record.concerns.values():
        first, last = subject.events[0], subject.events[-1]
        # Most concerns lie wholly in other months, and matter only through a promise.
        if (first[1] < end and (last[1] >= start or not subject.ended)
                or subject.promised and any(map(sheet.within, subject.promised))):
            _walk(sheet, subject)
    for seq, at, kind, value in record.others:
        if seq < size:
            _count_other(sheet, at, kind, value)
    return sheet


def _count_other(sheet, at, kind, value):
    within = sheet.within(at)
    if kind == "reception.planned":
        sheet.count("sittings", 0, sheet.within(value))
    elif kind == "reception.held":
        sheet.count("sittings", within)
    elif kind == "visit.done":
        sheet.count("visits", within)
        sheet.count("households", value * within)
    elif kind == "disclosure.published" and within:
        sheet.count("disclosed", value is not None and at <= value, 1)
    elif kind == "record.erased":
        sheet.count("erased", value * within)


def _walk(sheet, subject):
    """The walk of ledger.md 8 over one concern."""
    events = [event for event in subject.events if event[0] < sheet.size]
    if not events:
        return
    for _, at, kind, _, why, _ in events:
        if kind == "voided":        # counts here and nowhere else
            if sheet.within(at):
                sheet.count("voided")
                sheet.count("voided.%s" % why)
            return
    owner = due = rating = missed = None
    late = awaiting = replied = redone = ended = False
    overdue_owed = (None, False, False)         # due, awaiting, ended: as they were when P ended
    promises, kept = {}, {}
    for _, at, kind, unit, first, second in events:
        within = sheet.within(at)
        if kind == "raised":
            owner, due, awaiting, raised_at = unit, first, True, at
            if within:
                sheet.count("raised", 1, 0, subject, unit)
        elif kind == "owned":
            owner, due, awaiting = unit, first, True
        elif kind == "due-moved":
            due = first
            sheet.count("extended", within and second == "extension")
        elif kind == "replied":
            late, awaiting, replied = late or (due is not None and at > due), False, True
        elif kind == "reply-rejected":
            awaiting = True
        elif kind == "redo":
            due, awaiting, redone = second, True, True
        elif kind in ENDS:
            ended = True
            if within:
                _count_end(sheet, subject, kind, first, owner, late, replied, redone)
                if kind == "closed":
                    sheet.age(_days(raised_at, at), subject, owner)
        elif kind == "contacted" and within:
            sheet.count("contacted", first is True, 1)
        elif kind == "rated" and within:
            rating = (first, second, owner)
        elif kind == "unreached" and within:
            missed = missed or (owner,)
        elif kind in ("promised", "promise-moved"):
            promises[first] = second
        elif kind == "promise-kept":
            kept.setdefault(first, at)
        elif within:
            _count_step(sheet, kind, first)
        if at[:10] < sheet.end:
            overdue_owed = (due, awaiting, ended)
    due, awaiting, ended = overdue_owed
    if due is not None and awaiting and not ended and due < sheet.end + "T00:00:00+08:00":
        sheet.count("overdue_open")
    _count_answer(sheet, subject, rating, missed)
    for number, day in promises.items():
        if sheet.within(day):
            sheet.count("promises", number in kept and kept[number] <= day, 1)


def _count_end(sheet, subject, kind, reason, owner, late, replied, redone):
    if kind == "transferred":
        return                  # in no figure of its own: the other office's record goes on with it
    if kind != "closed":
        sheet.count(kind)
        if kind != "merged":
            sheet.count("%s.%s" % (kind, reason))
        return
    sheet.count("closed", 1, 0, subject, owner)
    sheet.count("claimed", reason == "solved", 1, subject, owner)
    sheet.count("redone", redone, 1, subject, owner)
    if replied:
        sheet.count("on_time", not late, 1, subject, owner)


def _count_step(sheet, kind, reason):
    if kind == "offered":
        for id_ in ("extended", "parked", "returned"):
            sheet.count(id_, 0, 1)
    elif kind == "parked":
        sheet.count("parked")
        sheet.count("parked.%s" % reason)
    elif kind == "return-granted":
        sheet.count("returned")
    elif kind == "return-refused":
        sheet.count("return_refused")


def _count_answer(sheet, subject, rating, missed):
    if rating:
        sat, solved, owner = rating
        if type(sat) is int and sat in RATINGS:
            sheet.count("satisfaction", RATINGS[sat], 10, subject, owner)
        sheet.count("solved", solved == "yes", 1, subject, owner)
        sheet.count("unreached", 0, 1, subject, owner)
    elif missed:
        sheet.count("unreached", 1, 1, subject, missed[0])


@lru_cache(None)
def _ordinal(day):
    return date.fromisoformat(day).toordinal()


def _days(start, end):
    return _ordinal(end[:10]) - _ordinal(start[:10])


def rows_of(sheet, defs):
    """The rows of the frozen document, sorted as it must be."""
    wide = defs == "xinqiao-figures/2"
    counts, rates, parts = COUNTS, RATES, PARTS_2 if wide else PARTS_1
    if wide:
        counts, rates = counts + MORE_COUNTS, rates + MORE_RATES
    rows = []

    def put(id_, num, den=None, part=None, value=None):
        row = {"id": id_, "num": int(num)}
        if den is not None:
            row["den"] = int(den)
        if part:
            row[part] = value
        rows.append(row)

    for id_ in counts + rates:
        put(id_, sheet.num[id_, None, None], sheet.den[id_, None, None] if id_ in rates else None)
    for (id_, part, value), num in list(sheet.num.items()):
        den = sheet.den[id_, part, value]
        if part and part in parts.get(id_, ()) and (den if id_ in rates else num):
            put(id_, num, den if id_ in rates else None, part, value)
        elif wide and "." in id_ and num:
            put(id_, num)
    if wide:
        for key in {("age", None, None), *sheet.ages}:
            ages = sorted(sheet.ages.get(key, ()))
            for id_, place in (("age_median", (len(ages) + 1) // 2), ("age_p90", (9 * len(ages) + 9) // 10)):
                put(id_, ages[place - 1] if ages else 0, None, key[1], key[2])
    return sorted(rows, key=lambda row: (row["id"], row.get("unit", ""), row.get("zone", ""),
                                         row.get("class", "")))
