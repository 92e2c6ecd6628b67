#!/usr/bin/env python3
"""The cleaners against another implementation of their rules, this one, on random dirty records.

It is written from the tables of the rules alone (pinpipe(7)), with Python's json, decimal and
datetime, and shares nothing with the C++: not the parser, not the arithmetic, not the calendar.
"""

import json
import random
import re
import subprocess
from datetime import datetime, timedelta
from decimal import Decimal

SEEDS = range(20)
RECORDS = 500


class Number(str):
    """A JSON number, in the digits it was written with."""


def parse(line):
    return json.loads(line, parse_int=Number, parse_float=Number, parse_constant=None)


# ---- the rules ------------------------------------------------------------------------------

NULLS = {
    "title": ["No Title Data Available", "Untitled"],
    "description": ["No description available Story format", "No description available", "Untitled"],
    "poster_name": ["User Info Error"],
    "tag_list": ["N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e"],
    "image_src": ["Image src error."],
}
COUNT = re.compile(r"(-?)(0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(\.[0-9]+)?([kKmMbB]?)")
WHOLE = re.compile(r"(-?(?:0|[1-9][0-9]*))(?:\.0+)?")
STAMP = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]+)?"
                   r"( ?(?:Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?))?)?")
EPOCH = re.compile(r"[0-9]{10}(?:[0-9]{3}){0,2}")
JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def blank(value):
    return value is None or (isinstance(value, str) and not isinstance(value, Number) and
                             not value.strip(" \t\n\v\f\r"))


def is_text(value):
    return isinstance(value, str) and not isinstance(value, Number) and not blank(value)


def text(record, key):
    value = record.get(key)
    return value if is_text(value) and value not in NULLS.get(key, []) else None


def tags(record):
    value = record.get("tag_list")
    if isinstance(value, list):
        if not all(isinstance(tag, str) and not isinstance(tag, Number) for tag in value):
            return None
        record = {"tag_list": ",".join(value)}
    return text(record, "tag_list")


def in_64_bits(value):
    return Number(value) if -2**63 <= int(value) < 2**63 else None


def integer(value):
    found = WHOLE.fullmatch(value) if isinstance(value, str) else None
    return in_64_bits(found[1]) if found else None


def count(value):
    found = COUNT.fullmatch(value) if isinstance(value, str) else None
    if not found:
        return None
    sign, whole, fraction, suffix = found.groups()
    exact = Decimal(whole.replace(",", "") + (fraction or "")).scaleb({"": 0, "k": 3, "m": 6, "b": 9}[suffix.lower()])
    if exact != exact.to_integral_value():
        return None
    return in_64_bits("0" if exact == 0 else sign + format(exact.to_integral_value(), "f"))


def path(value):
    if not is_text(value):
        return None
    while value.startswith("Local save in "):
        value = value[len("Local save in "):]
    return None if blank(value) else value


def of_epoch(value):
    if not isinstance(value, str) or not EPOCH.fullmatch(value):
        return None
    moment = datetime(1970, 1, 1) + timedelta(seconds=int(value[:10]))  # noqa: DTZ001
    return moment.isoformat() + ("." + value[10:] if value[10:].strip("0") else "")


