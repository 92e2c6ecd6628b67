#!/usr/bin/env bash
# What to-delta cannot put into a table is told, kept and counted, and does not keep it from the rest.
# needs: python:delta
set -euo pipefail
scripts=$(readlink -f "$(dirname "$0")/../../scripts")
[[ ${VIRTUAL_ENV-} ]] || exec "$scripts/home/with-python" delta "$0"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

expect() { # STATUS COMMAND…
  local status=0
  "${@:2}" >said 2>&1 || status=$?
  ((status == $1)) || { echo "$* ended with $status:" && cat said && exit 1; }
}

printf '%s\n' $'\xef\xbb\xbf{"pin":{"ind":1,"title":"a"},"geo":null}\r' '' \
  '{"ind":9,"country":"x","coordinates":[1.5,-2.25],"timestamp":"2020-01-01T00:00:00.120"}' \
  '{"ind":2,"country":"x","timestamp":"2020-01-01T00:00:00.1234567","unknown":1}' \
  '{"ind":3,"user_name":null,"age":null,"date_joined":null}' \
  '{"ind":4,"country":"x","timestamp":"2020-01-01 01:00:00+01"}' >good
printf '%s\n' 'no JSON' '[1]' '{"ind":1}' '{"pin":{"index":5}}' '{"ind":"7","country":"x"}' \
  '{"ind":1.0,"country":"x"}' '{"ind":99999999999999999999,"country":"x"}' '{"pin":7,"geo":{"ind":1}}' $'{"ind":8,"country":"\xff"}' \
  '{"ind":3,"country":"x","timestamp":"2020-02-30T00:00:00"}' \
  '{"ind":3,"country":"x","timestamp":"0000-01-01T00:00:00"}' >bad

expect 1 to-delta tables --stats --rejects rejects good bad
[[ $(tail -n 1 said | jq -c '[.in,.out,.rejected,.inserted.geo,.cut,.dropped]') == '[16,5,11,3,1,1]' ]]
grep -qx 'to-delta: bad:4: pin: index without ind; clean it first (clean-pin)' said
query all --rejects of-query good bad >/dev/null 2>&1 || (($? == 1))
cmp <(jq -c '[.line, .reason]' rejects) <(jq -c '[.line, .reason]' of-query) # in the same words
grep -qx "to-delta: and 1 more lines rejected, 11 in all, most: .* (1); see 'rejects'" said
jq -r '.raw // (.raw_base64 | @base64d)' rejects | head -n 8 | cmp - <(head -n 8 bad)
[[ $(jq -r .line rejects | xargs) == '1 2 3 4 5 6 7 8 9 10 11' ]]
cat >expected <<'RECORDS'
{"ind":9,"country":"x","coordinates":[1.5,-2.25],"timestamp":"2020-01-01T00:00:00.12"}
{"ind":2,"country":"x","coordinates":null,"timestamp":"2020-01-01T00:00:00.123456"}
{"ind":4,"country":"x","coordinates":null,"timestamp":"2020-01-01T00:00:00"}
{"ind":3,"user_name":null,"age":null,"date_joined":null}
RECORDS
from-delta tables | tail -n +2 | cmp - expected
expect 0 to-delta tables good

{ head -n 3 good | zstd && tail -n 3 good | zstd; } >frames.zst
expect 0 to-delta frames frames.zst
cmp <(from-delta tables) <(from-delta frames)

# Other forms make the same table, and a place is that of the file.
jq -c . good >lines
for form in "jq -s ." "jq ." "jq tojson" "jq -j -c ." "gzip -c" "jq -sc . | gzip"; do
  rm -rf form && bash -c "$form" <lines >form.json
  expect 0 to-delta form form.json
  cmp <(from-delta tables) <(from-delta form) || { echo "of $form" && exit 1; }
  rm -rf form && expect 0 bash -c 'cat form.json | to-delta form'
  cmp <(from-delta tables) <(from-delta form) || { echo "of $form on stdin" && exit 1; }
done
printf '[{"ind":1,"country":"x"},\n{"ind":"7","country":"x"},3,\n{"ind":2,"country":"y"},{"ind":' >array
printf 'ind,country\n1,x\n' >posts.csv
expect 2 to-delta forms --stats --rejects kept array posts.csv good
[[ $(grep '^{' said | jq -c '[.in,.out,.rejected,.inserted.geo]') == '[10,7,3,4]' ]]
grep -qx 'to-delta: array:2: value 2: geo: ind "7" is not an integer within 64 bits; clean it first (clean-geo)' said
grep -qx "to-delta: error: cannot read 'posts.csv': it is CSV, not NDJSON" said
grep -qx 'hint: make it NDJSON: mlr --icsv --ojsonl cat posts.csv' said
[[ $(jq -c '[.file,.line,.value]' kept | xargs) == '[array,2,2] [array,2,3] [array,3,5]' ]]

head -c 60 frames.zst >cut.zst
expect 2 to-delta tables cut.zst
expect 2 to-delta tables missing
grep -qx 'to-delta: error: missing: No such file or directory' said
expect 2 to-delta tables --commit-records 0 good
expect 2 to-delta
expect 2 from-delta missing
grep -qx 'hint: to-delta makes the tables' said
expect 2 bash -c 'from-delta tables >/dev/full'
expect 2 env -u VIRTUAL_ENV PATH=/usr/bin:/bin "$scripts/delta/to-delta" tables good
grep -q '^hint: .*with-python delta' said
echo "$(wc -l <bad) kinds of bad lines are rejected"
