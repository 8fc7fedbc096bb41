# SPDX-License-Identifier: Apache-2.0
"""Both real lists through the routing dry run and the hints of similar concerns: every row is accounted
for, nothing is written, and nothing of a message is printed. The figures: docs/real-messages.md."""
import json, os, re, subprocess, sys, tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import store

shared = os.path.join(os.environ.get('XQ_SHARED', '/nowhere'), 'data')
program = os.environ['XQ_BIN']
folder = tempfile.mkdtemp(prefix='xinqiao-real-')
data = os.path.join(folder, 'data')


def check(good, what, got=''):
    print(('PASS ' if good else 'FAIL ') + 'real messages: ' + what)
    if not good:
        print('    got', str(got)[:400])


def run(*words):
    return subprocess.run([program, *words], capture_output=True, text=True)


def explain(name, *more):
    p = run('import', 'messages', os.path.join(shared, name), '--data', data, '--dry-run', '--explain', *more)
    return p, json.loads(p.stdout) if p.stdout.startswith('{') else {}


def concerns():
    return store.rows(data, 'SELECT count(*), max(last_seq), max(id) FROM concern')


run('init', '--data', data, '--demo', '--concerns', '1')
check(run('import', 'messages', 'x.xlsx', '--data', data, '--explain').returncode == 2, 'explaining is for a dry run')
check(run('import', 'duty', 'x.xlsx', '--data', data, '--dry-run', '--explain').returncode == 2, 'and for messages')

if os.path.isdir(shared):
    lists = {'messages-2019h1.xlsx': 2526, 'messages-with-replies.xlsx': 1408}
    p, _ = explain('messages-2019h1.xlsx', '--class', 'weather')
    check(p.returncode == 1, 'an unknown kind is refused', p.stderr)
    for name in lists:
        run('import', 'messages', os.path.join(shared, name), '--data', data)
    before = concerns()
    for name, rows in lists.items():
        p, a = explain(name)
        check(p.returncode == 0 and a['rows'] == rows and a['read'] + a['refused'] == rows, '%s: all %d rows are read' % (name, rows), a)
        check(sum(a['units'].values()) + a['intake'] == a['read'], '%s: each has a unit or the intake post' % name, a)
        check(a['hinted'] + a['unhinted'] == a['read'] == a['on_file'], '%s: each was looked up' % name, a)
        check(0 < a['hinted'] <= a['hints'] <= 5 * a['hinted'], '%s: some look like earlier ones, at most five each' % name, a)
        _, b = explain(name, '--class', 'property')
        check(list(b['units'].values()) == [rows] and b['intake'] == 0, '%s: of a kind with a lead unit, all go to it' % name, b)
    p, a = explain('messages-2019h1.xlsx', '--pairs')
    lines = p.stderr.splitlines()
    check(len(lines) == a['hinted'] and all(re.fullmatch(r'\S+\t\d{4}-\d+\t\d+\t\d+', line) for line in lines), 'pairs are numbers, not words', lines[:1])
    check(concerns() == before, 'nothing was written')
else:
    print('SKIP real messages: the folder with the real lists is not here')
subprocess.run(['rm', '-rf', folder])
