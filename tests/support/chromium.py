"""A headless Chromium, told what to do through pipes (--remote-debugging-pipe): messages of the DevTools protocol with a
NUL behind each. Its profile is a folder of the caller's, and it looks up no names."""

import base64
import fcntl
import json
import os
import subprocess
from pathlib import Path
from typing import Any

OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", "--remote-debugging-pipe", "about:blank",
)  # fmt: skip


class Chromium:
    """One page of a browser that ends with the block."""

    def __init__(self, folder: Path) -> None:
        to_browser, self.to = os.pipe()
        self.from_, from_browser = os.pipe()
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (to_browser, from_browser)]  # beyond 3 and 4
        script = f'exec chromium "$@" 3<&{ends[0]} 4>&{ends[1]}'
        self.log = (folder / "chromium.log").open("wb")
        self.process = subprocess.Popen(
            ["bash", "-c", script, "chromium", f"--user-data-dir={folder / 'profile'}", *OPTIONS], pass_fds=ends,
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, env={**os.environ, "HOME": str(folder)})  # fmt: skip
        for end in to_browser, from_browser, *ends:
            os.close(end)
        self.rest, self.number, self.session = b"", 0, None
        self.errors: list[str] = []  # of the page
        self.requests: list[str] = []  # URLs that it asked for
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in "Page", "Runtime", "Network", "Log":
            self.call(f"{domain}.enable")

    def __enter__(self) -> "Chromium":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()
        os.close(self.to)
        os.close(self.from_)

    def call(self, method: str, **parameters: Any) -> dict:
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            reply = self.receive()
            if reply.get("id") == self.number:
                assert "error" not in reply, (method, reply["error"])
                return reply["result"]
            self.note(reply)

    def receive(self) -> dict:
        while b"\0" not in self.rest:
            part = os.read(self.from_, 1 << 16)
            assert part, "chromium has ended: see chromium.log"
            self.rest += part
        message, _, self.rest = self.rest.partition(b"\0")
        return json.loads(message)

    def note(self, event: dict) -> None:
        if event.get("method") == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(event["params"]["exceptionDetails"]))
        if event.get("method") == "Log.entryAdded" and event["params"]["entry"]["level"] == "error":
            self.errors.append(event["params"]["entry"]["text"])
        if event.get("method") == "Network.requestWillBeSent":
            self.requests.append(event["params"]["request"]["url"])

    def look(self, width: int, height: int, scheme: str = "light", mobile: bool = False) -> None:
        """The size of the window, and light or dark."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def run(self, script: str) -> Any:
        """The value of an expression, or of the promise that it is."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def picture(self, path: Path, whole: bool = False) -> None:
        data = self.call("Page.captureScreenshot", captureBeyondViewport=whole)["data"]
        path.write_bytes(base64.b64decode(data))
