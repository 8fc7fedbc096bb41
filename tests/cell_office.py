# SPDX-License-Identifier: Apache-2.0
"""An office of another cell that a test plays itself: it signs with a key of its own, asks, and answers as it is told.

    office = Office('zz', 'cell.test/log/zz')
    office.vkey                              for `xinqiao office peer add`
    office.say('offer', 'qf', {'id': 1})     the bytes of a question
    office.ask(port, 'qf', text)             -> status, answer
    office.answers['decision'] = {...}       what it answers when it is asked (office.port, office.asked)
"""
import base64
import ctypes
import hashlib
import http.client
import http.server
import json
import os
import threading
import time

sodium = ctypes.CDLL('libsodium.so.23')
sodium.sodium_init()
HEAD = 'xinqiao-cell/1\n'


class Office:
    def __init__(self, code, origin, seed=None):
        self.code, self.origin = code, origin
        self.public, self.secret = ctypes.create_string_buffer(32), ctypes.create_string_buffer(64)
        sodium.crypto_sign_seed_keypair(self.public, self.secret, seed or os.urandom(32))
        key = b'\x01' + self.public.raw
        self.id = hashlib.sha256(origin.encode() + b'\n' + key).digest()[:4]
        self.vkey = '%s+%s+%s' % (origin, self.id.hex(), base64.b64encode(key).decode())
        self.answers, self.asked, self.skew = {}, [], 0

    def sign(self, body):
        out, raw = ctypes.create_string_buffer(64), body.encode()
        sodium.crypto_sign_detached(out, None, raw, ctypes.c_ulonglong(len(raw)), self.secret)
        return '\u2014 %s %s\n' % (self.origin, base64.b64encode(self.id + out.raw).decode())

    def say(self, kind, to, say, re='', **other):
        message = {'v': 1, 'kind': kind, 'from': self.code, 'to': to, 'at': int(time.time()) + self.skew,
                   'nonce': os.urandom(16).hex(), 're': re, 'say': say, **other}
        body = HEAD + json.dumps(message, ensure_ascii=False, separators=(',', ':')) + '\n'
        return body + '\n' + self.sign(body)

    @staticmethod
    def read(text):
        return json.loads(text[len(HEAD):].split('\n')[0])

    @staticmethod
    def ask(port, code, text):
        web = http.client.HTTPConnection('127.0.0.1', port, timeout=30)
        web.request('POST', '/o/%s/cell/ask' % code, text.encode() if isinstance(text, str) else text,
                    {'Content-Type': 'text/plain; charset=utf-8'})
        answer = web.getresponse()
        return answer.status, answer.read().decode('utf-8', 'replace')

    def serve(self):
        office = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *words):
                pass

            def do_POST(self):
                question = Office.read(self.rfile.read(int(self.headers['Content-Length'])).decode())
                office.asked.append(question)
                said = office.answers.get(question['kind'])
                said = said(question) if callable(said) else said
                text = said if isinstance(said, str) else office.say(
                    question['kind'], question['from'], said or {}, re=question['nonce'])
                self.send_response(200 if said is not None else 404)
                self.send_header('Content-Length', str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

        self.http = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.port = self.http.server_address[1]
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        return self


class Wire:
    """A line to a server: keeps what goes over it, and can be cut for some kinds of questions."""

    def __init__(self, to_port):
        self.to_port, self.seen, self.cut = to_port, [], set()
        wire = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *words):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers['Content-Length']))
                kind = Office.read(body.decode())['kind']
                wire.seen.append((kind, self.path, body))
                if kind in wire.cut:
                    self.close_connection = True
                    return
                web = http.client.HTTPConnection('127.0.0.1', wire.to_port, timeout=30)
                try:
                    web.request('POST', self.path, body, {'Content-Type': self.headers['Content-Type']})
                    answer = web.getresponse()
                except OSError:
                    self.close_connection = True
                    return
                text = answer.read()
                self.send_response(answer.status)
                for name in ('Content-Type', 'Location'):
                    if answer.getheader(name):
                        self.send_header(name, answer.getheader(name))
                self.send_header('Content-Length', str(len(text)))
                self.end_headers()
                self.wfile.write(text)

        self.http = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.port = self.http.server_address[1]
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def kinds(self):
        return [kind for kind, _, _ in self.seen]
