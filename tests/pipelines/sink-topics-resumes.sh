#!/usr/bin/env bash
# sink-topics that is killed, stopped and started again puts each offset into exactly one object; also where values are
# null or have newlines. It tells of what is gone.
# needs: kafka
# shellcheck source=tests/kafka/beside.sh
. "$TESTS/kafka/beside.sh" --no-rest

create-topics 0a --partitions 2
make_posts 20000

# While records arrive: killed five times, ended by SIGTERM once.
for dataset in pin geo user; do
  while IFS= read -r -d '' part; do
    printf '%s' "$part"
    sleep 0.2
  done < <(split -l 500 --filter 'cat; printf "\0"' sent.$dataset) | produce 0a.$dataset &
done
for signal in KILL KILL KILL KILL KILL TERM; do
  sink-topics 0a sink --flush-size 700 --rotate 0.3 --zstd >>objects &
  sink=$!
  await reads $sink
  sleep 0.$((RANDOM % 9 + 1))
  kill -$signal $sink
  status=0
  wait $sink || status=$?
  [[ $signal == KILL || $status == 0 ]] || fail "SIGTERM: status $status"
done 2>/dev/null # "Killed"
wait
sink-topics 0a sink --once --zstd >>objects
for dataset in pin geo user; do
  "$TESTS/kafka/objects" sink 0a.$dataset | sort | cmp - <(sort sent.$dataset)
done
[[ -z $(find sink -name '*.json') ]] || fail "there are objects that are not compressed"
before=$(find sink | sort)
sink-topics 0a sink --once
[[ $(find sink | sort) == "$before" ]] || fail "a run with nothing to do has done something"
echo "60000 records, in $(find sink -name '*.zst' | wc -l) objects"

# One place, one sink.
sink-topics 0a sink &
sink=$!
await reads $sink
said=$(sink-topics 0a sink --once 2>&1) && fail "a second sink was let in"
[[ $said == *"another sink-topics"* ]] || fail "$said"
kill -TERM $sink
wait $sink

# Nulls and newlines: three runs, offsets 0 to 8, of which 2, 3, 5 and 8 are null.
create-topics 0b
value() { printf '%s|%s%%' "$1" "$2"; }
null() { value "$1" ''; }
send() { produce 0b.geo -D '%' -K '|' -Z; }
sink_again() { { sink-topics 0b nulls --once >>names; } 2>&1; }
{ value a '{"ind":0}'; value b $'{"ind":\n1}'; null c; } | send
[[ $(sink_again) == "sink-topics: 1 null values skipped" ]] || fail "the null was not counted"
{ null d; value e '{"ind":4}'; null f; value g '{"ind":6}'; } | send
[[ $(sink_again) == "sink-topics: 3 null values skipped" ]] || fail "the nulls were not counted"
{ value h '{"ind":7}'; null i; } | send
sink_again >/dev/null
cat nulls/topics/0b.geo/partition=0/*.json >out
printf '%s\n' '{"ind":0}' '{"ind": 1}' '{"ind":4}' '{"ind":6}' '{"ind":7}' | cmp - out
(cd nulls/topics/0b.geo/partition=0 && printf '%s ' *) >names
[[ $(<names) == "0b.geo+0+0000000000.json 0b.geo+0+0000000004.json 0b.geo+0+0000000006.json 0b.geo+0+0000000007.json " ]] ||
  fail "$(<names)"

# What is gone cannot be resumed at.
mv nulls/topics/0b.geo/partition=0/0b.geo+0+00000000{07,99}.json
said=$(sink_again) && fail "an offset that is not there was passed over"
[[ $said == *"out of range"* && $said == *hint:* ]] || fail "$said"

KAFKA_BOOTSTRAP="" sink-topics 0b none 2>said && fail "no Kafka, and no error"
grep -q 'hint: eval' said
sink-topics 0c none 2>said && fail "no topics, and no error"
grep -q 'Unknown topic' said
