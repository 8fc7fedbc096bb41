# SPDX-License-Identifier: Apache-2.0
"""Attacks by somebody who holds the log's keys: the record is compiled and signed anew, so that it
agrees with itself. Outside lie what such a person cannot reach: an older checkpoint, the witness's
signature, a resident's receipt. Each case has one of the three, and that one must reveal it."""
from base import Case

import synth


def _case(base, rng, made, first_changed, touched=None):
    """The attacked copy with one kind of outside evidence. `touched`: a seq whose receipt tells."""
    files = base.clever_files(made, first_changed)
    later = [size for size in (*base.kept, base.size) if size > first_changed]
    kind = rng.choice(["seen", "witness", "receipt"])
    if kind == "seen":
        return Case(files, {"seen": base.seen(rng.choice(later))}, {"fork", "rolled-back"})
    if kind == "witness":
        return Case(files, {"need": 1}, {"checkpoint-witnesses"})
    seq = first_changed if touched is None else touched
    return Case(files, {"receipts": base.receipt(seq)}, {"fork", "rolled-back", "receipt-entry"})


def _planned(base, seqs):
    """Those of these entries that somebody planned, and not the draw by itself."""
    planned = set(base.planned)
    return [seq for seq in seqs if seq in planned]


def _compile(base, drafts):
    return base.again([draft for draft in drafts if draft is not None and draft.k != "concern.rechecked"])


def _change(base, rng, kinds, **changes):
    seq = rng.choice(_planned(base, base.places(*kinds)))
    drafts = list(base.drafts)
    fields = {key: value(drafts[seq]) if callable(value) else value for key, value in changes.items()}
    drafts[seq] = drafts[seq].copy(**fields)
    return _case(base, rng, _compile(base, drafts), seq)


def change_rating(base, rng):
    return _change(base, rng, ["concern.rated"],
                   pub=lambda draft: {**draft.pub, "sat": draft.pub.get("sat", 0) % 4 + 1})


def change_solved(base, rng):
    return _change(base, rng, ["concern.rated"],
                   pub=lambda draft: {**draft.pub, "solved": "no" if draft.pub["solved"] == "yes" else "yes"})


def change_due(base, rng):
    return _change(base, rng, ["concern.raised", "concern.owned"],
                   pub=lambda draft: {**draft.pub, "due": "2031-01-01T00:00:00+08:00"})


def change_words(base, rng):
    return _change(base, rng, ["concern.raised"], parts=lambda draft: {
        **draft.parts, "body": (rng.randbytes(32), '{"text":"something else"}')})


def change_unit(base, rng):
    seqs = [seq for seq in base.places("concern.closed") if base.drafts[seq].unit]
    seq = rng.choice(seqs)
    drafts = list(base.drafts)
    drafts[seq] = drafts[seq].copy(unit="u77")
    return _case(base, rng, _compile(base, drafts), seq)


def delete(base, rng):
    seq = rng.choice(_planned(base, range(1, base.kept[-1])))
    return _without(base, rng, [seq])


def _without(base, rng, seqs):
    drafts = list(base.drafts)
    for seq in seqs:
        drafts[seq] = None
    return _case(base, rng, _compile(base, drafts), min(seqs))


def drop_rating(base, rng):
    return _without(base, rng, [rng.choice(base.places("concern.rated"))])


def drop_whole_concern(base, rng):
    ref = base.drafts[rng.choice(base.places("concern.raised"))].ref
    return _without(base, rng, [seq for seq in _planned(base, range(base.size))
                                if base.drafts[seq].ref == ref])


def drop_announcement_of_erasure(base, rng):
    return _without(base, rng, [rng.choice(base.places("record.erased"))])


def drop_vote(base, rng):
    return _without(base, rng, [rng.choice(base.places("box.vote"))])


def insert(base, rng):
    seq = rng.choice(_planned(base, range(1, base.kept[-1])))
    drafts = list(base.drafts)
    drafts.insert(seq, synth.Draft(drafts[seq].at, "log.tick", role="system"))
    return _case(base, rng, _compile(base, drafts), seq)


def back_date_new_act(base, rng):
    """An act of today, put where it should have been weeks ago."""
    seq = rng.choice([s for s in base.places("concern.raised") if s < base.kept[-2]])
    late = base.drafts[seq]
    drafts = list(base.drafts)
    drafts.insert(seq + 1, synth.Draft(late.at + 1, "concern.contacted", {"made": True}, "handler",
                                       late.unit, late.ref))
    return _case(base, rng, _compile(base, drafts), seq + 1)


