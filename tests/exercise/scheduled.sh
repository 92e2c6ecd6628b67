#!/usr/bin/env bash
# scheduled: MSK with IAM, the S3 sink connector by a time format of its own, and a day of it by Airflow, as MWAA runs it.
# needs: mariadb kafka kafka-iam python:moto python:delta python:airflow
set -euo pipefail
# shellcheck source=tests/exercise/common
. "$(dirname "$0")/common"

ID=0e77ff88aa99
bucket=user-$ID-bucket
beside aws-up --bucket "$bucket" --role "$ID-mwaa-role" "$EXERCISE_DIR/aws" -- \
  kafka-up --no-rest --iam "$EXERCISE_DIR/kafka" --

servers=$(address_of)
trust_kafka

run_days() {
  local day
  unset "${!AIRFLOW_@}" SSL_CERT_FILE
  export AIRFLOW_HOME=$PWD/airflow AIRFLOW__CORE__DAGS_FOLDER=$scripts/airflow AIRFLOW__CORE__LOAD_EXAMPLES=False
  # It would tell its makers that it runs.
  export AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=False SCARF_ANALYTICS=false
  PINPIPE_DIR=$PWD/data PINPIPE_PATH=$(dirname "$(command -v query)") PINPIPE_RETRIES=0
  # shellcheck disable=SC2016  # $DAY is that of batch.mk
  PINPIPE_LAND='read-objects s3://user-0e77ff88aa99-bucket/landing/0e77ff88aa99.{pin,geo,user}/year=${DAY:0:4}/month=${DAY:5:2}/day=${DAY:8}'
  export PINPIPE_DIR PINPIPE_PATH PINPIPE_RETRIES PINPIPE_LAND
  with-python airflow airflow db migrate
  days_of objects >days
  while read -r day; do with-python airflow airflow dags test pinpipe_daily "$day"; done <days
}
answer() {
  with-python delta from-delta data/tables | query all >answers.ndjson
  check_answers answers.ndjson
}

step "three tables in the database" "load-tables" fill_database
step "topics $ID.pin, .geo and .user" "create-topics" \
  create-topics --config "$write_up/client.properties" --bootstrap "$servers" "$ID"
step "$posts posts to the brokers, as the role" "send-payloads" post_to_brokers
step "objects by day in the bucket" "sink-topics" sink_by connector.properties
step "the day's run of the DAG" "airflow, to-delta" run_days
step "the nine answers, those of the database" "from-delta, query" answer
