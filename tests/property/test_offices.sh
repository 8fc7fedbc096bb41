#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A thousand random offices keep their roster. One of them alone: offices FOLDER SEED.
set -u
program=$XQ_BUILD/tests/offices
[ -x "$program" ] || program=$(find -L "$XQ_BUILD" -name offices -type f -perm -u+x | head -n 1)
# Thousands of small commits: in memory where the machine has such a folder, or the disk takes minutes.
memory=/dev/shm
[ -d "$memory" ] && [ -w "$memory" ] || memory=${TMPDIR:-/tmp}
folder=$(mktemp -d "$memory/xinqiao-offices-XXXXXX")
trap 'rm -rf "$folder"' EXIT
exec_rc=0
"$program" "$folder/data" || exec_rc=$?
exit $exec_rc
