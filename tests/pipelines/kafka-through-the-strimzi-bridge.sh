#!/usr/bin/env bash
# The round trip of kafka-round-trip.sh over the Strimzi HTTP bridge, where its jars are given.
# needs: kafka
set -euo pipefail
if [[ -z ${KAFKA_BRIDGE_JARS-} ]]; then
  echo "kafka-through-the-strimzi-bridge: skipped: KAFKA_BRIDGE_JARS is not set; no Maven repository has the bridge:" \
    "it is libs/ of the release archive of the Strimzi bridge"
  exit 77
fi
[[ ${KAFKA_DIR-} ]] || exec "$TESTS/kafka/with-kafka" "$0"
[[ $KAFKA_REST == bridge && $(<"$KAFKA_DIR/rest-proxy.kind") == bridge ]]
exec "$TESTS/pipelines/kafka-round-trip.sh"
