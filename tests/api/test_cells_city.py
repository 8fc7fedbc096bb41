# SPDX-License-Identifier: Apache-2.0
"""What stays behind when an office has left its cell: the city names it with its address, its host name leads on, both
cells know each other for handing concerns over. And who leads a city does not leave it."""
import http.client, json, os, re, shutil, sys, tempfile, urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
import cells
import store
from cells import Place, Server, run

folder = tempfile.mkdtemp(prefix='xinqiao-city-')


def place(name):
    return Place(folder + name, store.address(folder + name))


a, b = place('/a'), place('/b')


def check(good, what, got=''):
    print(('PASS ' if good else 'FAIL ') + 'cells/city: ' + what, flush=True)
    if not good:
        print('    got', str(got)[-600:], flush=True)


def act(place, office, name, *fields):
    p = run('act', name, *place.data(), '--office', office, '--as', 'admin', *fields)
    return p.returncode, p.stdout + p.stderr


def move(code, *more):
    return run('office', 'move', code, *a.side('from'), *b.side('to'), '--address', 'https://b.example.cn/o/' + code, *more)


class Browser:
    """Signed in as the administrator of an office, reading English."""

    def __init__(self, server, base, password):
        self.server, self.base, self.jar = server, base, {'xl': 'en'}
        page = self.get(base + '/login')
        hidden = dict(re.findall(r'name="(csrf|idem)" value="([^"]*)"', page))
        self.send('POST', base + '/login', urllib.parse.urlencode({**hidden, 'login': 'admin', 'password': password}))

    def send(self, method, path, body=None):
        web = http.client.HTTPConnection('127.0.0.1', self.server.port, timeout=30)
        web.request(method, path, body, {'Cookie': '; '.join('%s=%s' % kv for kv in self.jar.items()), 'Accept-Language': 'en',
                                         'Content-Type': 'application/x-www-form-urlencoded'})
        answer = web.getresponse()
        for k, v in answer.getheaders():
            if k.lower() == 'set-cookie':
                self.jar.update([v.split(';')[0].split('=', 1)])
        return answer.read().decode()

    def get(self, path):
        return self.send('GET', path)


