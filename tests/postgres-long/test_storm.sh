#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The storm of tests/property on a server: one process, and then two at the same time, are killed again and again, and
# the next ones write at once.
set -u
if [ -z "${XQ_TEST_POSTGRES-}" ]; then
	echo "SKIP postgres/storm: without a server (tests/run-postgres starts one)"
	exit 0
fi
program=$XQ_BUILD/tests/owner_storm
folder=$(mktemp -d)
name=xq_storm_$$
trap 'for n in 1 2; do psql -qAtX "$XQ_TEST_POSTGRES" -c "DROP DATABASE IF EXISTS ${name}_$n WITH (FORCE)"; done; rm -rf "$folder"' EXIT
kills=6 acts=2000
[ "${XQ_LONG-}" != 1 ] || kills=20 acts=20000
status=0
for n in 1 2; do
	psql -qAtX "$XQ_TEST_POSTGRES" \
		-c "CREATE DATABASE ${name}_$n TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
	XQ_TEST_DATABASE=$(echo "$XQ_TEST_POSTGRES" | sed "s,/postgres?,/${name}_$n?,")
	export XQ_TEST_DATABASE
	XQ_STORM_PROCESSES=$n "$program" "$folder/data$n" $kills $acts >"$folder/said" || status=$?
	sed "s/ owner storm:/ owner storm, $n at a time:/" "$folder/said"
done
exit $status