def timestamp(value):
    if isinstance(value, dict):
        value = value.get("$date")
        if isinstance(value, dict):
            value = value.get("$numberLong")
            return None if isinstance(value, Number) else of_epoch(value)
    if isinstance(value, Number):
        return of_epoch(value)
    found = STAMP.fullmatch(value) if is_text(value) else None
    if not found:
        return None
    day, clock, fraction, zone = found.groups()
    clock, zone = clock or "00:00:00", (zone or "").strip()
    later = 400 if day < "5000" else 0  # years after which the calendar repeats: Python's begins with 1
    try:
        moment = datetime.strptime(f"{int(day[:4]) + later:04}{day[4:]} {clock}", "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007
        if zone not in ("", "Z", "UTC"):
            sign, hours, minutes = zone[0], int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
            if hours > 23 or minutes > 59:
                return None
            east = timedelta(hours=hours, minutes=minutes)
            moment += east if sign == "-" else -east
    except (ValueError, OverflowError):
        return None
    year = moment.year - later
    if year < 1:
        return None
    return f"{year:04}{moment.isoformat()[4:19]}" + (fraction if fraction and fraction.strip(".0") else "")


def coordinate(value, limit):
    good = isinstance(value, str) and JSON_NUMBER.fullmatch(value) and abs(Decimal(value)) <= limit
    return Number(value) if good else None


def coordinates(record):
    latitude, longitude = record.get("latitude"), record.get("longitude")
    if (blank(latitude) or blank(longitude)) and not blank(record.get("coordinates")):
        pair = record["coordinates"]
        if isinstance(pair, dict):
            pair = [None if blank(pair.get(key)) else pair[key] for key in ("latitude", "longitude")]
        elif isinstance(pair, str) and not isinstance(pair, Number):
            pair = pair.strip(" \t")
            pair = [half.strip(" \t") for half in re.sub(r"^\[(.*)\]$", r"\1", pair).split(",")]
        if not isinstance(pair, list) or len(pair) != 2:
            return None
        latitude, longitude = pair
    place = [coordinate(latitude, 90), coordinate(longitude, 180)]
    return None if None in place else place


def user_name(record):
    parts = [record.get("first_name"), record.get("last_name")]
    if all(map(blank, parts)):
        return text(record, "user_name")
    return " ".join(part for part in parts if is_text(part)) or None


def key(r):
    return integer(r.get("index") if blank(r.get("ind")) else r.get("ind"))


def clean_pin(r):
    return {"ind": key(r), "unique_id": text(r, "unique_id"),
            "title": text(r, "title"), "description": text(r, "description"),
            "follower_count": count(r.get("follower_count")), "poster_name": text(r, "poster_name"),
            "tag_list": tags(r), "is_image_or_video": text(r, "is_image_or_video"),
            "image_src": text(r, "image_src"), "save_location": path(r.get("save_location")),
            "category": text(r, "category")}


def clean_geo(r):
    return {"ind": key(r), "country": text(r, "country"), "coordinates": coordinates(r),
            "timestamp": timestamp(r.get("timestamp"))}


def clean_user(r):
    return {"ind": key(r), "user_name": user_name(r), "age": integer(r.get("age")),
            "date_joined": timestamp(r.get("date_joined"))}


# ---- random records -------------------------------------------------------------------------


def random_text(r):
    pieces = ["", " ", "\t", "\n", "\u00a0", "\u3000", "é", "😀", '"', "\\", "/", "Untitled", "untitled", "k", "User Info Error",
              "User Info Error ", "Image src error.", "Image src error", "No Title Data Available", "No description available",
              "No description available Story format", "N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e", "Local save in ", "/data/art", "\x00", "\v"]
    return "".join(r.choice(pieces) for _ in range(r.choice([1, 1, 1, 2, 3])))


def random_number(r):
    whole = r.choice(["0", "-0", "7", "90", "-90", "180", "-180", "91", "181", "437", "00", "+5", str(r.randrange(10**r.randrange(1, 30)))])
    fraction = r.choice(["", "", "", ".0", ".5", ".000", ".25", ".", "." + str(r.randrange(10**9)), ".0000000000000000000001"])
    return whole + fraction + r.choice(["", "", "", "", "e0", "e1", "E-2", "e+400", "e-400", "e"])


def random_count(r):
    digits = r.choice([str(r.randrange(2000)), f"{r.randrange(10**9):,}", "0", "1,23", "1234,567", "", "-5", "03"])
    fraction = r.choice(["", "", "." + "".join(r.choice("0005") for _ in range(r.randrange(11)))])
    return digits + fraction + r.choice(["", "k", "K", "m", "M", "b", "B", "kk", " k", "t"])


def random_stamp(r):
    year = r.choice([0, 1, 1900, 2000, 2015, 2019, 2020, 2022, 9999, r.randrange(10000)])
    day = f"{year:04}-{r.choice([1, 2, 2, 3, 12, r.randrange(14)]):02}-{r.choice([1, 28, 29, 30, 31, r.randrange(33)]):02}"
    clock = f"{r.choice([0, 23, r.randrange(25)]):02}:{r.choice([0, 59, r.randrange(61)]):02}:{r.choice([0, 59, r.randrange(61)]):02}"
    fraction = r.choice(["", "", "", ".0", ".000", ".5", ".120", ".", ".000001"])
    zone = r.choice(["", "", "", "Z", "+00:00", "+02:00", "-0930", "+2359", "-23:59", "+24:00", "+01:60", "+02", "-09", "+2",
                     " UTC", "UTC", " +0000", " +02", "  Z", "+", " ", "z"])
    return day if r.random() < 0.1 else day + r.choice(" T T Tt") + clock + fraction + zone


def quoted(r, value):
    """A JSON string; now and then with an escape that nobody needs."""
    shown = json.dumps(value, ensure_ascii=r.random() < 0.5)
    if r.random() < 0.1 and re.match("[A-Za-z]{2}", value):
        shown = f'"{value[0]}\\u{ord(value[1]):04X}{shown[3:]}'
    return shown


def random_value(r, key):
    makers = {"follower_count": random_count, "timestamp": random_stamp, "date_joined": random_stamp,
              "latitude": random_number, "longitude": random_number, "age": random_number}
    kind = r.randrange(20)
    if kind == 0:
        return r.choice(["null", "true", "false", "[]", "{}", "[1]", '{"a":1}'])
    if kind == 1:
        return quoted(r, random_text(r))
    if key in ("timestamp", "date_joined") and kind < 6:
        epoch = str(r.randrange(10**r.choice([9, 10, 10, 11, 13, 13, 16])))
        date = r.choice([epoch, quoted(r, random_stamp(r)), '{"$numberLong":"%s"}' % epoch])
        return r.choice([epoch, quoted(r, epoch), '{"$date":%s}' % date])
    if key == "tag_list" and kind < 6:
        tags = [quoted(r, random_text(r)) for _ in range(r.randrange(4))]
        return "[%s]" % ",".join(tags + (["1"] if r.random() < 0.1 else []))
    if key == "coordinates" and kind < 8:
        halves = random_number(r), random_number(r)
        return r.choice([quoted(r, "%s, %s" % halves), quoted(r, "[%s,%s]" % halves), '{"latitude":"%s","longitude":"%s"}' % halves])
    if key == "coordinates":
        return "[%s,%s]" % tuple(quoted(r, n) if not JSON_NUMBER.fullmatch(n) or r.random() < 0.3 else n
                                 for n in (random_number(r), random_number(r)))
    if key in ("ind", "index") and kind < 18:
        return r.choice(["%d", '"%d"', "%d.0", '"%d.00"', "%d.5"]) % r.randrange(11001)
    value = makers.get(key, random_text)(r)
    bare = JSON_NUMBER.fullmatch(value) and r.random() < 0.5
    return value if bare else quoted(r, value)


RAW = {
    "pin": "index unique_id title description poster_name follower_count tag_list is_image_or_video image_src downloaded "
           "save_location category ind".split(),
    "geo": "ind timestamp latitude longitude country coordinates index".split(),
    "user": "ind first_name last_name age date_joined user_name index".split(),
}


def random_record(r, dataset):
    keys = [key for key in RAW[dataset] if r.random() < (0.3 if key in ("coordinates", "user_name") else 0.85)]
    keys += [r.choice(keys)] if keys and r.random() < 0.2 else []  # an equal key: the last one counts
    return "{" + ",".join(f'"{key}":{random_value(r, key)}' for key in keys) + "}"


# ---- comparing ------------------------------------------------------------------------------

CLEANERS = {"pin": clean_pin, "geo": clean_geo, "user": clean_user}


def check(dataset, seed):
    r = random.Random(f"{dataset}{seed}")
    records = [random_record(r, dataset) for _ in range(RECORDS)]
    data = "".join(f'{{"{dataset}":{record},"n":{n}}}\n' for n, record in enumerate(records))
    done = subprocess.run([f"clean-{dataset}"], input=data.encode(), capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    found = {int(post["n"]): post[dataset] for post in map(parse, done.stdout.splitlines())}
    for n, record in enumerate(records):
        expected = CLEANERS[dataset](parse(record))
        if expected["ind"] is None:
            assert n not in found, f"taken without a key: {record}"
            continue
        assert n in found, f"refused: {record}"
        wrong = {k: (found[n].get(k), v) for k, v in expected.items()
                 if found[n].get(k) != v or type(found[n].get(k)) is not type(v)}
        assert list(found[n]) == list(expected) and not wrong, f"{record}\n(got, expected): {wrong}"
    return len(found)


def main():
    for dataset in CLEANERS:
        taken = sum(check(dataset, seed) for seed in SEEDS)
        total = len(SEEDS) * RECORDS
        assert total / 2 < taken < total, (dataset, taken)
        print(f"{dataset}: {taken} clean records equal, {total - taken} rejected by both")


if __name__ == "__main__":
    main()
