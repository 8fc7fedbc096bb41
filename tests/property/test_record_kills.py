# SPDX-License-Identifier: Apache-2.0
"""A server that is killed again and again while it takes concerns and signs: no two checkpoints of one
size, no signed tree without its leaves, no acknowledged act that is not an entry. 20 kills at random
moments, with XQ_LONG=1 60, with XQ_KILLS so many. The random moments come from a seed that is printed.
XQ_SERVERS=2, where the rows are on a server (tests/postgres-long): two of them at the same time on one database, of
which one is killed and the other goes on."""
import base64
import hashlib
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import store  # noqa: E402

program = os.environ['XQ_BIN']
kills = int(os.environ.get('XQ_KILLS', 60 if os.environ.get('XQ_LONG') == '1' else 20))
seed = int(os.environ.get('XQ_SEED', time.time_ns() % 1000000))
chance = random.Random(seed)
place = '/dev/shm' if os.access('/dev/shm', os.W_OK) else None
folder = tempfile.TemporaryDirectory(prefix='xinqiao-kills-', dir=place)
data = os.path.join(folder.name, 'data')
WRITERS = 6
SERVERS = int(os.environ.get('XQ_SERVERS', 1))


def say(good, what, detail=''):
    print('%s record kills: %s' % ('PASS' if good else 'FAIL', what))
    if not good:
        print('    seed %d: %s' % (seed, str(detail)[:600]))


subprocess.run([program, 'init', '--data', data, '--demo', '--concerns', '60'], check=True, capture_output=True)
notes, acked, starts = {}, {}, []
forks, refused = [], []
lock = threading.Lock()


def see_note(text):
    origin, size, root = text.split('\n')[:3]
    with lock:
        known = notes.setdefault(int(size), (root, text))
    if known[0] != root:
        forks.append((size, known[1], text))


def watch(port, stop):
    while not stop.is_set():
        try:
            web = http.client.HTTPConnection('127.0.0.1', port, timeout=5)
            while not stop.is_set():
                web.request('GET', '/log/demo/checkpoint')
                answer = web.getresponse()
                body = answer.read().decode()
                if answer.status == 200:
                    see_note(body)
        except (OSError, http.client.HTTPException):
            pass


def write(port, stop, turn):
    n = 0
    try:
        web = http.client.HTTPConnection('127.0.0.1', port, timeout=5)
        while not stop.is_set():
            n += 1
            body = json.dumps({'body': '楼道的灯坏了，第%d回' % n, 'place': '枫桥路%d号' % (n % 90 + 1),
                               'class': 'facility'})
            web.request('POST', '/api/v1/acts/concern.raise', body,
                        {'Content-Type': 'application/json', 'Idempotency-Key': 'k%d-%d-%d' % (len(starts), turn, n)})
            answer = web.getresponse()
            said = json.loads(answer.read())
            if answer.status in (200, 201):
                with lock:
                    acked[said['result']['ref']] = said['seq']
            else:
                refused.append((answer.status, said))
    except (OSError, http.client.HTTPException, ValueError):
        pass


class Server:
    def __init__(self):
        self.process = subprocess.Popen([program, 'serve', '--data', data, '--listen', '127.0.0.1:0', '--no-limits',
                                         '--sign-every', '200'], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.port = int(line.rsplit(':', 1)[1]) if 'listening' in line else 0

    def end(self, how):
        self.process.send_signal(how)
        self.process.wait()
        self.process.stderr.close()
        if store.on_server and how == signal.SIGKILL:
            # the lease of who was killed runs out in a quarter of a minute, and only the keeper signs
            with store.opened(data) as db:
                db.execute('UPDATE keeper_lease SET until_at = 0 WHERE holder LIKE ?', ('%%:%d:%%' % self.process.pid,))


servers = []
for turn in range(kills):
    while len(servers) < SERVERS:
        servers.append(Server())
        starts.append(turn)
    if not all(s.port for s in servers):
        say(False, 'starts again after kill %d' % turn, [s.process.stderr.read() for s in servers if not s.port])
        break
    stop = threading.Event()
    crowd = [threading.Thread(target=write, args=(servers[i % SERVERS].port, stop, i)) for i in range(WRITERS * SERVERS)]
    crowd += [threading.Thread(target=watch, args=(s.port, stop)) for s in servers]
    for t in crowd:
        t.start()
    # the moment is not a wait for something: any moment is a good one
    stop.wait(chance.uniform(0.02, 0.9))
    one = chance.choice(servers)
    servers.remove(one)
    one.end(signal.SIGKILL)
    if servers:
        stop.wait(chance.uniform(0, 0.5)) # who is left goes on
    stop.set()
    for t in crowd:
        t.join()
for s in servers:
    s.end(signal.SIGTERM)

say(len(starts) == kills + SERVERS - 1, '%d kills, and a start after each' % kills)
say(not refused, 'nothing was refused', refused[:2])
say(len(acked) > kills * 5 and len(notes) > kills / 4,
    '%d concerns taken and %d checkpoints seen' % (len(acked), len(notes)))
say(not forks, 'never two checkpoints of one size', forks[:1])

# --- every signed tree has its leaves, counted here from the entries alone ---
server = subprocess.Popen([program, 'serve', '--data', data, '--listen', '127.0.0.1:0', '--sign-every', '200'],
                          stdout=subprocess.PIPE, text=True)
port = int(server.stdout.readline().rsplit(':', 1)[1])
web = http.client.HTTPConnection('127.0.0.1', port, timeout=10)
web.request('GET', '/health')
web.getresponse().read()
server.send_signal(signal.SIGTERM)
server.wait()
for size, root, note in store.rows(data, 'SELECT size, root, note FROM ledger_checkpoint UNION'
                                         ' SELECT size, root, note FROM ledger_signed'):
    see_note(note)
say(not forks, 'nor one in the database of another root than was served', forks[:1])
frontier, size, wrong, missing = [], 0, [], []
seq_of = {}


def root_of():
    if not frontier:
        return hashlib.sha256(b'').digest()
    h = frontier[-1]
    for left in reversed(frontier[:-1]):
        h = hashlib.sha256(b'\x01' + left + h).digest()
    return h


for seq, raw in store.rows(data, 'SELECT seq, bytes FROM ledger_event ORDER BY seq'):
    if size in notes and base64.b64encode(root_of()).decode() != notes[size][0]:
        wrong.append(size)
    if seq != size:
        missing.append(size)
        break
    event = json.loads(raw)
    if event['k'] == 'concern.raised':
        seq_of[event['ref']] = seq
    h, bits = hashlib.sha256(b'\x00' + raw).digest(), size
    while bits & 1:
        h = hashlib.sha256(b'\x01' + frontier.pop() + h).digest()
        bits >>= 1
    frontier.append(h)
    size += 1
if size in notes and base64.b64encode(root_of()).decode() != notes[size][0]:
    wrong.append(size)
say(not missing, 'no entry is missing', missing)
say(max(notes) <= size, 'no checkpoint is beyond the entries', (max(notes), size))
say(not wrong, 'every checkpoint has the root of its entries', wrong)
lost = [(ref, seq) for ref, seq in acked.items() if ref not in seq_of or seq_of[ref] > seq]
say(not lost, 'every acknowledged act is an entry', lost[:3])
