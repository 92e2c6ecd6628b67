#!/usr/bin/env bash
# The place that read-stream keeps is behind the replies that came out whole, however it ends and whatever Python's buffering.
# shellcheck disable=SC2015,SC2094  # echo does not fail, and port is a pipe
set -euo pipefail
TESTS=$(cd "$(dirname "$0")/.." && pwd)
PATH=$TESTS/../scripts/home:$PATH
folder=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server"; rm -rf "$folder"' EXIT
cd "$folder"
unset "${!AWS_@}"
export AWS_ACCESS_KEY_ID=k AWS_SECRET_ACCESS_KEY=s

fail() {
  printf 'failed: %s\n' "$*" >&2
  exit 1
}
serve() { # REPLIES BYTES [FAULT]
  [[ -z $server ]] || kill "$server"
  rm -f port state
  mkfifo port
  "$TESTS/support/kinesis-of-one-shard" "$@" >port 2>server.log &
  server=$!
  # shellcheck disable=SC2094
  read -r port <port
  export AWS_ENDPOINT_URL=http://127.0.0.1:$port
}
# replies FILE: the records in it, which are whole and in order from 0
replies() {
  kinesis-encode --decode "$1" | jq -c .index | cmp -s - <(seq 0 $(($(wc -l <"$1") - 1))) || fail "$1 is not what was read"
  wc -l <"$1"
}
noted() {
  [[ -e state ]] || { echo 0 && return; }
  jq '[.shards[] | .StartingSequenceNumber // "-1" | tonumber + 1] | add // 0' state
}

for unbuffered in '' 1; do
  export PYTHONUNBUFFERED=$unbuffered
  serve 4 300000
  read-stream s --state state >out
  (($(replies out) == 4 && $(noted) == 4)) || fail "4 replies became $(replies out), $(noted) noted"
  rm state

  # Pipes that are full for a while.
  "$TESTS/support/full-pipe" read-stream s --state state >out
  (($(replies out) == 4 && $(noted) == 4)) || fail "a full pipe: $(replies out), $(noted) noted"
  rm state

  status=0
  read-stream s --state state >/dev/full 2>told || status=$?
  ((status == 2 && $(noted) == 0)) || fail "status $status of a full disk, $(noted) noted"
  grep -qx "read-stream: error: cannot write 'stdout': No space left on device" told || fail "told: $(<told)"
  status=0
  read-stream s --state state >&- 2>told || status=$?
  ((status == 2 && $(noted) == 0)) || fail "status $status of no standard output, $(noted) noted"

  # A reader that goes away after a reply and a half.
  set +o pipefail
  read-stream s --state state 2>told | head -c 600000 >out
  [[ ${PIPESTATUS[0]} == 141 && ! -s told ]] || fail "a reader that goes away: ${PIPESTATUS[0]}: $(<told)"
  set -o pipefail
  (($(noted) == 1)) || fail "$(noted) noted of 1.5 replies"
  rm -f state

  # Signals, with more to come.
  serve 100000 10000
  for signal in TERM INT; do
    rm -f state out pid ended
    {
      status=0
      (trap - INT && echo $BASHPID >pid && exec read-stream s --follow --state state) >out || status=$?
      echo $status >ended
    } &
    until [[ -s out ]] && (($(stat -c %s out) >= 40000)); do sleep 0.02; done
    kill -$signal "$(<pid)"
    until [[ -s ended ]]; do sleep 0.02; done
    status=$(<ended)
    [[ $signal == INT && $status == 130 || $signal == TERM && $status == 143 ]] ||
      fail "status $status of SIG$signal"
    (($(replies out) == $(noted))) || fail "SIG$signal: $(replies out) written, $(noted) noted"
  done
done

# A server that has no end. What the script waits 60 s for is 1 s here.
sed 's/^REPLY_SECONDS = .*/REPLY_SECONDS = 1.0/; s/^TRIES = .*/TRIES = 2/' "$TESTS/../scripts/home/read-stream" >impatient
sed -i "s|^sys.path.append.*|sys.path.append('$TESTS/../scripts/python')|" impatient
for fault in interim slow huge; do
  serve 1 1 $fault
  status=0
  timeout 40 python3 impatient s >out 2>told || status=$?
  ((status == 2)) || fail "$fault: status $status: $(<told)"
  grep -Eq 'error: (no whole reply within 1 s|a reply of more than 64 MiB|broken reply)' told || fail "$fault: $(<told)"
done
