# SPDX-License-Identifier: Apache-2.0
"""V11: a receipt, that is a proof file c2sp.org/tlog-proof@v1 (ledger.md 9), held against the log."""
import re
from collections import namedtuple
from hashlib import sha256

import canon
import tree
from note import LOG, read_checkpoint, signers

Proof = namedtuple("Proof", "extra index hashes checkpoint")


def read_proof(data):
    if len(data) > 262144:
        raise ValueError("proof file over 256 KiB")
    text = data.decode()
    head, blank, note = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise ValueError("not a c2sp.org/tlog-proof@v1 file")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = canon.unb64(lines.pop(0)[6:])
    index = re.fullmatch(r"index (0|[1-9][0-9]{0,15})", lines.pop(0)) if lines else None
    if not index or len(lines) > 63:
        raise ValueError("index line missing or not a number, or more than 63 hashes")
    return Proof(extra, int(index[1]), [canon.unb64(line, 32) for line in lines],
                 read_checkpoint(note.encode()))


def check_proof(proof, data, keys):
    """ValueError unless the proof shows that `data` is entry `index` under a root signed by a key."""
    if not any(key.type == LOG for key, _ in signers(proof.checkpoint, keys)):
        raise ValueError("its checkpoint is not signed by a known key of the log")
    if not tree.includes(tree.leaf(data), proof.index, proof.checkpoint.size, proof.hashes,
                         proof.checkpoint.root):
        raise ValueError("the hashes do not lead from entry %d to the signed root" % proof.index)


def opens(commitment, salt, text):
    """Does (salt, text) open the commitment (4)?"""
    canon.read(text.encode())
    return sha256(canon.unb64(salt, 32) + text.encode()).digest() == canon.unb64(commitment, 32)


def check(log, name, data):
    """Hold one receipt against the log; say in words what it proves."""
    try:
        proof = read_proof(data)
        extra = canon.read(proof.extra or b"")
        raw = extra["event"].encode()
        event = canon.read(raw)
        seq = event["seq"]
        if set(extra) != {"event", "open", "sentences"} or seq != proof.index:
            raise ValueError("event, open and sentences, and index = seq, are due")
        check_proof(proof, raw, log.keys_at(proof.checkpoint.size))
        for part, opening in extra["open"].items():
            if not opens(event["com"][part], opening["salt"], opening["text"]):
                raise ValueError("the opening of %s does not fit its commitment" % part)
    except (KeyError, TypeError, AttributeError, ValueError) as why:
        log.fault("V11", None, "receipt-bad", name, str(why))
        return
    if proof.checkpoint.origin != log.origin:
        log.fault("V11", seq, "receipt-foreign", log.origin, proof.checkpoint.origin)
        return
    log.compare_note(proof.checkpoint, name)
    if seq >= log.tree.size or bytes(log.entry(seq)) != raw:
        log.fault("V11", seq, "receipt-entry", extra["event"],
                  log.entry(seq).decode("utf-8", "replace") if seq < log.tree.size else "no such entry")
        return
    if extra["sentences"] not in log.sentence_tables:
        log.remark("receipt-sentences", name)
    if "vote" in extra["open"]:
        _check_vote(log, seq, canon.read(extra["open"]["vote"]["text"].encode()))
    log.remark("receipt-good", "%s: %s, %s" % (name, seq, event["k"]))


def _check_vote(log, seq, vote):
    rows = log.boxes.rows.get(vote.get("box"))
    if rows is None:
        log.remark("receipt-box-open", vote.get("box"))
    elif rows.get(vote.get("t")) != [vote.get("t"), vote.get("a")]:
        log.fault("V11", seq, "receipt-vote", canon.write([vote.get("t"), vote.get("a")]).decode(),
                  canon.write(rows.get(vote.get("t"), [])).decode())
