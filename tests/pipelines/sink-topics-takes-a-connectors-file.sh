#!/usr/bin/env bash
# sink-topics takes the properties of the S3 sink connector as a console has them, and read-objects gives what it put
# into a bucket of s3rver: by partitions, by days, compressed; for batch.mk, too.
# needs: kafka s3rver
# shellcheck source=tests/kafka/beside.sh
. "$TESTS/kafka/beside.sh" --no-rest

port=$(free_port)
trap 'stop_server s3' EXIT
start_server s3 "$TESTS/support/s3-server" "$port" "$KAFKA_DIR/buckets"
wait_for s3 curl -s -o /dev/null "http://127.0.0.1:$port/"
unset "${!AWS_@}" # of whoever runs the tests
export AWS_ACCESS_KEY_ID=S3RVER AWS_SECRET_ACCESS_KEY=S3RVER AWS_MAX_ATTEMPTS=2 TMPDIR=$KAFKA_DIR

names_of() { (cd buckets/posts && find "$1" -name '*._S3rver_object' | sed 's/[.]_S3rver_object$//' | sort); }

for id in 0a 0a.extra other; do create-topics "$id"; done
make_posts 30
for dataset in pin geo user; do produce 0a.$dataset <sent.$dataset; done
produce 0a.extra.pin <<<'{"extra":1}'
produce other.pin <<<'{"other":1}'

# As it is pasted into the console of MSK Connect; S3 is not at Amazon here.
cat >console.properties <<EOF
connector.class=io.confluent.connect.s3.S3SinkConnector
# same region as our bucket and cluster
s3.region=us-east-1
flush.size=1
schema.compatibility=NONE
tasks.max=3
# all topics of this user
topics.regex=0a.*
format.class=io.confluent.connect.s3.format.json.JsonFormat
partitioner.class=io.confluent.connect.storage.partitioner.DefaultPartitioner
value.converter.schemas.enable=false
value.converter=org.apache.kafka.connect.json.JsonConverter
storage.class=io.confluent.connect.s3.storage.S3Storage
key.converter=org.apache.kafka.connect.storage.StringConverter
s3.bucket.name=posts
store.url=http://127.0.0.1:$port
EOF
sink-topics --connector console.properties --once >names
sort names | cmp - <(names_of topics)
[[ $(wc -l <names) == 91 ]] || fail "$(wc -l <names) objects"
grep -qx 'topics/0a.geo/partition=0/0a.geo+0+0000000029.json' names
grep -qx 'topics/0a.extra.pin/partition=0/0a.extra.pin+0+0000000000.json' names
export AWS_ENDPOINT_URL_S3=http://127.0.0.1:$port AWS_REGION=us-east-1
for dataset in pin geo user; do read-objects "s3://posts/topics/0a.$dataset" | cmp - sent.$dataset; done
sink-topics --connector console.properties --once | cmp - /dev/null

# What the command line says wins: other records for a folder, and only those of an ID.
sink-topics --connector console.properties 0a folder --once --flush-size 30 --gzip >names
[[ $(<names) == $'topics/0a.pin/partition=0/0a.pin+0+0000000000.json.gz\ntopics/0a.geo/partition=0/0a.geo+0+0000000000.json.gz\ntopics/0a.user/partition=0/0a.user+0+0000000000.json.gz' ]] || fail "$(<names)"
zcat folder/topics/0a.pin/*/*.gz | cmp - sent.pin

# By days, as JSON of Connect's REST API has it.
cat >daily.json <<EOF
{"name": "daily", "config": {"connector.class": "io.confluent.connect.s3.S3SinkConnector", "topics": "0a.pin,0a.geo,0a.user",
 "s3.bucket.name": "posts", "store.url": "http://127.0.0.1:$port/", "topics.dir": "daily/topics", "flush.size": 1000,
 "format.class": "io.confluent.connect.s3.format.json.JsonFormat", "s3.compression.type": "gzip",
 "partitioner.class": "io.confluent.connect.storage.partitioner.DailyPartitioner", "timezone": "UTC", "locale": "en-US",
 "timestamp.extractor": "Record", "behavior.on.null.values": "ignore", "value.converter.schemas.enable": "false"}}
EOF
sink-topics --connector daily.json --once >names
grep -qE '^daily/topics/0a.pin/year=[0-9]{4}/month=[0-9]{2}/day=[0-9]{2}/0a.pin[+]0[+]0000000000.json.gz$' names
sink-topics --connector daily.json --once | cmp - /dev/null
read-objects s3://posts/daily/ | sort | cmp - <(sort sent.*)
read-objects "s3://posts/$(head -1 names)" | cmp - sent.pin

# batch.mk lands a day of the bucket.
# shellcheck disable=SC2016 # for the shell of batch.mk
export LAND='read-objects s3://posts/daily/topics/0a.{pin,geo,user}/year=${DAY:0:4}/month=${DAY:5:2}/day=${DAY:8}'
days=$(sed 's|.*/year=\(.*\)/month=\(.*\)/day=\(..\)/.*|\1-\2-\3|' names | sort -u)
for day in $days; do make --no-print-directory -f "$SCRIPTS/batch/batch.mk" QUESTIONS= DAYS="$day"; done
for day in $days; do zstdcat "clean/$day.ndjson.zst"; done | wc -l | grep -qx 90
make --no-print-directory -f "$SCRIPTS/batch/batch.mk" QUESTIONS= DAYS=1999-01-01 land 2>said && fail "a day without objects, and no error"
grep -q "^read-objects: error: no objects at 's3://posts/daily/topics/0a.pin/year=1999/month=01/day=01'" said || fail "$(<said)"

# What does not match, or is refused.
sed -i 's/^topics.regex=.*/topics.regex=0a/' console.properties
sink-topics --connector console.properties --once 2>said && fail "no topic, and no error"
grep -q "^sink-topics: error: no topic matches topics.regex, '0a'" said || fail "$(<said)"

# A value that is null ends it, as it ends the connector, unless it is to be ignored.
printf 'key|' | produce other.pin -K '|' -Z
printf '%s\n' topics=other.pin s3.bucket.name=posts "store.url=http://127.0.0.1:$port" >nulls.properties
sink-topics --connector nulls.properties --once 2>said >names && fail "a null, and no error"
grep -q '^sink-topics: error: topic other.pin, partition 0, offset 1: the value is null' said || fail "$(<said)"
[[ $(<names) == topics/other.pin/partition=0/other.pin+0+0000000000.json ]] || fail "$(<names)"
echo behavior.on.null.values=ignore >>nulls.properties
sink-topics --connector nulls.properties --once 2>said >names
[[ $(<said) == 'sink-topics: 1 null values skipped' && ! -s names ]] || fail "$(<said) $(<names)"
