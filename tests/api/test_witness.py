# SPDX-License-Identifier: Apache-2.0
"""Offices watch each other's records: our server as witness of a log that this file plays, and two
servers of ours that watch each other. Signatures are made and checked by another library than ours.
"""
import atexit, base64, hashlib, http.client, json, os, re, shutil, signal, socket, subprocess, sys, tempfile, threading, time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import store

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
except ImportError:
    print('SKIP witness: python3-cryptography is not installed')
    sys.exit(77)

program = os.environ['XQ_BIN']
folder = os.path.realpath(tempfile.mkdtemp(prefix='xinqiao-witness-'))
servers = []


@atexit.register
def tidy():
    for p in servers:
        if p.poll() is None:
            p.kill()
            p.wait()
    subprocess.run(['rm', '-rf', folder])


def check(good, what, got=''):
    print(('PASS ' if good else 'FAIL ') + 'witness: ' + what)
    if not good:
        print('    got ', str(got)[:400])


def run(*words):
    p = subprocess.run([program, *words], capture_output=True, text=True, timeout=60)
    return p.returncode, p.stdout + p.stderr


# ---- notes, written from c2sp.org and not from our code ----------------------------------------------

def b64(b):
    return base64.b64encode(b).decode()


def key_id(name, kind, public):
    return hashlib.sha256(name.encode() + b'\n' + bytes([kind]) + public).digest()[:4]


class Log:
    """A log that this file plays: entries are numbers."""

    def __init__(self, name, seed):
        self.name = name
        self.secret = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self.secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.leaves = []

    def vkey(self):
        return '%s+%s+%s' % (self.name, key_id(self.name, 1, self.public).hex(), b64(b'\x01' + self.public))

    def grow(self, n, salt=b''):
        self.leaves += [hashlib.sha256(b'\x00' + salt + str(i).encode()).digest() for i in range(len(self.leaves), n)]

    def note(self, size=None, secret=None):
        leaves = self.leaves if size is None else self.leaves[:size]
        body = '%s\n%d\n%s\n' % (self.name, len(leaves), b64(root(leaves)))
        signature = (secret or self.secret).sign(body.encode())
        return body + '\n\u2014 %s %s\n' % (self.name, b64(key_id(self.name, 1, self.public) + signature))


