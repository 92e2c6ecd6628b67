"""Logins to Kafka by IAM: whose a token is, of those whom moto knows, and whether he may."""

from datetime import datetime
from typing import NamedTuple

from aws_emulator.msk_token import ACTION, Refused, read
from moto.iam.access_control import CreateAccessKeyFailure, IAMPolicy, PermissionResult, create_access_key

ACCOUNT, PARTITION = "123456789012", "aws"


class Login(NamedTuple):
    principal: str  #: an ARN
    expires_ms: int  #: of the token, since 1970


def is_allowed(policies: list) -> bool:
    results = [IAMPolicy(policy).is_action_permitted(ACTION) for policy in policies]
    return PermissionResult.PERMITTED in results and PermissionResult.DENIED not in results


def check(text: str, now: datetime) -> Login:
    """Who logs in by a token. Raises: Refused."""
    token = read(text, now)
    session = {"X-Amz-Security-Token": token.session_token} if token.session_token else {}
    try:
        owner = create_access_key(ACCOUNT, PARTITION, token.key, session)
    except (CreateAccessKeyFailure, KeyError) as error:
        raise Refused(f"the key {token.key} is nobody's, or of another session") from error
    if not token.is_signed_with(owner.create_credentials()):
        raise Refused(f"the signature is not that of the key {token.key}")
    if not is_allowed(owner.collect_policies()):
        raise Refused(f"{owner.arn} is not allowed {ACTION}")
    return Login(owner.arn, int(token.end.timestamp() * 1000))
