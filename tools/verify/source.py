# SPDX-License-Identifier: Apache-2.0
"""Where a copy of the record lies: a folder (static export), an address, or memory (tests)."""
import os
import urllib.error
import urllib.request

LIMIT = 64 << 20        # no file of a record is larger


class Folder:
    def __init__(self, path):
        self.path = path

    def get(self, name):
        try:
            with open(os.path.join(self.path, name), "rb") as file:
                return file.read(LIMIT)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None

    def names(self, folder):
        for where, _, files in os.walk(os.path.join(self.path, folder)):
            for name in files:
                yield os.path.relpath(os.path.join(where, name), self.path).replace(os.sep, "/")


class Address:
    def __init__(self, url):
        self.url = url.rstrip("/") + "/"

    def get(self, name):
        try:
            with urllib.request.urlopen(self.url + name, timeout=30) as answer:
                return answer.read(LIMIT)
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise

    def names(self, folder):
        return ()           # an address cannot be listed; log.json names the kept checkpoints


class Memory:
    def __init__(self, files):
        self.files = files

    def get(self, name):
        return self.files.get(name)

    def names(self, folder):
        return [name for name in self.files if name.startswith(folder + "/")]
