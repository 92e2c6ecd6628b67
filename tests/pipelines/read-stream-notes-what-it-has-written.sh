#!/usr/bin/env bash
# The place that read-stream keeps is behind the replies that came out whole, however it ends and whatever the server does.
# shellcheck disable=SC2015,SC2094  # echo does not fail, and port is a pipe
set -euo pipefail
TESTS=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server"; rm -rf "$folder"' EXIT
cd "$folder"
unset "${!AWS_@}"
export AWS_ACCESS_KEY_ID=k AWS_SECRET_ACCESS_KEY=s AWS_REGION=us-east-1

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

whole() {
  serve 4 300000
  read-stream s --state state >out
  (($(replies out) == 4 && $(noted) == 4)) || fail "4 replies became $(replies out), $(noted) noted"
  read-stream s --state state >out
  [[ ! -s out ]] || fail "a second run has read again"
}

# Pipes that are full for a while.
a_full_pipe() {
  rm -f state
  "$TESTS/support/full-pipe" read-stream s --state state >out
  (($(replies out) == 4 && $(noted) == 4)) || fail "a full pipe: $(replies out), $(noted) noted"
}

no_room() {
  local status=0
  rm -f state
  read-stream s --state state >/dev/full 2>told || status=$?
  ((status == 2 && $(noted) == 0)) || fail "status $status of a full disk, $(noted) noted"
  grep -qx "read-stream: error: cannot write 'stdout': No space left on device" told || fail "told: $(<told)"
  status=0
  read-stream s --state state >&- 2>told || status=$?
  ((status == 2 && $(noted) == 0)) || fail "status $status of no standard output, $(noted) noted"
  status=0
  read-stream s --state none/state >out 2>told || status=$?
  ((status == 2)) && [[ ! -s out ]] || fail "status $status of a place that cannot be kept, and $(wc -l <out) replies"
}

# A reader that goes away after a reply and a half, each of more than a pipe holds.
a_reader_that_goes() {
  serve 4 3000000
  set +o pipefail
  read-stream s --state state 2>told | head -c 6000000 >out
  [[ ${PIPESTATUS[0]} == 141 && ! -s told ]] || fail "a reader that goes away: ${PIPESTATUS[0]}: $(<told)"
  set -o pipefail
  (($(noted) == 1)) || fail "$(noted) noted of 1.5 replies"
}

# read_some: a reader that has written 40 kB, with more to come; its process is in `pid`, its status at last in `ended`
read_some() {
  rm -f out pid ended
  {
    local status=0
    (trap - INT && echo $BASHPID >pid && exec read-stream s --follow --state state) >out || status=$?
    echo $status >ended
  } 2>/dev/null &
  until [[ -s out ]] && (($(stat -c %s out) >= 40000)); do sleep 0.02; done
}

signals() {
  local signal status
  serve 100000 10000
  for signal in TERM INT; do
    rm -f state
    read_some
    kill -$signal "$(<pid)"
    until [[ -s ended ]]; do sleep 0.02; done
    status=$(<ended)
    [[ $signal == INT && $status == 130 || $signal == TERM && $status == 143 ]] || fail "status $status of SIG$signal"
    (($(replies out) == $(noted))) || fail "SIG$signal: $(replies out) written, $(noted) noted"
  done
}

# What was killed loses nothing, and has again what it could not note any more: a tenth of a second.
kills() {
  local before=0
  serve 100000 10000
  rm -f state all
  for _ in 1 2 3; do
    read_some
    kill -KILL "$(<pid)"
    until [[ -s ended ]]; do sleep 0.02; done
    (($(noted) >= before)) || fail "the place went back"
    before=$(noted)
    cat out >>all
  done
  ((before > 0)) || fail "nothing was noted"
  # The last line of a run may be cut short.
  grep -ao '"index":[0-9]*' <(kinesis-encode --decode all 2>/dev/null) | sort -u -t: -k2n | sed 's/.*://' >seen || true
  head -n "$before" seen | cmp - <(seq 0 $((before - 1))) || fail "records before the place are missing"
}

# ends FAULT REPLIES: it reads so many over a fault.
ends() {
  serve "$2" 1000 "$1"
  timeout 60 read-stream s --state state >out 2>told || fail "$1: status $?: $(<told)"
  (($(replies out) == $2 && $(noted) == $2)) || fail "$1: $(replies out) of $2 replies, $(noted) noted"
  [[ ! -s told ]] || fail "$1: told $(<told)"
}

# Somebody writes all the time: it ends behind what was there.
a_writer() {
  serve 5 1000 written
  timeout 30 read-stream s --state state >out 2>told || fail "while somebody writes: status $?: $(<told)"
  (($(replies out) > 5 && $(replies out) == $(noted))) || fail "while somebody writes: $(replies out), $(noted) noted"
}

# A server that has no end.
endless() {
  local fault status
  for fault in interim slow huge; do
    serve 1 1 $fault
    status=0
    AWS_MAX_ATTEMPTS=2 timeout 60 read-stream s --timeout 1s >out 2>told || status=$?
    ((status == 2)) && [[ ! -s out ]] || fail "$fault: status $status: $(<told)"
    grep -Eq 'no answer from .*: (Operation timed out after|the reply is larger than 64 MiB|.*header)' told || fail "$fault: $(<told)"
    (($(wc -l <told) == 2)) || fail "$fault: $(<told)"
  done
}

whole
a_full_pipe
no_room
a_reader_that_goes
signals
kills
ends throttled 20
ends expired 20
ends cut 20
a_writer
endless
