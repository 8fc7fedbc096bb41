# SPDX-License-Identifier: Apache-2.0
"""Residents are erased by two people of the office through the running program: some of the demo office, and
some who raised a concern a moment ago, sent it twice and typed much that was refused. Afterwards nothing of
them stands in any file of the folder and beside it (data file and its log, keys, guard, photos, the server's
log, exports before and after), nor in the search index; figures and published sheets are those of before,
the record verifies by both verifiers, and the receipts still prove.

XQ_SEED: which residents; XQ_ERASE: how many of the demo; XQ_LONG=1: so many concerns that the search index
has been folded, and 60 residents."""
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import store  # noqa: E402

program = os.environ['XQ_BIN']
root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
folder = tempfile.TemporaryDirectory(prefix='xinqiao-erase-')
data = os.path.join(folder.name, 'data')
log = os.path.join(folder.name, 'log')
is_long = os.environ.get('XQ_LONG') == '1'
seed = int(os.environ.get('XQ_SEED', '7'))
how_many = int(os.environ.get('XQ_ERASE', '60' if is_long else '12'))
concerns = '1300' if is_long else '120'
faults = 0


def say(good, what, detail=''):
    global faults
    faults += not good
    print('%s erase: %s' % ('PASS' if good else 'FAIL', what))
    if not good:
        print('    seed %d: XQ_SEED=%d python3 tests/property/test_erase.py\n    %s' % (seed, seed, detail))


def run(*words):
    return subprocess.run([program, *words], capture_output=True, text=True)


def rows(sql, *values):
    return store.rows(data, sql, *values)


def act(who, name, **fields):
    words = [w for k, v in fields.items() for w in ('--' + k, str(v))]
    done = run('act', name, '--data', data, '--as', who, *words)
    return done.returncode == 0, (done.stdout + done.stderr).strip()


# ---- the running server ---------------------------------------------------------------------------------

class Server:
    def __enter__(self):
        self.process = subprocess.Popen(
            [program, 'serve', '--data', data, '--listen', '127.0.0.1:0', '--no-limits'],
            stdout=subprocess.PIPE, stderr=open(log, 'a'), text=True)
        self.address = 'http://127.0.0.1:' + self.process.stdout.readline().strip().rsplit(':', 1)[1]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def ask(self, path, body=None, key=None):
        """Status and text of an answer; a body is posted as JSON."""
        headers = {'Content-Type': 'application/json', **({'Idempotency-Key': key} if key else {})}
        request = urllib.request.Request(self.address + path, headers=headers,
                                         data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=30) as got:
                return got.status, got.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    def act(self, act_name, key=None, **fields):
        status, text = self.ask('/api/v1/acts/' + act_name, fields, key)
        return status, json.loads(text).get('result', {})

    def until(self, query, good):
        """Waits for what the server does by itself."""
        while self.process.poll() is None and not good(rows(query)[0][0]):
            pass

    def signed(self):
        size = rows('SELECT max(seq) + 1 FROM ledger_event')[0][0]
        self.until('SELECT coalesce(max(size), 0) FROM ledger_signed', lambda n: n >= size)


# Nobody's: made up for this test, and so that no other text holds them.
LIVE = [{'body': '厨房窗台下的燃气管滴答渗水第%s回，胶带缠了三层也挡不住。' % n, 'class': 'property',
         'name': '欧阳%s霖' % n, 'phone': '1390000%04d' % (7310 + i), 'address': '桂影里%s弄9号403室' % n,
         'place': '桂影里%s弄9号' % n, 'contact_wish': '周%s上午送完孙女以后' % n, 'publish': False}
        for i, n in enumerate('甲乙丙丁')]
ADDED = '昨晚%s点又渗了一地，拖了两遍。'


