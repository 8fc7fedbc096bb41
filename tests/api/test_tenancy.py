# SPDX-License-Identifier: Apache-2.0
"""Two offices in one folder: with the session, the code or the token of one, nothing of the other is read or changed.

Every path and every act of the program is asked (tests/fault/routes.c prints them), with the numbers, codes and
names of the office that is not one's own: below its own address, and below the other's. The rule for statements
is read by tests/unit/cli/test_statements.c."""
import atexit, hashlib, http.client, itertools, json, os, re, shutil, subprocess, sys, tempfile, time, urllib.parse

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import store

program = os.environ['XQ_BIN']
build = os.environ.get('XQ_BUILD') or os.path.dirname(program)
root = os.environ.get('XQ_ROOT') or os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
office_add, routes = (os.path.join(build, 'tests', n) for n in ('office_add', 'routes'))
if not os.path.exists(routes):
    print('SKIP tenancy: %s is not built' % routes)
    sys.exit(77)

folder = tempfile.mkdtemp(prefix='xinqiao-tenancy-')
data = os.path.join(folder, 'data')
PASSWORD, SECRET = 'Fengqiao-2026', '暗号是玉兰花'
ROLES = ('handler', 'approver', 'supervisor', 'evaluator', 'discipline', 'leader', 'liaison', 'delegate', 'publisher',
         'auditor', 'admin', 'clerk', 'operator')
server = None


@atexit.register
def tidy():
    if server:
        server.kill()
        server.wait()
    shutil.rmtree(folder)


def check(good, what, got=''):
    print(('PASS ' if good else 'FAIL ') + 'tenancy: ' + what)
    if not good:
        print('    got', str(got)[:1500])


def run(*words):
    p = subprocess.run([program, *words], capture_output=True, text=True, env=dict(os.environ, LC_ALL='C'))
    return p.stdout


def rows(sql, *values):
    return store.rows(data, sql, *values)


def firsts(sql):
    return [str(r[0]) for r in rows(sql)]


class Answer:
    def __init__(self, r):
        self.status, self.bytes = r.status, r.read()
        self.text = self.bytes.decode('utf-8', 'replace')
        self.location = r.getheader('location') or ''
        self.set = r.headers.get_all('set-cookie') or []

    def __str__(self):
        return '%d %s %s' % (self.status, self.location, re.sub(r'\s+', ' ', re.sub(r'<[^>]*>', ' ', self.text))[:200])


class Browser:
    def __init__(self, cookies=None):
        self.cookies, self.hidden = dict(cookies or {}), {}

    def ask(self, method, path, body=None, headers=None):
        c = http.client.HTTPConnection('127.0.0.1', port, timeout=30)
        h = {'Cookie': '; '.join('%s=%s' % kv for kv in self.cookies.items()), **(headers or {})}
        c.request(method, path, body, h)
        a = Answer(c.getresponse())
        c.close()
        for line in a.set:
            name, value = line.split(';')[0].split('=', 1)
            self.cookies[name] = value
        for name in ('csrf', 'idem'):
            found = re.search(r'name="%s" value="([^"]*)"' % name, a.text)
            if found:
                self.hidden[name] = found.group(1)
        return a

    def post(self, path, **fields):
        return self.ask('POST', path, urllib.parse.urlencode({**self.hidden, **fields}),
                        {'Content-Type': 'application/x-www-form-urlencoded'})

    def act(self, base, name, token, fields):
        h = {'Content-Type': 'application/json', 'Accept-Language': 'zh'}
        if token:
            h['Authorization'] = 'Bearer ' + token
        return self.ask('POST', base + '/api/v1/acts/' + name, json.dumps(fields), h)


# ---- two offices: one with two years of life, one that was made today ------------------------------------------

