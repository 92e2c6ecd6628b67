"""The environment of a test: one of its own. No variable of the machine reaches a test, so none can make it pass or fail.

A test finds
  PATH            the built tools, then the system's folders
  HOME, TMPDIR    fresh folders, which are removed after it
  TESTS           the folder tests/
  PINPIPE_BUILD   the build folder, and in PINPIPE_SANITIZE the sanitizers that the tools were built with, if any
  PINPIPE_CACHE   packages of other registries, which tests/support/fetch has put there before
  PINPIPE_OFFLINE that they are all there is: a test downloads nothing
"""

import os
import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# A status of their own, so that no test takes a finding for a failure that it expects.
SANITIZER_OPTIONS = {
    "ASAN_OPTIONS": "exitcode=66",
    "LSAN_OPTIONS": "exitcode=66",
    "TSAN_OPTIONS": "exitcode=66",
    "UBSAN_OPTIONS": "print_stacktrace=1:exitcode=66",
}
# Jars of the Strimzi bridge, which no registry has: who has them names their folder.
PASSED_ON = ("KAFKA_BRIDGE_JARS",)
# What leads to the package registries, for tests/support/fetch alone.
OF_REGISTRIES = re.compile(
    r"(https?|all|no)_proxy|PIP_\w+|NPM_CONFIG_\w+|MAVEN_\w+|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS"
    r"|\w*(CA_BUNDLE|CA_CERTS|SSL_CAINFO)|XDG_CONFIG_HOME",
    re.IGNORECASE,
)


def cache() -> Path:
    """The folder of packages; the user's own, so that they are fetched once."""
    own = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("PINPIPE_CACHE") or Path(own, "pinpipe"))


def sanitizers(build: Path) -> str:
    """What the tools in `build` were built with, as CMake has kept it."""
    try:
        kept = re.search(r"^PINPIPE_SANITIZE:\w+=(.*)$", (build / "CMakeCache.txt").read_text(), re.MULTILINE)
    except OSError:
        return ""
    return kept[1] if kept else ""


def of_test(build: Path, folder: Path) -> dict[str, str]:
    """For a test whose home and temporary files are in `folder`, an empty one."""
    home, temporary = folder / "home", folder / "tmp"
    home.mkdir()
    temporary.mkdir()
    temporary.chmod(0o1777)  # as /tmp: a database server runs under an account of its own
    environment = {
        "PATH": f"{build / 'bin'}:{SYSTEM_PATH}",
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "TESTS": str(TESTS),
        "PINPIPE_BUILD": str(build),
        "PINPIPE_SANITIZE": sanitizers(build),
        "PINPIPE_CACHE": str(cache()),
        "PINPIPE_OFFLINE": "1",
        "AWS_EC2_METADATA_DISABLED": "true",  # which is no address of this machine
        "KAFKA_OPTS": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",  # a Kafka of seconds: to compile it well takes longer than it gives
        "PYTHONDONTWRITEBYTECODE": "1",  # beside the scripts: two tests at a time would see each other
    }
    environment |= {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    if environment["PINPIPE_SANITIZE"]:
        environment |= SANITIZER_OPTIONS
    return environment


def of_fetching() -> dict[str, str]:
    """For getting packages: with the commands of a test, the user's settings of pip, npm and Maven, and the way there."""
    own = {name: value for name, value in os.environ.items() if OF_REGISTRIES.fullmatch(name)}
    return own | {"PATH": SYSTEM_PATH, "HOME": str(Path.home()), "LC_ALL": "C.UTF-8", "PINPIPE_CACHE": str(cache())}
