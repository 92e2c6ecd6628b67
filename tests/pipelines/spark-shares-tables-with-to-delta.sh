#!/usr/bin/env bash
# Tables of to-delta are read, and added to, by Spark; and what Spark has added is read by from-delta.
# needs: spark python:delta
set -euo pipefail
[[ ${SPARK_DIR-} ]] || exec env WORKERS=1 "$TESTS/spark/with-spark" "$0"
cd "$SPARK_DIR"

emulate-posts -n 3000 --seed 1 -o monday
emulate-posts -n 3000 --seed 2 -o tuesday
clean-posts monday | "$SCRIPTS/home/with-python" delta "$SCRIPTS/delta/to-delta" lake
clean-posts monday tuesday | query all >expected
"$SUBMIT" batch.py --to lake tuesday >out || { tail -n 5 out && exit 1; }
head -n -1 out | cmp - expected
added=$(tail -n 1 out | jq .pin.added)
((added > 0 && added < 3000)) # some were there
"$SCRIPTS/home/with-python" delta "$SCRIPTS/delta/from-delta" lake | query all | cmp - expected
echo "Spark added $added pins to those of to-delta"
