#!/usr/bin/env bash
# sink-topics puts objects into a bucket, and goes on after the last one there.
set -euo pipefail
for needed in aws npm node; do
  command -v $needed >/dev/null || {
    echo "sink-topics-s3: skipped: $needed is not installed"
    exit 77
  }
done
[[ ${KAFKA_DIR-} ]] || exec "$TESTS/kafka/with-kafka" "$0"
cd "$KAFKA_DIR"
# shellcheck source=scripts/servers
. "$SCRIPTS/servers"
dir=$KAFKA_DIR

s3rver=$cache/npm/s3rver-3.7.1
if [[ ! -d $s3rver ]]; then
  npm install --prefix npm --no-audit --no-fund --loglevel=error s3rver@3.7.1 >npm.log 2>&1 </dev/null || {
    echo "sink-topics-s3: skipped: npm could not install s3rver: $(tail -n 1 npm.log)"
    exit 77
  }
  mv -T npm "$s3rver" || [[ -d $s3rver ]]
fi
port=$(free_port)
start_server s3 "$s3rver/node_modules/.bin/s3rver" -d "$KAFKA_DIR/buckets" -a 127.0.0.1 -p "$port" --configure-bucket posts
trap 'stop_server s3' EXIT
wait_for s3 curl -s -o /dev/null "http://127.0.0.1:$port/"
unset "${!AWS_@}" # of whoever runs the tests
export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_ACCESS_KEY_ID=S3RVER AWS_SECRET_ACCESS_KEY=S3RVER AWS_REGION=us-east-1
export AWS_DEFAULT_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true HOME=$KAFKA_DIR

"$SCRIPTS/create-topics" 0a
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
echo "600 records in 4 objects of a bucket"
