"""Questions of all shapes, small data sets of what is hard, and what SQLite answers by statements that are written here.

The data sets have nulls, ties, an ind that comes again, records of a post apart, years at their borders, fractions, escapes
and quotes in text, ages below zero, integers of 64 bits, tags in disorder.
"""

import json
import os
import random
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts/python"))
from pinpipe_schema import CLEAN

TIMES = {"pin": None, "geo": "timestamp", "user": "date_joined"}
KEYS = {dataset: [field.name for field in fields] for dataset, fields in CLEAN.items()}
ZONES = ("UTC", "America/New_York", "Asia/Kolkata")
LARGE = [2**63 - 1, -(2**63), 2**53 + 1]

# ---- questions ----------------------------------------------------------------------------------

# For each the words of query, and what SQLite is asked: over pin, geo and user, in which an ind is once, with their made
# keys, and tags (ind, tag). exact_sum, mean and percentile are Python's.
PG, PU, GU = "pin JOIN geo USING (ind)", "pin JOIN user USING (ind)", "geo JOIN user USING (ind)"
ALL = "pin JOIN geo USING (ind) JOIN user USING (ind)"
TAGS = "LEFT JOIN tags USING (ind)"


def null_rates() -> str:
    """Of each field of a dataset, whatever has an ind of it."""
    return " UNION ALL ".join(
        f"SELECT * FROM (SELECT '{name}', '{key}', count(*) - count({key}), count(*), "
        f"1.0 * (count(*) - count({key})) / count(*) FROM {name} HAVING count(*) > 0)"
        for name, keys in KEYS.items() for key in keys if key != "ind")


