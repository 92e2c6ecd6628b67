#!/usr/bin/env bash
# airflow-runs-the-day.sh, with Airflow 2.
AIRFLOW=airflow2 exec "$(dirname "$0")/airflow-runs-the-day.sh"
