# SPDX-License-Identifier: Apache-2.0
"""The public record as files: export and verify, a mirror of a running server, a backup that was put back."""
import json, os, re, shutil, signal, subprocess, sys, tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import store

program = os.environ['XQ_BIN']
folder = tempfile.mkdtemp(prefix='xinqiao-record-')
data, copy = folder + '/data', folder + '/copy'


def check(good, what, got=''):
    print(('PASS ' if good else 'FAIL ') + 'record: ' + what)
    if not good:
        print('    got', str(got)[:600])


def run(*words):
    p = subprocess.run([program, *words], capture_output=True, text=True,
                       env=dict(os.environ, LANG='C.UTF-8', LC_ALL='', no_proxy='127.0.0.1'))
    return p.returncode, p.stdout, p.stderr


def record(*words):
    code, out, err = run('record', *words, '--json')
    return code, json.loads(out) if out.startswith('{') else {}, err


def grant(login, role):
    return run('act', 'role.grant', '--data', data, '--as', 'admin', '--login', login, '--role', role, '--scope', 'office')


def edit(path, old, new):
    b = open(path, 'rb').read()
    assert old in b, (path, old)
    open(path, 'wb').write(b.replace(old, new, 1))


for command in ('verify', 'export', 'check', 'mirror', 'refill'):
    code, out, err = run('record', command, '--help')
    check(code == 0 and 'record ' + command in out, command + ' --help', out + err)
check(run('record')[0] == 2 and run('record', 'nonsense')[0] == 2, 'wrong use ends with 2')
check(run('record', 'verify', folder + '/none')[0] == 1, 'a folder that is not there ends with 1')

# ---- export and verify
run('init', '--data', data, '--demo', '--concerns', '12')
code, grown, err = record('export', '--data', data, '-o', copy)
check(code == 0 and grown['from'] == 0 and grown['size'] > 50, 'an export has all entries', (grown, err))
code, seen, err = record('verify', copy)
check(code == 0 and seen['ok'] and seen['entries'] == grown['size'] and seen['own_vkey'], 'it verifies', (seen, err))
vkey, first = seen['vkey'], seen
check(grown['vkey'] == vkey and grown['origin'] == seen['origin'] and len(grown['root']) == 44, 'and says key, origin and root', grown)
code, seen, _ = record('verify', copy, '--vkey', vkey)
check(code == 0 and not seen['own_vkey'], 'with the key from elsewhere too', seen)
code, seen, _ = record('verify', copy, '--now', '2199-01-01')
check(code == 1 and [f['key'] for f in seen['faults']] == ['verify.stale'] and seen['trust_copy'], 'later it is stale', seen)
code, _, err = record('verify', copy, '--vkey', vkey[:-4] + 'AAAA')
check(code == 1 and 'key' in err, 'a key with four characters changed is none', err)
code, checked, err = record('check', '--data', data, '--parts')
check(code == 0 and checked['ok'] and {c['name'] for c in checked['checks']} >= {'head', 'start', 'tiles', 'rules', 'parts'},
      'the office checks its own', (checked, err))

# ---- a second export has what is new; an older checkpoint still fits
old_note = folder + '/old-note'
shutil.copy(copy + '/checkpoint', old_note)
code, out, err = grant('zhoumin', 'handler')
check(code == 0, 'an act writes an entry', out + err)
code, more, _ = record('export', '--data', data, '-o', copy)
check(code == 0 and more['from'] == grown['size'] and more['size'] > grown['size'], 'an export adds what is new', more)
code, seen, _ = record('verify', copy, '--old', old_note)
check(code == 0 and seen['older_checkpoints'] >= 1, 'and still fits the older checkpoint', seen)

# ---- bent copies
bent = folder + '/bent'
shutil.copytree(copy, bent)
edit(bent + '/checkpoint', b'\n' + str(more['size']).encode() + b'\n', b'\n' + str(more['size'] - 1).encode() + b'\n')
code, seen, _ = record('verify', bent)
check(code == 1 and not seen['trust_copy'] and seen['faults'][0]['rule'] in ('V1', 'V2'), 'a forged checkpoint is found', seen)
shutil.copy(copy + '/checkpoint', bent + '/checkpoint')
edit(bent + '/tile/entries/000', b'"role":"clerk"', b'"role":"staff"') if os.path.exists(bent + '/tile/entries/000') else \
    edit(bent + '/tile/entries/000.p/%d' % more['size'], b'"role":"clerk"', b'"role":"staff"')
code, seen, _ = record('verify', bent)
check(code == 1 and {'V2', 'V3'} <= {f['rule'] for f in seen['faults']}, 'an edited entry is found', seen)
code, _, err = record('mirror', folder + '/no', '--from', bent, '--once')
check(code == 1 and not os.path.exists(folder + '/no/checkpoint'), 'and no mirror takes it over', err)

