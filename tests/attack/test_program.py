# SPDX-License-Identifier: Apache-2.0
"""Some cases of every class of attack under the program's own `record verify`, and the answers of both
verifiers held against each other. XQ_ATTACKS_BOTH: cases for each class (1)."""
import os
import random
import sys
import tempfile
from collections import Counter

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.join(ROOT, "tools", "verify")]
try:
    import cryptography  # noqa: F401
except ModuleNotFoundError as missing:
    print("SKIP attack: %s" % missing)
    sys.exit(77)

import base  # noqa: E402
import born  # noqa: E402
import clever  # noqa: E402
import naive  # noqa: E402
from program import Program  # noqa: E402


def honest(program):
    """Both must say yes to an honest record with everything that is known beside it."""
    one = base.Base(seed=2)
    evidence = {"need": 1, "seen": [note for size in one.kept for note in one.seen(size)],
                "receipts": [r for seq in one.places("box.vote")[:3] for r in one.receipt(seq)],
                "now": one.drafts[-1].at + 3600}
    status, rules, said = program.judge(one.files, evidence)
    print("%s attack: the program finds an honest record right" % ("FAIL" if status else "PASS"))
    if status:
        print("   ", sorted(rules), said[:600])
    return status == 0


def one_class(program, target, module, function, count):
    """(cases that the program misses, cases in which both name a rule in common)"""
    missed, agreed = [], 0
    for number in range(count):
        name = "%s %s %d" % (module.__name__, function.__name__, number)
        case = function(target, random.Random(name))
        _, log = base.judge(case.files, case.evidence)
        ours = {fault.rule for fault in log.faults if fault.code in case.due}
        status, rules, said = program.judge(case.files, case.evidence)
        if status != 1:
            missed.append("%s: status %d, due %s; it says %s" % (name, status, sorted(ours), said[-300:]))
        agreed += bool(ours & rules)
        if status == 1 and not ours & rules:
            print("    another reason: %s: here %s, the program %s" % (name, sorted(ours), sorted(rules)))
    return missed, agreed


def main():
    binary = os.environ.get("XQ_BIN") or os.path.join(ROOT, "build", "xinqiao")
    count, only = int(os.environ.get("XQ_ATTACKS_BOTH", "1")), sys.argv[1:]
    with tempfile.TemporaryDirectory() as top:
        program = Program(binary, os.path.join(top, "record"))
        if not os.path.exists(binary) or not program.knows_how():
            print("SKIP attack: this program has no `record verify`")
            return 77
        failed, tally, target = not honest(program), Counter(), base.Base()
        for module in (naive, clever, born):
            for function in module.ATTACKS:
                if only and function.__name__ not in only:
                    continue
                missed, agreed = one_class(program, target, module, function, count)
                tally.update(cases=count, missed=len(missed), agreed=agreed)
                for line in missed:
                    print("FAIL attack: the program misses %s" % line)
                failed |= bool(missed)
    if not failed:
        print("PASS attack: %(cases)d cases under the program, for the same rule %(agreed)d" % tally)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
