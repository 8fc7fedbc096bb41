# SPDX-License-Identifier: Apache-2.0
"""What happens when the disk, the queue, or the one who asks is not what it should be.

A full, broken or stalled disk is played by tests/fault/enospc.c in front of the real server; a second
office in the same folder is made by tests/fault/office_add.c.
"""
import atexit, contextlib, http.client, json, os, re, resource, selectors, signal, socket, subprocess, sys, tempfile, time, urllib.parse

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import store

program = os.environ['XQ_BIN']
build = os.environ.get('XQ_BUILD') or os.path.dirname(program)
root = os.environ.get('XQ_ROOT') or os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
library, office_add = os.path.join(build, 'tests/libenospc.so'), os.path.join(build, 'tests/office_add')
if not os.path.exists(library) or not os.path.exists(office_add):
    print('SKIP faults: %s is not built' % library)
    sys.exit(77)

folder = os.path.realpath(tempfile.mkdtemp(prefix='xinqiao-faults-'))
flag = os.path.join(folder, 'fault')
photos = [open(os.path.join(root, 'tests/fuzz/corpus-image', n), 'rb').read() for n in ('baseline.jpg', 'progressive.jpg', 'lossy.webp', 'alpha.png')]
PASSWORD = 'Qingfeng-2026'
servers = []


@atexit.register
def tidy():
    for p in servers:
        if p.poll() is None:
            p.kill()
            p.wait()
    subprocess.run(['rm', '-rf', folder])



def check(good, what, got='', want=''):
    print(('PASS ' if good else 'FAIL ') + 'faults: ' + what)
    if not good:
        if want != '':
            print('    want', str(want)[:400])
        print('    got ', str(got)[:400])


def run(*words, ld=None):
    env = dict(os.environ, LANG='zh_CN.UTF-8', LC_ALL='')
    if ld:
        env.update(LD_PRELOAD=library, XQ_FAULT_DIR=ld, XQ_FAULT_FLAG=flag)
    p = subprocess.run([program, *words], capture_output=True, text=True, env=env, timeout=60)
    return p.returncode, p.stdout, p.stderr


class Server:
    def __init__(self, data, *more):
        env = dict(os.environ, LD_PRELOAD=library, XQ_FAULT_DIR=data, XQ_FAULT_FLAG=flag)
        self.data = data
        self.p = subprocess.Popen([program, 'serve', '--data', data, '--listen', '127.0.0.1:0', '--no-limits', *more],
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env)
        servers.append(self.p)
        self.port = int(re.search(r':(\d+)$', self.p.stdout.readline().strip()).group(1))

    def end(self, how=signal.SIGTERM):
        self.p.send_signal(how)
        return self.p.wait(30)

    def ask(self, method, path, body=None, headers=None):
        c = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        c.request(method, path, body.encode() if isinstance(body, str) else body, headers or {})
        r = c.getresponse()
        text = r.read()
        c.close()
        return Answer(r.status, text, r.getheaders())


class Answer:
    def __init__(self, status, text, headers):
        self.status, self.bytes = status, text
        self.headers = {k.lower(): v for k, v in headers}
        self.set = [v for k, v in headers if k.lower() == 'set-cookie']
        self.text = text.decode('utf-8', 'replace')
        try:
            self.json = json.loads(self.text)
        except ValueError:
            self.json = {}
        self.result = self.json.get('result', {}) if isinstance(self.json, dict) else {}

    def __str__(self):
        return '%d %s %s' % (self.status, self.headers.get('location', ''), re.sub(r'\s+', ' ', re.sub(r'<[^>]*>', ' ', self.text))[:300])

    __repr__ = __str__


