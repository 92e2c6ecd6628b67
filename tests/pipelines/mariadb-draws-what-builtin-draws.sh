#!/usr/bin/env bash
# The built-in table, loaded into a database and drawn from it, is the built-in table: raw and cleaned, in any order.
# needs: mariadb
# shellcheck source=tests/mariadb/expect.sh
. "$(dirname "$0")/../mariadb/expect.sh"

load_tables pinterest
clean() { clean-pin | clean-geo | clean-user; }

emulate --source mariadb:///pinterest -n 20000 >drawn
emulate-posts -n 20000 >builtin
(($(wc -l <drawn) == 20000)) || fail "not every draw is a post"
same <(clean <drawn) <(clean <builtin) "drawn and cleaned posts differ"
same <(jq -S . drawn) <(jq -S '(.geo.timestamp, .user.date_joined) |= sub("T"; " ")' builtin) "raw posts differ"

emulate --source mariadb:///pinterest --order sequential --start 11000 --rows 11154 -n 400 | clean >drawn
emulate-posts --order sequential --start 11000 --rows 11154 -n 400 | clean >builtin
same drawn builtin "posts in sequence, around the end of the table, differ"

# One way in and out again: what a database gives can be loaded.
emulate --source mariadb:///pinterest --order sequential -n 1000 | load_tables again -
emulate --source mariadb:///again --order sequential -n 1000 >drawn
emulate --source mariadb:///pinterest --order sequential -n 1000 >builtin
same drawn builtin "tables loaded from a database differ from it"
