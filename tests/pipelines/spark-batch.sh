#!/usr/bin/env bash
# A bad day through batch.py, on a Spark of three processes, is what the tools make of it, though an executor is killed; and
# again, into its own lake and into one of before, it changes nothing.
#
# POSTS=1000000 in the environment makes it a larger one.
# needs: spark python:delta,duckdb
set -euo pipefail
[[ ${SPARK_DIR-} ]] || exec "$TESTS/spark/with-spark" "$0"
cd "$SPARK_DIR"
posts=${POSTS:-50000}

comparable() { jq -c '[.tool, .reason, .raw // .raw_base64]' | LC_ALL=C sort; }

emulate-posts -n "$posts" --rows "$posts" | "$TESTS/spark/dirty_posts.py" >raw.ndjson
clean-posts --stats --rejects by-tool.rejects -o clean raw.ndjson 2>said || (($? == 1))
# What a cleaner calls clean, query and the tables take.
query all clean >expected
comparable <by-tool.rejects >expected.rejects
(($(wc -l <expected.rejects) == posts / 100))

# The day in three files and two forms; the splits are small, so that large files are cut.
mkdir -p raw/topics/0a.pin/partition=0
split -n l/3 raw.ndjson part.
zstd -q part.ab -o raw/topics/0a.pin/partition=0/0a.pin+0+0000000000.json.zst
mv part.ac raw/topics/0a.pin/partition=0/0a.pin+0+0000010000.json
inputs=(part.aa raw)

# In the middle of the first part that is cleaned, its executor is killed.
mkdir tools
ln -s "$(command -v query)" tools/
cat >tools/clean-posts <<TOOL
#!/bin/sh
session=\$(ps -o sid= -p \$\$ | tr -d ' ')
if executor=\$(pgrep --session "\$session" -f CoarseGrainedExecutorBackend) && mkdir "$PWD/killed" 2>/dev/null; then
  head -c 100000 >/dev/null
  kill -KILL \$executor
fi
exec $(command -v clean-posts) "\$@"
TOOL
chmod +x tools/clean-posts
"$SUBMIT" --conf spark.sql.files.maxPartitionBytes=2m batch.py --to lake --bin "$PWD/tools" "${inputs[@]}" >out || { tail -n 5 out && exit 1; }
[[ -d killed ]]
head -n -1 out | cmp - expected
tail -n 1 out | tee counts
# The account is the tool's own, though it had the day in parts.
account() { jq -S 'del(.tool, .rejects, .[].added?)'; }
tail -n 1 said | account | cmp - <(account <counts)
jq -e '[.pin, .geo, .user | .added > 0 and .added <= .records] + [.rejects.added == .rejected] | all' counts >/dev/null

# As Delta says, without Spark.
rejects() { "$TESTS/spark/ask-lake" lake 'SELECT * FROM rejects ORDER BY file, line, tool'; }
rejects >rejects.first
comparable <rejects.first | cmp - expected.rejects
# The file and the line are where the line is: its number is that of what was rejected.
jq -c 'select(.raw != null) | [.file, .line, .raw]' rejects.first |
  shuf -n 20 --random-source=raw.ndjson |
  while read -r reject; do
    file=$(jq -r '.[0]' <<<"$reject") line=$(jq -r '.[1]' <<<"$reject")
    zstd -dcqf "$file" | sed -n "${line}p" | tr -d '\r' | cmp - <(jq -r '.[2]' <<<"$reject") || exit 1
  done
columns() { # TABLE COLUMN COLUMN
  echo "SELECT count(*) AS rows, count(DISTINCT ind) AS inds, any_value(typeof($2)) AS one, any_value(typeof($3)) AS other
    FROM \"$1\""
}
"$TESTS/spark/ask-lake" lake "$(columns pin ind follower_count) UNION ALL $(columns geo coordinates timestamp)
  UNION ALL $(columns user age date_joined)" >tables
jq -es 'all(.rows == .inds and .rows > 0) and (map([.one, .other]) == [["BIGINT", "BIGINT"],
  ["DOUBLE[]", "TIMESTAMP WITH TIME ZONE"], ["BIGINT", "TIMESTAMP WITH TIME ZONE"]])' tables >/dev/null

# The same day again changes nothing. Rejects of before were of three tools.
"$SCRIPTS/home/with-python" delta,duckdb python3 - <<'PYTHON'
import deltalake

deltalake.DeltaTable("lake/rejects").update(predicate="line % 2 = 0", updates={"tool": "'clean-geo'"})
PYTHON
rejects >rejects.first
grep -q '"clean-geo"' rejects.first
"$SUBMIT" --conf spark.sql.files.maxPartitionBytes=2m batch.py --to lake --no-answers "${inputs[@]}" >again || { tail -n 5 again && exit 1; }
jq -e '[.pin, .geo, .user, .rejects | .added == 0] | all' <(tail -n 1 again) >/dev/null
rejects | cmp - rejects.first
echo "$posts posts: $(wc -l <expected) rows of answers and $(wc -l <expected.rejects) rejects are those of the tools"
