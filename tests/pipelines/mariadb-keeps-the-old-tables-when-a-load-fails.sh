#!/usr/bin/env bash
# load-tables replaces all three tables or none.
# needs: mariadb
# shellcheck source=tests/mariadb/expect.sh
# shellcheck disable=SC2016,SC2238,SC2028  # backquotes are those of SQL, cut and one are files, escapes those of JSON
. "$(dirname "$0")/../mariadb/expect.sh"

checksum() { sql pinterest -e 'CHECKSUM TABLE pinterest_data, geolocation_data, user_data'; }
tables() { sql pinterest -e 'SHOW TABLES' | tr '\n' ' '; }

load_tables --rows 1000 pinterest
checksum >before
emulate-posts -n 500 >posts

refuses() { ends_with 2 "$1" load_tables --replace pinterest "${@:2}"; }
# refuses_line PATTERN LINE: behind 500 good posts
refuses_line() {
  { cat posts; printf '%s\n' "$2"; } >bad
  refuses "^load-tables: error: bad:501: $1" bad
  (($(wc -c <told) < 500)) || fail "told with $(wc -c <told) bytes"
}
user='{"pin":{"index":1},"geo":null,"user":{"ind":1,"age":'
refuses_line 'not JSON: .* at character 26' '{"pin":{"index":1},"geo":'
refuses_line 'not JSON' "$user NaN}}"
refuses_line 'not UTF-8 at byte 9' $'{"pin":"\xff"}'
refuses_line 'not UTF-8' "$(head -c 23000 /dev/zero | tr '\0' x)"$'\xff'
refuses_line 'not a post' '{"index":1,"title":"a bare record"}'
refuses_line 'not a post' '[1]'
refuses_line "pin: no ind or index, which says what record this is" '{"pin":{"title":"a"}}'
refuses_line 'geo: "here" is not a record' '{"pin":{"index":1},"geo":"here"}'
refuses_line "geo is clean" "$(head -n 1 posts | clean-geo)"
refuses_line "user is clean" "$(head -n 1 posts | clean-user)"
refuses_line 'pin.title: an object is not a value' '{"pin":{"index":1,"title":{}}}'
refuses_line 'pin.title has half of a surrogate pair' '{"pin":{"index":1,"title":"\ud800"}}'
refuses_line 'geolocation_data: Incorrect datetime value.*timestamp' '{"geo":{"ind":1,"timestamp":"2020-13-01 00:00:00"}}'
refuses_line 'pinterest_data: Incorrect integer value.*index' '{"pin":{"index":"many"}}'
refuses_line 'user_data: Out of range value.*age' "$user 99999999999}}"
refuses_line 'pinterest_data: Data too long.*unique_id' \
  "{\"pin\":{\"index\":1,\"unique_id\":\"$(head -c 2000 /dev/zero | tr '\0' x)\"}}"

zstd -q posts -o posts.zst
gzip -k posts
: >empty
refuses 'empty: no post' empty
refuses 'stdin: no post' - </dev/null
refuses 'stdin: no post' - < <(zstd -dcq missing 2>/dev/null)
head -c 9000 posts.zst >broken && refuses "^load-tables: error: cannot read 'broken': truncated zstd" broken
head -c 9000 posts.gz >broken && refuses "^load-tables: error: cannot read 'broken': truncated gzip" broken
printf 'BZh91AY' >broken && refuses 'bzip2.*not NDJSON' broken
printf 'index,title\n1,a\n' >broken && refuses "^load-tables: error: cannot read 'broken': it is CSV, not NDJSON" broken
printf '[{"pin":{"index":1}},\n3]' >broken && refuses '^load-tables: error: broken:2: value 2: not a post' broken
refuses 'nosuch' nosuch.ndjson
refuses 'password' posts -- -phunter2
! grep -q hunter2 told || fail "the password was told"
refuses 'Access denied' posts -- --user=nobody
ends_with 2 "unknown option '--nosuch'" load_tables --nosuch pinterest
ends_with 2 'is empty' load_tables --defaults-file= pinterest
ends_with 2 "--rows must be 1 or more, not '0'" load_tables --rows 0 pinterest
# What nobody has asked to replace: README's command to tables of one's own.
ends_with 2 "hint: --replace" load_tables pinterest posts
ends_with 2 "has rows in pinterest_data, geolocation_data, user_data" load_tables pinterest
ends_with 2 'emulate-posts' env PATH=/usr/bin:/bin "$TESTS/../scripts/home/load-tables" --defaults-file "$DB_DEFAULTS" --replace pinterest
checksum >after
same before after "a load that failed changed the tables"
[[ $(tables) == 'geolocation_data pinterest_data user_data ' ]] || fail "tables are left over: $(tables)"

