#!/usr/bin/env bash
# Tables may be altered and replaced while posts are drawn from them: columns come and go, no post does.
# needs: mariadb
# shellcheck source=tests/mariadb/expect.sh
. "$(dirname "$0")/../mariadb/expect.sh"

count=150000
load_tables pinterest
emulate --source mariadb:///pinterest -n $count >undisturbed

: >disturbed
emulate --source mariadb:///pinterest -n $count >disturbed &
run=$!
while (($(stat -c %s disturbed) < $(stat -c %s undisturbed) / 10)); do sleep 0.01; done
sql pinterest -e 'ALTER TABLE user_data ADD COLUMN extra INT, MODIFY age VARCHAR(10)'
sleep 0.2
load_tables --replace pinterest
kill -0 $run || fail "the run ended before the tables were replaced"
wait $run || fail "status $?"

grep -q '"extra":null}}$' disturbed || fail "the new column was never seen"
tail -n 1 disturbed | grep -q '"extra"' && fail "the column that went is still there"
same <(sed -E 's/,"extra":null//; s/"age":"([0-9]*)"/"age":\1/' disturbed) undisturbed "posts differ"
