"""Devices and tokens."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import bridge.devices as module
from bridge.devices import AuthError, DeviceError, Devices, hash_token
from bridge.store import Store, migrate
from bridge.store.tables import now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'devices.db'}")
    migrate(store.engine)
    yield store
    store.close()


@pytest.fixture
def devices(store: Store) -> Devices:
    return Devices(store)


async def test_a_token_is_its_devices(devices: Devices) -> None:
    device, token = await devices.pair("  Anna’s iPhone 📱 ")
    assert device.name == "Anna’s iPhone 📱"
    assert token.startswith("hb_")
    assert len(token) > 40
    assert await devices.authenticate(token) == device
    assert device.scopes == {"ask", "act"}


async def test_a_token_is_kept_as_a_hash_only(devices: Devices, tmp_path: Path) -> None:
    _, token = await devices.pair("phone")
    [row] = await devices.all()
    assert row.token_hash == hash_token(token)
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())  # noqa: ASYNC240
    assert token.encode() not in kept
    assert row.token_hash.encode() in kept


@pytest.mark.parametrize("token", ["", "hb_wrong", "Ünïcödé", "x" * 100_000, "' OR 1=1 --", "\x00"])
async def test_an_unknown_token(devices: Devices, token: str) -> None:
    with pytest.raises(AuthError) as caught:
        await devices.authenticate(token)
    assert caught.value.code == "invalid_token"
    assert not token or token not in caught.value.message


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
async def test_a_name_is_needed(devices: Devices, name: str) -> None:
    with pytest.raises(DeviceError, match="1 to 100"):
        await devices.pair(name)


async def test_a_name_is_taken_until_its_device_is_revoked(devices: Devices) -> None:
    await devices.pair("phone")
    with pytest.raises(DeviceError, match="There is a device"):
        await devices.pair("phone")
    await devices.revoke("phone")
    await devices.pair("phone")
    assert [row.revoked is None for row in await devices.all()] == [False, True]


async def test_revoking_ends_access_at_once(devices: Devices) -> None:
    _, token = await devices.pair("phone")
    await devices.authenticate(token)
    await devices.revoke("phone")
    with pytest.raises(AuthError) as caught:
        await devices.authenticate(token)
    assert caught.value.code == "revoked_token"


async def test_revoking_from_another_process_works_within_a_second(
    store: Store, devices: Devices, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, token = await devices.pair("phone")
    await devices.authenticate(token)
    await Devices(store).revoke("phone")
    assert await devices.authenticate(token)  # believed for a moment
    later = time.monotonic() + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    with pytest.raises(AuthError):
        await devices.authenticate(token)


async def test_revoking_what_is_not_there(devices: Devices) -> None:
    with pytest.raises(DeviceError, match="no device named") as caught:
        await devices.revoke("watch")
    assert "--list" in caught.value.hint


async def test_when_a_device_was_seen(devices: Devices, monkeypatch: pytest.MonkeyPatch) -> None:
    _, token = await devices.pair("phone")
    assert (await devices.all())[0].seen is None
    await devices.authenticate(token)
    await devices.pair("another")  # the writer keeps the order
    seen = (await devices.all())[0].seen
    assert seen is not None
    later = now() + timedelta(minutes=2)
    monkeypatch.setattr(module, "now", lambda: later)
    monkeypatch.setattr(module, "_TRUST_S", 0)
    await devices.authenticate(token)
    await devices.pair("a third")
    assert (await devices.all())[0].seen == later


async def test_memory_is_bounded(devices: Devices) -> None:
    _, token = await devices.pair("phone")
    device = await devices.authenticate(token)
    for number in range(1500):
        devices._trusted[str(number)] = (0.0, device)
    devices._trusted.pop(hash_token(token))
    await devices.authenticate(token)
    assert len(devices._trusted) == 1000
