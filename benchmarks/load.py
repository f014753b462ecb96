"""A small load generator: keep-alive connections and prepared requests, so that the server is what is measured."""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Result:
    """What a run of requests came to."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    """Seconds, one for each request."""
    failures: int = 0

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


def request(method: str, path: str, token: str, body: object | None = None) -> bytes:
    """One HTTP/1.1 request as bytes."""
    content = b"" if body is None else json.dumps(body).encode()
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


async def _client(port: int, requests: Sequence[bytes], result: Result, share: int, offset: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for index in range(share):
            started = time.perf_counter()
            writer.write(requests[(index + offset) % len(requests)])
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
            body = await reader.readexactly(length)
            result.latencies.append(time.perf_counter() - started)
            result.failures += not head.startswith(b"HTTP/1.1 200") or b'"ok":false' in body
    finally:
        writer.close()


async def _run(port: int, requests: Sequence[bytes], clients: int, total: int) -> Result:
    result = Result()
    started = time.perf_counter()
    await asyncio.gather(
        *(_client(port, requests, result, total // clients, offset=number) for number in range(clients))
    )
    result.seconds = time.perf_counter() - started
    return result


def run(port: int, requests: Sequence[bytes], *, clients: int, total: int) -> Result:
    """Send `total` requests over `clients` connections, in turn."""
    if sys.platform == "win32":
        return asyncio.run(_run(port, requests, clients, total))
    import uvloop

    return uvloop.run(_run(port, requests, clients, total))