run('init', '--data', data, '--demo', '--concerns', '120')
made = subprocess.run([office_add, data, 'two', PASSWORD], capture_output=True, text=True, env=store.environment(data))
check(made.returncode == 0, 'a second office', made.stderr)
with store.opened(data) as db:
    two = db.execute("SELECT id FROM office WHERE code = 'two'").fetchone()[0]
    demo = db.execute("SELECT id FROM office WHERE code = 'demo'").fetchone()[0]
    for role in ROLES:  # nothing of the own office is shut to this account
        db.execute("INSERT INTO role_grant (office, account_id, role, scope, scope_id, given_at)"
                   " SELECT office, id, ?, 'office', 0, opened_at FROM account WHERE office = ?"
                   " ON CONFLICT DO NOTHING", (role, two))
    db.execute('UPDATE account SET must_change = 0 WHERE office = ?', (two,))
# Who founds the city leads it, so the second office may not: the first one has, and counts itself for its board.
for act in (('city.found', '--name', '示范市'), ('city.district', '--code', 'pudong', '--name', '浦东区'),
            ('city.place', '--member', 'demo', '--district', 'pudong')):
    run('act', act[0], '--data', data, '--office', 'demo', '--as', 'admin', *act[1:])
token = json.loads(run('act', 'token.issue', '--data', data, '--office', 'two', '--as', 'admin', '--label', 'walk'))['result']['token']
theirs = json.loads(run('act', 'token.issue', '--data', data, '--office', 'demo', '--as', 'zhoumin', '--label', 'walk'))['result']['token']

log = open(os.path.join(folder, 'log'), 'w')
server = subprocess.Popen([program, 'serve', '--data', data, '--listen', '127.0.0.1:0', '--no-limits', '--test-clock'],
                          stdout=subprocess.PIPE, stderr=log, text=True)
port = int(re.search(r':(\d+)$', server.stdout.readline().strip()).group(1))

resident = Browser()
said = json.loads(resident.act('/o/demo', 'concern.raise', None, {
    'body': '楼道灯不亮，' + SECRET, 'place': '枫林路88弄', 'phone': '13900005678', 'name': '吴小姐'}).text)['result']