def raise_live(server):
    """Raised, sent again under the same key, refused in many ways, added to, withdrawn."""
    made = []
    for i, one in enumerate(LIVE):
        status, result = server.act('concern.raise', key='erase-key-%d' % i, **one)
        again = server.act('concern.raise', key='erase-key-%d' % i, **one)
        wrong = [server.act('concern.raise', **{**one, 'phone': one['phone'] + one['name']}),
                 server.act('concern.raise', **{**one, one['name']: one['address']}),
                 server.act('voice.unlock', code=result['code'], digits=one['body'])]
        door = server.act('voice.unlock', code=result['code'], digits=one['phone'][-4:])[1]['unlock']
        added = server.act('voice.add', code=result['code'], unlock=door, text=ADDED % i)
        ended = server.act('voice.withdraw', code=result['code'], unlock=door)
        made.append({**result, 'key': 'erase-key-%d' % i})
        say(status == 200 and again[1] == result and all(w[0] >= 400 for w in wrong) and added[0] == 200
            and ended[0] == 200, 'a resident raises, is refused, adds and withdraws (%d)' % i,
            (status, again, wrong, added, ended))
    return made


# ---- what is looked for, and where ------------------------------------------------------------------------

# Words of the concern that may stand elsewhere too: what the demo says of several concerns.
PERSONAL = {
    'intake': 'body name phone address contact_wish told',
    'concern': 'title place',
    'reply': 'text basis',
    'finding': 'text evidence heard',
    'promise': 'text note',
    'voice': 'text answer',
    'callback': 'words',
    'step': 'note',
    'point': 'text',
    'handover': 'note told refusal',
    'request': 'basis note ruling',
    'sitting_entry': 'asked told documents read_back',
    'explaining': 'text needs words',
    'concern_visit': 'about told heard',
    'sorting': 'statement',
    'assist': 'what opinion',
}
SECOND_CALLS = ('SELECT t.words FROM recheck_try t JOIN recheck r ON r.office = t.office AND r.draw_no = t.draw_no'
                ' AND r.place = t.place WHERE r.concern_id = ?')


def words_of(table, concern):
    key = 'id' if table == 'concern' else 'concern_id'
    return rows('SELECT %s FROM %s WHERE %s = ?' % (', '.join(PERSONAL[table].split()), table, key), concern)


def said_by(concern):
    found = [row for table in PERSONAL for row in words_of(table, concern)] + rows(SECOND_CALLS, concern)
    return {text for row in found for text in row if text and len(text) >= 4}


def everything():
    """Name and bytes of each file of the folder and beside it; where the rows are no file, of each table."""
    if store.on_server:
        with store.opened(data, True) as db:
            for table in store.tables(db):
                values = [v for row in db.execute('SELECT * FROM "%s"' % table) for v in row]
                yield 'table ' + table, b'\0'.join(v if isinstance(v, bytes) else str(v).encode() for v in values)
    for top, _, names in os.walk(folder.name):
        for name in names:
            path = os.path.join(top, name)
            with open(path, 'rb') as f:
                yield os.path.relpath(path, folder.name), f.read()


def found(own):
    """Every place where a text still stands, as typed and as the search folds it."""
    left = []
    for name, content in everything():
        for concern, texts in own.items():
            for text in texts:
                folded = ''.join(ch for ch in text if ord(ch) > 0x2fff or ch.isalnum())
                escaped = json.dumps(text)[1:-1].encode()
                if text.encode() in content or escaped in content or (
                        len(folded) >= 6 and folded.encode() in content):
                    left.append('%s: concern %d: %.30s' % (name, concern, text))
    return left


# ---- the search index (src/store/search.c): pairs of characters and words -> rows, in blocks of 1,024 ----

BLOCK = 1024
with open(os.path.join(root, 'src', 'store', 'search.c')) as source:
    MAP_FROM = int(re.search(r'#define MAP_FROM (\d+)', source.read()).group(1))


