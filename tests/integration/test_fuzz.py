"""The HTTP surface against its own OpenAPI document: whatever comes in, no answer is a fault of ours."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bridge.api import create_app
from bridge.service import Service
from tests.integration.conftest import settings_for
from tests.quick import QuickHome

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@dataclass(frozen=True)
class Served:
    """Where it listens, and how to get in."""

    url: str
    client: httpx.Client
    seen: Counter[int] = field(default_factory=Counter)
    """How often each status was answered."""

    def send(self, case: Case[Any]) -> httpx.Response:
        """Send a case by httpx: schemathesis' own way breaks on urllib3-future, which niquests brings along."""
        parts = case.as_transport_kwargs(base_url=self.url)
        parts["headers"]["Authorization"] = self.client.headers["Authorization"]  # it makes up its own
        parts["params"] = {key: value for key, value in (parts["params"] or {}).items() if not _waits(key, value)}
        body = json.dumps(parts.pop("json")).encode() if "json" in parts else parts.pop("data", None)
        parts.pop("cookies", None)
        try:
            response = self._request(content=body, **parts)
        except (httpx.InvalidURL, httpx.LocalProtocolError, UnicodeEncodeError):
            reject()  # cannot be written as HTTP
        self.seen[response.status_code] += 1
        return response

    def _request(self, **parts: Any) -> httpx.Response:
        try:
            return self.client.request(**parts)
        except httpx.ReadError:
            # What cannot be read as HTTP is answered before its body is there; the body that comes then makes the
            # kernel drop the answer. A server that is broken drops it again.
            return self.client.request(**parts)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The app on a real server, in a thread: what is fuzzed is HTTP, not calls into the app."""
    url = f"sqlite:///{tmp_path_factory.mktemp('fuzz') / 'fuzz.db'}"
    service = Service(settings_for(url), QuickHome())
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(service), log_config=None, access_log=False))
    ready = threading.Event()
    tokens: list[str] = []

    async def serve() -> None:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        tokens.append((await service.devices.pair("fuzz", ["ask", "act", "admin"]))[1])
        ready.set()
        await serving

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(30)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with httpx.Client(headers={"Authorization": f"Bearer {tokens[0]}"}, timeout=30) as client:
            yield Served(address, client)
    finally:
        server.should_exit = True
        thread.join(30)


@pytest.fixture(scope="module")
def document(served: Served) -> BaseSchema:
    """The document, as it is served."""
    return schemathesis.openapi.from_dict(served.client.get(f"{served.url}/openapi.json").json())


def _waits(key: str, value: Any) -> bool:
    """Whether a parameter lets the server take its time."""
    try:
        return key == "wait" and 1 < float(value) <= 55
    except (TypeError, ValueError):
        return False


OPERATIONS = {
    "POST /v1/ask": 120,
    "POST /v1/tool-calls": 120,
    "POST /v1/results": 40,
    "GET /v1/turns/{turn_id}": 40,
    "POST /v1/chat/completions": 120,
    "GET /v1/models": 10,
    "GET /v1/tools": 20,
    "GET /v1/model": 20,
    "GET /v1/model/archive": 20,
    "GET /v1/model/registry-pack": 20,
    "GET /v1/device/next": 10,
    "POST /v1/pair": 20,
    "POST /v1/pair/codes": 20,
    "GET /v1/status": 5,  # these three are refused: the token may not oversee, and the mode must not change
    "GET /v1/events": 5,
    "POST /v1/mode": 20,
    "GET /healthz": 5,
    "GET /readyz": 5,
}
"""Each operation, and how many requests of each kind it gets."""


def test_no_operation_is_left_out(document: BaseSchema) -> None:
    assert {found.ok().label for found in document.get_all_operations() if isinstance(found, Ok)} == set(OPERATIONS)


@pytest.mark.timeout(90)
@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_is_as_documented(
    document: BaseSchema, served: Served, label: str, mode: GenerationMode
) -> None:
    method, path = label.split()

    @settings(
        max_examples=OPERATIONS[label],
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=document[path][method].as_strategy(generation_mode=mode))
    def run(case: Case[Any]) -> None:
        case.validate_response(served.send(case), checks=CHECKS)

    with contextlib.suppress(Unsatisfiable):  # there is nothing to get wrong
        run()


def test_it_still_works_after_all_that(served: Served) -> None:
    assert served.seen[200] > 50, served.seen
    assert served.seen[422] > 50, served.seen
    reply = served.client.post(f"{served.url}/v1/ask", json={"text": "turn on the bathroom light"}).json()
    assert [receipt["status"] for receipt in reply["receipts"]] == ["done"]
