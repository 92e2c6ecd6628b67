"""Amazon's API Gateway in front of a REST proxy, as far as it decides who may call: by the policy of the API, or by a signature
and the policies of who has made it, whom moto knows (moto_with_iam.py)."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from iam_policies import ACCOUNT, REGION
from moto.iam.access_control import IAMRequest
from moto_with_iam import Guard, policies_of

API, STAGE = "a1b2c3", "prod"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        who, policies = {"type": "Anonymous"}, []
        if "Authorization" in self.headers:
            request = IAMRequest(ACCOUNT, "POST", self.path, {}, body, dict(self.headers), "Invoke")
            request.check_signature()
            who, policies = request._access_key.arn, policies_of(request)
        method = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{API}/{STAGE}/POST{self.path.removeprefix('/' + STAGE)}"
        context = {"aws:SourceIp": self.client_address[0]}
        if self.server.guard.may(who, policies, "execute-api:Invoke", method, context, self.server.policy):
            offsets = ",".join(f'{{"partition":0,"offset":{i}}}' for i in range(body.count(b'{"value":')))
            self.reply(200, f'{{"offsets":[{offsets}]}}')
        else:
            name = who if isinstance(who, str) else "anonymous"
            self.reply(403, f'{{"Message":"User: {name} is not authorized to perform: execute-api:Invoke on resource: {method}"}}')

    def reply(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


class Gateway(ThreadingHTTPServer):
    """`policy` is that of the API."""

    def __init__(self, guard: Guard) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.guard, self.policy = guard, None
        self.url = f"http://127.0.0.1:{self.server_port}/{STAGE}"
        threading.Thread(target=self.serve_forever, daemon=True).start()