QUESTIONS: list[tuple[list[str], str]] = [
    (["--metric", "count"], """
        SELECT count(*) FROM (SELECT ind FROM pin UNION SELECT ind FROM geo UNION SELECT ind FROM user)
        HAVING count(*) > 0"""),
    (["--metric", "count,nulls:title,distinct:title"],
     "SELECT count(*), count(*) - count(title), count(DISTINCT title) FROM pin HAVING count(*) > 0"),
    (["--by", "country"], "SELECT country, count(*) FROM geo WHERE country NOTNULL GROUP BY 1 ORDER BY 1"),
    (["--by", "country", "--with-nulls"], "SELECT country, count(*) FROM geo GROUP BY 1 ORDER BY 1"),
    (["--by", "category", "--metric", "sum:follower_count,mean:follower_count"], """
        SELECT category, exact_sum(follower_count), mean(follower_count) FROM pin
        WHERE category NOTNULL AND follower_count NOTNULL GROUP BY 1 ORDER BY 1"""),
    (["--by", "country", "--metric", "min:follower_count,max:follower_count,min:timestamp,max:timestamp"], f"""
        SELECT country, min(follower_count), max(follower_count), min(timestamp), max(timestamp) FROM {PG}
        WHERE country NOTNULL GROUP BY 1 HAVING max(follower_count) NOTNULL OR max(timestamp) NOTNULL ORDER BY 1"""),
    (["--by", "country,age_group", "--metric", "median:age,p0:age,p90:age,p100:age"], f"""
        SELECT country, age_group, percentile(age, 50), min(age), percentile(age, 90), max(age) FROM {GU}
        WHERE country NOTNULL AND age_group NOTNULL GROUP BY 1, 2 ORDER BY 1, 2"""),
    (["--by", "post_year", "--metric", "p33:follower_count,count"], f"""
        SELECT post_year, percentile(follower_count, 33), count(*) FROM {PG}
        WHERE post_year NOTNULL GROUP BY 1 ORDER BY 1"""),
    (["--by", "post_year,post_month,post_day,post_hour"], """
        SELECT post_year, post_month, post_day, post_hour, count(*) FROM geo
        WHERE post_year NOTNULL GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"""),
    (["--by", "join_year,join_month", "--metric", "distinct:user_name+age"], """
        SELECT join_year, join_month, count(DISTINCT quote(user_name) || ' ' || quote(age))
          FILTER (WHERE user_name NOTNULL OR age NOTNULL)
        FROM user WHERE join_year NOTNULL GROUP BY 1, 2 ORDER BY 1, 2"""),
    (["--metric", "distinct:user_name+age+date_joined,distinct:coordinates,nulls:coordinates"], f"""
        SELECT count(DISTINCT quote(user_name) || ' ' || quote(age) || ' ' || quote(date_joined))
            FILTER (WHERE coalesce(user_name, age, date_joined) NOTNULL),
          count(DISTINCT coordinates), count(*) - count(coordinates)
        FROM {GU} HAVING count(*) > 0"""),
    (["--by", "country", "--metric", "mode:category"], f"""
        SELECT country, category, posts FROM (
          SELECT country, category, count(*) AS posts,
            rank() OVER (PARTITION BY country ORDER BY count(*) DESC) AS place
          FROM {PG} WHERE country NOTNULL AND category NOTNULL GROUP BY 1, 2)
        WHERE place = 1 ORDER BY 1, 2"""),
    (["--by", "country", "--metric", "mode:category", "--one", "--with-nulls"], f"""
        SELECT country, category, posts FROM (
          SELECT country, category, count(*) AS posts,
            row_number() OVER (PARTITION BY country ORDER BY count(*) DESC, category) AS place
          FROM {PG} WHERE category NOTNULL GROUP BY 1, 2)
        WHERE place = 1 ORDER BY 1"""),
    (["--metric", "mode:age"], """
        SELECT age, posts FROM (
          SELECT age, count(*) AS posts, rank() OVER (ORDER BY count(*) DESC) AS place
          FROM user WHERE age NOTNULL GROUP BY 1)
        WHERE place = 1 ORDER BY 1"""),
    (["--by", "category", "--metric", "argmax:poster_name:follower_count"], """
        SELECT DISTINCT category, poster_name, follower_count FROM pin JOIN (
          SELECT category, max(follower_count) AS follower_count FROM pin GROUP BY 1) USING (category, follower_count)
        ORDER BY 1, 2"""),
    (["--by", "category", "--metric", "argmax:poster_name:follower_count", "--one"], """
        SELECT category, poster_name, follower_count FROM (
          SELECT *, row_number() OVER (PARTITION BY category ORDER BY follower_count DESC, poster_name) AS place FROM pin
          WHERE category NOTNULL AND follower_count NOTNULL)
        WHERE place = 1 ORDER BY 1"""),
    (["--metric", "argmax:timestamp:age,argmax:country:age"], f"""
        SELECT a.timestamp, a.age, b.country, b.age
        FROM (SELECT DISTINCT timestamp, age FROM {GU} WHERE age = (SELECT max(age) FROM {GU})) AS a,
          (SELECT DISTINCT country, age FROM {GU} WHERE age = (SELECT max(age) FROM {GU})) AS b
        ORDER BY 1, 3"""),
    (["--by", "country", "--metric", "mode:category,max:follower_count,argmax:title:follower_count"], f"""
        WITH post AS (SELECT * FROM {PG} WHERE country NOTNULL),
        counted AS (SELECT country, category, count(*) AS posts FROM post WHERE category NOTNULL GROUP BY 1, 2),
        greatest AS (SELECT country, max(follower_count) AS most FROM post GROUP BY 1)
        SELECT DISTINCT g.country, c.category, c.posts, g.most, p.title, p.follower_count FROM greatest AS g
        LEFT JOIN counted AS c
          ON c.country = g.country AND c.posts = (SELECT max(posts) FROM counted WHERE country = g.country)
        LEFT JOIN post AS p ON p.country = g.country AND p.follower_count = g.most
        WHERE c.posts NOTNULL OR g.most NOTNULL ORDER BY 1, 2, 5"""),
    (["--by", "country", "--metric", "mode:category,mode:age", "--with-nulls", "--top", "2"], f"""
        WITH categories AS (SELECT country, category, count(*) AS posts FROM {ALL} WHERE category NOTNULL GROUP BY 1, 2),
        ages AS (SELECT country, age, count(*) AS posts FROM {ALL} WHERE age NOTNULL GROUP BY 1, 2),
        groups AS (SELECT DISTINCT country FROM {ALL} WHERE category NOTNULL OR age NOTNULL),
        placed AS (
          SELECT country, rank() OVER (ORDER BY (SELECT max(posts) FROM categories AS c WHERE c.country IS g.country) DESC)
            AS place FROM groups AS g)
        SELECT g.country, c.category, c.posts, a.age, a.posts FROM placed AS g
        LEFT JOIN categories AS c ON c.country IS g.country
          AND c.posts = (SELECT max(posts) FROM categories AS c WHERE c.country IS g.country)
        LEFT JOIN ages AS a ON a.country IS g.country
          AND a.posts = (SELECT max(posts) FROM ages AS a WHERE a.country IS g.country)
        WHERE place <= 2 ORDER BY c.posts DESC, 1, 2, 4"""),
    (["--by", "category", "--metric", "sum:age,count", "--top", "3"], f"""
        WITH summed AS (SELECT category, sum(age) AS ages, count(*) AS posts FROM {PU} WHERE category NOTNULL GROUP BY 1)
        SELECT category, ages, posts FROM (SELECT *, rank() OVER (ORDER BY ages DESC) AS place FROM summed)
        WHERE place <= 3 ORDER BY ages DESC, 1"""),
    (["--by", "category", "--metric", "count", "--top", "3", "--one"],
     "SELECT category, count(*) FROM pin WHERE category NOTNULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 3"),
    (["null-rates"], null_rates()),
    (["popular-profiles", "--top", "4"], """
        WITH profile AS (
          SELECT poster_name, count(*) AS posts, max(follower_count) AS followers FROM pin
          WHERE poster_name NOTNULL GROUP BY 1)
        SELECT poster_name, posts, followers, rank() OVER (ORDER BY posts DESC, followers DESC) FROM profile AS p
        WHERE (SELECT count(*) FROM profile WHERE posts > p.posts) < 4 ORDER BY posts DESC, followers DESC, 1"""),
    (["popular-profiles", "--one", "--top", "4", "--with-nulls"], """
        SELECT poster_name, count(*), max(follower_count), rank() OVER (ORDER BY count(*) DESC, max(follower_count) DESC)
        FROM pin GROUP BY 1 ORDER BY 2 DESC, 3 DESC, 1 LIMIT 4"""),
    (["categories-now"], "SELECT category, count(*) FROM pin WHERE category NOTNULL GROUP BY 1 ORDER BY 2 DESC, 1"),
    (["categories-by-year", "--years", "2017:2019"], f"""
        SELECT post_year, category, count(*) FROM {PG}
        WHERE post_year BETWEEN 2017 AND 2019 AND category NOTNULL GROUP BY 1, 2 ORDER BY 1, 2"""),
    (["users-joined-by-year"], """
        SELECT join_year, count(DISTINCT quote(user_name) || ' ' || quote(age) || ' ' || quote(date_joined)) FROM user
        WHERE join_year BETWEEN 2015 AND 2020 GROUP BY 1 ORDER BY 1"""),
    (["median-followers-by-join-year-and-age-group"], f"""
        SELECT age_group, join_year, percentile(follower_count, 50) FROM {PU}
        WHERE join_year BETWEEN 2015 AND 2020 AND age_group NOTNULL AND follower_count NOTNULL
        GROUP BY 1, 2 ORDER BY 1, 2"""),
    (["top-country-by-followers"], f"""
        SELECT DISTINCT country, follower_count FROM {PG} WHERE country NOTNULL AND follower_count = (
          SELECT max(follower_count) FROM {PG} WHERE country NOTNULL) ORDER BY 1"""),
    (["--by", "tag"], "SELECT tag, count(*) FROM pin JOIN tags USING (ind) GROUP BY 1 ORDER BY 1"),
    (["--by", "tag", "--metric", "median:age,mode:category", "--with-nulls"], f"""
        WITH tagged AS (SELECT * FROM {PU} {TAGS}),
        counted AS (SELECT tag, category, count(*) AS posts FROM tagged WHERE category NOTNULL GROUP BY 1, 2)
        SELECT t.tag, percentile(t.age, 50), c.category, c.posts FROM tagged AS t
        LEFT JOIN counted AS c ON c.tag IS t.tag AND c.posts = (SELECT max(posts) FROM counted AS c WHERE c.tag IS t.tag)
        GROUP BY 1, 3 HAVING count(t.age) > 0 OR c.posts NOTNULL ORDER BY 1, 3"""),
    (["--metric", "count", "--where", "tag=null"], f"SELECT count(*) FROM pin {TAGS} WHERE tag ISNULL HAVING count(*) > 0"),
    (["--metric", "nulls:tag,count,distinct:tag", "--where", "category!=it's"], f"""
        SELECT count(*) - count(tag), count(*), count(DISTINCT tag) FROM pin {TAGS}
        WHERE category <> 'it''s' HAVING count(*) > 0"""),
    (["--by", "country", "--where", r"""title=back\slash 'q' "d" """.strip()],
     r"""SELECT country, count(*) FROM """ + PG + r""" WHERE title = 'back\slash ''q'' "d"' AND country NOTNULL
        GROUP BY 1 ORDER BY 1"""),
    (["--by", "age_group", "--where", "timestamp>=2018-01-01", "--where", "timestamp<=2019-12-31T23:59:59.5"], f"""
        SELECT age_group, count(*) FROM {GU}
        WHERE timestamp BETWEEN '2018-01-01T00:00:00' AND '2019-12-31T23:59:59.5' AND age_group NOTNULL
        GROUP BY 1 ORDER BY 1"""),
    (["--by", "age", "--metric", "min:ind,max:ind", "--where", "age=-5:25", "--where", "coordinates!=null"], f"""
        SELECT age, min(ind), max(ind) FROM {GU}
        WHERE age BETWEEN -5 AND 25 AND coordinates NOTNULL GROUP BY 1 ORDER BY 1"""),
    (["--by", "ind", "--metric", "sum:follower_count", "--where", f"follower_count!={2**63 - 1}"], f"""
        SELECT ind, follower_count FROM pin WHERE follower_count <> {2**63 - 1} ORDER BY 1"""),
    (["--by", "ind", "--top", "2"], """
        SELECT ind, 1 FROM (SELECT ind FROM pin UNION SELECT ind FROM geo UNION SELECT ind FROM user) ORDER BY 1"""),
    (["--metric", "mode:coordinates", "--where", "age_group!=18-24"], f"""
        SELECT coordinates, posts FROM (
          SELECT coordinates, count(*) AS posts, rank() OVER (ORDER BY count(*) DESC) AS place
          FROM {GU} WHERE coordinates NOTNULL AND age_group <> '18-24' GROUP BY 1)
        WHERE place = 1 ORDER BY 1"""),
]