def split(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def root(leaves):
    if not leaves:
        return hashlib.sha256(b'').digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return hashlib.sha256(b'\x01' + root(leaves[:k]) + root(leaves[k:])).digest()


def consistency(m, leaves, whole=True):
    """RFC 6962 2.1.2."""
    n = len(leaves)
    if m == n:
        return [] if whole else [root(leaves)]
    k = split(n)
    if m <= k:
        return consistency(m, leaves[:k], whole) + [root(leaves[k:])]
    return consistency(m - k, leaves[k:], False) + [root(leaves[:k])]


def request(old, proof, note):
    return 'old %d\n%s\n%s' % (old, ''.join(b64(h) + '\n' for h in proof), note)


def cosigned_at(line, vkey, body):
    """The time of a cosignature, or None where it does not verify."""
    name, _, key = vkey.split('+', 2)
    public = base64.b64decode(key)
    raw = base64.b64decode(line.rstrip('\n').rsplit(' ', 1)[1])
    if public[0] != 4 or not line.startswith('\u2014 %s ' % name) or raw[:4] != key_id(name, 4, public[1:]):
        return None
    at = int.from_bytes(raw[4:12], 'big')
    try:
        Ed25519PublicKey.from_public_bytes(public[1:]).verify(
            raw[12:], b'cosignature/v1\ntime %d\n' % at + body.encode())
    except InvalidSignature:
        return None
    return at


# ---- servers -----------------------------------------------------------------------------------------

class Office:
    def __init__(self, code, origin):
        self.code, self.origin, self.data = code, origin, os.path.join(folder, code)
        code_, out = run('init', '--data', self.data, '--code', code, '--name', '%s街道办事处' % code, '--origin', origin)
        if code_:
            print('FAIL witness: init\n   ', out)
            sys.exit(1)
        self.act('role.grant', '--login', 'admin', '--role', 'operator', '--scope', 'office')
        self.port = 0

    def act(self, name, *words):
        code, out = run('act', name, '--data', self.data, '--office', self.code, '--as', 'admin', *words)
        told = re.search(r'"witness":"([^"]+)"', out)
        if told:  # the office's own key as witness; its seed is sealed
            self.own = told.group(1)
        return code, out

    def serve(self, *more):
        self.p = subprocess.Popen([program, 'serve', '--data', self.data, '--listen', '127.0.0.1:%d' % self.port, '--no-limits', *more],
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        servers.append(self.p)
        self.port = int(re.search(r':(\d+)$', self.p.stdout.readline().strip()).group(1))

    def end(self, how=signal.SIGTERM):
        self.p.send_signal(how)
        self.p.wait(30)

    def ask(self, method, path, body=None):
        c = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        c.request(method, path, body.encode() if isinstance(body, str) else body, {'Content-Type': 'text/plain'} if body else {})
        r = c.getresponse()
        text = r.read().decode('utf-8', 'replace')
        c.close()
        return r.status, text, r.getheader('Content-Type')

    def add(self, old, proof, note):
        return self.ask('POST', '/witness/add-checkpoint', request(old, proof, note))

    def rows(self, sql, *values):
        return store.rows(self.data, sql, *values)

    def clock(self, seconds):
        """Moves the server's clock on; answered when its jobs have run."""
        s = socket.socket(socket.AF_UNIX)
        s.connect(store.socket_of(self.data))
        s.sendall(b'{"clock":%d}\n' % seconds)
        s.recv(1000)
        s.close()

    def vkey(self):
        entry, = self.rows('SELECT bytes FROM ledger_event WHERE seq = 0')[0]
        return json.loads(entry)['pub']['vkey']

    def checkpoint(self):
        return self.ask('GET', '/log/%s/checkpoint' % self.code)[1]

    def watched(self):
        return self.rows('SELECT size, trouble FROM ledger_witness')[0]

    def witness_vkey(self):
        return self.own


def as_witness():
    office = Office('wb', 'b.example/log/wb')
    log = Log('outside.example/log/zz', b'\x07' * 32)
    log.grow(5)
    office.serve()
    path = '/witness/%s/checkpoint' % hashlib.sha256(log.name.encode()).hexdigest()
    got = office.add(0, [], log.note())
    check(got[0] == 404, 'an office watches no log until it is told to', got)
    code, out = office.act('record.watch-add', '--vkey', log.vkey())
    check(code == 0, 'an operator enters the key of a log', out)
    check(office.ask('GET', path)[0] == 404, 'of a log that was never seen there is no checkpoint')

    status, line, kind = office.add(0, [], log.note())
    vkey = office.witness_vkey()
    at = cosigned_at(line, vkey, log.note().split('\n\n')[0] + '\n')
    check(status == 200 and kind.startswith('text/plain'), 'the first checkpoint is signed', (status, line))
    check(at is not None and abs(at - time.time()) < 60, 'another library verifies the cosignature and its time', line)
    check(vkey.startswith('b.example/witness/wb+'), 'the witness has a name of its own', vkey)

    old = 5
    log.grow(300)
    status, line, _ = office.add(old, consistency(old, log.leaves), log.note())
    check(status == 200, 'growth with a proof is signed', (status, line))
    fork = Log(log.name, b'\x07' * 32)
    fork.grow(300, b'fork')
    for what, want, got in [
            ('another root of the same size is refused', 422, office.add(300, [], fork.note())),
            ('growth without proof is refused', 422, office.add(300, [], (fork.grow(301, b'fork'), fork.note())[1])),
            ('a wrong old size is told the right one', 409, office.add(5, consistency(5, log.leaves), log.note())),
            ('an old size above the new one makes no sense', 400, office.add(300, [], log.note(70))),
            ('a signature of another key is refused', 403, office.add(300, [], log.note(secret=Ed25519PrivateKey.generate()))),
            ('a log that is not watched is unknown', 404, office.add(0, [], Log('other.example/log/yy', b'\x08' * 32).note())),
            ('64 proof lines are too many', 400, office.add(5, [b'\0' * 32] * 64, log.note())),
            ('something else is no request', 400, office.ask('POST', '/witness/add-checkpoint', 'hello\n')),
            ('nothing is no request', 400, office.ask('POST', '/witness/add-checkpoint', '\n'))]:
        check(got[0] == want, what, got)
        if want == 409:
            check(got[1] == '300\n' and got[2] == 'text/x.tlog.size', 'as text/x.tlog.size', got)
    big = office.ask('POST', '/witness/add-checkpoint', 'old 0\n\n' + 'x' * 100000)
    check(big[0] == 413, 'a request is bounded', big)

    status, seen, _ = office.ask('GET', path)
    check(status == 200 and seen.startswith(log.note()) and cosigned_at(seen[len(log.note()):], vkey, log.note().split('\n\n')[0] + '\n'),
          'the newest checkpoint that was seen is published with our line', seen)
    audit = office.rows("SELECT count(*) FROM audit WHERE act = 'record.cosign'")[0][0]
    check(audit == 2, 'only what was signed was written down', audit)
    return office, log, path


def survives(office, log, path):
    office.end(signal.SIGKILL)
    office.serve()
    fork = Log(log.name, b'\x07' * 32)
    fork.grow(302, b'fork')
    got = office.add(0, [], fork.note())
    check(got[0] == 409 and got[1] == '300\n', 'what was signed is remembered through kill -9', got)


def races(office, log):
    """Two heads of one size at once, again and again: never both signed."""
    bad = both = 0
    for turn in range(20):
        old = len(log.leaves)
        forks = []
        for salt in (b'a', b'b'):
            f = Log(log.name, b'\x07' * 32)
            f.leaves = list(log.leaves)
            f.grow(old + 1 + turn % 3, salt + bytes([turn]))
            forks.append(f)
        got = [None, None]

        def go(i):
            got[i] = office.add(old, consistency(old, forks[i].leaves), forks[i].note())[0]
        threads = [threading.Thread(target=go, args=(i,)) for i in (0, 1)]
        [t.start() for t in threads]
        [t.join() for t in threads]
        both += got == [200, 200]
        bad += sorted(got) not in ([200, 409], [200, 422])
        log.leaves = forks[got.index(200) if 200 in got else 0].leaves
    check(both == 0 and bad == 0, 'of two forks that come at once one is signed, 20 times', (both, bad))


# ---- two servers of ours ------------------------------------------------------------------------------

def until(what, holds):
    """The servers work by themselves; a minute is far more than they need."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        got = holds()
        if got:
            check(True, what)
            return got
        time.sleep(0.1)
    check(False, what, 'not within a minute')
    return None


def line_of(note, name):
    return next((x + '\n' for x in note.split('\n') if x.startswith('\u2014 %s ' % name)), None)


def each_other():
    a, b = Office('wa', 'a.example/log/wa'), Office('wc', 'c.example/log/wc')
    for x, y in ((a, b), (b, a)):
        code, out = x.act('record.watch-add', '--vkey', y.vkey())
        check(code == 0, '%s watches %s' % (x.code, y.code), out)
    a.serve('--test-clock')
    b.serve('--test-clock')
    for x, y in ((a, b), (b, a)):
        code, out = x.act('record.witness-add', '--vkey', y.witness_vkey(), '--url', 'http://127.0.0.1:%d/witness' % y.port)
        check(code == 0, '%s is watched by %s, entered while it runs' % (x.code, y.code), out)
    for x, y in ((a, b), (b, a)):
        name = y.witness_vkey().split('+')[0]
        note = until('the checkpoint of %s carries the line of %s' % (x.code, y.code),
                     lambda x=x, name=name: (lambda n: n if line_of(n, name) else None)(x.checkpoint()))
        body = (note or '\n\n').split('\n\n')[0] + '\n'
        at = cosigned_at(line_of(note, name), y.witness_vkey(), body) if note else None
        check(at is not None and abs(at - time.time()) < 60, 'another library verifies it', note)
        public = base64.b64decode(x.vkey().split('+', 2)[2])[1:]
        line = line_of(note or '', x.origin)
        Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(line.rstrip().rsplit(' ', 1)[1])[4:], body.encode())
        lines = [x for x in note.split('\n') if x.startswith('\u2014')]
        check(lines[0] + '\n' == line, 'the log signs first', note)
    return a, b


def size_of(note):
    return int(note.split('\n')[1])


def copy(office, name):
    """The data folder as a backup has it, without what is kept outside of backups."""
    other = Office.__new__(Office)
    other.code, other.origin, other.port, other.data = office.code, office.origin, 0, os.path.join(folder, name)
    store.copy(office.data, other.data, ignore=shutil.ignore_patterns('sock', 'lock'))
    return other


def grow(office, n):
    for i in range(n):
        code, out = office.act('record.watch-add', '--vkey', Log('x%d.%s/log/x' % (i, os.path.basename(office.data)), b'\x09' * 32).vkey())
        if code:
            return out
    return ''


def restored(a, b):
    a.end()
    backups = copy(a, 'wa-old'), copy(a, 'wa-fork')
    seen = a.rows('SELECT size FROM ledger_witness')[0][0]
    a.serve('--test-clock')
    grow(a, 3)
    until('what was added is signed', lambda: size_of(a.checkpoint()) >= seen + 3)
    a.clock(16)  # once: a clock that is a minute off makes the witness's line worthless
    until('and by the witness too', lambda: a.watched()[0] >= seen + 3)
    a.end()

    old, fork = backups
    old.serve('--test-clock')
    grow(old, 1)
    until('a restored backup learns from the witness that it is old', lambda: (old.clock(16), old.watched()[1] == 3)[1])
    until('and its record is stopped', lambda: 'x' in (grow(old, 1) and 'x'))
    check(old.checkpoint().startswith(old.origin), 'it can still be read')
    old.end()

    fork.serve('--test-clock')
    grow(fork, 6)
    until('a log that went on differently is not signed', lambda: (fork.clock(16), fork.watched()[1] == 2)[1])
    known = b.ask('GET', '/witness/%s/checkpoint' % hashlib.sha256(a.origin.encode()).hexdigest())[1]
    check(size_of(known) >= seen + 3, 'the witness stays with the tree that it saw first', known)
    fork.end()
    b.end()


office, log, path = as_witness()
survives(office, log, path)
races(office, log)
office.end()
restored(*each_other())
