#!/usr/bin/env bash
# A proxy that waits a minute for a topic that is not there, as those of Confluent and Strimzi do, in front of a real
# Kafka: send-payloads gives up after its own time-out, at once, and delivers when the topic is made.
# needs: kafka
# shellcheck source=tests/kafka/beside.sh
. "$TESTS/kafka/beside.sh" --no-rest
[[ $KAFKA_REST == rest-proxy ]] || {
  echo "skipped: the bridge waits by itself"
  exit 77
}

port=$(free_port)
start_server blocking "$SCRIPTS/home/rest-proxy" "$KAFKA_BOOTSTRAP" --port "$port" --block 60
trap 'stop_server blocking' EXIT
url=http://127.0.0.1:$port
wait_for blocking curl -sf "$url/topics"

status=0 begun=$SECONDS
emulate-posts -n 1500 | to-kafka-payload --user-id none --only pin |
  send-payloads --url "$url" --timeout 1 --dead-letter dead >reports 2>said || status=$?
((status == 1 && SECONDS - begun < 20))
jq -se 'map(.dead_lettered) | add == 1500' reports >/dev/null
grep -q '1500 records not delivered, kept in' said
grep -q '^hint: create-topics' said

create-topics none >/dev/null
send-payloads --url "$url" dead | jq -se 'map(.delivered) | add == 1500' >/dev/null
