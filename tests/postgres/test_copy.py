# SPDX-License-Identifier: Apache-2.0
"""`xinqiao store copy` between a file and a server: row by row the same, also after kills; and what it refuses."""
import json, os, random, shutil, signal, sqlite3, subprocess, sys, tempfile, time

program = os.environ['XQ_BIN']
server = os.environ.get('XQ_TEST_POSTGRES')
if not server:
    print('SKIP postgres/copy: without a server (tests/run-postgres starts one)')
    sys.exit(0)

folder = tempfile.mkdtemp(prefix='xinqiao-copy-')
made = []
draw = random.Random(7)


def check(good, what, got=''):
    print(('PASS ' if good else 'FAIL ') + 'copy: ' + what)
    if not good:
        print('    got', str(got)[-600:])


def sql(text, address=server):
    p = subprocess.run(['psql', '-qAtX', address, '-c', text], capture_output=True, text=True)
    return p.stdout.strip() if p.returncode == 0 else 'ERROR ' + p.stderr


def database(name):
    name = 'xq_copy_%d_%s' % (os.getpid(), name)
    sql('DROP DATABASE IF EXISTS %s WITH (FORCE)' % name)
    sql("CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'" % name)
    made.append(name)
    return server.replace('/postgres?', '/%s?' % name)


def run(*words):
    return subprocess.run([program, *words], capture_output=True, text=True,
                          env=dict(os.environ, LC_ALL='C'))


def copy(source, target, files, *more):
    return run('store', 'copy', source, target, '--files', files, *more)


def at(name):
    return os.path.join(folder, name)


def rows_differ(a, b):
    """The first difference of two files, in schema or rows; '' when there is none."""
    a, b = (sqlite3.connect('file:%s/xinqiao.db?mode=ro' % d, uri=True) for d in (a, b))
    schema = 'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name'
    tables = a.execute(schema).fetchall()
    if tables != b.execute(schema).fetchall():
        return 'schema'
    for kind, name, _, _ in tables:
        if kind == 'table':
            text = 'SELECT * FROM "%s"' % name
            if sorted(a.execute(text), key=repr) != sorted(b.execute(text), key=repr):
                return name
    return ''


def tree(d):
    """What lies beside the rows: path and bytes."""
    out = {}
    for top, _, names in os.walk(d):
        for n in names:
            if not n.startswith('xinqiao.db'):
                out[os.path.relpath(os.path.join(top, n), d)] = open(os.path.join(top, n), 'rb').read()
    return out


def notes(address):
    n = sql("SELECT count(*) FROM store_copy WHERE kind = 'table'", address)
    return int(n) if n.isdigit() else 0


def free(address):
    """The lease of a killed process would run out by itself, in fifteen seconds."""
    sql("UPDATE keeper_lease SET holder = '', until_at = 0", address)


