# SPDX-License-Identifier: Apache-2.0
"""An office moves from a file to a server that others work with, and back (tests/cells.py)."""
import os, shutil, subprocess, sys, tempfile

server = os.environ.get('XQ_TEST_POSTGRES')
if not server:
    print('SKIP postgres/cells: without a server (tests/run-postgres starts one)')
    sys.exit(0)
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
import cells

folder = tempfile.mkdtemp(prefix='xinqiao-cells-')
name = 'xq_cells_%d' % os.getpid()


def sql(text):
    subprocess.run(['psql', '-qAtX', server, '-c', text], check=True)


sql("CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'" % name)
try:
    cells.tell('postgres/cells', folder, cells.Place(folder + '/b', server.replace('/postgres?', '/%s?' % name)))
finally:
    sql('DROP DATABASE IF EXISTS %s WITH (FORCE)' % name)
    shutil.rmtree(folder, ignore_errors=True)
