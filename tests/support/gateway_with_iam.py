"""Amazon's API Gateway in front of a REST proxy, as far as it decides who may call: by the policy of the API, or by a signature
and the policies of who has made it, whom moto knows (moto_with_iam.py)."""

import http_double
from iam_policies import ACCOUNT, REGION
from moto.iam.access_control import IAMRequest
from moto_with_iam import Guard, policies_of

API, STAGE, JSON = "a1b2c3", "prod", "application/json"


class Handler(http_double.Handler):
    def do_POST(self) -> None:
        body = self.body()
        who, policies = {"type": "Anonymous"}, []
        if "Authorization" in self.headers:
            request = IAMRequest(ACCOUNT, "POST", self.path, {}, body, dict(self.headers), "Invoke")
            request.check_signature()
            who, policies = request._access_key.arn, policies_of(request)
        method = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{API}/{STAGE}/POST{self.path.removeprefix('/' + STAGE)}"
        context = {"aws:SourceIp": self.client_address[0]}
        if self.server.guard.may(who, policies, "execute-api:Invoke", method, context, self.server.policy):
            offsets = ",".join(f'{{"partition":0,"offset":{i}}}' for i in range(body.count(b'{"value":')))
            self.reply(200, f'{{"offsets":[{offsets}]}}', JSON)
        else:
            name = who if isinstance(who, str) else "anonymous"
            self.reply(403, f'{{"Message":"User: {name} is not authorized to perform: execute-api:Invoke on resource: {method}"}}',
                       JSON)


class Gateway(http_double.Server):
    """`policy` is that of the API."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self.policy = guard, None
        super().__init__(Handler)
        self.url += f"/{STAGE}"
