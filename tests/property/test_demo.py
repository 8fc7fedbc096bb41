# SPDX-License-Identifier: Apache-2.0
"""The demo office: the same seed gives the same office, every queue has something in it today, nothing
happens out of order, and things go wrong about as often as they should. XQ_LONG=1: 10,000 concerns over
two years in under a minute."""
import collections
import os
import subprocess
import sys
import tempfile
import time
from resource import RUSAGE_CHILDREN, getrusage

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import store  # noqa: E402

program = os.environ['XQ_BIN']
folder = tempfile.TemporaryDirectory(prefix='xinqiao-demo-')
is_long = os.environ.get('XQ_LONG') == '1'


def say(good, what, detail=''):
    print('%s demo: %s' % ('PASS' if good else 'FAIL', what))
    if not good and detail:
        print('    %s' % (detail,))


def make(name, *more):
    """The folder, and how long a processor that nobody else uses has worked on it."""
    data = os.path.join(folder.name, name)
    before = getrusage(RUSAGE_CHILDREN)
    done = subprocess.run([program, 'init', '--data', data, '--demo', *more], capture_output=True, text=True)
    if done.returncode != 0:
        say(False, 'init ' + name, done.stdout + done.stderr)
    after = getrusage(RUSAGE_CHILDREN)
    return data, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def number(data, sql):
    return store.rows(data, sql)[0][0]


# What hangs on the folder's key, on a password's salt or on the record's own key: these columns, the
# log's own row, which process wrote, and the entries from the founding of the office, before the first concern.
PRIVATE = {'query_hash', 'code_hash', 'visitor_hash', 'query_sealed', 'pin_hash', 'password', 'password_hash', 'sealed'}
PRIVATE_TABLES = {'migration', 'ledger_log', 'writer_lease', 'keeper_lease'}


def content(data):
    out = {}
    first = number(data, 'SELECT min(first_seq) FROM concern')
    with store.opened(data, True) as db:
        tables = store.tables(db)
    for table, names in tables.items():
        kept = [n for n in names if n not in PRIVATE]
        if table in PRIVATE_TABLES or not kept:
            continue
        later = ' WHERE seq >= %d' % first if table.startswith('ledger_') and 'seq' in names else ''
        listed = store.rows(data, 'SELECT %s FROM "%s"%s' % (', '.join('"%s"' % n for n in kept), table, later))
        out[table] = sorted(map(repr, listed))
    return out


