#!/usr/bin/env bash
# by-hand: MSK with IAM, a REST proxy behind API Gateway, and the S3 sink connector, as they are put together in the console.
# needs: mariadb kafka kafka-iam python:moto python:gateway python:mariadb python:msk
set -euo pipefail
# shellcheck source=tests/exercise/common
. "$(dirname "$0")/common"

ID=0a11bb22cc33
bucket=user-$ID-bucket
beside aws-up --bucket "$bucket" --role "$ID-ec2-access-role" "$EXERCISE_DIR/aws" -- \
  kafka-up --no-rest --iam "$EXERCISE_DIR/kafka" --

dir=$EXERCISE_DIR port=$(free_port) servers=$(address_of)
trap 'gateway-down "$EXERCISE_DIR/gateway" >/dev/null; stop_server rest-proxy' EXIT
trust_kafka

start_proxy() {
  start_server rest-proxy rest-proxy --config "$write_up/kafka-rest.properties" --port "$port" "$servers"
  wait_for rest-proxy curl -fsS "http://127.0.0.1:$port/topics"
}
start_gateway() { gateway-up --stage dev --rest-url "http://127.0.0.1:$port" "$EXERCISE_DIR/gateway" >gateway.set; }
post() {
  # shellcheck disable=SC1091
  . ./gateway.set
  PYTHONPATH=$tests/exercise with-python mariadb python3 "$write_up/user_posting_emulation.py" "$database" "$posts" "$GATEWAY_URL"
}
answer() {
  read-objects "s3://$bucket/topics/$ID.pin" "s3://$bucket/topics/$ID.geo" "s3://$bucket/topics/$ID.user" |
    clean-pin | clean-geo | clean-user | query all >answers.ndjson
  check_answers answers.ndjson
}

step "three tables in the database" "load-tables" fill_database
step "topics $ID.pin, .geo and .user" "create-topics" \
  create-topics --config "$write_up/client.properties" --bootstrap "$servers" "$ID"
step "the REST proxy, by kafka-rest.properties" "rest-proxy" start_proxy
step "the gateway before it" "gateway-up" start_gateway
step "$posts posts through both" "user_posting_emulation.py" post
step "objects in the bucket, by the connector" "sink-topics" sink_by connector.properties
step "the nine answers, those of the database" "read-objects, query" answer
