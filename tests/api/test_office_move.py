# SPDX-License-Identifier: Apache-2.0
"""An office moves between cells that are files (tests/cells.py)."""
import os, shutil, sys, tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
import cells

folder = tempfile.mkdtemp(prefix='xinqiao-cells-')
try:
    cells.tell('cells', folder, cells.Place(folder + '/b'))
finally:
    shutil.rmtree(folder, ignore_errors=True)
