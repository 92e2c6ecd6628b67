#!/usr/bin/env bash
# batch.py from a bucket, with the objects of a sink, into a bucket: s3a:// all the way.
set -euo pipefail
command -v npm >/dev/null || {
  echo "spark-s3: skipped: npm is not installed"
  exit 77
}
[[ ${SPARK_DIR-} ]] || exec env WITH_S3=1 "$TESTS/spark/with-spark" "$0"
cd "$SPARK_DIR"
# shellcheck source=scripts/servers
. "$SCRIPTS/servers"
dir=$SPARK_DIR

s3rver=$cache/npm/s3rver-3.7.1
if [[ ! -d $s3rver ]]; then
  npm install --prefix npm --no-audit --no-fund --loglevel=error s3rver@3.7.1 >npm.log 2>&1 </dev/null || {
    echo "spark-s3: skipped: npm could not install s3rver: $(tail -n 1 npm.log)"
    exit 77
  }
  mv -T npm "$s3rver" || [[ -d $s3rver ]]
fi
port=$(free_port)
start_server s3 "$s3rver/node_modules/.bin/s3rver" -d "$dir/buckets" -a 127.0.0.1 -p "$port" \
  --configure-bucket posts
trap 'stop_server s3' EXIT
wait_for s3 curl -s -o /dev/null "http://127.0.0.1:$port/"
unset "${!AWS_@}" # of whoever runs the tests
export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_REGION=us-east-1
export AWS_ACCESS_KEY_ID=S3RVER AWS_SECRET_ACCESS_KEY=S3RVER

emulate-posts -n 5000 | "$TESTS/spark/dirty_posts.py" >raw.ndjson
{ clean-pin raw.ndjson | clean-geo | clean-user | query all >expected; } 2>/dev/null || true
split -n l/2 raw.ndjson part.
zstd -q --rm part.ab -o part.ab.zst
put() { # FILE KEY; what is special in a key is escaped in its address
  curl -sS --fail-with-body -o /dev/null --aws-sigv4 aws:amz:us-east-1:s3 --user S3RVER:S3RVER -T "$1" \
    -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' "$AWS_ENDPOINT_URL/posts/$2"
}
put part.aa raw/topics/0a.pin/partition%3D0/0a.pin%2B0%2B0000000000.json
put part.ab.zst raw/topics/0a.pin/partition%3D0/0a.pin%2B0%2B0000003000.json.zst

"$SUBMIT" batch.py --to s3a://posts/lake s3a://posts/raw/topics >out
head -n -1 out | cmp - expected
tail -n 1 out
AWS_ALLOW_HTTP=true "$TESTS/spark/ask-lake" s3://posts/lake 'SELECT count(*) AS n, min(file) AS first FROM rejects' >rejects
first=s3a://posts/raw/topics/0a.pin/partition=0/0a.pin+0+0000000000.json
jq -e --arg first $first '.n == 50 and .first == $first' rejects >/dev/null
