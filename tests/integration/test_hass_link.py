"""The Home Assistant link against real Home Assistants, of each version that is installed."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from actions.errors import HomeAuthFailed, HomeRefused, HomeUnreachable
from actions.hass import HomeAssistantLink
from actions.home import State
from actions.link import ServiceCall
from tests.ha import HomeAssistantProcess, installed_versions
from tests.ha_home import AREAS, ENTITIES, FLOORS

ASSISTANT = {"assistants": ["conversation"]}


@pytest.fixture(scope="module", params=installed_versions() or ["none"])
def ha(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HomeAssistantProcess]:
    if request.param == "none":
        pytest.fail("no Home Assistant is installed for the tests; run: python scripts/ha_env.py install")
    with HomeAssistantProcess(request.param, tmp_path_factory.mktemp("hass_link")) as process:
        yield process


@pytest.fixture
async def link(ha: HomeAssistantProcess) -> AsyncIterator[HomeAssistantLink]:
    link = HomeAssistantLink(ha.url, ha.token, recheck=0.5)
    await link.start()
    assert await link.ready(30)
    yield link
    await link.stop()


async def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - a new home is told to nobody
            await asyncio.sleep(0.01)


def becomes(state: str) -> Callable[[State], bool]:
    return lambda now: now.state == state


async def test_areas_and_floors_are_those_of_the_home(ha: HomeAssistantProcess, link: HomeAssistantLink) -> None:
    home = link.home
    assert {area.name: list(area.aliases) for area in home.areas.values()} == {
        name: aliases for name, (_, aliases) in AREAS.items()
    }
    if ha.version.startswith("2024.3."):  # it has no floors that an area could stand on
        assert not home.floors
        return
    assert {floor.name: list(floor.aliases) for floor in home.floors.values()} == FLOORS
    floors = {area.name: home.floors[area.floor or ""].name for area in home.areas.values()}
    assert floors == {name: floor for name, (floor, _) in AREAS.items()}


@pytest.mark.parametrize("wanted", ENTITIES, ids=lambda entity: entity.id)
async def test_each_entity_is_as_it_was_set_up(link: HomeAssistantLink, wanted: Any) -> None:
    entity = link.home.entities[wanted.id]
    area = link.home.area_of(entity)
    assert (entity.name, entity.aliases) == (wanted.name, wanted.aliases)
    assert (area.name if area else "") == wanted.area
    assert entity.exposed is wanted.exposed


async def test_nothing_else_is_exposed(link: HomeAssistantLink) -> None:
    assert {entity.id for entity in link.home.exposed} == {entity.id for entity in ENTITIES if entity.exposed}
    assert len(link.home.entities) > 2 * len(ENTITIES)  # the demo integration's own crowd


async def test_features_and_modes_are_known(link: HomeAssistantLink) -> None:
    entities = link.home.entities
    assert entities["light.kitchen_ceiling"].modes == ("brightness",)
    assert entities["light.floor_lamp"].modes == ("hs",)
    assert set(entities["climate.living_room_thermostat"].modes) == {"heat", "off"}
    assert entities["cover.living_room_blind"].device_class == "blind"
    assert entities["cover.living_room_blind"].features & 4  # set position
    assert entities["media_player.living_room_speaker"].features & 4  # set volume
    assert not link.home.state("light.broken_lamp").available
    assert "turn_on" in link.home.services["light"]


async def test_a_call_is_seen_to_be_done(ha: HomeAssistantProcess, link: HomeAssistantLink) -> None:
    for state in ("off", "on", "off"):
        call = ServiceCall("light", f"turn_{state}", ("light.kitchen_ceiling",))
        assert await link.call(call) == {}
        assert await link.wait_for("light.kitchen_ceiling", becomes(state), 30)
        assert ha.state("light.kitchen_ceiling")["state"] == state


async def test_attributes_come_and_go_with_the_state(ha: HomeAssistantProcess, link: HomeAssistantLink) -> None:
    lamp = "light.floor_lamp"
    await link.call(ServiceCall("light", "turn_on", (lamp,), {"hs_color": [240, 100], "brightness": 77}))
    assert await link.wait_for(lamp, lambda now: now.attributes.get("brightness") == 77, 30)
    assert await link.wait_for(lamp, lambda now: now.attributes.get("hs_color") == [240, 100], 30)
    await link.call(ServiceCall("light", "turn_off", (lamp,)))
    assert await link.wait_for(lamp, becomes("off"), 30)
    await asyncio.sleep(0.1)
    now, told = link.home.state(lamp), ha.state(lamp)
    assert now.attributes == told["attributes"]
    assert now.changed.isoformat() == told["last_updated"]


async def test_every_state_is_home_assistants_own(ha: HomeAssistantProcess, link: HomeAssistantLink) -> None:
    told = ha.states()
    assert link.home.states.keys() == told.keys()
    for entity_id, state in link.home.states.items():
        assert (state.state, state.attributes) == (told[entity_id]["state"], told[entity_id]["attributes"])


async def test_a_response_comes_back(ha: HomeAssistantProcess, link: HomeAssistantLink) -> None:
    ha.call("todo", "add_item", {"entity_id": "todo.shopping_list", "item": "Milk"})
    answer = await link.call(ServiceCall("todo", "get_items", ("todo.shopping_list",), answers=True))
    assert answer["todo.shopping_list"]["items"][0]["summary"] == "Milk"


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (ServiceCall("light", "explode", ("light.floor_lamp",)), "not_found"),
        (ServiceCall("light", "turn_on", ("light.floor_lamp",), {"brightness": "very"}), "invalid_format"),
    ],
)
async def test_a_refusal_keeps_home_assistants_code(link: HomeAssistantLink, call: ServiceCall, code: str) -> None:
    with pytest.raises(HomeRefused) as refused:
        await link.call(call)
    assert getattr(refused.value.__cause__, "code", "") == code
    assert link.connected


async def test_an_unknown_entity_is_no_error_to_home_assistant(link: HomeAssistantLink) -> None:
    # That is why targets are checked before, and states read back after.
    assert await link.call(ServiceCall("light", "turn_on", ("light.nowhere",))) == {}
    assert "light.nowhere" not in link.home.entities
    assert not await link.wait_for("light.nowhere", becomes("on"), 0.2)


@pytest.mark.parametrize("entity_id", ["switch.secret_switch", "light.bed_light", "media_player.walkman"])
async def test_exposure_follows(ha: HomeAssistantProcess, link: HomeAssistantLink, entity_id: str) -> None:
    # Those of demo that have no unique id are told by no event.
    for exposed in (True, False):
        ha.ws("homeassistant/expose_entity", entity_ids=[entity_id], should_expose=exposed, **ASSISTANT)
        await until(lambda wanted=exposed: link.home.entities[entity_id].exposed is wanted)  # type: ignore[misc]


async def test_names_and_areas_follow(ha: HomeAssistantProcess, link: HomeAssistantLink) -> None:
    before = link.home
    ha.ws("config/area_registry/update", area_id="office", name="Library")
    ha.ws("config/entity_registry/update", entity_id="light.hall_light", name="Chandelier", area_id="office")
    try:
        await until(lambda: link.home.entities["light.hall_light"].area == "office")
        await until(lambda: link.home.label(link.home.entities["light.hall_light"]) == "Chandelier (Library)")
        assert link.home.version != before.version
        assert link.home.states is before.states
    finally:
        ha.ws("config/area_registry/update", area_id="office", name="Office")
        ha.ws("config/entity_registry/update", entity_id="light.hall_light", name="Hall light", area_id="hall")
    await until(lambda: link.home.version == before.version)


async def test_a_new_area_follows(ha: HomeAssistantProcess, link: HomeAssistantLink) -> None:
    ha.ws("config/area_registry/create", name="Cellar", aliases=["Basement"])
    await until(lambda: "cellar" in link.home.areas)
    assert link.home.areas["cellar"].names == ("Cellar", "Basement")
    ha.ws("config/area_registry/delete", area_id="cellar")
    await until(lambda: "cellar" not in link.home.areas)


async def test_many_calls_at_once_are_all_done(link: HomeAssistantLink) -> None:
    toggle = ServiceCall("input_boolean", "toggle", ("input_boolean.vacation_mode",))
    before = link.home.state("input_boolean.vacation_mode").state
    await asyncio.gather(*(link.call(toggle) for _ in range(101)))
    other = {"on": "off", "off": "on"}[before]
    assert await link.wait_for("input_boolean.vacation_mode", becomes(other), 30)


async def test_a_wrong_token_is_told(ha: HomeAssistantProcess, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    wrong = ha.token[:-6] + "AAAAAA"
    link = HomeAssistantLink(ha.url, wrong)
    await link.start()
    assert not await link.ready(1)
    with pytest.raises(HomeAuthFailed):
        link.home  # noqa: B018
    with pytest.raises(HomeAuthFailed):
        await link.call(ServiceCall("light", "turn_on", ("light.floor_lamp",)))
    await link.stop()
    assert wrong not in caplog.text


async def test_it_comes_back_after_a_restart(ha: HomeAssistantProcess) -> None:
    link = HomeAssistantLink(ha.url, ha.token, retry=(0.1, 0.5))
    await link.start()
    assert await link.ready(30)
    before = link.home
    waiting = asyncio.create_task(link.wait_for("light.kitchen_ceiling", becomes("on"), 60))
    await asyncio.to_thread(ha.stop)
    await until(lambda: not link.connected)
    with pytest.raises(HomeUnreachable):
        link.home  # noqa: B018
    with pytest.raises(HomeUnreachable):
        await link.call(ServiceCall("light", "turn_on", ("light.kitchen_ceiling",)))
    assert not before.state("light.kitchen_ceiling").available
    await asyncio.to_thread(ha.start)
    assert await link.ready(60)
    assert ha.ws("get_config")["state"] == "RUNNING"
    # demo makes up other geo_location entities each time.
    assert link.home.exposed == before.exposed
    assert link.home.areas == before.areas
    await link.call(ServiceCall("light", "turn_on", ("light.kitchen_ceiling",)))
    assert await waiting
    await link.stop()
    await asyncio.sleep(0.2)
    log = (ha.config / "hass.out").read_text()
    assert "Disconnected:" not in log  # what Home Assistant says of a client that leaves otherwise than it should


async def test_an_entity_that_is_disabled_goes(ha: HomeAssistantProcess, link: HomeAssistantLink) -> None:
    # The last one: it comes back only with a restart.
    ha.ws("config/entity_registry/update", entity_id="light.stuck_lamp", disabled_by="user")
    await until(lambda: "light.stuck_lamp" not in link.home.entities)
