# SPDX-License-Identifier: Apache-2.0
"""A city of invented offices: what it shows in public is kept until the leading office's next commit, and adds up."""
import atexit
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import store  # noqa: E402

program = os.environ['XQ_BIN']
folder = tempfile.mkdtemp(prefix='xinqiao-city-')
data = os.path.join(folder, 'data')
server = None


@atexit.register
def tidy():
    if server:
        server.kill()
        server.wait()
    shutil.rmtree(folder)


def check(good, what, got=''):
    print(('PASS ' if good else 'FAIL ') + 'city pages: ' + what)
    if not good:
        print('    got', str(got)[:1500])


def run(*words):
    return subprocess.run([program, *words], capture_output=True, text=True, env=dict(os.environ, LC_ALL='C'))


def get(path):
    c = http.client.HTTPConnection('127.0.0.1', port, timeout=30)
    c.request('GET', path)
    r = c.getresponse()
    text = r.read().decode()
    c.close()
    return r.status, text


def hits():
    return int(re.search(r'^xinqiao_cache_hits_total (\d+)', get('/metrics')[1], re.M).group(1))


made = run('init', '--data', data, '--demo', '--offices', '3', '--concerns', '600')
check(made.returncode == 0, 'three offices with a city above them', made.stderr)
sound = run('check', '--data', data)
check(sound.returncode == 0, 'their data is sound', sound.stdout[-600:] + sound.stderr)
few = run('init', '--data', data + '1', '--demo', '--offices', '2', '--concerns', '2')
check(few.returncode == 0, 'two offices with one concern each', few.stderr)
wrong = run('init', '--data', data + '2', '--demo', '--offices', '301')
check(wrong.returncode == 2, 'more offices than there are names are refused', wrong.returncode)

server = subprocess.Popen([program, 'serve', '--data', data, '--listen', '127.0.0.1:0', '--no-limits'], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True)
port = int(re.search(r':(\d+)$', server.stdout.readline().strip()).group(1))
status, page = get('/city')
doc = re.search(r'/o/demo/log/demo/doc/([0-9a-f]{64})', page)
check(status == 200 and doc is not None, 'the month of the city names its document', page)
body = json.loads(get('/o/demo/log/demo/doc/' + doc.group(1))[1]) if doc else {}
check('demo-3' in json.dumps(body), 'which names the sheet of each office', body)


def is_kept(path):
    """The work that was due at the start ends soon; until then it may move the office's number between two looks."""
    for _ in range(100):
        first, before = get(path), hits()
        again = get(path)
        if first == again and again[0] == 200 and hits() == before + 1:
            return True
        time.sleep(0.1)
    return False


def has(path, word):
    """On the next page; beside a database server, where the command acts itself, the program hears of it a moment later."""
    for _ in range(10 if store.on_server else 1):
        if word in get(path)[1]:
            return True
        time.sleep(0.2)
    return False


for path in ('/city', '/city/d1', '/city/figures/closed'):
    check(is_kept(path), path + ' is kept')

renamed = run('act', 'city.found', '--data', data, '--office', 'demo', '--as', 'admin', '--name', '新川市')
check(renamed.returncode == 0 and has('/city', '新川市'), 'a new name of the city is on the next page', renamed.stdout)
renamed = run('act', 'city.district', '--data', data, '--office', 'demo', '--as', 'admin', '--code', 'd1', '--name', '长川区')
check(renamed.returncode == 0 and has('/city/d1', '长川区'), 'and a new name of a district', renamed.stdout)
check(get('/city/d9')[0] == 404 and get('/city/d9')[0] == 404, 'a district that is not there stays so')
server.send_signal(signal.SIGTERM)
check(server.wait(20) == 0, 'the server ends')
server = None
