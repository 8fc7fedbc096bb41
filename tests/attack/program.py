# SPDX-License-Identifier: Apache-2.0
"""The same copies under `xinqiao record verify`: the program must find what the outside verifier finds."""
import json
import os
import subprocess

import synth


class Program:
    def __init__(self, binary, folder):
        self.binary, self.folder, self.written = binary, folder, {}

    def knows_how(self):
        done = subprocess.run([self.binary, "record", "verify", "--help"], capture_output=True, timeout=60)
        return done.returncode == 0 and b"record verify" in done.stdout

    def _write(self, files):
        """Bring the folder to these files; what it has already is left alone."""
        for name in self.written.keys() - files.keys():
            os.unlink(os.path.join(self.folder, name))
        for name, data in files.items():
            if self.written.get(name) != data:
                path = os.path.join(self.folder, name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "wb") as file:
                    file.write(data)
        self.written = dict(files)

    def judge(self, files, evidence):
        """(exit status, the rules that it names, its output)"""
        self._write(files)
        words = [self.binary, "record", "verify", self.folder, "--json", "--vkey", synth.FIRST.vkey,
                 "--witness", synth.WITNESS.vkey]
        if evidence.get("need"):
            words += ["--cosigned", str(evidence["need"])]
        if evidence.get("now"):
            words += ["--now", synth.stamp(evidence["now"])]
        for option, key in (("--old", "seen"), ("--receipt", "receipts")):
            for number, (_, data) in enumerate(evidence.get(key, ())):
                path = "%s.%s.%d" % (self.folder, key, number)
                with open(path, "wb") as file:
                    file.write(data)
                words += [option, path]
        done = subprocess.run(words, capture_output=True, timeout=60)
        try:
            rules = {fault["rule"] for fault in json.loads(done.stdout)["faults"]}
        except (KeyError, ValueError):
            rules = set()
        return done.returncode, rules, (done.stdout + done.stderr).decode("utf-8", "replace")
