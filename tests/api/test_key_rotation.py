# SPDX-License-Identifier: Apache-2.0
"""The key of the record is changed and the old one retired: everybody who knows the first key alone gets to the
second one over what both have signed, and nobody gets to a key of somebody else."""
import json, os, re, shutil, signal, subprocess, sys, tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import store

program, root = os.environ['XQ_BIN'], os.path.abspath(os.environ.get('XQ_SOURCE_ROOT') or os.environ.get('XQ_ROOT') or '.')
folder = tempfile.mkdtemp(prefix='xinqiao-keys-')
data, copy, mirror = folder + '/data', folder + '/copy', folder + '/mirror'


def check(good, what, got=''):
    print(('PASS ' if good else 'FAIL ') + 'keys: ' + what)
    if not good:
        print('    got', str(got)[:900])


def run(*words):
    p = subprocess.run([program, *words], capture_output=True, text=True,
                       env=dict(os.environ, LANG='C.UTF-8', LC_ALL='', no_proxy='127.0.0.1'))
    return p.returncode, p.stdout, p.stderr


def record(*words):
    code, out, err = run('record', *words, '--json')
    return code, json.loads(out) if out.startswith('{') else {}, err


def act(name, *words, who='admin', where=None):
    code, out, err = run('act', name, '--data', where or data, '--as', who, *words)
    return code, json.loads(out).get('result', {}) if out.startswith('{') else {}, err


def outside(where, *words):
    """The verifier of strangers."""
    p = subprocess.run([sys.executable, '-B', root + '/tools/verify/verify.py', where, '--json', *words], capture_output=True,
                       text=True)
    if 'ModuleNotFoundError' in p.stderr:
        return None
    return json.loads(p.stdout) if p.stdout.startswith('{') else {'ok': False, 'stderr': p.stderr}


def both_say_yes(where, what, *words):
    code, seen, err = record('verify', where, *words)
    check(code == 0 and seen.get('ok'), what + ': record verify', (seen, err))
    told = outside(where, *words)
    if told is None:
        print('SKIP keys: %s: no signature package for the outside verifier' % what)
    else:
        check(told['ok'], what + ': the outside verifier', told)


def signers(path):
    """Key ids of the log on a checkpoint."""
    import base64
    lines = open(path).read().split('\n')
    return [base64.b64decode(l.split(' ')[2])[:4].hex() for l in lines[4:] if l.startswith('\u2014 ' + lines[0] + ' ')]


run('init', '--data', data, '--demo', '--concerns', '12')
_, first, _ = record('export', '--data', data, '-o', copy)
_, seen, _ = record('verify', copy)
vkey = seen['vkey']
shutil.copytree(copy, mirror)
old = folder + '/old'           # somebody's copy from before the change, and a backup of the same day
shutil.copytree(copy, old)
backup = folder + '/backup'
store.copy(data, backup)

# ---- somebody keeps a receipt of these days
CHECK = r"""
const [root, build, kept, url] = process.argv.slice(1), fs = require('fs');
const r = require(root + '/assets/js/receipt-check.js'), say = require(root + '/assets/js/receipt-say.js');
r.nacl = require(build + '/src/nacl.js');
const page = fs.readFileSync(kept, 'utf8'), sign = { quot: '"', amp: '&', lt: '<', gt: '>', '#39': "'" };
const el = (id) => new RegExp('id="' + id + '"[^>]*>([^<]*)<').exec(page)[1].replace(/&([a-z0-9#]+);/g, (_, s) => sign[s]);
const at = (name) => new RegExp('data-' + name + '="([^"]*)"').exec(page)[1];
r.check({ proof: el('rc-proof'), beside: JSON.parse(el('rc-beside')), vkey: at('vkey'), code: at('code') },
	(path) => fetch(url + path).then((a) => (a.ok ? a.text() : Promise.reject(new Error(a.status)))), say)
	.then((out) => console.log(out.ok, out.steps.map((s) => s.state).join(' ')));
"""


