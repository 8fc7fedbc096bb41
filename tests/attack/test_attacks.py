# SPDX-License-Identifier: Apache-2.0
"""Seeded manipulations of the public record, each of which the outside verifier must find, and for a
reason that belongs to it. XQ_ATTACKS: how many (1000). Stops at the first that is not found.

  naive   a file of a copy is changed, nothing else mended
  clever  compiled and signed anew with the log's own keys; one thing outside does not fit
  born    dishonest from the first day, every hash in order"""
import os
import random
import sys
import time
from collections import Counter

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(os.path.dirname(HERE)), "tools", "verify")]
try:
    import cryptography  # noqa: F401
except ModuleNotFoundError as missing:
    print("SKIP attack: %s" % missing)
    sys.exit(77)

import base  # noqa: E402
import born  # noqa: E402
import clever  # noqa: E402
import naive  # noqa: E402


def honest_ones():
    """What is honest must pass, with every evidence at once: a verifier that always cries is no use."""
    for seed in (1, 2, 7):
        one = base.Base(seed=seed)
        evidence = {"need": 1, "seen": [note for size in one.kept for note in one.seen(size)],
                    "receipts": [r for seq in one.places("box.vote", "concern.rated")[:6] for r in one.receipt(seq)],
                    "now": one.drafts[-1].at + 3600}
        codes, _ = base.judge(one.files, evidence)
        if codes:
            print("FAIL attack: an honest record (seed %d) is accused of %s" % (seed, sorted(codes)))
            return False
    print("PASS attack: three honest records are found right")
    return True


def never_a_crash(target, count):
    """Odd values in entries and documents: any answer will do, but an answer it must be."""
    for function in born.HARMLESS:
        for number in range(count):
            case = function(target, random.Random("%s %d" % (function.__name__, number)))
            try:
                base.judge(case.files, case.evidence)
            except Exception as what:   # noqa: BLE001
                print("FAIL attack: %s, number %d stops the verifier: %r" % (function.__name__, number, what))
                return False
    print("PASS attack: %d odd values get an answer" % (2 * count))
    return True


def attack(strength, function, target, count):
    """Run `count` cases of one class; False at the first that is not found."""
    reasons = Counter()
    for number in range(count):
        rng = random.Random("%s %s %d" % (strength, function.__name__, number))
        case = function(target, rng)
        found, log = base.judge(case.files, case.evidence)
        if not found & case.due:
            print("FAIL attack: %s: %s, number %d: due one of %s, found %s"
                  % (strength, function.__name__, number, sorted(case.due), sorted(found)))
            return False
        reasons.update({fault.rule for fault in log.faults if fault.code in case.due})
    print("PASS attack: %s: %s: %d of %d found by %s"
          % (strength, function.__name__.replace("_", " "), count, count,
             ", ".join("%s %d" % pair for pair in sorted(reasons.items()))))
    return True


def main():
    total, only = int(os.environ.get("XQ_ATTACKS", "1000")), sys.argv[1:]
    started = time.process_time()
    if not honest_ones():
        return 1
    target = base.Base()
    classes = [(module.__name__, function) for module in (naive, clever, born) for function in module.ATTACKS
               if not only or function.__name__ in only]
    each = -(-total // len(classes))
    if not never_a_crash(target, each * 3):
        return 1
    for strength, function in classes:
        if not attack(strength, function, target, each):
            return 1
    print("%d manipulations of %d classes on a record of %d entries, all found, in %.0f s of processor time"
          % (each * len(classes), len(classes), target.size, time.process_time() - started))
    return 0


if __name__ == "__main__":
    sys.exit(main())
