"""What the posting scripts of the write-ups share: the rows of one post, drawn from the database at random."""

import configparser
import random
from pathlib import Path

import pymysql

TABLES = {"pin": "pinterest_data", "geo": "geolocation_data", "user": "user_data"}
LAST_ROW = 11000

random.seed(100)


def connect(database: str) -> pymysql.Connection:
    options = configparser.ConfigParser()
    options.read(Path.home() / ".my.cnf")
    client = options["client"]
    return pymysql.connect(host=client["host"], port=int(client["port"]), user=client["user"], password=client["password"],
                           database=database, cursorclass=pymysql.cursors.DictCursor)


def post(connection: pymysql.Connection) -> dict[str, dict]:
    """The same row of each table, after a pause of 0 or 1 s, which is drawn but not waited for."""
    random.randrange(0, 2)
    row = random.randint(0, LAST_ROW)
    with connection.cursor() as cursor:
        found = {}
        for name, table in TABLES.items():
            cursor.execute(f"SELECT * FROM {table} LIMIT {row}, 1")
            found[name] = cursor.fetchone()
    return found
