"""moto in this process, where IAM decides: it verifies signatures as ever, and asks an evaluator of policies (iam_policies.py)
about the action, the resource and the conditions of a request, which moto itself does not know. What is denied is denied in
Amazon's words. Kinesis asks for the keys of encrypted streams, too.

Runs in the Python of `with-python moto`.
"""

import json
import logging
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import moto.settings
from aws_server import client, variables
from iam_policies import ACCOUNT, REGION, Evaluator, of_account
from moto.iam.access_control import IAMRequest, IAMRequestBase, S3IAMRequest
from moto.iam.models import iam_backends
from moto.kinesis.models import kinesis_backends
from moto.server import ThreadedMotoServer
from moto.sts.models import sts_backends
from msk_logins import Keys
from werkzeug.exceptions import HTTPException

KEY_ACTIONS = {"PutRecord": "kms:GenerateDataKey", "PutRecords": "kms:GenerateDataKey", "GetRecords": "kms:Decrypt"}
ADMIN = f"arn:aws:iam::{ACCOUNT}:user/admin"


class KinesisError(HTTPException):
    code = 400

    def __init__(self, name: str, words: str) -> None:
        super().__init__(json.dumps({"__type": name, "message": words}))


class QueryError(HTTPException):
    """As the services have it that answer in XML; moto's has one element more."""

    code = 403

    def __init__(self, name: str, words: str) -> None:
        super().__init__(f'<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
                         f"<Code>{name}</Code><Message>{words}</Message></Error></ErrorResponse>")  # fmt: skip


def words_of(principal: str, action: str, resource: str) -> str:
    return (f"User: {principal} is not authorized to perform: {action} on resource: {resource} "
            f"because no identity-based policy allows the {action} action")  # fmt: skip


@dataclass
class Guard:
    """Decides, and keeps what was asked: principal, action, resource and whether it was allowed."""

    evaluator: Evaluator
    asked: list[tuple[str, str, str, bool]] = field(default_factory=list)
    is_on: bool = False

    def may(self, principal: str, policies: list[dict], action: str, resource: str, context: dict | None = None,
            resource_policy: dict | None = None) -> bool:
        if principal == ADMIN:
            return True
        allowed = self.evaluator.allows(principal, policies, action, resource, context, resource_policy)
        self.asked.append((principal, action, resource, allowed))
        return allowed


def policies_of(request: IAMRequestBase) -> list[dict]:
    documents = [one if isinstance(one, str) else one["policy_document"] for one in request._access_key.collect_policies()]
    return [json.loads(one) for one in documents]


def stream_of(asked: dict) -> str:
    """The ARN of the stream that a request is about, "*" for none."""
    if "ShardIterator" in asked:
        from moto.kinesis.utils import decompose_shard_iterator

        return f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{decompose_shard_iterator(asked['ShardIterator'])[0]}"
    if "StreamName" in asked:
        return f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{asked['StreamName']}"
    return asked.get("StreamARN", "*")


def check_kinesis(guard: Guard, request: IAMRequest) -> None:
    who, policies = request._access_key.arn, policies_of(request)
    stream = stream_of(json.loads(request._body))
    if not guard.may(who, policies, request._action, stream):
        raise KinesisError("AccessDeniedException", words_of(who, request._action, stream))
    found = kinesis_backends[ACCOUNT][REGION].streams.get(stream.split("/")[-1])
    action = KEY_ACTIONS.get(request._action.split(":")[1])
    if action is None or found is None or found.encryption_type != "KMS":
        return
    context = {"kms:ViaService": f"kinesis.{REGION}.amazonaws.com"}
    if not guard.may(who, policies, action, found.key_id, context, of_account("kms:*")):
        raise KinesisError("KMSAccessDeniedException", words_of(who, action, found.key_id))


def check_s3(guard: Guard, request: S3IAMRequest, resource: str) -> None:
    query = {name: values[0] for name, values in parse_qs(urlsplit(request._path).query).items()}
    context = {"s3:prefix": query["prefix"]} if "prefix" in query else {}
    if not guard.may(request._access_key.arn, policies_of(request), request._action, resource, context):
        request._raise_access_denied()


def check_other(guard: Guard, request: IAMRequest, resource: str) -> None:
    who, trust = request._access_key.arn, None
    if request._action == "sts:AssumeRole":
        trust = json.loads(request.backend.get_role_by_arn(resource).assume_role_policy_document)
    if not guard.may(who, policies_of(request), request._action, resource, None, trust):
        raise QueryError("AccessDenied", f"User: {who} is not authorized to perform: {request._action} on resource: {resource}")


class KeysOfMoto(dict):
    """For a broker: the keys of all users, and of all sessions of roles."""

    def get(self, key: str, default: Keys | None = None) -> Keys | None:
        for session in sts_backends[ACCOUNT]["aws"].assumed_roles:
            if session.access_key_id == key:
                return Keys(session.secret_access_key, session.session_token)
        of_users = [one for user in iam_backends[ACCOUNT]["aws"].users.values() for one in user.access_keys]
        return next((Keys(one.secret_access_key) for one in of_users if one.access_key_id == key), default)


class Moto:
    """The server, its guard, and an administrator, whom nobody asks."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.guard = Guard(evaluator)

        def check(request: IAMRequestBase, resource: str) -> None:
            if isinstance(request, S3IAMRequest):
                check_s3(self.guard, request, resource)
            elif request._service == "kinesis":
                check_kinesis(self.guard, request)
            else:
                check_other(self.guard, request, resource)

        IAMRequestBase.check_action_permitted = check
        logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it would tell of each request
        self.server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        self.server.start()
        self.url = f"http://127.0.0.1:{self.server.get_host_and_port()[1]}"
        self.admin = self.user("admin")
        moto.settings.INITIAL_NO_AUTH_ACTION_COUNT = 0

    def client(self, service: str):
        return client(service, self.url, getattr(self, "admin", None))

    def user(self, name: str, policy: dict | None = None) -> dict[str, str]:
        """The keys of a new user, who has this policy alone."""
        iam = self.client("iam")
        iam.create_user(UserName=name)
        if policy and policy["Statement"]:
            iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
        return variables(iam.create_access_key(UserName=name)["AccessKey"])

    def role(self, name: str, trust: dict, policy: dict) -> str:
        """The ARN of a new role."""
        iam = self.client("iam")
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        if policy["Statement"]:
            iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
        return arn

    def session(self, role: str) -> dict[str, str]:
        """Keys of a role, got by the administrator."""
        return variables(self.client("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"])

    def stop(self) -> None:
        self.server.stop()
