"""Tokens for logins to Kafka by IAM, as a broker of MSK reads them: a token is a URL that is signed for calling
kafka-cluster:Connect, base64url without padding."""

import base64
from datetime import datetime, timedelta, timezone
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

SERVICE, ACTION = "kafka-cluster", "kafka-cluster:Connect"
LONGEST_S = 900
TIME = "%Y%m%dT%H%M%SZ"
TOLERANCE = timedelta(minutes=5)  # of clocks
UNSIGNED = {"X-Amz-Signature", "User-Agent"}


class Refused(Exception):
    """Why there is no login."""


class Token(NamedTuple):
    """One whose form, time and scope are right; whose it is, its signature says."""

    host: str
    asked: dict[str, str]  #: the parameters of the URL
    region: str
    key: str  #: that it says it is signed with
    end: datetime

    @property
    def session_token(self) -> str:
        return self.asked.get("X-Amz-Security-Token", "")

    def is_signed_with(self, credentials: Credentials) -> bool:
        """As botocore signs it, which it is held to."""
        signed = {name: value for name, value in self.asked.items() if name not in UNSIGNED}
        signer = SigV4QueryAuth(credentials, SERVICE, self.region, LONGEST_S)
        request = AWSRequest("GET", f"https://{self.host}/", params=signed)
        request.context["timestamp"] = self.asked["X-Amz-Date"]
        signature = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
        return signature == self.asked.get("X-Amz-Signature")


def asked_by(token: str) -> tuple[str, dict[str, str]]:
    """Its host, and what it asks for. Raises: Refused."""
    try:
        url = urlsplit(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode("ascii"))
        asked = dict(parse_qsl(url.query, strict_parsing=True))
    except ValueError as error:
        raise Refused("the token is not a signed URL") from error
    if url.scheme != "https" or url.path != "/" or asked.get("Action") != ACTION:
        raise Refused(f"the token is not for {ACTION}")
    return url.netloc, asked


def end_of(asked: dict[str, str], now: datetime) -> datetime:
    """The end of the token. Raises: Refused."""
    try:
        since = datetime.strptime(asked["X-Amz-Date"], TIME).replace(tzinfo=timezone.utc)
        seconds = int(asked["X-Amz-Expires"])
    except (KeyError, ValueError) as error:
        raise Refused("the token has no time") from error
    until = since + timedelta(seconds=seconds)
    if not 0 < seconds <= LONGEST_S or since > now + TOLERANCE or until < now:
        raise Refused(f"the token is of another time: {asked['X-Amz-Date']}, for {seconds} s")
    return until


def read(token: str, now: datetime) -> Token:
    """Raises: Refused."""
    host, asked = asked_by(token)
    end = end_of(asked, now)
    key, _, scope = asked.get("X-Amz-Credential", "").partition("/")
    region = host.removeprefix("kafka.").removesuffix(".amazonaws.com")
    if scope != f"{asked['X-Amz-Date'][:8]}/{region}/{SERVICE}/aws4_request":
        raise Refused(f"the token is signed for '{scope}', and its host is {host}")
    return Token(host, asked, region, key, end)
