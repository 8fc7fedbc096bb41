# SPDX-License-Identifier: Apache-2.0
"""The hash tree of RFC 6962, its tiles (tlog-tiles) and its proofs (ledger.md 2, 5.1, 5.2)."""
import re
from hashlib import sha256


def leaf(data):
    return sha256(b"\0" + data).digest()


def node(left, right):
    return sha256(b"\1" + left + right).digest()


class Tree:
    """levels[h] holds, one after the other, the hashes of the complete subtrees of 2^h leaves."""

    def __init__(self):
        self.levels = [bytearray()]

    @property
    def size(self):
        return len(self.levels[0]) // 32

    def extend(self, hashes):
        self.levels[0] += b"".join(hashes)
        for height, below in enumerate(self.levels):
            if len(below) >= 64 and height + 1 == len(self.levels):
                self.levels.append(bytearray())     # the loop goes on into the new level
            if height + 1 < len(self.levels):
                above = self.levels[height + 1]
                above += b"".join([sha256(b"\1" + below[i:i + 64]).digest()
                                   for i in range(2 * len(above), len(below) - 63, 64)])

    def hash_at(self, height, index):
        return bytes(self.levels[height][32 * index:32 * index + 32])

    def root(self, size):
        """The root at any size up to the present one."""
        if size == 0:
            return sha256(b"").digest()
        parts, done = [], 0
        for height in reversed(range(size.bit_length())):
            if size >> height & 1:
                parts.append(self.hash_at(height, done >> height))
                done += 1 << height
        total = parts.pop()
        while parts:
            total = node(parts.pop(), total)
        return total

    def tile(self, level, n, width):
        start = n * 8192
        return bytes(self.levels[8 * level][start:start + 32 * width])


def tiles_of(size):
    """Every (level, n, width) that a tree of this size has; width 256 is a full tile."""
    level = 0
    while size >> 8 * level:
        hashes = size >> 8 * level
        for n in range(hashes // 256):
            yield level, n, 256
        if hashes % 256:
            yield level, hashes // 256, hashes % 256
        level += 1


def tile_path(level, n, width):
    groups = ["%03d" % (n % 1000)]
    while n >= 1000:
        n //= 1000
        groups.insert(0, "x%03d" % (n % 1000))
    return "tile/%s/%s%s" % (level, "/".join(groups), "" if width == 256 else ".p/%d" % width)


_TILE = re.compile(r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*)([0-9]{3})"
                   r"(?:\.p/([1-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5]))?")


def read_tile_path(path):
    """(level or "entries", n, width) of a path written exactly as it must be, else None."""
    match = _TILE.fullmatch(path) if path.isascii() else None
    if not match or match[2].startswith("x000"):
        return None
    level = match[1] if match[1] == "entries" else int(match[1])
    n = int(match[2].replace("x", "").replace("/", "") + match[3])
    return level, n, int(match[4] or 256)


def fold(hash_, index, size, proof):
    """Climb from a leaf to the root (RFC 9162, 2.1.3.2); None if the proof has the wrong length."""
    if not 0 <= index < size:
        return None
    last = size - 1
    for other in proof:
        if last == 0:
            return None
        if index & 1 or index == last:
            hash_ = node(other, hash_)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            hash_ = node(hash_, other)
        index, last = index >> 1, last >> 1
    return hash_ if last == 0 else None


def includes(hash_, index, size, proof, root):
    return fold(hash_, index, size, proof) == root


def extends(old_size, old_root, size, root, proof):
    """Is the tree of `size` the old one with more leaves at its end? (RFC 9162, 2.1.4.2)"""
    if old_size == size:
        return not proof and old_root == root
    if old_size == 0:
        return not proof and old_root == sha256(b"").digest()
    if not 0 < old_size < size:
        return False
    proof = list(proof)
    if old_size & (old_size - 1) == 0:
        proof.insert(0, old_root)
    if not proof:
        return False
    index, last = old_size - 1, size - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    old = new = proof[0]
    for other in proof[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            old, new = node(other, old), node(other, new)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            new = node(new, other)
        index, last = index >> 1, last >> 1
    return last == 0 and old == old_root and new == root
