# SPDX-License-Identifier: Apache-2.0
"""Records that were dishonest when they were written: signed and cosigned as if all were right, so
that no hash is wrong anywhere. Their own entries, documents and receipts give them away."""
from base import Case, change_event

import canon
import synth


def _made(base, rng, drafts=None, steer=None, cosign=True):
    drafts = [base.drafts[i] for i in base.planned] if drafts is None else drafts
    made = synth.compile_(drafts, steer)
    if cosign:
        size = len(made.events)
        made.keep(sorted({size * part // 6 for part in range(1, 6)} | {size}))
    return made


def _case(made, due, **evidence):
    return Case(made.export(), evidence, due)


def _insert(base, rng, seq, draft, due):
    """One more entry right behind entry `seq`, honestly signed."""
    drafts = [base.drafts[i] for i in base.planned]
    at = drafts.index(base.drafts[seq]) + 1
    draft.at = base.drafts[seq].at
    drafts.insert(at, draft)
    return _case(_made(base, rng, drafts), due)


def _raw(base, rng, change, due, kinds=None):
    """One entry with other bytes than the program would ever write."""
    seq = rng.choice(base.places(*kinds) if kinds else range(5, base.size - 5))

    def steer(event, raw):
        return change_event(raw, change) if event["seq"] == seq else raw
    return _case(_made(base, rng, None, {"raw": steer}), due)


def figures_early(base, rng):
    """Frozen while the month still ran, so that its last entries are left out."""
    seq = rng.choice(base.places("figures.published"))
    end = base.drafts[seq].pub["to"]
    last = max(e["seq"] for e in base.made.events if e["at"][:10] < end)

    def steer(made, pub):
        return last - rng.randrange(8) if pub["to"] == end else len(made.events) - 1
    return _case(_made(base, rng, None, {"figures-size": steer}), {"figures-early"})


def figures_late(base, rng):
    def steer(made, event):
        event["pub"]["size"] = event["seq"] + 1 + rng.randrange(5)
        doc = canon.read(made.docs[event["pub"]["doc"]])
        event["pub"]["doc"] = made.add_doc({**doc, "size": event["pub"]["size"]})
    return _case(_made(base, rng, None, {"figures.published": steer}), {"figures-late"})


def _figures(base, rng, change, due):
    return _case(_made(base, rng, None, {"figures-doc": change}), due)


def figures_value(base, rng):
    def change(doc):
        row = rng.choice(doc["figures"])
        row["num"] += rng.choice([1, 2, 10])
    return _figures(base, rng, change, {"figures-value"})


def figures_den(base, rng):
    def change(doc):
        row = rng.choice([row for row in doc["figures"] if "den" in row])
        row["den"] += 1
    return _figures(base, rng, change, {"figures-value"})


def figures_row_left_out(base, rng):
    return _figures(base, rng, lambda doc: doc["figures"].pop(rng.randrange(len(doc["figures"]))),
                    {"figures-row"})


def figures_row_added(base, rng):
    return _figures(base, rng, lambda doc: doc["figures"].append({"id": "zeal", "num": 100}),
                    {"figures-row"})


def figures_root(base, rng):
    return _figures(base, rng, lambda doc: doc.update(root=canon.b64(rng.randbytes(32))), {"figures-root"})


def figures_other_period(base, rng):
    return _figures(base, rng, lambda doc: doc.update(to="2025-03-02"), {"figures-head"})


def figures_again_without_reason(base, rng):
    seq = rng.choice(base.places("figures.published"))
    return _insert(base, rng, seq, base.drafts[seq].copy(), {"figures-why"})


def _rating(base, rng, due, **changes):
    """Change how one rating was made."""
    seq = rng.choice([s for s in base.places("concern.rated") if base.drafts[s].role == "evaluator"
                      and base.drafts[s].unit])
    drafts = list(base.drafts)
    drafts[seq] = drafts[seq].copy(**changes)
    return _case(_made(base, rng, [drafts[i] for i in base.planned]), due)


def rated_by_own_unit(base, rng):
    seqs = [s for s in base.places("concern.rated") if base.drafts[s].role == "evaluator"
            and base.drafts[s].unit]
    seq = rng.choice(seqs)
    owner = next(d.unit for d in base.drafts if d.k == "concern.owned" and d.ref == base.drafts[seq].ref)
    drafts = list(base.drafts)
    drafts[seq] = drafts[seq].copy(unit=owner)
    return _case(_made(base, rng, [drafts[i] for i in base.planned]), {"life-own-unit"})


def rated_by_an_earlier_owner(base, rng):
    """The unit that took it down and gave it on."""
    return _rating(base, rng, {"life-own-unit"}, unit=synth.INTAKE)


def rated_by_handler(base, rng):
    return _rating(base, rng, {"life-rater"}, role="handler")


def rated_by_resident_of_a_unit(base, rng):
    return _rating(base, rng, {"life-rater"}, role="resident")


def rated_without_unit(base, rng):
    return _rating(base, rng, {"life-rater"}, unit=None)


def rated_twice(base, rng):
    seq = rng.choice(base.places("concern.rated"))
    again = base.drafts[seq].copy(pub={**base.drafts[seq].pub, "sat": 1})
    return _insert(base, rng, seq, again, {"life-rated-twice"})


def rated_in_another_round(base, rng):
    seq = rng.choice(base.places("concern.rated"))
    again = base.drafts[seq].copy(pub={**base.drafts[seq].pub, "round": rng.randrange(3, 9)})
    return _insert(base, rng, seq, again, {"life-round"})


def answered_after_the_end(base, rng):
    seq = rng.choice(base.places("concern.closed", "concern.voided", "concern.redirected"))
    kind = rng.choice(["concern.replied", "concern.rated", "concern.due-moved", "concern.closed"])
    end = base.drafts[seq]
    return _insert(base, rng, seq, end.copy(k=kind, pub={"round": 1, "outcome": "solved"}),
                   {"life-after-end"})


def owned_without_offer(base, rng):
    seqs = [s for s in base.places("concern.owned") if base.drafts[s].unit]
    seq = rng.choice(seqs)
    drafts = list(base.drafts)
    drafts[seq] = drafts[seq].copy(unit="u66")
    return _case(_made(base, rng, [drafts[i] for i in base.planned]), {"life-owned"})


def opened_twice(base, rng):
    seq = rng.choice(base.places("concern.raised"))
    return _insert(base, rng, seq, base.drafts[seq].copy(), {"life-twice"})


def never_raised(base, rng):
    seq = rng.choice(base.places("concern.raised"))
    drafts = [base.drafts[i] for i in base.planned if i != seq]
    return _case(_made(base, rng, drafts), {"life-opening"})


def erased_what_is_not_there(base, rng):
    def steer(made, event):
        event["pub"]["parts"] = ["0:who"] if rng.random() < 0.5 else event["pub"]["parts"][:1] * 2
    return _case(_made(base, rng, None, {"record.erased": steer}), {"erased-part"})


def drawn_by_hand(base, rng):
    def steer(about):
        others = [row[0] for row in about["frame"] if row[0] not in about["drawn"] + about["skipped"]]
        if others:
            about["drawn"][rng.randrange(len(about["drawn"]))] = rng.choice(others)
        else:
            about["drawn"].reverse()
    return _case(_made(base, rng, None, {"drawn": steer}), {"draw-drawn"})


def drawn_short(base, rng):
    return _case(_made(base, rng, None, {"drawn": lambda about: about["drawn"].pop()}), {"draw-drawn"})


def frame_without_somebody(base, rng):
    return _case(_made(base, rng, None, {"frame": lambda frame: frame[1:]}), {"draw-frame"})


def frame_doubled(base, rng):
    return _case(_made(base, rng, None, {"frame": lambda frame: frame + frame[-1:]}), {"draw-frame-form"})


def draw_size_known(base, rng):
    def steer(made, event):
        event["pub"]["size"] = made.draws[event["pub"]["draw"]]["size"] = event["seq"] - rng.randrange(9)
    return _case(_made(base, rng, None, {"draw.announced": steer}), {"draw-size"})


def draw_value_tried(base, rng):
    """The organiser lets the witness sign first, and takes a later signature that pleases more."""
    def steer(made, event):
        made.cosigned[event["seq"] - 1] = synth.unix_of(made.events[event["seq"] - 2]) + 1
    return _case(_made(base, rng, None, {"draw.seeded": steer}), {"draw-witness"})


def draw_value_forged(base, rng):
    def steer(made, event):
        value = canon.b64(rng.randbytes(76))
        draw = made.draws[event["pub"]["draw"]]
        event["pub"]["outside"] = [value, *draw["seed"][1][1:]]
        draw["seed"] = (draw["seed"][0], event["pub"]["outside"])
    return _case(_made(base, rng, None, {"draw.seeded": steer}), {"draw-witness"})


def draw_root(base, rng):
    def steer(made, event):
        event["pub"]["root"] = canon.b64(rng.randbytes(32))
    return _case(_made(base, rng, None, {"draw.seeded": steer}), {"draw-root"})


def draw_skipped_stranger(base, rng):
    return _case(_made(base, rng, None, {"drawn": lambda about: about["skipped"].append("c-" + "a" * 16)}),
                 {"draw-skipped"})


def rechecked_undrawn(base, rng):
    seq = rng.choice(base.places("draw.done"))
    doc = canon.read(base.made.docs[base.made.events[seq]["pub"]["doc"]])
    ref = rng.choice([d.ref for d in base.drafts[:seq] if d.k == "concern.closed" and d.ref not in doc["drawn"]])
    extra = synth.Draft(0, "concern.rechecked", {"draw": base.drafts[seq].pub["draw"], "sat": 1,
                        "solved": "yes"}, "evaluator", synth.RECHECKERS, ref)
    return _insert(base, rng, seq, extra, {"draw-recheck"})


def _box(base, rng, change, due):
    return _case(_made(base, rng, None, {"box-rows": lambda box, rows: change(list(rows))}), due)


def box_stuffed(base, rng):
    more = [[canon.b64(rng.randbytes(16)), [1]]]
    return _box(base, rng, lambda rows: sorted(rows + more), {"box-votes"})


def box_row_left_out(base, rng):
    return _box(base, rng, lambda rows: rows[1:], {"box-votes"})


def box_row_doubled(base, rng):
    return _box(base, rng, lambda rows: sorted(rows[1:] + rows[1:2]), {"box-rows"})


def box_answer_changed(base, rng):
    """The list has as many rows as votes: only the voter's own receipt can tell."""
    def change(rows):
        return [[t, [answers[0] % 4 + 1]] for t, answers in rows]
    made = _made(base, rng, None, {"box-rows": lambda box, rows: change(rows)})
    seq = rng.choice([e["seq"] for e in made.events if e["k"] == "box.vote"])
    return _case(made, {"receipt-vote"}, receipts=[("voter", made.receipt(seq, len(made.events)))])


def more_votes_than_invited(base, rng):
    drafts = [base.drafts[i] if base.drafts[i].k != "box.opened" else
              base.drafts[i].copy(pub={**base.drafts[i].pub, "invited": 5}) for i in base.planned]
    return _case(_made(base, rng, drafts), {"box-invited"})


def vote_after_closing(base, rng):
    seq = rng.choice(base.places("box.closed"))
    vote = base.drafts[rng.choice(base.places("box.vote"))]
    return _insert(base, rng, seq, vote.copy(pub={"box": base.drafts[seq].pub["box"]}), {"box-order"})


def vote_with_a_name(base, rng):
    return _raw(base, rng, lambda event: event["pub"].update(zone="z1"), {"box-vote-form"}, ["box.vote"])


def prose_in_an_entry(base, rng):
    text = rng.choice(["Mr Wang of house 5", "\u738b\u963f\u59e8", "a\"b", "", "x" * 513])
    return _raw(base, rng, lambda event: event["pub"].update(note=text), {"entry-form"})


def form_broken(base, rng):
    change = rng.choice([{"v": 2}, {"extra": 1}, {"role": "boss"}, {"k": "Log.tick"}, {"com": {}},
                         {"pub": {"x": {"y": 1}}}, {"at": "2025-02-30T00:00:00+08:00"}, {"seq": -1},
                         {"pub": {"x": [True]}}, {"ref": "c-short"}])
    return _raw(base, rng, lambda event: event.update(change), {"entry-form"})


# Fields without which a rule cannot be checked; another type in them must be an answer, not a crash.
FIELDS = {"concern.raised": "due", "concern.rated": "sat", "concern.closed": "outcome", "box.opened": "box",
          "box.vote": "box", "box.closed": "doc", "figures.published": "size", "draw.announced": "draw",
          "draw.seeded": "outside", "draw.done": "doc", "record.erased": "parts", "key.added": "from",
          "key.retired": "vkey", "disclosure.published": "due", "reception.planned": "day",
          "visit.done": "households", "log.opened": "vkey", "concern.owned": "due", "concern.promised": "due"}


def field_of_another_type(base, rng):
    """Not an attack: it may do no harm. But whatever it is, it must not stop the verifier."""
    kind = rng.choice(sorted(FIELDS))
    value = rng.choice([[1, "x"], True, -1, 2**53 - 1, "x", [], "2025-01-01", base.made.events[0]["pub"]["vkey"]])
    return _raw(base, rng, lambda event: event["pub"].update({FIELDS[kind]: value}), set(), [kind])


def document_of_another_kind(base, rng):
    """The same for what documents hold."""
    value = rng.choice([[], {}, "x", 1, True, [[]], [{}], [["x", "y"], 1], {"figures": 1}, {"drawn": [1]}])
    kind = rng.choice(["figures.published", "box.closed", "draw.announced", "draw.done"])

    def steer(made, event):
        event["pub"]["frame" if kind == "draw.announced" else "doc"] = made.add_doc(value)
    return _case(_made(base, rng, None, {kind: steer}), set())


HARMLESS = [field_of_another_type, document_of_another_kind]


def written_with_spaces(base, rng):
    seq = rng.randrange(5, base.size - 5)
    steer = {"raw": lambda event, raw: raw.replace(b',"k"', b', "k"') if event["seq"] == seq else raw}
    return _case(_made(base, rng, None, steer), {"entry-form"})


def wrong_seq(base, rng):
    return _raw(base, rng, lambda event: event.update(seq=event["seq"] + 1), {"entry-seq"})


def wrong_log(base, rng):
    return _raw(base, rng, lambda event: event.update(log="xy"), {"entry-log"})


def prev_hidden(base, rng):
    return _raw(base, rng, lambda event: event.pop("prev"), {"entry-prev"},
                ["concern.rated", "concern.closed", "concern.owned"])


def prev_skips(base, rng):
    return _raw(base, rng, lambda event: event.update(prev=event["prev"] - 1), {"entry-prev"},
                ["concern.rated", "concern.closed", "concern.owned"])


def opened_as_another_log(base, rng):
    change = rng.choice([lambda event: event["pub"].update(origin="other.example/log/sy"),
                         lambda event: event.update(k="log.tick")])
    return _raw(base, rng, change, {"entry-opened"}, ["log.opened"])


def act_on_nothing(base, rng):
    kind = rng.choice(["concern.rated", "concern.closed", "concern.replied"])

    def change(event):
        del event["ref"], event["prev"]
    return _raw(base, rng, change, {"life-ref"}, [kind])


def document_badly_named(base, rng):
    def steer(made, event):
        event["pub"]["doc"] = rng.choice(["x", "A" * 64, "../checkpoint", 5])
    return _case(_made(base, rng, None, {"disclosure.published": steer}), {"doc-form"})


def document_not_canonical(base, rng):
    kind, field = rng.choice([("figures.published", "doc"), ("box.closed", "doc"), ("draw.announced", "frame"),
                              ("draw.done", "doc")])

    def steer(made, event):
        event["pub"][field] = made.add_doc(made.docs[event["pub"][field]].replace(b",", b", ", 1))
    return _case(_made(base, rng, None, {kind: steer}), {"doc-form"})


def draw_out_of_order(base, rng):
    seq = rng.choice(base.places("draw.done"))
    kind = rng.choice(["draw.announced", "draw.seeded", "draw.done"])
    again = next(d for d in base.drafts if d.k == kind and d.pub["draw"] == base.drafts[seq].pub["draw"])
    return _insert(base, rng, seq, again.copy(fill=None), {"draw-order"})


def draw_without_promised_value(base, rng):
    return _case(_made(base, rng, None, {"draw.seeded": lambda made, event: event["pub"].update(outside=[])}),
                 {"draw-outside"})


def draw_other_numbers(base, rng):
    """The list belongs to another outcome of the lottery than the one that was written down."""
    def steer(made, event):
        if len(event["pub"]["outside"]) > 1:
            root, values = made.draws[event["pub"]["draw"]]["seed"]
            made.draws[event["pub"]["draw"]]["seed"] = (root, [values[0], "%d" % rng.randrange(10**6)])
    return _case(_made(base, rng, None, {"draw.seeded": steer}), {"draw-drawn"})


def draw_list_of_another(base, rng):
    def steer(made, event):
        doc = canon.read(made.docs[event["pub"]["doc"]])
        event["pub"]["doc"] = made.add_doc({**doc, "draw": "d-other"})
    return _case(_made(base, rng, None, {"draw.done": steer}), {"draw-done-form"})


def clock_set_back(base, rng):
    def change(event):
        event["at"] = base.made.events[1]["at"]
    seq = rng.randrange(base.size // 2, base.size - 5)
    steer = {"raw": lambda event, raw: change_event(raw, change) if event["seq"] == seq else raw}
    return _case(_made(base, rng, None, steer), {"entry-at"})


def back_dated_against_the_witness(base, rng):
    """Entries that claim an earlier hour than the one at which the witness saw the record without them."""
    made = _made(base, rng)
    size = rng.choice([s for s in made.cosigned if s < len(made.events)])
    made.cosigned[size] = synth.unix_of(made.events[size]) + 121 + rng.randrange(10**6)
    return _case(made, {"time-early"})


def post_dated_against_the_witness(base, rng):
    made = _made(base, rng)
    size = rng.choice([s for s in made.cosigned if s > 1])
    made.cosigned[size] = synth.unix_of(made.events[size - 1]) - 121 - rng.randrange(10**6)
    return _case(made, {"time-late"})


def document_never_given(base, rng):
    def steer(made, event):
        event["pub"]["doc"] = rng.randbytes(32).hex()
    return _case(_made(base, rng, None, {"disclosure.published": steer}), {"doc-missing"})


def signed_by_retired_key(base, rng):
    made = _made(base, rng)
    files, body = made.export(), made.body(len(made.events))
    files["checkpoint"] = (body + "\n" + synth.FIRST.line(body)).encode()
    return Case(files, {}, {"checkpoint-unsigned"})


def asleep(base, rng):
    return Case(base.files, {"now": base.drafts[-1].at + 26 * 3600 + 1 + rng.randrange(10**6)}, {"stale"})


ATTACKS = [figures_early, figures_late, figures_value, figures_den, figures_row_left_out, figures_row_added,
           figures_root, figures_other_period, figures_again_without_reason, rated_by_own_unit, rated_by_an_earlier_owner,
           rated_by_handler, rated_by_resident_of_a_unit, rated_without_unit, rated_twice,
           rated_in_another_round, answered_after_the_end, owned_without_offer, opened_twice, never_raised,
           erased_what_is_not_there, drawn_by_hand, drawn_short, frame_without_somebody, frame_doubled,
           draw_size_known, draw_value_tried, draw_value_forged, draw_root, draw_skipped_stranger,
           rechecked_undrawn, box_stuffed, box_row_left_out, box_row_doubled, box_answer_changed,
           more_votes_than_invited, vote_after_closing, vote_with_a_name, prose_in_an_entry, form_broken,
           written_with_spaces, wrong_seq, wrong_log, prev_hidden, prev_skips, opened_as_another_log,
           act_on_nothing, document_badly_named, document_not_canonical, draw_out_of_order,
           draw_without_promised_value, draw_other_numbers, draw_list_of_another, clock_set_back,
           back_dated_against_the_witness, post_dated_against_the_witness, document_never_given,
           signed_by_retired_key, asleep]
