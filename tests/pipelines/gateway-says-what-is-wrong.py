#!/usr/bin/env python3
# needs: python:gateway
"""gateway-up: its routes, what its templates make of a request, and what it says itself, as Amazon's does: of routes, keys,
sizes, rates, back ends that are away or hang, and of templates that somebody has changed."""

import base64
import contextlib
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import http_double

MISSING = {"message": "Missing Authentication Token"}
FORBIDDEN = {"message": "Forbidden"}
INTERNAL = {"message": "Internal server error"}
KEY = "a-key-of-0123456789"
AWS = {"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"}
BODY_MAX = 10 << 20
AT_ONCE = 100


class Handler(http_double.Handler):
    """Of Kinesis and the REST proxy: keeps what it is asked, and answers by the path."""

    server: "BackEnd"

    def answer(self) -> None:
        self.server.asked.append({"method": self.command, "path": self.path, "headers": self.headers, "body": self.body()})
        status, reply = 200, b'{"fine":true}'
        if self.path.startswith("/status/"):
            status = int(self.path[8:11])
        elif self.path == "/hang":
            self.server.gone.wait(60)
        elif self.path == "/together":
            self.server.barrier.wait(60)
        elif self.path == "/large":
            reply = b" " * (BODY_MAX + 1)
        elif self.path == "/garbage":
            self.wfile.write(b"no HTTP\r\n\r\n")
            self.close_connection = True
            return
        elif self.path == "/drip":
            self.head(200, len(reply))
            while not self.server.gone.wait(0.05):
                self.wfile.write(b" ")
                self.wfile.flush()
            return
        self.reply(status, reply, "application/vnd.kafka.v2+json", X_Own="kept")

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = answer


class BackEnd(http_double.Server):
    def __init__(self) -> None:
        self.asked: list[dict] = []
        self.barrier, self.gone = threading.Barrier(AT_ONCE), threading.Event()
        super().__init__(Handler)


class Gateway:
    """One that runs beside a command that ends with its standard input."""

    def __init__(self, folder: Path, back_end: str, *options: str, **variables: str) -> None:
        self.errors = folder / "errors"
        environment = {**os.environ, **AWS, "KAFKA_REST_URL": back_end, "AWS_ENDPOINT_URL": back_end, **variables}
        command = ["gateway-up", *options, str(folder / "gateway"), "--", "sh", "-c", 'echo "$GATEWAY_URL"; exec cat']
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.errors.open("w"), text=True)  # fmt: skip
        self.url = self.process.stdout.readline().strip()
        assert self.url, self.said()
        self.address = urlsplit(self.url)
        self.connection = self.connect()

    def connect(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=60)
        connection.connect()
        return connection

    def ask(self, method: str, path: str, body: object = None, stage: str | None = None, **headers: str):
        """Status, headers and what the reply says, on one connection that must outlive what is refused."""
        data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
        socket, path = self.connection.sock, (self.address.path if stage is None else stage) + path
        self.connection.request(method, path, data, {name.replace("_", "-"): value for name, value in headers.items()})
        reply = self.connection.getresponse()
        text = reply.read()
        assert self.connection.sock is socket, f"{method} {path} has cost the connection"
        is_json = text and "json" in reply.headers["Content-Type"]
        return reply.status, reply.headers, json.loads(text) if is_json else text.decode()

    def put(self, stream: str, what: str, body: object, **headers: str):
        return self.ask("PUT", f"/streams/{stream}/{what}", body, Content_Type="application/json", **headers)

    def said(self) -> str:
        return self.errors.read_text()

    def says(self, *texts: str) -> str:
        """Waits until all are on standard error."""
        until = time.monotonic() + 60
        while not all(text in self.said() for text in texts):
            assert time.monotonic() < until, (texts, self.said())
            time.sleep(0.05)
        return self.said()

    def end(self) -> None:
        self.process.stdin.close()
        assert self.process.wait(60) == 0, self.said()


