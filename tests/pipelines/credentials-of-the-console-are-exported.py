#!/usr/bin/env python3
"""The command of README.md reads the access key from each form of the file that Amazon's console gives, and exports it; what is
no such file it says no key of."""

import itertools
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"
NAME = "authentication_credentials.csv"
KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY=="
VALUES = {
    "user name": "streaming-user",
    "password": '"it says ""a, b"" $(touch broken) `touch broken`"',
    "access key id": KEY,
    "secret access key": SECRET,
    "console login link": "https://123456789012.signin.aws.amazon.com/console",
}
# The columns as of now, with a user as until 2023, and as before 2017.
FORMS = [
    ["Access key ID", "Secret access key"],
    ["User name", "Password", "Access key ID", "Secret access key", "Console login link"],
    ["User Name", "Access Key Id", "Secret Access Key"],
]
VARIABLES = 'env | grep -c "^AWS_"; printf "%s\\n" "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY"'


def command() -> str:
    found = re.search(rf'^\$ (eval "\$\(python3 -c .*? {NAME}\)")', README.read_text(), re.MULTILINE | re.DOTALL)
    assert found, "README.md has lost the command"
    return found[1]


def exported(folder: Path, content: bytes, shell: str) -> tuple[list[str], str]:
    """What the shell has of Amazon's variables behind the command, and what was said on stderr."""
    (folder / NAME).write_bytes(content)
    plain = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | {"AWS_SESSION_TOKEN": "old"}
    done = subprocess.run([shell, "-c", f"{command()}\n{VARIABLES}"], cwd=folder, env=plain, capture_output=True, text=True)
    return done.stdout.splitlines(), done.stderr


def files() -> list[bytes]:
    orders = [list(order) for form in FORMS for order in itertools.permutations(form)]
    texts = ["\n".join([",".join(order), ",".join(VALUES[name.lower()] for name in order)]) for order in orders[::7] + orders[:2]]
    return [
        mark + (text.replace("\n", end) + last).encode()
        for text, mark, end in itertools.product(texts, (b"", b"\xef\xbb\xbf"), ("\n", "\r\n"))
        for last in ("", end)
    ]


def main() -> None:
    tried = files()
    with tempfile.TemporaryDirectory(prefix="credentials-") as scratch:
        folder = Path(scratch)
        for number, content in enumerate(tried):
            got, said = exported(folder, content, ("bash", "sh")[number % 2])
            assert got == ["2", KEY, SECRET] and not said, (content, got, said)
        for content, reason in (b"User name,Password\r\nsomebody,secret\r\n", "access key id"), (b"", "StopIteration"):
            got, said = exported(folder, content, "bash")
            assert got == ["1", "", ""] and reason in said and "secret\r" not in said, (content, got, said)
        quoted = f'Access key ID,Secret access key\n{KEY},"$(touch broken)\'; touch broken"\n'.encode()
        assert exported(folder, quoted, "sh")[0] == ["2", KEY, "$(touch broken)'; touch broken"]
        assert sorted(os.listdir(folder)) == [NAME], "the file was run"
    print(f"{len(tried)} forms of the file, one key")


if __name__ == "__main__":
    sys.exit(main())
