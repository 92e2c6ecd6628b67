"""A Databricks workspace on a free port of 127.0.0.1, as far as runs go: it takes what its schema allows, says how a run is
getting on, and starts nothing. Its replies have the members that Databricks' reference names."""

import contextlib
import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import http_double
import jsonschema

SCHEMA = json.loads((Path(__file__).parent / "runs-submit.json").read_text())
TOKEN = "dapi-of-a-test"


class Workspace:
    """`ends` is what the next runs come to, by number of the run from 1; a run is asked after three times until it ends."""

    def __init__(self, ends: list[str]) -> None:
        self.ends, self.submitted, self.by_token, self.asked = ends, [], {}, {}
        self.calls: list[tuple[str, str]] = []
        self.faults: list[str] = []
        self.answers_to_lose = 0

    def submit(self, body: dict) -> tuple[int, dict]:
        errors = [f"{error.json_path}: {error.message}" for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(body)]
        if errors:
            self.faults += errors
            return 400, {"error_code": "INVALID_PARAMETER_VALUE", "message": "; ".join(errors)}
        token = body.get("idempotency_token", len(self.submitted))
        if token not in self.by_token:
            self.submitted.append(body)
            self.by_token[token] = len(self.submitted)
        if self.answers_to_lose:
            self.answers_to_lose -= 1
            return 503, {"error_code": "TEMPORARILY_UNAVAILABLE", "message": "try again"}
        return 200, {"run_id": self.by_token[token]}

    def state_of(self, run: int) -> dict:
        self.asked[run] = self.asked.get(run, 0) + 1
        life_cycle = {1: "PENDING", 2: "PENDING", 3: "RUNNING"}.get(self.asked[run], "TERMINATED")
        end = {"result_state": self.ends[run - 1]} if life_cycle == "TERMINATED" else {}
        return {"life_cycle_state": life_cycle, "state_message": "", "user_cancelled_or_timedout": False, **end}

    def get(self, run: int) -> tuple[int, dict]:
        if not 1 <= run <= len(self.submitted):
            return 400, {"error_code": "INVALID_PARAMETER_VALUE", "message": f"Run {run} does not exist."}
        state = self.state_of(run)
        tasks = [{"run_id": run * 100, "task_key": task["task_key"], "attempt_number": 0, "state": state}
                 for task in self.submitted[run - 1]["tasks"]]
        return 200, {"run_id": run, "run_name": self.submitted[run - 1]["run_name"], "run_type": "SUBMIT_RUN", "state": state,
                     "tasks": tasks, "run_page_url": f"http://127.0.0.1/#job/1/run/{run}"}

    def reply(self, method: str, url: str, body: dict) -> tuple[int, dict]:
        path, query = urlsplit(url).path, parse_qs(urlsplit(url).query)
        run = int(query.get("run_id", [body.get("run_id", 0)])[0] if query or "run_id" in body else 0)
        self.calls.append((method, path))
        for version in "2.1", "2.2":
            match (method, path.removeprefix(f"/api/{version}/jobs/runs/")):
                case ("POST", "submit"):
                    return self.submit(body)
                case ("GET", "get"):
                    return self.get(run)
                case ("GET", "get-output"):
                    return 200, {"error": "the tool ended with status 2", "metadata": {"run_id": run}}
        self.faults.append(f"no such method: {method} {path}")
        return 404, {"error_code": "ENDPOINT_NOT_FOUND", "message": path}


class Handler(http_double.Handler):
    def answer(self) -> None:
        raw, workspace = self.body(), self.server.workspace
        if self.headers.get("Authorization") == f"Bearer {TOKEN}":
            status, reply = workspace.reply(self.command, self.path, json.loads(raw or b"{}"))
        else:
            status, reply = 403, {"error_code": "403", "message": "Invalid access token."}
            workspace.faults.append("a request without the token")
        self.reply(status, json.dumps(reply), "application/json")

    do_GET = do_POST = answer


@contextlib.contextmanager
def serving(workspace: Workspace):
    """Yields the port."""
    with http_double.Server(Handler) as server:
        server.workspace = workspace
        yield server.server_port
