#!/usr/bin/env bash
# Posts into a Kinesis API and back are what they were: with read-stream that is stopped and started again while
# records arrive, over a split of a shard, and with both emulators.
# needs: kinesis kinesis-local
set -euo pipefail
SCRIPTS=$TESTS/../scripts
HOME=$(mktemp -d -t kinesis.XXXXXX)
cd "$HOME"
trap '"$SCRIPTS/home/kinesis-down" --purge "$HOME/kinesis"; rm -rf "$HOME"' EXIT
trap 'exit 143' TERM INT HUP

fail() {
  echo "$*"
  exit 1
}
call() { # ACTION, body on stdin
  curl -sS --fail-with-body -K <(echo "user = $AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY") --data-binary @- \
    --aws-sigv4 "aws:amz:$AWS_REGION:kinesis" -H 'Content-Type: application/x-amz-json-1.1' \
    -H "X-Amz-Target: Kinesis_20131202.$1" "$AWS_ENDPOINT_URL/"
}
put() { # DATASET FILE
  kinesis-encode --user-id 0a --payload-only --only "$1" --max-records 100 "$2" | while IFS= read -r payload; do
    reply=$(call PutRecords <<<"$payload")
    [[ $reply =~ \"FailedRecordCount\":0 ]] || fail "$reply"
  done
}
decoded() { kinesis-encode --decode "$@" | sort; }

round_trip() {
  create-streams 0a --shards 3
  create-streams 0a # nothing to do
  emulate-posts -n 2000 -o posts
  local dataset
  for dataset in pin geo user; do
    to-kafka-payload --api kcat --payload-only --only $dataset posts | sort >sent.$dataset
    put $dataset posts
    read-stream streaming-0a-$dataset >replies
    decoded replies | cmp - sent.$dataset
  done
  echo "$kind: 6000 records are the same"
}

# Stopped and started again, by SIGTERM as well as at the end, it loses and doubles nothing.
restarts() {
  local reader
  rm -f state
  head -n 500 posts >part
  read-stream streaming-0a-pin --state state >replies
  for _ in 1 2 3; do
    read-stream streaming-0a-pin --state state --follow >>replies &
    reader=$!
    put pin part
    sleep 0.$((RANDOM % 9))
    kill -TERM $reader
    wait $reader || [[ $? == 143 ]] # before it could say what to do with a signal
  done
  read-stream streaming-0a-pin --state state >>replies
  [[ -z $(read-stream streaming-0a-pin --state state) ]] || fail "$kind: something was doubled"
  to-kafka-payload --api kcat --payload-only --only pin posts part part part | sort >sent
  decoded replies | cmp - sent
  echo "$kind: restarts lose and double nothing"
}

# The children of a shard are read after it, and the note of its end is kept.
split() {
  local first
  head -n 300 posts >part
  first=$(call ListShards <<<'{"StreamName":"streaming-0a-geo"}' | jq -c '.Shards[0]')
  jq -c '{StreamName: "streaming-0a-geo", ShardToSplit: .ShardId, NewStartingHashKey: "85070591730234615865843651857942052864"}' \
    <<<"$first" | call SplitShard >/dev/null
  for _ in {1..50}; do
    [[ $(call DescribeStreamSummary <<<'{"StreamName":"streaming-0a-geo"}') != *ACTIVE* ]] || break
    sleep 0.1
  done
  put geo part
  rm -f state
  read-stream streaming-0a-geo --state state >replies
  jq -e '[.shards[] | values] | length == 4' state >/dev/null || fail "$kind: $(<state)"
  jq -e '[.shards[] | nulls] | length == 1' state >/dev/null || fail "$kind: $(<state)"
  put geo part
  read-stream streaming-0a-geo --state state >>replies
  to-kafka-payload --api kcat --payload-only --only geo posts part part | sort >sent
  decoded replies | cmp - sent
  echo "$kind: a shard that was split, and its children, are read"
}

# From LATEST on, also where the first run has seen nothing yet.
latest() {
  rm -f state
  sleep 1.1 # the time of a record may be whole seconds
  read-stream streaming-0a-user --state state --from LATEST >replies
  [[ ! -s replies ]] || fail "$kind: there was something after LATEST"
  put user part
  read-stream streaming-0a-user --state state --from LATEST >>replies
  to-kafka-payload --api kcat --payload-only --only user part | sort >sent
  decoded replies | cmp - sent
}

errors() {
  read-stream none 2>said && fail "no stream, and no error"
  grep -q ResourceNotFoundException said
  read-stream streaming-0a-geo --state state 2>said && fail "the place of another stream, and no error"
  grep -q "'state' is of stream 'streaming-0a-user'" said
  AWS_ACCESS_KEY_ID="" AWS_EC2_METADATA_DISABLED=true read-stream streaming-0a-geo 2>said && fail "no credentials, and no error"
  grep -q 'hint: set AWS_ACCESS_KEY_ID' said
  read-stream streaming-0a-pin | head -c 100 >/dev/null || (($? == 141))
}

# Those of an ID are listed, described and deleted, and no others.
streams() {
  create-streams 0axpin
  [[ $(create-streams --list 0a | xargs) == "streaming-0a-geo streaming-0a-pin streaming-0a-user" ]] || fail "$kind: $(create-streams --list 0a)"
  (($(create-streams --list | wc -l) == 6)) || fail "$kind: $(create-streams --list)"
  [[ $(create-streams --describe 0a | jq -r '[.stream, .status] | join(" ")' | head -n 1) == "streaming-0a-pin ACTIVE" ]] ||
    fail "$kind: $(create-streams --describe 0a)"
  [[ $(create-streams --describe 0axpin | jq -s -c 'map(.shards)') == "[1,1,1]" ]] || fail "$kind: $(create-streams --describe 0axpin)"
  create-streams --delete 0axpin
  create-streams --delete 0axpin # nothing to do
  (($(create-streams --list | wc -l) == 3)) || fail "$kind: $(create-streams --list)"
  ! create-streams --describe 0axpin 2>said || fail "$kind: no stream, and no error"
  grep -q "^create-streams: error: stream 'streaming-0axpin-pin': ResourceNotFoundException" said || fail "$kind: $(<said)"
}

for kind in kinesalite kinesis-local; do
  exports=$("$SCRIPTS/home/kinesis-up" $kind kinesis)
  eval "$exports"
  again=$("$SCRIPTS/home/kinesis-up" $kind kinesis)
  cmp <(grep '^export AWS_' <<<"$exports") <(grep '^export AWS_' <<<"$again") || fail "$kind was started twice"
  round_trip
  restarts
  split
  latest
  errors
  streams
  "$SCRIPTS/home/kinesis-down" kinesis
done