class Browser:
    """One browser on one office: its cookies, and the hidden fields of the page it looked at last."""

    def __init__(self, server, base=''):
        self.s, self.base, self.cookies, self.hidden = server, base, {}, {}

    def ask(self, method, path, body=None, headers=None):
        h = {'Cookie': '; '.join('%s=%s' % kv for kv in self.cookies.items()), **(headers or {})}
        a = self.s.ask(method, self.base + path, body, h)
        for c in a.set:
            name, value = c.split(';')[0].split('=', 1)
            self.cookies[name] = value
            if not value or 'Max-Age=0' in c:
                self.cookies.pop(name)
        return a

    def get(self, path):
        a = self.ask('GET', path)
        for name in ('csrf', 'idem'):
            found = re.search(r'name="%s" value="([^"]*)"' % name, a.text)
            if found:
                self.hidden[name] = found.group(1)
        return a

    def post(self, path, headers=None, photos=None, **fields):
        fields = {**self.hidden, **fields}
        if photos is None:
            return self.ask('POST', path, urllib.parse.urlencode(fields),
                            {'Content-Type': 'application/x-www-form-urlencoded', **(headers or {})})
        parts = [('--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % kv).encode() for kv in fields.items()]
        parts += [b'--b\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n' + p + b'\r\n' for p in photos]
        return self.ask('POST', path, b''.join(parts) + b'--b--\r\n', {'Content-Type': 'multipart/form-data; boundary=b'})

    def act(self, name, /, token=None, key=None, headers=None, **fields):
        h = {'Content-Type': 'application/json', **(headers or {})}
        if token:
            h['Authorization'] = 'Bearer ' + token
        if key:
            h['Idempotency-Key'] = key
        return self.ask('POST', '/api/v1/acts/' + name, json.dumps(fields), h)

    def login(self, login, password=PASSWORD):
        self.get('/login')
        return self.post('/login', login=login, password=password)


def rows(data, sql, *values):
    return store.rows(data, sql, *values)


def has_chinese(text):
    return len(re.findall('[\u4e00-\u9fff]', text)) >= 8


def file_numbers(data):
    return {'%d-%04d' % (n // 10**8, n % 10**8) for (n,) in rows(data, 'SELECT file_no FROM concern')}


def set_fault(word):
    if word:
        with open(flag + '.new', 'w') as f:
            f.write(word)
        os.rename(flag + '.new', flag)
    elif os.path.exists(flag):
        os.unlink(flag)


def token_of(data, login, label='probe', office='demo'):
    return json.loads(run('act', 'token.issue', '--data', data, '--office', office, '--as', login, '--label', label)[1])['result']['token']


# ---- a full and a broken disk ---------------------------------------------------------------------------

data = os.path.join(folder, 'one')
run('init', '--data', data, '--demo', '--concerns', '6')
probe = os.path.join(data, 'probe')
env = dict(os.environ, LD_PRELOAD=library, XQ_FAULT_DIR=data, XQ_FAULT_FLAG=flag)
for word, errno in (('ENOSPC', 28), ('EIO', 5)):
    set_fault(word)
    p = subprocess.run([sys.executable, '-c', 'import os,sys\nfd=os.open(sys.argv[1],66,384)\ntry: os.write(fd,b"x")\nexcept OSError as e: sys.exit(e.errno)', probe], env=env)
    check(p.returncode == errno, 'the library plays ' + word, p.returncode, errno)
set_fault(None)
os.unlink(probe)

tokens = {who: token_of(data, who) for who in ('guxiaolan', 'chenhaiyan')}
server = Server(data)
kept = set()  # every file number that was acknowledged
resident, clerk = Browser(server), Browser(server)
first = resident.act('concern.raise', body='三号楼门口的路灯三周不亮。', phone='13800001234')
code = first.result['code']
kept.add(first.result['file_no'])
check(first.status == 200 and clerk.login('guxiaolan').status == 303, 'acts work before', first)
clerk_no = clerk.act('concern.register', token=tokens['guxiaolan'], body='门口停满了车。').result['file_no']
kept.add(clerk_no)
WORDS = '垃圾桶满了三天，味道很大。'
PAGES = ('/', '/public/concerns', '/track/' + code, '/raise', '/login', '/api/v1/concerns/' + code, '/api/v1/openapi.json')
DESK = ('/desk', '/desk/concerns', '/desk/concerns/' + clerk_no, '/desk/concerns/%s/file.print' % clerk_no, '/desk/search?q=%E8%B7%AF%E7%81%AF')


def acts_of_api(key):
    """Acts of every kind of caller, each with all it needs."""
    t = tokens['guxiaolan']
    return (('concern.raise', resident.act('concern.raise', key=key, body=WORDS)),
            ('concern.register', resident.act('concern.register', token=t, key=key, body=WORDS, via='phone')),
            ('concern.contact', resident.act('concern.contact', token=t, key=key, concern=clerk_no, made=True, note='电话接通')),
            ('account.away', resident.act('account.away', token=t, key=key, away=False)))


def forms(photo):
    """The same through pages: draft, photo, unlocking, signing in, an act of the desk."""
    r, s = Browser(server), Browser(server)
    r.get('/raise')
    yield 'raise', WORDS, r.post('/raise', body=WORDS, **{'class': 'sanitation'})
    r.get('/raise')
    yield 'photo', WORDS, r.post('/raise', body=WORDS, photos=[photo], **{'class': 'sanitation'})
    r.get('/track/%s/open' % code)
    yield 'unlock', '', r.post('/track/%s/open' % code, digits='1234')
    s.get('/login')
    yield 'sign-in', 'chenhaiyan', s.post('/login', login='chenhaiyan', password=PASSWORD)
    clerk.get('/desk/concerns/%s/contact' % clerk_no)
    yield 'contact', '电话接通，约好周五', clerk.post('/desk/concerns/%s/contact' % clerk_no, made='1', note='电话接通，约好周五')


def under_fault(word, status, sentence, photo):
    """Everything that writes is refused in words, everything that reads goes on."""
    set_fault(word)
    before = rows(data, 'SELECT count(*) FROM concern')[0][0]
    for name, a in () if store.on_server else acts_of_api('k-' + word):
        check(a.status == status and a.headers['content-type'] == 'application/problem+json' and a.json.get('status') == status,
              '%s: %s is refused as a problem' % (word, name), (a, a.headers), status)
        words = a.json.get('title', '') + a.json.get('detail', '')
        check(has_chinese(words) and sentence in words, '%s: %s says so in Chinese' % (word, name), words, sentence)
        if status == 503:
            check(a.headers.get('retry-after', '').isdigit(), '%s: %s says when to come again' % (word, name), a.headers)
    for name, typed, a in forms(photo):
        if store.on_server and name != 'photo':
            continue
        check(a.status == status and sentence in a.text, '%s: form %s is refused in words' % (word, name), a, (status, sentence))
        check(typed in a.text and PASSWORD not in a.text, '%s: form %s keeps what was typed' % (word, name), a, typed)
    for who, paths in ((resident, PAGES), (clerk, DESK)):
        bad = [(p, a) for p, a in ((p, who.get(p)) for p in paths) if a.status != 200]
        check(not bad, '%s: %s pages are read on' % (word, 'staff' if who is clerk else 'public'), bad)
    check(rows(data, 'SELECT count(*) FROM concern')[0][0] == before, word + ': nothing was written')
    set_fault(None)
    for name, a in acts_of_api('k-' + word):  # the same keys: what was refused left nothing behind
        check(a.status == 200 and a.json['replay'] is False, '%s over: %s works again' % (word, name), a)
        kept.update(v for k, v in a.result.items() if k == 'file_no')
    litter = [f for _, _, files in os.walk(data + '/files') for f in files if not re.fullmatch('[0-9a-f]{64}', f)]
    check(not litter, word + ' over: no half photo stays', litter)
    for name, typed, a in forms(photo):
        check(a.status == 303, '%s over: form %s works again' % (word, name), a, 303)


FULL, FAULT = '服务器的磁盘满了', '我们这边'
if store.on_server:
    store.skip('faults: a full, a broken and a stalled disk under the rows', 'those of a server lie on another disk; here only photos do')
under_fault('ENOSPC', 503, FULL, photos[0])
under_fault('EIO', 500, FAULT, photos[1])
under_fault('SYNC', 500, FAULT, photos[2])

# Stopping on a full disk is an orderly end too, and the next start finds everything.
set_fault('ENOSPC')
if not store.on_server:
    check(resident.act('concern.raise', body=WORDS).status == 503, 'full once more')
check(server.end() == 0, 'a full disk does not keep the server from stopping')
if not store.on_server:
    status, out, err = run('serve', '--data', data, '--listen', '127.0.0.1:1', ld=data)
    check(status == 1 and ('磁盘' in err or '数据库' in err), 'starting on a full disk is refused in words', (status, err))
set_fault(None)
check(kept <= file_numbers(data), 'no acknowledged act was lost', sorted(kept - file_numbers(data)))
status, out, err = run('check', '--data', data)
check(status == 0, 'every invariant holds', out + err)

# ---- a full queue -------------------------------------------------------------------------------------------

QUEUE, SURPLUS = 1024, 200  # act_int.h; the writer waits, so that it takes nothing
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
want = QUEUE + SURPLUS + 300


@contextlib.contextmanager
def stalled():
    """The disk stands still, or at a server another process is in the middle of its turn to write. Gives a look whether
    the writer waits for it."""
    if store.on_server:
        with store.opened(data) as db:
            db.execute('UPDATE writer_lease SET epoch = epoch')
            yield lambda: rows(data, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                     " AND wait_event_type = 'Lock'")[0][0] > 0
    else:
        log = data + '/xinqiao.db-wal'
        size = os.path.getsize(log)
        set_fault('STALL')
        yield lambda: os.path.getsize(log) > size
        set_fault(None)


def burst(n):
    """n connections, each with one act of its own; answers by number as they come, by time."""
    look, answer = selectors.DefaultSelector(), {}
    begin = time.monotonic()
    for i in range(n):
        s = socket.create_connection(('127.0.0.1', server.port))
        body = json.dumps({'body': '第%d位居民反映路灯不亮。' % i})
        s.sendall(('POST /api/v1/acts/concern.raise HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n'
                   'Content-Length: %d\r\n\r\n%s' % (len(body.encode()), body)).encode())
        s.setblocking(False)
        look.register(s, selectors.EVENT_READ, [i, b''])

    def listen(seconds, until):
        end = time.monotonic() + seconds
        while len(answer) < until and time.monotonic() < end:
            for k, _ in look.select(0.2):
                got = k.fileobj.recv(65536)
                k.data[1] += got
                if not got:
                    look.unregister(k.fileobj)
                    k.fileobj.close()
                    head, _, text = k.data[1].partition(b'\r\n\r\n')
                    answer[k.data[0]] = (int(head.split()[1]) if head else 0, head.decode(), text.decode(), time.monotonic() - begin)
        return answer
    return listen


if hard != resource.RLIM_INFINITY and hard < want:
    print('SKIP faults: a full queue: only %d open files are allowed, %d are needed' % (hard, want))
else:
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, want) if soft != resource.RLIM_INFINITY else soft, hard))
    server = Server(data)
    resident, clerk = Browser(server), Browser(server)
    with stalled() as waits:
        stuck, end = burst(1), time.monotonic() + 10
        while not waits() and time.monotonic() < end:
            time.sleep(0.01)  # until the writer has taken it
        listen = burst(QUEUE + SURPLUS)
        early = dict(listen(10, SURPLUS))
        turned_away = [a for a in early.values() if a[0] == 503]
        # a job of the clock may take a place too, now and then
        check(SURPLUS <= len(early) == len(turned_away) <= SURPLUS + 3, 'a full queue: the surplus is turned away at once, and nobody else',
              (len(early), sorted({a[0] for a in early.values()})), SURPLUS)
        check(all('Retry-After: ' in a[1] and json.loads(a[2])['key'] == 'act.queue-full' and has_chinese(json.loads(a[2])['title']) for a in turned_away),
              'a full queue: each is told why and when to come again', turned_away[:1])
        check(resident.get('/public').status == 200 and resident.get('/track/' + code).status == 200, 'a full queue: reading goes on')
        x = Browser(server)
        x.get('/raise')
        x = x.post('/raise', body=WORDS, **{'class': 'sanitation'})
        check(x.status == 503 and WORDS in x.text and 'retry-after' in x.headers, 'a full queue: a form keeps what was typed', x)
        metrics = dict(re.findall(r'^xinqiao_(queue_\w+) (\d+)$', resident.get('/metrics').text, re.M))
        check(metrics['queue_waiting'] == str(QUEUE) and int(metrics['queue_full_total']) > SURPLUS, 'a full queue: /metrics tells it', metrics)
    done = {**stuck(20, 1), **{k + 1: v for k, v in listen(20, QUEUE + SURPLUS).items()}}
    good = {json.loads(a[2])['result']['file_no'] for a in done.values() if a[0] == 200}
    check(len(done) == QUEUE + SURPLUS + 1 and QUEUE - 3 <= len(good) <= QUEUE + 1, 'a full queue: all who waited are answered', (len(done), len(good)))
    kept |= good
    server.end(signal.SIGKILL)
    check(kept <= file_numbers(data), 'a full queue: none of %d acknowledged acts is lost, also by a kill' % len(kept), len(kept - file_numbers(data)))
    check(run('check', '--data', data)[0] == 0, 'a full queue: every invariant holds')

# ---- a message goes out while the disk fills up ---------------------------------------------------------------

data = os.path.join(folder, 'hook')
run('init', '--data', data, '--demo', '--concerns', '4')
before = rows(data, 'SELECT count(*) FROM outbox WHERE state <> 0')[0][0]  # told in the demo's own days, without a hook
open(data + '/hook', 'w').write('#!/bin/sh\ncat >>%s/told\necho >>%s/told\n[ -e %s/calm ] || printf ENOSPC >%s\n' % (folder, folder, folder, flag))
os.chmod(data + '/hook', 0o700)
server = Server(data, '--test-clock')


def move_clock(seconds):
    with socket.socket(socket.AF_UNIX) as c:
        c.connect(store.socket_of(data))
        c.sendall(b'{"clock": %d}\n' % seconds)
        return b'ok' in c.recv(4096)


def told():
    return open(folder + '/told').read().split('\n')[:-1] if os.path.exists(folder + '/told') else []


def rounds():
    return int(re.search(r'^xinqiao_outbox_rounds_total (\d+)$', Browser(server).get('/metrics').text, re.M).group(1))


move_clock(15 * 86400)  # all that is open is late now, and its heads are told
while not told():
    time.sleep(0.01)
seen = rounds()
while rounds() < seen + 3:  # one a second; each would send it again
    move_clock(0)
if store.on_server:
    store.skip('faults: a message that cannot be noted as sent', 'a full disk under the folder stops no row of a server')
else:
    check(len(told()) == len(set(told())) > 0, 'a message that cannot be noted as sent is not sent every second', told())
open(folder + '/calm', 'w').close()
set_fault(None)
move_clock(3600)
end = time.monotonic() + 10
while time.monotonic() < end and rows(data, 'SELECT count(*) FROM outbox WHERE state = 0')[0][0]:
    time.sleep(0.1)
messages = rows(data, 'SELECT count(*), sum(CASE WHEN state = 1 THEN 1 ELSE 0 END) FROM outbox')[0]
check(messages[0] == messages[1] == before + len(set(told())), 'each goes out once there is room', (messages, before, len(set(told()))))
server.end()

# ---- two offices in one folder ------------------------------------------------------------------------------

data = os.path.join(folder, 'two')
run('init', '--data', data, '--demo', '--concerns', '12')
made = subprocess.run([office_add, data, 'two', 'Fengqiao-2026'], capture_output=True, text=True,
                      env=store.environment(data))
check(made.returncode == 0, 'a second office', made.stderr)
tokens = {who: token_of(data, who) for who in ('guxiaolan', 'chenhaiyan', 'maqiang', 'admin')}
other_token = token_of(data, 'admin', office='two')
server = Server(data, '--test-clock')
here, there = Browser(server, '/o/demo'), Browser(server, '/o/two')
a, b = here.act('concern.raise', key='one-key', body='枫林路路灯不亮。', phone='13800001234'), there.act('concern.raise', key='one-key', body='桥头积水。')
check(a.status == b.status == 200 and b.json['replay'] is False and a.result['code'] != b.result['code'], 'one key in two offices: two concerns', (a, b))
check(here.get('/track/' + a.result['code']).status == 200 and there.get('/track/' + a.result['code']).status == 404, 'a code of another office leads nowhere')
check(here.get('/api/v1/concerns/' + a.result['code']).status == 200 and there.get('/api/v1/concerns/' + a.result['code']).status == 404, 'nor by the API')
check(here.get('/public/concerns/' + a.result['ref']).status == 200 and there.get('/public/concerns/' + a.result['ref']).status == 404, 'nor does a public ref')
check(there.act('voice.rate', code=a.result['code'], solved='yes', sat='1').json.get('key') == 'voice.code-unknown', 'nor can it be rated there')
check(server.ask('GET', '/track/' + a.result['code']).status == 404 and server.ask('GET', '/o/none/').status == 404, 'no office, no page')
check(there.act('account.away', token=tokens['guxiaolan'], away=True).status == 401, 'a token counts in its own office only')
check(here.act('account.away', token=other_token, away=True).status == 401, 'and the other way round')
x = there.login('guxiaolan')
check('xs' not in there.cookies and '密码' in x.text, 'an account too', x)
here.login('guxiaolan')
there.cookies['xs'] = here.cookies['xs']
gone = there.get('/desk')
check(gone.status == 303 and '/login' in gone.headers['location'], 'and a session', gone)
there.cookies.pop('xs')
check(there.login('admin', 'Fengqiao-2026').status == 303, 'its own administrator may')
numbers = sorted(file_numbers(data))
mine = {'%d-%04d' % (n // 10**8, n % 10**8) for (n,) in rows(data, 'SELECT c.file_no FROM concern c JOIN office o ON o.id = c.office WHERE o.code = ?', 'two')}
got = {n: there.get('/desk/concerns/' + n) for n in numbers}
check({n for n, x in got.items() if x.status == 200} == mine, 'file numbers: staff opens the own office\'s alone', {n: x.status for n, x in got.items()}, mine)
check(not any('枫林路' in x.text for x in got.values()), 'and reads no word of the other')
check('枫林路' not in there.get('/desk/search?q=%E6%9E%AB%E6%9E%97%E8%B7%AF').text.replace('“枫林路”', '').replace('value="枫林路"', ''), 'searching neither')
events = [json.loads(x)['log'] for (x,) in rows(data, 'SELECT e.bytes FROM ledger_event e JOIN office o ON o.id = e.office WHERE o.code = ?', 'two')]
check(set(events) == {'two'}, 'each office has its own record', set(events))

# ---- another unit's concern -----------------------------------------------------------------------------------

SECRET = '暗号是玉兰花'
r = Browser(server, '/o/demo')
r.get('/raise')
r.post('/raise', body='楼道灯不亮，' + SECRET, photos=photos[3:], **{'class': 'property'})
r.get('/raise/where')
r.post('/raise/where', place='枫林路88弄', phone='13900005678', name='吴小姐')
r.get('/raise/check')
sent = r.post('/raise/check')
code = sent.headers.get('location', '').rsplit('/', 1)[-1]
raised = here.get('/api/v1/concerns/' + code).json
no, ref = raised.get('file_no'), raised.get('ref')
check(sent.status == 303 and no, 'a concern with a photo, through three steps', sent)
check(r.get('/photo/%s/1' % code).bytes[:2] == b'\xff\xd8', 'its resident sees the photo')
check(Browser(server, '/o/demo').get('/photo/%s/1' % code).status == 404, 'nobody else does by the code alone')
check(here.act('concern.accept', token=tokens['chenhaiyan'], concern=no).status == 200, 'the unit of the catalogue accepts it')

handler, owner = Browser(server, '/o/demo'), Browser(server, '/o/demo')
handler.login('maqiang')
owner.login('chenhaiyan')
check(owner.get('/desk/concerns/' + no).status == 200 and owner.get('/desk/photo/%s/1' % no).bytes[:2] == b'\xff\xd8', 'its owner opens it')
for page in ('', '/accept', '/decline', '/contact', '/hand-over', '/reply', '/review', '/ruling', '/file.print', '/slip.print', '/receipt'):
    x = handler.get('/desk/concerns/%s%s' % (no, page))
    check(x.status in (403, 404) and SECRET not in x.text and '13900005678' not in x.text and '吴' not in x.text,
          'another unit: %s is shut' % (page or 'the page'), x, 403)
check(handler.get('/desk/photo/%s/1' % no).status == 403, 'another unit: the photo is shut')
steps = 'SELECT count(*) FROM step UNION ALL SELECT count(*) FROM reply UNION ALL SELECT count(*) FROM handover UNION ALL SELECT count(*) FROM ledger_event'
before = rows(data, steps)
TRIED = (('accept', {}), ('decline', {'why': 'not-ours'}), ('contact', {'made': '1', 'note': '接通'}), ('hand-over', {'unit': 'u05', 'why': 'duty'}),
         ('reply', {'text': '已经修好，请您看看。', 'outcome': 'solved'}), ('review', {}), ('send-back', {'why': 'unclear', 'note': '写清日期'}),
         ('ruling', {'decision': 'redo', 'note': '重办'}))
handler.get('/desk/intake')
for page, fields in TRIED:
    x = handler.post('/desk/concerns/%s/%s' % (no, page), **fields)
    check(x.status in (403, 409) and SECRET not in x.text and '吴小姐' not in x.text, 'another unit: form %s is refused' % page, x, 403)
for name, fields in (('concern.accept', {}), ('concern.decline', {'why': 'not-ours'}), ('concern.contact', {'made': True, 'note': '接通'}),
                     ('concern.offer', {'unit': 'u05', 'why': 'duty'}), ('reply.submit', {'text': '已经修好。', 'outcome': 'solved'}),
                     ('reply.approve', {}), ('reply.send-back', {'why': 'unclear', 'note': '写清日期'}),
                     ('concern.rule-outcome', {'decision': 'redo', 'note': '重办'}), ('callback.record', {'result': 'nobody'})):
    x = here.act(name, token=tokens['maqiang'], concern=no, **fields)
    check(x.status in (403, 409) and SECRET not in x.text, 'another unit: act %s is refused' % name, x, 403)
check(rows(data, steps) == before, 'another unit: nothing was written')
may = {'%d-%04d' % (n // 10**8, n % 10**8) for (n,) in rows(data, '''
    SELECT c.file_no FROM concern c JOIN office o ON o.id = c.office AND o.code = 'demo'
      JOIN unit u ON u.office = c.office AND u.code = 'u05'
      LEFT JOIN handover h ON h.office = c.office AND h.concern_id = c.id AND h.state = 0
     WHERE u.id IN (c.owner_unit_id, c.tracker_unit_id, h.to_unit_id)''')}
opened = {n for n in numbers + [no] if handler.get('/desk/concerns/' + n).status == 200}
check(opened == may, 'another unit: of all file numbers exactly the own unit\'s open', sorted(opened), sorted(may))
for path in ('/desk/search?q=', '/api/v1/concerns?q='):
    q = path + urllib.parse.quote('玉兰花')
    check(no in owner.get(q).text and no not in handler.get(q).text, 'another unit: %s finds nothing' % path, handler.get(q))
check(here.act('reply.submit', token=tokens['chenhaiyan'], concern=no, text='已经约好物业，周五来换。', outcome='partly').status == 200, 'its owner submits an answer')
first = here.act('account.add', token=tokens['admin'], login='lintian', name='林田', unit='u05', role='approver').result['password']
approver = Browser(server, '/o/demo')
approver.login('lintian', first)
approver.get('/desk/account/password')
approver.post('/desk/account/password', old=first, new=PASSWORD + 'x', again=PASSWORD + 'x')
check(approver.login('lintian', PASSWORD + 'x').status == 303 and approver.get('/desk').status == 200, 'an approver of another unit')
check(approver.get('/desk/concerns/%s/review' % no).status == 403, 'another unit: its approver cannot review it')
LISTS = ('/desk', '/desk/concerns', '/desk/concerns?show=unit', '/desk/concerns?show=open', '/desk/concerns?show=late', '/desk/concerns?show=newest',
         '/desk/offers', '/desk/offers?show=sent', '/desk/review', '/desk/rulings', '/desk/callbacks', '/desk/menu')
for who, name in ((handler, 'handler'), (approver, 'approver')):
    seen = [p for p in LISTS if SECRET in who.get(p).text]
    check(not seen, 'another unit: no list of its %s shows it' % name, seen)
sealed = here.act('concern.raise', body='请保密：' + SECRET, secret=True)
check(here.get('/public/concerns/' + ref).status == 200 and here.get('/public/concerns/' + sealed.result['ref']).status == 404, 'a sealed concern has no public page')
public = ''.join(here.get('/public/concerns' + q).text for q in ('', '?class=other', '?class=property'))
check(sealed.result['ref'] not in public and SECRET not in public, 'and stands in no public list')
check(here.get('/track/' + sealed.result['code']).status == 200, 'its resident still finds it by the code')
check(all(here.get('/public/concerns/' + x).status == 404 for x in ('c-' + 'a' * 16, 'c-', ref[:-1], ref + 'a', ref.upper(), '1', '%27%20OR%201=1')), 'a ref that is none')

# ---- somebody else's token -------------------------------------------------------------------------------------

x = here.act('concern.register', token=tokens['maqiang'], body='门口停满了车。')
check(x.status == 200 and x.result['owner'] == '马强', 'a token acts for its account', x)
for extra in ({'as': 'guxiaolan'}, {'person_id': 2}, {'actor': 'guxiaolan'}):
    check(here.act('concern.register', token=tokens['maqiang'], body='门口停满了车。', **extra).status == 422, 'and cannot name another: ' + list(extra)[0])
theirs = here.act('concern.register', token=tokens['guxiaolan'], body='路口信号灯坏了。').result['file_no']
x = here.act('concern.contact', token=tokens['maqiang'], concern=theirs, made=True, note='接通')
check('xs' in here.cookies and x.json.get('key') == 'concern.not-owner', 'beside a token the cookie of the owner counts nothing', x)
check(here.act('token.revoke', token=tokens['maqiang'], label='nobody-has-this').json.get('key') == 'token.unknown', 'a label is looked for in the own account')
check(here.act('token.issue', token=tokens['maqiang'], label='more').json.get('key') == 'token.by-token', 'a token makes no tokens')
check(here.act('account.reset', token=tokens['maqiang'], login='guxiaolan').status == 403, 'a handler resets nobody')

# ---- replayed and forged ------------------------------------------------------------------------------------------

one = here.act('concern.raise', key='key-7', body='第一件事：路灯不亮。')
two = here.act('concern.raise', key='key-7', body='第二件事：积水。', phone='13800001234')
check(two.status == 200 and not two.json['replay'] and two.result['code'] != one.result['code'], 'a stranger with the same key reads no receipt of another', two, one)
check(rows(data, 'SELECT count(*) FROM intake WHERE body LIKE ?', '第二件事%')[0][0] == 1, 'and loses no concern')
again = here.act('concern.raise', key='key-7', body='第一件事：路灯不亮。')
check(again.json['replay'] and again.result == one.result, 'the same words with the same key give the first receipt', again, one)
three = here.act('concern.register', key='key-7', token=tokens['guxiaolan'], body='第三件事：停车。')
four = here.act('concern.register', key='key-7', token=tokens['maqiang'], body='第四件事：噪声。')
check(not three.json['replay'] and not four.json['replay'] and len({x.result['file_no'] for x in (one, three, four)}) == 3, 'a key is one act\'s and one person\'s', (three, four))
check(here.act('concern.contact', key='key-8', token=tokens['maqiang'], concern=no, made=True, note='接通').status == 409
      and here.act('concern.register', key='key-8', token=tokens['maqiang'], body='第五件事。').json['replay'] is False, 'a refusal uses no key up')

s = Browser(server, '/o/demo')
s.login('chenhaiyan')
s.get('/desk/intake')
old, old_csrf = dict(s.cookies), s.hidden['csrf']
check(s.post('/logout').status == 303, 'signing out')
s.cookies = dict(old)
x = s.get('/desk')
check(x.status == 303 and '/login' in x.headers['location'], 'a session is over after signing out', x)
x = s.post('/desk/intake', csrf=old_csrf, body='已经退出的人写的字')
check(x.status == 403 and '已经退出的人写的字' in x.text, 'its form is refused, and keeps what was typed', x)
x = s.act('concern.register', body='x y z', headers={'X-CSRF-Token': old_csrf})
check(x.status == 403, 'its cookie opens the API to nobody', x)
s.cookies = {}
s.login('chenhaiyan')
page = s.get('/desk/intake')
before = len(file_numbers(data))
x = s.post('/desk/intake', csrf=old_csrf, body='旧令牌写的字')
check(x.status == 403, 'the token of an old session does not fit the new one', x)
check(s.post('/desk/intake', csrf=handler.hidden['csrf'], body='别人的令牌').status == 403, 'nor does somebody else\'s')
check(s.act('concern.register', body='x y z', headers={'X-CSRF-Token': old_csrf}).status == 403, 'nor at the API')
check(len(file_numbers(data)) == before, 'nothing was written by any of these')
# The page that says "you are signed out" sends the reader to sign in and press again: with the old token.
own = {'Origin': 'http://127.0.0.1:%d' % server.port}
answer = '写了半小时的答复，一个字也不能丢。'
s.get('/desk/concerns/%s/reply' % no)
x = s.post('/desk/concerns/%s/reply' % no, headers=own, csrf=old_csrf, text=answer, outcome='solved')
check(x.status == 403 and answer in x.text, 'an answer sent with an old token is shown again as it was typed', x, answer)
check(s.post('/desk/intake', body='新令牌写的字').status == 303, 'the fitting token does')

check(here.act('account.away', token=tokens['chenhaiyan'], away=False).status == 200, 'a token works')
check(here.act('token.revoke', token=tokens['chenhaiyan'], label='probe').status == 200
      and here.act('account.away', token=tokens['chenhaiyan'], away=False).status == 401, 'and not any more once it is revoked')
check(handler.get('/desk').status == 200, 'a session works')
check(here.act('account.reset', token=tokens['admin'], login='maqiang').status == 200, 'a new first password for its account')
check(handler.get('/desk').status == 303 and here.act('account.away', token=tokens['maqiang'], away=False).status == 401, 'ends its sessions and its tokens')

second = here.act('concern.raise', body='另一件事，没有电话。')
name = {}
for c, digits in ((code, '5678'), (second.result['code'], second.result['pin'])):
    k = Browser(server, '/o/demo')
    k.get('/track/' + c)
    k.post('/track/%s/open' % c, digits=digits)
    name[c] = next(((n, v) for n, v in k.cookies.items() if n.startswith('xu')), ('', ''))
check(all(n for n, v in name.values()), 'digits and PIN open the words', name)
forger = Browser(server, '/o/demo')
forger.cookies = {name[code][0]: name[second.result['code']][1]}
check(SECRET not in forger.get('/track/' + code).text and forger.get('/photo/%s/1' % code).status == 404, 'the unlock cookie of another code opens nothing')
forger.cookies = {name[code][0]: name[code][1][:-1] + ('0' if name[code][1][-1] != '0' else '1')}
check(SECRET not in forger.get('/track/' + code).text, 'nor does a changed one')
forger.cookies = dict([name[code]])
check(SECRET in forger.get('/track/' + code).text, 'the right one does')
wrong = [forger.act('voice.unlock', code=code, digits='0000') for _ in range(2)]
check(all(x.result.get('open') == 'no' and 'unlock' not in x.result for x in wrong), 'a guess at the API opens nothing', [x.text for x in wrong])
guess = Browser(server, '/o/demo')
guess.get('/track/' + code)
for _ in range(3):
    guess.post('/track/%s/open' % code, digits='0000')
check(guess.post('/track/%s/open' % code, digits='5678').status in (409, 422), 'after five wrong tries, two of them at the API, the right digits are refused for an hour')

# A day and two hours later.
draft = Browser(server, '/o/demo')
draft.get('/raise')
s.get('/desk/intake')
check(move_clock(26 * 3600), 'the clock moves by 26 hours')
check(SECRET not in forger.get('/track/' + code).text, 'an unlock cookie is good for a day')
x = draft.post('/raise', body='昨天写的字')
check(x.status == 403 and '昨天写的字' in x.text, 'yesterday\'s form is shown again with what was typed', x)
check(s.get('/desk').status == 303, 'yesterday\'s session is over')
check(server.end() == 0 and run('check', '--data', data)[0] == 0, 'every invariant holds at the end')
