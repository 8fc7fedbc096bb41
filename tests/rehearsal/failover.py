# SPDX-License-Identifier: Apache-2.0
"""A rehearsal of what must hold when a machine is lost: three nodes of PostgreSQL under Patroni (synchronous,
strict) with three of etcd, all on this machine; residents raise concerns; twice the primary and its Patroni are
killed, and each time another node takes over. Afterwards every act that was acknowledged is there once, the
office's invariants hold, and the record goes on from every checkpoint that was seen before.

use: tests/rehearsal/failover.py [--clients N] [--seconds N] [--keep]
     seconds: of load before each kill and after the last takeover
     Debian packages patroni, etcd-server, etcd-client, postgresql. XQ_BIN names the program."""
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

program = os.environ.get('XQ_BIN') or os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../build/xinqiao')
NODES = 3
faults = 0


def option(name, otherwise):
    return int(sys.argv[sys.argv.index(name) + 1]) if name in sys.argv else otherwise


clients, seconds = option('--clients', 8), option('--seconds', 15)


def say(good, what, got=''):
    global faults
    faults += not good
    print('%s failover: %s' % ('PASS' if good else 'FAIL', what), flush=True)
    if not good:
        print('    got', str(got)[:1500], flush=True)


def skip(why):
    print('SKIP failover: ' + why)
    raise SystemExit(0)


def ports(n):
    """Free ones; nobody else is expected to take them in between."""
    held = [socket.socket() for _ in range(n)]
    for s in held:
        s.bind(('127.0.0.1', 0))
    out = [s.getsockname()[1] for s in held]
    for s in held:
        s.close()
    return out


def server_programs():
    at = '/usr/lib/postgresql'
    for version in sorted(os.listdir(at) if os.path.isdir(at) else [], reverse=True):
        if os.path.exists('%s/%s/bin/initdb' % (at, version)):
            return '%s/%s/bin' % (at, version)
    return None


bin_dir = server_programs()
for needed in ('patroni', 'etcd', 'etcdctl', 'setpriv'):
    if not shutil.which(needed):
        skip('there is no %s here (Debian packages patroni, etcd-server, etcd-client)' % needed)
if not bin_dir:
    skip('there is no PostgreSQL server here (Debian package postgresql)')

folder = tempfile.mkdtemp(prefix='xinqiao-failover-')
os.chmod(folder, 0o755)
as_user = []
if os.getuid() == 0:  # PostgreSQL does not run as root
    as_user = ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups']
    shutil.chown(folder, 'postgres', 'postgres')
running = []


def start(words, log, **more):
    p = subprocess.Popen(words, stdout=open(os.path.join(folder, log), 'ab'), stderr=subprocess.STDOUT,
                         start_new_session=True, **more)
    running.append(p)
    return p