def number(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def page_rows(data):
    """Rows of a page: how many keys lead to each."""
    count, at = {}, 0
    while at < len(data):
        _, at = number(data, at)
        n, at = number(data, at)
        if n > MAP_FROM:
            for i in range(BLOCK):
                if data[at + i // 8] >> (i % 8) & 1:
                    count[i] = count.get(i, 0) + 1
            at += BLOCK // 8
            continue
        row = 0
        for _ in range(n):
            step, at = number(data, at)
            row = (row + step) % BLOCK
            count[row] = count.get(row, 0) + 1
    return count


def index_rows(concern):
    """(kind, id) under which the search knows a concern."""
    return [(1, concern)] + [(2, r[0]) for r in rows('SELECT id FROM reply WHERE concern_id = ?', concern)]


def index_holds(concern):
    """Texts kept for the search, and keys of folded blocks that lead to the concern."""
    texts = keys = 0
    for kind, row in index_rows(concern):
        texts += rows('SELECT count(*) FROM search_doc WHERE kind = ? AND id = ?', kind, row)[0][0]
        for (page,) in rows('SELECT data FROM search_page WHERE kind = ? AND block = ?', kind, row // BLOCK):
            keys += page_rows(page).get(row % BLOCK, 0)
    return texts, keys


# ---- the record ---------------------------------------------------------------------------------------------

def export(name):
    target = os.path.join(folder.name, name)
    done = run('record', 'export', '--data', data, '-o', target)
    say(done.returncode == 0, 'the record is exported (%s)' % name, done.stdout + done.stderr)
    return target


def verified(target, receipts, what):
    vkey = json.loads(rows('SELECT bytes FROM ledger_event WHERE seq = 0')[0][0])['pub']['vkey']
    named = [w for r in receipts for w in ('--receipt', r)]
    ours = run('record', 'verify', target, '--vkey', vkey, *named)
    say(ours.returncode == 0, '`record verify` finds nothing in %s' % what, ours.stdout + ours.stderr)
    theirs = subprocess.run([sys.executable, '-B', os.path.join(root, 'tools', 'verify', 'verify.py'), target,
                             '--vkey', vkey, *named, '--json'], capture_output=True, text=True)
    say(theirs.returncode == 0, 'the outside verifier finds nothing in %s' % what, theirs.stdout[-600:] + theirs.stderr)


def parts():
    done = run('record', 'check', '--data', data, '--parts', '--json')
    return done.returncode == 0, done.stdout[-600:] + done.stderr


def proofs(server, codes, name):
    """The proof files of receipts, as their owners keep them."""
    paths = []
    log_name = rows('SELECT code FROM ledger_log')[0][0]
    for i, code in enumerate(codes):
        status, text = server.ask('/log/%s/receipt/%s' % (log_name, code))
        path = os.path.join(folder.name, '%s-%d.txt' % (name, i))
        with open(path, 'w') as f:
            f.write(text if status == 200 else '')
        paths.append(path)
    return paths


def figures():
    """What the office counts, without the day on which somebody looks."""
    return rows('SELECT office, day, figure, unit_code, class, n FROM tally ORDER BY 1, 2, 3, 4, 5')


# ---- before -------------------------------------------------------------------------------------------------

print('# seed %d' % seed)
made = run('init', '--data', data, '--demo', '--concerns', concerns, '--seed', str(seed))
if made.returncode != 0:
    say(False, 'the demo office is made', made.stdout + made.stderr)
    raise SystemExit(1)

supervisors = [r[0] for r in rows(
    "SELECT DISTINCT a.login FROM account a JOIN role_grant g ON g.office = a.office AND g.account_id = a.id"
    " WHERE g.role IN ('supervisor', 'leader') ORDER BY a.login")]
ended = [r[0] for r in rows(
    'SELECT c.id FROM concern c WHERE c.closed_at IS NOT NULL AND c.is_imported = 0 AND c.merged_into IS NULL'
    ' AND c.linked_id IS NULL AND NOT EXISTS (SELECT 1 FROM concern n WHERE n.linked_id = c.id) ORDER BY c.id')]
random.seed(seed)
chosen = random.sample(ended, min(how_many, len(ended)))

with Server() as server:
    live = raise_live(server)
    server.signed()
    kept, gone = live[-1], live[:-1]  # the last one stays
    receipts = proofs(server, [one['receipt'] for one in live], 'before')
file_no = [int(one['file_no'].replace('-', '')[:4]) * 10**8 + int(one['file_no'].split('-')[1]) for one in live]
ids = [rows('SELECT id FROM concern WHERE file_no = ?', n)[0][0] for n in file_no]
chosen += ids[:-1]

before = figures()
said = {c: said_by(c) for c in chosen}
others = set().union(*(said_by(r[0]) for r in rows('SELECT id FROM concern') if r[0] not in chosen))
slots = {r[0] for c in chosen for r in rows(
    'SELECT p.slot FROM ledger_part p JOIN concern c ON c.first_seq = p.seq AND c.office = p.office'
    ' WHERE c.id = ? AND p.person_id = 0', c)}

# What the texts of the demo say of several concerns is nobody's, also where it begins a longer text of another
# (a title is how the body begins); what only these say must be gone.
other = '\0'.join(others)
own = {c: {t for t in said[c] if t not in other} for c in chosen}
for n, c in enumerate(ids[:-1]):
    own[c] |= {LIVE[n][k] for k in ('body', 'name', 'phone', 'address', 'place', 'contact_wish')} | {ADDED % n}
say(sum(len(v) for v in own.values()) >= len(chosen), 'each of them has words that nobody else has',
    {c: len(v) for c, v in own.items()})
there = found(own)
say(len(there) >= len(chosen), 'before, their words are found in the folder (%d of them)' % len(there))
say(not any('log' == t.split(':')[0] for t in there), 'the log never had any', there[:4])
keys_before = sum(index_holds(c)[1] for c in chosen)
say(all(index_holds(c)[0] for c in chosen) and (keys_before > 0) == is_long, 'the index knows them')
verified(export('export-before'), receipts, 'the export before')

# ---- two people -----------------------------------------------------------------------------------------------

refused = []
for c in chosen:
    shown = rows('SELECT file_no FROM concern WHERE id = ?', c)[0][0]
    shown = '%d-%04d' % (shown // 10**8, shown % 10**8)
    good, why = act(supervisors[0], 'erasure.list', concern=shown, ground='request')
    row = rows('SELECT max(id) FROM erasure')[0][0]
    if good:
        good, why = act(supervisors[1], 'erasure.rule', erasure=row, sure='1')
    if not good:
        refused.append((shown, why))
say(not refused, 'two people erase %d residents' % len(chosen), refused[:3])
good, why = parts()
say(good and rows('SELECT count(*) FROM ledger_gone')[0][0] > 0,
    'parts that wait to be announced are no fault', why)

# ---- the server does what is left over: keys, photos, the free room of the file -----------------------------

with Server() as server:
    server.until("SELECT count(*) FROM outbox WHERE effect = 'erasure.finish' AND state = 0", lambda n: n == 0)
    server.until('SELECT count(*) FROM ledger_gone', lambda n: n == 0)
    server.signed()
    after = proofs(server, [one['receipt'] for one in live], 'after')
    for n, one in enumerate(gone):
        again = server.act('concern.raise', key=one['key'], **LIVE[n])
        page = server.ask('/r/' + one['receipt'])
        track = server.ask('/track/' + one['code'])
        say(again[1] == {k: v for k, v in one.items() if k != 'key'} and page[0] == 200 and '销毁' in page[1]
            and '销毁' in track[1] and not any(t in page[1] + track[1] for t in own[ids[n]]),
            'the same key brings nothing back, and receipt and code say that it is gone (%d)' % n, (again, page[0]))

left = found(own)
say(not left, 'no file holds a word of theirs', '\n    '.join(left[:8]))
say(not any(any(index_holds(c)) for c in chosen), 'the search index has no text and no key of theirs')
say(os.path.getsize(os.path.join(data, 'keys')) > 0 and any(n.endswith('.guard') for n, _ in everything()),
    'so were keys and guard', [n for n, _ in everything()][:20])

keys = open(os.path.join(data, 'keys'), 'rb').read()
say(slots and all(keys[32 * s:32 * s + 32] == bytes(32) for s in slots), 'their keys are zeros', sorted(slots))
say(figures() == before, 'every tally is as before')
announced = []
for (raw,) in rows('SELECT bytes FROM ledger_event ORDER BY seq'):
    event = json.loads(raw)
    if event['k'] != 'record.erased':
        continue
    announced += event['pub']['parts']
    say('ref' not in event and event['pub']['ground'] == 'request', 'the announcement names no concern', event)
order = [int(p.split(':')[0]) for p in announced]
say(len(announced) >= len(chosen) and order == sorted(order), 'it lists their parts by seq')
good, why = parts()
say(good, '`record check --parts` counts them as announced', why)
verified(export('export-after'), receipts + after, 'the export after, nor in receipts of before and after')
left = found(own)
say(not left, 'nor does the export hold a word', '\n    '.join(left[:8]))

check = run('check', '--data', data, '--json')
bad = [k for k in json.loads(check.stdout)['checks'] if not k['ok']]
say(check.returncode == 0 and not bad, '`xinqiao check` finds nothing, in published sheets too', bad)
raise SystemExit(1 if faults else 0)
