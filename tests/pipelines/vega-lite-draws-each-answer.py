#!/usr/bin/env python3
# needs: python:vega
"""Has Vega-Lite draw what query --format vega-lite prints: each preset, all nine at once, and questions of all shapes.

Each is drawn as SVG and as PNG, with a proxy that is not there in place of a network. A picture must say the name of its
question and have a mark for each row: a bar, or a point of a line.

Runs in the Python of with-python.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import rerun

rerun.with_packages("vega")
import vl_convert

for proxy in "http_proxy", "https_proxy", "all_proxy":
    os.environ[proxy] = "http://127.0.0.1:1"

VERSION = "5.21"  # of Vega-Lite, the last one of 5
GENERAL = [
    "--by country,age_group --metric count,mean:age,p90:follower_count --where country=Peru",
    "--by age_group,category --where post_year=2018",
    "--by post_year,post_month,category --where category=art",
    "--by post_year,post_month,post_day",
    "--by category --metric min:title",
    "--metric max:country",
    "--by country --where country=nowhere",
    "categories-now --window 365d --time post --late 10000d",
]


def words(line):
    return subprocess.run(line, shell=True, check=True, stdout=subprocess.PIPE, text=True).stdout


def marks_of(svg):
    """Bars and points: paths that Vega labels as such."""
    return len(re.findall(r'aria-roledescription="(?:bar|point|text mark)"', svg))


def views_of(chart):
    return chart.get("vconcat", [chart])


def check(question, posts):
    chart = words(f"query {question} --format vega-lite {posts}")
    assert chart.count("\n") == 1, "not one line"
    svg = vl_convert.vegalite_to_svg(chart, vl_version=VERSION)
    png = vl_convert.vegalite_to_png(chart, vl_version=VERSION)
    assert png.startswith(b"\x89PNG"), "not a PNG"
    views = views_of(json.loads(chart))
    expected = 0
    for view in views:
        assert view["title"]["text"] in svg, f"nothing says {view['title']['text']}"
        expected += len(view["data"]["values"]) * len(view.get("hconcat", [view]))
    drawn = marks_of(svg)
    print(f"{question}: {expected} marks, {drawn} drawn, {len(png)} bytes of PNG")
    assert drawn == expected, f"{drawn} marks for {expected} values"


def main():
    words("emulate-posts -n 3000 --truth >posts.ndjson")
    presets = [json.loads(line)["question"] for line in words("query --list").splitlines()]
    profiles = "popular-profiles"
    for question in [preset for preset in presets if preset != profiles] + [f"{profiles} --top 20", "all", *GENERAL]:
        check(question, "posts.ndjson")


main()