def killed(words, after):
    """False: it was faster than the kill."""
    p = subprocess.Popen([program, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after)
    done = p.poll() is not None
    if not done:
        p.send_signal(signal.SIGKILL)
    p.wait()
    return not done


def half(source, name, files):
    """A database with some tables of a copy, not all."""
    span = 2.0
    for _ in range(30):
        address = database(name)
        shutil.rmtree(files, ignore_errors=True)
        stopped = killed(('store', 'copy', source, address, '--files', files), span * draw.uniform(0.3, 1))
        if stopped and notes(address) > 5:
            free(address)
            return address
        span = span * 1.3 if stopped else span * 0.7
    raise SystemExit('FAIL copy: no try was stopped half-way')


def there_and_back(source):
    address = database('one')
    p = copy(source, address, at('files'), '--json')
    try:
        said = json.loads(p.stdout)
    except ValueError:
        said = {}
    check(p.returncode == 0 and said.get('rows', 0) > 10000 and said.get('offices', [{}])[0].get('size', 0) > 1000,
          'a file goes to a server', p.stdout + p.stderr)
    p = run('check', '--data', address, '--files', at('files'))
    check(p.returncode == 0, 'check finds nothing there', p.stdout + p.stderr)
    check(sql('SELECT count(*) FROM store_copy', address) == '0', 'nothing of the copying is left')
    links = sql("SELECT count(*) FROM pg_constraint WHERE contype = 'f'", address)
    fresh = database('fresh')
    run('init', '--data', fresh, '--files', at('fresh'), '--code', 'a', '--name', 'A')
    want = sql("SELECT count(*) FROM pg_constraint WHERE contype = 'f'", fresh)
    check(links == want and int(want) > 50, 'every foreign key is there again', (links, want))
    names = 'SELECT string_agg(indexname, \' \' ORDER BY indexname) FROM pg_indexes'
    check(sql(names, address) == sql(names, fresh), 'and every index')
    check(tree(source) == tree(at('files')), 'keys and files lie beside it')
    guard = open(source + '.guard').read()
    check(guard and open(at('files') + '.guard').read() == guard, 'and the guard')

    p = copy(address, at('back'), at('files'))
    check(p.returncode == 0, 'it goes back to a file', p.stdout + p.stderr)
    check(rows_differ(source, at('back')) == '', 'row by row the same as at first', rows_differ(source, at('back')))
    check(run('check', '--data', at('back')).returncode == 0, 'check finds nothing in it')
    p = copy(source, address, at('files'))
    check(p.returncode == 1 and 'rows of its own' in p.stderr, 'a target with content is refused', p.stderr)
    p = run('store', 'copy', source, at('back'))
    check(p.returncode == 1 and 'rows of its own' in p.stderr, 'a folder with content too', p.stderr)
    p = copy(address, database('second'), at('files'))
    check(p.returncode == 0, 'a server goes to a server', p.stdout + p.stderr)
    p = run('store', 'copy', source, at('third'))
    check(p.returncode == 0 and rows_differ(source, at('third')) == '', 'a file to a file', p.stdout + p.stderr)
    # One folder of keys for both: the file is put beside what is there.
    p = copy(address, at('files'), at('files'))
    check(p.returncode == 0 and 'for both' in p.stdout and rows_differ(source, at('files')) == '',
          'a folder of keys and files may serve both', p.stdout + p.stderr)
    return address


def killed_often(words, address, longest, progress):
    """Kills it again and again, later and later; the states in which it was met half-way."""
    met = set()
    for i in range(40):
        if not killed(words, longest * (i + 1) / 40):
            break
        free(address)
        met.add(progress())
    return met - {0}


def kills(source):
    address = database('kill')
    words = ('store', 'copy', source, address, '--files', at('kill'))
    met = killed_often(words, address, 1.5, lambda: notes(address))
    p = run(*words)
    done = p.returncode == 0 or 'rows of its own' in p.stderr
    check(len(met) > 0 and done, 'a server after kills at %d points of the copy' % len(met), p.stderr)
    p = copy(address, at('killed'), at('kill'))
    check(p.returncode == 0 and rows_differ(source, at('killed')) == '', 'has all rows, once', p.stderr)

    def tables():
        if not os.path.exists(at('killed2') + '/xinqiao.db'):
            return 0
        c = sqlite3.connect(at('killed2') + '/xinqiao.db')
        try:
            return c.execute("SELECT count(*) FROM store_copy WHERE kind = 'table'").fetchone()[0]
        except sqlite3.Error:
            return 0
        finally:
            c.close()

    words = ('store', 'copy', address, at('killed2'), '--files', at('kill'))
    met = killed_often(words, address, 0.6, tables)
    p = run(*words)
    done = p.returncode == 0 or 'rows of its own' in p.stderr
    check(len(met) > 0 and done and rows_differ(source, at('killed2')) == '',
          'a file after kills at %d points has all rows, once' % len(met), p.stderr)


def halves(source):
    address = half(source, 'half', at('half'))
    shutil.copytree(source, at('half'), dirs_exist_ok=True, ignore=shutil.ignore_patterns('xinqiao.db*'))
    p = run('check', '--data', address, '--files', at('half'))
    check(p.returncode == 1 and 'not finished' in p.stderr, 'a half copy is not opened, and says why', p.stderr)
    p = run('serve', '--data', address, '--files', at('half'), '--listen', '127.0.0.1:0')
    check(p.returncode == 1 and 'not finished' in p.stderr, 'nor served', p.stderr)
    p = copy(at('other'), address, at('half2'))
    check(p.returncode == 1 and "another office's data" in p.stderr, 'nor taken for the copy of another one', p.stderr)
    p = copy(at('other'), address, at('half'))
    check(p.returncode == 1 and 'keys of other data' in p.stderr, 'nor its keys overwritten', p.stderr)
    p = copy(source, address, at('half'), '--json')
    check(p.returncode == 0 and json.loads(p.stdout)['before'] > 0, 'it goes on where it was', p.stdout + p.stderr)

    # A row that became another one meanwhile.
    address = half(source, 'half', at('half3'))
    sql('UPDATE unit SET name = name || \'x\'', address)
    p = copy(source, address, at('half3'))
    check(p.returncode == 1 and 'Table unit is not the same' in p.stderr, 'a changed row is found', p.stderr)
    p = run('check', '--data', address, '--files', at('half3'))
    check(p.returncode == 1, 'and such a copy is never opened', p.stdout)

    # The server goes away for a moment.
    address = database('gone')
    p = subprocess.Popen([program, 'store', 'copy', source, address, '--files', at('gone')],
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for _ in range(100):
        if notes(address) > 3:
            break
        time.sleep(0.02)
    sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s' AND pid <> pg_backend_pid()"
        % made[-1])
    said = p.communicate()[1]
    check(p.returncode == 0 or 'reached' in said or 'taken over' in said or 'saved' in said,
          'a server that goes away is told in a sentence', said)
    p = copy(source, address, at('gone'))
    check(p.returncode == 0 or 'rows of its own' in p.stderr, 'and the next try goes on', p.stderr)

    # The office worked on between two tries.
    shutil.copytree(source, at('moved'))
    shutil.copy(source + '.guard', at('moved') + '.guard')
    address = half(at('moved'), 'moved', at('moved-files'))
    run('act', 'concern.raise', '--data', at('moved'), '--body', '电梯停了', '--class', 'property', '--place',
        '3 号楼', '--name', '李建国', '--phone', '13800000000')
    p = copy(at('moved'), address, at('moved-files'))
    check(p.returncode == 1 and 'has changed since' in p.stderr, 'a source that moved on is noticed', p.stderr)


def refusals(source):
    p = copy(source, server.replace('/postgres?', '/no_such_database?'), at('x1'))
    check(p.returncode == 1 and 'does not take the connection' in p.stderr, 'a database that is not there', p.stderr)
    p = copy(source, 'postgres://xq@/x?host=/nonexistent', at('x1'))
    check(p.returncode == 1 and 'does not take the connection' in p.stderr, 'a server that is away', p.stderr)
    address = database('standby')
    sql('ALTER DATABASE %s SET default_transaction_read_only = on' % made[-1])
    p = copy(source, address, at('x1'))
    check(p.returncode == 1 and 'read-only' in p.stderr, 'a server that only reads', p.stderr)
    address = database('pw')
    hba = sql('SHOW hba_file')
    before = sql("SELECT pg_read_file('%s')" % hba)
    sql("CREATE ROLE xq_pw LOGIN SUPERUSER PASSWORD 'right'")
    lines = ("'local all xq_pw scram-sha-256'", "'local all all trust'")
    sql("COPY (SELECT unnest(ARRAY[%s])) TO '%s'" % (', '.join(lines), hba))
    sql('SELECT pg_reload_conf()')
    time.sleep(0.5)
    p = copy(source, address.replace('xq@', 'xq_pw:wrong@'), at('x2'))
    check(p.returncode == 1 and 'password authentication failed' in p.stderr and 'wrong@' not in p.stderr,
          'a wrong password', p.stderr)
    p = copy(source, address.replace('xq@', 'xq_pw:right@'), at('x2'))
    check(p.returncode == 0, 'and the right one', p.stderr)
    keep = [line for line in before.splitlines() if line and not line.startswith('#')]
    sql("COPY (SELECT unnest(ARRAY[%s])) TO '%s'" % (', '.join("'%s'" % k for k in keep), hba))
    sql('SELECT pg_reload_conf()')

    for name, change, want in (
            ('older', "DELETE FROM schema_version WHERE module = 'store' AND number = 2", 'older version'),
            ('newer', "INSERT INTO schema_version (module, number) VALUES ('store', 99)", 'newer version')):
        shutil.copytree(source, at(name))
        with sqlite3.connect(at(name) + '/xinqiao.db') as c:
            c.execute(change)
        c.close()
        address = database(name)
        p = copy(at(name), address, at(name + '-files'))
        check(p.returncode == 1 and want in p.stderr, 'a source whose schema is %s' % name, p.stderr)
        check(sql("SELECT count(*) FROM pg_class WHERE relname = 'schema_version'", address) == '0',
              'nothing is made for it')
    address = half(source, 'ahead', at('ahead'))
    sql("INSERT INTO schema_version (module, number) VALUES ('store', 99)", address)
    p = copy(source, address, at('ahead'))
    check(p.returncode == 1 and 'newer version' in p.stderr, 'a target of a newer schema', p.stderr)

    s = subprocess.Popen([program, 'serve', '--data', at('back'), '--listen', '127.0.0.1:0'],
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    s.stdout.readline()
    p = copy(at('back'), database('busy'), at('busy'))
    check(p.returncode == 1 and 'Another process' in p.stderr, 'a source that is served', p.stderr)
    s.terminate()
    s.wait()
    p = run('store', 'copy', source, database('nofiles'))
    check(p.returncode == 2 and '--files DIR is missing' in p.stderr, 'without --files it says what is missing', p.stderr)
    p = copy('/nonexistent', database('nofiles'), at('x3'))
    check(p.returncode == 1 and not os.path.exists('/nonexistent'), 'a folder that is not there', p.stderr)


def distribution(address):
    p = run('store', 'distribute', '--data', address)
    check(p.returncode == 1 and 'no extension Citus' in p.stderr, 'a server without Citus is told so', p.stderr)
    p = run('store', 'distribute', '--show')
    office = [line for line in p.stdout.splitlines() if 'create_distributed_table' in line]
    tables = sql("SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attname = 'office'"
                 " AND c.relkind = 'r' AND c.relname NOT IN ('keeper_lease', 'office_commit')", address)  # of the engine
    check(p.returncode == 0 and len(office) == int(tables) and all("'office'" in line for line in office),
          'the statements put every table with an office over the nodes', (len(office), tables))


try:
    source = at('source')
    run('init', '--data', source, '--demo', '--concerns', '900')
    os.makedirs(source + '/files/ab')
    open(source + '/files/ab/abcd', 'wb').write(os.urandom(70000))
    run('init', '--data', at('other'), '--code', 'b', '--name', 'B')
    address = there_and_back(source)
    kills(source)
    halves(source)
    refusals(source)
    distribution(address)
finally:
    for name in set(made):
        sql('DROP DATABASE IF EXISTS %s WITH (FORCE)' % name)
    sql('DROP ROLE IF EXISTS xq_pw')
    shutil.rmtree(folder)