# ---- records ------------------------------------------------------------------------------------


class Records:
    """Clean records of one data set. Some sets are nearly empty, in some all is null."""

    TEXTS = ("it's", 'q"q', r"""back\slash 'q' "d\"""".replace(r"\"", '"'), "a", "B", "é", "😀", "two\nlines", "-- x", "null", "%s{}")
    TAGS = ("a, b,c", "a,a, a ", ", ,", "b", "x y,  z", "é,b", "a'b,\\n", " ")
    MOMENTS = ("12-31T23:59:59", "01-01T00:00:00", "01-01T03:30:00", "12-31T20:15:00.5", "06-15T12:00:00.25", "03-11T02:30:00",
               "11-04T01:30:00", "02-28T23:59:59.999999")
    AGES = (-5, 0, 17, 18, 24, 25, 35, 36, 50, 51, 90)

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.nulls = (0.1, 0.5, 1.0)[0 if seed % 7 else seed % 3]
        self.records = (0, 3, 40, 150, 400)[seed % 5]

    def some(self, values: list) -> object:
        return None if self.random.random() < self.nulls else self.random.choice(values)

    def moment(self, first: int, last: int) -> str:
        return f"{self.random.randint(first, last):04}-{self.random.choice(self.MOMENTS)}"

    def pin(self) -> dict:
        few = self.random.randint(0, 9)
        return {"unique_id": "u", "title": self.some(self.TEXTS), "description": None,
                "follower_count": self.some([*LARGE, few, few, 437, 3000, 10**6, 0, -7]),
                "poster_name": self.some([*self.TEXTS, "p1", "p2"]), "tag_list": self.some(self.TAGS),
                "is_image_or_video": "image", "image_src": None, "save_location": "/x", "category": self.some(self.TEXTS[:6])}

    def geo(self) -> dict:
        return {"country": self.some(self.TEXTS[:8]), "coordinates": self.some([[1.5, -2.25], [0.5, 7.25], [-89.5, 10.0]]),
                "timestamp": self.some([self.moment(2016, 2021), self.moment(2016, 2021), "0001-01-02T00:00:00",
                                        "9999-12-30T23:59:59.9"])}

    def user(self) -> dict:
        return {"user_name": self.some(self.TEXTS), "age": self.some(self.AGES), "date_joined": self.some([self.moment(2014, 2021)])}

    def posts(self) -> Iterator[dict]:
        """Whole ones, and records alone; of an ind several, which differ."""
        for _ in range(self.records):
            ind = self.random.choice([self.random.randint(-5, 5), self.random.randint(0, 2 * self.records), LARGE[0]])
            names = list(KEYS)
            if self.random.random() < 0.5:
                names = self.random.sample(names, self.random.randint(1, 2))
            yield {name: {"ind": ind, **getattr(self, name)()} for name in names}


