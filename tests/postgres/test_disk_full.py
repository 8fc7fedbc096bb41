# SPDX-License-Identifier: Apache-2.0
"""The disk of a server runs full under a program that serves: acts hear a plain sentence and nothing of them is left,
pages go on, and when there is room again acts pass without a restart. The database lies in a small file system
of its own, which needs the right to mount one."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

program = os.environ['XQ_BIN']
server = os.environ.get('XQ_TEST_POSTGRES')
if not server:
    print('SKIP postgres/disk full: without a server (tests/run-postgres starts one)')
    sys.exit(0)
folder = tempfile.mkdtemp(prefix='xinqiao-full-')
os.chmod(folder, 0o755)
small, files, name = folder + '/small', folder + '/office', 'xq_full_%d' % os.getpid()
address = server.replace('/postgres?', '/%s?' % name)
bad = 0


def say(good, what, detail=''):
    global bad
    bad += not good
    print('%s postgres/disk full: %s' % ('PASS' if good else 'FAIL', what), flush=True)
    if not good:
        print('    ' + str(detail)[:1200])


def sql(text, where=server):
    done = subprocess.run(['psql', '-qAtX', where, '-c', text], capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else 'ERROR ' + done.stderr


def run(*words):
    return subprocess.run([program, *words], capture_output=True, text=True)


class Program:
    def __enter__(self):
        self.process = subprocess.Popen([program, 'serve', '--data', address, '--files', files, '--listen', '127.0.0.1:0', '--no-limits'],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.at = 'http://127.0.0.1:' + self.process.stdout.readline().strip().rsplit(':', 1)[1]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def ask(self, path, body=None, key=None):
        headers = {'Content-Type': 'application/json', 'Accept-Language': 'zh-CN', **({'Idempotency-Key': key} if key else {})}
        request = urllib.request.Request(self.at + path, headers=headers, data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=60) as got:
                return got.status, got.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    def raise_one(self, n):
        return self.ask('/api/v1/acts/concern.raise', {'body': '楼道的灯坏了，第%d回。' % n + '请来看看，老人晚上不敢出门。' * 40,
                                                        'place': '枫桥路%d号' % n, 'class': 'facility'}, 'full-%d' % n)


def fill():
    """All but a little of what is left in the small file system."""
    left = os.statvfs(small)
    with open(small + '/filler', 'wb') as f:
        f.write(b'\0' * max(0, left.f_bavail * left.f_frsize - (256 << 10)))


def story():
    taken = {}
    with Program() as p:
        status, text = p.raise_one(0)
        say(status == 200, 'with room an act passes', text)
        taken[json.loads(text)['result']['file_no']] = 0
        fill()
        n, refusal = 0, None
        while n < 5000 and refusal is None:
            n += 1
            status, text = p.raise_one(n)
            if status == 200:
                taken[json.loads(text)['result']['file_no']] = n
            else:
                refusal = (status, json.loads(text))
        say(refusal is not None and refusal[0] == 503 and refusal[1]['key'] == 'store.full',
            'without room an act hears 503 and why', refusal)
        say('满' in refusal[1]['title'], 'in a Chinese sentence', refusal[1])
        say(all(p.ask(path)[0] == 200 for path in ('/', '/public/concerns', '/log/demo/checkpoint')), 'pages go on')
        os.unlink(small + '/filler')
        status, text = p.raise_one(n)
        say(status == 200, 'with room again the same act passes, without a restart', text)
        taken[json.loads(text)['result']['file_no']] = n
    rows = {r.split('|')[0] for r in sql('SELECT file_no FROM concern WHERE office = 1 AND place LIKE \'枫桥路%号\'', address).splitlines()}
    say(len(rows) >= len(taken) and len(taken) == len(set(taken.values())), '%d acts are acknowledged once' % len(taken), len(rows))
    kept = int(sql("SELECT count(*) FROM idem WHERE office = 1", address))
    say(kept == len(taken), 'and no other left anything behind', (kept, len(taken)))
    check = run('check', '--data', address, '--files', files)
    say(check.returncode == 0, '`xinqiao check` finds nothing', check.stdout + check.stderr)


os.mkdir(small)
if subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=64m,mode=0777', 'tmpfs', small], capture_output=True).returncode != 0:
    print('SKIP postgres/disk full: a small file system cannot be mounted here')
    shutil.rmtree(folder)
    sys.exit(0)
try:
    if os.getuid() == 0:
        shutil.chown(small, subprocess.run(
            ['stat', '-c', '%U', sql('SHOW data_directory')], capture_output=True, text=True).stdout.strip())
    made = sql("CREATE TABLESPACE %s LOCATION '%s'" % (name, small))
    made += sql("CREATE DATABASE %s TABLESPACE %s TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'" % (name, name))
    done = run('init', '--data', address, '--files', files, '--demo', '--concerns', '10')
    say(done.returncode == 0 and not made, 'an office is made in a small file system', made + done.stdout + done.stderr)
    if not bad:
        story()
finally:
    sql('DROP DATABASE IF EXISTS %s WITH (FORCE)' % name)
    sql('DROP TABLESPACE IF EXISTS %s' % name)
    subprocess.run(['umount', small])
    shutil.rmtree(folder, ignore_errors=True)
sys.exit(bad > 0)
