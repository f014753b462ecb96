"""A real Hearthbridge process, for acceptance tests and benchmarks."""

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Self

import httpx

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
COMMAND = str(Path(sys.executable).with_name("hearthbridge"))


class BridgeProcess:
    """`hearthbridge serve` on a home, in a process of its own, with one paired device."""

    def __init__(self, folder: Path, home_url: str, home_token: str, **settings: str) -> None:
        """Prepare; `settings` are environment variables without their prefix (`DEADLINE_MS="500"`)."""
        self._log = folder / "bridge.log"
        self._environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("HEARTHBRIDGE_")},
            "HEARTHBRIDGE_HOME__URL": home_url,
            "HEARTHBRIDGE_HOME__TOKEN": home_token,
            "HEARTHBRIDGE_STORE__URL": f"sqlite:///{folder / 'bridge.db'}",
            "HEARTHBRIDGE_SERVER__PORT": "0",
            **{f"HEARTHBRIDGE_{key}": value for key, value in settings.items()},
        }
        self.url = ""
        self.token = ""
        self._process: subprocess.Popen[str] | None = None
        self._client: httpx.Client | None = None

    def start(self) -> Self:
        """Start it, wait until it is ready, and pair a device the first time."""
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                [COMMAND, "serve"], env=self._environment, stdout=subprocess.PIPE, stderr=log, text=True
            )
        try:
            self.url = self._address()
        except AssertionError:
            self.stop(signal.SIGKILL)
            raise
        if not self.token:
            self.token = self.run("pair", "--name", "test phone").split()[-1]
        self._client = httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {self.token}"}, timeout=60
        )
        return self

    def _address(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        watchdog = threading.Timer(30, self._process.kill)
        watchdog.start()
        try:
            for line in self._process.stdout:
                if found := ADDRESS.search(line):
                    return found.group()
        finally:
            watchdog.cancel()
        raise AssertionError(f"the bridge did not start: {self.log()}")

    def run(self, *arguments: str) -> str:
        """Run another command of the CLI on the same settings; returns what it printed."""
        done = subprocess.run(
            [COMMAND, *arguments], env=self._environment, check=True, capture_output=True, text=True, timeout=60
        )
        return done.stdout

    def ask(self, text: str, **more: Any) -> dict[str, Any]:
        """Post one request as a shortcut would, and return the reply."""
        return self.post("/v1/ask", {"text": text, **more})

    def post(self, path: str, body: dict[str, Any], **headers: str) -> dict[str, Any]:
        """Post JSON; returns the JSON of whatever came back."""
        assert self._client is not None
        answer: dict[str, Any] = self._client.post(path, json=body, headers=headers).json()
        return answer

    def get(self, path: str, **parameters: Any) -> dict[str, Any]:
        """Get JSON."""
        assert self._client is not None
        answer: dict[str, Any] = self._client.get(path, params=parameters).json()
        return answer

    def log(self) -> str:
        """What it logged."""
        return self._log.read_text()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it; returns its exit status."""
        if self._client is not None:
            self._client.close()
        if self._process is None:
            return 0
        self._process.send_signal(how)
        with self._process:
            return self._process.wait(15)

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()
