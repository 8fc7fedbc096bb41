# SPDX-License-Identifier: Apache-2.0
"""An export of the audit log that does not hold everything says so."""
import http.client, json, os, re, signal, subprocess, sys, tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import store

program = os.environ['XQ_BIN']
folder = tempfile.mkdtemp(prefix='xinqiao-audit-')
data = os.path.join(folder, 'data')
LINES = 20000


def check(good, what, got=''):
    print(('PASS ' if good else 'FAIL ') + 'audit: ' + what)
    if not good:
        print('    got', str(got)[:400])


def run(*words):
    p = subprocess.run([program, *words], capture_output=True, text=True, env=dict(os.environ, LANG='C.UTF-8', LC_ALL=''))
    return p.stdout


def exported(token):
    """The lines of a new export of everything, without the heads."""
    server = subprocess.Popen([program, 'serve', '--data', data, '--listen', '127.0.0.1:0', '--no-limits'],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    port = int(re.search(r':(\d+)$', server.stdout.readline().strip()).group(1))

    def ask(method, path, body=None):
        c = http.client.HTTPConnection('127.0.0.1', port, timeout=60)
        c.request(method, path, body, {'Content-Type': 'application/json', 'Authorization': 'Bearer ' + token})
        return c.getresponse().read().decode()

    made = json.loads(ask('POST', '/api/v1/acts/audit.export', json.dumps({'purpose': '半年一次的查看'})))
    lines = ask('GET', '/desk/audit/exports/%s' % made['result']['no']).strip().split('\n')[1:]
    server.send_signal(signal.SIGTERM)
    server.wait(20)
    return lines


run('init', '--data', data, '--demo', '--concerns', '3')
token = json.loads(run('act', 'token.issue', '--data', data, '--as', 'dengqi', '--label', 'test'))['result']['token']
short = exported(token)
check(len(short) > 3 and all(line.count('","') == 6 for line in short), 'a short one holds each act in seven columns', short[-1:])

# as if the office had worked for a long while
with store.opened(data) as db:
    top, at = db.execute('SELECT max(id), max(at) FROM audit').fetchone()
    office, = db.execute('SELECT office FROM audit LIMIT 1').fetchone()
    db.executemany('INSERT INTO audit (office, id, at, act, person_id, unit_id) VALUES (?, ?, ?, ?, 1, 1)',
                   [(office, top + 1 + i, at, 'concern.contact') for i in range(LINES)])
    db.execute("UPDATE counter SET val = ? WHERE office = ? AND name = 'audit'", (top + LINES, office))
long = exported(token)
check(len(long) == LINES + 1, 'a long one holds as many lines as a file may', len(long))
check('只放得下最新的 20,000 行' in long[-1], 'and its last line says that there are more', long[-1])
