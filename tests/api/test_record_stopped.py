# SPDX-License-Identifier: Apache-2.0
"""A record that stands still: what was signed is served, pages are read, nothing is taken, and the operator is told
in full words what was found and what to type next. For each way in which that can come about."""
import http.cookiejar, json, os, re, shutil, signal, subprocess, sys, tempfile, urllib.error, urllib.parse, urllib.request

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import store

program = os.environ['XQ_BIN']
folder = tempfile.mkdtemp(prefix='xinqiao-stopped-')
data = folder + '/data'


def check(good, what, got=''):
    print(('PASS ' if good else 'FAIL ') + 'stopped: ' + what)
    if not good:
        print('    got', str(got)[:600])


def run(*words):
    p = subprocess.run([program, *words], capture_output=True, text=True, env=dict(os.environ, LANG='C.UTF-8', LC_ALL=''))
    return p.returncode, p.stdout, p.stderr


class Server:
    """One that runs, and a browser of the administrator before it."""

    jar = http.cookiejar.CookieJar()  # who has logged in stays so over a restart

    def __init__(self, data):
        self.p = subprocess.Popen([program, 'serve', '--data', data, '--listen', '127.0.0.1:0', '--no-limits'],
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.p.stdout.readline().strip()
        self.url = 'http://127.0.0.1:' + re.search(r':(\d+)$', line).group(1)
        self.browser = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.jar))

    def ask(self, path, body=None, kind='application/x-www-form-urlencoded'):
        q = urllib.request.Request(self.url + path, body.encode() if body is not None else None)
        if body is not None:
            q.add_header('Content-Type', kind)
        try:
            with self.browser.open(q, timeout=30) as r:
                return r.status, r.read().decode()
        except urllib.error.HTTPError as e:
            return e.code, e.read().decode()

    def login(self):
        _, page = self.ask('/login')
        fields = {n: v for n, v in re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', page)}
        return self.ask('/login', urllib.parse.urlencode(dict(fields, login='admin', password='Qingfeng-2026')))

    def end(self):
        self.p.send_signal(signal.SIGTERM)
        self.p.wait(20)


def act(server):
    return server.ask('/api/v1/acts/concern.raise', json.dumps({'body': '楼道灯不亮，请来看看。'}), 'application/json')


def stands_still(server, what, found, next_step):
    """What holds in each case. The browser speaks English from here on."""
    server.jar.clear()
    status, page = server.ask('/desk/record')
    check('name="password"' in page, what + ': a stranger is asked who he is', (status, page[:600]))
    # Nobody was signed in when it stopped, or the session went with the backup: whoever mends it must get in.
    server.login()
    server.ask('/prefs?lang=en&back=/record')
    for path in ('/', '/public', '/record', '/r', '/track'):
        status, page = server.ask(path)
        check(status == 200 and 'class="stopped"' in page and 'nothing can be saved just now' in page,
              what + ': %s is read, below the banner' % path, (status, page[page.find('<body'):][:500]))
    status, text = act(server)
    check(status == 503 and 'record of this office is stopped' in text, what + ': an act answers 503 with the sentence', (status, text))
    status, note = server.ask('/log/demo/checkpoint')
    check(status == 200 and note == signed, what + ': what was signed last is served, and nothing newer', (status, note))
    status, page = server.ask('/desk/record')
    check(status == 200 and 'The record stands still' in page and found in page, what + ': the operator reads what was found', page)
    check(next_step in page and folder in page, what + ': and what to type next', page)


run('init', '--data', data, '--demo', '--concerns', '12')
server = Server(data)
server.login()
status, page = server.ask('/desk/record')
check(status == 200 and 'class="stopped"' not in page and 'stop-card' not in page, 'a sound record takes entries', page)
check(data + '.guard' in page, 'the page names the guard file', page)
_, raised = act(server)
check('code' in raised, 'and acts pass', raised)
server.end()
backup = folder + '/backup'
store.copy(data, backup)
server = Server(data)
act(server)
server.end()

# The last signed state, as anybody may have it.
run('record', 'check', '--data', data)
_, out, _ = run('record', 'export', '--data', data, '-o', folder + '/copy', '--json')
signed = open(folder + '/copy/checkpoint').read()

# ---- an entry edited by hand
with store.opened(data) as db:
    seq, entry = db.execute("SELECT seq, bytes FROM ledger_event WHERE seq = (SELECT max(seq) FROM ledger_event)").fetchone()
    entry = bytes(entry)
    bent = entry.replace(b'"at":"2', b'"at":"1', 1)
    assert bent != entry
    store.drop_triggers(db)
    db.execute('UPDATE ledger_event SET bytes = ? WHERE seq = ?', (bent, seq))
server = Server(data)
stands_still(server, 'an edited entry', 'the record is damaged', 'xinqiao record check --data ')
server.end()
code, out, err = run('record', 'export', '--data', data, '-o', folder + '/none')
check(code != 0, 'an edited entry: nothing is signed or exported', out + err)

# ---- an older backup is put back: the guard file knows more
store.copy(backup, data)
server = Server(data)
_, older = server.ask('/log/demo/checkpoint')
signed = older
stands_still(server, 'an old backup', 'The guard file remembers', 'xinqiao record refill --data ')
_, page = server.ask('/desk/record')
check('xinqiao init --origin' in page, 'an old backup: how a new record begins is said too', page)
server.end()
code, out, err = run('record', 'refill', '--data', data, folder + '/copy')
check(code == 0, 'an old backup: the step that was named helps', out + err)
server = Server(data)
status, page = server.ask('/desk/record')
check(status == 200 and 'stop-card' not in page, 'an old backup: after it entries are taken again', page)
server.end()
shutil.rmtree(folder)
