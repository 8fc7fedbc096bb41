# SPDX-License-Identifier: Apache-2.0
"""A city over two cells: the sheets of offices that left are fetched from where they are, checked as a stranger would, and
add up to what they did when all were in one cell. What is changed on the way, taken back, forked, signed by somebody else,
slow or endless is not taken, and the pages say so."""
import http.client
import http.server
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import store  # noqa: E402
from cells import Place, program, run  # noqa: E402

folder = tempfile.mkdtemp(prefix='xinqiao-sheets-')
DAY = 86400
servers = []


def place(name):
    return Place(folder + name, store.address(folder + name))


def check(good, what, got=''):
    print(('PASS ' if good else 'FAIL ') + 'cells/sheets: ' + what, flush=True)
    if not good:
        print('    got', str(got)[-900:], flush=True)
    return good


def until(ask, seconds=40):
    """What it answers at last."""
    end = time.monotonic() + seconds
    got = ask()
    while not got and time.monotonic() < end:
        time.sleep(0.2)
        got = ask()
    return got


class Server:
    """Signs at once; its clock can be moved."""

    def __init__(self, place, port=0):
        self.place = place
        self.process = subprocess.Popen(
            [program, 'serve', *place.data(), '--listen', '127.0.0.1:%d' % port, '--test-clock', '--sign-every', '200'],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.port = int(line.rsplit(':', 1)[1]) if 'listening' in line else 0
        self.jar, self.tokens = {'xl': 'en'}, {}
        servers.append(self)

    def clock(self, seconds):
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(store.socket_of(self.place.dir))
            s.sendall(b'{"clock":%d}\n' % seconds)
            s.recv(4096)

    def send(self, method, path, body=None):
        web = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        web.request(method, path, body, {'Cookie': '; '.join('%s=%s' % kv for kv in self.jar.items()), 'Accept-Language': 'en',
                                         'Content-Type': 'application/x-www-form-urlencoded'})
        answer = web.getresponse()
        for k, v in answer.getheaders():
            if k.lower() == 'set-cookie':
                self.jar.update([v.split(';')[0].split('=', 1)])
        return answer.read().decode('utf-8', 'replace')

    def get(self, path):
        return self.send('GET', path)

    def board(self):
        page = self.get('/o/demo/desk/city')
        if 'name="password"' in page or 'city' not in page:
            hidden = dict(re.findall(r'name="(csrf|idem)" value="([^"]*)"', self.get('/o/demo/login')))
            self.send('POST', '/o/demo/login', urllib.parse.urlencode({**hidden, 'login': 'zhoumin', 'password': 'Qingfeng-2026'}))
            page = self.get('/o/demo/desk/city')
        return re.sub(r'\s+', ' ', re.sub('<[^>]*>', ' ', page))

    def act(self, office, name, *fields, who='yuanye'):
        """By the server, whose clock was moved: beside a database the command acts by itself, today."""
        if (office, who) not in self.tokens:
            p = run('act', 'token.issue', *self.place.data(), '--office', office, '--as', who, '--label', 'test-%d' % self.port,
                    '--days', '365')
            self.tokens[office, who] = json.loads(p.stdout)['result']['token']
        web = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        web.request('POST', '/o/%s/api/v1/acts/%s' % (office, name), json.dumps(dict(zip((f[2:] for f in fields[::2]), fields[1::2]))),
                    {'Content-Type': 'application/json', 'Accept-Language': 'en', 'Idempotency-Key': os.urandom(9).hex(),
                     'Authorization': 'Bearer ' + self.tokens[office, who]})
        text = web.getresponse().read().decode()
        said = json.loads(text) if text.startswith('{') else {}
        return said.get('result', {}), text

    def sheet(self, office, month):
        """Published, once the record is signed up to the end of the month, and signed with it."""
        said = until(lambda: self.act(office, 'figures.publish', '--month', month)[0], 20) or self.act(office, 'figures.publish', '--month', month)[1]
        def is_signed():
            size = int(self.get('/o/%s/log/%s/checkpoint' % (office, office)).split('\n')[1])
            return size > json.loads(self.get('/o/%s/log/%s/sheets.json' % (office, office)))['sheets'][0]['seq']
        until(is_signed)
        return said

    def city(self, month):
        said, text = self.act('demo', 'city.publish', '--month', month)
        if not said:
            return {'said': text}
        return json.loads(self.get('/o/demo/log/demo/doc/' + said['doc']))

    def stop(self):
        servers.remove(self)
        self.process.terminate()
        self.process.wait(30)


class Way(http.server.ThreadingHTTPServer):
    """What stands between the two cells: passes on, or does harm."""
    daemon_threads = True

    def __init__(self):
        super().__init__(('127.0.0.1', 0), Passing)
        self.to, self.harm, self.asked = 0, None, []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        pass  # whoever is cut off hangs up


class Passing(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        way = self.server
        way.asked.append(self.path)
        web = http.client.HTTPConnection('127.0.0.1', way.to, timeout=20)
        web.request('GET', self.path)
        answer = web.getresponse()
        status, body, kind = answer.status, answer.read(), self.path.split('/log/demo-3/')[-1].split('/')[0]
        if way.harm and kind in way.harm:
            done = way.harm[kind](self, body)
            if done is None:
                return
            status, body = done
        self.send_response(status)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def slow(handler, body):
    """A byte each second."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(60):
        handler.wfile.write(body[:1])
        handler.wfile.flush()
        time.sleep(1)


def endless(handler, body):
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b'x' * 65536)


def kept(a, member, month):
    with store.opened(a.dir, True) as db:
        return db.execute('SELECT ver, doc FROM city_kept WHERE member = ? AND month = ? ORDER BY ver', (member, month)).fetchall()


def apart(a, member, column):
    with store.opened(a.dir, True) as db:
        return db.execute('SELECT %s FROM city_apart WHERE member = ?' % column, (member,)).fetchall()[0][0]


def same_figures(one, other):
    return one.get('figures') == other.get('figures') and len(one.get('figures', [])) > 50


def tell():
    a, b, stranger = place('/a'), place('/b'), place('/stranger')
    p = run('init', *a.data(), '--demo', '--offices', '3', '--concerns', '240')
    check(p.returncode == 0, 'three offices in one cell', p.stderr)
    store.copy(a.dir, folder + '/twin')
    twin = place('/twin')
    run('init', *b.data(), '--code', 'bb', '--name', '白坝街道办事处', '--number', '9')
    p = run('init', *stranger.data(), '--demo', '--offices', '3', '--concerns', '12', '--seed', '5')

    # ---- what the month is when all are in one cell
    one = Server(twin)
    one.clock(35 * DAY)
    month = time.strftime('%Y-%m-15', time.localtime(time.time()))
    for office in ('demo', 'demo-2', 'demo-3'):
        one.sheet(office, month)
    want = one.city(month)
    check(len(want.get('sheets', [])) == 3, 'the month of the city in one cell', want)
    one.stop()

    # ---- two of them leave
    way, there = Way(), Server(b)
    port = there.port
    there.stop()
    moved = [run('office', 'move', 'demo-2', *a.side('from'), *b.side('to'), '--address', 'http://127.0.0.1:%d/o/demo-2' % port),
             run('office', 'move', 'demo-3', *a.side('from'), *b.side('to'), '--address',
                 'http://127.0.0.1:%d/o/demo-3' % way.server_address[1])]
    check(all(p.returncode == 0 for p in moved), 'two leave for another cell', [p.stderr for p in moved])
    check(apart(a, 3, 'origin') == 'localhost/log/demo-3' and int(apart(a, 3, 'size')) > 100, 'the key and the head of a record are remembered')
    store.copy(b.dir, folder + '/fork')
    fork = place('/fork')
    here = Server(a)
    board = here.board()
    check('It does not answer' in until(lambda: here.board() if 'It does not answer' in here.board() else '') and
          'Since' in here.board(), 'a cell that is down: the board says so, and since when', here.board())
    page = here.get('/city')
    check('It does not answer' in page and 'In these sums with a sheet' in page and 'http://127.0.0.1:%d/o/demo-2' % port in page,
          'and so does the public page', page[-2500:])
    check(here.city('2026-10-15' if not month.startswith('2026-10') else month).get('said', '').find('sheet.no-change') >= 0,
          'what was published before they left still counts')

    there = Server(b, port)
    way.to = there.port
    here.clock(35 * DAY)
    there.clock(35 * DAY)
    here.sheet('demo', month)
    for office in ('demo-2', 'demo-3'):
        said = there.sheet(office, month)
        check('doc' in said, office + ' publishes the month in its cell', said)
    first = int(month.replace('-', '')) // 100 * 100 + 1
    here.clock(3700)
    check(until(lambda: kept(a, 2, first) and kept(a, 3, first)), 'their sheets are taken', (apart(a, 2, 'why'), apart(a, 3, 'why')))
    got = here.city(month)
    check(same_figures(got, want), 'the month of the city equals what it is in one cell', got.get('said', got.get('missing')))
    source = {s['office']: s for s in got.get('sheets', [])}
    mine = json.loads(there.get('/o/demo-3/log/demo-3/sheets.json'))['sheets'][0]
    check(source.get('demo-3', {}).get('doc') == mine['doc'] and source['demo-3']['origin'] == 'localhost/log/demo-3' and
          source['demo-3']['size'] == mine['size'], 'it names the sheet where a stranger finds it', source.get('demo-3'))
    again = here.get('/city/sheet/again?month=' + month[:7])
    check('all as they were published' in again, 'and adds up again here', again[-1500:])
    check(here.get('/city').count('It does not answer') == 0 and 'other servers of the city' in here.get('/city'),
          'nobody is missing now', here.get('/city')[-1500:])

    # ---- harm on the way
    head = there.get('/o/demo-3/log/demo-3/checkpoint').encode()
    strange = Server(stranger)
    strange_head = strange.get('/o/demo-3/log/demo-3/checkpoint').encode()
    strange.stop()
    steps = 0

    def grow(server, n=1):
        nonlocal steps
        for _ in range(n):
            steps += 1
            server.act('demo-3', 'concern.register', '--body', '楼道灯不亮，请来看看', '--class', 'property', '--via', 'counter',
                       '--name', '李建国', '--phone', '13800000000', who='admin')

    def asks(harm, sentence, what):
        """Asked anew under the harm, the board says why; nothing is taken."""
        way.harm = harm
        here.clock(3700)
        good = until(lambda: sentence in here.board())
        check(good, what, here.board()[-700:])
        check(sentence.split('{')[0] in here.get('/city'), what + ': in public too')

    def heals(what):
        way.harm = None
        here.clock(3700)
        check(until(lambda: apart(a, 3, 'why') == ''), what, apart(a, 3, 'why'))

    asks({'checkpoint': lambda h, b: (200, strange_head)}, 'not signed by a key that is known', 'a record of the same name under another key')
    asks({'checkpoint': lambda h, b: (200, b[:-8] + b'AAAA' + b[-4:])}, 'not signed by a key that is known', 'a signature that was changed')
    asks({'checkpoint': lambda h, b: (200, b'\x00 something else')}, 'cannot be read as a record', 'no checkpoint at all')
    asks({'checkpoint': lambda h, b: (308, b'')}, 'it has moved on', 'an address that sends on')
    asks({'checkpoint': lambda h, b: (503, b'')}, 'does not answer', 'a server that says no')
    heals('a good answer ends it')
    other = re.sub(r'^localhost/log/demo-3', 'localhost/log/demo-2', head.decode()).encode()
    asks({'checkpoint': lambda h, b: (200, other)}, 'The record of somebody else', 'another record under its address')

    began = time.monotonic()
    way.harm = {'checkpoint': slow}
    before = apart(a, 2, 'good_at')
    here.clock(3700)
    check(until(lambda: apart(a, 2, 'good_at') > before, 8), 'while one answers a byte each second another one is heard',
          time.monotonic() - began)
    check(until(lambda: 'does not answer' in here.board()), 'and the slow one is told apart')
    asks({'sheets.json': endless}, 'cannot be read as a record', 'an answer without an end')
    grow(there)
    until(lambda: int(there.get('/o/demo-3/log/demo-3/checkpoint').split('\n')[1]) > int(apart(a, 3, 'size')))
    asks({'tile': lambda h, b: (200, b'\1' * len(b))}, 'cannot be read as a record', 'tiles that were changed')
    heals('and what was harmed is heard again')

    # ---- what was seen does not go back
    asks({'checkpoint': lambda h, b: (200, head)}, 'an older state of its record', 'a record that is taken back')
    heals('once more')
    other = Server(fork)
    other.clock(36 * DAY)
    grow(other, 40)
    until(lambda: int(other.get('/o/demo-3/log/demo-3/checkpoint').split('\n')[1]) > int(apart(a, 3, 'size')))
    check(int(other.get('/o/demo-3/log/demo-3/checkpoint').split('\n')[1]) > int(apart(a, 3, 'size')), 'a backup was put back and went on')
    way.to = other.port
    asks(None, 'does not go on from what was seen', 'another history of the same office')
    way.to = there.port
    other.stop()
    check('it showed a record that does not go on' in here.board() and apart(a, 3, 'broke') == 'city.apart-older' and
          apart(a, 3, 'broke_note').split('\n')[1] < apart(a, 3, 'broke_seen').split('\n')[1], 'the fact stays, with both checkpoints', here.board())
    heals('the true one is heard again')
    check('it showed a record that does not go on' in here.board(), 'and the fact stays on the board')

    # ---- a sheet that was changed
    here.clock(31 * DAY)
    there.clock(31 * DAY)
    following = time.strftime('%Y-%m-15', time.localtime(time.time() + 35 * DAY))
    second = int(following.replace('-', '')) // 100 * 100 + 1
    way.harm = {'doc': lambda h, b: (200, b.replace(b'"num":0', b'"num":7', 1))}
    said = there.act('demo-3', 'record.key-rotate', '--days', 1, who='admin')
    check('vkey' in said[0], 'the record gets a new key', said)
    grow(there)
    for office in ('demo-2', 'demo-3'):
        there.sheet(office, following)
    here.sheet('demo', following)
    asks(way.harm, 'does not stand in its record', 'a document with another number in it')
    check(not kept(a, 3, second) and until(lambda: kept(a, 2, second)), 'is not taken; that of another office is', kept(a, 3, second))
    lacks = here.city(following)
    check(lacks.get('missing') == ['demo-3'], 'the month names the office as missing', lacks)
    page = here.get('/city')
    check('Not in these sums.' in page and 'does not stand in its record' in page, 'and the page why', page[-2500:])
    way.harm = None

    def named(doc):
        """The list leads to another entry."""
        told = json.loads(doc)
        told['sheets'][0]['seq'] -= 1
        told['sheets'][0]['size'] -= 1
        return 200, json.dumps(told).encode()
    asks({'sheets.json': lambda h, b: named(b)}, 'does not stand in its record', 'a list that names another entry')
    # the old key is retired meanwhile: whoever knows it alone is led to its successor
    there.clock(3 * DAY)
    until(lambda: there.get('/o/demo-3/log/demo-3/checkpoint').count('\u2014 localhost/log/demo-3 ') == 1)
    grow(there)
    heals('unchanged it is taken, also under a new key of the record')
    check(until(lambda: kept(a, 3, second)) and apart(a, 3, 'keys').count('localhost/log/demo-3') == 2, 'which the record itself has told',
          apart(a, 3, 'keys'))
    check(len(here.city(following).get('sheets', [])) == 3, 'the month is published anew with all of them')

    # ---- forgotten here
    here.stop()
    gone = [run('office', 'forget', code, *a.data()) for code in ('demo-2', 'demo-3')]
    check(all(p.returncode == 0 for p in gone), 'what they left behind is erased', [p.stderr for p in gone])
    p = run('office', 'address', 'demo', *a.data(), '--address', 'https://b.example.cn/o/demo')
    check(p.returncode == 1 and 'is served here' in p.stderr, 'an office that is here has no other address', p.stderr)
    p = run('office', 'address', 'demo-3', *a.data(), '--address', 'http://127.0.0.1:%d/o/demo-3' % port)
    check(p.returncode == 0, 'one that has moved on gets its new address', p.stderr)
    heard = len(way.asked)
    here = Server(a)
    for m in ('2026-10' if month > '2026-11' else month[:7], month[:7], following[:7]):
        again = here.get('/city/sheet/again?month=' + m)
        check('all as they were published' in again, 'the month %s adds up again' % m, again[-900:])
    here.clock(99 * DAY)
    there.clock(31 * DAY)
    third = time.strftime('%Y-%m-15', time.localtime(time.time() + 66 * DAY))
    for office in ('demo-2', 'demo-3'):
        there.sheet(office, third)
    here.sheet('demo', third)
    last = int(third.replace('-', '')) // 100 * 100 + 1
    here.clock(3700)
    check(until(lambda: kept(a, 2, last) and kept(a, 3, last)), 'and the next month of the forgotten is taken', apart(a, 3, 'why'))
    check(len(here.city(third).get('sheets', [])) == 3, 'and published')
    check(len(way.asked) == heard, 'the old address is not asked any more', way.asked[heard:])
    for server, code in ((here, 'demo'), (there, 'demo-3')):
        p = run('record', 'verify', 'http://127.0.0.1:%d/o/%s/log/%s' % (server.port, code, code), '--json')
        check(p.returncode == 0 and json.loads(p.stdout)['ok'], 'a stranger verifies the record of ' + code, p.stdout[-500:])
    here.stop()
    there.stop()
    p = run('check', *a.data())
    check(p.returncode == 0, 'the data is sound', p.stdout[-600:])


try:
    tell()
finally:
    for s in list(servers):
        s.process.kill()
        s.process.wait()
    shutil.rmtree(folder, ignore_errors=True)
