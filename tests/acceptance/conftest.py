from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ha import HomeAssistantProcess, installed_versions

NONE = "none-installed"


@pytest.fixture(scope="session", params=installed_versions() or [NONE])
def home_assistant(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[HomeAssistantProcess]:
    """A running Home Assistant with the test home, of each installed version in turn."""
    if request.param == NONE:
        pytest.fail("no Home Assistant is installed for the tests; run: python scripts/ha_env.py install")
    with HomeAssistantProcess(request.param, tmp_path_factory.mktemp("home_assistant")) as home_assistant:
        yield home_assistant
