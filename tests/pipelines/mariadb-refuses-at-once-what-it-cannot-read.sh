#!/usr/bin/env bash
# A source that cannot be read ends the run before it starts: status 2, no output, one error with a hint, no secret.
# needs: mariadb
# shellcheck source=tests/mariadb/expect.sh
. "$(dirname "$0")/../mariadb/expect.sh"

load_tables --rows 10 pinterest
sql -e "CREATE DATABASE empty; CREATE DATABASE half; CREATE TABLE half.pinterest_data (id INT)"
sql -e "CREATE USER stranger@'%' IDENTIFIED BY 'x'"

# refuses PATTERN COMMAND [ARG…]
refuses() {
  ends_with 2 "$1" "${@:2}"
  [[ ! -s out ]] || fail "output from a source that cannot be read: ${*:2}"
  (($(grep -c '^emulate-posts: error: ' told) == 1)) || fail "not one error: $(<told)"
  grep -q 'hint: ' told || fail "no hint: $(<told)"
  ! grep -q hunter2 told || fail "the password was told: $(<told)"
}
from() { emulate-posts --defaults-file "${2-$DB_DEFAULTS}" -n 3 --rows 10 --source "$1"; }

here=127.0.0.1:$DB_PORT
MYSQL_PWD=hunter2 refuses "Access denied for user 'tester'" from "mariadb://tester@$here/pinterest" /dev/null
refuses 'Access denied' from "mariadb://nobody@$here/pinterest" /dev/null
MYSQL_PWD=x refuses 'Access denied.*pinterest' from "mariadb://stranger@$here/pinterest" /dev/null
refuses "Unknown database 'nosuch'" from mariadb:///nosuch
refuses "'empty.pinterest_data' doesn't exist" from mariadb:///empty
refuses "Unknown column 'index'" from mariadb:///half
refuses "Can't connect" from mariadb://127.0.0.1:1/pinterest
refuses "Can't connect" from 'mariadb://[::1]:1/pinterest'
refuses 'nosuch\.cnf' from mariadb:///pinterest ./nosuch.cnf
for url in "mariadb://tester:hunter2@$here/pinterest" "mysql://:hunter2@$here/pinterest" \
  "mariadb://tester:hun/hunter2@$here/pinterest" "mariadb://tester:%hunter2@$here/pinterest"; do
  refuses 'password' from "$url"
done
refuses 'database URL' from "mariadb://$here/pinterest?password=hunter2"

# What is said elsewhere than in the option file, as the mariadb client takes it.
password=$(sed -n 's/^password = //p' "$DB_DEFAULTS")
MYSQL_PWD=$password from "mysql://teste%72@$here/pinterest" /dev/null >out
(($(wc -l <out) == 3)) || fail "MYSQL_PWD was not taken"
MYSQL_PWD=$password MYSQL_HOST=127.0.0.1 MYSQL_TCP_PORT=$DB_PORT from mariadb://tester@/pinterest /dev/null >out
(($(wc -l <out) == 3)) || fail "MYSQL_HOST and MYSQL_TCP_PORT were not taken"
MYSQL_PWD=$password MYSQL_UNIX_PORT=$DB_SOCKET from mariadb://tester@localhost/pinterest /dev/null >out
(($(wc -l <out) == 3)) || fail "MYSQL_UNIX_PORT was not taken"
MYSQL_PWD=$password from "mariadb://tester@localhost:$DB_PORT/pinterest" /dev/null >out
(($(wc -l <out) == 3)) || fail "a port of localhost was not taken"
sed 's/\[client\]/[emulate-posts]/' "$DB_DEFAULTS" >group.cnf
from mariadb:///pinterest group.cnf >out
(($(wc -l <out) == 3)) || fail "the group [emulate-posts] was not read"
