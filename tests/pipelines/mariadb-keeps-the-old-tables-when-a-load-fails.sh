#!/usr/bin/env bash
# load-tables replaces all three tables or none.
# needs: mariadb
# shellcheck source=tests/mariadb/expect.sh
. "$(dirname "$0")/../mariadb/expect.sh"

checksum() { sql pinterest -e 'CHECKSUM TABLE pinterest_data, geolocation_data, user_data'; }
tables() { sql pinterest -e 'SHOW TABLES' | tr '\n' ' '; }

load_tables --rows 1000 pinterest
checksum >before
emulate-posts -n 500 >posts

{ cat posts; echo '{"pin":{"index":1},"geo":'; } >bad
ends_with 2 'post 501 cannot be read' load_tables pinterest bad
{ cat posts; echo '{"pin":{"index":1},"geo":{"ind":1,"timestamp":"2020-13-01 00:00:00"},"user":{"ind":1}}'; } >bad
ends_with 2 'Incorrect datetime value.*timestamp' load_tables pinterest bad
{ cat posts; echo '{"pin":{"index":"many"},"geo":{"ind":1},"user":{"ind":1}}'; } >bad
ends_with 2 'Incorrect integer value.*index' load_tables pinterest bad
ends_with 2 'nosuch' load_tables pinterest nosuch.ndjson
ends_with 2 'password' load_tables pinterest posts -- -phunter2
! grep -q hunter2 told || fail "the password was told"
ends_with 2 'Access denied' load_tables pinterest posts -- --user=nobody
ends_with 2 'unknown option' load_tables --nosuch pinterest
checksum >after
same before after "a load that failed changed the tables"
[[ $(tables) == 'geolocation_data pinterest_data user_data ' ]] || fail "tables are left over: $(tables)"

# Posts that come twice are one row, and a load replaces all that was there.
cat posts posts | load_tables pinterest -
(($(sql pinterest -e 'SELECT COUNT(*) FROM user_data') == $(jq .user.ind posts | sort -u | wc -l))) || fail "not one row a key"
[[ $(tables) == 'geolocation_data pinterest_data user_data ' ]] || fail "tables are left over: $(tables)"
