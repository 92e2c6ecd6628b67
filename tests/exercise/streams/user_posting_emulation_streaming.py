"""Puts random rows into three streams through the gateway: user_posting_emulation_streaming.py DATABASE COUNT INVOKE_URL"""

import json
import sys

import requests
from posting import connect, post

ID = "0d55ee66ff77"
HEADERS = {"Content-Type": "application/json"}


def main(database: str, count: str, invoke_url: str) -> None:
    connection, session = connect(database), requests.Session()
    for _ in range(int(count)):
        for name, row in post(connection).items():
            stream = f"streaming-{ID}-{name}"
            key = str(row["index"] if name == "pin" else row["ind"])
            payload = json.dumps({"StreamName": stream, "Data": row, "PartitionKey": key}, default=str)
            reply = session.put(f"{invoke_url}/streams/{stream}/record", headers=HEADERS, data=payload)
            reply.raise_for_status()
            assert "SequenceNumber" in reply.json(), reply.text


main(*sys.argv[1:])
