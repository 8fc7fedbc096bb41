# SPDX-License-Identifier: Apache-2.0
"""Rules go out as a spreadsheet and come back equal; hostile lists change nothing; a dry run says why."""
import datetime, http.client, io, json, os, re, signal, subprocess, sys, tempfile, urllib.parse, zipfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import store

program = os.environ['XQ_BIN']
folder = tempfile.mkdtemp(prefix='xinqiao-rules-')
data = os.path.join(folder, 'data')


def check(good, what, got=''):
    print(('PASS ' if good else 'FAIL ') + 'rules: ' + what)
    if not good:
        print('    got', str(got)[:400])


def run(*words):
    p = subprocess.run([program, *words], capture_output=True, text=True, env=dict(os.environ, LANG='C.UTF-8', LC_ALL=''))
    return p.returncode, p.stdout, p.stderr


def rows(sql):
    return store.rows(data, sql)


run('init', '--data', data, '--demo', '--concerns', '3')
token = json.loads(run('act', 'token.issue', '--data', data, '--as', 'zhoumin', '--label', 'test')[1])['result']['token']
server = subprocess.Popen([program, 'serve', '--data', data, '--listen', '127.0.0.1:0', '--no-limits'],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
port = int(re.search(r':(\d+)$', server.stdout.readline().strip()).group(1))


def ask(method, path, body=None, headers=None):
    c = http.client.HTTPConnection('127.0.0.1', port, timeout=20)
    c.request(method, path, body, dict(headers or {}))
    r = c.getresponse()
    return r.status, r.read(), [v for k, v in r.getheaders() if k.lower() == 'set-cookie']


def act(name, fields):
    status, text, _ = ask('POST', '/api/v1/acts/' + name, json.dumps(fields),
                          {'Content-Type': 'application/json', 'Authorization': 'Bearer ' + token})
    return status, json.loads(text)


def duty(**q):
    status, text, _ = ask('GET', '/api/v1/duty?' + urllib.parse.urlencode(q), None, {'Authorization': 'Bearer ' + token})
    return status, json.loads(text)


def set_events():
    return sum(b'config.set' in bytes(raw) for (raw,) in rows('SELECT bytes FROM ledger_event'))


def duty_docs():
    return sum(b'"kind":"duty"' in bytes(raw) for (raw,) in rows('SELECT bytes FROM ledger_doc'))


# ---- setting, and the dry run
events, docs = set_events(), duty_docs() # the demo office has its templates and a class of its own
today = datetime.date.today()
later = (today + datetime.timedelta(days=40)).isoformat()
before = duty(**{'class': 'noise', 'day': later})[1]
unit = 'u01' if before['unit'] != 'u01' else 'u02'
new = {'class': 'noise', 'unit': unit, 'from': later, 'source': '派单目录第二版'}
status, a = act('rules.set-duty', new)
check(status == 200 and a['result']['ver'] >= 2, 'a leader sets a lead unit', a)
status, a = act('rules.set-duty', new)
check(status == 422 and a['faults'][0]['key'] == 'rules.two-leads', 'not a second one for the same day', a)
status, a = act('rules.set-duty', dict(new, **{'from': '2020-01-01', 'unit': 'nobody'}))
check(status == 422 and {f['key'] for f in a['faults']} == {'rules.past', 'concern.unit-unknown'}, 'all faults at once', a)
status, a = duty(**{'class': 'noise', 'day': later})
check(status == 200 and a['unit'] == unit and a['duty_rule']['source'] == '派单目录第二版' and a['duty_rule']['from'] == later,
      'the dry run says who and why', a)
check(a['due_day'] > later and a['limit_rule']['value'] and a['limit_rule']['source'], 'and by when, and why', a)
check(duty(**{'class': 'noise', 'day': today.isoformat()})[1]['unit'] == before['unit'], 'until then it stays with the one before')
check(duty(**{'class': 'weather'})[0] == 403 and duty(**{'class': 'noise', 'day': 'soon'})[0] == 403, 'what is not a class or a day is refused')
check(ask('GET', '/api/v1/duty?class=noise')[0] in (401, 403), 'not for strangers')
check(set_events() == events + 1, 'one entry of the record')
check(duty_docs() == docs + 1, 'with the whole catalogue')

# ---- pages, signed in
cookie = {}


def browse(method, path, body=None, kind='application/x-www-form-urlencoded'):
    headers = {'Cookie': '; '.join('%s=%s' % c for c in cookie.items()), 'Accept-Language': 'en', 'Sec-Fetch-Site': 'same-origin'}
    if body is not None:
        headers['Content-Type'] = kind
    status, text, set_cookies = ask(method, path, body, headers)
    for name, value in (c.split(';')[0].split('=', 1) for c in set_cookies):
        cookie[name] = value
    return status, text


def keys(text):
    return {n: re.search(rb'name="%s" value="([^"]*)"' % n.encode(), text).group(1).decode() for n in ('csrf', 'idem')
            if re.search(rb'name="%s" value="' % n.encode(), text)}


def sign_in(login):
    cookie.clear()
    status, text = browse('GET', '/login')
    pairs = dict(keys(text), login=login, password='Qingfeng-2026', to='/desk/rules')
    return browse('POST', '/login', urllib.parse.urlencode(pairs))[0]


def form(path, **fields):
    status, text = browse('GET', path)
    return browse('POST', path, urllib.parse.urlencode(dict(keys(text), **fields)))


def upload(path, name, content):
    text = browse('GET', path)[1]
    parts = [('Content-Disposition: form-data; name="%s"' % n, v.encode()) for n, v in keys(text).items()]
    parts.append(('Content-Disposition: form-data; name="file"; filename="%s"\r\nContent-Type: application/octet-stream' % name, content))
    body = b''.join(b'--cut\r\n' + head.encode() + b'\r\n\r\n' + value + b'\r\n' for head, value in parts) + b'--cut--\r\n'
    return browse('POST', path, body, 'multipart/form-data; boundary=cut')


def saved():
    return [rows('SELECT count(*), max(ver) FROM ' + table)[0] for table in ('deadline', 'duty_rule', 'rule_text')]


check(sign_in('zhoumin') == 303, 'a leader signs in')
status, text = browse('GET', '/desk/rules')
check(status == 200 and '派单目录第二版'.encode() in text, 'the overview shows what is to come', text[:200])
check(browse('GET', '/desk/rules/duty/noise')[0] == 200 and browse('GET', '/desk/rules/duty/weather')[0] == 404, 'each rule has its history')
status, text = browse('GET', '/desk/rules/who?class=noise&day=' + later)
check(status == 200 and '派单目录第二版'.encode() in text, 'who would get it, as a page', text[:200])
fields = {'code': 'help', 'limit': '3 working days', 'from': later, 'source': '办事处决定', 'why': ''}
was = saved()
status, text = form('/desk/rules/deadlines/set', **fields)
check(status == 200 and b'none moves' in text and saved() == was, 'the first press only shows', (status, text[-600:]))
status, text = form('/desk/rules/deadlines/set', **dict(fields, limit='soon'))
check(status == 422 and b'This is not a limit' in text, 'what cannot be read is told beside its field', status)
status, text = form('/desk/rules/deadlines/set', **dict(fields, confirm='1'))
check(status == 303 and saved()[0][0] == was[0][0] + 1, 'the second press saves', (status, saved()))
check(form('/desk/rules/calendar', year='2027')[0] == 403, 'a notice is not typed by a leader')

# ---- out and in again
kinds = ('deadlines', 'duty', 'templates', 'classes', 'natures', 'outcomes', 'scales', 'sentences', 'guides')
act('rules.set-template', {'code': 'lamp', 'title': '楼道灯', 'text': '灯已换好。\n请您看看。', 'from': later, 'source': '办事处'})
text = {'code': 'working', 'text': '您的事由{who}在办，{due}前答复您。', 'from': later, 'source': '办事处'}
check(act('rules.set-sentence', dict(text, text='{name}您好，{due}前答复。'))[1]['faults'][0]['key'] == 'rules.place-personal', 'no sentence asks for a name')
check(act('rules.set-sentence', text)[0] == 200, 'a leader sets a sentence')
lift = {'code': 'lift', 'title': '加装电梯', 'public': 'property', 'unit': unit, 'from': later, 'source': '办事处', 'map': '0103'}
check(act('rules.set-class', lift)[0] == 200 and duty(**{'class': 'lift', 'day': later})[1]['unit'] == unit, 'a class comes with its lead unit')
check(act('concern.register', {'body': '请看看。', 'class': 'lift'})[0] == 422, 'and is not offered before its day')
was = saved()
for kind in kinds:
    check(browse('GET', '/desk/rules/' + kind)[0] == 200, kind + ' have a page')
    check(browse('GET', '/desk/rules/%s/set' % kind)[0] == 200, kind + ' have a form')
    status, book = browse('GET', '/desk/rules/%s.xlsx' % kind)
    check(status == 200 and zipfile.is_zipfile(io.BytesIO(book)), kind + ' go out as a spreadsheet', status)
    status, text = upload('/desk/rules/%s/import' % kind, 'list.xlsx', book)
    check(status == 409 and b'on file already' in text, kind + ' come back and change nothing', (status, text[-300:]))
check(saved() == was, 'not a row more', (was, saved()))
book = browse('GET', '/desk/rules/duty.xlsx')[1]
head = 'Code of the kind,Code of the lead unit,First day,Last day,What it rests on\n'
status, text = upload('/desk/rules/duty/import', 'list.csv', (head + 'parking,%s,%s,,目录\nparking,u01,%s,,目录\n' % (unit, later, later)).encode())
check(status == 409 and b'only one' in text and saved() == was, 'two leads in a list: nothing is saved', (status, text[-300:]))
hostile = {
    'an empty file': b'',
    'a file that is no sheet': b'\x00\x01\x02' * 50,
    'a sheet cut off': book[:len(book) // 2],
    'a list without its columns': 'a,b\n1,2\n'.encode(),
    'a formula': (head + '=1+1,u01,%s,,x\n' % later).encode(),
    'too many rows': (head + ('noise,u01,%s,,x\n' % later) * 3000).encode(),
    'a day that does not exist': (head + 'noise,u01,2026-02-30,,x\n').encode(),
}
for name, content in hostile.items():
    status, text = upload('/desk/rules/duty/import', 'list.xlsx', content)
    check(status in (409, 422) and saved() == was, name + ' is refused and changes nothing', (status, text[-300:]))

# ---- the same by the command line
server.send_signal(signal.SIGTERM)
server.wait(20)
path = os.path.join(folder, 'duty.csv')
open(path, 'w', encoding='utf-8').write(head + 'parking,%s,%s,,目录\n' % (unit, later))
code, out, _ = run('import', 'duty', path, '--data', data, '--json', '--dry-run')
check(code == 0 and json.loads(out) == {'rows': 1, 'imported': 0, 'already': 0, 'refused': []} and saved() == was, 'a dry run writes nothing', out)
code, out, _ = run('import', 'duty', path, '--data', data, '--json')
check(code == 0 and json.loads(out)['imported'] == 1 and saved()[1][0] == was[1][0] + 1, 'a list brings a new version', out)
check(json.loads(run('import', 'duty', path, '--data', data, '--json')[1])['already'] == 1, 'the second time it is there')
open(path, 'w', encoding='utf-8').write(head + 'parking,%s,2020-01-01,,目录\n' % unit)
code, out, _ = run('import', 'duty', path, '--data', data, '--json')
check(code == 1 and json.loads(out)['refused'][0]['row'] == 2 and json.loads(out)['refused'][0]['column'] == 'C', 'a fault names row and column', out)

# ---- a notice
code, out, err = run('act', 'rules.set-calendar', '--data', data, '--as', 'admin', '--year', '2027', '--off', '2027-01-01..2027-01-03 元旦', '--source', '国办发明电〔2026〕7号')
check(code == 0 and rows('SELECT count(*) FROM calendar_day')[0][0] == 3, 'whoever runs the machine types a notice', out + err)
check(run('check', '--data', data)[0] == 0, 'every invariant holds')
subprocess.run(['rm', '-rf', folder])
