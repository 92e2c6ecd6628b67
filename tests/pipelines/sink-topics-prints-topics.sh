#!/usr/bin/env bash
# sink-topics --stdout prints each record of three topics; a group loses none of them over kill -9, shares them among its
# members, and keeps its place. What is no JSON is rejected, what Kafka has deleted is told.
# needs: kafka
# shellcheck source=tests/kafka/beside.sh
. "$TESTS/kafka/beside.sh" --no-rest

has_lines() { (($(cat "${@:2}" 2>/dev/null | wc -l) >= $1)); }
sorted() { LC_ALL=C sort "$@"; }
running=()
trap 'kill -KILL ${running[*]} 2>/dev/null || true' EXIT

create-topics 0a --partitions 2
make_posts 5000
for dataset in pin geo user; do produce 0a.$dataset <sent.$dataset; done

# All that there is, and no more than that; compressed, too; and where the reader has enough.
sink-topics --stdout 0a --from-beginning --once --stats 2>said | sorted | cmp - <(sorted sent.*)
grep -q '"in":15000,"out":15000,"rejected":0,"nulls":0' said || fail "other stats"
sink-topics --stdout 0a --from-beginning --once -z | zstd -dcq | sorted | cmp - <(sorted sent.*)
status=0
{ sink-topics --stdout 0a --from-beginning 2>said || echo $? >status; } | head -n 5 >start
[[ $(<status) == 141 && $(wc -l <start) == 5 && ! -s said ]] || fail "status $(<status) where the reader has gone"
# It notices on a quiet topic, too.
{ sink-topics --stdout 0a 2>said || echo $? >status; } | :
[[ $(<status) == 141 && ! -s said ]] || fail "status $(<status) where there is no reader"

# From now on: nothing that was there before.
sink-topics --stdout 0a >now 2>said &
running=($!)
probes() { # OUTPUT
  echo '{"probe":1}' | produce 0a.pin
  [[ -s $1 ]]
}
await probes now
produce 0a.geo <sent.geo
await has_lines $((1 + $(wc -l <sent.geo))) now
kill -TERM "${running[@]}"
wait "${running[@]}" || fail "SIGTERM: status $?"
grep -v probe now | sorted | cmp - <(sorted sent.geo)

# A group that is killed amid its work, before a slow reader, prints all records, some perhaps twice.
printf '%s\n' session.timeout.ms=6000 auto.commit.interval.ms=20 >properties
mkfifo pipe
for round in 1 2 3; do
  while IFS= read -r line; do printf '%s\n' "$line"; done <pipe >killed.$round &
  reader=$!
  sink-topics --stdout 0a --from-beginning --group killed --config properties >pipe 2>said &
  running=($!)
  await has_lines 2000 killed.$round
  kill -KILL "${running[@]}"
  wait "${running[@]}" $reader 2>/dev/null || true
  produce 0a.user <sent.user
done
sink-topics --stdout 0a --from-beginning --group killed --once --config properties >killed.end
grep -hv probe killed.* | sorted -u | cmp - <(sorted -u sent.*)
has_lines 35000 killed.* || fail "the group has lost records"
has_lines 1 killed.end || fail "nothing was left"
sink-topics --stdout 0a --group killed --once >again
[[ ! -s again ]] || fail "a group with nothing new has printed $(wc -l <again) lines"

# One whose reader pauses loses its partitions, and gets them again.
printf '%s\n' session.timeout.ms=6000 max.poll.interval.ms=6000 >properties
sink-topics --stdout 0a --from-beginning --group pauses --once --config properties | { sleep 9 && cat; } >paused
grep -v probe paused | sorted -u | cmp - <(sorted -u sent.*)

