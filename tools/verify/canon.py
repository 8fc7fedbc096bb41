# SPDX-License-Identifier: Apache-2.0
"""Canonical JSON (3.2): one value has exactly one spelling, so that it can be hashed and signed."""
import base64
import json
import re
import unicodedata

KEY = re.compile(r"[a-z][a-z0-9_]{0,31}").fullmatch
INTEGER_LIMIT = 2**53 - 1


def _refuse(text):
    raise ValueError("%s is not allowed" % text)


_decoder = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse)
_encoder = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def write(value):
    return _encoder.encode(value).encode()


def same_again(data):
    """Read JSON, write it again, and refuse it if a byte differs. Values are not looked at yet."""
    text = data.decode()
    try:
        value = _decoder.raw_decode(text)[0]      # what may stand behind it is found below
    except RecursionError:
        raise ValueError("nested too deep") from None
    if _encoder.encode(value) != text:
        raise ValueError("not canonical: written again it is other bytes")
    return value


def read(data):
    value = same_again(data)
    if not unicodedata.is_normalized("NFC", data.decode()):
        raise ValueError("text is not in the composed form NFC")
    _check(value, 1)
    return value


def _check(value, depth):
    if depth > 8:
        raise ValueError("nested deeper than 8")
    if type(value) is dict:
        for key, inner in value.items():
            if not KEY(key):
                raise ValueError("key %r" % key)
            _check(inner, depth + 1)
    elif type(value) is list:
        for inner in value:
            _check(inner, depth + 1)
    elif type(value) is int:
        if abs(value) > INTEGER_LIMIT:
            raise ValueError("integer beyond 2^53-1")
    elif type(value) is not str and type(value) is not bool:
        raise ValueError("%r is not allowed" % value)


def b64(data):
    return base64.b64encode(data).decode()


def unb64(text, length=None):
    """Strict base64: padding, no spaces, no stray bits at the end, and the length if one is due."""
    data = base64.b64decode(text, validate=True)
    if b64(data) != (text if isinstance(text, str) else text.decode()):
        raise ValueError("base64 with stray bits")
    if length is not None and len(data) != length:
        raise ValueError("%d bytes where %d are due" % (len(data), length))
    return data
