#!/usr/bin/env bash
# NULL, emoji, escapes, digits, long text, columns beyond the usual: what comes out is what is in there.
# needs: mariadb
# shellcheck source=tests/mariadb/expect.sh
. "$(dirname "$0")/../mariadb/expect.sh"

sql <<'SQL'
CREATE DATABASE odd CHARACTER SET utf8mb4;
USE odd;
CREATE TABLE pinterest_data (`index` INT PRIMARY KEY, title TEXT, description LONGTEXT, latin VARCHAR(20) CHARACTER SET latin1,
  small TINYINT, big BIGINT UNSIGNED, padded INT(6) ZEROFILL, flag BIT(1), price DECIMAL(12,4), fine DATETIME(3), day DATE,
  tags JSON, raw VARBINARY(20));
INSERT INTO pinterest_data VALUES
  (0, 'a "quoted" \\ tab\t line\nfeed\r \0 🎨', REPEAT('é🎨"', 400000), 'café', -128, 18446744073709551615, 42, 1,
   -12.5, '2020-08-28 03:52:47.129', '2020-02-29', '{"a": [1, "ü"]}', 'é'),
  (1, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (2, 'not UTF-8', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0xFF);
-- No key at all, as in tables that were made by hand: the first of two rows counts.
CREATE TABLE geolocation_data (ind BIGINT, timestamp DATETIME, latitude FLOAT, longitude FLOAT, country VARCHAR(50));
INSERT INTO geolocation_data VALUES (0, '2020-08-28 03:52:47', -62.9, 122.25, 'Aruba'), (0, NULL, 1, 2, 'a second one'),
  (3, NULL, NULL, NULL, NULL);
CREATE TABLE user_data (first_name TEXT, ind INT);
INSERT INTO user_data VALUES ('Ñandú', 1);
SQL

ends_with 1 '2: pinterest_data\.raw is not UTF-8' emulate --source mariadb:///odd --order sequential --rows 5 -n 5
grep -Eq '4: in none of the tables' told || fail "a row that is not there was not told: $(<told)"

(($(jq -s '.[0].pin.description | length' out) == 1200000)) || fail "a long text was cut"
jq -s '.[0].pin.description == "é🎨\"" * 400000' out | grep -q true || fail "a long text was changed"
sed -E 's/"description":"[^,]*",/"description":"…",/' out >short
cat >expected <<'NDJSON'
{"pin":{"index":0,"title":"a \"quoted\" \\ tab\t line\nfeed\r \u0000 🎨","description":"…","latin":"café","small":-128,"big":18446744073709551615,"padded":42,"flag":1,"price":-12.5000,"fine":"2020-08-28 03:52:47.129","day":"2020-02-29","tags":"{\"a\": [1, \"ü\"]}","raw":"é"},"geo":{"ind":0,"timestamp":"2020-08-28 03:52:47","latitude":-62.9,"longitude":122.25,"country":"Aruba"},"user":null}
{"pin":{"index":1,"title":"","description":null,"latin":null,"small":null,"big":null,"padded":null,"flag":null,"price":null,"fine":null,"day":null,"tags":null,"raw":null},"geo":null,"user":{"first_name":"Ñandú","ind":1}}
{"pin":null,"geo":{"ind":3,"timestamp":null,"latitude":null,"longitude":null,"country":null},"user":null}
NDJSON
same short expected "values differ"

# Digits: those of the server's own client, over all magnitudes.
sql odd <<'SQL'
CREATE OR REPLACE TABLE geolocation_data (ind INT PRIMARY KEY, latitude FLOAT, longitude DOUBLE, height FLOAT(12,3));
INSERT INTO geolocation_data SELECT seq, (RAND(seq) - 0.5) * POW(10, CAST(seq % 70 AS SIGNED) - 33),
  (RAND(seq + 1) - 0.5) * POW(10, CAST(seq % 600 AS SIGNED) - 300),
  (RAND(seq + 2) - 0.5) * 1e6 FROM seq_0_to_19999;
INSERT INTO geolocation_data VALUES (20000, 0, 0, 0), (20001, 16777216, 9007199254740993, 0.0005), (20002, 1e38, 1.7976931348623157e308, 1),
  (20003, 999999.5, 0.1, 1), (20004, 100000, 1e15, 1), (20005, 1234567, 1e16, 1), (20006, 1e-38, 5e-324, 1);
SQL
sql odd -e 'SELECT latitude, longitude, height FROM geolocation_data ORDER BY ind' | tr '\t' , >expected
emulate --source mariadb:///odd --order sequential --rows 20007 -n 20007 >out 2>told || (($? == 1)) # the pin of before
sed -E 's/.*"latitude":([^,]*),"longitude":([^,]*),"height":([^}]*).*/\1,\2,\3/' out >digits
(($(wc -l <digits) == 20006)) || fail "not every row of numbers came"
same <(sed 3d expected) digits "digits differ from those of mariadb --batch"
