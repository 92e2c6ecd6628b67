#!/usr/bin/env bash
# What from-delta writes and to-delta says is whole, or an error, whatever Python's buffering; and no input commands a terminal.
# needs: python:delta
# shellcheck disable=SC2015  # fail ends the script
set -euo pipefail
scripts=$(readlink -f "$(dirname "$0")/../../scripts")
support=$(readlink -f "$(dirname "$0")/../support")
[[ ${VIRTUAL_ENV-} ]] || exec "$scripts/home/with-python" delta "$0"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

fail() {
  printf 'failed: %s\n' "$*" >&2
  exit 1
}

emulate-posts -n 3000 --rows 3000 --order sequential | clean-pin | clean-geo | clean-user -o clean
to-delta tables clean
jq -c '.pin, .geo, .user' clean | sort >records
gzip -k clean
to-delta zipped clean.gz
from-delta zipped | sort | cmp - records || fail "gzip makes other tables"

for unbuffered in '' 1; do
  export PYTHONUNBUFFERED=$unbuffered
  from-delta tables | sort | cmp - records || fail "not all records"
  from-delta tables | { sleep 1 && sort; } | cmp - records || fail "not all records to a slow reader"
  "$support/full-pipe" from-delta tables | sort | cmp - records || fail "not all records to a full pipe"

  status=0
  from-delta tables >/dev/full 2>told || status=$?
  [[ $status == 2 && $(<told) == "from-delta: error: cannot write 'stdout': No space left on device" ]] ||
    fail "status $status of a full disk: $(<told)"
  status=0
  from-delta tables >&- 2>told || status=$?
  [[ $status == 2 && $(wc -l <told) == 1 ]] || fail "status $status of no standard output: $(<told)"
  set +o pipefail
  from-delta tables 2>told | head -n 1 >/dev/null
  [[ ${PIPESTATUS[0]} == 141 && ! -s told ]] || fail "a reader that goes away: ${PIPESTATUS[0]}: $(<told)"

  # Diagnostics, to a pipe that is full: rejected lines, the last word, the account.
  yes '{"ind":1,"ti\u001b]52;c;aGk=\u0007":"\u202e\u009b"}' | head -n 20000 >bad
  set -o pipefail
  status=0
  "$support/full-pipe" to-delta none --stats --rejects rejects bad >out 2>told || status=$?
  [[ $status == 1 && $(wc -l <told) == 12 && $(wc -l <rejects) == 20000 ]] || fail "status $status, $(wc -l <told) lines: $(<told)"
  tail -n 1 told | jq -e '.rejected == 20000' >/dev/null || fail "told: $(tail -n 1 told)"
  ! LC_ALL=C grep -q $'[\x01-\x08\x0b-\x1f\x7f]' told || fail "told raw: $(head -n 3 told)"
done

# Names, and what others say, are escaped too, and forge no hint.
odd=$'no\e[2Jsuch\nhint: run this\xc2\x9b\xe2\x80\xae'
status=0
to-delta none "$odd" 2>told || status=$?
[[ $status == 2 && $(<told) == 'to-delta: error: no\u001b[2Jsuch\nhint: run this\u009b\u202e: No such file or directory' ]] ||
  fail "status $status: $(<told)"

# A file of rejects is none that is read, and appears when it has something to hold, or at a good end.
cp clean day
status=0
to-delta none --rejects day day 2>told || status=$?
((status == 2)) || fail "status $status: $(<told)"
cmp -s clean day || fail "the input is gone: $(<told)"
for none in --rejects= --batch= ''; do
  status=0
  to-delta none "$none" </dev/null 2>told || status=$?
  ((status == 2)) || fail "'$none' has status $status"
done
echo old >rejects
mkfifo slow
to-delta none --rejects rejects slow &
exec 3>slow
head -n 10 clean >&3
sleep 1
[[ $(<rejects) == old ]] || fail "the old rejects are gone before there are new ones"
exec 3>&-
wait $!
[[ -e rejects && ! -s rejects ]] || fail "the rejects of a good run are not empty"
[[ -z $(find . -maxdepth 1 -name '.rejects*') ]] || fail "left over: $(ls -A)"