def text_of(value: object, escaped: bool) -> str:
    return json.dumps(value, ensure_ascii=escaped, separators=(",", ":"))


def write_lines(posts: list[dict], file: Path, bare: bool) -> None:
    """As query reads them; `bare`: some records that are alone as they are, else as a post of one."""
    with file.open("w") as out:
        for number, post in enumerate(posts):
            line = next(iter(post.values())) if bare and len(post) == 1 else post
            has_marks = any(value is not None for key, value in next(iter(post.values())).items() if key != "ind")
            out.write(text_of(line if has_marks else post, number % 2 == 0) + "\n")


# ---- SQLite -------------------------------------------------------------------------------------


class ExactSum:
    def __init__(self) -> None:
        self.values: list[int] = []

    def step(self, value: int | None, _per_cent: int = 0) -> None:
        if value is not None:
            self.values.append(value)

    def finalize(self) -> str | None:
        return f"integer {sum(self.values)}" if self.values else None  # which may be beyond 64 bits


class Mean(ExactSum):
    def finalize(self) -> float | None:
        return float(sum(self.values)) / len(self.values) if self.values else None


class Percentile(ExactSum):
    """The least value that at least so many per cent do not exceed, by counting."""

    def step(self, value: int | None, per_cent: int = 0) -> None:
        self.per_cent = per_cent
        super().step(value)

    def finalize(self) -> int | None:
        shares = [(value, Fraction(sum(each <= value for each in self.values), len(self.values))) for value in self.values]
        return min((value for value, share in shares if share >= Fraction(self.per_cent, 100)), default=None)


