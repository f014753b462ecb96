"""GET /v1/model: what an app is told, how it downloads and resumes, and how it goes back to an older version."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from actions.demo import DemoHome
from bridge.api import create_app
from bridge.models import Models, NoModel
from bridge.service import Service
from bridge.settings import SmallSettings
from bridge.tiers.small.memory import Memory
from bridge.tiers.small.model import shipped_folder
from bridge.tiers.small.tokenizer import Tokenizer
from tests.integration.conftest import settings_for
from tests.integration.test_http import error_of
from tests.quick import QuickHome

Client = httpx.AsyncClient
CONTENT = bytes(range(256)) * 40


def publish(folder: Path, version: str, content: bytes = CONTENT) -> None:
    """As `coreml-export report --publish` does."""
    place = folder / version
    place.mkdir(parents=True)
    (place / "archive.zip").write_bytes(content)
    (place / "card.md").write_text("# Card\n")
    shutil.copyfile(shipped_folder() / "tokenizer.json", place / "tokenizer.json")
    info = {
        "version": version, "model": "1", "precision": "int8", "target": "iOS18", "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(), "thresholds_kept": True,
    }  # fmt: skip
    (place / "info.json").write_text(json.dumps(info))
    (folder / "current.json").write_text(json.dumps({"version": version}))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
async def app(home: QuickHome, tmp_path: Path, folder: Path) -> AsyncIterator[Client]:
    url = f"sqlite:///{tmp_path / 'bridge.db'}"
    service = Service(settings_for(url, small=SmallSettings(enabled=False, published=folder)), home)
    await service.start()
    _, token = await service.devices.pair("phone")
    transport = httpx.ASGITransport(create_app(service))
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://bridge", headers=headers) as client:
        yield client
    await service.stop()


async def test_without_a_model(app: Client) -> None:
    for path in ("", "/archive", "/registry-pack"):
        error = error_of(await app.get(f"/v1/model{path}"), 404, "no_model")
        assert "publish" in error["hint"].lower()


async def test_without_a_token(app: Client, folder: Path) -> None:
    publish(folder, "a-1")
    del app.headers["authorization"]
    for path in ("", "/archive", "/registry-pack"):
        error_of(await app.get(f"/v1/model{path}"), 401, "missing_token")


async def test_what_an_app_is_told(app: Client, folder: Path) -> None:
    publish(folder, "a-1")
    response = await app.get("/v1/model")
    told = response.json()
    assert (told["ok"], told["version"], told["bytes"], told["card"]) == (True, "a-1", len(CONTENT), "# Card\n")
    assert told["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert (await app.get(told["archive"])).content == CONTENT
    same = await app.get("/v1/model", headers={"If-None-Match": response.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")


async def test_a_download_is_resumed(app: Client, folder: Path) -> None:
    publish(folder, "a-1")
    whole = await app.get("/v1/model/archive")
    assert whole.headers["accept-ranges"] == "bytes"
    tag = whole.headers["etag"]
    rest = await app.get("/v1/model/archive", headers={"Range": "bytes=1000-", "If-Range": tag})
    assert (rest.status_code, rest.content) == (206, CONTENT[1000:])
    assert rest.headers["content-range"] == f"bytes 1000-{len(CONTENT) - 1}/{len(CONTENT)}"
    other = await app.get("/v1/model/archive", headers={"Range": "bytes=1000-", "If-Range": '"another"'})
    assert (other.status_code, other.content) == (200, CONTENT)
    ending = await app.get("/v1/model/archive", headers={"Range": "bytes=-10"})
    assert (ending.status_code, ending.content) == (206, CONTENT[-10:])
    assert (await app.get("/v1/model/archive", headers={"If-None-Match": tag})).status_code == 304


@pytest.mark.parametrize(
    "asked", ["bytes=99999999-", "bytes=5-2", "bytes=-0", "lines=1-2", "bytes=", "bytes=1-2,4-5"]
)
async def test_a_range_that_is_not_there(app: Client, folder: Path, asked: str) -> None:
    publish(folder, "a-1")
    error_of(await app.get("/v1/model/archive", headers={"Range": asked}), 416, "invalid_range")


async def test_older_versions_stay(app: Client, folder: Path) -> None:
    publish(folder, "a-1", b"old")
    publish(folder, "b-2", b"new")
    told = (await app.get("/v1/model")).json()
    assert (told["version"], told["versions"]) == ("b-2", ["a-1", "b-2"])
    assert (await app.get("/v1/model/archive?version=a-1")).content == b"old"
    assert (await app.get("/v1/model?version=a-1")).json()["version"] == "a-1"


@pytest.mark.parametrize("version", ["c-3", "../models/a-1", "a-1/../a-1", "", "/etc", ".."])
async def test_only_versions_that_are_listed_are_opened(app: Client, folder: Path, version: str) -> None:
    publish(folder, "a-1")
    error_of(await app.get("/v1/model/archive", params={"version": version}), 404, "no_model")


async def test_a_folder_that_is_damaged(app: Client, folder: Path) -> None:
    publish(folder, "a-1")
    (folder / "a-1" / "archive.zip").unlink()
    error_of(await app.get("/v1/model/archive"), 404, "no_model")
    (folder / "a-1" / "info.json").write_text("{")
    error_of(await app.get("/v1/model"), 404, "no_model")
    (folder / "current.json").write_text("[]")
    error_of(await app.get("/v1/model"), 404, "no_model")


async def test_the_registry_pack_is_the_home_as_assistants_may_see_it(
    app: Client, folder: Path, home: QuickHome
) -> None:
    publish(folder, "a-1")
    response = await app.get("/v1/model/registry-pack")
    pack = response.json()
    assert (pack["ok"], pack["model"]) == (True, "a-1")
    things = {entity["id"] for row in pack["rows"] for entity in row.get("entities", ())}
    assert things
    seen = {entity.id for entity in home.home.exposed}
    assert things <= seen
    assert len(seen) < len(home.home.entities)
    tokenizer = Tokenizer.load(shipped_folder() / "tokenizer.json")
    kitchen = next(row for row in pack["rows"] if row["kind"] == "area" and row["key"] == "kitchen")
    assert kitchen["ids"][0] == tokenizer.ids("kitchen").tolist()
    same = await app.get("/v1/model/registry-pack", headers={"If-None-Match": response.headers["etag"]})
    assert same.status_code == 304


def test_a_pack_holds_the_memory(folder: Path) -> None:
    publish(folder, "a-1")
    models, demo = Models(folder), DemoHome()
    from actions.catalog import build_registry

    registry = build_registry(demo.home)
    pack = models.pack(models.find(), demo.home, registry)
    memory = Memory.of(demo.home, registry)
    assert len(pack["rows"]) == len(memory.rows)
    for packed, row, features in zip(pack["rows"], memory.rows, memory.features, strict=True):
        assert packed["names"] == list(row.names)
        assert packed["features"] == [index for index, value in enumerate(features) if value]
    assert models.pack(models.find(), demo.home, registry) is pack


def test_a_bridge_without_a_folder() -> None:
    with pytest.raises(NoModel):
        Models(None).find()
