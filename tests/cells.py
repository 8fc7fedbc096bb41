# SPDX-License-Identifier: Apache-2.0
"""One office goes from a folder that holds two to a cell with another office, on to a third, and back: what
tests/api/test_office_move.py does with files alone, tests/postgres/test_office_move.py with a server in the
middle. Moves are killed again and again and go on; a stranger's office stays as it was in each cell; the record
goes on from every checkpoint that was seen, by both verifiers; receipts and codes of before stay valid."""
import hashlib, http.client, json, os, random, re, shutil, signal, sqlite3, subprocess, sys, tempfile, time, urllib.parse

program = os.environ['XQ_BIN']
root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LEAVING, GONE, ARRIVING = 1, 2, 3


class Place:
    """A data folder; with an address a database and its folder of keys and files."""

    def __init__(self, dir, address=None):
        self.dir, self.address = dir, address

    def data(self):
        return ['--data', self.address, '--files', self.dir] if self.address else ['--data', self.dir]

    def side(self, side):
        return (['--%s' % side, self.address, '--%s-files' % side, self.dir] if self.address
                else ['--%s' % side, self.dir])

    def ask(self, text):
        if self.address:
            p = subprocess.run(['psql', '-qAtX', '-F', '|', self.address, '-c', text], capture_output=True, text=True)
            return [line.split('|') for line in p.stdout.splitlines()]
        if not os.path.exists(self.dir + '/xinqiao.db'):
            return []
        db = sqlite3.connect('file:%s/xinqiao.db?mode=ro' % self.dir, uri=True)
        try:
            return [[str(v) for v in row] for row in db.execute(text)]
        except sqlite3.Error:
            return []
        finally:
            db.close()

    def do(self, text):
        if self.address:
            subprocess.run(['psql', '-qAtX', self.address, '-c', text], check=True, capture_output=True)
            return
        db = sqlite3.connect(self.dir + '/xinqiao.db')
        db.execute(text)
        db.commit()
        db.close()

    def state(self, office):
        row = self.ask('SELECT state FROM office_place WHERE member = %d' % office)
        return int(row[0][0]) if row else 0

    def tables(self):
        if self.address:
            return [r[0] for r in self.ask("SELECT table_name FROM information_schema.columns WHERE column_name ="
                                           " 'office' AND table_schema = 'public' ORDER BY 1")]
        return [r[0] for r in self.ask("SELECT m.name FROM sqlite_schema m, pragma_table_info(m.name) c"
                                       " WHERE m.type = 'table' AND c.name = 'office' ORDER BY 1")]

    def rows(self, office):
        """Rows of an office by table, each as one sum."""
        out = {}
        for t in self.tables():
            if t in ('writer_lease', 'keeper_lease', 'office_commit'):
                continue
            if self.address:
                got = self.ask('SELECT md5(CAST(t AS text)) FROM "%s" t WHERE office = %d' % (t, office))
            else:
                more = " AND name <> 'key_slot'" if t == 'counter' else ''  # where it began its folder counted them
                got = self.ask('SELECT * FROM "%s" WHERE office = %d%s' % (t, office, more))
            if got:
                out[t] = hashlib.sha256(repr(sorted(got)).encode()).hexdigest()
        return out

    def free(self):
        """The lease of a killed process would run out by itself, in fifteen seconds."""
        if self.address:
            self.do("UPDATE keeper_lease SET holder = '', until_at = 0")


def run(*words):
    return subprocess.run([program, *words], capture_output=True, text=True, env=dict(os.environ, LC_ALL='C'))


