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
if [ -n "${XQ_TEST_POSTGRES-}" ]; then # each act is a few messages there: a few offices
	for seed in 1 2 3 4; do
		XQ_TEST_DATABASE=$("$(dirname "$0")/../on-postgres/database" --make "$folder/$seed") || exit 1
		export XQ_TEST_DATABASE
		rc=0
		"$program" "$folder/$seed" $seed >"$folder/said" 2>&1 || rc=$?
		[ $rc -eq 0 ] || exec_rc=$rc
		[ $rc -lt 128 ] || tail -n 3 "$folder/said" | sed 's/^/    /' # it broke off: its last words
		grep '^PASS\|^FAIL' "$folder/said" | sed "s/\$/ (office $seed)/"
	done
	exit $exec_rc
fi
"$program" "$folder/data" || exec_rc=$?
exit $exec_rc
