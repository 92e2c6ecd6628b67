#!/usr/bin/env bash
# Tables may be altered and replaced while posts are drawn from them: columns come and go, no post does.
# needs: mariadb
# shellcheck source=tests/mariadb/expect.sh
. "$(dirname "$0")/../mariadb/expect.sh"

count=150000
load_tables pinterest
emulate --source mariadb:///pinterest -n $count >undisturbed

# What is written waits for its reader, who waits for each change of the tables.
await() { until [[ -e $1 ]]; do sleep 0.01; done; }
emulate --source mariadb:///pinterest -n $count | {
  head -c 15M && : >begun && await altered
  head -c 30M && : >seen && await replaced
  cat
} >disturbed &
run=$!
await begun
sql pinterest -e 'ALTER TABLE user_data ADD COLUMN extra INT, MODIFY age VARCHAR(10)'
: >altered
await seen
load_tables --replace pinterest
: >replaced
wait $run || fail "status $?"

grep -q '"extra":null}}$' disturbed || fail "the new column was never seen"
tail -n 1 disturbed | grep -q '"extra"' && fail "the column that went is still there"
same <(sed -E 's/,"extra":null//; s/"age":"([0-9]*)"/"age":\1/' disturbed) undisturbed "posts differ"