class Served:
    def __enter__(self):
        self.process = subprocess.Popen([program, 'serve', '--data', data, '--listen', '127.0.0.1:0', '--no-limits'],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = 'http://127.0.0.1:' + re.search(r':(\d+)$', self.process.stdout.readline().strip()).group(1)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


def in_a_browser(kept, url):
    """The check of the receipt's own page, over a file that was kept."""
    p = subprocess.run(['node', '-e', CHECK, root, os.environ.get('XQ_BUILD', root + '/build'), kept, url + '/log/demo'],
                       capture_output=True, text=True, env=dict(os.environ, no_proxy='127.0.0.1'))
    return (p.stdout + p.stderr).strip()


def keep(code, url, name):
    import urllib.request
    with urllib.request.urlopen(url + '/r/%s/save' % code) as got, open(folder + name, 'wb') as f:
        f.write(got.read())
    return folder + name


code, out, err = run('act', 'concern.raise', '--data', data, '--body', '\u4e8c\u5355\u5143\u697c\u9053\u706f\u574f\u4e86\u4e09\u5929')
paper_of_old = json.loads(out)['result']['receipt']
with Served() as s:
    paper_kept = keep(paper_of_old, s.url, '/paper-old.html')
    got = in_a_browser(paper_kept, s.url)
    check(got == 'true ok ok ok none ok ok ok', 'a kept receipt is checked in its days', got)
_, first, _ = record('export', '--data', data, '-o', copy)

# ---- both sign
code, made, err = act('record.key-rotate', '--days', '30')
check(code == 0 and made['vkey'] != vkey, 'a second key is added', (made, err))
second = made['vkey']
ids = [v.split('+')[1] for v in (vkey, second)]
code, _, err = record('export', '--data', data, '-o', copy)
check(sorted(signers(copy + '/checkpoint')) == sorted(ids), 'both keys sign', (signers(copy + '/checkpoint'), ids))
about = json.load(open(copy + '/log.json'))
check([v for v, _ in about['vkeys']] == [vkey, second] and about['vkeys'][1][1] == first['size'] + 1,
      'log.json names both with their first size', about['vkeys'])
both_say_yes(copy, 'while both sign, by the first key', '--vkey', vkey)
both_say_yes(copy, 'while both sign, by the second key', '--vkey', second)
overlap = folder + '/overlap'
store.copy(data, overlap)

# ---- the first one goes
code, _, err = act('record.key-retire', '--key', ids[0], '--why', 'rotation')
check(code == 0, 'the first key is retired', err)
act('role.grant', '--login', 'zhoumin', '--role', 'handler', '--scope', 'office')
code, grown, err = record('export', '--data', data, '-o', copy)
check(code == 0 and signers(copy + '/checkpoint') == [ids[1]], 'the second key signs alone', (grown, err))
both_say_yes(copy, 'after the change, by the first key', '--vkey', vkey)
both_say_yes(copy, 'after the change, by the key of the log itself')

# ---- those who were away meanwhile
code, got, err = record('mirror', mirror, '--from', copy, '--once', '--vkey', vkey)
check(code == 0 and got['size'] == grown['size'], 'a mirror that missed it all follows', (got, err))
both_say_yes(mirror, 'that mirror', '--vkey', vkey)
kept = open(mirror + '/keys').read().split('\n')
check(re.fullmatch(re.escape(vkey) + r' 0 \d+', kept[0]) and re.fullmatch(re.escape(second) + r' \d+', kept[1]),
      'it knows from which size on and how long each signs', kept)
with Served() as s:
    code, got, err = record('mirror', folder + '/fresh', '--from', s.url + '/log/demo', '--once', '--vkey', vkey)
    check(code == 0 and got['size'] >= grown['size'], 'a new mirror begins with the first key', (got, err))
    both_say_yes(folder + '/fresh', 'the new mirror', '--vkey', vkey)
    got = in_a_browser(paper_kept, s.url)
    check(got == 'true ok ok ok none ok ok ok', 'a receipt that was kept before the change reaches the new key', got)

# ---- a key of somebody else, told by entries that no key of the log has signed
stranger = folder + '/stranger'
shutil.copytree(old, folder + '/kept-old')
run('init', '--data', stranger, '--demo', '--concerns', '12', '--seed', '9')
_, theirs, _ = record('export', '--data', stranger, '-o', folder + '/theirs')
code, _, err = record('mirror', old, '--from', folder + '/theirs', '--once')
check(code == 1 and not os.path.exists(old + '/fork'), 'a log by another key is refused without crying fork', err)
bare = folder + '/bare'        # nobody who was away can pass where no checkpoint of both is kept
shutil.copytree(copy, bare)
shutil.rmtree(bare + '/checkpoints', ignore_errors=True)
code, _, err = record('mirror', folder + '/kept-old', '--from', bare, '--once', '--vkey', vkey)
check(code == 1, 'without a checkpoint of both keys there is no way', err)
check(record('verify', bare, '--vkey', vkey)[0] == 1, 'nor for who checks it')

# ---- receipts
code, out, err = run('act', 'concern.raise', '--data', data, '--body', '\u4e09\u5355\u5143\u697c\u9053\u706f\u574f\u4e86\u4e09\u5929')
paper = json.loads(out)['result'].get('receipt') if code == 0 else None
if paper:
    record('export', '--data', data, '-o', copy)
    code, told, err = record('receipt', paper, '--data', data)
    check(code == 0 and told['ok'] and told['steps'] == 5, 'a receipt of today is checked by the key of today', (told, err))
else:
    check(False, 'an act gives a receipt', (out, err))

# ---- backups
_, newest, _ = record('verify', copy)
for name, before in (('from before the change', backup), ('from the days of both', overlap)):
    code, filled, err = record('refill', '--data', before, copy)
    check(code == 0 and filled['size'] == newest['size'] and filled['root'] == newest['root'],
          'a backup %s is filled up' % name, (filled, err))
    code, checked, err = record('check', '--data', before)
    check([c['name'] for c in checked.get('checks', []) if c['name'] == 'rules' and not c['ok']] == [],
          'and keeps every rule', (checked, err))

# ---- nobody has a copy: another record goes on where this one ended
def begin(name, origin, *more):
    return run('init', '--data', folder + name, '--code', 'demo', '--name', '\u9752\u67ab\u8857\u9053', '--origin', origin, *more)


guard = ['--after', data + '.guard']
code, out, err = begin('/next', 'localhost/log/demo.2', *guard)
check(code == 0, 'a new record begins under the next name', err)
_, begun, _ = record('export', '--data', folder + '/next', '-o', folder + '/next-copy')
with open(folder + '/next-copy/tile/entries/000.p/%d' % begun['size'], 'rb') as f:
    opened = json.loads(f.read(int.from_bytes(f.read(2), 'big')))
last = open(data + '.guard').read().split()
check([opened['pub'][k] for k in ('after', 'size', 'root')] == [last[0], int(last[1]), last[2]], 'its first entry names the last signed head', opened)
both_say_yes(folder + '/next-copy', 'the new record')
for name, origin, words in (('/a', 'localhost/log/demo', guard), ('/b', 'localhost/log/demo.3', guard), ('/c', 'localhost/log/demo.x', guard),
                            ('/d', 'localhost/log/demo.2', ['--after', folder + '/nothing'])):
    code, out, err = begin(name, origin, *words)
    check(code == 1 and 'could go on from' in err, 'but not as %s' % origin, (code, err))
shutil.rmtree(folder)