try:
    password = run('init', *a.data(), '--code', 'xz', '--name', '西镇街道办事处').stdout.split()[-1]
    for code, name in (('yz', '远洲街道办事处'), ('zz', '中洲街道办事处')):
        run('office', 'add', *a.data(), '--code', code, '--name', name)
    run('init', *b.data(), '--code', 'bb', '--name', '白坝街道办事处', '--number', '9')
    rc = [act(a, 'xz', 'city.found', '--name', '江城市'), act(a, 'xz', 'city.district', '--code', 'east', '--name', '东区'),
          act(a, 'xz', 'city.place', '--member', 'yz', '--district', 'east'),
          act(a, 'xz', 'city.place', '--member', 'zz', '--district', 'east'),
          act(a, 'xz', 'city.grant', '--login', 'admin'), act(a, 'yz', 'office.host', '--host', 'yz.example.cn')]
    check(all(code == 0 for code, _ in rc), 'a city with a district of two offices', rc)
    code, said = act(a, 'zz', 'concern.register', '--body', '楼道灯不亮，请来看看', '--class', 'property', '--via', 'counter',
                     '--name', '李建国', '--phone', '13800000000')
    no = json.loads(said.splitlines()[0]).get('result', {}).get('file_no', '') if said.startswith('{') else ''
    check(code == 0, 'a concern at one of them', said)

    p = move('xz')
    check(p.returncode == 1 and 'leads the city' in p.stderr, 'who leads the city does not leave it', p.stderr)
    act(a, 'zz', 'transfer.offer', '--concern', no, '--to', 'yz', '--why', 'area', '--told', '今天电话里说过')
    p = move('yz')
    check(p.returncode == 1 and 'not settled' in p.stderr, 'nor does an office with an open hand-over', p.stdout + p.stderr)
    p = move('zz')
    check(p.returncode == 1 and 'not settled' in p.stderr, 'on neither side', p.stdout + p.stderr)
    p = run('office', 'move', 'xz', *a.side('from'), '--to', b.dir, '--address', 'https://b.example.cn/o/xz')
    check(p.returncode == 1, 'whatever the words')

    act(a, 'xz', 'city.district', '--code', 'west', '--name', '西区')
    run('office', 'add', *a.data(), '--code', 'ww', '--name', '万湾街道办事处')
    act(a, 'xz', 'city.place', '--member', 'ww', '--district', 'west')
    act(a, 'ww', 'office.host', '--host', 'ww.example.cn')
    b.do("INSERT INTO district (no, code, name) VALUES (5, 'west', '别的区')")
    p = move('ww')
    check(p.returncode == 1 and '别的区' in p.stderr and a.state(4) == 0, 'a district of another name is a conflict', p.stderr)
    b.do("UPDATE district SET name = '西区'")
    wrong = place('/wrong')
    run('init', *wrong.data(), '--code', 'w', '--name', '无关街道办事处', '--number', '77')
    key = open(b.dir + '/key', 'rb').read()
    shutil.copy(wrong.dir + '/key', b.dir + '/key')
    p = move('ww')
    check(p.returncode == 1 and 'not hold the keys' in p.stderr and a.state(4) == 0, 'keys that are another database\'s', p.stderr)
    open(b.dir + '/key', 'wb').write(key)
    p = move('ww', '--json', '--from-address', 'https://a.example.cn')
    said = json.loads(p.stdout) if p.returncode == 0 else {}
    check(said.get('number') == 4 and said.get('rows', 0) > 100, 'an office leaves, and the report is JSON', p.stdout + p.stderr)
    check(b.ask('SELECT member, district FROM district_office') == [['4', '5']], 'its district came along', b.ask('SELECT * FROM district_office'))
    p = move('ww')
    check(p.returncode == 1 and 'has left already' in p.stderr, 'it leaves once', p.stderr)
    keys = {place: json.loads(run('office', 'peer', 'list', *place.data(), '--json').stdout)['result'] for place in (a, b)}
    far = {place: {p['code']: (p['number'], p['address'], p['vkey']) for p in keys[place]['peers']} for place in (a, b)}
    own = {p['code']: p['vkey'] for place in (a, b) for p in keys[place]['here']}
    check(far[a] == {'ww': (4, 'https://b.example.cn/o/ww', own['ww'])}, 'the source knows where it is, and by which key', far[a])
    check(far[b] == {'xz': (1, 'https://a.example.cn/o/xz', own['xz']), 'yz': (2, 'https://yz.example.cn', own['yz']),
                     'zz': (3, 'https://a.example.cn/o/zz', own['zz'])}, 'and the target whom it knew there', far[b])

    server = Server(a)
    board = Browser(server, '/o/xz', password).get('/o/xz/desk/city')
    check('in another cell' in board and 'https://b.example.cn/o/ww' in board and '万湾' in board,
          'the board of the city names it with its address', re.sub('<[^>]*>', ' ', board))
    status, _, head = server.get('/public?x=1', Host='ww.example.cn')
    check(status == 308 and head['Location'] == 'https://b.example.cn/o/ww/public?x=1', 'its host name leads on', (status, head))
    check(server.get('/', Host='yz.example.cn')[0] == 200, 'that of another does not')
    code, said = act(a, 'zz', 'concern.register', '--body', '路面有坑，请修一修', '--class', 'property', '--via', 'counter',
                     '--name', '李建国', '--phone', '13800000000')
    no = json.loads(said.splitlines()[0]).get('result', {}).get('file_no', '') if said.startswith('{') else ''
    code, said = act(a, 'zz', 'transfer.offer', '--concern', no, '--to', 'ww', '--why', 'area', '--told', '今天电话里说过')
    check(code == 1 and 'cell.away' in said and '万湾' in said, 'an offer asks its new place, which does not answer here', said)
    server.stop()
    p = run('office', 'forget', 'ww', *a.data())
    server = Server(a)
    board = Browser(server, '/o/xz', password).get('/o/xz/desk/city')
    check(p.returncode == 0 and 'in another cell' in board, 'also when it is forgotten', p.stderr)
    code, said = act(a, 'zz', 'transfer.offer', '--concern', no, '--to', 'ww', '--why', 'area', '--told', '今天电话里说过')
    check(code == 1 and 'cell.away' in said, 'also then', said)
    server.stop()
    p = run('office', 'peer', 'remove', 'ww', *a.data())
    server = Server(a)
    code, said = act(a, 'zz', 'transfer.offer', '--concern', no, '--to', 'ww', '--why', 'area', '--told', '今天电话里说过')
    check(p.returncode == 0 and code == 1 and 'transfer.other-cell' in said, 'without its key nothing is offered, in a sentence', said)
    server.stop()
    p = run('office', 'add', *a.data(), '--code', 'new', '--name', '新街道', '--number', '4')
    check(p.returncode == 1 and 'has the number 4' in p.stderr, 'its number is not given anew', p.stderr)
finally:
    shutil.rmtree(folder, ignore_errors=True)
