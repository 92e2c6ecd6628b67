#!/usr/bin/env bash
# Tables whose dates are DATE columns answer as those of DATETIME do: no question about years is left without an answer.
# needs: mariadb
# shellcheck source=tests/mariadb/expect.sh
. "$(dirname "$0")/../mariadb/expect.sh"

# shellcheck disable=SC2119  # its arguments would be the client's
sql <<'SQL'
CREATE DATABASE days;
USE days;
CREATE TABLE pinterest_data (`index` INT PRIMARY KEY, unique_id TEXT, category TEXT, follower_count TEXT, poster_name TEXT);
CREATE TABLE geolocation_data (ind INT PRIMARY KEY, timestamp DATE, latitude FLOAT, longitude FLOAT, country TEXT);
CREATE TABLE user_data (ind INT PRIMARY KEY, first_name TEXT, last_name TEXT, age INT, date_joined DATE);
INSERT INTO pinterest_data VALUES (0, 'u0', 'diy', '2k', 'M'), (1, 'u1', 'tea', '4M', 'N');
INSERT INTO geolocation_data VALUES (0, '2021-12-31', 3, 4, 'Fiji'), (1, '2018-01-01', 3, 4, 'Peru');
INSERT INTO user_data VALUES (0, 'Al', 'Ba', 22, '2015-01-01'), (1, 'Cy', 'Do', 28, '2020-12-31');
SQL

emulate --source mariadb:///days --order sequential --rows 2 -n 2 >raw
grep -q '"timestamp":"2021-12-31"' raw || fail "the dates are not written as the server has them: $(<raw)"
clean-pin raw | clean-geo | clean-user >clean
[[ $(jq -c '[.geo.timestamp, .user.date_joined]' clean) == '["2021-12-31T00:00:00","2015-01-01T00:00:00"]
["2018-01-01T00:00:00","2020-12-31T00:00:00"]' ]] || fail "the dates are not their midnights: $(<clean)"
query users-joined-by-year top-category-by-year median-followers-by-join-year clean | jq -c '[.[]]' >answers
cat >expected <<'NDJSON'
["users-joined-by-year",2015,1]
["users-joined-by-year",2020,1]
["top-category-by-year",2018,"tea",1]
["top-category-by-year",2021,"diy",1]
["median-followers-by-join-year",2015,2000]
["median-followers-by-join-year",2020,4000000]
NDJSON
same answers expected "the answers differ: $(<answers)"
