#!/usr/bin/env bash
# streams: a Kinesis API made of mapping templates, rows put one by one, and a notebook's streams into Delta tables.
# needs: mariadb python:moto python:gateway python:mariadb python:delta
set -euo pipefail
# shellcheck source=tests/exercise/common
. "$(dirname "$0")/common"

ID=0d55ee66ff77
beside aws-up "$EXERCISE_DIR/aws" -- \
  gateway-up --stage prod --templates "$(readlink -f "$write_up")/templates" "$EXERCISE_DIR/gateway" --

create() {
  local name
  for name in pin geo user; do
    curl -fsS --noproxy '*' -X POST "$GATEWAY_URL/streams/streaming-$ID-$name" -H 'Content-Type: application/json' --data '{}'
  done
  create-streams --describe "$ID"
}
post() {
  PYTHONPATH=$tests/exercise with-python mariadb python3 "$write_up/user_posting_emulation_streaming.py" "$database" "$posts" "$GATEWAY_URL"
}
clean() {
  local name
  for name in pin geo user; do read-stream "streaming-$ID-$name"; done | kinesis-encode --decode |
    clean-posts | with-python delta to-delta --append tables
}
answer() {
  with-python delta from-delta tables | query all >answers.ndjson
  check_answers answers.ndjson
}

step "three tables in the database" "load-tables" fill_database
step "streams streaming-$ID-pin …" "create-stream.vtl" create
step "$posts posts, a record each" "…_emulation_streaming.py" post
step "cleaned, and appended to Delta tables" "read-stream, to-delta" clean
step "the nine answers, those of the database" "from-delta, query" answer
