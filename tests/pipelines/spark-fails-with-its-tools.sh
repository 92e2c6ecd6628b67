#!/usr/bin/env bash
# A tool that cannot finish fails the job, and is heard; what it did not clean is in no table.
# needs: spark
set -euo pipefail
[[ ${SPARK_DIR-} ]] || exec env WORKERS=1 "$TESTS/spark/with-spark" "$0"
cd "$SPARK_DIR"

emulate-posts -n 1000 -o posts
mkdir failing
ln -s "$(command -v query)" failing/
cat >failing/clean-posts <<TOOL
#!/bin/sh
[ "\$1" != --schema ] || exec $(command -v clean-posts) --schema
echo "clean-posts: error: no room for '/dev/full'" >&2
exit 2
TOOL
chmod +x failing/clean-posts
status=0
"$SUBMIT" batch.py --to lake --bin "$PWD/failing" posts >said 2>&1 || status=$?
((status == 2)) || { tail said && exit 1; }
grep -q "clean-posts ended with status 2: clean-posts: error: no room for '/dev/full'" said
[[ ! $(find lake -name '*.parquet') ]]
grep -o "clean-posts ended with status 2:.*" said | head -n 1
