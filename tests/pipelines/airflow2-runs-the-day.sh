#!/usr/bin/env bash
# airflow-runs-the-day.sh, with Airflow 2.
# needs: python:airflow2 python:delta
AIRFLOW=airflow2 exec "$(dirname "$0")/airflow-runs-the-day.sh"
