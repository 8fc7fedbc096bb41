# SPDX-License-Identifier: Apache-2.0
"""Contracts of the command line: help, exit codes, deadlines."""
import json, os, shutil, subprocess, tempfile

program = os.environ['XQ_BIN']


def check(good, what, got=''):
    print(('PASS ' if good else 'FAIL ') + 'cli: ' + what)
    if not good:
        print('    got', str(got)[:400])


def run(*words):
    return subprocess.run([program, *words], capture_output=True, text=True)


for command in ('init', 'serve', 'act', 'import', 'deadline', 'check', 'record', 'user', 'office', 'upgrade', 'store'):
    p = run(command, '--help')
    check(p.returncode == 0 and 'xinqiao ' + command in p.stdout, command + ' --help', p.stdout + p.stderr)
check(run().returncode == 2 and run('nonsense').returncode == 2, 'wrong use ends with 2')
check(run('deadline', '--from', 'yesterday', '--limit', '5wd').returncode == 2, 'a date that is none ends with 2')
check(run('check', '--data', '/nonexistent/folder').returncode == 1, 'a refusal ends with 1')

# The days are those of the State Council's notices for 2025 and 2026.
for start, limit, nominal, effective in (
        ('2026-02-13T10:00', '1wd', '2026-02-14', '2026-02-14'), ('2026-02-13T10:00', '5wd', '2026-02-27', '2026-02-27'),
        ('2026-09-24T14:35', '5wd', '2026-10-09', '2026-10-09'), ('2026-09-30T09:00', '3wd', '2026-10-10', '2026-10-10'),
        ('2025-12-31T09:00', '1wd', '2026-01-04', '2026-01-04'), ('2026-08-03T09:00', '60nd', '2026-10-02', '2026-10-08'),
        ('2026-02-02T09:00', '15nd', '2026-02-17', '2026-02-24'), ('2026-11-30T09:00', '3mo', '2027-02-28', '2027-03-01')):
    a = json.loads(run('deadline', '--from', start, '--limit', limit, '--json').stdout)
    check((a['nominal'], a['effective']) == (nominal, effective), '%s + %s' % (start, limit), a)
a = json.loads(run('deadline', '--from', '2026-12-31T09:00', '--limit', '1wd', '--json').stdout)
check(a['effective'] != '2027-01-01' and a['provisional'], 'beyond the last notice: provisional, and never New Year', a)

# A refusal about a field that is called "result" is a refusal all the same.
folder = tempfile.mkdtemp(prefix='xinqiao-cli-')
run('init', '--data', folder + '/d', '--demo', '--concerns', '3')
p = run('act', 'callback.record', '--data', folder + '/d', '--as', 'peixin', '--concern', '2026-0001')
check(p.returncode == 1 and '"field":"result"' in p.stdout, 'a refused act ends with 1', p.stdout)
shutil.rmtree(folder)
