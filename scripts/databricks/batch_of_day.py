#!/usr/bin/env python3
"""batch_of_day.py DAY LAKE INPUT…

Runs batch.py of the installed package for one day: DAY is YYYY-MM-DD, or yesterday (in UTC), which the values that
Databricks fills in cannot say. In LAKE and INPUT, %Y, %m and %d are those of DAY.

For the task of pinpipe-daily.json; the schedule's run is for yesterday, one by hand for the day that is given."""

import os
import runpy
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import NoReturn

SPARK = Path(os.environ.get("PINPIPE_SPARK", "/usr/share/pinpipe/spark"))
TOOLS = os.environ.get("PINPIPE_BIN", "/usr/bin")


def die(error: str, hint: str) -> NoReturn:
    print(f"batch_of_day: error: {error}\nhint: {hint}", file=sys.stderr)
    sys.exit(2)


def day_named(text: str) -> datetime:
    if text == "yesterday":
        return datetime.now(timezone.utc) - timedelta(days=1)
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=timezone.utc)


def main() -> None:
    if {"--help", "-h"} & set(sys.argv[1:2]):
        print(__doc__)
        return
    if len(sys.argv) < 4:
        die("DAY, LAKE and INPUT are needed", "they are the parameters of the task")
    try:
        day = day_named(sys.argv[1])
    except ValueError:
        die(f"'{sys.argv[1]}' is not a day", "YYYY-MM-DD, or yesterday")
    lake, *inputs = map(day.strftime, sys.argv[2:])
    print(f"batch_of_day: {day:%Y-%m-%d}: {' '.join(inputs)} to {lake}", flush=True)
    sys.path.insert(0, str(SPARK))
    sys.argv = [str(SPARK / "batch.py"), "--bin", TOOLS, "--to", lake, *inputs]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
