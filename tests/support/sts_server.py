"""An STS that gives keys of one role, to a user whose signature botocore verifies and to who has the token of a web
identity; and to a container, keys by GET."""

import datetime
import time
from urllib.parse import parse_qs

import http_double
from aws_server import given_to_container
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from msk_logins import Keys, Logins

ROLE = "arn:aws:iam::123456789012:role/0a-access-role"
USER = {"AWS_ACCESS_KEY_ID": "AKIAUSER", "AWS_SECRET_ACCESS_KEY": "user/secret+="}
BOX = {"AWS_ACCESS_KEY_ID": "ASIABOX", "AWS_SECRET_ACCESS_KEY": "box", "AWS_SESSION_TOKEN": "tok"}
WEB_IDENTITY = "eyJ.web.identity"


class Sts(http_double.Handler):
    def do_POST(self) -> None:
        form = self.body()
        asked = {name: values[0] for name, values in parse_qs(form.decode()).items()}
        if self.server.is_down:
            self.reply(503, "<ErrorResponse><Error><Code>ServiceUnavailable</Code><Message>m</Message></Error></ErrorResponse>")
        elif asked["RoleArn"] != ROLE or not self.may(asked, form):
            self.reply(403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>")
        else:
            self.reply(200, self.keys_of_role(asked))

    def may(self, asked: dict[str, str], form: bytes) -> bool:
        if asked["Action"] == "AssumeRoleWithWebIdentity":
            return asked["WebIdentityToken"] == WEB_IDENTITY
        signed = self.headers["Authorization"].partition("SignedHeaders=")[2].partition(",")[0]
        headers = {name: self.headers[name] for name in signed.split(";")}
        request = AWSRequest("POST", f"http://{self.headers['Host']}/", headers, form)
        request.context["timestamp"] = self.headers["X-Amz-Date"]
        user = Credentials(USER["AWS_ACCESS_KEY_ID"], USER["AWS_SECRET_ACCESS_KEY"])
        signer = SigV4Auth(user, "sts", self.server.known.region)
        signature = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
        scope = signer.scope(request)
        return self.headers["Authorization"] == f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={signed}, Signature={signature}"

    def keys_of_role(self, asked: dict[str, str]) -> str:
        keys = self.server.known.keys
        key, token = f"ASIAROLE{len(keys)}", f"tok/en+{len(keys)}=="
        end = int(time.time()) + self.server.seconds
        keys[key] = Keys("role/secret", token, end)
        until = datetime.datetime.fromtimestamp(end, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        action = asked["Action"]
        return (f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result><Credentials>'
                f"<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>role/secret</SecretAccessKey><SessionToken>{token}"
                f"</SessionToken><Expiration>{until}</Expiration></Credentials></{action}Result></{action}Response>")  # fmt: skip

    def do_GET(self) -> None:
        self.reply(200, given_to_container(BOX))


class Server(http_double.Server):
    """Adds the keys that it gives to those of `known`; they end after `seconds`."""

    def __init__(self, known: Logins) -> None:
        self.known, self.seconds, self.is_down = known, 3600, False
        super().__init__(Sts)
