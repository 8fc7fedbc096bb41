# SPDX-License-Identifier: Apache-2.0
"""Nothing in the public record tells who a resident is, also by combination: ledger.md 3.1 and 3.4 over
every entry of a demo office, whose acts are the real ones."""
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import store  # noqa: E402

program = os.environ['XQ_BIN']
folder = tempfile.TemporaryDirectory(prefix='xinqiao-record-')


def say(good, what, detail=''):
    print('%s record: %s' % ('PASS' if good else 'FAIL', what))
    if not good and detail:
        print('    %s' % (str(detail)[:600],))


data = os.path.join(folder.name, 'data')
subprocess.run([program, 'init', '--data', data, '--demo', '--concerns', '300'], check=True,
               capture_output=True)
raw = [row[0] for row in store.rows(data, 'SELECT bytes FROM ledger_event ORDER BY seq')]
events = [json.loads(b) for b in raw]
say(len(events) > 2000, 'an office with a life in it', len(events))


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for v in value.values():
            yield from strings(v)
    elif isinstance(value, list):
        for v in value:
            yield from strings(v)


# --- 3.1: codes, never prose ---
code = re.compile(r'[!#-\[\]-~]{1,512}')
odd = [(e['seq'], s) for e in events for s in strings(e) if not code.fullmatch(s)]
say(not odd, 'every string is a code', odd)
# a random or hashed value may hold eleven digits by chance; a code of a list must not
phone = re.compile(r'(?<!\d)1[3-9]\d{9}(?!\d)')
odd = [(e['seq'], s) for e in events for s in strings(e['pub']) if len(s) < 40 and phone.search(s)]
say(not odd, 'no value looks like a telephone', odd)
personal = set()
for name, phone_no, address, body in store.rows(data, 'SELECT name, phone, address, body FROM intake'):
    personal |= {p for p in (name, phone_no, address, body) if len(p) > 1}
personal |= {row[0] for row in store.rows(data, 'SELECT name FROM person')}
personal |= {row[0] for row in store.rows(data, 'SELECT login FROM account WHERE length(login) > 5')}
whole = b'\n'.join(raw).decode()
odd = [p for p in personal if p in whole]
say(len(personal) > 300 and not odd, 'no name, telephone, address or word of anybody', odd)

# --- 3.4 rule 1: the zone is the finest place; few classes; sensitive ones read "other" ---
units = {row[0] for row in store.rows(data, 'SELECT public_code FROM unit')}
seen = {e['unit'] for e in events if 'unit' in e}
seen |= {e['pub'][f] for e in events for f in ('to', 'by', 'unit2') if f in e['pub']
         and e['k'].startswith('concern.') and e['k'] != 'concern.redirected'}
say(seen <= units, 'a unit stands under its public code', seen - units)
hidden = {row[0] for row in store.rows(data, 'SELECT code FROM unit WHERE code <> public_code')}
say(not seen & hidden, 'a unit that would tell a place finer than the zone stands under its station', seen & hidden)
classes = {'property', 'facility', 'sanitation', 'noise', 'parking', 'illegal', 'elderly', 'welfare',
           'neighbour', 'other'}
seen = {e['pub']['class'] for e in events if 'class' in e['pub'] and e['k'].startswith('concern.')}
say(seen <= classes and len(seen) > 3, 'classes are of the public list', seen)
finer = {'nbhd', 'neighbourhood', 'point', 'building', 'age', 'sex', 'address', 'place', 'phone', 'room'}
odd = [(e['seq'], f) for e in events for f in e['pub'] if f in finer]
say(not odd, 'no field is finer than the zone', odd)

# --- rule 2: the sealed lane ---
sealed = {e['ref'] for e in events if e['k'] == 'concern.raised' and e['pub']['lane'] == 'sealed'}
of_sealed = [e for e in events if e.get('ref') in sealed]
odd = [e['seq'] for e in of_sealed if 'unit' in e or {'zone', 'to', 'by', 'unit2'} & set(e['pub'])]
say(len(sealed) > 2 and not odd, 'what is confidential has no unit and no zone on any entry', odd)
odd = [e['seq'] for e in of_sealed if e['pub'].get('class', 'other') != 'other']
say(not odd, 'and no class', odd)
file_lane = dict(store.rows(data, 'SELECT ref, lane FROM concern'))
odd = [r for r, lane in file_lane.items() if lane != 0 and r not in sealed]
say(not odd, 'every confidential concern is one of them', odd)

# --- rule 3: refs are random, one for each concern, and follow from nothing that a resident holds ---
refs = [row[0] for row in store.rows(data, 'SELECT ref FROM concern')]
say(len(set(refs)) == len(refs) and all(re.fullmatch('c-[a-z2-7]{16}', r) for r in refs),
    'each concern has a ref of its own')
first = collections.Counter(c for r in refs for c in r[2:])
say(len(first) == 32 and max(first.values()) < 3 * min(first.values()), 'whose letters are spread evenly',
    first)

# --- what is secret stands beside: each part of an entry is a commitment of 32 bytes ---
odd = [e['seq'] for e in events for c in e.get('com', {}).values() if not re.fullmatch(r'[A-Za-z0-9+/]{43}=', c)]
say(not odd, 'a part is a commitment', odd)
coms = [c for e in events for c in e.get('com', {}).values()]
say(len(set(coms)) == len(coms), 'and no two are equal, whatever was said')
