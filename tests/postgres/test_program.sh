#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The program with a server: init, check, one page, one act; beside a running server; a server that goes away.
set -u
address() {
	echo "$XQ_TEST_POSTGRES" | sed "s,/postgres?,/$1?,"
}
if [ -z "${XQ_TEST_POSTGRES-}" ]; then
	echo "SKIP postgres/program: without a server (tests/run-postgres starts one)"
	exit 0
fi
dir=$(mktemp -d)
name=xq_program_$$
base=$(address "$name")
sql() {
	psql -qAtX "$XQ_TEST_POSTGRES" -c "$1"
}
server=''
# Called by trap.
# shellcheck disable=SC2317
finish() {
	[ -z "$server" ] || kill "$server" 2>/dev/null
	[ -z "$server" ] || wait "$server" 2>/dev/null
	sql "DROP DATABASE IF EXISTS $name WITH (FORCE)"
	rm -rf "$dir"
}
trap finish EXIT
bad=0
# Status, heads and text of an address.
page() {
	python3 - "$1" <<'END'
import sys, urllib.error, urllib.request
try:
    answer = urllib.request.urlopen(sys.argv[1], timeout=60)
except urllib.error.HTTPError as refused:
    answer = refused
print(answer.status, answer.headers, answer.read().decode())
END
}
# An act through the server at an address.
post() {
	python3 - "$1" "$2" <<'END'
import json, sys, urllib.error, urllib.request
ask = urllib.request.Request(sys.argv[1] + '/api/v1/acts/concern.raise', json.dumps(
    {'body': sys.argv[2], 'class': 'property', 'place': '3 号楼', 'name': '李建国', 'phone': '13800000000'}).encode(),
    {'Content-Type': 'application/json'})
try:
    answer = urllib.request.urlopen(ask, timeout=60)
except urllib.error.HTTPError as refused:
    answer = refused
print(answer.status, answer.read().decode())
END
}
say() {
	if [ "$1" -eq 0 ]; then
		echo "PASS postgres/program: $2"
	else
		echo "FAIL postgres/program: $2"
		bad=1
	fi
}
has() {
	grep -q -- "$2" "$1" && return 0
	echo "    not in it: $2"
	sed 's/^/    /' "$1" | tail -n 20
	return 1
}

sql "CREATE DATABASE $name TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"

"$XQ_BIN" init --data "$base" --demo >"$dir/out" 2>&1
has "$dir/out" '--files DIR is missing'
say $? 'without --files it says what is missing'

"$XQ_BIN" init --data "$(address no_such_database)" --files "$dir/x" --demo >"$dir/out" 2>&1
has "$dir/out" 'does not take the connection'
say $? 'a database that is not there is told in a sentence'

"$XQ_BIN" init --data "$base" --files "$dir/office" --guard "$dir/guard" --demo --concerns 120 >"$dir/out" 2>&1
say $? 'a demo office is made'
"$XQ_BIN" check --data "$base" --files "$dir/office" --guard "$dir/guard" >"$dir/out" 2>&1
status=$?
[ $status -eq 0 ] || cat "$dir/out"
say $status 'check finds nothing'

"$XQ_BIN" serve --data "$base" --files "$dir/office" --guard "$dir/guard" --listen 127.0.0.1:0 >"$dir/serve" 2>&1 &
server=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	! grep -q listening "$dir/serve" || break
	sleep 0.5
done
url=$(sed -n 's/^listening on //p' "$dir/serve")
page "$url/public/concerns" >"$dir/page" 2>&1
has "$dir/page" '</html>'
say $? 'the board is served'

"$XQ_BIN" check --data "$base" --files "$dir/office" --guard "$dir/guard" >"$dir/out" 2>&1
status=$?
[ $status -eq 0 ] || cat "$dir/out"
say $status 'check goes on beside a running server'

"$XQ_BIN" act concern.raise --data "$base" --files "$dir/office" --body '电梯停了三天' --class property \
	--place '3 号楼' --name '李建国' --phone 13800000000 >"$dir/out" 2>&1
has "$dir/out" '"act":"concern.raise"'
say $? 'an act goes beside the running server'

# Every connection of the server process breaks; it connects again.
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '$name'" >/dev/null
"$XQ_BIN" act concern.raise --data "$base" --files "$dir/office" --body '楼道灯不亮' --class property \
	--place '3 号楼' --name '李建国' --phone 13800000000 >"$dir/out" 2>&1
has "$dir/out" '"act":"concern.raise"'
say $? 'broken connections are made anew'

# The server goes away: a page says so, an act waits; it comes back, and nothing is started anew.
if [ -n "${XQ_TEST_PG_CTL-}" ]; then
	# Each is a list of words on purpose.
	# shellcheck disable=SC2086
	$XQ_TEST_PG_CTL stop >/dev/null 2>&1
	page "$url/public/concerns?class=noise" >"$dir/out"
	has "$dir/out" '^503' && has "$dir/out" 'Retry-After'
	say $? 'a page says 503 while the server is away'
	page "$url/health" >"$dir/out"
	has "$dir/out" '^503'
	say $? 'so does /health'
	post "$url" '水管漏了' >"$dir/out" 2>&1 &
	act=$!
	sleep 2
	# shellcheck disable=SC2086
	$XQ_TEST_PG_CTL start >/dev/null 2>&1
	wait "$act"
	has "$dir/out" '"act":"concern.raise"'
	say $? 'an act waits until it is back'
	sleep 1
	page "$url/health" >"$dir/out"
	has "$dir/out" '^200'
	say $? 'and /health is well again'
	page "$url/public/concerns?class=noise" >"$dir/out"
	has "$dir/out" '^200'
	say $? 'pages come again'
fi

kill -9 "$server"
wait "$server" 2>/dev/null
server=''
"$XQ_BIN" check --data "$base" --files "$dir/office" --guard "$dir/guard" >"$dir/out" 2>&1
status=$?
[ $status -eq 0 ] || cat "$dir/out"
say $status 'after a killed process the next one takes over, and nothing is missing'
exit $bad
