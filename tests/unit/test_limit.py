"""The limit on bodies, however they arrive."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel

from bridge.api.errors import install
from bridge.api.limit import BodyLimit

MOST = 1000


class Body(BaseModel):
    text: str


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()

    @app.post("/")
    async def post(body: Body) -> dict[str, int]:
        return {"characters": len(body.text)}

    @app.get("/")
    async def get() -> dict[str, bool]:
        return {"ok": True}

    install(app)
    app.add_middleware(BodyLimit, most=MOST)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        yield client


async def chunks(size: int) -> AsyncIterator[bytes]:
    body = json.dumps({"text": "x" * size}).encode()
    for start in range(0, len(body), 100):
        yield body[start : start + 100]


HEADERS = {"Content-Type": "application/json"}


def refused(response: httpx.Response) -> bool:
    error = response.json()["error"]
    assert str(MOST) in error["hint"]
    return response.status_code == 413 and error["code"] == "too_large" and response.json()["ok"] is False


async def test_a_small_body_passes(client: httpx.AsyncClient) -> None:
    assert (await client.post("/", json={"text": "x" * 900})).json() == {"characters": 900}


async def test_a_large_body_is_refused_by_its_header(client: httpx.AsyncClient) -> None:
    assert refused(await client.post("/", json={"text": "x" * 1000}))


async def test_chunks_without_a_length(client: httpx.AsyncClient) -> None:
    assert (await client.post("/", content=chunks(900), headers=HEADERS)).json() == {"characters": 900}
    assert refused(await client.post("/", content=chunks(5000), headers=HEADERS))


async def test_a_length_that_is_a_lie(client: httpx.AsyncClient) -> None:
    for lie in ("10", "-5", "many"):
        headers = {**HEADERS, "Content-Length": lie}
        assert refused(await client.post("/", content=chunks(5000), headers=headers))


async def test_exactly_the_limit(client: httpx.AsyncClient) -> None:
    body = json.dumps({"text": ""}).encode()
    body = body.replace(b'""', b'"' + b"x" * (MOST - len(body)) + b'"')
    assert len(body) == MOST
    assert (await client.post("/", content=body, headers=HEADERS)).status_code == 200


async def test_get_is_not_limited(client: httpx.AsyncClient) -> None:
    assert (await client.get("/")).json() == {"ok": True}
