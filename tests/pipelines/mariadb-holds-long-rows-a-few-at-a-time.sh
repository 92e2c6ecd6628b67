#!/usr/bin/env bash
# Rows of 300 kB, and a few that are drawn again and again: memory is bounded in bytes, not in rows; no post is lost.
# needs: mariadb
# shellcheck source=tests/mariadb/expect.sh
# shellcheck disable=SC2016  # backquotes are those of SQL
. "$(dirname "$0")/../mariadb/expect.sh"

rows=2000
sql <<SQL
CREATE DATABASE wide CHARACTER SET utf8mb4;
USE wide;
CREATE TABLE pinterest_data (\`index\` INT PRIMARY KEY, description LONGTEXT);
INSERT INTO pinterest_data SELECT seq, REPEAT(CHAR(97 + seq % 26), IF(seq < 500, 100, 300000)) FROM seq_0_to_$((rows - 1));
CREATE TABLE geolocation_data (ind INT PRIMARY KEY);
CREATE TABLE user_data (ind INT PRIMARY KEY);
SQL

# peak LIMIT_MB COMMAND [ARG…]: runs it into the file `out`; fails where it takes more memory.
peak() {
  local kib
  kib=$(python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=open("out", "wb"), check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "${@:2}")
  echo "${*:2}: $((kib / 1024)) MiB"
  [[ ${PINPIPE_SANITIZE-} ]] || ((kib / 1024 <= $1)) || fail "it took $((kib / 1024)) MiB, over $1"
}

from=(emulate-posts --defaults-file "$DB_DEFAULTS" --source mariadb:///wide)
peak 100 "${from[@]}" --order sequential --rows $rows -n $rows
jq -r '[.pin.index, (.pin.description | length), .pin.description[:1]] | join(" ")' out >got
for ((i = 0; i < rows; i++)); do
  printf '%d %d %b\n' $i $((i < 500 ? 100 : 300000)) "\\x$(printf %x $((97 + i % 26)))"
done >expected
same got expected "posts were lost, changed or doubled"

peak 100 "${from[@]}" --rows 3 -n 9000
(($(wc -l <out) == 9000)) || fail "not every draw came"
sql wide -e 'UPDATE pinterest_data SET description = REPEAT("x", 300000) WHERE `index` < 3'
peak 100 "${from[@]}" --rows 3 -n 3000
(($(wc -l <out) == 3000)) || fail "not every draw of a long row came"

# The same with a pool of lines.
head -n 600 out >pool
peak $((600 * 300000 / 1000000 + 100)) emulate-posts --source pool -n 3000 -j8
(($(wc -l <out) == 3000)) || fail "not every draw of the pool came"
