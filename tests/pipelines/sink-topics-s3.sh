#!/usr/bin/env bash
# sink-topics puts objects into a bucket of s3rver, and goes on after the last one there.
# needs: kafka s3rver
# shellcheck source=tests/kafka/beside.sh
. "$TESTS/kafka/beside.sh" --no-rest

port=$(free_port)
start_s3() {
  start_server s3 "$TESTS/support/s3-server" "$port" "$KAFKA_DIR/buckets"
  wait_for s3 curl -s -o /dev/null "http://127.0.0.1:$port/"
}
trap 'stop_server s3' EXIT
start_s3
unset "${!AWS_@}" # of whoever runs the tests
export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_ACCESS_KEY_ID=S3RVER AWS_SECRET_ACCESS_KEY=S3RVER AWS_REGION=us-east-1
export AWS_MAX_ATTEMPTS=2 TMPDIR=$KAFKA_DIR # where objects grow

# Objects as the server keeps them.
copy() { # PREFIX TO
  local file
  while IFS= read -r file; do
    install -D "$KAFKA_DIR/buckets/posts/$1/$file" "$2/${file%._S3rver_object}"
  done < <(find "$KAFKA_DIR/buckets/posts/$1" -name '*._S3rver_object' -printf '%P\n')
}

create-topics 0a
emulate-posts -n 300 -o posts
options=(--once --flush-size 200)
for _ in 1 2; do
  to-kafka-payload --api kcat --payload-only --only pin posts >sent
  kcat -P -b "$KAFKA_BOOTSTRAP" -t 0a.pin <sent
  sink-topics 0a s3://posts/raw "${options[@]}" >>names
  options+=(--zstd)
done
cat sent sent | sort >expected
copy raw copied
"$TESTS/kafka/objects" copied 0a.pin | sort | cmp - expected
find copied -type f -printf 'topics/0a.pin/partition=0/%f\n' | sort | cmp - <(sort names)
printf '%s\n' topics/0a.pin/partition=0/0a.pin+0+0000000{000,200}.json topics/0a.pin/partition=0/0a.pin+0+0000000{300,500}.json.zst |
  cmp - names
sink-topics 0a s3://posts/raw --once | cmp - /dev/null

sink-topics 0a s3://none/raw --once 2>said && {
  echo "no bucket, and no error"
  exit 1
}
grep -q "^sink-topics: error: cannot list 's3://none/raw/topics/0a.pin/.offsets/': NoSuchBucket: " said || {
  cat said
  exit 1
}
grep -q '^hint: make the bucket first' said

[[ -z $(compgen -G "$KAFKA_DIR/sink-topics-*") ]] || {
  echo "files are left behind"
  exit 1
}
echo "600 records in 4 objects of a bucket"
