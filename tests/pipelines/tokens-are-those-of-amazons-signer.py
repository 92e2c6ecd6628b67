#!/usr/bin/env python3
# needs: python:msk
"""Makes tokens for MSK by lib/aws and by Amazon's own signer, of the same credentials at the same time. They are the
same, byte for byte, up to the User-Agent, which is not signed and names the client; so is the end that they have.

Runs in the Python of scripts/with-python.
"""

import base64
import datetime
import os
import random
import string
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import rerun

TOKENS = 1_000
PROGRAM = Path(os.environ["PINPIPE_BUILD"]) / "tests/sign_tokens"
REGIONS = ("eu-west-1", "us-east-1", "ap-southeast-2", "us-gov-west-1", "cn-north-1")
KEY = string.ascii_uppercase + string.digits
SECRET = string.ascii_letters + string.digits + "/+"
ODD = SECRET + "=-._~ &%é✓*'()!;:@,$#?"
AGENT = b"&User-Agent="
Draw = dict[str, str | int]


def text(draw: random.Random, letters: str, most: int) -> str:
    return "".join(draw.choices(letters, k=draw.randint(1, most)))


def drawn(draw: random.Random) -> Draw:
    letters = draw.choice((SECRET, SECRET, ODD))
    return {
        "time": draw.randrange(1_500_000_000, 2_000_000_000),
        "region": draw.choice(REGIONS),
        "access_key": draw.choice(("AKIA", "ASIA")) + text(draw, KEY, 16),
        "secret_key": text(draw, letters, 60),
        "session_token": draw.choice(("", text(draw, letters, 1200), text(draw, letters, 40) + "==")),
    }


def ours(all_drawn: list[Draw]) -> list[tuple[str, int]]:
    lines = "".join("\t".join(map(str, one.values())) + "\n" for one in all_drawn)
    printed = subprocess.run([PROGRAM], input=lines, capture_output=True, text=True, check=True).stdout
    return [(token, int(end)) for token, end in map(str.split, printed.splitlines())]


def amazons(one: Draw) -> tuple[str, int]:
    """The token, and its end in seconds."""
    import botocore.auth
    from aws_msk_iam_sasl_signer.MSKAuthTokenProvider import generate_auth_token_from_credentials_provider
    from botocore.credentials import CredentialProvider, Credentials

    moment = datetime.datetime.fromtimestamp(one["time"], datetime.timezone.utc)
    botocore.auth.get_current_datetime = lambda *_, **__: moment

    class Drawn(CredentialProvider):
        def load(self) -> Credentials:
            return Credentials(one["access_key"], one["secret_key"], one["session_token"] or None)

    token, end_ms = generate_auth_token_from_credentials_provider(one["region"], Drawn())
    assert end_ms % 1000 == 0, end_ms
    return token, end_ms // 1000


def signed_part(token: str) -> bytes:
    assert not set(token) - set(string.ascii_letters + string.digits + "-_"), token
    url = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    before, agent, name = url.partition(AGENT)
    assert agent and name, url
    return before


def main() -> None:
    rerun.with_packages("msk")
    seed = int(os.environ.get("SEED", "1"))
    draw = random.Random(seed)
    all_drawn = [drawn(draw) for _ in range(TOKENS)]
    results = ours(all_drawn)
    assert len(results) == TOKENS, len(results)
    for one, (token, end) in zip(all_drawn, results):
        expected, expected_end = amazons(one)
        found = signed_part(token), end
        assert found == (signed_part(expected), expected_end), f"seed {seed}: {one}\nours: {found}\nAmazon's: {expected}"
    print(f"seed {seed}: {TOKENS} tokens are Amazon's")


main()
