#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A year with the injected clock, looked at every evening.
set -u
program=$XQ_BUILD/tests/year
[ -x "$program" ] || program=$(find -L "$XQ_BUILD" -name year -type f -perm -u+x | head -n 1)
folder=$(mktemp -d "${TMPDIR:-/tmp}/xinqiao-year-XXXXXX")
trap 'rm -rf "$folder"' EXIT
if [ -n "${XQ_TEST_POSTGRES-}" ]; then
	XQ_TEST_DATABASE=$("$(dirname "$0")/../on-postgres/database" --make "$folder/data") || exit 1
	export XQ_TEST_DATABASE
fi
exec_rc=0
"$program" "$folder/data" || exec_rc=$?
exit $exec_rc
