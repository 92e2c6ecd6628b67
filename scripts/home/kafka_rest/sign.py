"""Reads an IamLogin as JSON, and writes {"token", "end"}, or {"error", "hint"}. Runs in the Python of with-python msk."""

import json
import os
import sys

import botocore.session
from aws_msk_iam_sasl_signer import MSKAuthTokenProvider as signer
from botocore.exceptions import BotoCoreError, ClientError

NO_KEYS = "the user or role needs keys where AWS's clients look: AWS_PROFILE, ~/.aws, or the role of this machine"


def token_of(login: dict[str, str]) -> tuple[str, int]:
    """The token, and its end in milliseconds."""
    if botocore.session.Session(profile=login["profile"] or None).get_credentials() is None:
        raise ValueError("there are no AWS credentials")
    if login["role"]:
        # boto3 assumes it, by the keys and with the STS that its environment says.
        os.environ["AWS_DEFAULT_REGION"] = login["sts_region"] or login["region"]
        if login["profile"]:
            os.environ["AWS_PROFILE"] = login["profile"]
        session = {"sts_session_name": login["session_name"]} if login["session_name"] else {}
        return signer.generate_auth_token_from_role_arn(login["region"], login["role"], **session)
    if login["profile"]:
        return signer.generate_auth_token_from_profile(login["region"], login["profile"])
    return signer.generate_auth_token(login["region"])


def main() -> None:
    login = json.load(sys.stdin)
    try:
        token, end_ms = token_of(login)
        reply = {"token": token, "end": end_ms / 1000}
    except ClientError as error:
        said = error.response["Error"]
        reply = {"error": f"{error.operation_name}: {said['Code']}: {said['Message']}",
                 "hint": f"the trust policy of {login['role']} must name who asks" if login["role"] else NO_KEYS}
    except (BotoCoreError, ValueError) as error:
        reply = {"error": " ".join(str(error).split()), "hint": NO_KEYS}
    print(json.dumps(reply))  # noqa: T201  a pipe holds all of it


main()
