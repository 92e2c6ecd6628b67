#!/usr/bin/env bash
# kinesis-up and aws-up give a command, or a shell, what leads to their emulators, and nothing of that stays: not in the shell,
# which has its own AWS variables again, and no process. A client that is killed in its request takes no stream along.
# needs: kinesis python:moto
set -euo pipefail
folder=$(mktemp -d)
cd "$folder"
trap 'for name in kinesis aws; do $name-down --purge "$folder/$name" >/dev/null; done; rm -rf "$folder"' EXIT
trap 'exit 143' TERM INT HUP
unset "${!AWS_@}"
export AWS_PROFILE=pipeline AWS_SESSION_TOKEN="a 'b' \$c" AWS_REGION=eu-west-1 AWS_ENDPOINT_URL_KINESIS=http://127.0.0.1:9

fail() {
  echo "$*"
  exit 1
}
settings() { export -p | grep -E ' (AWS|PINPIPE_BEFORE)_' || true; }
is_up() { [[ -e $name/$name.pid ]]; }
settings >before

a_command() {
  local status=0
  "$name-up" "$name" -- bash -c 'env | grep ^AWS_ | sort >inside; exit 7' || status=$?
  ((status == 7)) || fail "the status of the command, 7, became $status"
  [[ $(cut -d= -f1 inside | xargs) == "AWS_ACCESS_KEY_ID AWS_DEFAULT_REGION AWS_ENDPOINT_URL AWS_REGION AWS_SECRET_ACCESS_KEY" ]] ||
    fail "the command had $(<inside)"
  ! is_up || fail "the emulator outlives its command"
}

# Whoever is last ends it.
two_commands() {
  "$name-up" "$name" -- create-streams 0a &
  "$name-up" "$name" -- bash -euc 'sleep 2; create-streams 0b'
  wait $!
  ! is_up || fail "the emulator outlives two commands"
}

a_signal() {
  rm -f started
  "$name-up" "$name" -- bash -c ': >started; exec sleep 60' &
  local up=$! status=0
  until [[ -e started ]]; do sleep 0.1; done
  kill -TERM $up
  wait $up || status=$?
  ((status == 143)) || fail "ended by SIGTERM it says $status"
  ! is_up || fail "the emulator outlives a signal"
}

a_shell() {
  eval "$("$name-up" "$name")"
  create-streams 0a
  eval "$("$name-up" "$name")" # again is no other
  "$name-up" "$name" -- create-streams 0a
  is_up || fail "a command has ended what was to stay"
  eval "$("$name-down" "$name")"
  settings | diff before - || fail "the shell is not as it was"
}

failures() {
  PATH=/nowhere "$BASH" "$(command -v "$name-up")" "$name" >said 2>&1 && fail "no emulator without what it needs, and no error"
  ! eval "$("$name-up" --none 2>/dev/null)" || fail "eval does not hear of a failure"
  settings | diff before - || fail "a failure has changed the shell"
}

a_killed_client() {
  eval "$("$name-up" "$name")"
  create-streams 0a
  emulate-posts -n 100 | kinesis-encode --user-id 0a | send-payloads >reports
  head -c 6000000 /dev/zero | tr '\0' x >large
  curl -s --limit-rate 1M -H 'Content-Type: application/x-amz-json-1.1' -H 'X-Amz-Target: Kinesis_20131202.PutRecords' \
    -H Expect: -H 'Authorization: of nobody' \
    --data-binary @large "$AWS_ENDPOINT_URL/" &
  sleep 1
  kill -KILL $!
  wait $! || true
  sleep 0.5
  (($(read-stream streaming-0a-pin | kinesis-encode --decode | wc -l) == 100)) || fail "the records are gone"
  eval "$("$name-down" "$name")"
}

for name in kinesis aws; do
  for check in a_command two_commands a_signal a_shell failures a_killed_client; do
    $check
    echo "$name: $check: passed"
  done
done
