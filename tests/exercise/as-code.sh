#!/usr/bin/env bash
# as-code: brokers by TLS, the S3 sink connector as JSON of Connect's API, by days and compressed, and the batch of each day
# into Delta tables, as infrastructure that is kept as code.
# needs: mariadb kafka openssl python:moto python:delta
set -euo pipefail
# shellcheck source=tests/exercise/common
. "$(dirname "$0")/common"

ID=0c44dd55ee66
bucket=user-$ID-bucket
beside aws-up --bucket "$bucket" "$EXERCISE_DIR/aws" -- \
  kafka-up --no-rest --tls "$EXERCISE_DIR/kafka" --

servers=$(address_of)
trust_kafka

batch() {
  local day
  # shellcheck disable=SC2016  # $DAY is that of batch.mk
  export LAND='read-objects s3://user-0c44dd55ee66-bucket/topics/0c44dd55ee66.{pin,geo,user}/year=${DAY:0:4}/month=${DAY:5:2}/day=${DAY:8}'
  days_of objects >days
  while read -r day; do
    make --no-print-directory -f "$scripts/batch/batch.mk" DAYS="$day" DELTA=tables TO_DELTA="with-python delta to-delta"
  done <days
}
answer() {
  with-python delta from-delta tables | query all >answers.ndjson
  check_answers answers.ndjson
}

step "three tables in the database" "load-tables" fill_database
step "topics $ID.pin, .geo and .user" "create-topics" \
  create-topics --config "$write_up/client.properties" --bootstrap "$servers" "$ID"
step "$posts posts to the brokers, by TLS" "send-payloads" post_to_brokers
step "objects by day in the bucket, compressed" "sink-topics" sink_by connector.json
step "the day landed, cleaned, merged, answered" "batch.mk, to-delta" batch
step "the nine answers, those of the database" "from-delta, query" answer
