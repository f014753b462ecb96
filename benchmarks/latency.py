"""From HTTP request to verified receipt on a real Home Assistant, against its own agent for the same sentence."""

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from actions.hass import HomeAssistantLink
from actions.home import State
from actions.link import ServiceCall
from benchmarks.table import Table
from tests.ha import HomeAssistantProcess, installed_versions
from tests.server import BridgeProcess

ROUNDS = 300
SENTENCE = "turn on the kitchen lights"
LIGHTS = ("light.kitchen_ceiling", "light.kitchen_counter")


def measure(rounds: int = ROUNDS) -> Table:
    """Latency on the newest Home Assistant that is installed."""
    with tempfile.TemporaryDirectory() as folder:
        home = HomeAssistantProcess(installed_versions()[-1], Path(folder) / "ha")
        with home, BridgeProcess(Path(folder), home.url, home.token) as bridge:
            return _measure(home, bridge, rounds)


def _measure(home: HomeAssistantProcess, bridge: BridgeProcess, rounds: int) -> Table:
    ours: list[float] = []
    timings: dict[str, list[float]] = {"understand": [], "perform": [], "store": [], "plan": []}
    theirs: list[float] = []
    asked, processed = _Poster(bridge.url, bridge.token), _Poster(home.url, home.token)
    for number in range(rounds + 20):
        _off(home)
        reply, spent = asked.post("/v1/ask", {"text": SENTENCE})
        assert [r["status"] for r in reply["receipts"]] == ["done", "done"], reply
        _off(home)
        _, agent = processed.post("/api/conversation/process", {"text": SENTENCE, "language": "en"})
        if number >= 20:
            ours.append(spent)
            theirs.append(agent)
            spans = reply["timings_ms"]
            spans["understand"] = sum(spans.get(tier, 0) for tier in ("small", "grammar"))
            for part, values in timings.items():
                values.append(spans[part])
    link = asyncio.run(_link(home, rounds))
    table = Table(f'"{SENTENCE}" on Home Assistant {home.version}, {rounds} times in turn', "", "p50 ms", "p95 ms")
    table.row("POST /v1/ask, until the receipts are verified", *_two(ours))
    table.row("Home Assistant's own POST /api/conversation/process", *_two(theirs))
    for part, values in timings.items():
        table.row(f"of /v1/ask: {part}", *_two(values))
    table.row("the bare link: call, and wait for both lights", *_two(link))
    own = [total - g - p for total, g, p in zip(ours, timings["understand"], timings["perform"], strict=True)]
    table.row("the bridge's own share: total less understanding, call and read-back", *_two(own))
    table.note(f"ratio to Home Assistant's agent at p50: {_p(ours, 50) / _p(theirs, 50):.2f}")
    table.note("it is understood from the cache after the first time, as Home Assistant's agent does")
    return table


def _off(home: HomeAssistantProcess) -> None:
    home.call("light", "turn_off", {"entity_id": list(LIGHTS)})
    for light in LIGHTS:
        home.wait_for(light, lambda state: state["state"] == "off", 5)


class _Poster:
    """Posts on one connection with the standard library, which adds little of its own."""

    def __init__(self, url: str, token: str) -> None:
        self._connection = HTTPConnection(url.removeprefix("http://"))
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def post(self, path: str, body: object) -> tuple[dict[str, Any], float]:
        """The answer, and the milliseconds that it took."""
        content = json.dumps(body)
        started = time.perf_counter()
        self._connection.request("POST", path, content, self._headers)
        response = self._connection.getresponse()
        answer = response.read()
        spent = (time.perf_counter() - started) * 1000
        assert response.status == 200, answer
        return json.loads(answer), spent


async def _link(home: HomeAssistantProcess, rounds: int) -> list[float]:
    link = HomeAssistantLink(home.url, home.token)
    await link.start()
    assert await link.ready(30)
    spent = []
    try:
        for _ in range(rounds):
            for service, state in (("turn_off", "off"), ("turn_on", "on")):
                started = time.perf_counter()
                await link.call(ServiceCall("light", service, LIGHTS))
                waits = (link.wait_for(light, _shows(state), 5) for light in LIGHTS)
                assert all(await asyncio.gather(*waits))
                if service == "turn_on":
                    spent.append((time.perf_counter() - started) * 1000)
    finally:
        await link.stop()
    return spent


def _shows(wanted: str) -> Callable[[State], bool]:
    return lambda now: now.state == wanted


def _p(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


def _two(values: list[float]) -> tuple[str, str]:
    return f"{_p(values, 50):.2f}", f"{_p(values, 95):.2f}"


if __name__ == "__main__":
    print(measure())
