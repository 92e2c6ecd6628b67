#!/usr/bin/env bash
# airflow-submits-the-day-to-databricks.py, with MWAA's Airflow and what scripts/airflow/requirements.txt brings to it.
# needs: python:airflow-mwaa
tests=$(readlink -f "$(dirname "$0")/..")
exec "$tests/../scripts/home/with-python" airflow-mwaa python3 "$tests/pipelines/airflow-submits-the-day-to-databricks.py"
