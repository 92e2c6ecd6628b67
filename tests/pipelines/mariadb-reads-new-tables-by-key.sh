#!/usr/bin/env bash
# The server knows at once how many rows load-tables has loaded: else it would read all of them for each few posts.
# shellcheck source=tests/mariadb/expect.sh
. "$(dirname "$0")/../mariadb/expect.sh"

load_tables pinterest
for table in pinterest_data.index geolocation_data.ind user_data.ind; do
  plan=$(sql pinterest -e "EXPLAIN SELECT * FROM ${table%.*} WHERE \`${table#*.}\` IN (1, 7528, 2863, 5730, 11000)")
  [[ $(cut -f 4 <<<"$plan") == range ]] || fail "${table%.*} is not read by key: $plan"
done