def age_group(age: int | None) -> str | None:
    groups = {range(18, 25): "18-24", range(25, 36): "25-35", range(36, 51): "36-50"}
    if age is not None and age > 50:
        return "50+"
    return next((name for ages, name in groups.items() if age in ages), None)


def first_records(posts: list[dict]) -> dict[str, dict[int, dict]]:
    firsts: dict[str, dict[int, dict]] = {name: {} for name in KEYS}
    for post in posts:
        for name, record in post.items():
            firsts[name].setdefault(record["ind"], record)
    return firsts


def parts_of(name: str, moment: str | None) -> dict[str, int | None]:
    parts = ["year", "month", "day", "hour"] if name == "post" else ["year", "month"]
    numbers = re.split("[-T:]", moment)[:len(parts)] if moment else [None] * len(parts)
    return {f"{name}_{part}": number and int(number) for part, number in zip(parts, numbers)}


def load_sqlite(posts: list[dict]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.create_aggregate("exact_sum", 1, ExactSum)
    connection.create_aggregate("mean", 1, Mean)
    connection.create_aggregate("percentile", 2, Percentile)
    made = {"pin": lambda _: {}, "geo": lambda r: parts_of("post", r["timestamp"]),
            "user": lambda r: {"age_group": age_group(r["age"]), **parts_of("join", r["date_joined"])}}
    empty = {name: dict.fromkeys(keys) for name, keys in KEYS.items()}
    connection.execute("CREATE TABLE tags (ind, tag)")
    for name, records in first_records(posts).items():
        columns = [*KEYS[name], *made[name](empty[name])]
        connection.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
        for record in records.values():
            values = [json.dumps(value, separators=(",", ":")) if isinstance(value, list) else value
                      for value in (record | made[name](record)).values()]
            connection.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(values))})", values)
            tags = {tag.strip(" ") for tag in (record.get("tag_list") or "").split(",")} - {""}
            connection.executemany("INSERT INTO tags VALUES (?, ?)", [(record["ind"], tag) for tag in tags])
    return connection


def answer_of_sqlite(connection: sqlite3.Connection, statement: str) -> list[tuple]:
    def value_of(value: object) -> object:
        return int(value.split()[1]) if isinstance(value, str) and re.fullmatch(r"integer -?\d+", value) else value

    return [tuple(map(value_of, row)) for row in connection.execute(statement)]


# ---- query --------------------------------------------------------------------------------------


def run(*words: str, **environment: str) -> str:
    done = subprocess.run(words, capture_output=True, encoding="utf-8", check=False, env=os.environ | environment)
    if done.returncode != 0 or done.stderr:
        sys.exit(f"{' '.join(words)}: status {done.returncode}\n{done.stderr}")
    return done.stdout


def in_head(text: str) -> str:
    """The statements that are commented at the head of the text."""
    return "\n".join(re.findall(r"^--  (.*)$", text, re.MULTILINE))


def rows_of_query(words: list[str], file: Path) -> list[tuple]:
    return [tuple(json.loads(line).values()) for line in run("query", *words, str(file)).splitlines()]


def differ(words: list[str], data_set: int, who: str, rows: list, others: list) -> None:
    at = next((i for i, (a, b) in enumerate(zip(rows, others)) if a != b), min(len(rows), len(others)))
    sys.exit(f"query {' '.join(words)}, data set {data_set}: {len(rows)} rows, of {who} {len(others)}; they differ at {at}:\n"
             f"  query {rows[at:at + 3]}\n  {who} {others[at:at + 3]}")
