#!/usr/bin/env bash
# Posts to a Kinesis API that is not ours, with its strict limits, and back: what arrives is what was sent.
# needs: kinesis
set -euo pipefail

scripts=$TESTS/../scripts
folder=$(mktemp -d)
trap '"$scripts/home/kinesis-down" --purge "$folder/server" >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
server=$("$scripts/home/kinesis-up" kinesalite "$folder/server")
eval "$server"
create-streams --shards 2 it >/dev/null

emulate-posts -n 3000 -o "$folder/posts"
# More than the 500 records that one request may have: it has to be split.
kinesis-encode --user-id it --max-records 2000 --max-bytes 4M "$folder/posts" | send-payloads --stats >"$folder/reports"
for dataset in pin geo user; do
  read-stream "streaming-it-$dataset" | kinesis-encode --decode | jq -cS . | LC_ALL=C sort >"$folder/arrived"
  jq -cS ".$dataset" "$folder/posts" | LC_ALL=C sort | cmp - "$folder/arrived"
done
jq -e -s 'map(.attempts) | max > 1' "$folder/reports" >/dev/null

# Wrong streams are told in the words of the server, and kept.
status=0
kinesis-encode --user-id nobody <(head -n 1 "$folder/posts") |
  send-payloads --dead-letter "$folder/dead" >"$folder/reports" 2>/dev/null || status=$?
((status == 1))
(($(grep -c ResourceNotFoundException "$folder/dead") == 3))