# Posts that come twice are one row, and a load replaces all that was there; however it is compressed.
cat posts posts | load_tables --replace pinterest -
(($(sql pinterest -e 'SELECT COUNT(*) FROM user_data') == $(jq .user.ind posts | sort -u | wc -l))) || fail "not one row a key"
checksum >plain
jq -s . posts >posts.array
jq . posts >posts.indented
for file in posts.zst posts.gz posts.array posts.indented; do
  load_tables --replace pinterest $file
  checksum >compressed
  same plain compressed "$file makes other tables"
done
{ head -n 100 posts | zstd && tail -n +101 posts | zstd; } | load_tables --replace pinterest -
checksum >compressed
same plain compressed "frames of zstd make other tables"
[[ $(tables) == 'geolocation_data pinterest_data user_data ' ]] || fail "tables are left over: $(tables)"

# A server without local_infile, and whatever its mode.
sql -e "SET GLOBAL local_infile = 0; SET GLOBAL sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'"
load_tables --replace pinterest posts
checksum >compressed
same plain compressed "without local_infile, other tables"
ends_with 2 'bad:501: .*Data too long' load_tables --replace pinterest bad

# Tables that are there without rows need no --replace; a column that the tables lack is told.
sql pinterest -e 'DELETE FROM user_data; DROP TABLE pinterest_data, geolocation_data'
echo '{"pin":{"ind":7,"tag_list":["a","b"],"title":"it'"'"'s a \\ \u0000\n\r🎨","downloaded":true,"more":1}}' >one
load_tables pinterest one 2>told
grep -qx 'load-tables: pin.more has no column, and was left out of 1 rows' told || fail "told: $(<told)"
[[ $(sql pinterest -e 'SELECT `index`, tag_list, HEX(title), downloaded FROM pinterest_data') == \
  $'7\ta,b\t'$(printf 'it'"'"'s a \\ \0\n\r🎨' | basenc --base16 -w0)$'\t1' ]] || fail "$(sql pinterest -e 'SELECT * FROM pinterest_data')"

# Killed in the middle, it leaves tables of its own, which the next load takes away; stopped by a signal, none.
for signal in KILL TERM; do
  checksum >before
  mkfifo slow
  "$TESTS/../scripts/home/load-tables" --defaults-file "$DB_DEFAULTS" --replace pinterest slow &
  run=$!
  exec 3>slow
  cat posts >&3
  for ((tries = 0; $(tables | wc -w) < 6; ++tries)); do
    ((tries < 200)) || fail "no tables of its own: $(tables)"
    sleep 0.05
  done
  ends_with 2 'another load-tables' timeout 60 "$TESTS/../scripts/home/load-tables" --defaults-file "$DB_DEFAULTS" --replace pinterest posts
  kill -$signal $run
  status=0
  wait $run 2>/dev/null || status=$?
  exec 3>&-
  rm slow
  checksum >after
  same before after "a load that was killed changed the tables"
  if [[ $signal == TERM ]]; then
    ((status == 143)) || fail "status $status of SIGTERM"
    (($(tables | wc -w) == 3)) || fail "left over: $(tables)"
  fi
done
load_tables --replace pinterest posts
[[ $(tables) == 'geolocation_data pinterest_data user_data ' ]] || fail "tables are left over: $(tables)"
