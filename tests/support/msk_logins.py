"""Logins by IAM to a test's Kafka: whose keys there are, and who has logged in. Tokens are verified as aws-up verifies them, by
botocore, and must be as Amazon's signers make them, besides."""

import sys
import time
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from botocore.credentials import Credentials

sys.path.append(str(Path(__file__).resolve().parents[2] / "scripts/home"))
from aws_emulator import msk_token
from aws_emulator.msk_token import Refused

PARAMETERS = {"Action", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature",
              "User-Agent"}  # fmt: skip


@dataclass
class Keys:
    secret: str
    session_token: str = ""
    end: float = float("inf")


@dataclass
class Logins:
    """To a cluster in a region."""

    region: str
    keys: dict[str, Keys] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)  # the keys of those that were taken
    tokens: set[str] = field(default_factory=set)

    def check(self, text: str) -> tuple[str, float]:
        """The key and the end of a login by this token. Raises: Refused."""
        token = msk_token.read(text, datetime.now(timezone.utc))
        asked, known = token.asked, self.keys.get(token.key)
        rules = {
            "key": known is not None,
            "region": token.region == self.region,
            "parameters": asked.keys() - {"X-Amz-Security-Token"} == PARAMETERS,
            "algorithm": asked.get("X-Amz-Algorithm") == "AWS4-HMAC-SHA256" and asked.get("X-Amz-SignedHeaders") == "host",
            "expires": asked["X-Amz-Expires"] == str(msk_token.LONGEST_S),
        }
        if broken := [name for name, holds in rules.items() if not holds]:
            raise Refused(", ".join(broken))
        credentials = Credentials(token.key, known.secret, known.session_token or None)
        if token.session_token != known.session_token or not token.is_signed_with(credentials):
            raise Refused("signature")
        if time.time() >= known.end:
            raise Refused("session")
        return token.key, min(token.end.timestamp(), known.end)

    def log_in(self, text: str) -> tuple[str, float]:
        """As check(), and it is noted."""
        key, end = self.check(text)
        self.taken.append(key)
        self.tokens.add(text)
        return key, end
