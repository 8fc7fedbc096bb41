# SPDX-License-Identifier: Apache-2.0
"""Signed notes: keys, checkpoints, cosignatures of witnesses (ledger.md 5.3, 5.6)."""
import re
from collections import namedtuple
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from canon import INTEGER_LIMIT, unb64

LOG, WITNESS = 0x01, 0x04           # the two types of key that this reader knows
Key = namedtuple("Key", "name id type public vkey")
Checkpoint = namedtuple("Checkpoint", "origin size root body signatures text")
_NAME = re.compile(r"[^\s+]+").fullmatch
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}").fullmatch


def key_id(name, type_, public):
    return sha256(name.encode() + b"\n" + bytes([type_]) + public).digest()[:4]


def read_vkey(vkey):
    """name+hex(id)+b64(type || public key)"""
    name, id_, key = (vkey.split("+", 2) + ["", ""])[:3]
    data = unb64(key, 33)
    type_, public = data[0], data[1:]
    if not _NAME(name) or type_ not in (LOG, WITNESS):
        raise ValueError("not a key of a log or a witness: %s" % vkey)
    if key_id(name, type_, public).hex() != id_:
        raise ValueError("key id does not belong to name and key: %s" % vkey)
    return Key(name, bytes.fromhex(id_), type_, public, vkey)


def read_checkpoint(data):
    """Take a checkpoint apart; whether its signatures are good is `signers`' business."""
    if len(data) > 65536:
        raise ValueError("note over 64 KiB")
    text = data.decode()
    if any((c < " " or c == "\x7f") and c != "\n" for c in text):
        raise ValueError("control character in note")
    split = text.rfind("\n\n")
    if split < 0 or not text.endswith("\n"):
        raise ValueError("note without blank line or last newline")
    body, lines = text[:split + 1], text[split + 2:].split("\n")[:-1]
    if not 1 <= len(lines) <= 64:
        raise ValueError("%d signatures" % len(lines))
    signatures = []
    for line in lines:
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014" or not _NAME(parts[1]):
            raise ValueError("signature line %r" % line)
        blob = unb64(parts[2])
        if len(blob) < 5:
            raise ValueError("signature of %d bytes" % len(blob))
        signatures.append((parts[1], blob))
    fields = body.split("\n")
    if len(fields) != 4 or not fields[0]:
        raise ValueError("a checkpoint has exactly three lines")
    if not _SIZE(fields[1]) or int(fields[1]) > INTEGER_LIMIT:
        raise ValueError("size %r" % fields[1])
    size, root = int(fields[1]), unb64(fields[2], 32)
    if size == 0 and root != sha256(b"").digest():
        raise ValueError("size 0 with the root of something")
    return Checkpoint(fields[0], size, root, body, signatures, text)


def cosigned_at(body, key, blob):
    """The time of a witness's cosignature; ValueError if it is not one over this body."""
    if len(blob) != 76 or blob[:4] != key.id:
        raise ValueError("not a cosignature of %s" % key.name)
    time = int.from_bytes(blob[4:12], "big")
    _verify(key, blob[12:], ("cosignature/v1\ntime %d\n" % time + body).encode())
    return time


def signers(checkpoint, keys):
    """[(key, time)] of the good signatures, time None for a log's. Unknown keys are passed over;
    a bad signature under the name and id of a known key spoils the whole note."""
    good = []
    for name, blob in checkpoint.signatures:
        for key in keys:
            if (key.name, key.id) != (name, blob[:4]):
                continue
            if key.type == WITNESS:
                good.append((key, cosigned_at(checkpoint.body, key, blob)))
            elif name == checkpoint.origin:
                _verify(key, blob[4:], checkpoint.body.encode())
                good.append((key, None))
            else:
                raise ValueError("signed as %s, but for %s" % (name, checkpoint.origin))
    return good


def _verify(key, signature, message):
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except InvalidSignature:
        raise ValueError("bad signature of %s" % key.name) from None
