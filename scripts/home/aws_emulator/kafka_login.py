"""Logins to Kafka by IAM, as a broker of MSK checks them: a token is a URL that is signed for calling
kafka-cluster:Connect, base64url without padding."""

import base64
from datetime import datetime, timedelta, timezone
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from moto.iam.access_control import CreateAccessKeyFailure, IAMPolicy, PermissionResult, create_access_key

ACCOUNT, PARTITION, SERVICE, ACTION = "123456789012", "aws", "kafka-cluster", "kafka-cluster:Connect"
LONGEST_S = 900
TIME = "%Y%m%dT%H%M%SZ"
TOLERANCE = timedelta(minutes=5)  # of clocks
UNSIGNED = {"X-Amz-Signature", "User-Agent"}


class Refused(Exception):
    """Why there is no login."""


class Login(NamedTuple):
    principal: str  #: an ARN
    expires_ms: int  #: of the token, since 1970


def asked_by(token: str) -> tuple[str, dict[str, str]]:
    """Its host, and what it asks for. Raises: Refused."""
    try:
        url = urlsplit(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode("ascii"))
        asked = dict(parse_qsl(url.query, strict_parsing=True))
    except ValueError as error:
        raise Refused("the token is no signed URL") from error
    if url.scheme != "https" or url.path != "/" or asked.get("Action") != ACTION:
        raise Refused(f"the token is not for {ACTION}")
    return url.hostname or "", asked


def term_of(asked: dict[str, str], now: datetime) -> datetime:
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


def signature(credentials: object, host: str, asked: dict[str, str], region: str) -> str:
    """As botocore signs it, which it is held to."""
    signed = {name: value for name, value in asked.items() if name not in UNSIGNED}
    signer = SigV4QueryAuth(credentials, SERVICE, region, LONGEST_S)
    request = AWSRequest("GET", f"https://{host}/", params=signed)
    request.context["timestamp"] = asked["X-Amz-Date"]
    return signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)


def is_allowed(policies: list) -> bool:
    results = [IAMPolicy(policy).is_action_permitted(ACTION) for policy in policies]
    return PermissionResult.PERMITTED in results and PermissionResult.DENIED not in results


def check(token: str, now: datetime) -> Login:
    """Who logs in. Raises: Refused."""
    host, asked = asked_by(token)
    until = term_of(asked, now)
    key, _, scope = asked.get("X-Amz-Credential", "").partition("/")
    region = host.removeprefix("kafka.").removesuffix(".amazonaws.com")
    if scope != f"{asked['X-Amz-Date'][:8]}/{region}/{SERVICE}/aws4_request":
        raise Refused(f"the token is signed for '{scope}', and its host is {host}")
    session = {"X-Amz-Security-Token": asked["X-Amz-Security-Token"]} if "X-Amz-Security-Token" in asked else {}
    try:
        owner = create_access_key(ACCOUNT, PARTITION, key, session)
    except (CreateAccessKeyFailure, KeyError) as error:
        raise Refused(f"the key {key} is nobody's, or of another session") from error
    if signature(owner.create_credentials(), host, asked, region) != asked.get("X-Amz-Signature"):
        raise Refused(f"the signature is not that of the key {key}")
    if not is_allowed(owner.collect_policies()):
        raise Refused(f"{owner.arn} is not allowed {ACTION}")
    return Login(owner.arn, int(until.timestamp() * 1000))