@contextlib.contextmanager
def gateway(folder: Path, back_end: str, *options: str, is_quiet: bool = True, **variables: str):
    with tempfile.TemporaryDirectory(dir=folder) as own:
        one = Gateway(Path(own), back_end, *options, **variables)
        try:
            yield one
        finally:
            one.end()
        assert not is_quiet or not one.said(), one.said()


def check_routes(one: Gateway, back_end: BackEnd) -> None:
    for method, path in ("GET", "/"), ("GET", ""), ("PATCH", "/streams"), ("PUT", "/streams/s"), ("GET", "/streams/s/record"):
        status, headers, reply = one.ask(method, path)
        assert (status, reply) == (403, MISSING), (method, path, status, reply)
        assert headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException" and headers["x-amzn-RequestId"]
    for stage in "", "/other", "/prod2":
        assert one.ask("GET", "/streams", stage=stage)[::2] == (403, FORBIDDEN), stage
    assert not back_end.asked, back_end.asked
    for path, methods in {
        "/streams": "GET,OPTIONS", "/streams/s": "DELETE,GET,OPTIONS,POST", "/streams/s/record": "OPTIONS,PUT",
        "/streams/s/records": "OPTIONS,PUT", "/topics/a.pin": "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT",
    }.items():  # fmt: skip
        status, headers, _ = one.ask("OPTIONS", path, Origin="http://here", Access_Control_Request_Method="PUT")
        assert status == 200 and headers["Access-Control-Allow-Methods"] == methods, (path, headers.items())
        assert headers["Access-Control-Allow-Origin"] == "*", headers.items()
        assert "X-Api-Key" in headers["Access-Control-Allow-Headers"], headers.items()
    assert not back_end.asked, back_end.asked


def check_proxy(one: Gateway, back_end: BackEnd) -> None:
    """To the REST proxy and back as it is."""
    kind = "application/vnd.kafka.json.v2+json"
    for method in "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD":
        path, body = "/status/404/a%2Fb%20c?x=1&x=%C3%A9", None if method in ("GET", "HEAD") else b"\xff bytes"
        status, headers, _ = one.ask(method, path, body, Content_Type=kind, X_Mine="1")
        asked = back_end.asked.pop()
        assert status == 404 and headers["X-Own"] == "kept" and headers["Content-Type"] == "application/vnd.kafka.v2+json"
        assert (asked["method"], asked["path"], asked["body"]) == (method, path, body or b""), asked
        assert (asked["headers"]["Content-Type"], asked["headers"]["X-Mine"]) == (kind, "1"), asked
        assert asked["headers"]["Host"] == urlsplit(back_end.url).netloc, asked
    one.ask("POST", "/topics/a", iter([b'{"a', b'":1}']))
    assert back_end.asked.pop()["body"] == b'{"a":1}'
    one.ask("GET", "/streams/s/records/more")  # a resource that is not there is the proxy's
    assert back_end.asked.pop()["path"] == "/streams/s/records/more"


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