# ---- a mirror of a running server
server = subprocess.Popen([program, 'serve', '--data', data, '--listen', '127.0.0.1:0', '--no-limits'],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
port = int(re.search(r':(\d+)$', server.stdout.readline().strip()).group(1))
url, mirror = 'http://127.0.0.1:%d/log/demo' % port, folder + '/mirror'
code, got, err = record('mirror', mirror, '--from', url, '--once', '--vkey', vkey)
check(code == 0 and got['size'] >= more['size'], 'a running server is mirrored', (got, err))
code, seen, _ = record('verify', mirror, '--vkey', vkey, '--old', copy + '/checkpoint')
check(code == 0 and seen['ok'], 'the mirror verifies', seen)
code, seen, err = record('verify', url, '--vkey', vkey, '--old', copy + '/checkpoint')
check(code == 0 and seen['ok'] and seen['entries'] == got['size'], 'so does the server itself, by its address', (seen, err))
shutil.copy(old_note, folder + '/forged-note')
edit(folder + '/forged-note', b'\n' + str(grown['size']).encode() + b'\n', b'\n' + str(grown['size'] - 1).encode() + b'\n')
check(record('verify', url, '--vkey', vkey, '--old', folder + '/forged-note')[0] == 1, 'and not beside a forged older checkpoint')
code, got, _ = record('mirror', mirror, '--from', url + '/', '--once')
check(code == 0 and got['from'] == got['size'], 'nothing new is no fault', got)
code, _, err = record('mirror', folder + '/none', '--from', url.replace('demo', 'none'), '--once')
check(code == 1 and 'checkpoint' in err, 'an address without a record is said', err)
server.send_signal(signal.SIGTERM)
server.wait(20)
check(record('mirror', mirror, '--from', url, '--once')[0] == 1, 'a server that is away is said')
code, got, err = record('mirror', mirror, '--data', data, '--once')
check(code == 0 and got['vkey'] == vkey and got['from'] == seen['entries'], 'a mirror of the own data folder goes on from it', (got, err))
check(run('record', 'mirror', mirror, '--data', data, '--from', url)[0] == 2 and run('record', 'mirror', mirror)[0] == 2, 'one source, not two nor none')

# ---- an old backup is put back
record('export', '--data', data, '-o', copy)
backup = folder + '/backup'
store.copy(data, backup)
grant('dengqi', 'handler')
grant('peixin', 'handler')
_, newest, _ = record('export', '--data', data, '-o', copy)
_, before, _ = record('verify', copy)

# the same key signs a second history, since its guard file was taken away
second = folder + '/second'
store.copy(backup, second)
for login, role in (('dengqi', 'evaluator'), ('dengqi', 'clerk'), ('zhoumin', 'clerk')):
    run('act', 'role.grant', '--data', second, '--as', 'admin', '--login', login, '--role', role, '--scope', 'office')
code, _, err = record('export', '--data', second, '-o', copy)
kept = sorted(os.listdir(copy + '/fork')) if os.path.isdir(copy + '/fork') else []
check(code == 1 and 'another history' in err and len(kept) == 2, 'a second history is refused, both notes kept', (err, kept))
code, seen, _ = record('verify', copy, *(w for name in kept for w in ('--old', copy + '/fork/' + name)))
check(code == 1 and {f['key'] for f in seen['faults']} <= {'verify.fork', 'verify.rolled-back'} and not seen['trust_copy'],
      'and either note proves it against the other', seen)

store.copy(backup, data)
code, checked, _ = record('check', '--data', data)
check(code == 1 and [c['ok'] for c in checked['checks'] if c['name'] == 'start'] == [False],
      'a backup that was put back is noticed', checked)
code, _, err = record('mirror', folder + '/x', '--from', old_note, '--once')
check(code == 1, 'a file is no source', err)
edit(bent + '/checkpoint', b'localhost', b'otherhost')
code, _, err = record('refill', '--data', data, bent)
check(code == 1 and 'Nothing was taken back' in err, 'a foreign record is not taken', err)
code, filled, err = record('refill', '--data', data, copy)
check(code == 0 and filled['size'] == before['size'] and filled['root'] == before['root'],
      'what was missing comes back to the same root', (filled, before, err))
code, _, err = record('refill', '--data', data, copy)
check(code == 1 and 'nothing to take back' in err, 'a second time there is nothing to take', err)
code, checked, err = record('check', '--data', data)
faults = [c['name'] for c in checked.get('checks', []) if not c['ok']]
check(faults == ['record.entries-without-rows'], 'the record holds, and rows that are missing are named', (faults, err))
code, out, _ = run('check', '--data', data)
check(code == 1 and 'record.entries-without-rows' in out, 'check names them too', out)
shutil.rmtree(folder)