# Two members share what comes; what the first has when it leaves the second gets. Nothing comes twice.
create-topics 0b --partitions 2
sink-topics --stdout 0b --group two >first 2>said.first &
first=$!
sink-topics --stdout 0b --group two >second 2>said.second &
running=("$first" "$!")
both_print() {
  seq 50 | sed 's/.*/{"probe":&}/' | produce 0b.user
  [[ -s first && -s second ]]
}
await both_print
kill -TERM $first
wait $first || fail "SIGTERM: status $?"
produce 0b.pin <sent.pin
pins_are_there() { [[ $(cat first second | grep -vc probe) == 5000 ]]; }
await pins_are_there
# While Kafka is away it waits, and goes on.
stop_server kafka
await grep -q '^sink-topics: Kafka is away, trying on: ' said.second
"$SCRIPTS/home/kafka-up" --no-rest "$KAFKA_DIR" >up
await grep -q '^sink-topics: Kafka is back$' said.second
produce 0b.geo <sent.geo
all_are_there() { [[ $(cat first second | grep -vc probe) == 10000 ]]; }
await all_are_there
kill -TERM "${running[1]}"
wait "${running[1]}" || fail "SIGTERM: status $?"
cat first second | grep -v probe | sorted | cmp - <(sorted sent.pin sent.geo)
# The place is that behind all.
produce 0b.user <sent.user
sink-topics --stdout 0b --group two --once | grep -v probe | sorted | cmp - <(sorted sent.user)

# A new group keeps the place where it began, though nothing came; and says so where it would print nothing.
! sink-topics --stdout 0b --group new --once 2>said || fail "a group without a place has none to begin at"
grep -q '^hint: --from-beginning prints what is there' said || fail "no hint"
sink-topics --stdout 0b --group new >fresh 2>said &
running=($!)
new_group_is_there() {
  kafka_tool consumer.group.ConsumerGroupCommand --describe --group new --members 2>/dev/null | grep -q sink-topics
}
await new_group_is_there
kill -TERM "${running[@]}"
wait "${running[@]}" || fail "SIGTERM: status $?"
echo '{"ind":1}' | produce 0b.geo
[[ $(sink-topics --stdout 0b --group new --once) == '{"ind":1}' && ! -s fresh ]] || fail "the new group began elsewhere"

# Values of all kinds.
create-topics 0c
printf '%s|' '{"a":' '{
"a": 1 }' 'text' '"text"' '1 2' '' | produce 0c.pin -D '|'
printf 'key:' | produce 0c.pin -K: -Z
status=0
sink-topics --stdout 0c --from-beginning --once --rejects rejects --stats >out 2>said || status=$?
[[ $status == 1 && $(<out) == $'{ "a": 1 }\n"text"' ]] || fail "status $status"
grep -q '^sink-topics: 0c.pin+0:0: ' said || fail "no place"
grep -q '^sink-topics: 1 null values skipped$' said || fail "the null is not told"
grep -q '"in":5,"out":2,"rejected":3,"nulls":1' said || fail "other stats"
[[ $(jq -r '[.tool, .file, .line, .raw] | join(" ")' rejects) == $'sink-topics 0c.pin+0 0 {"a":\nsink-topics 0c.pin+0 2 text\nsink-topics 0c.pin+0 4 1 2' ]] ||
  fail "other rejects"

# What Kafka deletes before the group reads it.
sink-topics --stdout 0c --from-beginning --once --group late >out 2>said || true
for ind in {1..6}; do echo "{\"ind\":$ind}" | produce 0c.geo; done
echo '{"version":1,"partitions":[{"topic":"0c.geo","partition":0,"offset":4}]}' >deletions
kafka_tool DeleteRecordsCommand --offset-json-file deletions >deleted
status=0
sink-topics --stdout 0c --once --group late >out 2>said || status=$?
[[ $status == 1 && $(<out) == $'{"ind":5}\n{"ind":6}' ]] || fail "status $status"
grep -q 'topic 0c.geo, partition 0: Kafka has deleted offsets 0 to 3 before the group read them' said || fail "not told"
echo "35000 records through a group that was killed, 15000 through two members"
