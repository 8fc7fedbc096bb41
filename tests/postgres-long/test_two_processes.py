# SPDX-License-Identifier: Apache-2.0
"""Two servers on one database with two offices, and one folder of files. Residents and staff of both offices do random acts
at both servers, so that each writes for each, at a time and one after the other; one of the two is killed again and again and started anew, and the clock of both moves on, so that jobs and messages fall
due. Afterwards every acknowledged act is there once, every message was sent, none twice but one that was under
way when its process was killed, a page of the one shows what was done at the other, `xinqiao check` finds
nothing, and the record verifies.

XQ_SEED: the random moments and acts; XQ_KILLS: how many; XQ_LONG=1: more of them."""
import collections
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

server = os.environ.get('XQ_TEST_POSTGRES')
if not server:
    print('SKIP postgres/two processes: without a server (tests/run-postgres starts one)')
    sys.exit(0)
program = os.environ['XQ_BIN']
is_long = os.environ.get('XQ_LONG') == '1'
kills = int(os.environ.get('XQ_KILLS', 12 if is_long else 4))
seed = int(os.environ.get('XQ_SEED', time.time_ns() % 1000000))
chance = random.Random(seed)
folder = tempfile.TemporaryDirectory(prefix='xinqiao-two-')
files = os.path.join(folder.name, 'office')
guard = os.path.join(folder.name, 'guard')
told = os.path.join(folder.name, 'told')
database = 'xq_two_%d' % os.getpid()
address = server.replace('/postgres?', '/%s?' % database)
place = ['--data', address, '--files', files, '--guard', guard]
CLIENTS = 8
OFFICES = {'demo': 0, 'demo-2': 0}  # code: number in the rows
STAFF = ['guxiaolan', 'xiangnan', 'hezhiyuan', 'chenhaiyan', 'fangjing', 'maqiang']
bad = 0


def say(good, what, detail=''):
    global bad
    bad += not good
    print('%s postgres/two processes: %s' % ('PASS' if good else 'FAIL', what), flush=True)
    if not good:
        print('    seed %d: XQ_SEED=%d tests/run-postgres\n    %s' % (seed, seed, str(detail)[:1500]), flush=True)


def sql(text, where=address):
    done = subprocess.run(['psql', '-qAtX', '-v', 'ON_ERROR_STOP=1', where, '-c', text], capture_output=True,
                          text=True)
    if done.returncode != 0:
        raise SystemExit('FAIL postgres/two processes: %s: %s' % (text, done.stderr))
    return [line.split('|') for line in done.stdout.splitlines()]


def run(*words):
    return subprocess.run([program, *words], capture_output=True, text=True)


