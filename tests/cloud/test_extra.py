"""Without the extra everything else works, and a provider in the settings is a clear error."""

import sys
from pathlib import Path

import pytest

from bridge.service import Service
from bridge.settings import CloudSettings, ProviderSettings, Settings, SettingsError, StoreSettings
from tests.integration.conftest import Phone
from tests.quick import QuickHome


@pytest.fixture(autouse=True)
def _not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("bridge.tiers.cloud", "pydantic_ai", "mcp", "PIL", "httpx2"):
        monkeypatch.setitem(sys.modules, name, None)


def settings(tmp_path: Path, *providers: ProviderSettings) -> Settings:
    store = StoreSettings(url=f"sqlite:///{tmp_path / 'bare.db'}")
    return Settings(store=store, cloud=CloudSettings(providers=list(providers)))


async def test_everything_else_works(tmp_path: Path) -> None:
    service = Service(settings(tmp_path), QuickHome())
    await service.start()
    phone = await Phone.pair(service)
    assert (await phone.say("turn on the hall light")).decision == "performed"
    assert (await phone.say("hm and what now")).decision == "not_understood"
    await service.stop()


def test_a_provider_needs_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        Service(settings(tmp_path, ProviderSettings(kind="openai", model="m")), QuickHome())
    assert raised.value.code == "extra_missing"
    assert "hearthbridge[cloud]" in raised.value.hint
