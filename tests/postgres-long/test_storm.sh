#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The storm of tests/property on a server: the process is killed again and again, and the next one writes at once.
set -u
if [ -z "${XQ_TEST_POSTGRES-}" ]; then
	echo "SKIP postgres/storm: without a server (tests/run-postgres starts one)"
	exit 0
fi
program=$XQ_BUILD/tests/owner_storm
folder=$(mktemp -d)
name=xq_storm_$$
psql -qAtX "$XQ_TEST_POSTGRES" \
	-c "CREATE DATABASE $name TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
trap 'psql -qAtX "$XQ_TEST_POSTGRES" -c "DROP DATABASE $name WITH (FORCE)"; rm -rf "$folder"' EXIT
XQ_TEST_DATABASE=$(echo "$XQ_TEST_POSTGRES" | sed "s,/postgres?,/$name?,")
export XQ_TEST_DATABASE
kills=5 acts=2000
[ "${XQ_LONG-}" != 1 ] || kills=20 acts=20000
status=0
"$program" "$folder/data" $kills $acts || status=$?
exit $status
