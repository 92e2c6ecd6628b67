#!/usr/bin/env bash
# A tool that cannot finish fails the job, and is heard; what it did not clean is in no table.
# needs: spark
set -euo pipefail
[[ ${SPARK_DIR-} ]] || exec env WORKERS=1 "$TESTS/spark/with-spark" "$0"
cd "$SPARK_DIR"

emulate-posts -n 1000 -o posts
mkdir failing
for tool in clean-pin clean-user query; do ln -s "$(command -v $tool)" failing/; done
cat >failing/clean-geo <<TOOL
#!/bin/sh
[ "\$1" != --rules ] || exec $(command -v clean-geo) --rules
echo "clean-geo: error: no room for '/dev/full'" >&2
exit 2
TOOL
chmod +x failing/clean-geo
status=0
"$SUBMIT" batch.py --to lake --bin "$PWD/failing" posts >said 2>&1 || status=$?
((status == 2)) || { tail said && exit 1; }
grep -q "clean-geo ended with status 2: clean-geo: error: no room for '/dev/full'" said
[[ ! $(find lake -name '*.parquet') ]]
grep -o "clean-geo ended with status 2:.*" said | head -n 1
