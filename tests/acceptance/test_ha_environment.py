"""The environment is what it says: without these, a failing acceptance test could be the test home's fault."""

from __future__ import annotations

import pytest

from tests.ha import HomeAssistantProcess, State
from tests.ha_home import AREAS, ENTITIES, FLOORS, Row


def registry(ha: HomeAssistantProcess, kind: str) -> list[Row]:
    rows: list[Row] = ha.ws(f"config/{kind}_registry/list")
    return rows


def test_it_is_the_version_that_was_asked_for(home_assistant: HomeAssistantProcess) -> None:
    running = home_assistant.ws("get_config")
    assert (running["version"], running["state"]) == (home_assistant.version, "RUNNING")
    assert not running["recovery_mode"]


def test_areas_hold_the_entities(home_assistant: HomeAssistantProcess) -> None:
    names = {area["area_id"]: area["name"] for area in registry(home_assistant, "area")}
    assert sorted(names.values()) == sorted(AREAS)
    placed = {row["entity_id"]: names.get(row["area_id"], "") for row in registry(home_assistant, "entity")}
    assert placed.items() >= {entity.id: entity.area for entity in ENTITIES}.items()


def test_areas_stand_on_floors(home_assistant: HomeAssistantProcess) -> None:
    floors = {floor["floor_id"]: floor["name"] for floor in registry(home_assistant, "floor")}
    areas = registry(home_assistant, "area")
    if home_assistant.version.startswith("2024.3."):
        assert not floors  # that release has no floors that an area could stand on
        return
    assert sorted(floors.values()) == sorted(FLOORS)
    wanted = {name: floor for name, (floor, _) in AREAS.items()}
    assert {area["name"]: floors[area["floor_id"]] for area in areas} == wanted


def test_only_the_home_is_exposed(home_assistant: HomeAssistantProcess) -> None:
    settings = home_assistant.ws("homeassistant/expose_entity/list")["exposed_entities"]
    exposed = {entity_id for entity_id, assistants in settings.items() if assistants.get("conversation")}
    assert exposed == {entity.id for entity in ENTITIES if entity.exposed}
    assert "switch.secret_switch" not in exposed


def test_each_entity_has_its_name_and_a_state(home_assistant: HomeAssistantProcess) -> None:
    states = home_assistant.states()
    assert len(states) > 2 * len(ENTITIES)  # the demo integration's own crowd
    for entity in ENTITIES:
        assert states[entity.id]["attributes"]["friendly_name"] == entity.name
    dead = {entity.id for entity in ENTITIES if states[entity.id]["state"] == "unavailable"}
    assert dead == {"light.broken_lamp"}


def test_aliases_are_beside_the_name(home_assistant: HomeAssistantProcess) -> None:
    entry = home_assistant.ws("config/entity_registry/get", entity_id="light.floor_lamp")
    assert [alias for alias in entry["aliases"] if alias] == ["Mood light"]


@pytest.mark.parametrize(
    ("service", "data", "entity_id", "wanted"),
    [
        ("light.turn_on", {"brightness_pct": 40}, "light.kitchen_ceiling", {"state": "on", "brightness": 102}),
        ("light.turn_on", {"hs_color": [240, 100]}, "light.floor_lamp", {"state": "on", "hs_color": (240, 100)}),
        ("cover.set_cover_position", {"position": 40}, "cover.living_room_blind", {"current_position": 40}),
        ("cover.open_cover", {}, "cover.main_garage_door", {"state": "open", "device_class": "garage"}),
        ("lock.unlock", {}, "lock.hall_front_door", {"state": "unlocked"}),
        ("lock.lock", {}, "lock.hall_front_door", {"state": "locked"}),
        ("climate.set_temperature", {"temperature": 21.5}, "climate.living_room_thermostat", {"temperature": 21.5}),
        (
            "media_player.volume_set",
            {"volume_level": 0.3},
            "media_player.living_room_speaker",
            {"volume_level": 0.3},
        ),
        ("switch.turn_on", {}, "switch.coffee_maker", {"state": "on"}),
        ("todo.add_item", {"item": "Milk"}, "todo.shopping_list", {"state": "1"}),
        ("timer.start", {}, "timer.pasta", {"state": "active"}),
        ("light.turn_on", {}, "light.stuck_lamp", {"state": "off"}),  # it takes the call, and does nothing
    ],
)
def test_a_call_changes_the_state(
    home_assistant: HomeAssistantProcess, service: str, data: Row, entity_id: str, wanted: Row
) -> None:
    domain, name = service.split(".")
    home_assistant.call(domain, name, {"entity_id": entity_id, **data})
    home_assistant.wait_for(entity_id, lambda state: wanted.items() <= flat(state).items())


def test_a_script_and_a_scene_reach_other_entities(home_assistant: HomeAssistantProcess) -> None:
    home_assistant.call("script", "welcome_home")
    home_assistant.wait_for("lock.hall_front_door", lambda state: state["state"] == "unlocked")
    home_assistant.call("scene", "turn_on", {"entity_id": "scene.movie_time"})
    home_assistant.wait_for("light.floor_lamp", lambda state: flat(state).get("brightness") == 77)


def test_home_assistant_itself_finds_the_lights_of_a_room(home_assistant: HomeAssistantProcess) -> None:
    answer = home_assistant.ws("conversation/process", text="turn off the kitchen lights", language="en")
    assert answer["response"]["response_type"] == "action_done"
    home_assistant.wait_for("light.kitchen_ceiling", lambda state: state["state"] == "off")


def test_a_helper_changes_a_light_behind_its_back(home_assistant: HomeAssistantProcess) -> None:
    home_assistant.call("input_boolean", "turn_on", {"entity_id": "input_boolean.for_hall_light"})
    home_assistant.wait_for("light.hall_light", lambda state: state["state"] == "on")


def test_token_home_and_states_survive_a_restart(home_assistant: HomeAssistantProcess) -> None:
    home_assistant.call("light", "turn_on", {"entity_id": "light.bedroom_light", "brightness": 50})
    home_assistant.wait_for("light.bedroom_light", lambda state: flat(state).get("brightness") == 50)
    home_assistant.restart()
    state = home_assistant.wait_for("light.bedroom_light", lambda state: state["state"] == "on")
    assert flat(state)["brightness"] == 50
    assert home_assistant.state("todo.shopping_list")["state"] == "1"  # the milk of an earlier test
    test_only_the_home_is_exposed(home_assistant)


def test_it_comes_back_after_a_kill(home_assistant: HomeAssistantProcess) -> None:
    home_assistant.kill()
    home_assistant.start()
    test_areas_hold_the_entities(home_assistant)


def flat(state: State) -> Row:
    values = {"state": state["state"], **state["attributes"]}
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
