# SPDX-License-Identifier: Apache-2.0
"""An office moves between cells that are files (tests/cells.py)."""
import os, shutil, sys, tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
import cells
import store

if store.on_server:
    store.skip('cells', 'tests/postgres/test_office_move.py moves an office to a server and back')
    sys.exit(0)

folder = tempfile.mkdtemp(prefix='xinqiao-cells-')
try:
    cells.tell('cells', folder, cells.Place(folder + '/b'))
finally:
    shutil.rmtree(folder, ignore_errors=True)
