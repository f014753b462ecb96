"""How many requests a second the demo home takes, against a bare FastAPI route on the same server."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

from benchmarks.load import Result, request, run
from benchmarks.table import Table

CLIENTS = 32
SENTENCES = (
    "turn on the kitchen lights",
    "turn off the kitchen lights",
    "is the front door locked",
    "set the bedroom ceiling to 40 percent brightness",
    "lock the back door",
    "what is the temperature in the living room",
    "turn on the coffee maker and turn off the printer",
    "turn off the television",
)
HELLO = """
import sys
import uvicorn
from fastapi import FastAPI
app = FastAPI()

@app.post("/v1/ask")
async def hello():
    return {"ok": True}

uvicorn.run(app, port=int(sys.argv[1]), access_log=False, log_level="error")
"""


@contextmanager
def demo_server(python: str = sys.executable) -> Iterator[tuple[int, str, psutil.Process]]:
    """A demo process: its port, token and process."""
    command = [python, "-c", "from bridge.cli import main; main()", "demo", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        text = ""
        while "Ctrl-C" not in text:
            text += process.stdout.readline()
        port = int(re.findall(r"127\.0\.0\.1:(\d+)", text)[0])
        token = re.findall(r"hb_[\w-]+", text)[0]
        try:
            yield port, token, psutil.Process(process.pid)
        finally:
            process.terminate()


@contextmanager
def hello_server() -> Iterator[tuple[int, psutil.Process]]:
    """A process with one bare route."""
    with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
        file.write(HELLO)
        file.flush()
        port = 8971
        with subprocess.Popen([sys.executable, file.name, str(port)]) as process:
            try:
                _wait(port)
                yield port, psutil.Process(process.pid)
            finally:
                process.terminate()


def _wait(port: int) -> None:
    for _ in range(100):
        try:
            run(port, [request("POST", "/v1/ask", "x", {})], clients=1, total=1)
        except OSError:
            subprocess.run(["sleep", "0.1"], check=True)
        else:
            return
    raise RuntimeError("the bare server did not start")


def measure(requests: int = 50_000) -> Table:
    """Throughput and memory."""
    table = Table(
        "POST /v1/ask on the demo home, 32 clients",
        *("", "requests/s", "p50 ms", "p95 ms", "server CPU ms", "failed"),
    )
    bodies = [{"text": sentence} for sentence in SENTENCES]
    with hello_server() as (port, process):
        hello = _run(port, process, [request("POST", "/v1/ask", "x", body) for body in bodies], 20_000)
    table.row("bare FastAPI route", *hello.cells())
    with demo_server() as (port, token, process):
        prepared = [request("POST", "/v1/ask", token, body) for body in bodies]
        run(port, prepared, clients=CLIENTS, total=2_000)
        memory = [process.memory_info().rss]
        runs = []
        for _ in range(5):
            runs.append(_run(port, process, prepared, requests // 5))
            memory.append(process.memory_info().rss)
    asked = _Run(
        Result(
            sum(part.result.seconds for part in runs),
            [latency for part in runs for latency in part.result.latencies],
            sum(part.result.failures for part in runs),
        ),
        sum(part.cpu for part in runs),
    )
    table.row("/v1/ask", *asked.cells())
    table.note(f"share of the bare route, by rate: {asked.result.rate / hello.result.rate:.0%}")
    table.note(f"share of the bare route, by the server's own CPU time: {hello.each / asked.each:.0%}")
    megabytes = ", ".join(f"{rss / 2**20:.0f}" for rss in memory)
    table.note(f"resident memory over {requests:,} requests, MiB: {megabytes}")
    return table


@dataclass(frozen=True)
class _Run:
    result: Result
    cpu: float
    """Seconds of the server process."""

    @property
    def each(self) -> float:
        """Milliseconds of CPU for one request."""
        return self.cpu / len(self.result.latencies) * 1000

    def cells(self) -> tuple[str, ...]:
        return (
            f"{self.result.rate:,.0f}",
            f"{self.result.percentile(0.5):.1f}",
            f"{self.result.percentile(0.95):.1f}",
            f"{self.each:.2f}",
            str(self.result.failures),
        )


def _run(port: int, process: psutil.Process, requests: Sequence[bytes], total: int) -> _Run:
    before = process.cpu_times()
    result = run(port, requests, clients=CLIENTS, total=total)
    after = process.cpu_times()
    return _Run(result, after.user + after.system - before.user - before.system)


if __name__ == "__main__":
    print(measure())