def differing(one, two):
    faults = []
    for table in sorted(set(one) | set(two)):
        a, b = one.get(table, []), two.get(table, [])
        if a != b:
            faults.append('%s: %d of %d rows differ, first %s' % (
                table, len(set(a) ^ set(b)) // 2, len(a), next(iter(sorted(set(a) - set(b))), '')[:160]))
    return faults


# --- the same seed, the same office; midnight or the end of the working day may pass once ---
for attempt in range(3):
    one, _ = make('one%d' % attempt, '--concerns', '150', '--seed', '7')
    two, _ = make('two%d' % attempt, '--concerns', '150', '--seed', '7')
    same = differing(content(one), content(two))
    if not same:
        break
say(not same, 'two runs with one seed give one content', '\n    '.join(same))
three, _ = make('three', '--concerns', '150', '--seed', '8')
say(differing(content(one), content(three)), 'another seed gives another')

# --- something in every queue today ---
plain, took = make('plain')
say(took < 3, 'a plain demo is made in %.1f s' % took)
queues = {
    'offers': 'SELECT count(*) FROM handover WHERE state = 0',
    'reviews': 'SELECT count(*) FROM reply WHERE state = 0',
    'call-backs': 'SELECT count(*) FROM concern WHERE state = 7 AND needs_ruling = 0',
    'call-backs of merged voices': 'SELECT count(*) FROM merged WHERE answered_at IS NOT NULL AND done_at IS NULL',
    'rulings on outcomes': 'SELECT count(*) FROM concern WHERE needs_ruling = 1',
    'rulings on returns': 'SELECT count(*) FROM request WHERE kind = 0 AND state = 0',
    'rulings on extensions': 'SELECT count(*) FROM request WHERE kind = 1 AND state = 0',
    'disputes': 'SELECT count(*) FROM concern WHERE disputed_at IS NOT NULL',
    'parked': 'SELECT count(*) FROM concern WHERE state = 12',
    'asked to help': 'SELECT count(*) FROM assist WHERE given_at IS NULL',
    'the late list': 'SELECT count(*) FROM concern WHERE is_listed = 1',
    'late, told to the head': 'SELECT count(*) FROM concern WHERE level = 1',
    'late, told to the leader': 'SELECT count(*) FROM concern WHERE level = 2',
    'promises open': 'SELECT count(*) FROM promise WHERE state = 0 AND is_late = 0',
    'promises late': 'SELECT count(*) FROM promise WHERE state = 0 AND is_late = 1',
    'supervised': 'SELECT count(*) FROM concern WHERE is_supervised = 1 AND closed_at IS NULL',
    'passed up and undecided': 'SELECT count(*) FROM passed_up WHERE answered_at IS NULL',
    'passed up and decided': 'SELECT count(*) FROM passed_up WHERE answered_at IS NOT NULL',
    'explained in person': "SELECT count(*) FROM explaining WHERE view = 'understands'",
    'explained, seen otherwise': "SELECT count(*) FROM explaining WHERE view = 'disagrees'",
    'beyond the office, told': 'SELECT count(*) FROM explained WHERE is_beyond = 1 AND told_at IS NOT NULL',
    'reported upward': 'SELECT count(*) FROM explained WHERE up_to IS NOT NULL',
    'sorted as a grievance': "SELECT count(*) FROM sorting WHERE relief = 'grievance' AND statement IS NOT NULL",
    'new after a dispute': 'SELECT count(*) FROM concern WHERE linked_id IS NOT NULL',
}
empty = [name for name, sql in queues.items() if number(plain, sql) == 0]
say(not empty, 'every queue has something in it today', empty)
states = {row[0] for row in store.rows(plain, 'SELECT DISTINCT state FROM concern')}
wanted = {2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15}  # archived comes with time, history by import
say(wanted <= states, 'every state is there', sorted(wanted - states))

# --- proportions and order in time ---
size = 10000 if is_long else 1500
many, took = make('many', '--concerns', str(size))
if is_long:
    say(took < 60, '10,000 concerns over two years in %.0f s' % took)
    span = number(many, 'SELECT (max(raised_at) - min(raised_at)) / 86400 FROM concern')
    say(span > 690, 'they reach back %d days' % span)
n = number(many, 'SELECT count(*) FROM concern')
share = collections.OrderedDict([
    ('late', ("SELECT count(DISTINCT concern_id) FROM step WHERE act = 'concern.escalate'", 6, 10)),
    ('returned', ("SELECT count(DISTINCT concern_id) FROM request WHERE kind = 0", 3.5, 6.5)),
    ('extension asked', ("SELECT count(DISTINCT concern_id) FROM request WHERE kind = 1", 2.5, 5.5)),
    ('done again', ("SELECT count(*) FROM concern WHERE round > 1", 1.8, 4.2)),
    ('parked', ("SELECT count(DISTINCT concern_id) FROM step WHERE act = 'concern.park'", 1, 3.2)),
    ('sorted', ('SELECT count(*) FROM concern WHERE relief IS NOT NULL', 60, 80)),
    ('passed up', ('SELECT count(DISTINCT concern_id) FROM passed_up', 1, 4)),
    ('solved by the unit\'s word', ("SELECT count(*) FROM concern WHERE outcome = 1", 52, 75)),
])
for name, (sql, low, high) in share.items():
    found = 100 * number(many, sql) / n
    say(low <= found <= high, '%s: %.1f of 100, wanted %g to %g' % (name, found, low, high))
say(number(many, """SELECT count(*) FROM step a JOIN step b ON b.office = a.office
    AND b.concern_id = a.concern_id AND b.no > a.no WHERE b.at < a.at""") == 0, 'no step comes before the one before it')
say(number(many, "SELECT count(*) FROM step WHERE at > %d" % time.time()) == 0, 'nothing has happened in the future')
tended = {
    'a leader decides after the question': 'SELECT count(*) FROM passed_up WHERE answered_at < at',
    'nothing of a closed concern waits for a leader': """SELECT count(*) FROM passed_up p JOIN concern c
        ON c.office = p.office AND c.id = p.concern_id WHERE p.answered_at IS NULL AND c.closed_at IS NOT NULL""",
    'nobody explains before the answer or the parking': """SELECT count(*) FROM explaining e WHERE NOT EXISTS (
        SELECT 1 FROM step s WHERE s.office = e.office AND s.concern_id = e.concern_id
        AND s.act IN ('reply.approve', 'concern.park') AND s.at <= e.at)""",
    'what is reported by itself was told before': """SELECT count(*) FROM step s WHERE s.act = 'concern.report-up'
        AND NOT EXISTS (SELECT 1 FROM explained e WHERE e.office = s.office AND e.concern_id = s.concern_id
        AND e.is_beyond = 1 AND e.up_to IS NOT NULL AND e.told_at <= s.at)""",
    'every relief is met': """SELECT 6 - count(DISTINCT relief) FROM sorting""",
    'a change of what it was sorted as has its reason': 'SELECT count(*) FROM sorting WHERE no > 1 AND why IS NULL',
}
for name, sql in tended.items():
    say(number(many, sql) == 0, name, number(many, sql))
left = store.rows(many, """SELECT file_no, state FROM concern WHERE closed_at IS NULL AND state <> 12
    AND raised_at < (SELECT max(raised_at) FROM concern) - 75 * 86400 LIMIT 5""")
say(not left, 'nothing lies about from long ago', left)
sent = number(many, 'SELECT count(*) FROM outbox WHERE state = 0')
say(sent == 0, 'no message of the past waits to be sent', sent)
check = subprocess.run([program, 'check', '--data', many], capture_output=True, text=True)
say(check.returncode == 0, 'xinqiao check finds nothing', check.stdout + check.stderr)
