# SPDX-License-Identifier: Apache-2.0
"""A record that one process finds broken is stopped for all that share the database, and goes on for all when a
server starts and finds it right."""
import os, shutil, subprocess, sys, tempfile, time

server = os.environ.get('XQ_TEST_POSTGRES')
if not server:
    print('SKIP postgres/stop: without a server (tests/run-postgres starts one)')
    sys.exit(0)
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
import cells

folder = tempfile.mkdtemp(prefix='xinqiao-stop-')
name = 'xq_stop_%d' % os.getpid()
place = cells.Place(folder + '/d', server.replace('/postgres?', '/%s?' % name))


def check(good, what, got=''):
    print(('PASS ' if good else 'FAIL ') + 'postgres/stop: ' + what, flush=True)
    if not good:
        print('    got', str(got)[-500:], flush=True)


def sql(text, where=None):
    return subprocess.run(['psql', '-qAtX', where or place.address, '-c', text], check=True, capture_output=True,
                          text=True).stdout.strip()


def until(fn, seconds):
    for _ in range(int(seconds * 10)):
        if fn():
            return True
        time.sleep(0.1)
    return False



sql("CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'" % name, server)
try:
    cells.run('init', *place.data(), '--demo', '--concerns', '40')
    cells.run('office', 'add', *place.data(), '--code', 'my', '--name', '梅园街道办事处')
    entry = sql("SELECT encode(bytes, 'hex') FROM ledger_event WHERE office = 1 AND seq = 10")
    both = [cells.Server(place), cells.Server(place)]
    check(all(s.raise_concern('/o/demo', 'a%d' % i)[0] == 200 for i, s in enumerate(both)), 'two servers take acts')
    for s in both:
        s.stop()

    # Not at the start, which looks at the head, but by whoever looks through what is stored.
    sql("UPDATE ledger_event SET bytes = overlay(bytes PLACING '\\x39'::bytea FROM 9) WHERE office = 1 AND seq = 10")
    both = [cells.Server(place), cells.Server(place)]
    found = until(lambda: sql('SELECT count(*) FROM record_stop') == '1', 20)
    check(found, 'one of two finds the damage, and notes it in the database', sql('SELECT * FROM record_stop'))
    for i, s in enumerate(both):
        stopped = until(lambda: s.raise_concern('/o/demo', 'b%d' % i)[0] == 503, 3)
        status, said = s.raise_concern('/o/demo', 'c%d' % i)
        check(stopped and status == 503 and 'record.stopped' in str(said), 'server %d takes nothing more' % i, (status, said))
        status, page, _ = s.get('/o/demo/public')
        check(status == 200 and 'class="stopped"' in page, 'reading goes on there, below the banner', status)
        check(s.raise_concern('/o/my', 'm%d' % i)[0] == 200, 'and the other office takes acts')
    p = cells.run('act', 'concern.raise', *place.data(), '--office', 'demo', '--body', '楼道灯不亮', '--class', 'property')
    check(p.returncode == 1 and 'stopped' in p.stdout + p.stderr, 'nor does the command line', p.stdout + p.stderr)
    check(sql('SELECT count(*) FROM record_stop') == '1', 'which does not take the note away')
    for s in both:
        s.stop()

    both = [cells.Server(place), cells.Server(place)]
    check(until(lambda: all(s.raise_concern('/o/demo', 'd%d' % time.time_ns())[0] == 503 for s in both), 20),
          'started anew both stop again')
    for s in both:
        s.stop()
    sql("UPDATE ledger_event SET bytes = decode('%s', 'hex') WHERE office = 1 AND seq = 10" % entry)
    both = [cells.Server(place), cells.Server(place)]
    time.sleep(3)
    check(all(s.raise_concern('/o/demo', 'e%d' % i)[0] == 200 for i, s in enumerate(both)), 'mended, both take acts')
    check(sql('SELECT count(*) FROM record_stop') == '0', 'and the note is gone')
    for s in both:
        s.stop()
finally:
    sql('DROP DATABASE IF EXISTS %s WITH (FORCE)' % name, server)
    shutil.rmtree(folder, ignore_errors=True)
