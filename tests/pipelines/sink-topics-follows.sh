#!/usr/bin/env bash
# sink-topics that follows tells when Kafka goes away, goes on when it is back, and finds partitions that are added. Of
# a key that Kafka refuses or a file of properties it shows no secret.
# needs: kafka
# shellcheck source=tests/kafka/beside.sh
. "$TESTS/kafka/beside.sh" --no-rest

has_lines() { [[ $(cat sink/topics/"$1"/partition="$2"/*.json 2>/dev/null | wc -l) == "$3" ]]; }
send() { seq "$2" "$3" | sed 's/.*/{"ind":&}/' | kcat -P -b "$KAFKA_BOOTSTRAP" -t 0a.user -p "$1"; }

create-topics 0a
printf '%s\n' '# how soon new partitions are seen' '' 'topic.metadata.refresh.interval.ms = 300' >properties
sink-topics 0a sink --rotate 0.2 --config properties --stats >names 2>said &
sink=$!
trap 'kill -KILL $sink 2>/dev/null || true' EXIT
send 0 1 500
await has_lines 0a.user 0 500

stop_server kafka
await grep -q '^sink-topics: Kafka is away, trying on: ' said
"$SCRIPTS/home/kafka-up" --no-rest "$KAFKA_DIR" >up
await grep -q '^sink-topics: Kafka is back$' said
send 0 501 1000
await has_lines 0a.user 0 1000

kafka_tool TopicCommand --alter --topic 0a.user --partitions 3
send 2 1 300
await has_lines 0a.user 2 300
send 1 1 200 # perhaps not yet read when the signal comes
kill -TERM $sink
wait $sink || fail "SIGTERM: status $?"
sink-topics 0a sink --once >>names
"$TESTS/kafka/objects" sink 0a.user | sort | cmp - <({ seq 1000 && seq 300 && seq 200; } | sed 's/.*/{"ind":&}/' | sort)
find sink/topics -type f -printf 'topics/0a.user/%P\n' | sed 's,topics/0a.user/0a.user,topics/0a.user,' | sort |
  cmp - <(sort names)
grep -q '"rejected":0,"nulls":0,"objects":' said || fail "no stats"

# Nobody reads the names: it ends as others do, and what it has put is not put again.
send 0 1001 1100
{ sink-topics 0a sink --once --flush-size 10 || echo "$?" >status; } | :
[[ $(<status) == 141 ]] || fail "status $(<status) where nobody reads the names"
sink-topics 0a sink --once >>names
"$TESTS/kafka/objects" sink 0a.user >/dev/null

# Records that were deleted before they were read are not passed over, until one says so.
send 0 1101 1200
echo '{"version":1,"partitions":[{"topic":"0a.user","partition":0,"offset":1150}]}' >deletions
kafka_tool DeleteRecordsCommand --offset-json-file deletions >deleted
! sink-topics 0a sink --once 2>said || fail "deleted records were passed over"
grep -q 'partition 0: offset 1100, .* is out of range: the partition has 1150 to 1200' said || fail "not told so"
: >"sink/$(sed -n 's/^hint: .* put an empty object //p' said)"
sink-topics 0a sink --once >>names
[[ $(cat sink/topics/0a.user/partition=0/*.json | wc -l) == 1150 ]] || fail "what was left is not there"

# Secrets: a property that is none, a value that is none, a line that is none, and a broker that wants no password.
refuses() { # WHAT IT SAYS
  ! sink-topics 0a sink --once --config properties 2>said || fail "no error"
  grep -q "^sink-topics: error: .*$1" said || fail "expected: $1"
  ! grep -q hunter2 said || fail "a secret is shown"
}
printf 'sasl.pasword=hunter2\n' >properties
refuses "properties:1: no property 'sasl.pasword'"
printf '\nsecurity.protocol=hunter2\n' >properties
refuses "properties:2: 'security.protocol' does not take this value"
printf 'sasl.password hunter2\n' >properties
refuses 'properties:1: not a line of the form key=value'
printf '%s\n' security.protocol=sasl_plaintext sasl.mechanism=PLAIN sasl.username=u sasl.password=hunter2 >properties
refuses 'cannot reach Kafka: '
printf 'bootstrap.servers=127.0.0.1:1\n' >properties
refuses 'cannot reach Kafka: .*Connection refused'
env -u KAFKA_BOOTSTRAP sink-topics 0a sink --once --bootstrap "$KAFKA_BOOTSTRAP" | cmp - /dev/null
echo "2100 records, over a broker that went away and partitions that were added"
