# SPDX-License-Identifier: Apache-2.0
"""The rows of a data folder for tests, in whichever store they lie: the file in it, or where XQ_TEST_POSTGRES names a
server (tests/run-postgres) the database that stands for it there. The same statements for both; see
tests/on-postgres.

    sys.path.insert(0, ...tests)
    import store
    store.rows(data, 'SELECT code FROM unit WHERE office = ?', 1)
    with store.opened(data) as db: db.execute('UPDATE ...', (value,))
    store.copy(data, backup)
"""
import contextlib
import ctypes
import os
import re
import shutil
import sqlite3
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
on_server = bool(os.environ.get('XQ_TEST_POSTGRES'))


def skip(what, why='only where the store is a file'):
    """One line for what has no meaning on a server."""
    print('SKIP %s (%s)' % (what, why))


def _database(*words):
    done = subprocess.run([os.path.join(HERE, 'on-postgres', 'database'), *words], capture_output=True, text=True)
    if done.returncode != 0:
        raise OSError('database %s: %s' % (' '.join(words), done.stderr))
    return done.stdout.strip()


def address(data):
    """Of the database that stands for a folder, which is made with it where it is new; None where it holds a file."""
    return _database('--make', data) if on_server else None


def environment(data):
    """Of a test program in C that opens the folder by itself."""
    return dict(os.environ, XQ_TEST_DATABASE=address(data)) if on_server else dict(os.environ)


def socket_of(data):
    """Of the server that runs on the folder; where several may, the number of each is part of its name."""
    return os.path.join(data, next(n for n in sorted(os.listdir(data)) if re.fullmatch(r'sock(\.\d+)?', n)))


def copy(data, target, **more):
    """The folder as it is now, in place of what was there; on a server with its rows, while nobody works with them."""
    forget(target)
    shutil.copytree(data, target, **more)
    if on_server:
        _database('--copy', data, target)


def forget(data):
    """The folder and its rows, where there is one."""
    if on_server and os.path.exists(data + '/database'):
        _database('--drop', data)
    shutil.rmtree(data, ignore_errors=True)


def rows(data, text, *values):
    """All rows of one question."""
    with opened(data, True) as db:
        return db.execute(text, values).fetchall()


@contextlib.contextmanager
def opened(data, is_reading=False):
    """execute(text, values) as sqlite3 has it; what was done is committed at the end."""
    if on_server:
        db = Server(_database(data))
    else:
        db = sqlite3.connect('file:%s/xinqiao.db%s' % (data, '?mode=ro' if is_reading else '?mode=rw'), uri=True)
    try:
        yield db
        db.commit()
    finally:
        db.close()


def tables(db):
    """Names of all tables, and for each the names of its columns."""
    if isinstance(db, Server):
        found = {}
        for table, column in db.execute("SELECT table_name, column_name FROM information_schema.columns"
                                        " WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"):
            found.setdefault(table, []).append(column)
        return found
    names = [n for (n,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
    return {name: [c[1] for c in db.execute('PRAGMA table_info("%s")' % name)] for name in names}


def drop_triggers(db):
    """Whoever edits by hand does not stop at those that keep the record's rows; a server has none."""
    if isinstance(db, Server):
        return
    for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        db.execute('DROP TRIGGER "%s"' % name)


# ---- a server, by libpq, which the program needs itself ---------------------------------------------------------

INT, BYTES, TEXT = 20, 17, 25  # types as the server numbers them
COMMAND_DONE, ROWS_DONE = 1, 2


class Cursor(list):
    def fetchall(self):
        return list(self)

    def fetchone(self):
        return self[0] if self else None


class Server:
    def __init__(self, address):
        self.pq = ctypes.CDLL('libpq.so.5')
        for name, result in (('connectdb', ctypes.c_void_p), ('errorMessage', ctypes.c_char_p),
                             ('execParams', ctypes.c_void_p), ('getvalue', ctypes.c_void_p), ('ftype', ctypes.c_uint),
                             ('resultErrorMessage', ctypes.c_char_p)):
            getattr(self.pq, 'PQ' + name).restype = result
        self.h = ctypes.c_void_p(self.pq.PQconnectdb(address.encode()))
        if self.pq.PQstatus(self.h) != 0:
            raise OSError(self.pq.PQerrorMessage(self.h).decode())
        self.execute('BEGIN')

    def execute(self, text, values=()):
        parts = text.split('?')
        text = parts[0] + ''.join('$%d%s' % (i + 1, part) for i, part in enumerate(parts[1:]))
        assert len(values) == len(parts) - 1, text
        n = len(values)
        kinds = [0 if v is None else INT if isinstance(v, int) else BYTES if isinstance(v, bytes) else TEXT
                 for v in values]  # 0: the server knows what belongs there
        raw = [v if v is None or isinstance(v, bytes) else str(int(v) if isinstance(v, bool) else v).encode()
               for v in values]
        r = ctypes.c_void_p(self.pq.PQexecParams(
            self.h, text.encode(), n, (ctypes.c_uint * n)(*kinds), (ctypes.c_char_p * n)(*raw),
            (ctypes.c_int * n)(*[len(v or b'') for v in raw]), (ctypes.c_int * n)(*[int(k == BYTES) for k in kinds]), 0))
        try:
            if self.pq.PQresultStatus(r) not in (COMMAND_DONE, ROWS_DONE):
                raise OSError('%s: %s' % (text, self.pq.PQresultErrorMessage(r).decode()))
            types = [self.pq.PQftype(r, c) for c in range(self.pq.PQnfields(r))]
            return Cursor(tuple(self._value(r, i, c, kind) for c, kind in enumerate(types))
                          for i in range(self.pq.PQntuples(r)))
        finally:
            self.pq.PQclear(r)

    def _value(self, r, i, c, kind):
        if self.pq.PQgetisnull(r, i, c):
            return None
        raw = ctypes.string_at(self.pq.PQgetvalue(r, i, c), self.pq.PQgetlength(r, i, c)).decode()
        if kind == BYTES:
            return bytes.fromhex(raw[2:])
        if kind in (INT, 21, 23, 1700) and '.' not in raw:
            return int(raw)
        return float(raw) if kind in (700, 701, 1700) else raw

    def executemany(self, text, many):
        for values in many:
            self.execute(text, values)

    def commit(self):
        self.execute('COMMIT')
        self.execute('BEGIN')

    def close(self):
        self.pq.PQfinish(self.h)
