#!/usr/bin/env bash
# The DAG runs a day as the plain pipeline would, twice the same; what cannot be finished fails the run, rejected lines
# do not. With the packages of $AIRFLOW, in a private home with SQLite, by `airflow dags test`: no scheduler, no server.
# needs: python:airflow python:delta
set -euo pipefail
scripts=$(readlink -f "$(dirname "$0")/../../scripts")
[[ ${VIRTUAL_ENV-} ]] || exec "$scripts/home/with-python" "${AIRFLOW:-airflow}" "$0"
"$scripts/home/with-python" delta true || exit

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
unset "${!AIRFLOW_@}" "${!PINPIPE_@}"
export AIRFLOW_HOME=$folder/airflow AIRFLOW__CORE__DAGS_FOLDER=$scripts/airflow AIRFLOW__CORE__LOAD_EXAMPLES=False
# It would tell its makers that it runs.
export AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=False SCARF_ANALYTICS=false
bin=$(dirname "$(command -v query)")
export PINPIPE_DIR=$folder/data PINPIPE_PATH=$bin PINPIPE_RETRIES=0
# shellcheck disable=SC2016  # $DAY is that of batch.mk
export PINPIPE_LAND='emulate-posts -n 3000 --seed "${DAY//-/}"'

run_day() { # DAY [STATUS]
  local status=0
  airflow dags test pinpipe_daily "$1" >log 2>&1 || status=$?
  ((status == ${2-0})) || { echo "the run of $1 ended with $status:" && tail -n 40 log && exit 1; }
}
stand() { find data -type f -printf '%p %s %T@\n' | sort; }

airflow version
airflow db migrate >log 2>&1 || { cat log && exit 1; }

# Of Airflow 3, a run by hand has no logical date; and of a schedule, the logical date is the day that is over.
python3 - "$scripts/airflow" 2>log <<'PYTHON' || { cat log && exit 1; }
import sys
from datetime import datetime, timezone
from types import SimpleNamespace
import pendulum
sys.path.insert(0, sys.argv[1])
from pinpipe_daily import DAY, dag
render = dag.get_template_env().from_string(DAY).render
asked = datetime(2026, 1, 5, 7, tzinfo=timezone.utc)
by_hand = SimpleNamespace(logical_date=None, run_after=asked)
assert render(params={"day": None}, dag_run=by_hand) == "2026-01-05"
assert render(params={"day": "2026-01-02"}, dag_run=by_hand) == "2026-01-02"
assert render(params={"day": None}, dag_run=SimpleNamespace(logical_date=asked)) == "2026-01-05"
interval = dag.timetable.infer_manual_data_interval(run_after=pendulum.datetime(2026, 1, 6, 0, 20))
assert interval.start.date().isoformat() == "2026-01-05", interval
assert (dag.catchup, dag.max_active_runs, len(dag.tasks)) == (False, 1, 4)
assert all(task.retry_exponential_backoff and task.skip_on_exit_code in (None, [], ()) for task in dag.tasks)
PYTHON

run_day 2026-01-05
emulate-posts -n 3000 --seed 20260105 | clean-pin | clean-geo | clean-user >clean
query all --format markdown clean | cmp - data/answers/2026-01-05.md
query top-user-by-country --format csv clean | cmp - data/answers/2026-01-05/top-user-by-country.csv
"$scripts/home/with-python" delta "$scripts/delta/from-delta" data/tables | query all | cmp - <(query all clean)
stand >before
run_day 2026-01-05
stand | cmp before -
echo "2026-01-05: the answers are those of the plain pipeline; run again, nothing changes"

mkdir broken
printf '#!/bin/sh\nexit 2\n' >broken/clean-posts
chmod +x broken/clean-posts
PINPIPE_PATH=$PWD/broken:$PINPIPE_PATH run_day 2026-01-06 1
[[ ! -e data/clean/2026-01-06.ndjson.zst && ! -e data/answers/2026-01-06.md ]]
printf '#!/bin/sh\nexit 99\n' >broken/make
chmod +x broken/make
PINPIPE_PATH=$PWD/broken:$PINPIPE_PATH run_day 2026-01-06 1
echo "2026-01-06: a tool that ends with 2 fails the run, and so does a step that ends with 99"

PINPIPE_LAND+='; echo "no JSON"' run_day 2026-01-06
grep -q 'batch: 2026-01-06: 1 rejected, kept in rejects/2026-01-06.ndjson' log
[[ $(jq -r .raw data/rejects/2026-01-06.ndjson) == 'no JSON' && -s data/answers/2026-01-06.md ]]
echo "2026-01-06: a rejected line is counted, and the run goes on"
