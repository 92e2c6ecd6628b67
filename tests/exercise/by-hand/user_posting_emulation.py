"""Posts random rows to three topics through the gateway: user_posting_emulation.py DATABASE COUNT INVOKE_URL"""

import json
import sys

import requests
from posting import connect, post

ID = "0a11bb22cc33"
HEADERS = {"Content-Type": "application/vnd.kafka.json.v2+json"}


def main(database: str, count: str, invoke_url: str) -> None:
    connection, session = connect(database), requests.Session()
    for _ in range(int(count)):
        for name, row in post(connection).items():
            payload = json.dumps({"records": [{"value": row}]}, default=str)
            reply = session.post(f"{invoke_url}/topics/{ID}.{name}", headers=HEADERS, data=payload)
            reply.raise_for_status()


main(*sys.argv[1:])
