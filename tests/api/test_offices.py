# SPDX-License-Identifier: Apache-2.0
"""Several offices in one folder: added before and while it is served, found by path and by host name."""
import http.client, json, os, re, shutil, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import store

program = os.environ['XQ_BIN']
folder = tempfile.mkdtemp(prefix='xinqiao-offices-')
data = folder + '/d'


def check(good, what, got=''):
    print(('PASS ' if good else 'FAIL ') + 'offices: ' + what)
    if not good:
        print('    got', str(got)[:400])


def run(*words):
    return subprocess.run([program, *words, '--data', data], capture_output=True, text=True)


def act(office, name, *fields):
    p = run('act', name, '--office', office, '--as', 'admin', *fields)
    return p.returncode, json.loads(p.stdout)


def get(host, path):
    c = http.client.HTTPConnection('127.0.0.1', port, timeout=10)
    c.putrequest('GET', path, skip_host=True)
    c.putheader('Host', host)
    c.endheaders()
    r = c.getresponse()
    return r.status, r.read().decode('utf-8', 'replace')


def title(host, path='/'):
    return re.search('<title>([^<]*)', get(host, path)[1])[1]


try:
    run('init', '--code', 'qf', '--name', '青枫街道办事处', '--short', '青枫街道')
    p = run('office', 'add', '--code', 'my', '--name', '梅园街道办事处', '--short', '梅园街道', '--json')
    check(p.returncode == 0 and json.loads(p.stdout)['result']['login'] == 'admin', 'an office is added', p.stdout + p.stderr)
    for code, why in (('my', 'a code that is taken'), ('A b', 'a code of the wrong form'), ('x' * 16, 'a code that is too long')):
        p = run('office', 'add', '--code', code, '--name', '某街道')
        check(p.returncode == 1 and p.stderr.startswith('xinqiao: '), why + ' is refused', p.stdout + p.stderr)
    check(subprocess.run([program, 'office', 'add'], capture_output=True).returncode == 2, 'wrong use ends with 2')
    check('xinqiao office add' in subprocess.run([program, 'office', '--help'], capture_output=True, text=True).stdout, 'help')

    server = subprocess.Popen([program, 'serve', '--data', data, '--listen', '127.0.0.1:0', '--test-clock'],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    port = int(re.search(r':(\d+)$', server.stdout.readline())[1])
    p = run('office', 'add', '--code', 'lh', '--name', '柳河街道办事处', '--short', '柳河街道')
    check(p.returncode == 0, 'and one while the folder is served', p.stderr)
    for _ in range(50):  # beside a server another process adds it, and this one asks five times a second what is new
        if not store.on_server or get('t', '/o/lh/')[0] == 200:
            break
        time.sleep(0.1)
    check(get('t', '/o/lh/')[0] == 200 and get('t', '/o/none/')[0] == 404, 'which is there at once')
    check(get('t', '/o/lh/raise')[0] == 200, 'and takes concerns')

    rc, said = act('my', 'office.host', '--host', 'MeiYuan.Example.cn')
    check(rc == 0 and said['result']['host'] == 'meiyuan.example.cn', 'a host name, in small letters', said)
    for host, key in (('meiyuan.example.cn', 'office.host-taken'), ('10.0.0.1', 'office.host-form'), ('a..b', 'office.host-form'),
                      ('-a.cn', 'office.host-form'), ('a.cn.', 'office.host-form'), ('a b.cn', 'office.host-form'),
                      ('x' * 64 + '.cn', 'office.host-form')):
        rc, said = act('lh', 'office.host', '--host', host)
        check(rc == 1 and said['faults'][0]['key'] == key, 'refused: ' + host[:30], said)
    before = title('meiyuan.example.cn')
    for _ in range(50):
        if '梅园' in title('meiyuan.example.cn'):
            break
        time.sleep(0.1)
    for host in ('meiyuan.example.cn', 'MEIYUAN.example.cn:8443', 'meiyuan.example.cn.'):
        check('梅园' in title(host), host + ' serves its office', title(host))
    page = get('meiyuan.example.cn', '/')[1]
    check('href="/raise"' in page and '/o/my' not in page, 'its links need no path', before)
    check('梅园' not in title('other.example.cn'), 'a host that nobody has: the list of offices, as before')
    check('青枫' in title('meiyuan.example.cn', '/o/qf/'), 'a path names its office by any host')
    check(all('梅园' in title('meiyuan.example.cn', '/track') and '青枫' in title('t', '/o/qf/track') for _ in range(3)),
          'what is cached of one is not shown for the other')
    rc, said = act('my', 'office.host')
    check(rc == 0, 'taken back')
    for _ in range(50):
        if '梅园' not in title('meiyuan.example.cn'):
            break
        time.sleep(0.1)
    check('梅园' not in title('meiyuan.example.cn'), 'the name serves no office any more')
    rc, said = act('lh', 'office.host', '--host', 'meiyuan.example.cn')
    check(rc == 0, 'and another one may have it', said)
    server.terminate()
    check(server.wait(20) == 0, 'the server ends')
    p = run('check', '--office', 'lh')
    check(p.returncode == 0, 'the invariants hold', p.stdout + p.stderr)
finally:
    if 'server' in globals() and server.poll() is None:
        server.kill()
    shutil.rmtree(folder)
