#!/usr/bin/env bash
# Posts by send-payloads through a REST proxy into a real Kafka and back, three ways, are what they were.
# needs: kafka
# shellcheck source=tests/kafka/beside.sh
. "$TESTS/kafka/beside.sh"

# Our proxy keeps the bytes of a value. The bridge reads and writes them anew, with other escapes, and refuses a reply of
# more than max_bytes rather than cut it.
normalised() { sort "$1"; }
max_bytes=100000
if [[ $KAFKA_REST == bridge ]]; then
  normalised() { jq -cS . "$1" | sort; }
  max_bytes=8000000
fi

check_equal() { # WHAT EXPECTED FOUND
  cmp <(normalised "$2") <(normalised "$3") || {
    echo "$1: $(wc -l <"$2") records went in, $(wc -l <"$3") came out, or others"
    exit 1
  }
  echo "$1: $(wc -l <"$3") records are the same"
}

create-topics 0a --partitions 3
create-topics 0a --partitions 3 # nothing to do
emulate-posts -n 2000 -o posts
to-kafka-payload --user-id 0a posts | send-payloads --url "$KAFKA_REST_URL" -o reports
for dataset in pin geo user; do
  to-kafka-payload --api kcat --payload-only --only $dataset posts | clean-$dataset >direct.$dataset
done
[[ $(wc -l <direct.pin) == 2000 ]]

sink-topics 0a sink --once --flush-size 300 >objects
[[ $(wc -l <objects) == $(find sink/topics -type f | wc -l) ]]
for dataset in pin geo user; do
  "$TESTS/kafka/objects" sink 0a.$dataset >/dev/null
  cat sink/topics/0a.$dataset/partition=*/*.json | clean-$dataset >out
  check_equal "$dataset by sink-topics" direct.$dataset out

  kcat -C -q -J -e -b "$KAFKA_BOOTSTRAP" -t 0a.$dataset | to-kafka-payload --unwrap | clean-$dataset >out
  check_equal "$dataset by kcat -J" direct.$dataset out
done

# A REST consumer, as a client with nothing but curl has it.
json=application/vnd.kafka.json.v2+json
general=application/vnd.kafka.v2+json
group=$KAFKA_REST_URL/consumers/round-trip
ask() { curl -sS --fail-with-body --max-time 60 "$@"; }
for dataset in pin geo user; do
  ask -H "Content-Type: $general" "$group" -o created \
    --data "{\"name\":\"$dataset\",\"format\":\"json\",\"auto.offset.reset\":\"earliest\"}"
  ask -H "Content-Type: $general" "$group/instances/$dataset/subscription" --data "{\"topics\":[\"0a.$dataset\"]}"
  : >replies
  for _ in {1..60}; do
    ask -H "Accept: $json" "$group/instances/$dataset/records?timeout=1000&max_bytes=$max_bytes" >>replies
    echo >>replies
    to-kafka-payload --unwrap replies | clean-$dataset >out
    (($(wc -l <out) < 2000)) || break
  done
  ask -X DELETE "$group/instances/$dataset"
  check_equal "$dataset by a REST consumer" direct.$dataset out
done