def end_all():
    for p in reversed(running):
        try:
            os.killpg(p.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    for p in running:
        p.wait()
    if '--keep' not in sys.argv:
        shutil.rmtree(folder, ignore_errors=True)


def until(what, good, limit=90):
    """Waits for something outside of us; the time it took, or None."""
    begun = time.monotonic()
    while time.monotonic() - begun < limit:
        if good():
            return time.monotonic() - begun
        time.sleep(0.2)
    say(False, what + ' within %d s' % limit)
    return None


# ---- the cluster ----------------------------------------------------------------------------------------------

etcd_client, etcd_peer = ports(2 * NODES)[:NODES], ports(2 * NODES)[NODES:]
pg_port, rest_port = ports(2 * NODES)[:NODES], ports(2 * NODES)[NODES:]


def start_etcd():
    members = ','.join('e%d=http://127.0.0.1:%d' % (i, etcd_peer[i]) for i in range(NODES))
    for i in range(NODES):
        home = os.path.join(folder, 'etcd%d' % i)
        start(['etcd', '--name', 'e%d' % i, '--data-dir', home, '--enable-v2=true',
               '--listen-client-urls', 'http://127.0.0.1:%d' % etcd_client[i],
               '--advertise-client-urls', 'http://127.0.0.1:%d' % etcd_client[i],
               '--listen-peer-urls', 'http://127.0.0.1:%d' % etcd_peer[i],
               '--initial-advertise-peer-urls', 'http://127.0.0.1:%d' % etcd_peer[i],
               '--initial-cluster', members, '--initial-cluster-state', 'new'], 'etcd%d.log' % i)


def patroni_file(i):
    """ttl: how long a primary that is gone keeps its place; nothing is taken over before."""
    hosts = ','.join('127.0.0.1:%d' % p for p in etcd_client)
    home = os.path.join(folder, 'pg%d' % i)
    text = json.dumps({
        'scope': 'xinqiao', 'name': 'n%d' % i,
        'restapi': {'listen': '127.0.0.1:%d' % rest_port[i], 'connect_address': '127.0.0.1:%d' % rest_port[i]},
        'etcd3': {'hosts': hosts},
        'bootstrap': {
            'dcs': {'ttl': 20, 'loop_wait': 5, 'retry_timeout': 5, 'maximum_lag_on_failover': 0,
                    'synchronous_mode': True, 'synchronous_mode_strict': True,
                    'postgresql': {'use_pg_rewind': True, 'use_slots': True,
                                   'parameters': {'wal_level': 'replica', 'max_wal_senders': 8, 'max_connections': 60,
                                                  'wal_log_hints': 'on', 'shared_buffers': '64MB', 'synchronous_commit': 'on'}}},
            'initdb': [{'encoding': 'UTF8'}, {'locale': 'C'}, 'data-checksums'],
            'pg_hba': ['local all all trust', 'host all all 127.0.0.1/32 trust', 'host replication all 127.0.0.1/32 trust']},
        'postgresql': {'listen': '127.0.0.1:%d' % pg_port[i], 'connect_address': '127.0.0.1:%d' % pg_port[i],
                       'data_dir': home, 'bin_dir': bin_dir, 'pgpass': os.path.join(folder, 'pgpass%d' % i),
                       'authentication': {'superuser': {'username': 'xq', 'password': 'xq'},
                                          'replication': {'username': 'copy', 'password': 'copy'},
                                          'rewind': {'username': 'xq', 'password': 'xq'}},
                       'parameters': {'unix_socket_directories': folder}}}, indent=1)
    path = os.path.join(folder, 'n%d.yml' % i)  # JSON is YAML
    with open(path, 'w') as f:
        f.write(text)
    os.chmod(path, 0o644)
    return path


node = [None] * NODES


def start_node(i):
    node[i] = start([*as_user, 'patroni', patroni_file(i)], 'n%d.log' % i, cwd=folder)


def member(i):
    """What a node's Patroni says of itself; {} when it does not answer."""
    try:
        with urllib.request.urlopen('http://127.0.0.1:%d/patroni' % rest_port[i], timeout=2) as got:
            return json.load(got)
    except urllib.error.HTTPError as e:
        try:
            return json.loads(e.read())
        except ValueError:
            return {}
    except (OSError, ValueError):
        return {}


def leader():
    for i in range(NODES):
        m = member(i)
        if m.get('role') in ('master', 'primary') and m.get('state') == 'running':
            return i
    return None


def has_standby():
    """A synchronous standby: without one a strict primary takes nothing."""
    i = leader()
    return i is not None and any(r.get('sync_state') in ('sync', 'quorum') for r in member(i).get('replication', []))


def psql(i, sql, database='postgres'):
    p = subprocess.run([os.path.join(bin_dir, 'psql'), '-XAtq', '-h', '127.0.0.1', '-p', str(pg_port[i]), '-U', 'xq', database,
                        '-c', sql], capture_output=True, text=True)
    return p.stdout.strip() if p.returncode == 0 else 'psql: ' + p.stderr


def lose(i):
    """The node is gone at once: its Patroni first, which would start PostgreSQL again, then all of PostgreSQL."""
    with open(os.path.join(folder, 'pg%d' % i, 'postmaster.pid')) as f:
        postmaster = int(f.readline())
    os.killpg(node[i].pid, signal.SIGKILL)
    children = subprocess.run(['pgrep', '-P', str(postmaster)], capture_output=True, text=True).stdout.split()
    for pid in [postmaster, *map(int, children)]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    node[i].wait()


# ---- residents --------------------------------------------------------------------------------------------------

class Residents:
    """Each raises one concern after the other, and sends it again under the same key until it is answered."""

    def __init__(self, url):
        self.url, self.lock, self.stop = url, threading.Lock(), False
        self.acknowledged, self.refused, self.tries, self.longest, self.at = {}, [], 0, 0.0, []
        self.threads = [threading.Thread(target=self.live, args=(n,)) for n in range(clients)]
        for t in self.threads:
            t.start()

    def ask(self, key, body):
        q = urllib.request.Request(self.url + '/api/v1/acts/concern.raise', json.dumps({'body': body}).encode(),
                                   {'Content-Type': 'application/json', 'Idempotency-Key': key})
        try:
            with urllib.request.urlopen(q, timeout=60) as got:
                return got.status, json.load(got)
        except urllib.error.HTTPError as e:
            return e.code, e.read().decode()
        except (OSError, ValueError) as e:
            return 0, str(e)

    def live(self, who):
        n = 0
        while not self.stop:
            key, body, begun = 'r%d-%d' % (who, n), '%d号楼第%d盏路灯不亮，请来修。' % (who + 1, n + 1), time.monotonic()
            while True:
                status, answer = self.ask(key, body)
                with self.lock:
                    self.tries += 1
                if status not in (0, 503):
                    break
                time.sleep(random.uniform(0.1, 0.5))
            with self.lock:
                self.longest = max(self.longest, time.monotonic() - begun)
                self.at.append(time.monotonic())
                if status == 200:
                    self.acknowledged[key] = answer['result']
                else:
                    self.refused.append((status, answer))
            n += 1

    def count(self):
        with self.lock:
            return len(self.acknowledged)

    def end(self):
        self.stop = True
        for t in self.threads:
            t.join()


def run(*words):
    p = subprocess.run([program, *words], capture_output=True, text=True)
    return p.returncode, p.stdout, p.stderr


def checkpoint(url):
    try:
        with urllib.request.urlopen(url + '/log/demo/checkpoint', timeout=10) as got:
            return got.read()
    except OSError:
        return b''


def rehearse():
    start_etcd()
    until('etcd answers', lambda: subprocess.run(['etcdctl', '--endpoints', 'http://127.0.0.1:%d' % etcd_client[0], 'endpoint', 'health'],
                                                 capture_output=True, env=dict(os.environ, ETCDCTL_API='3')).returncode == 0)
    for i in range(NODES):
        start_node(i)
        if i == 0:
            until('the first node leads', lambda: leader() == 0)
    if until('three nodes, one of them a synchronous standby', lambda: has_standby() and all(member(i).get('state') in ('running', 'streaming')
                                                                                       for i in range(NODES))) is None:
        return
    say(psql(leader(), 'CREATE DATABASE xinqiao') == '', 'a database is made')
    address = 'postgres://xq:xq@%s/xinqiao' % ','.join('127.0.0.1:%d' % p for p in pg_port)
    place = ['--data', address, '--files', os.path.join(folder, 'files')]
    code, out, err = run('init', *place, '--demo', '--concerns', '12')
    say(code == 0, 'the demo office is made on the cluster', out + err)
    server = subprocess.Popen([program, 'serve', *place, '--listen', '127.0.0.1:0', '--no-limits'], stdout=subprocess.PIPE,
                              stderr=open(os.path.join(folder, 'serve.log'), 'wb'), text=True, start_new_session=True)
    running.append(server)
    url = 'http://127.0.0.1:' + re.search(r':(\d+)$', server.stdout.readline().strip()).group(1)
    residents = Residents(url)
    notes = []
    for turn in (1, 2):
        time.sleep(seconds)
        notes.append(checkpoint(url))
        gone, before = leader(), residents.count()
        lose(gone)
        begun = time.monotonic()
        took = until('another node leads after kill %d' % turn, lambda: leader() not in (None, gone), 120)
        until('acts are acknowledged again', lambda: residents.count() > before + clients, 120)
        print('    kill %d: %d acknowledged before, another node led after %s s, acts passed again after %.1f s'
              % (turn, before, '%.1f' % took if took else '-', time.monotonic() - begun), flush=True)
        start_node(gone)  # the machine comes back, as a standby
        until('the lost node is back', lambda: member(gone).get('state') in ('running', 'streaming') and has_standby(), 120)
    time.sleep(seconds)
    residents.end()
    until('what was acknowledged last is signed', lambda: len(checkpoint(url)) > 0)
    time.sleep(2)
    notes.append(checkpoint(url))
    print('    %d acts acknowledged in %d tries, the longest wait %.1f s' % (residents.count(), residents.tries, residents.longest), flush=True)
    say(not residents.refused, 'no act was refused', residents.refused[:3])
    say(residents.longest < 60, 'nobody waited a minute', residents.longest)
    say(server.poll() is None, 'the server went on through both')
    # Every acknowledged act is there, once, whatever was sent again.
    shown = psql(leader(), 'SELECT count(*) || \' \' || count(DISTINCT file_no) FROM concern', 'xinqiao').split()
    codes = {a['code'] for a in residents.acknowledged.values()}
    say(len(codes) == residents.count(), 'each acknowledged act has a code of its own', (len(codes), residents.count()))
    say(shown == [str(residents.count() + 12)] * 2, 'every acknowledged concern is there, and none twice', (shown, residents.count()))
    lost = 0
    for answer in random.sample(sorted(residents.acknowledged.values(), key=lambda a: a['code']), min(300, residents.count())):
        with urllib.request.urlopen(url + '/api/v1/concerns/' + answer['code'], timeout=10) as got:
            lost += json.load(got)['file_no'] != answer['file_no']
    say(lost == 0, 'and is found by its code', lost)
    server.send_signal(signal.SIGTERM)
    server.wait(60)
    code, out, err = run('check', *place, '--json')
    say(code == 0 and json.loads(out)['ok'], '`xinqiao check` finds nothing', out[-1500:] + err)
    copy = os.path.join(folder, 'copy')
    code, out, err = run('record', 'export', *place, '-o', copy)
    say(code == 0, 'the record is exported', out + err)
    old = []
    for n, note in enumerate(filter(None, notes)):
        path = os.path.join(folder, 'note%d' % n)
        with open(path, 'wb') as f:
            f.write(note)
        old += ['--old', path]
    code, out, err = run('record', 'verify', copy, *old)
    say(code == 0, 'it goes on from all %d checkpoints that were seen' % (len(old) // 2), out[-1500:] + err)


try:
    rehearse()
finally:
    end_all()
raise SystemExit(1 if faults else 0)
