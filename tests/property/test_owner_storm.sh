#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# 20,000 acknowledged acts and at least 20 kills, with XQ_LONG=1 100,000 and 60; the folder lies in
# memory where there is room, since a killed process loses nothing that the system has taken.
set -u
if [ -n "${XQ_TEST_POSTGRES-}" ]; then
	echo "SKIP owner storm: tests/postgres-long/test_storm.sh runs it on a server, with one process and with two"
	exit 0
fi
program=$XQ_BUILD/tests/owner_storm
[ -x "$program" ] || program=$(find -L "$XQ_BUILD" -name owner_storm -type f -perm -u+x | head -n 1)
place=${TMPDIR:-/tmp}
[ ! -w /dev/shm ] || [ "$(df -Pk /dev/shm | awk 'NR == 2 { print $4 }')" -lt 1000000 ] || place=/dev/shm
folder=$(mktemp -d "$place/xinqiao-storm-XXXXXX")
trap 'rm -rf "$folder"' EXIT
kills=20 acts=20000
[ "${XQ_LONG-}" != 1 ] || kills=60 acts=100000
exec_rc=0
"$program" "$folder/data" "$kills" "$acts" || exec_rc=$?
exit $exec_rc
