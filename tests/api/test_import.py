# SPDX-License-Identifier: Apache-2.0
"""Both real lists: every row accounted for, nothing twice, and found again by their words."""
import http.client, json, os, re, signal, subprocess, sys, tempfile, urllib.parse

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import store

shared = os.path.join(os.environ.get('XQ_SHARED', '/nowhere'), 'data')
if not os.path.isdir(shared):
    print('SKIP import: the folder with the real lists is not here')
    sys.exit(77)
program = os.environ['XQ_BIN']
folder = tempfile.mkdtemp(prefix='xinqiao-import-')
data = os.path.join(folder, 'data')


def check(good, what, got=''):
    print(('PASS ' if good else 'FAIL ') + 'import: ' + what)
    if not good:
        print('    got', str(got)[:400])


def run(*words):
    return subprocess.run([program, *words], capture_output=True, text=True)


def bring(name, *more):
    p = run('import', 'messages', os.path.join(shared, name), '--data', data, '--json', *more)
    return p.returncode, json.loads(p.stdout.splitlines()[-1])


run('init', '--data', data, '--demo', '--concerns', '1')
raised, history = 'messages-2019h1.xlsx', 'messages-with-replies.xlsx'
code, a = bring(raised, '--dry-run')
check(code == 0 and a == {'rows': 2526, 'imported': 0, 'already': 0, 'refused': []}, 'a dry run reads all rows and writes none', a)
code, a = bring(raised)
check(code == 0 and a == {'rows': 2526, 'imported': 2526, 'already': 0, 'refused': []}, '2,526 rows become concerns', a)
code, a = bring(history)
check(code == 0 and a == {'rows': 1408, 'imported': 1408, 'already': 0, 'refused': []}, '1,408 rows become history', a)


def rows(sql):
    return store.rows(data, sql)


before = rows('SELECT count(*), max(last_seq) FROM concern')
check(bring(raised)[1]['already'] == 2526 and bring(history)[1]['already'] == 1408, 'the same lists again change nothing')
check(rows('SELECT count(*), max(last_seq) FROM concern') == before, 'not a row more')
check(rows('SELECT count(*) FROM concern WHERE own_date IS NOT NULL AND is_imported = 0 AND state = 2 AND due_day > 20260000')[0][0] == 2526, 'each has a due day')
check(rows('SELECT count(*) FROM owner_span WHERE until_at IS NULL')[0][0] >= 2526, 'and an owner')
check(rows("SELECT count(*) FROM concern WHERE is_imported = 1 AND state = 11 AND raised_at < 1600000000")[0][0] == 1408, 'history keeps its own times')
check(rows('SELECT count(*) FROM callback b JOIN concern c ON c.id = b.concern_id WHERE c.is_imported = 1')[0][0] == 0, 'history was never called back')
check(sum(b'import.done' in bytes(raw) for (raw,) in rows('SELECT bytes FROM ledger_event')) == 1, 'history is one entry of the record')
check(run('check', '--data', data).returncode == 0, 'every invariant holds')
counted = dict(rows('SELECT figure, sum(n) FROM tally GROUP BY figure'))
check(counted['raised'] == rows('SELECT count(*) FROM concern WHERE is_imported = 0 AND state <> 15')[0][0], 'every concern is counted once, history in no figure', counted)
check(counted.get('closed', 0) == rows('SELECT count(*) FROM concern WHERE state = 9')[0][0], 'and no answer of history is a closing', counted)

token = json.loads(run('act', 'token.issue', '--data', data, '--as', 'zhoumin', '--label', 'test').stdout)['result']['token']
role = run('act', 'role.grant', '--data', data, '--as', 'admin', '--login', 'zhoumin', '--role', 'handler', '--scope', 'office')
server = subprocess.Popen([program, 'serve', '--data', data, '--listen', '127.0.0.1:0', '--no-limits'], stdout=subprocess.PIPE, text=True)
port = int(re.search(r':(\d+)$', server.stdout.readline().strip()).group(1))


def search(words):
    found, before = set(), ''
    while True:
        c = http.client.HTTPConnection('127.0.0.1', port, timeout=10)
        c.request('GET', '/api/v1/concerns?max=50&q=' + urllib.parse.quote(words) + before, headers={'Authorization': 'Bearer ' + token})
        a = json.loads(c.getresponse().read())
        found |= {r['file_no'] for r in a['concerns']}
        if not a.get('before'):
            return found
        before = '&before=%d' % a['before']


def known(words):
    like = ' AND '.join("(c.title || '\n' || i.body LIKE '%{0}%' OR r.text LIKE '%{0}%')".format(w) for w in words.split())
    return {'%d-%04d' % (n // 10**8, n % 10**8) for (n,) in rows(
        'SELECT c.file_no FROM concern c JOIN intake i ON i.office = c.office AND i.concern_id = c.id'
        ' LEFT JOIN reply r ON r.office = c.office AND r.concern_id = c.id WHERE ' + like)}


for words in ('公交', '幼儿园', '噪音扰民', '房产证', '拆迁补偿', '医保', '路灯', '电梯', '学区划分', '油烟'):
    want, got = known(words), search(words)
    check(want and want <= got, 'search %s finds all %d' % (words, len(want)), sorted(want - got)[:5])
server.send_signal(signal.SIGTERM)
server.wait(20)
subprocess.run(['rm', '-rf', folder])
