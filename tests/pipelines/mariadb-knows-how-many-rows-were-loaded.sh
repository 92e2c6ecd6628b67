#!/usr/bin/env bash
# A server that takes a table for nearly empty reads all of it for each few posts: what load-tables loads is counted.
# needs: mariadb
# shellcheck source=tests/mariadb/expect.sh
. "$(dirname "$0")/../mariadb/expect.sh"

load_tables pinterest
load_tables --replace pinterest # in the place of others, too
for table in pinterest_data geolocation_data user_data; do
  rows=$(sql mysql -e "SELECT n_rows FROM innodb_table_stats WHERE database_name = 'pinterest' AND
    table_name = '$table'")
  ((rows > 11154 / 2)) || fail "the server takes $table for one of ${rows:-no} rows"
done
