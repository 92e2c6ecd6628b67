#!/usr/bin/env bash
# batch.py from a bucket, with the objects of a sink, into a bucket: s3a:// all the way.
# needs: spark spark-s3 python:moto python:delta,duckdb
set -euo pipefail
[[ ${SPARK_DIR-} ]] || exec "$TESTS/spark/with-spark" "$0"
cd "$SPARK_DIR"
# shellcheck source=scripts/home/servers
. "$SCRIPTS/home/servers"
dir=$SPARK_DIR

port=$(free_port)
start_server s3 "$SCRIPTS/home/with-python" moto moto_server -H 127.0.0.1 -p "$port"
trap 'stop_server s3' EXIT
wait_for s3 curl -s -o /dev/null "http://127.0.0.1:$port/"
unset "${!AWS_@}" # of whoever runs the tests
export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_REGION=us-east-1
export AWS_ACCESS_KEY_ID=nobody AWS_SECRET_ACCESS_KEY=nothing

emulate-posts -n 5000 | "$TESTS/spark/dirty_posts.py" >raw.ndjson
{ clean-posts raw.ndjson | query all >expected; } 2>/dev/null || true
split -n l/2 raw.ndjson part.
zstd -q --rm part.ab -o part.ab.zst
put() { # FILE KEY; what is special in a key is escaped in its address
  curl -sS --fail-with-body -o /dev/null --aws-sigv4 aws:amz:us-east-1:s3 --user nobody:nothing -T "$1" \
    -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' "$AWS_ENDPOINT_URL/posts/$2"
}
curl -sS --fail-with-body -o /dev/null --aws-sigv4 aws:amz:us-east-1:s3 --user nobody:nothing -X PUT "$AWS_ENDPOINT_URL/posts"
put part.aa raw/topics/0a.pin/partition%3D0/0a.pin%2B0%2B0000000000.json
put part.ab.zst raw/topics/0a.pin/partition%3D0/0a.pin%2B0%2B0000003000.json.zst

"$SUBMIT" batch.py --to s3a://posts/lake s3a://posts/raw/topics >out || { tail -n 5 out && exit 1; }
head -n -1 out | cmp - expected
tail -n 1 out
AWS_ALLOW_HTTP=true "$TESTS/spark/ask-lake" s3://posts/lake 'SELECT count(*) AS n, min(file) AS first FROM rejects' >rejects
first=s3a://posts/raw/topics/0a.pin/partition=0/0a.pin+0+0000000000.json
jq -e --arg first $first '.n == 50 and .first == $first' rejects >/dev/null
