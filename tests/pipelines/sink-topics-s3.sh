#!/usr/bin/env bash
# sink-topics puts objects into a bucket, and goes on after the last one there, also where S3 goes away while it writes.
# needs: kafka s3rver aws
set -euo pipefail
# Threads of C11, as librdkafka starts them, end the thread sanitizer of g++ 12.
[[ ${PINPIPE_SANITIZE-} != *thread* ]] || {
  echo "skipped: the thread sanitizer cannot run librdkafka"
  exit 77
}
[[ ${KAFKA_DIR-} ]] || exec "$TESTS/kafka/with-kafka" "$0"
cd "$KAFKA_DIR"
# shellcheck source=scripts/home/servers
. "$SCRIPTS/home/servers"
dir=$KAFKA_DIR

port=$(free_port)
start_s3() {
  start_server s3 "$TESTS/support/s3-server" "$port" "$KAFKA_DIR/buckets"
  wait_for s3 curl -s -o /dev/null "http://127.0.0.1:$port/"
}
trap 'stop_server s3' EXIT
start_s3
unset "${!AWS_@}" # of whoever runs the tests
export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_ACCESS_KEY_ID=S3RVER AWS_SECRET_ACCESS_KEY=S3RVER AWS_REGION=us-east-1
export AWS_DEFAULT_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true HOME=$KAFKA_DIR
export AWS_MAX_ATTEMPTS=2 TMPDIR=$KAFKA_DIR # where objects grow

"$SCRIPTS/home/create-topics" 0a
emulate-posts -n 300 -o posts
options=(--exit --flush-size 200)
for _ in 1 2; do
  to-kafka-payload --api kcat --payload-only --only pin posts >sent
  kcat -P -b "$KAFKA_BOOTSTRAP" -t 0a.pin <sent
  sink-topics 0a s3://posts/raw "${options[@]}" >>names
  options+=(--zstd)
done
cat sent sent | sort >expected
aws --endpoint-url "$AWS_ENDPOINT_URL" s3 cp --only-show-errors --recursive s3://posts/raw copied
"$TESTS/kafka/objects" copied 0a.pin | sort | cmp - expected
find copied -type f -printf 'topics/0a.pin/partition=0/%f\n' | sort | cmp - <(sort names)
printf '%s\n' topics/0a.pin/partition=0/0a.pin+0+0000000{000,200}.json topics/0a.pin/partition=0/0a.pin+0+0000000{300,500}.json.zst |
  cmp - names
sink-topics 0a s3://posts/raw --exit | cmp - /dev/null

sink-topics 0a s3://none/raw --exit 2>said && {
  echo "no bucket, and no error"
  exit 1
}
grep -q NoSuchBucket said

# S3 goes away while objects are written, and comes back; then the sink is killed while it uploads, twice.
fail() {
  echo "$*"
  exit 1
}
await_names() { # MORE-THAN
  for _ in {1..600}; do
    (($(wc -l <names) <= $1)) || return 0
    sleep 0.1
  done
  fail "no objects within 60 s"
}
has_ended() { [[ ! -e /proc/$1 || $(cut -d' ' -f3 "/proc/$1/stat") == Z ]]; }

"$SCRIPTS/home/create-topics" 0b --partitions 3
to-kafka-payload --api kcat --payload-only --only user <(emulate-posts -n 6000) >sent
kcat -P -b "$KAFKA_BOOTSTRAP" -t 0b.user <sent
: >names
sink-topics 0b s3://posts/users --flush-size 300 >>names 2>said &
sink=$!
await_names 0
stop_server s3
status=0
wait $sink || status=$?
[[ $status == 2 ]] || fail "status $status where S3 went away"
grep -q '^sink-topics: error: s3://posts/users: aws: .*Could not connect' said || fail "$(<said)"
grep -q '^hint: run this again' said || fail "no hint"
start_s3
for _ in 1 2; do
  before=$(wc -l <names)
  sink-topics 0b s3://posts/users --flush-size 300 >>names &
  sink=$!
  await_names "$before"
  client=""
  for _ in {1..200}; do
    ! client=$(pgrep -P $sink) || break
    sleep 0.01
  done
  kill -KILL $sink
  wait $sink || true
  [[ $client ]] || fail "nothing was being uploaded"
  for _ in {1..20}; do
    has_ended "$client" || sleep 0.1
  done
  has_ended "$client" || fail "the client outlives the sink"
done 2>/dev/null # "Killed"
sink-topics 0b s3://posts/users --exit --zstd >>names
aws --endpoint-url "$AWS_ENDPOINT_URL" s3 cp --only-show-errors --recursive s3://posts/users users
"$TESTS/kafka/objects" users 0b.user | sort | cmp - <(sort sent)
[[ -z $(compgen -G "$KAFKA_DIR/sink-topics-*") ]] || fail "files are left behind"
echo "600 records in 4 objects of a bucket; 6000 in $(find users -type f | wc -l), over two kills and S3 away"
