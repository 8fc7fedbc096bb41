# SPDX-License-Identifier: Apache-2.0
"""Residents of the demo office are erased by two of its people through the running program; afterwards
nothing of them stands in any file of the folder, in an export, in a log or in the search index; the figures are those of before, and the
record has the announcement. XQ_ERASE: how many; XQ_SEED: which."""
import glob
import json
import os
import random
import sqlite3
import subprocess
import tempfile

program = os.environ['XQ_BIN']
folder = tempfile.TemporaryDirectory(prefix='xinqiao-erase-')
data = os.path.join(folder.name, 'data')
seed = int(os.environ.get('XQ_SEED', '7'))
how_many = int(os.environ.get('XQ_ERASE', '12'))
faults = 0


def say(good, what, detail=''):
    global faults
    faults += not good
    print('%s erase: %s' % ('PASS' if good else 'FAIL', what))
    if not good:
        print('    seed %d\n    %s' % (seed, detail))


def run(*words):
    return subprocess.run([program, *words], capture_output=True, text=True)


def rows(sql, *values):
    db = sqlite3.connect('file:%s/xinqiao.db?mode=ro' % data, uri=True)
    try:
        return db.execute(sql, values).fetchall()
    finally:
        db.close()


def act(who, name, **fields):
    words = [w for k, v in fields.items() for w in ('--' + k, str(v))]
    done = run('act', name, '--data', data, '--as', who, *words)
    return done.returncode == 0, (done.stdout + done.stderr).strip()


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


def words_of(table, concern):
    columns = PERSONAL[table].split()
    key = 'id' if table == 'concern' else 'concern_id'
    for row in rows('SELECT %s FROM %s WHERE %s = ?' % (', '.join(columns), table, key), concern):
        for text in row:
            if text and len(text) >= 4:
                yield text


def said_by(concern):
    return {text for table in PERSONAL for text in words_of(table, concern)}


def figures():
    """What the office counts, without the day on which somebody looks."""
    return rows('SELECT office, day, figure, unit_code, class, n FROM tally ORDER BY 1, 2, 3, 4, 5')


def everything():
    """Name and bytes of each file of the folder."""
    for top, _, names in os.walk(folder.name):
        for name in names:
            path = os.path.join(top, name)
            with open(path, 'rb') as f:
                yield os.path.relpath(path, folder.name), f.read()


def index_holds(concern):
    return rows('SELECT count(*) FROM search_doc WHERE kind = 1 AND id = ?', concern)[0][0] + rows(
        'SELECT count(*) FROM search_doc s JOIN reply r ON r.office = s.office AND r.id = s.id'
        ' WHERE s.kind = 2 AND r.concern_id = ?', concern)[0][0]


made = run('init', '--data', data, '--demo', '--concerns', '120', '--seed', str(seed))
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

before = figures()
said = {c: said_by(c) for c in chosen}
others = set().union(*(said_by(r[0]) for r in rows('SELECT id FROM concern') if r[0] not in chosen))
slots = {r[0] for c in chosen for r in rows(
    'SELECT p.slot FROM ledger_part p JOIN concern c ON c.first_seq = p.seq AND c.office = p.office'
    ' WHERE c.id = ? AND p.person_id = 0', c)}

# What the texts of the demo say of several concerns is nobody's; what only these say must be gone.
own = {c: {t for t in said[c] if t not in others} for c in chosen}
say(sum(len(v) for v in own.values()) >= len(chosen), 'each of them has words that nobody else has',
    {c: len(v) for c, v in own.items()})
blob = b''.join(content for _, content in everything())
there = sum(t.encode() in blob for v in own.values() for t in v)
say(there >= len(chosen), 'before, their words are found in the folder (%d of them)' % there)
del blob

refused = []
for c in chosen:
    number = rows('SELECT file_no FROM concern WHERE id = ?', c)[0][0]
    shown = '%d-%04d' % (number // 10**8, number % 10**8)
    good, why = act(supervisors[0], 'erasure.list', concern=shown, ground='request')
    row = rows('SELECT max(id) FROM erasure')[0][0]
    if good:
        good, why = act(supervisors[1], 'erasure.rule', erasure=row, sure='1')
    if not good:
        refused.append((shown, why))
say(not refused, 'two people erase %d residents' % len(chosen), refused[:3])

# The server does what is left over: keys, photos, the free room of the file.
server = subprocess.Popen([program, 'serve', '--data', data, '--listen', '127.0.0.1:0'],
                          stdout=subprocess.PIPE, stderr=open(os.path.join(folder.name, 'log'), 'w'), text=True)
server.stdout.readline()
waiting = "SELECT count(*) FROM outbox WHERE effect = 'erasure.finish' AND state = 0"
announced = "SELECT count(*) FROM ledger_event WHERE instr(CAST(bytes AS text), '\"k\":\"record.erased\"') > 0"
while server.poll() is None and not refused and (rows(waiting)[0][0] or not rows(announced)[0][0]):
    pass
server.terminate()
server.wait()

left = []
for name, content in everything():
    for c in chosen:
        for text in own[c]:
            folded = ''.join(ch for ch in text if ord(ch) > 0x2fff or ch.isalnum())
            if text.encode() in content or (len(folded) >= 6 and folded.encode() in content):
                left.append('%s: concern %d: %.30s' % (name, c, text))
say(not left, 'no file holds a word of theirs', '\n    '.join(left[:8]))
say(not any(index_holds(c) for c in chosen), 'the search index has no row of theirs')

keys = open(os.path.join(data, 'keys'), 'rb').read()
say(slots and all(keys[32 * s:32 * s + 32] == bytes(32) for s in slots), 'their keys are zeros', sorted(slots))
say(figures() == before, 'every tally is as before')
say(rows('SELECT count(*) FROM ledger_gone')[0][0] == 0, 'all of it is announced')
parts = []
for (raw,) in rows("SELECT bytes FROM ledger_event WHERE instr(CAST(bytes AS text), 'record.erased') > 0"):
    event = json.loads(raw)
    parts += event['pub']['parts']
    say('ref' not in event and event['pub']['ground'] == 'request', 'the announcement names no concern', event)
order = [int(p.split(':')[0]) for p in parts]
say(len(parts) >= len(chosen) and order == sorted(order), 'it lists their parts by seq')

check = run('check', '--data', data, '--json')
bad = [k for k in json.loads(check.stdout)['checks'] if not k['ok']]
say(check.returncode == 0 and not bad, '`xinqiao check` finds nothing', bad)
raise SystemExit(1 if faults else 0)
