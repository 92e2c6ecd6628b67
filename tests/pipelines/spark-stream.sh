#!/usr/bin/env bash
# stream.py, its driver killed in the middle of its work, and again, fills the tables with all that Kafka has, once.
# needs: kafka spark python:delta,duckdb
set -euo pipefail
[[ ${KAFKA_DIR-} ]] || exec "$TESTS/kafka/with-kafka" "$0"
[[ ${SPARK_DIR-} ]] || exec "$TESTS/spark/with-spark" "$0"
cd "$SPARK_DIR"
posts=${POSTS:-11000}

create-topics 0a --partitions 2
produce() { kcat -P -b "$KAFKA_BOOTSTRAP" -t "0a.$1"; }
emulate-posts -n "$posts" --rows "$posts" -o posts
for dataset in pin geo user; do
  to-kafka-payload --api kcat --payload-only --only $dataset posts >"sent.$dataset"
  cat "sent.$dataset" <(head -n 1000 "sent.$dataset") | produce $dataset # a thousand are delivered twice
done
printf '%s\n' '{"index":"none"}' ' ' '{"ind":1,"country":"Here"}' '{"pin":{"index":1}}' '{"index":99999999999999999999}' '{' |
  produce pin
printf '\xff\n' | produce user

# Ends the driver, and its Java, when a batch has been begun; --session, for nothing else is to end.
mkdir -p lake/checkpoints
batches() { find lake/checkpoints -path '*/offsets/[0-9]*' | wc -l; }
follow=(stream.py --to lake --user-id 0a --max-records 3000)
for _ in 1 2; do
  begun=$(batches)
  setsid "$SUBMIT" "${follow[@]}" --every '1 second' >killed.log 2>&1 &
  driver=$!
  until (($(batches) > begun + 3)); do
    kill -0 $driver || { cat killed.log && exit 1; }
    sleep 0.5
  done
  pkill -KILL --session $driver
  wait $driver || true
done
"$SUBMIT" "${follow[@]}" --once >log 2>&1 || { tail log && exit 1; }

ask() { "$TESTS/spark/ask-lake" lake "$1"; }
for dataset in pin geo user; do
  clean-$dataset "sent.$dataset" | jq .ind | sort -un >expected
  ask "SELECT ind FROM \"$dataset\" ORDER BY ind" | jq .ind | cmp - expected
  echo "$dataset: $(wc -l <expected) rows, each once"
done
ask 'SELECT tool, reason, raw FROM rejects ORDER BY ALL' | jq -c '[.tool, .reason]' | sort >rejects
sort >rejects.expected <<'REJECTS'
["clean-pin","cut short: an object or array is not closed"]
["clean-pin","pin: ind 99999999999999999999 is not an integer within 64 bits"]
["clean-pin","pin: ind \"none\" is not an integer within 64 bits"]
["clean-user","invalid UTF-8"]
["tables","no pin record"]
["tables","no pin record"]
REJECTS
cmp rejects rejects.expected || { cat rejects && exit 1; }
# The offset of a reject is that of its record, also behind a blank one; of a post in a topic of pins, raw is clean.
kcat -C -q -e -b "$KAFKA_BOOTSTRAP" -t 0a.pin -f '0a.pin+%p %o %s\n' | grep -vF unique_id | sort >arrived
ask "SELECT file || ' ' || line || ' ' || raw AS at FROM rejects WHERE file LIKE '0a.pin%' AND raw NOT LIKE '{\"pin\"%'" |
  jq -r .at | sort | comm -23 - arrived | cmp - /dev/null

# While it follows, SIGTERM ends it quietly, and what came before it is there.
setsid "$SUBMIT" "${follow[@]}" --every '1 second' >log 2>&1 &
driver=$!
echo '{"index":-7,"unique_id":"late"}' | produce pin
until [[ $(ask 'SELECT title FROM pin WHERE ind = -7') ]]; do
  kill -0 $driver || { cat log && exit 1; }
  sleep 1
done
kill -TERM $driver
wait $driver || { tail log && exit 1; }
sed -i "/Setting Spark log level/d" log
grep -iE -A 5 'error|exception' log && exit 1
echo "ended by SIGTERM"
