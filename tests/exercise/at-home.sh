#!/usr/bin/env bash
# at-home: one Kafka without a cloud: a producer, console consumers in groups, metrics of now and a page of pictures.
# needs: mariadb kafka
set -euo pipefail
# shellcheck source=tests/exercise/common
. "$(dirname "$0")/common"

ID=0b22aa33ff44
beside kafka-up --no-rest "$EXERCISE_DIR/kafka" --

post() {
  emulate-posts --source "mariadb:///$database" -n "$posts" | to-kafka-payload --user-id "$ID" |
    send-payloads --bootstrap "$KAFKA_BOOTSTRAP" --dead-letter dead
}
consume() { # GROUP
  sink-topics --stdout --group "$1" --from-beginning --once "$ID"
}
answer() {
  consume students | clean-posts >clean
  query all clean >answers.ndjson
  check_answers answers.ndjson
}
measure() {
  consume metrics | clean-posts | query popular-profiles --format prometheus -o popular.prom
  local leader
  leader=$(query popular-profiles --top 1 clean | jq -r .poster_name)
  grep -qF "\"$leader\"" popular.prom
}
draw() { pinpipe-report clean >report.html && grep -q '</html>' report.html; }

step "three tables in the database" "load-tables" fill_database
step "topics $ID.pin, .geo and .user" "create-topics" create-topics "$ID"
step "$posts posts to the broker" "send-payloads" post
step "the nine answers, of a consumer group" "sink-topics --stdout" answer
step "popular profiles, for Prometheus" "query popular-profiles" measure
step "a page of pictures" "pinpipe-report" draw