class Server:
    def __init__(self, name):
        self.name, self.port, self.process = name, 0, None

    def start(self):
        log = open(os.path.join(folder.name, self.name + '.log'), 'a')
        self.process = subprocess.Popen(
            [program, 'serve', *place, '--listen', '127.0.0.1:0', '--test-clock', '--sign-every', '300'],
            stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.process.stdout.readline()
        self.port = int(line.rsplit(':', 1)[1]) if 'listening' in line else 0
        return self.port != 0

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        return self.process.wait()

    def move_clock(self, seconds):
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(os.path.join(files, 'sock.%d' % self.process.pid))
            s.sendall(b'{"clock":%d}\n' % seconds)
            return s.recv(100)

    def log(self):
        return open(os.path.join(folder.name, self.name + '.log')).read()


def ask(port, method, path, body=None, token=None, key=None):
    web = http.client.HTTPConnection('127.0.0.1', port, timeout=60)
    try:
        headers = {'Content-Type': 'application/json'}
        if token:
            headers['Authorization'] = 'Bearer ' + token
        if key:
            headers['Idempotency-Key'] = key
        web.request(method, path, None if body is None else json.dumps(body), headers)
        answer = web.getresponse()
        return answer.status, answer.read().decode()
    finally:
        web.close()


# ---- what clients do ---------------------------------------------------------------------------------------

lock = threading.Lock()
acked = []  # office, act, seq, ref
codes, odd = [], []
servers = [Server('a'), Server('b')]


def act(where, office, name, fields, token=None, key=None):
    """One act; asked again elsewhere with the same key when the answer is lost, as a browser does."""
    for _ in range(200):
        try:
            status, text = ask(servers[where].port, 'POST', '/o/%s/api/v1/acts/%s' % (office, name), fields, token, key)
        except (OSError, http.client.HTTPException):
            where = 1 - where
            time.sleep(0.05)
            continue
        if status == 503:
            time.sleep(0.2)
            continue
        said = json.loads(text)
        if status == 200:
            with lock:
                acked.append((office, name, said['seq'], said['result'].get('ref')))
        elif status >= 500 or status == 401:
            with lock:
                odd.append((status, office, name, text[:300]))
        return status, said
    with lock:
        odd.append((0, name, 'no answer'))
    return 0, {}


def client(no, stop, tokens, only_raise):
    dice = random.Random(seed * 100 + no)
    n, phase = 0, len(acked)
    while not stop.wait(0 if only_raise else 0.03):
        n += 1
        where, office, key = dice.randrange(2), dice.choice(list(OFFICES)), '%d-%d-%d-%d' % (seed, phase, no, n)
        kind = 0 if only_raise else dice.randrange(6)
        if kind <= 2:
            status, said = act(where, office, 'concern.raise', {
                'body': '楼道的灯坏了，第%d回' % n, 'place': '枫桥路%d号' % dice.randrange(1, 90),
                'class': dice.choice(['facility', 'property', 'noise']), 'phone': '1380000%04d' % dice.randrange(9999),
                'name': '李建国'}, key=key)
            if status == 200:
                with lock:
                    codes.append((office, said['result']['code']))
        elif kind <= 4:
            act(where, office, 'concern.register', {
                'body': '电话来说电梯停了，第%d回' % n, 'place': '枫桥路%d号' % dice.randrange(1, 90),
                'class': 'property', 'via': 'phone', 'name': '王芳', 'phone': '13900001111'},
                dice.choice(tokens[office]), key)
        elif codes:
            with lock:
                office, code = dice.choice(codes)
            act(where, office, 'voice.withdraw', {'code': code}, key=key)


def crowd(seconds, tokens, only_raise, meanwhile=None):
    stop = threading.Event()
    threads = [threading.Thread(target=client, args=(i, stop, tokens, only_raise)) for i in range(CLIENTS)]
    for t in threads:
        t.start()
    if meanwhile:
        meanwhile()
    else:
        time.sleep(seconds)
    stop.set()
    for t in threads:
        t.join()


def kill_some():
    for _ in range(kills):
        time.sleep(chance.uniform(1, 4))
        one = chance.choice(servers)
        one.kill()
        time.sleep(chance.uniform(0, 2))
        if not one.start():
            say(False, 'a killed server starts again', one.log()[-800:])
            return


# ---- the story ------------------------------------------------------------------------------------------------

def follows():
    """A page that the one has in its cache shows what was done at the other, at most a moment later."""
    worst = 0.0
    for i in range(10):
        office = list(OFFICES)[i // 2 % 2]
        path = '/o/%s/public/concerns' % office
        a, b = servers[i % 2].port, servers[1 - i % 2].port
        old = [ask(b, 'GET', path)[1] for _ in range(2)][1]
        status, _ = act(i % 2, office, 'concern.register', {
            'body': '路灯不亮%d' % i, 'place': '桂影里', 'class': 'facility', 'via': 'phone', 'name': '王芳',
            'phone': '13900001111'}, tokens[office][0])
        began = time.monotonic()
        while ask(b, 'GET', path)[1] == old and time.monotonic() - began < 5:
            time.sleep(0.02)
        worst = max(worst, time.monotonic() - began)
    say(worst < 1, 'a page in the cache of the one follows an act at the other (%.2f s at most)' % worst, worst)


def keeper():
    """The process that does what is due."""
    return int(sql('SELECT holder FROM keeper_lease')[0][0].split(':')[1])


sql("CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'" % database, server)
try:
    done = run('init', *place, '--demo', '--offices', '2', '--concerns', '300')
    say(done.returncode == 0, 'two demo offices are made', done.stderr)
    with open(os.path.join(files, 'hook'), 'w') as f:
        f.write('#!/bin/sh\nread -r line; echo "$line" >>%s\n' % told)
    os.chmod(os.path.join(files, 'hook'), 0o700)
    open(told, 'w').close()
    for code in OFFICES:
        OFFICES[code] = int(sql("SELECT id FROM office WHERE code = '%s'" % code)[0][0])
    tokens = {code: [json.loads(run('act', 'token.issue', *place, '--office', code, '--as', who, '--label', 't').stdout)['result']['token']
                     for who in STAFF] for code in OFFICES}
    messages_before = {tuple(r) for r in sql('SELECT office, id FROM outbox')}

    say(servers[0].start(), 'the first server starts', servers[0].log())
    real = servers[1]
    servers[1] = servers[0]
    crowd(4, tokens, True)
    servers[1] = real
    say(servers[1].start(), 'the second starts beside it', servers[1].log())
    crowd(4, tokens, True) # who is quicker is measured by bench/postgres
    follows()

    crowd(0, tokens, False, kill_some)
    say(not odd, '%d acts at two servers, %d kills, no fault' % (len(acked), kills), odd[:3])
    for one in servers:
        say(one.move_clock(40 * 86400).startswith(b'{"ok"'), 'the clock of %s is moved' % one.name)
    crowd(4, tokens, False)
    # The keeper is killed while it sends: the other one goes on within the time of the lease.
    victim, other = servers if keeper() == servers[0].process.pid else servers[::-1]
    victim.kill()
    began = time.monotonic()
    while keeper() != other.process.pid and time.monotonic() - began < 40:
        time.sleep(0.2)
    took = time.monotonic() - began
    say(took < 19, 'the other one does what is due after %.1f s' % took, other.log()[-500:])
    say(victim.start(), 'the killed one starts again', victim.log()[-500:])
    before, began = len(open(told).readlines()), time.monotonic()
    while len(open(told).readlines()) == before and time.monotonic() - began < 20:
        time.sleep(0.2)
    crowd(4, tokens, False)
    say(len(open(told).readlines()) > before, 'it sends messages', other.log()[-500:])
    say([one.stop() for one in servers] == [0, 0], 'both end in peace')

    # ---- afterwards ----
    seqs = [(OFFICES[office], s) for office, _, s, _ in acked if s is not None and s >= 0]
    have = {(int(r[0]), int(r[1])) for r in sql('SELECT office, seq FROM ledger_event')}
    say(set(seqs) <= have, 'every acknowledged act is an entry', sorted(set(seqs) - have)[:5])
    twice = [s for s, n in collections.Counter(seqs).items() if n > 1]
    say(not twice, 'none is acknowledged as the entry of another', twice[:5])
    for no in OFFICES.values():
        own = sorted(s for office, s in have if office == no)
        say(own == list(range(len(own))), 'the %d entries of an office are numbered without a gap' % len(own))
    raised = [(office, ref) for office, name, _, ref in acked if name == 'concern.raise']
    say(len(set(raised)) == len(raised), 'each concern has a name of its own')
    slots = sql('SELECT count(*), count(DISTINCT slot) FROM (SELECT office, slot FROM ledger_part WHERE slot > 0'
                ' GROUP BY office, slot) s')[0]
    say(slots[0] == slots[1], 'no slot of a resident is another office\'s too', slots)
    keys = sql("SELECT count(*), count(DISTINCT (office, key)) FROM idem")[0]
    say(keys[0] == keys[1], 'each key was taken once', keys)
    messages = [r[2:] for r in sql("SELECT office, id, state, body FROM outbox WHERE effect = 'notify.staff'")
                if tuple(r[:2]) not in messages_before]
    rows = collections.Counter(body for state, body in messages if state == '1')
    sent = collections.Counter(open(told).read().splitlines())
    lost, more = rows - sent, sent - rows
    say(not lost, '%d messages, none lost' % sum(rows.values()), list(lost.items())[:3])
    say(sum(more.values()) <= kills + 1, 'none doubled but what was under way at a kill (%d)' % sum(more.values()),
        list(more.items())[:5])
    dead = [body for state, body in messages if state == '2']
    say(not dead, 'none is given up, %d still wait' % (len(messages) - sum(rows.values())), dead[:3])
    checked = run('check', *place)
    say(checked.returncode == 0, 'check finds nothing', checked.stdout[-1500:] + checked.stderr[-500:])
    for code in OFFICES:
        verified = run('record', 'check', '--data', address, '--files', files, '--office', code)
        say(verified.returncode == 0, 'the record of %s verifies' % code, verified.stdout[-1500:] + verified.stderr[-500:])
finally:
    for one in servers:
        if one.process and one.process.poll() is None:
            one.process.kill()
            one.process.wait()
    sql('DROP DATABASE %s WITH (FORCE)' % database, server)
sys.exit(1 if bad else 0)