JAVA = '{a=1, b={c=[1,{"d":null}], e=true}, f=null, g=é}'
CASES = (
    ("GET", "/streams", None, "ListStreams", {}),
    ("GET", "/streams/s", None, "DescribeStream", {"StreamName": "s"}),
    ("DELETE", "/streams/a%2Eb", None, "DeleteStream", {"StreamName": "a.b"}),
    ("POST", "/streams/s", None, "CreateStream", {"StreamName": "s", "ShardCount": 5}),
    ("POST", "/streams/s", {"Other": 1}, "CreateStream", {"StreamName": "s", "ShardCount": 5}),
    ("POST", "/streams/s", {"ShardCount": 2}, "CreateStream", {"StreamName": "s", "ShardCount": 2}),
    ("PUT", "/streams/s/record", {"StreamName": "no", "Data": {"a": "é", "b": [1, None]}, "PartitionKey": "k"}, "PutRecord",
     {"StreamName": "s", "Data": base64_of('{"a":"é","b":[1,null]}'), "PartitionKey": "k"}),
    ("PUT", "/streams/s/record", {"Data": 'a "text"', "PartitionKey": 7}, "PutRecord",
     {"StreamName": "s", "Data": base64_of(r'"a \"text\""'), "PartitionKey": "7"}),
    ("PUT", "/streams/s/record", {}, "PutRecord", {"StreamName": "s", "Data": base64_of('""'), "PartitionKey": ""}),
    ("PUT", "/streams/s/records", {"records": [{"data": '{"a":1}', "partition-key": "1"}, {"data": "é✓", "partition-key": 2},
                                               {"data": 1.5, "partition-key": "k-3"}, {"partitionKey": "not it"}]}, "PutRecords",
     {"StreamName": "s", "Records": [{"Data": base64_of(text), "PartitionKey": key}
                                     for text, key in (('{"a":1}', "1"), ("é✓", "2"), ("1.5", "k-3"), ("", ""))]}),
    ("PUT", "/streams/s/records", {"records": []}, "PutRecords", {"StreamName": "s", "Records": []}),
)  # fmt: skip


def check_templates(one: Gateway, back_end: BackEnd) -> None:
    for method, path, body, action, expected in CASES:
        status, headers, reply = one.ask(method, path, body, Content_Type="application/json; charset=utf-8")
        assert (status, reply, headers["Content-Type"]) == (200, {"fine": True}, "application/json"), (path, status, reply)
        assert headers["Access-Control-Allow-Origin"] == "*", headers.items()
        asked = back_end.asked.pop()
        assert (asked["method"], asked["path"]) == ("POST", "/") and json.loads(asked["body"]) == expected, asked
        assert asked["headers"]["X-Amz-Target"] == f"Kinesis_20131202.{action}", asked
        assert asked["headers"]["Content-Type"] == "application/x-amz-json-1.1", asked
        assert "Credential=AKID/" in asked["headers"]["Authorization"], asked
    for path in "/streams/s%22/record", '/streams/s"/record':  # what breaks the JSON of the template
        assert one.put("s%22", "record", {"Data": 1, "PartitionKey": "k"})[::2] == (500, INTERNAL), path
    told = one.says("put-record.vtl: what it gives is not JSON").splitlines()
    assert len(told) == 1 and told[0].startswith("gateway-up: /") and '"StreamName": "s"",' in told[0], told
    for _ in range(2):
        record = {"data": {"a": 1, "b": {"c": [1, {"d": None}], "e": True}, "f": None, "g": "é"}, "partition-key": "k"}
        assert one.put("s", "records", {"records": [record]})[0] == 200
        asked = json.loads(back_end.asked.pop()["body"])
        assert base64.b64decode(asked["Records"][0]["Data"]).decode() == JAVA, asked
    told = one.says("hint: send it as a string").splitlines()[1:]
    assert len(told) == 2 and "put-records.vtl: $util.base64Encode is given an object" in told[0], told


def check_bodies(one: Gateway, back_end: BackEnd) -> None:
    for body in b"{", b"\xff", b'{"Data":NaN}', b"[" * 100_000, b'{"Data":1} x':
        status, _, reply = one.put("s", "record", body)
        assert status == 400 and reply["message"].startswith("Could not parse request body into json"), (body[:9], status, reply)
    assert one.ask("PUT", "/streams/s/record", b"{}", Content_Type="text/plain")[::2] == (
        415, {"message": "Unsupported Media Type"})  # fmt: skip
    for path in "/streams/s/record", "/topics/a":
        status, _, reply = one.ask("PUT", path, b" " * (BODY_MAX + 1), Content_Type="application/json")
        assert (status, reply) == (413, f"HTTP content length exceeded {BODY_MAX} bytes."), (path, status, reply)
    assert not back_end.asked, back_end.asked
    assert one.ask("PUT", "/topics/a", b" " * BODY_MAX)[0] == 200
    assert len(back_end.asked.pop()["body"]) == BODY_MAX
    other = one.connect()
    other.putrequest("PUT", f"{one.address.path}/topics/a")
    other.putheader("Content-Length", "100")
    other.endheaders(b"half")
    other.close()
    other = one.connect()
    with contextlib.suppress(ConnectionError):  # it need not read all
        other.request("PUT", f"{one.address.path}/topics/a", iter([b" " * (1 << 20)] * 11))
        assert other.getresponse().status == 413
    assert not back_end.asked, back_end.asked


