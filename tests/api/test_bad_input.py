# SPDX-License-Identifier: Apache-2.0
"""What must be refused is refused in plain words, and nothing is written."""
import http.client, json, os, re, signal, socket, subprocess, sys, tempfile, threading, time, zipfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import store

program = os.environ['XQ_BIN']
folder = tempfile.mkdtemp(prefix='xinqiao-api-')
data = os.path.join(folder, 'data')


def check(good, what, got=''):
    print(('PASS ' if good else 'FAIL ') + 'bad input: ' + what)
    if not good:
        print('    got', str(got)[:400])


def run(*words):
    p = subprocess.run([program, *words], capture_output=True, text=True, env=dict(os.environ, LANG='C.UTF-8', LC_ALL=''))
    return p.returncode, p.stdout, p.stderr


run('init', '--data', data, '--demo', '--concerns', '3')


def serve(*more):
    p = subprocess.Popen([program, 'serve', '--data', data, '--listen', '127.0.0.1:0', '--no-limits', *more],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    line = p.stdout.readline()
    return p, int(re.search(r':(\d+)$', line.strip()).group(1))


server, port = serve()


def ask(method, path, body=None, headers=None):
    c = http.client.HTTPConnection('127.0.0.1', port, timeout=10)
    try:
        c.request(method, path, body, headers or {})
    except (BrokenPipeError, ConnectionResetError):
        pass  # refused before all of it was sent; the answer is there all the same
    r = c.getresponse()
    text = r.read()
    return r.status, text, dict((k.lower(), v) for k, v in r.getheaders()), r


def act(name, fields, key=None, raw=None, token=None, lang='zh-CN'):
    headers = {'Content-Type': 'application/json', 'Accept-Language': lang}
    if key:
        headers['Idempotency-Key'] = key
    if token:
        headers['Authorization'] = 'Bearer ' + token
    status, text, h, _ = ask('POST', '/api/v1/acts/' + name, raw if raw is not None else json.dumps(fields), headers)
    try:
        return status, json.loads(text), h
    except ValueError:
        return status, {}, h


def count(table='concern'):
    return store.rows(data, 'SELECT count(*) FROM ' + table)[0][0]


before = count()
status, answer, h = act('concern.raise', {'body': '', 'phone': '12', 'class': 'nonsense'})
check(status == 422 and h['content-type'].startswith('application/problem+json'), 'faults are a problem document', (status, h))
check({f['field'] for f in answer['faults']} == {'body', 'phone', 'class'}, 'all faults at once, each with its field', answer)
check(answer['title'] == '标出的 3 处请再看一下。您写的都在。' and '现在是 2 位' in json.dumps(answer, ensure_ascii=False),
      'in Chinese, with the numbers filled in', answer)
status, answer, h = act('concern.raise', {'body': ''}, lang='en')
check(answer['faults'][0]['text'].startswith('Please write a few words'), 'in English for those who ask for it', answer)
check(act('concern.raise', {'body': '长' * 2001})[0] == 422, 'over-long text')
check(act('concern.raise', None, raw=b'{"body":"\xff\xfe\xfd broken"}')[0] in (400, 422), 'invalid UTF-8')
check(act('concern.raise', {'body': 'a\u0007b bell'})[0] == 422, 'control characters')
check(act('concern.raise', None, raw='{"body":')[0] == 400 or act('concern.raise', None, raw='{"body":')[0] == 422, 'broken JSON')
check(act('concern.raise', {'body': '楼道灯不亮', 'nosuch': '1'})[0] == 422, 'an unknown field')
check(act('concern.raise', {'body': '楼道灯不亮', 'draft': 5})[0] == 422, 'a field of the wrong type')
check(act('no.such-act', {})[0] == 404, 'an unknown act')
check(act('concern.lapse', {'id': 1})[0] == 404, 'an act of the system is not there from outside')
check(act('concern.accept', {'concern': '2026-0001'})[0] in (401, 403), 'an act of staff without a token')
check(act('concern.accept', {'concern': '2026-0001'}, token='x' * 43)[0] == 401, 'a forged token')
check(count() == before, 'nothing was written', count())

one = act('concern.raise', {'body': '楼道灯三周不亮，请来看看。'}, key='same-key-1')
two = act('concern.raise', {'body': '楼道灯三周不亮，请来看看。'}, key='same-key-1')
check(one[0] == 200 and two[0] == 200 and one[1]['result'] == two[1]['result'] and two[1]['replay'], 'the same key gives the same receipt', two)
check(count() == before + 1, 'and one concern')

for path in ('/..%2f..%2fetc/passwd', '/assets/../../key', '/%00', '/track/%ff%fe', '//etc//passwd', '/photo/..%2f..%2fkey/1', '/assets/..%2fkey'):
    status, text, _, _ = ask('GET', path)
    check(status in (303, 400, 404) and b'root:' not in text, 'path trick ' + path, status)
check(ask('GET', '/no-such-page')[0] == 404, 'an unknown page')
check(ask('DELETE', '/')[0] == 405, 'another method')
check(ask('POST', '/api/v1/acts/concern.raise', 'x' * (3 << 20), {'Content-Type': 'application/json'})[0] == 413, 'too much at once')
check(ask('POST', '/login', '<x/>', {'Content-Type': 'application/xml'})[0] == 415, 'another type')
check(ask('GET', '/track/7K3M9TXW4E6H3')[0] in (303, 404), 'a code with a wrong check character')


def page_form(path, cookie=None):
    status, text, h, r = ask('GET', path, headers={'Cookie': cookie} if cookie else {})
    cookies = [v.split(';')[0] for k, v in r.getheaders() if k.lower() == 'set-cookie']
    found = re.search(rb'name="csrf" value="([^"]*)"', text)
    return (found.group(1).decode() if found else ''), '; '.join(cookies)


def login(token, cookie):
    return ask('POST', '/login', 'csrf=%s&login=admin&password=wrong' % token,
               {'Content-Type': 'application/x-www-form-urlencoded', 'Cookie': cookie})


token, cookie = page_form('/login')
other_token, other_cookie = page_form('/login')
check(token != '', 'a form carries a token')
check(login('', cookie)[0] == 403, 'a missing token')
check(login('1.abcdef', cookie)[0] == 403, 'a forged token of a form')
check(login(other_token, cookie)[0] == 403, 'the token of another browser')
check(login(token, '')[0] == 403, 'a token without its cookie')
status, text, _, _ = login(token, cookie)
check(status in (409, 422) and '密码' in text.decode(), 'the right token is let through to the password', status)
check(ask('POST', '/login', 'csrf=%s&login=a&password=b' % token, {'Content-Type': 'application/x-www-form-urlencoded', 'Cookie': cookie, 'Sec-Fetch-Site': 'cross-site'})[0] == 403, 'a form sent from another site')

# Uploads that are no images, lie about their type, or are far too large.
draft_token, draft_cookie = page_form('/raise')


def upload(content, name='a.jpg', kind='image/jpeg'):
    b = 'xq-boundary'
    parts = ''.join('--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (b, n, v)
                    for n, v in (('csrf', draft_token), ('body', '楼道灯三周不亮'), ('class', 'property')))
    body = parts.encode() + ('--%s\r\nContent-Disposition: form-data; name="photos"; filename="%s"\r\nContent-Type: %s\r\n\r\n' % (b, name, kind)).encode() + content + ('\r\n--%s--\r\n' % b).encode()
    return ask('POST', '/raise', body, {'Content-Type': 'multipart/form-data; boundary=' + b, 'Cookie': draft_cookie})


check(upload(b'<html><script>alert(1)</script></html>')[0] == 422, 'an upload that is no image')
check(upload(b'\xff\xd8\xff\xe0' + b'\0' * 5000)[0] == 422, 'a damaged photo that lies about its type')
check(upload(b'\xff\xd8\xff' + b'a' * (10 << 20) + b'more')[0] == 422, 'a photo over 10 MB')

# A second server, a newer folder, a folder that is none.
if store.on_server:
    store.skip('bad input: a locked folder is refused in words', 'several processes may serve a database')
else:
    code, _, text = run('serve', '--data', data, '--listen', '127.0.0.1:0')
    check(code == 1 and 'nother process' in text, 'a locked folder is refused in words', text)
code, _, text = run('check', '--data', os.path.join(folder, 'none'))
check(code == 1 and 'init' in text, 'a missing folder is refused in words', text)

# kill -9 under load loses no acknowledged act.
numbers, stop = [], threading.Event()


def hammer(k):
    i = 0
    while not stop.is_set():
        i += 1
        try:
            s, a, _ = act('concern.raise', {'body': '第%d位居民第%d次反映路灯不亮。' % (k, i)})
        except OSError:
            return
        if s == 200:
            numbers.append(a['result']['file_no'])


threads = [threading.Thread(target=hammer, args=(k,)) for k in range(8)]
for t in threads:
    t.start()
while len(numbers) < 300:
    time.sleep(0.01)
server.send_signal(signal.SIGKILL)
server.wait()
stop.set()
for t in threads:
    t.join()
server, port = serve()
have = {'%d-%04d' % (n // 10**8, n % 10**8) for (n,) in store.rows(data, 'SELECT file_no FROM concern')}
check(set(numbers) <= have, 'kill -9 lost no acknowledged act of %d' % len(numbers), sorted(set(numbers) - have)[:3])
server.send_signal(signal.SIGTERM)
server.wait(20)
check(run('check', '--data', data)[0] == 0, 'and every invariant holds')

with store.opened(data) as db:
    db.execute("UPDATE schema_version SET number = number + 900 WHERE module = 'concern'")
code, _, text = run('check', '--data', data)
check(code == 1 and 'newer' in text, 'a folder of a newer version is refused in words', text)

# Lists that are none.
data2 = os.path.join(folder, 'data2')
run('init', '--data', data2, '--code', 'qf', '--name', 'x')


def listing(name, rows, sheet=None):
    path = os.path.join(folder, name)
    cells = ''.join('<row r="%d">%s</row>' % (i + 1, ''.join(
        '<c r="%s%d" t="inlineStr">%s<is><t>%s</t></is></c>' % ('ABCDEFG'[k], i + 1, '<f>1+1</f>' if v == '=F' else '', v)
        for k, v in enumerate(row))) for i, row in enumerate(rows))
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as z:
        z.writestr('[Content_Types].xml', '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
        z.writestr('_rels/.rels', '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        z.writestr('xl/workbook.xml', '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>')
        z.writestr('xl/_rels/workbook.xml.rels', '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')
        z.writestr('xl/worksheets/sheet1.xml', sheet or '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>' % cells)
    return path


head = ['留言编号', '留言用户', '留言主题', '留言时间', '留言详情']
good = ['1', 'u', '路灯不亮', '2019/2/28 11:25:05', '路灯三天不亮']


def imported(path):
    code, text, err = run('import', 'messages', path, '--data', data2, '--json')
    try:
        return code, json.loads(text.splitlines()[-1]), err
    except (ValueError, IndexError):
        return code, {}, err


code, a, err = imported(listing('columns.xlsx', [['a', 'b'], ['1', '2']]))
check(code == 1 and '留言编号' in err, 'wrong columns are named', err)
code, a, err = imported(listing('rows.xlsx', [head, good, ['2', 'u', 'x', '30 February', 'y'], ['3', 'u', '=F', '2019/1/1', 'z'], ['', 'u', 'x', '2019/1/1', 'y']]))
check(code == 1 and a.get('imported') == 1 and [f['row'] for f in a.get('refused', [])] == [3, 4, 5], 'faults name their rows and the good row goes in', a)
check(a.get('refused', [{}])[0].get('column') == 'D', 'and their columns', a)
whole = open(listing('good.xlsx', [head, good]), 'rb').read()
path = os.path.join(folder, 'cut.xlsx')
open(path, 'wb').write(whole[:len(whole) // 2])
check(imported(path)[0] == 1, 'a truncated spreadsheet')
check(imported(listing('bomb.xlsx', [], sheet='<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>' + '<row r="1"><c r="A1"><v>' + '0' * (300 << 20) + '</v></c></row></sheetData></worksheet>'))[0] == 1, 'a zip bomb')
begin = time.monotonic()
code, a, err = imported(listing('empty.xlsx', [], sheet='<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>' + ''.join('<row r="%d"/>' % i for i in range(1, 1000001)) + '</sheetData></worksheet>'))
check(code == 1, 'a million empty rows', (code, a))
code, a, err = imported(listing('again.xlsx', [head, good]))
check(code == 0 and a.get('already') == 1 and a.get('imported') == 0, 'a row that is on record already', a)
check(run('check', '--data', data2)[0] == 0, 'every invariant holds afterwards')

subprocess.run(['rm', '-rf', folder])
