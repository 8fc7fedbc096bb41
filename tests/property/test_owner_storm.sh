#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# 20,000 acknowledged acts and at least 20 kills; the folder lies in memory where there is room.
set -u
program=$XQ_BUILD/tests/owner_storm
[ -x "$program" ] || program=$(find -L "$XQ_BUILD" -name owner_storm -type f -perm -u+x | head -n 1)
folder=$(mktemp -d "${TMPDIR:-/tmp}/xinqiao-storm-XXXXXX")
trap 'rm -rf "$folder"' EXIT
exec_rc=0
"$program" "$folder/data" 20 20000 || exec_rc=$?
exit $exec_rc