class Server:
    def __init__(self, place):
        self.process = subprocess.Popen(
            [program, 'serve', *place.data(), '--listen', '127.0.0.1:0', '--no-limits', '--sign-every', '200'],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.port = int(line.rsplit(':', 1)[1]) if 'listening' in line else 0
        self.url = 'http://127.0.0.1:%d' % self.port

    def ask(self, method, path, body=None, **headers):
        web = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        try:
            web.request(method, path, body, {k.replace('_', '-'): v for k, v in headers.items()})
            answer = web.getresponse()
            return answer.status, answer.read(), dict(answer.getheaders())
        finally:
            web.close()

    def get(self, path, **headers):
        status, body, head = self.ask('GET', path, **headers)
        return status, body.decode('utf-8', 'replace'), head

    def raise_concern(self, base, key='k', body='楼道灯不亮，请来看看。'):
        status, text, _ = self.ask('POST', base + '/api/v1/acts/concern.raise', json.dumps({'body': body}).encode(),
                                   Content_Type='application/json', Idempotency_Key=key)
        return status, json.loads(text) if text[:1] == b'{' else text.decode()

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


class Story:
    def __init__(self, name, folder, middle):
        self.name, self.folder, self.middle = name, folder, middle
        self.a, self.c = Place(folder + '/a'), Place(folder + '/c')
        self.notes, self.draw = [], random.Random(7)

    def check(self, good, what, got=''):
        print(('PASS ' if good else 'FAIL ') + self.name + ': ' + what, flush=True)
        if not good:
            print('    got', str(got)[-700:], flush=True)

    def move(self, a, b, *more, address='http://127.0.0.1:9/o/demo'):
        return run('office', 'move', 'demo', *a.side('from'), *b.side('to'), '--address', address, *more)

    def killed(self, a, b, after):
        """False: it was faster than the kill."""
        p = subprocess.Popen([program, 'office', 'move', 'demo', *a.side('from'), *b.side('to'), '--address',
                              'http://127.0.0.1:9/o/demo'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(after)
        done = p.poll() is not None
        if not done:
            p.send_signal(signal.SIGKILL)
        p.wait()
        a.free()
        b.free()
        return not done

    # ---- the parts ------------------------------------------------------------------------------------------

    def make(self):
        run('init', *self.a.data(), '--demo', '--concerns', '60')
        run('office', 'add', *self.a.data(), '--code', 'my', '--name', '梅园街道办事处')
        p = run('init', *self.middle.data(), '--code', 'lh', '--name', '柳河街道办事处', '--number', '7')
        self.check(p.returncode == 0, 'an office with a number from the city\'s list', p.stderr)
        run('init', *self.c.data(), '--code', 'xh', '--name', '西河街道办事处', '--number', '9')
        for place, code in ((self.a, 'my'), (self.middle, 'lh'), (self.c, 'xh')):
            p = run('act', 'concern.raise', *place.data(), '--office', code, '--body', '电梯停了', '--class', 'property')
            self.check(p.returncode == 0, code + ' takes a concern', p.stdout + p.stderr)

    def look_at_strangers(self):
        self.strangers = [(self.a, 2, self.a.rows(2)), (self.middle, 7, self.middle.rows(7)), (self.c, 9, self.c.rows(9))]

    def strangers_are_untouched(self, when):
        """Since look_at_strangers: what serves a cell, or checks its record, signs for all its offices."""
        for place, office, before in self.strangers:
            now = place.rows(office)
            self.check(now == before and len(before) > 10, 'office %d is as it was, %s' % (office, when),
                       [t for t in {*now, *before} if now.get(t) != before.get(t)])

    def form(self, server, path):
        """What a browser has of a form: hidden fields and cookies."""
        web = http.client.HTTPConnection('127.0.0.1', server.port, timeout=30)
        web.request('GET', path)
        answer = web.getresponse()
        page = answer.read().decode()
        cookies = '; '.join(v.split(';')[0] for k, v in answer.getheaders() if k.lower() == 'set-cookie')
        web.close()
        return answer.status, page, dict(re.findall(r'name="(csrf|idem)" value="([^"]*)"', page)), cookies

    def photo_form(self, server):
        """A concern with a photo through the page, since that is how one comes in."""
        _, _, hidden, cookies = self.form(server, '/o/demo/raise')
        image = open(os.path.join(root, 'tests/fuzz/corpus-image/baseline.jpg'), 'rb').read()
        fields = {**hidden, 'body': '楼道灯三周不亮', 'class': 'property'}
        parts = b''.join(('--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % kv).encode() for kv in fields.items())
        parts += (b'--b\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
                  + image + b'\r\n--b--\r\n')
        return server.ask('POST', '/o/demo/raise', parts, Content_Type='multipart/form-data; boundary=b', Cookie=cookies)[0]

    def before(self):
        server = Server(self.a)
        status, said = server.raise_concern('/o/demo', 'before')
        self.check(status == 200, 'a resident raises a concern before', said)
        self.raised = said['result']
        status = self.photo_form(server)
        self.photos = len([n for _, _, names in os.walk(self.a.dir + '/files') for n in names])
        self.check(status in (200, 303) and self.photos > 0, 'and one with a photo', (status, self.photos))
        time.sleep(1)
        self.see(server)
        self.vkey = json.loads(server.get('/o/demo/log/demo/log.json')[1])['vkeys'][0][0]
        self.proof = server.get('/o/demo/log/demo/receipt/' + self.raised['receipt'])[1]
        server.stop()
        self.before_rows = self.a.rows(1)

    def see(self, server):
        status, note, _ = server.get('/o/demo/log/demo/checkpoint')
        self.check(status == 200 and note.count('\n') > 4, 'a checkpoint is served', (status, note))
        self.notes.append(note)
        return note

    def refusals(self):
        p = run('office', 'move', 'demo', *self.a.side('from'), *self.c.side('to'), '--address', 'cell2/o/demo')
        self.check(p.returncode == 2 and 'stands before' in p.stderr, 'an address that is none', p.stderr)
        p = self.move(self.a, self.c, '--give-up')
        self.check(p.returncode == 2, 'giving up needs no target', p.stderr)
        p = run('office', 'move', 'demo', *self.a.side('from'), '--give-up')
        self.check(p.returncode == 1 and 'not on its way' in p.stderr, 'nothing to give up', p.stderr)
        p = run('office', 'forget', 'demo', *self.a.data())
        self.check(p.returncode == 1 and 'is served here' in p.stderr, 'an office that is here is not forgotten', p.stderr)
        shutil.copytree(self.a.dir, self.folder + '/twin')
        p = self.move(self.a, Place(self.folder + '/twin'))
        self.check(p.returncode == 1 and 'has 青枫街道办事处 already' in p.stderr, 'a target that has it already', p.stderr)
        other = Place(self.folder + '/one')
        run('init', *other.data(), '--code', 'yi', '--name', '一街道办事处')
        p = self.move(self.a, other)
        self.check(p.returncode == 1 and 'number 1 belongs to' in p.stderr, 'a target where its number is another\'s', p.stderr)
        p = run('office', 'add', *other.data(), '--code', 'er', '--name', '二', '--number', '1')
        self.check(p.returncode == 1 and 'has the number 1' in p.stderr, 'a number is given once', p.stderr)
        p = run('office', 'add', *other.data(), '--code', 'er', '--name', '二', '--number', '40000')
        self.check(p.returncode == 1 and '32767' in p.stderr, 'and has an end', p.stderr)
        db = sqlite3.connect(other.dir + '/xinqiao.db')
        db.execute("INSERT INTO schema_version (module, number) VALUES ('store', 99)")
        db.commit()
        db.close()
        p = self.move(self.a, other)
        self.check(p.returncode == 1 and 'newer version' in p.stderr, 'a target of a newer program', p.stderr)
        p = self.move(self.a, Place(self.folder + '/x', 'postgres://xq@/x?host=/nonexistent'))
        self.check(p.returncode == 1 and 'does not take the connection' in p.stderr, 'a server that is away', p.stderr)
        server = Server(self.a)
        p = self.move(self.a, self.c)
        self.check(p.returncode == 1 and 'Another process' in p.stderr, 'a folder that is served', p.stderr)
        server.stop()
        p = run('office', 'move', 'nobody', *self.a.side('from'), *self.c.side('to'), '--address', 'http://h/o/n')
        self.check(p.returncode == 1, 'an office that is not there', p.stderr)
        self.check(self.a.state(1) == 0 and self.a.rows(1) == self.before_rows, 'after all of these nothing has changed',
                   self.a.state(1))

    def changed(self):
        """A row of the target that became another one on the way; giving up; and beginning anew."""
        for i in range(80):
            if not self.killed(self.a, self.middle, 0.05 + 0.01 * i):
                break
            if 'unit' in self.middle.rows(1):
                break
        self.check(self.a.state(1) == LEAVING and 'unit' in self.middle.rows(1), 'a move is met with rows at the target')
        self.middle.do("UPDATE unit SET name = name || 'x' WHERE office = 1")
        p = self.move(self.a, self.middle)
        self.check(p.returncode == 1 and 'Table unit of the office is not the same' in p.stderr, 'a changed row is found', p.stderr)
        self.check(self.a.state(1) == LEAVING and self.middle.state(1) == ARRIVING, 'and nothing is switched')
        p = run('office', 'move', 'demo', *self.a.side('from'), '--give-up')
        self.check(p.returncode == 0 and self.a.state(1) == 0, 'given up it is here again', p.stderr)
        p = run('office', 'forget', 'demo', *self.middle.data())
        left = self.middle.ask("SELECT count(*) FROM office WHERE code = 'demo'")
        self.check(p.returncode == 0 and self.middle.rows(1) == {} and left == [['0']],
                   'what was half there is as if it had not been tried', (p.stdout + p.stderr, left))
        self.check(self.a.rows(1) == self.before_rows, 'and nothing of the office has changed')

    def kill_often(self, a, b):
        """Later and later; the states in which it was met."""
        met = set()
        self.look_at_strangers()
        for i in range(80):
            if not self.killed(a, b, 0.02 + 0.012 * i):
                break
            met.add((a.state(1), b.state(1), len(b.rows(1))))
        p = self.move(a, b)
        good = p.returncode == 0 or 'has left already' in p.stderr
        half = [m for m in met if m[0] == LEAVING]
        self.check(good and len(half) > 0, 'a move killed in %d states goes on' % len(met), (met, p.stdout[-200:] + p.stderr))
        self.check(a.state(1) == GONE and b.state(1) == 0, 'the office is there, and here no more', (a.state(1), b.state(1)))
        self.strangers_are_untouched('after a move')
        p = run('check', *b.data())
        self.check(p.returncode == 0, 'check finds nothing at the target', p.stdout + p.stderr)
        p = run('check', *a.data())
        self.check(p.returncode == 0, 'nor at the source', p.stdout + p.stderr)
        p = run('record', 'check', '--parts', *b.data(), '--office', 'demo')
        self.check(p.returncode == 0, 'nor in its record; every sealed part opens', p.stdout + p.stderr)

    def kills(self):
        self.kill_often(self.a, self.middle)
        self.kill_often(self.middle, self.c)
        now = self.c.rows(1)
        self.check({**now, 'ledger_checkpoint': 0, 'ledger_signed': 0} == {**self.before_rows, 'ledger_checkpoint': 0, 'ledger_signed': 0}
                   and len(now) > 50, 'row by row the same as at first', [t for t in now if now[t] != self.before_rows.get(t)])
        key = open(self.a.dir + '/key', 'rb').read()
        for place in (self.middle, self.c):
            held = b''.join(open(os.path.join(top, n), 'rb').read() for top, _, names in os.walk(place.dir) for n in names)
            self.check(key not in held and os.path.exists(place.dir + '/keys.1'), 'the key of its folder lies open nowhere')
        names = {n for _, _, names in os.walk(self.c.dir + '/files') for n in names}
        self.check(len(names) == self.photos, 'its photos came along', names)

    def verify(self, server, what):
        source = server.url + '/o/demo/log/demo'
        words = []
        for i, note in enumerate(self.notes):
            open('%s/note%d' % (self.folder, i), 'w').write(note)
            words += ['--old', '%s/note%d' % (self.folder, i)]
        p = run('record', 'verify', source, '--vkey', self.vkey, *words)
        self.check(p.returncode == 0, what + ': the record verifies, from every checkpoint seen', p.stdout + p.stderr)
        words = ['--seen' if w == '--old' else w for w in words]
        p = subprocess.run([sys.executable, '-B', root + '/tools/verify/verify.py', source, '--vkey', self.vkey, *words],
                           capture_output=True, text=True)
        self.check(p.returncode == 0, what + ': and by the outside verifier', p.stdout + p.stderr)

    def served(self):
        there = Server(self.c)
        # The address was given when it moved; where the server listens is known only now.
        db = sqlite3.connect(self.a.dir + '/xinqiao.db')
        db.execute('UPDATE office_place SET address = ?', (there.url + '/o/demo',))
        db.commit()
        db.close()
        here = Server(self.a)
        code, receipt = self.raised['code'], self.raised['receipt']
        for path in ('/', '/public', '/track/' + code, '/r/' + receipt, '/log/demo/checkpoint', '/log/demo/tile/0/000.p/1',
                     '/raise?class=noise&q=%E6%A5%BC', '/api/v1/openapi.json', '/no/such/page'):
            status, _, head = here.get('/o/demo' + path)
            self.check(status == 308 and head.get('Location') == there.url + '/o/demo' + path,
                       'the old place sends on: ' + path, (status, head))
        status, said = here.raise_concern('/o/demo', 'sent-on')
        status2, _, head = here.ask('POST', '/o/demo/api/v1/acts/concern.raise', b'{"body":"x"}', Content_Type='application/json')
        self.check(status == 308 and status2 == 308 and head['Location'] == there.url + '/o/demo/api/v1/acts/concern.raise',
                   'acts too, under the same method', (status, head))
        self.check(here.get('/o/my/')[0] == 200 and here.get('/o/none/')[0] == 404, 'the other office goes on, an unknown one is unknown')
        self.check(here.get('/health')[0] == 200, 'and the server')
        status, page, _ = there.get('/o/demo/r/' + receipt)
        self.check(status == 200, 'a receipt of before opens', (status, page[:300]))
        status, proof, _ = there.get('/o/demo/log/demo/receipt/' + receipt)
        self.check(status == 200 and proof.splitlines()[:2] == self.proof.splitlines()[:2], 'and proves the same entry', proof)
        open(self.folder + '/proof', 'w').write(self.proof)
        status, page, _ = there.get('/o/demo/track/' + code)
        self.check(status == 200 and '楼道灯' not in page, 'a query code of before finds the concern', status)
        status, said = there.raise_concern('/o/demo', 'before')
        self.check(status == 200 and said['replay'] and said['result']['code'] == code, 'a repeated key gives the first answer', said)
        status, said = there.raise_concern('/o/demo', 'after')
        self.check(status == 200 and not said['replay'], 'and new acts pass', said)
        time.sleep(1)
        first = self.notes[-1]
        note = self.see(there)
        self.check(int(note.split('\n')[1]) > int(first.split('\n')[1]), 'its record goes on', note)
        self.verify(there, 'after two moves')
        here.stop()
        there.stop()

    def forgotten(self):
        p = self.move(self.c, self.a)
        self.check(p.returncode == 1 and 'office forget' in p.stderr, 'back only where the old rows are gone', p.stderr)
        self.look_at_strangers()
        for place in (self.a, self.middle):
            p = run('office', 'forget', 'demo', *place.data())
            self.check(p.returncode == 0 and place.rows(1) == {}, 'what was left is erased', (p.stdout + p.stderr, place.rows(1)))
            self.check(not os.path.exists(place.dir + '/keys.1'), 'with its keys')
            self.check(run('check', *place.data()).returncode == 0, 'check finds nothing')
            self.check(place.state(1) == GONE, 'and it is known where it is')
        names = {n for _, _, names in os.walk(self.a.dir + '/files') for n in names}
        self.check(not names, 'and its photos', names)
        self.strangers_are_untouched('after forgetting')

    def leaving(self):
        """Killed on its way back: read and not written, given up, and at last done."""
        p = self.move(self.c, self.middle)
        self.check(p.returncode == 0, 'it comes back to the second cell', p.stdout[-300:] + p.stderr)
        for i in range(40):
            if not self.killed(self.middle, self.a, 0.05 + 0.02 * i):
                break
            if self.middle.state(1) == LEAVING and self.a.state(1) == ARRIVING:
                break
        self.check(self.middle.state(1) == LEAVING, 'a move is met half-way', (self.middle.state(1), self.a.state(1)))
        server = Server(self.middle)
        signed = self.see(server)
        status, said = server.raise_concern('/o/demo', 'late')
        self.check(status == 503 and 'place.leaving' in str(said), 'an act answers 503 and says why', (status, said))
        status, page, hidden, cookies = self.form(server, '/o/demo/raise')
        self.check(status == 200 and 'class="stopped"' in page, 'reading goes on, below a banner', status)
        typed = urllib.parse.urlencode({**hidden, 'body': '三楼漏水请看看', 'class': 'property'}).encode()
        status, body, _ = server.ask('POST', '/o/demo/raise', typed, Content_Type='application/x-www-form-urlencoded', Cookie=cookies)
        self.check(status == 503 and '三楼漏水请看看' in body.decode(), 'what was typed is kept', (status, body.decode()[:300]))
        status, said = server.raise_concern('/o/lh', 'other')
        self.check(status == 200, 'the other office of the cell takes acts', said)
        time.sleep(1.5)
        self.check(self.see(server).split('\n\n')[0] == signed.split('\n\n')[0], 'nothing more is signed meanwhile')
        there = Server(self.a)
        status, page, _ = there.get('/o/demo/')
        self.check(status == 503, 'where it is coming in it is not served yet', status)
        there.stop()
        if not self.middle.address:
            server.stop()
        p = run('office', 'move', 'demo', *self.middle.side('from'), '--give-up')
        self.check(p.returncode == 0 and 'acts again' in p.stdout, 'the move is given up', p.stdout + p.stderr)
        if not self.middle.address:
            server = Server(self.middle)
        status, said = server.raise_concern('/o/demo', 'late')
        self.check(status == 200, 'and acts pass again', said)
        time.sleep(1)
        self.see(server)
        self.verify(server, 'given up')
        if not self.middle.address:
            server.stop()
        self.look_at_strangers()
        p = self.move(self.middle, self.a)
        self.check(p.returncode == 0 and self.a.state(1) == 0, 'a new move begins anew, over what the other left', p.stdout[-300:] + p.stderr)
        if not self.middle.address:  # a server that runs goes on doing what is due
            self.strangers_are_untouched('after the way back')
        if self.middle.address:
            time.sleep(0.6)
            status, _, head = server.get('/o/demo/public')
            self.check(status == 308, 'a server that ran all the time sends on', (status, head))
            status, said = server.raise_concern('/o/demo', 'too-late')
            self.check(status == 308, 'and takes nothing', (status, said))
            server.stop()
        p = run('check', *self.a.data())
        self.check(p.returncode == 0, 'home again check finds nothing', p.stdout + p.stderr)
        server = Server(self.a)
        status, said = server.raise_concern('/o/demo', 'home')
        self.check(status == 200, 'and acts pass', said)
        time.sleep(1)
        self.see(server)
        self.verify(server, 'home again')
        server.stop()
        sizes = {}
        for note in self.notes:
            origin, size, tree = note.split('\n')[:3]
            sizes.setdefault((origin, size), set()).add(tree)
        self.check(all(len(t) == 1 for t in sizes.values()), 'no two checkpoints of one size differ', sizes)


def tell(name, folder, middle):
    s = Story(name, folder, middle)
    s.make()
    s.before()
    s.refusals()
    s.changed()
    s.kills()
    s.served()
    s.forgotten()
    s.leaving()
