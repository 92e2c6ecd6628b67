#!/usr/bin/env bash
# sink-topics that puts objects into folders by time, and is killed, stopped and started again, puts each record into
# exactly one object, where its time belongs; batch.mk lands a day of them.
# needs: kafka
# shellcheck source=tests/kafka/beside.sh
. "$TESTS/kafka/beside.sh" --no-rest

batch() { make --no-print-directory -f "$SCRIPTS/batch/batch.mk" QUESTIONS= "$@"; }

create-topics 0a --partitions 2
make_posts 6000

# While records arrive: killed six times, ended by SIGTERM once. A pin has no time of its own.
by_month=(--partition-by "'year'=YYYY/'month'=MM" --time "timestamp,date_joined,record" --timezone America/New_York --gzip)
for dataset in pin geo user; do
  while IFS= read -r -d '' part; do
    printf '%s' "$part"
    sleep 0.8
  done < <(split -l 300 --filter 'cat; printf "\0"' sent.$dataset) | kcat -P -b "$KAFKA_BOOTSTRAP" -t 0a.$dataset &
done
for signal in KILL KILL KILL KILL KILL KILL TERM; do
  sink-topics 0a sink "${by_month[@]}" --flush-size 500 --rotate 0.4 >>objects &
  sink=$!
  await reads $sink
  sleep $((RANDOM % 3)).$((RANDOM % 9 + 1))
  kill -$signal $sink
  status=0
  wait $sink || status=$?
  [[ $signal == KILL || $status == 0 ]] || fail "SIGTERM: status $status"
done 2>/dev/null # "Killed"
wait
sink-topics 0a sink "${by_month[@]}" --once >>objects
for dataset in pin geo user; do
  find "sink/topics/0a.$dataset/" -name '*.json.gz' -exec zcat {} + | sort | cmp - <(sort sent.$dataset)
done
before=$(find sink -newer posts | sort)
sink-topics 0a sink "${by_month[@]}" --once
[[ $(find sink -newer posts | sort) == "$before" ]] || fail "a run with nothing to do has done something"
# Where they belong, by another who knows of time zones.
python3 - <<'EOF'
import datetime, gzip, json, pathlib, zoneinfo

count = 0
for dataset, key in ("geo", "timestamp"), ("user", "date_joined"):
    for path in pathlib.Path(f"sink/topics/0a.{dataset}").glob("year=*/month=*/*.json.gz"):
        for line in gzip.open(path, "rt"):
            time = datetime.datetime.fromisoformat(json.loads(line)[key]).replace(tzinfo=datetime.timezone.utc)
            local = time.astimezone(zoneinfo.ZoneInfo("America/New_York"))
            assert path.parent.match(local.strftime("year=%Y/month=%m")), (path, line)
            count += 1
assert count == 12000, count
EOF
echo "18000 records, in $(find sink -name '*.json.gz' | wc -l) objects"

# A day lands as batch.mk's own example has it: whatever the day is, of those that there are.
sink-topics 0a by-day --once --partition-by day --flush-size 1000 -z >>objects
# shellcheck disable=SC2016 # for the shell of batch.mk
export LAND='zstdcat -f by-day/topics/*/year=${DAY:0:4}/month=${DAY:5:2}/day=${DAY:8}/*.json*'
days=$(find by-day -type d -name 'day=*' | sed 's|.*/year=\(.*\)/month=\(.*\)/day=\(.*\)|\1-\2-\3|' | sort -u)
for day in $days; do batch DAYS="$day"; done
for day in $days; do zstdcat "raw/$day.ndjson.zst"; done | sort | cmp - <(sort sent.*)
for day in $days; do zstdcat "clean/$day.ndjson.zst"; done | wc -l | grep -qx 18000
