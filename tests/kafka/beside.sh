# For tests beside a Kafka of their own: source it first, with options of with-kafka. It starts the test again there, in the
# folder of that Kafka, and has what `servers` has.
# shellcheck shell=bash
set -euo pipefail
[[ ${KAFKA_DIR-} ]] || exec "$TESTS/kafka/with-kafka" "$@" "$0"
cd "$KAFKA_DIR"
# shellcheck source=scripts/home/servers
. "$SCRIPTS/home/servers"
# shellcheck disable=SC2034  # of servers
dir=$KAFKA_DIR

fail() { # WHY
  echo "$*"
  tail -n 20 said* 2>/dev/null || true
  exit 1
}

await() { # TEST…
  for _ in {1..1200}; do
    ! "$@" || return 0
    sleep 0.05
  done
  fail "not within 60 s: $*"
}

# The files `posts`, of so many, and sent.DATASET, the values of each topic.
make_posts() { # N OPTION…
  local dataset
  emulate-posts -n "$@" -o posts
  for dataset in pin geo user; do
    to-kafka-payload --api kcat --payload-only --only $dataset posts >sent.$dataset
  done
}

produce() { kcat -P -b "$KAFKA_BOOTSTRAP" -t "$@"; } # TOPIC

kafka_tool() { # CLASS OPTION…
  kafka_java "org.apache.kafka.tools.$1" --bootstrap-server "$KAFKA_BOOTSTRAP" "${@:2}"
}

# librdkafka's threads are there as soon as a sink has found its place and asks for records.
reads() { grep -qs rdk:broker1 /proc/"$1"/task/*/comm; } # PID
