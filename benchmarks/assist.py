"""From Home Assistant to the bridge and back, against Home Assistant's own agent in the same run."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.sentences import SENTENCES, Sentence
from benchmarks.table import Table
from tests.ha import HomeAssistantProcess, installed_versions
from tests.ha_bridge import ACTIONS, AGENT, COMPONENT, MORE, Integrated, free_port, wait_until
from tests.server import BridgeProcess

ROUNDS = 200
OWN = "conversation.home_assistant"
COMMAND = "turn on the kitchen lights"
LIGHTS = ["light.kitchen_ceiling", "light.kitchen_counter"]
_RESTARTS = 5
_ANSWERS = 20


def measure(rounds: int = ROUNDS) -> str:
    """Latency, success, first words and recovery on the newest Home Assistant that is installed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "actions.yaml").write_text(ACTIONS)
        home = HomeAssistantProcess(installed_versions()[-1], path / "ha", component=COMPONENT, more=MORE)
        settings = {"SERVER__PORT": str(free_port())}
        with home, BridgeProcess(path, home.url, home.token, **settings) as bridge:
            integrated = Integrated(home, bridge)
            integrated.set_up()
            tables = [
                _command(integrated, rounds),
                _sentences(integrated),
                _recovery(integrated),
                _first(integrated),
            ]
    return "\n".join(map(str, tables))


def _process(home: HomeAssistantProcess, text: str, agent: str) -> tuple[dict[str, Any], float]:
    started = time.perf_counter()
    answer = home.ws("conversation/process", text=text, language="en", agent_id=agent)
    return answer["response"], (time.perf_counter() - started) * 1000


def _command(integrated: Integrated, rounds: int) -> Table:
    home = integrated.home
    spent: dict[str, list[float]] = {AGENT: [], OWN: []}
    for number in range(rounds + 20):
        for agent, times in spent.items():
            home.call("light", "turn_off", {"entity_id": LIGHTS})
            for light in LIGHTS:
                home.wait_for(light, lambda state: state["state"] == "off")
            response, milliseconds = _process(home, COMMAND, agent)
            assert response["response_type"] == "action_done", response
            if number >= 20:
                times.append(milliseconds)
    title = f'"{COMMAND}" in Assist on Home Assistant {home.version}, {rounds} times in turn'
    table = Table(title, "", "p50 ms", "p95 ms")
    table.row("Hearthbridge, until the receipts are verified", *_two(spent[AGENT]))
    table.row("Home Assistant's own agent", *_two(spent[OWN]))
    table.note(f"ratio at p50: {statistics.median(spent[AGENT]) / statistics.median(spent[OWN]):.2f}")
    return table


def _sentences(integrated: Integrated) -> Table:
    home = integrated.home
    table = Table(f"{len(SENTENCES)} varied sentences, each said anew", "", "done", "p50 ms", "p95 ms")
    for name, agent in (("Hearthbridge", AGENT), ("Home Assistant's own agent", OWN)):
        results = [_one(home, sentence, agent) for sentence in SENTENCES]
        done = sum(holds for holds, _ in results)
        table.row(name, f"{done} of {len(SENTENCES)}", *_two([spent for _, spent in results]))
        missed = [sentence.text for sentence, (holds, _) in zip(SENTENCES, results, strict=True) if not holds]
        table.note(f"{name} did not do: {'; '.join(missed) or 'none'}")
    return table


def _one(home: HomeAssistantProcess, sentence: Sentence, agent: str) -> tuple[bool, float]:
    for domain, service, data in sentence.before:
        home.call(domain, service, data)
    time.sleep(0.2)
    response, spent = _process(home, sentence.text, agent)
    said = str(response["speech"].get("plain", {}).get("speech", ""))
    # A device may need a moment; what is not done then was not done.
    deadline = time.monotonic() + 1
    while not (holds := sentence.done(home.states(), said)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds, spent


def _recovery(integrated: Integrated) -> Table:
    switch = "switch.hearthbridge_read_only_mode"
    seconds = []
    for _ in range(_RESTARTS):
        integrated.bridge.stop()
        wait_until(lambda: integrated.state(switch)["state"] == "unavailable")
        integrated.bridge.start()
        started = time.monotonic()
        wait_until(lambda: integrated.state(switch)["state"] == "off", 30)
        seconds.append(time.monotonic() - started)
    table = Table(f"The bridge restarts, {_RESTARTS} times", "", "median s", "most s")
    row = f"{statistics.median(seconds):.2f}", f"{max(seconds):.2f}"
    table.row("from its first answer until Home Assistant has it back", *row)
    return table


def _first(integrated: Integrated) -> Table:
    """The way of a word from the tier to who listens to the pipeline; both clocks are this machine's."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.speaking", str(port)]
    late: list[float] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            code = process.stdout.readline().strip()
            done = integrated.go_on(integrated.begin_flow(), url=f"http://127.0.0.1:{port}", code=code)
            assert done["type"] == "create_entry", done
            wait_until(lambda: f"{AGENT}_2" in integrated.home.states())
            for _ in range(_ANSWERS):
                late += _lateness(integrated, f"{AGENT}_2")
        finally:
            process.terminate()
    table = Table(f"A word of a streamed answer, {len(late)} words", "", "p50 ms", "p95 ms")
    table.row("from the tier to the client of the pipeline", *_two(late))
    return table


def _lateness(integrated: Integrated, agent: str) -> list[float]:
    events = integrated.pipeline("say something", agent=agent)
    deltas = [event for event in events if event["type"] == "intent-progress"]
    words = [(event["data"].get("chat_log_delta", {}).get("content"), event["received"]) for event in deltas]
    return [(received - float(word)) * 1000 for word, received in words if word]


def _two(values: list[float]) -> tuple[str, str]:
    ordered = statistics.quantiles(values, n=100, method="inclusive")
    return f"{ordered[49]:.2f}", f"{ordered[94]:.2f}"


if __name__ == "__main__":
    print(measure())