def check_many(one: Gateway, back_end: BackEnd) -> None:
    """The back end answers none before all have come."""
    found = []

    def ask() -> None:
        connection = one.connect()
        connection.request("GET", f"{one.address.path}/together")
        found.append(connection.getresponse().status)

    threads = [threading.Thread(target=ask) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * AT_ONCE, found
    back_end.asked.clear()


def check_loopback(one: Gateway, _: BackEnd) -> None:
    port = f":{one.address.port:04X}"
    sockets = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    assert [at for _, at, _, state, *_ in sockets if state == "0A" and at.endswith(port)] == [f"0100007F{port}"]


def check_keys(folder: Path, back_end: BackEnd) -> None:
    """Of a file and of the environment; in no argument, and not passed on."""
    keys = folder / "keys"
    keys.write_text(f"# mine\nx-api-key: {KEY}\n\nsecond-key\n")
    with gateway(folder, back_end.url, "--key-file", str(keys), "--stage", "test", PINPIPE_API_KEYS="third-key") as one:
        assert one.url.endswith("/test")
        for headers in {}, {"x_api_key": ""}, {"x_api_key": "no-key"}, {"x_api_key": f"{KEY} "[1:]}, {"x_api_key": "ké"}:
            for path in "/topics/a", "/streams":
                status, said, reply = one.ask("GET", path, **headers)
                assert (status, reply, said["x-amzn-ErrorType"]) == (403, FORBIDDEN, "ForbiddenException"), (headers, status)
        assert one.ask("GET", "/", x_api_key="no-key")[2] == MISSING  # a route comes first
        assert one.ask("OPTIONS", "/streams")[0] == 200
        assert not back_end.asked, back_end.asked
        for key in KEY, "second-key", "third-key":
            for path in "/topics/a", "/streams":
                assert one.ask("GET", path, x_api_key=key)[0] == 200
                assert "x-api-key" not in back_end.asked.pop()["headers"]
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                assert KEY.encode() not in process.read_bytes(), process


def check_throttle(folder: Path, back_end: BackEnd) -> None:
    with gateway(folder, back_end.url, "--rate", "0.001", "--burst", "3") as one:
        found = [one.ask("GET", path)[0] for path in ("/topics/a", "/streams", "/", "/topics/b", "/topics/c", "/streams")]
        assert found == [200, 200, 403, 200, 429, 429], found
        status, headers, reply = one.ask("GET", "/streams")
        assert (status, reply) == (429, {"message": "Too Many Requests"}), (status, reply)
        assert headers["x-amzn-ErrorType"] == "TooManyRequestsException"
    back_end.asked.clear()


def check_back_ends(folder: Path, back_end: BackEnd) -> None:
    """That hang, trickle, say what is no HTTP, or are not there."""
    with gateway(folder, back_end.url, "--timeout", "300ms", is_quiet=False) as one:
        for path in "/hang", "/drip":
            assert one.ask("GET", path)[::2] == (504, {"message": "Endpoint request timed out"}), path
        one.says("gateway-up: the REST proxy at http://127.0.0.1:", "no whole reply within 0.3 s")
    with gateway(folder, back_end.url, is_quiet=False) as one:
        assert one.ask("GET", "/large")[::2] == (500, INTERNAL)
        assert one.ask("GET", "/garbage")[::2] == (504, {"message": "Network error communicating with endpoint"})
        assert one.ask("GET", "/topics/a")[0] == 200
        one.says("a reply of more than 10485760 bytes")
    with gateway(folder, "http://127.0.0.1:1", is_quiet=False) as one:
        for path in "/topics/a", "/streams", "/topics/b":
            assert one.ask("GET", path)[::2] == (504, {"message": "Network error communicating with endpoint"}), path
        told = one.says("hint: a command behind kinesis-up").splitlines()
        assert told[0] == "gateway-up: the REST proxy at http://127.0.0.1:1: Connection refused", told
        assert told[1].startswith("hint: a command behind kafka-up --"), told
        assert told[2] == "gateway-up: Kinesis at http://127.0.0.1:1/: Connection refused" and len(told) == 4, told
    with gateway(folder, back_end.url, is_quiet=False, AWS_REGION="", AWS_CONFIG_FILE="/dev/null") as one:
        assert one.ask("GET", "/streams")[::2] == (500, INTERNAL)
        one.says("ListStreams cannot be signed: You must specify a region", "AWS_REGION")
        assert one.ask("GET", "/topics/a")[0] == 200  # who has no streams needs no AWS
    back_end.asked.clear()


def check_changed_templates(folder: Path, back_end: BackEnd) -> None:
    """Ours, copied and changed while the gateway runs: each change counts, and what is wrong with it is said."""
    templates = folder / "templates"
    ours = subprocess.run(["gateway-up", "--show-templates"], capture_output=True, text=True, check=True).stdout.strip()
    subprocess.run(["cp", "-r", ours, templates], check=True)
    mine = templates / "put-record.vtl"
    good = '''#set($key = "k-$input.params('stream-name')")
{"StreamName": "$input.params('stream-name')", "PartitionKey": "$key", "Data": "$util.base64Encode($input.body)",
 #foreach($one in $input.path('$.list[*].x'))"x$foreach.index": "$one"#if($foreach.hasNext), #end#end}
'''
    body = {"list": [{"x": 1}, {"x": "b"}]}
    wrong = (
        ('{\n"a": #if(\n}', "put-record.vtl: what it gives is not JSON: Expecting value: line 2"),
        ('{\n#if($input.path("$.a") == 1)\n"a": 1\n}\n', "put-record.vtl:5: expected #else, #elseif or #end"),
        ('{\n"a": 1\n}\n#end\n', "put-record.vtl:4: nothing begins what ends here"),
        ('{\n"a": 1,\n"b": $util.parseJson("{").b\n}', 'put-record.vtl:3: $util.parseJson("{").b: '),
        ('{\n"a": 1,\n"b": $input.path("$[").b\n}', "put-record.vtl:3: "),
        ("{\n## no value\n\"a\": $input.path('$.none')\n}", "put-record.vtl: what it gives is not JSON: Expecting value: line 3"),
        ("", "put-record.vtl: what it gives is not JSON: "),
    )
    with gateway(folder, back_end.url, "--templates", str(templates), is_quiet=False) as one:
        assert one.put("s", "record", {"Data": 1, "PartitionKey": "k"})[0] == 200
        back_end.asked.clear()
        for text, fault in wrong:
            mine.write_text(good)
            assert one.put("s", "record", body)[0] == 200, one.said()
            made = json.loads(back_end.asked.pop()["body"])
            assert made == {"StreamName": "s", "PartitionKey": "k-s", "Data": base64_of(json.dumps(body)), "x0": "1", "x1": "b"}
            mine.write_text(text)
            assert one.put("s", "record", body)[::2] == (500, INTERNAL), text
            told = one.says(fault).splitlines()[-1]
            assert told.startswith(f"gateway-up: {mine}:"), told
            assert not back_end.asked
        mine.unlink()  # ours is taken
        assert one.put("s", "record", {"Data": 1, "PartitionKey": "k"})[0] == 200
        assert json.loads(back_end.asked.pop()["body"])["PartitionKey"] == "k"


def check_misuse(folder: Path, back_end: BackEnd) -> None:
    """Is said before anything starts."""
    templates = folder / "wrong"
    templates.mkdir()
    (templates / "put-record.vtl").write_text('{\n"a": #if($input.body)1\n}')
    (folder / "no-keys").write_text("\n")
    (folder / "bad-keys").write_text(f"key one\nAuthorization: {KEY}\n")
    other = folder / "other"
    other.mkdir()
    (other / "putrecord.vtl").write_text("{}")
    for options, *texts in (
        (["--stage", "a/b"], "the name of a stage, not 'a/b'"), (["--timeout", "30s"], "10ms to 29s"), (["--rate", "0"], "must be more than 0"),
        (["--burst", "0"], "1 or more"), (["--port", "66000"], "65535"), (["--rest-url", "127.0.0.1:8082"], "takes a URL"),
        (["--stage"], "--stage needs a value: NAME"), (["--none"], "unknown option '--none'"), (["a", "b"], "two folders"),
        (["--templates", "/none"], "/none: not a folder"), (["--templates", str(templates)], "put-record.vtl:3: expected #else, #elseif or #end", "for what begins in line 2"),
        (["--templates", str(other)], "putrecord.vtl: no route", "put-record.vtl"),
        (["--key-file", "/none"], "/none: No such file"), (["--key-file", str(folder / "no-keys")], "has no key"),
        (["--key-file", str(folder / "bad-keys")], "line 1 is neither a key"),
    ):  # fmt: skip
        command = ["gateway-up", *options, "--", "echo", "on"]
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
        assert done.returncode == 2 and not done.stdout and done.stderr.startswith("gateway-up: error: "), (options, done)
        assert all(text in done.stderr for text in texts) and KEY not in done.stderr, (options, done.stderr)


def check_shell(folder: Path, back_end: BackEnd) -> None:
    """eval "$(gateway-up)" leaves it running, until gateway-down, which gives the shell back what was there."""
    script = """
      export GATEWAY_URL=before
      eval "$(gateway-up here)"
      curl -sS -o reply "$GATEWAY_URL/streams"
      first=$GATEWAY_URL
      gateway-up here -- bash -c '[[ $GATEWAY_URL == "$0" ]]' "$first"
      ! gateway-up --stage other here -- echo on 2>said
      eval "$(gateway-up here)"
      [[ $GATEWAY_URL == "$first" && -e here/gateway.pid ]]
      cat here/gateway.log
      eval "$(gateway-down --purge here)"
      [[ $GATEWAY_URL == before && ! -e here ]]
      ! curl -sS "$first/streams" 2>>said
      ! eval "$(gateway-up --none 2>>said)"
      [[ $GATEWAY_URL == before ]]"""
    environment = {**os.environ, **AWS, "AWS_ENDPOINT_URL": back_end.url, "KAFKA_REST_URL": back_end.url}
    done = subprocess.run(["bash", "-euc", script], cwd=folder, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), done
    assert (folder / "reply").read_text() == '{"fine":true}'
    assert "a gateway with other settings already runs here" in (folder / "said").read_text()


def main() -> None:
    back_end = BackEnd()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with gateway(folder, back_end.url, is_quiet=False) as one:
            for check in check_loopback, check_routes, check_proxy, check_templates, check_bodies, check_many:
                check(one, back_end)
                print(f"{check.__name__}: fine", flush=True)
            assert len(one.said().splitlines()) == 3, one.said()  # of what a template gave that is not JSON
        for check in check_keys, check_throttle, check_back_ends, check_changed_templates, check_misuse, check_shell:
            check(folder, back_end)
            print(f"{check.__name__}: fine", flush=True)
        back_end.gone.set()


if __name__ == "__main__":
    sys.exit(main())