web = Browser()
photo = open(os.path.join(root, 'tests/fuzz/corpus-image/baseline.jpg'), 'rb').read()
web.ask('GET', '/o/demo/raise')
parts = [('--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % kv).encode()
         for kv in {**web.hidden, 'body': '门坏了，' + SECRET, 'class': 'property'}.items()]
parts.append(b'--b\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
             + photo + b'\r\n--b--\r\n')
web.ask('POST', '/o/demo/raise', b''.join(parts), {'Content-Type': 'multipart/form-data; boundary=b'})
web.ask('GET', '/o/demo/raise/where')
web.post('/o/demo/raise/where', place='枫林路88弄', phone='13900005678', name='吴小姐')
web.ask('GET', '/o/demo/raise/check')
done = web.post('/o/demo/raise/check')
with_photo = done.location.rsplit('/', 1)[-1]
check(done.status == 303 and with_photo, 'a concern with a photo in the other office', done)

insider = Browser()
insider.ask('GET', '/o/two/login')
check(insider.post('/o/two/login', login='admin', password=PASSWORD).status == 303 and
      insider.ask('GET', '/o/two/desk').status == 200, 'the account of the second office signs in')

# ---- what is the other office's alone --------------------------------------------------------------------------

file_nos = ['%d-%04d' % (n // 10**8, n % 10**8) for (n,) in
            rows('SELECT file_no FROM concern WHERE office = ? ORDER BY file_no DESC', demo)]
refs = firsts('SELECT ref FROM concern WHERE office = %d ORDER BY id DESC' % demo)
codes = [said['code'], with_photo] + [said[k] for k in said if 'receipt' in k and isinstance(said[k], str)]
names = [n for n in firsts('SELECT name FROM person WHERE office = %d' % demo) if n != '管理员']
logins = [n for n in firsts('SELECT login FROM account WHERE office = %d' % demo) if n != 'admin']
OWN = set(names + refs + file_nos[:60] + logins + codes + [SECRET, '吴小姐', '13900005678', '枫林路88弄', '青枫街道'])
OWN |= set(firsts('SELECT title FROM concern WHERE office = %d' % demo))
OWN |= set(firsts('SELECT place FROM concern WHERE office = %d' % demo))
OWN |= set(firsts('SELECT ref FROM hard WHERE office = %d' % demo))
OWN |= set(firsts('SELECT ref FROM roster_slot WHERE office = %d' % demo))
OWN |= set(n for n in firsts('SELECT name FROM venue WHERE office = %d' % demo))
OWN |= set(n for n in firsts('SELECT hash FROM photo WHERE office = %d' % demo))
OWN -= set(firsts('SELECT name FROM unit WHERE office = %d' % two))
shipped = ''.join(open(os.path.join(root, 'po/zh_CN', n)).read() for n in os.listdir(os.path.join(root, 'po/zh_CN')))
OWN = {w for w in OWN if len(w) > 1 and w not in shipped}  # examples beside fields are nobody's words
check(len(OWN) > 300 and len(firsts('SELECT hash FROM photo')) == 1, 'its words are known', len(OWN))

UNIQUE = {'no', 'code', 'ref', 'login', 'hash'}  # none of these is known in the second office
VALUES = {
    'no': file_nos[:2] + file_nos[-1:],
    'code': codes + firsts('SELECT code FROM draw') + firsts('SELECT code FROM box'),
    'ref': refs[:2],
    'login': logins[:2],
    'hash': firsts('SELECT hash FROM photo') + firsts('SELECT sha256 FROM ledger_doc')[:2],
    'n': ['1', '2', '3'],
    'month': firsts('SELECT DISTINCT month FROM record_month')[-2:] + ['2026-10'],
    'week': firsts('SELECT week FROM roster_week')[-2:] + ['2026-W40'],
    'date': firsts('SELECT day FROM roster_slot')[-2:] + ['2026-11-25'],
    'sitting': firsts('SELECT no FROM roster_slot')[-2:] + ['1'],
    'size': firsts('SELECT size FROM ledger_checkpoint WHERE office = %d' % demo)[-2:],
    'seq': ['1', '5', '200'],
    'office': ['demo', 'two'],
    'path...': ['0/000', '0/001', 'entries/000', '0/003.p/5'],
    'id': ['claimed', 'solved', 'on-time'],
    'figure': ['claimed', 'solved'],
    'kind': ['1', 'property', 'concern'],
    'key': ['1'], 'post': ['intake'], 'name': ['concern.accept'], 'district': ['pudong'],
}

views, acts = [], []
for line in subprocess.run([routes], capture_output=True, text=True).stdout.splitlines():
    word, *rest = line.split()
    if word == 'view':
        views.append(rest)
    else:
        acts.append((rest[0], [f.split(':') for f in rest[1:]]))
check(len(views) > 250 and len(acts) > 150, 'every path and act is known', (len(views), len(acts)))
unknown = {p for path, _, _ in views for p in re.findall(r'\{([^}]*)\}', path)} - set(VALUES)
check(not unknown, 'each place in a path has values of the other office', unknown)


def addresses(path):
    """The path with the other office's values; and which of them only it has."""
    places = re.findall(r'\{([^}]*)\}', path)
    for combination in itertools.islice(itertools.product(*(VALUES[p] for p in places)), 24):
        out = path
        for p, v in zip(places, combination):
            out = out.replace('{%s}' % p, v, 1)
        only = any(p in UNIQUE for p in places)
        yield out, set(combination), only


def is_for_any(browser, path, address, a):
    """The same page as for a code that nobody has: it says nothing of this one."""
    for code in codes:
        for last in '0123456789ABCDEFGHJKMNPQRSTVWXYZ':
            other = code[:5] + code[5:12][::-1] + last
            b = browser.ask('GET', '/o/two' + address.replace(code, other)) if code in address else None
            if b and b.status == a.status and strip(b.text).replace(other, code) == strip(a.text):
                return True
    return False


def spoken(where):
    """The city's pages and acts, and the form by which a concern is passed on, speak of offices by their public
    names, which the first page of the server lists for everybody; of nothing else of theirs."""
    return {'青枫街道'} if where.startswith(('/city', 'city.')) or where.endswith('/transfer') else set()


def strip(text):
    return re.sub(r'name="(csrf|idem)" value="[^"]*"', '', text)


def words_of_theirs(a, said_in_question):
    """What of the other office stands in an answer; not what was asked."""
    text = a.text
    asked = ' '.join(said_in_question)
    for w in said_in_question:
        text = text.replace(w, '')
    return sorted(w for w in OWN if w in text and w not in asked)[:5]


def state_of(office):
    """A hash of each table's rows of an office."""
    out = {}
    with store.opened(data, True) as db:
        for t, columns in store.tables(db).items():
            if 'office' in columns and t != 'writer_lease':  # counts whose turn it is to write
                # by itself a server gives rows in the order of their last change
                found = sorted(map(repr, db.execute('SELECT * FROM "%s" WHERE office = ?' % t, (office,))))
                out[t] = hashlib.sha256('\n'.join(found).encode()).hexdigest()
    return out


def changed(a, b):
    return sorted(t for t in a if a[t] != b[t])


def settled():
    """Once the clock has done what is due and the record is signed."""
    before = state_of(demo)
    for _ in range(40):
        time.sleep(1.5)
        after = state_of(demo)
        if after == before:
            return after
        before = after
    return before


before = settled()

# ---- reading ----------------------------------------------------------------------------------------------------

told, opened, differs, open_desk, asked = [], [], [], [], 0
stranger = Browser()
for path, who, methods in views:
    if methods == 'post' or path == '/desk/styles':  # a gallery whose examples are the program's own
        continue
    for address, used, only in addresses(path):
        for browser in (insider, Browser()):
            a = browser.ask('GET', '/o/two' + address)
            asked += 1
            found = words_of_theirs(a, used | spoken(address))
            if found:
                told.append((address, a.status, found))
            if only and a.status == 200 and not address.startswith('/log/') and not is_for_any(browser, path, address, a):
                opened.append((address, str(a)))
            if a.status >= 500:
                opened.append((address, str(a)))
        mine = insider.ask('GET', '/o/demo' + address)
        other = stranger.ask('GET', '/o/demo' + address)
        asked += 2
        if (mine.status, re.sub('csrf=[^&]*', '', mine.location)) != (other.status, re.sub('csrf=[^&]*', '', other.location)):
            differs.append((address, str(mine), str(other)))
        if who != 'anybody' and mine.status == 200:
            open_desk.append((address, str(mine)))
check(asked > 1500, '%d questions' % asked)
check(not told, 'below the own address no answer has a word of the other office', told[:12])
check(not opened, 'and its codes, numbers and names lead nowhere', opened[:12])
check(not differs, 'below the other\'s address the session counts as none', differs[:6])
check(not open_desk, 'and no page of its desk opens', open_desk[:6])
for q in (SECRET, '枫林路', names[0], file_nos[0]):
    for path in ('/desk/search?q=', '/api/v1/concerns?q=', '/public/concerns?q=', '/desk/concerns?q=', '/desk/intake/similar?body=',
                 '/api/v1/similar?body='):
        a = insider.ask('GET', '/o/two' + path + urllib.parse.quote(q), None, {'Authorization': 'Bearer ' + token} if '/api/' in path else None)
        found = words_of_theirs(a, {q, urllib.parse.quote(q)})
        if found or a.status >= 500:
            told.append((path, q, found, str(a)))
check(not told, 'nor has any search', told[:5])
for path in ('/api/v1/concerns', '/api/v1/duty', '/api/v1/openapi.json', '/api/v1/concerns/' + said['code']):
    a = Browser().ask('GET', '/o/demo' + path, None, {'Authorization': 'Bearer ' + token})
    b = Browser().ask('GET', '/o/demo' + path)
    if a.status == 200 and a.text != b.text:
        differs.append((path, str(a)))
check(not differs, 'nor does the token read what a stranger may not', differs[:5])

# ---- writing ----------------------------------------------------------------------------------------------------

# What an act is given: the other office's own, by the name or the type of the field.
GIVEN = {'concern': file_nos[0], 'code': said['code'], 'login': logins[0], 'unit': 'u04', 'to': 'u04', 'slot': 1, 'dispute': 1,
         'hard': 1, 'venue': 1, 'receiver': 1, 'erasure': 1, 'draw': 'd-2026-09', 'draft': '1', 'ref': refs[0], 'person': logins[0],
         'sponsor': logins[0], 'box': 'a-2026-09', 'month': '2026-10', 'week': '2026-W40', 'into': file_nos[1], 'phone': '13900005678'}
BY_TYPE = {0: '一句够长的话，说清楚了', 1: '一句够长的话，说清楚了，也说完了。', 2: 1, 3: True, 4: '', 5: '2026-12-01', 6: '2026-12-01T10:00', 7: '13900005678', 8: 'u04',
           9: file_nos[0], 10: said['code'], 11: 'Fengqiao-2027'}


def fields_of(fields, is_sparse=False):
    out = {}
    for name, kind, choice, required in fields:
        kind = int(kind)
        if kind in (12, 13) or is_sparse and required == '0' and name not in GIVEN and kind not in (9, 10):
            continue
        out[name] = choice if kind == 4 and choice != '-' else GIVEN.get(name, BY_TYPE.get(kind, '1'))
    return out


told, let_in, done, reached, faults = [], [], 0, 0, []
last = ('account.', 'token.', 'session.')  # those that end the own session come last
for name, fields in sorted(acts, key=lambda a: a[0].startswith(last)):
    a = Browser().act('/o/demo', name, token, fields_of(fields))
    if a.status not in (401, 404):  # hidden acts are not there at all
        let_in.append((name, str(a)))
    for is_sparse in (False, True):
        given = fields_of(fields, is_sparse)
        a = Browser().act('/o/two', name, token, given)
        done += a.status == 200
        reached += a.status in (200, 403, 409) or 'unknown"' in a.text or '.none"' in a.text
        found = words_of_theirs(a, {str(v) for v in given.values()} | spoken(name))
        if found:
            told.append((name, a.status, found))
        if a.status >= 500:
            faults.append((name, str(a)))
check(not let_in, 'a token is refused by every act of the other office', let_in[:6])
check(not told, 'and in its own it tells no word of the other', told[:6])
check(not faults, 'and breaks nothing', faults[:6])
check(reached > 120 and done > 2, '%d times it knows nothing of that, or a rule of its own answers; %d acts are done' % (reached, done))

told, let_in = [], []
for path, who, methods in views:
    if methods == 'get' or '/logout' in path or path.startswith('/desk/account'):
        continue
    for address, used, only in itertools.islice(addresses(path), 4):
        # The own page first: its hidden fields.
        insider.ask('GET', '/o/two/desk')
        everything = fields_of([f for _, fs in acts for f in fs])
        used = used | {str(v) for v in everything.values()}
        used |= spoken(address)
        a = insider.post('/o/two' + address, **everything)
        found = words_of_theirs(a, used)
        if found:
            told.append((address, a.status, found))
        if who == 'anybody':
            continue  # what a stranger may do there is no matter of sessions
        a = insider.post('/o/demo' + address, **everything)
        if a.status == 200 or a.status == 303 and 'login' not in a.location:
            let_in.append((address, str(a)))
        if words_of_theirs(a, used | {'青枫街道'}):
            told.append((address, a.status, words_of_theirs(a, used)))
check(not told, 'no form\'s answer has a word of the other office', told[:8])
check(not let_in, 'and none below the other\'s address is taken', let_in[:8])

after = settled()
check(changed(before, after) == [], 'not a row of the other office was changed', changed(before, after))
check(server.poll() is None, 'the server still runs')
a = Browser().act('/o/demo', 'account.away', theirs, {'away': True})
check(a.status in (200, 403, 409) and Browser().act('/o/two', 'account.away', theirs, {'away': True}).status == 401,
      'and the other way round a token counts in its own office only', a)
