#!/usr/bin/env bash
# A server that is killed in the middle of a run, and comes back, costs time but no post, and doubles none.
# needs: mariadb
# shellcheck source=tests/mariadb/expect.sh
. "$(dirname "$0")/../mariadb/expect.sh"

count=150000
load_tables pinterest
emulate --source mariadb:///pinterest -n $count >undisturbed
(($(wc -l <undisturbed) == count)) || fail "the undisturbed run is short"

# Waits until the output has N bytes; the run must still be going on then.
wait_for_bytes() {
  while (($(stat -c %s disturbed) < $1)); do
    kill -0 "$run" || fail "the run ended before it could be disturbed"
    sleep 0.01
  done
}

: >disturbed
emulate --source mariadb:///pinterest -n $count >disturbed 2>told &
run=$!
part=$(($(stat -c %s undisturbed) / 5))
wait_for_bytes $part
"$TESTS/mariadb/server" kill "$DB_DIR"
sleep 1
"$TESTS/mariadb/server" start "$DB_DIR"
wait_for_bytes $((2 * part))
sql -e "SELECT CONCAT('KILL ', id, ';') FROM information_schema.processlist WHERE db = 'pinterest'" | sql
wait_for_bytes $((3 * part))
"$TESTS/mariadb/server" kill "$DB_DIR"
"$TESTS/mariadb/server" start "$DB_DIR"
wait $run || fail "the run ended with $?: $(<told)"
[[ ! -s told ]] || fail "it said: $(<told)"
same disturbed undisturbed "posts were lost, doubled or changed"