def reorder(base, rng):
    seqs = _planned(base, range(2, base.kept[-1]))
    seq = rng.choice([s for s in seqs if s + 1 in seqs and base.drafts[s].ref != base.drafts[s + 1].ref])
    drafts = list(base.drafts)
    one, other = drafts[seq], drafts[seq + 1]
    drafts[seq], drafts[seq + 1] = other.copy(at=one.at), one.copy(at=other.at)
    return _case(base, rng, _compile(base, drafts), seq)


def swap_outcomes(base, rng):
    seqs = base.places("concern.rated")
    while True:
        one, other = sorted(rng.sample(seqs, 2))
        if base.drafts[one].pub != base.drafts[other].pub:
            break
    drafts = list(base.drafts)
    drafts[one] = drafts[one].copy(pub=dict(base.drafts[other].pub))
    drafts[other] = drafts[other].copy(pub=dict(base.drafts[one].pub))
    return _case(base, rng, _compile(base, drafts), one, rng.choice([one, other]))


def fork(base, rng):
    """Another view from some point on, of the very same size."""
    size = rng.choice(base.kept[:-1])
    drafts = [draft if seq < size else draft.copy(role="tracker") if draft.k == "log.tick" else draft
              for seq, draft in enumerate(base.drafts)]
    changed = next(seq for seq in range(size, base.size) if base.drafts[seq].k == "log.tick")
    return _case(base, rng, _compile(base, drafts), changed)


def roll_back(base, rng):
    """An honest but older copy: only memory of something newer can tell."""
    size = rng.choice(base.kept[:-1])
    made = base.again([d for d in base.drafts[:size] if d.k != "concern.rechecked"])
    files = made.export(witness=False, sizes=[s for s in base.kept if s < len(made.events)])
    if rng.random() < 0.5:
        return Case(files, {"seen": base.seen(rng.choice([s for s in base.kept if s > size]))},
                    {"rolled-back", "fork"})
    return Case(files, {"now": base.drafts[-1].at + 3600 * 30}, {"stale"})


def change_a_rule(base, rng):
    """A rule of the office changed after the fact, document, hash and all."""
    seq = rng.choice(base.places("config.set"))
    text = {"what": base.drafts[seq].pub["what"], "days": rng.randrange(1, 99)}
    drafts = list(base.drafts)
    drafts[seq] = drafts[seq].copy(
        fill=lambda made, event: event["pub"].update(doc=made.add_doc(text)))
    return _case(base, rng, _compile(base, drafts), seq)


def alter_past_figures(base, rng):
    seq = rng.choice(base.places("figures.published"))

    def steer(doc):
        if doc["from"] == base.drafts[seq].pub["from"]:
            row = rng.choice([row for row in doc["figures"] if row["num"]])
            row["num"] += 1
    made = base.again([base.drafts[i] for i in base.planned], {"figures-doc": steer})
    return _case(base, rng, made, seq)


def box_row(base, rng):
    seq = rng.choice(base.places("box.closed"))

    def steer(box, rows):
        if box != base.made.events[seq]["pub"]["box"]:
            return rows
        return [[t, [a[0] % 4 + 1]] if i == 0 else [t, a] for i, (t, a) in enumerate(rows)]
    made = base.again([base.drafts[i] for i in base.planned], {"box-rows": steer})
    return _case(base, rng, made, seq)


def own_key_added(base, rng):
    """The attacker lets the log trust a key of his own, far back, and signs with it."""
    seq = rng.choice(_planned(base, range(10, base.kept[-2])))
    forger = synth.Signer(synth.ORIGIN, "forger %d" % rng.randrange(10**9))
    drafts = list(base.drafts)
    drafts.insert(seq, synth.Draft(drafts[seq].at, "key.added", {"vkey": forger.vkey}, fill=lambda made, event:
                                   event["pub"].update({"from": event["seq"] + 1})))
    made = _compile(base, drafts)
    files = base.clever_files(made, seq)
    body = made.body(len(made.events))
    files["checkpoint"] = (body + "\n" + forger.line(body)).encode()
    return Case(files, {"seen": base.seen(rng.choice([s for s in base.kept if s > seq]))}, {"fork"})


ATTACKS = [change_rating, change_solved, change_due, change_words, change_unit, delete, drop_rating,
           drop_whole_concern, drop_announcement_of_erasure, drop_vote, insert, back_date_new_act,
           reorder, swap_outcomes, fork, roll_back, change_a_rule, alter_past_figures, box_row,
           own_key_added]
