#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What an operator may get wrong with a server, and what is said then: a wrong password, a database that is not
# there or is somebody else's, one that takes no writing (a standby), a pooler that hands connections round, the
# schema of a newer program; and two processes that bring an empty database up to date at the same moment.
set -u
if [ -z "${XQ_TEST_POSTGRES-}" ]; then
	echo "SKIP postgres/bad input: without a server (tests/run-postgres starts one)"
	exit 0
fi
dir=$(mktemp -d)
chmod 755 "$dir"
name=xq_bad_$$
pooler=''
bad=0
address() {
	echo "$XQ_TEST_POSTGRES" | sed "s,/postgres?,/$1?,"
}
sql() {
	psql -qAtX "$XQ_TEST_POSTGRES" -c "$1"
}
in_database() {
	psql -qAtX "$(address "$1")" -c "$2"
}
make() {
	sql "CREATE DATABASE $1 TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
}
hba=$(sql 'SHOW hba_file')
cp -p "$hba" "$dir/hba"
# Called by trap.
# shellcheck disable=SC2317
finish() {
	[ -z "$pooler" ] || kill "$pooler" 2>/dev/null
	cat "$dir/hba" >"$hba"
	sql "SELECT pg_reload_conf()" >/dev/null
	for one in "$name" "${name}_ro" "${name}_new" "${name}_other"; do
		sql "DROP DATABASE IF EXISTS $one WITH (FORCE)"
	done
	sql "DROP ROLE IF EXISTS $name"
	rm -rf "$dir"
}
trap finish EXIT
# say STATUS NAME
say() {
	if [ "$1" -eq 0 ]; then
		echo "PASS postgres/bad input: $2"
	else
		echo "FAIL postgres/bad input: $2"
		sed 's/^/    /' "$dir/out" | tail -n 20
		bad=1
	fi
}
# refused ADDRESS PATTERN NAME: the program ends with a sentence in which the pattern stands.
refused() {
	"$XQ_BIN" user list --data "$1" --files "$dir/office" >"$dir/out" 2>&1
	status=$?
	[ $status -ne 0 ] && [ $status -lt 100 ] && grep -q -- "$2" "$dir/out"
	say $? "$3"
}

make "$name"
base=$(address "$name")
"$XQ_BIN" init --data "$base" --files "$dir/office" --demo --concerns 20 >"$dir/out" 2>&1
say $? 'an office is made'

refused "$(address no_such_database)" 'no_such_database.* does not exist' 'no such database'

sql "CREATE ROLE $name LOGIN PASSWORD 'right'"
{
	echo "local all $name scram-sha-256"
	cat "$dir/hba"
} >"$hba"
sql 'SELECT pg_reload_conf()' >/dev/null
sleep 0.5
refused "$(echo "$base" | sed "s,//xq@,//$name:wrong@,")" 'password authentication failed' 'a wrong password'

refused "$(echo "$base" | sed 's,host=[^&]*,host=/nowhere,')" 'does not take the connection' 'no server'

make "${name}_ro"
in_database "${name}_ro" "ALTER DATABASE ${name}_ro SET default_transaction_read_only = on"
refused "$(address "${name}_ro")" 'read-only' 'a database that is only read'

make "${name}_other"
in_database "${name}_other" 'CREATE TABLE ledger (id integer)'
refused "$(address "${name}_other")" 'Tables of something else' "somebody else's database"

in_database "$name" "INSERT INTO schema_version (module, number) VALUES ('store', 99)"
refused "$base" 'written by a newer version' 'the schema of a newer program'
in_database "$name" "DELETE FROM schema_version WHERE module = 'store' AND number = 99"

# Neither of the two finds an office; both bring the schema up to date or wait for it.
make "${name}_new"
new=$(address "${name}_new")
for i in 1 2 3; do
	"$XQ_BIN" user list --data "$new" --files "$dir/office" >"$dir/out$i" 2>&1 &
done
wait
cat "$dir"/out? >"$dir/out"
[ "$(grep -c 'office CODE is missing' "$dir/out")" -eq 3 ] && [ "$(wc -l <"$dir/out")" -eq 3 ]
say $? 'three processes bring one database up to date at the same moment'
count='SELECT count(*), count(DISTINCT (module, number)) FROM schema_version'
[ "$(in_database "$name" "$count")" = "$(in_database "${name}_new" "$count")" ]
say $? 'and each step was done once'

bouncer=$(command -v pgbouncer || command -v /usr/sbin/pgbouncer)
if [ -z "$bouncer" ]; then
	echo "SKIP postgres/bad input: a pooler: there is no pgbouncer here"
	exit $bad
fi
socket=$(echo "$XQ_TEST_POSTGRES" | sed 's/.*host=//')
mkdir "$dir/pool"
cat >"$dir/pool/ini" <<END
[databases]
* = host=$socket user=xq
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = $dir/pool
auth_type = any
pool_mode = transaction
default_pool_size = 1
ignore_startup_parameters = options,extra_float_digits
logfile = $dir/pool/log
END
user=''
if [ "$(id -u)" -eq 0 ]; then
	user='-u postgres'
	chown -R postgres "$dir/pool"
fi
# A list of words on purpose.
# shellcheck disable=SC2086
"$bouncer" $user "$dir/pool/ini" >"$dir/pool/out" 2>&1 &
pooler=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
	[ ! -S "$dir/pool/.s.PGSQL.6432" ] || break
	sleep 0.3
done
refused "postgres://xq@/$name?host=$dir/pool&port=6432" 'connection pooler' 'a pooler that hands connections round'
exit $bad
