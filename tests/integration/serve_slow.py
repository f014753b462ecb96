"""A service on a demo home whose devices answer late, in a process that can be killed; keeps its calls in a file.

Run as `python -m tests.integration.serve_slow STORE_URL CALLS_FILE SECONDS`.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from actions.demo import DemoHome
from actions.link import ServiceCall
from bridge.cli import serving
from bridge.devices import DeviceError
from bridge.service import Service
from bridge.settings import LogSettings, ServerSettings, Settings, StoreSettings


class LateHome(DemoHome):
    """Carries out a call, and only answers it later."""

    def __init__(self, calls: Path, seconds: float) -> None:
        super().__init__(pace=0)
        self._file = calls
        self._seconds = seconds

    async def call(self, call: ServiceCall) -> Mapping[str, Any]:
        """Write the call down, as the real home would have carried it out."""
        answer = await super().call(call)
        with self._file.open("a") as file:
            file.write(f"{call.name}\n")
        await asyncio.sleep(self._seconds)
        return answer


async def welcome(service: Service, url: str) -> None:
    """Print the address and a token."""
    try:
        _, token = await service.devices.pair("phone")
    except DeviceError:
        token = "hb_known-already"
    print(url, token, flush=True)


def main(store_url: str, calls: str, seconds: str) -> None:
    """Serve until the end."""
    settings = Settings(
        store=StoreSettings(url=store_url), server=ServerSettings(port=0), log=LogSettings(level="info")
    )
    serving._run(settings, LateHome(Path(calls), float(seconds)), welcome)


if __name__ == "__main__":
    main(*sys.argv[1:])
