# SPDX-License-Identifier: Apache-2.0
"""Who is reading and the numbers of the menu are kept between two commits: nothing outlives its end."""
import http.client, json, os, re, signal, subprocess, tempfile, urllib.parse

program = os.environ['XQ_BIN']
folder = tempfile.mkdtemp(prefix='xinqiao-kept-')
data = os.path.join(folder, 'data')


def check(good, what, got=''):
    print(('PASS ' if good else 'FAIL ') + 'kept: ' + what)
    if not good:
        print('    got', str(got)[:400])


def run(*words):
    p = subprocess.run([program, *words], capture_output=True, text=True, env=dict(os.environ, LANG='C.UTF-8', LC_ALL=''))
    return p.stdout


def token(login):
    return json.loads(run('act', 'token.issue', '--data', data, '--as', login, '--label', 'test'))['result']['token']


def ask(method, path, body=None, headers=None):
    c = http.client.HTTPConnection('127.0.0.1', port, timeout=60)
    c.request(method, path, body, headers or {})
    a = c.getresponse()
    return a.status, a.read().decode(), a.getheader('Set-Cookie') or '', a.getheader('Location') or ''


def as_program(tok):
    return {'Authorization': 'Bearer ' + tok}


def act(name, fields, headers):
    return ask('POST', '/api/v1/acts/' + name, json.dumps(fields), dict(headers, **{'Content-Type': 'application/json'}))


def sign_in(login, password):
    status, page, cookie, _ = ask('GET', '/login')
    visitor = re.match(r'xv=[^;]+', cookie).group(0)
    pairs = {'csrf': re.search(r'name="csrf" value="([^"]*)"', page).group(1), 'login': login, 'password': password}
    status, page, cookie, where = ask('POST', '/login', urllib.parse.urlencode(pairs),
                                      {'Cookie': visitor, 'Content-Type': 'application/x-www-form-urlencoded'})
    return re.match(r'xs=[^;]+', cookie).group(0) if cookie.startswith('xs=') else None


def number_of(page, path):
    """The number beside an entry of the rail."""
    entry = re.search(r'<a[^>]*href="%s"[^>]*>(.*?)</a>' % re.escape(path), page, re.S)
    found = re.search(r'>(\d+)<', entry.group(1)) if entry else None
    return int(found.group(1)) if found else 0


run('init', '--data', data, '--demo', '--concerns', '12')
chen, wei = token('chenhaiyan'), token('zhoumin')
server = subprocess.Popen([program, 'serve', '--data', data, '--listen', '127.0.0.1:0', '--no-limits'],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
port = int(re.search(r':(\d+)$', server.stdout.readline().strip()).group(1))

# a session: read twice, so that the second time it is a kept one, then closed
cookie = sign_in('chenhaiyan', 'Qingfeng-2026')
check(cookie is not None, 'somebody signs in')
twice = [ask('GET', '/desk', None, {'Cookie': cookie}) for _ in range(2)]
check([a[0] for a in twice] == [200, 200], 'the session opens the desk, and again', [a[0] for a in twice])
csrf = re.search(r'name="csrf" value="([^"]*)"', twice[1][1]).group(1)
left = ask('POST', '/logout', urllib.parse.urlencode({'csrf': csrf}),
           {'Cookie': cookie, 'Content-Type': 'application/x-www-form-urlencoded'})
after = ask('GET', '/desk', None, {'Cookie': cookie})
check(left[0] == 303 and after[0] == 303 and '/login' in after[3], 'a closed session opens nothing from then on', (left[0], after[0], after[3]))

# a token of a program
twice = [ask('GET', '/api/v1/concerns', None, as_program(chen))[0] for _ in range(2)]
check(twice == [200, 200], 'a token reads, and again', twice)
gone = act('token.revoke', {'label': 'test'}, as_program(chen))
after = ask('GET', '/api/v1/concerns', None, as_program(chen))
check(after[0] == 401, 'a token that was taken back reads nothing from then on', (gone[0], gone[1], after[0]))

# the numbers of the menu: what is registered stands beside its entry at once
headers = as_program(wei)
before = [number_of(ask('GET', '/desk', None, headers)[1], '/desk/concerns') for _ in range(2)]
made = act('concern.register', {'via': 'visit', 'nature': 'help', 'class': 'property', 'body': '楼道灯不亮，晚上上下楼看不清台阶。'}, headers)
after = number_of(ask('GET', '/desk', None, headers)[1], '/desk/concerns')
check(made[0] == 200 and before[0] == before[1] and after == before[0] + 1, 'the number in the menu follows the act', (made[0], made[1], before, after))

# the rail is kept for each entry, language, address and reader apart
def marked(path, more=None):
    page = ask('GET', path, None, dict(headers, **(more or {})))[1]
    found = re.findall(r'<a href="([^"]*)" aria-current="page">.*?</svg>([^<]*)', page)
    return [(href, label) for href, label in found if '/desk' in href]


pages = ['/desk', '/desk/concerns', '/desk/concerns/%s' % json.loads(made[1])['result']['file_no'], '/desk/hard/stock-takes', '/desk/hard']
entries = ['/desk', '/desk/concerns', '/desk/concerns', '/desk/hard/stock-takes', '/desk/hard']
for turn in ('made', 'kept'):
    got = [[href for href, _ in marked(path)] for path in pages]
    check(got == [[e] for e in entries], 'each page marks its own entry of the rail (%s)' % turn, got)
got = [marked('/desk/concerns'), marked('/desk/concerns', {'Accept-Language': 'en'}), marked('/o/demo/desk/concerns')]
check(got == [[('/desk/concerns', '诉求')], [('/desk/concerns', 'Concerns')], [('/o/demo/desk/concerns', '诉求')]],
      'languages and addresses have rails of their own', got)
other = ask('GET', '/desk/concerns', None, as_program(token('hanmei')))[1]
check('href="/desk/beyond"' not in other and 'href="/desk/beyond"' in ask('GET', '/desk/concerns', None, headers)[1],
      'another reader sees the entries of that reader')

server.send_signal(signal.SIGTERM)
server.wait(20)
