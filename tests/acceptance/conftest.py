from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ha import HomeAssistantProcess, installed_versions, numbers
from tests.ha_bridge import ACTIONS, COMPONENT, MORE, OLDEST, Integrated, free_port
from tests.server import BridgeProcess

NONE = "none-installed"
VERSIONS = installed_versions()


@pytest.fixture(scope="package", params=[*VERSIONS[:1], *VERSIONS[1:][-1:]] or [NONE])
def home_assistant(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[HomeAssistantProcess]:
    """A running Home Assistant with the test home, of the oldest and the newest installed version in turn."""
    if request.param == NONE:
        pytest.fail("no Home Assistant is installed for the tests; run: python scripts/ha_env.py install")
    with HomeAssistantProcess(request.param, tmp_path_factory.mktemp("home_assistant")) as home_assistant:
        yield home_assistant


@pytest.fixture(scope="package", params=[one for one in VERSIONS if numbers(one) >= OLDEST] or [NONE])
def integrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Integrated]:
    """A running Home Assistant with our integration, paired with a real bridge, of each version it supports."""
    if request.param == NONE:
        pytest.fail("no Home Assistant that the integration supports is installed")
    folder = tmp_path_factory.mktemp("integrated")
    own = folder / "actions.yaml"
    own.write_text(ACTIONS)
    with HomeAssistantProcess(request.param, folder / "ha", component=COMPONENT, more=MORE) as home:
        settings = {"SERVER__PORT": str(free_port()), "ACTIONS_FILE": str(own), "POLICY__CONFIRM_SECONDS": "20"}
        with BridgeProcess(folder, home.url, home.token, **settings) as bridge:
            integrated = Integrated(home, bridge)
            integrated.set_up()
            yield integrated
