#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/property/test_record_kills.py with two servers at the same time on one database.
set -u
if [ -z "${XQ_TEST_POSTGRES-}" ]; then
	echo "SKIP postgres/kills of two: without a server (tests/run-postgres starts one)"
	exit 0
fi
XQ_BIN=$XQ_ROOT/tests/on-postgres/xinqiao
export XQ_BIN
status=0
said=$(XQ_SERVERS=2 python3 -B "$XQ_ROOT/tests/property/test_record_kills.py") || status=$?
echo "$said" | sed 's/ record kills:/ record kills, two servers:/'
exit $status
