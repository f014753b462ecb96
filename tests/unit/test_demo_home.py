"""The demo home behaves as a home behind Home Assistant does."""

import asyncio
import gc
import time
import tracemalloc
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from actions.demo import DemoHome, LayoutError
from actions.demo.house import _BEHAVIOURS
from actions.demo.lists import ANSWERS
from actions.errors import HomeLost, HomeRefused, HomeUnreachable
from actions.home import Entity, State
from actions.link import HomeLink, ServiceCall

CEILING = "light.living_room_ceiling"  # on, 180, 2700 K; white and colour
LAMP = "light.corner_lamp"  # off; white and colour
DIMMER = "light.kitchen_ceiling"
PLAIN = "light.worktop_lights"
BACKLIGHT = "light.tv_backlight"  # colour only
TABLE = "light.dining_table_lamp"  # white only
TV = "media_player.living_room_tv"  # off
SPEAKER = "media_player.kitchen_speaker"  # playing
THERMOSTAT = "climate.living_room"
BATH = "climate.bathroom_heating"
ROBIN = "vacuum.robin"
FAN = "fan.bedroom_fan"
MIST = "humidifier.bedroom_humidifier"
FRONT = "lock.front_door"
GARAGE = "cover.garage_door"
BLINDS = "cover.living_room_blinds"  # 60
VALVE = "valve.garden_watering"
ALARM = "alarm_control_panel.house_alarm"
SHOPPING = "todo.shopping_list"
TASKS = "todo.household_tasks"


@pytest.fixture
async def home() -> AsyncIterator[DemoHome]:
    demo = DemoHome(pace=0)
    await demo.start()
    yield demo
    await demo.stop()


def call(name: str, targets: str | Iterable[str] = (), *, answers: bool = False, **data: Any) -> ServiceCall:
    domain, _, service = name.partition(".")
    return ServiceCall(domain, service, (targets,) if isinstance(targets, str) else tuple(targets), data, answers)


async def settle() -> None:
    for _ in range(40):
        await asyncio.sleep(0)


def differs(state: State, wanted: str | None, attributes: Mapping[str, Any]) -> dict[str, Any]:
    seen = {key: state.attributes.get(key) for key in attributes}
    return {
        **({} if wanted in (None, state.state) else {"state": state.state}),
        **{key: value for key, value in seen.items() if value != attributes[key]},
    }


STEPS: list[tuple[str, str, dict[str, Any], str | None, dict[str, Any]]] = [
    ("light.turn_on", DIMMER, {}, "on", {"brightness": 255, "color_mode": "brightness"}),
    ("light.turn_on", DIMMER, {"brightness": 10}, "on", {"brightness": 10}),
    ("light.turn_on", DIMMER, {"brightness": "10"}, "on", {"brightness": 10}),
    ("light.turn_on", DIMMER, {"brightness_pct": 50}, "on", {"brightness": 128}),
    ("light.turn_on", DIMMER, {"brightness_step_pct": 20}, "on", {"brightness": 51}),
    ("light.turn_on", CEILING, {"brightness_step_pct": 10}, "on", {"brightness": 206, "color_temp_kelvin": 2700}),
    ("light.turn_on", CEILING, {"brightness_step": -500 // 2}, "off", {"brightness": None}),
    ("light.turn_on", CEILING, {"brightness_pct": 0}, "off", {"brightness": None, "color_mode": None}),
    ("light.turn_on", CEILING, {"transition": 2}, "on", {"brightness": 180, "color_mode": "color_temp"}),
    ("light.turn_on", LAMP, {"rgb_color": [255, 0, 0]}, "on", {"rgb_color": [255, 0, 0], "hs_color": [0.0, 100.0]}),
    # A light in hs keeps hue and saturation: a dark colour comes back at full value.
    ("light.turn_on", LAMP, {"rgb_color": [128, 0, 0]}, "on", {"rgb_color": [255, 0, 0], "color_mode": "hs"}),
    (
        "light.turn_on",
        LAMP,
        {"color_name": "Dark Orange"},
        "on",
        {"rgb_color": [255, 140, 0], "xy_color": [0.596, 0.388]},
    ),
    ("light.turn_on", LAMP, {"color_name": "no such"}, "on", {"rgb_color": [255, 255, 255]}),
    ("light.turn_on", LAMP, {"hs_color": [240, 100]}, "on", {"rgb_color": [0, 0, 255], "color_temp_kelvin": None}),
    (
        "light.turn_on",
        LAMP,
        {"color_temp_kelvin": 3000},
        "on",
        {"color_temp_kelvin": 3000, "rgb_color": [255, 177, 110]},
    ),
    ("light.turn_on", TABLE, {"color_temp_kelvin": 1000}, "on", {"color_temp_kelvin": 2202}),
    ("light.turn_on", TABLE, {"color_name": "red"}, "on", {"color_mode": "color_temp"}),
    (
        "light.turn_on",
        BACKLIGHT,
        {"color_temp_kelvin": 2700},
        "on",
        {"color_mode": "hs", "hs_color": [28.395, 65.723]},
    ),
    ("light.turn_on", PLAIN, {"brightness_pct": 20}, "on", {"color_mode": "onoff", "brightness": None}),
    ("light.turn_off", CEILING, {}, "off", {"brightness": None, "rgb_color": None, "color_temp_kelvin": None}),
    ("light.toggle", CEILING, {}, "off", {}),
    ("light.toggle", DIMMER, {}, "on", {}),
    ("switch.turn_on", "switch.coffee_maker", {}, "on", {}),
    ("switch.turn_off", "switch.car_charger", {}, "off", {}),
    ("switch.toggle", "switch.printer", {}, "on", {}),
    ("input_boolean.turn_on", "input_boolean.vacation_mode", {}, "on", {}),
    ("input_boolean.toggle", "input_boolean.vacation_mode", {}, "on", {}),
    ("fan.turn_on", FAN, {}, "on", {"percentage": 100}),
    ("fan.turn_on", FAN, {"percentage": 30}, "on", {"percentage": 30}),
    ("fan.turn_on", "fan.extractor_fan", {}, "on", {"percentage": None}),
    ("fan.set_percentage", FAN, {"percentage": 40}, "on", {"percentage": 40}),
    ("fan.set_percentage", FAN, {"percentage": 0}, "off", {"percentage": 0}),
    ("fan.increase_speed", FAN, {}, "on", {"percentage": 10}),
    ("fan.decrease_speed", FAN, {}, "off", {"percentage": 0}),
    ("fan.oscillate", FAN, {"oscillating": True}, "off", {"oscillating": True}),
    ("humidifier.turn_on", MIST, {}, "on", {"action": "humidifying"}),
    ("humidifier.set_humidity", MIST, {"humidity": 35}, "off", {"humidity": 35, "action": "off"}),
    ("humidifier.set_mode", MIST, {"mode": "sleep"}, "off", {"mode": "sleep"}),
    ("cover.open_cover", GARAGE, {}, "open", {"current_position": 100, "is_closed": False}),
    ("cover.close_cover", BLINDS, {}, "closed", {"current_position": 0, "is_closed": True}),
    ("cover.set_cover_position", BLINDS, {"position": 33}, "open", {"current_position": 33}),
    ("cover.toggle", BLINDS, {}, "closed", {}),
    ("valve.open_valve", VALVE, {}, "open", {"current_position": 100}),
    ("valve.set_valve_position", VALVE, {"position": 5}, "open", {"current_position": 5, "is_closed": False}),
    ("lock.unlock", FRONT, {}, "unlocked", {}),
    ("lock.lock", FRONT, {}, "locked", {}),
    (
        "climate.set_temperature",
        THERMOSTAT,
        {"temperature": 19},
        "heat",
        {"temperature": 19.0, "hvac_action": "idle"},
    ),
    ("climate.set_temperature", BATH, {"temperature": 24, "hvac_mode": "heat"}, "heat", {"hvac_action": "heating"}),
    ("climate.set_hvac_mode", THERMOSTAT, {"hvac_mode": "cool"}, "cool", {"hvac_action": "idle"}),
    ("climate.set_fan_mode", THERMOSTAT, {"fan_mode": "low"}, "heat", {"fan_mode": "low"}),
    ("climate.turn_off", THERMOSTAT, {}, "off", {"hvac_action": "off", "temperature": 21.0}),
    ("climate.turn_on", BATH, {}, "heat", {"hvac_action": "heating"}),
    ("media_player.turn_on", TV, {}, "on", {"volume_level": 0.25, "source": "TV"}),
    ("media_player.turn_off", SPEAKER, {}, "off", {"volume_level": None, "media_title": None}),
    ("media_player.volume_set", SPEAKER, {"volume_level": 0.15}, "playing", {"volume_level": 0.15}),
    ("media_player.volume_set", TV, {"volume_level": 0.5}, "off", {"volume_level": None}),  # off: not shown
    ("media_player.volume_up", SPEAKER, {}, None, {"volume_level": 0.5}),
    ("media_player.volume_down", SPEAKER, {}, None, {"volume_level": 0.3}),
    ("media_player.volume_mute", SPEAKER, {"is_volume_muted": True}, None, {"is_volume_muted": True}),
    ("media_player.media_pause", SPEAKER, {}, "paused", {"media_title": "Blue in Green"}),
    ("media_player.media_play", "media_player.bedroom_speaker", {}, "playing", {"media_title": "Rain on leaves"}),
    ("media_player.media_play", TV, {}, "off", {}),
    ("media_player.media_play_pause", SPEAKER, {}, "paused", {}),
    ("media_player.media_stop", SPEAKER, {}, "idle", {"media_title": None}),
    ("media_player.media_next_track", SPEAKER, {}, "playing", {"media_title": "Naima"}),
    ("media_player.media_previous_track", SPEAKER, {}, "playing", {"media_title": "Peace Piece"}),
    ("media_player.select_source", SPEAKER, {"source": "Line-in"}, None, {"source": "Line-in"}),
    (
        "media_player.play_media",
        SPEAKER,
        {"media_content_id": "library/jazz", "media_content_type": "playlist"},
        "playing",
        {"media_title": "jazz", "media_artist": None, "media_content_id": "library/jazz"},
    ),
    ("vacuum.start", ROBIN, {}, "cleaning", {}),
    ("vacuum.stop", ROBIN, {}, "idle", {}),
    ("vacuum.pause", ROBIN, {}, "docked", {}),  # nothing to pause
    ("vacuum.clean_area", ROBIN, {"cleaning_area_id": ["kitchen"]}, "cleaning", {}),
    ("vacuum.set_fan_speed", ROBIN, {"fan_speed": "max"}, "docked", {"fan_speed": "max"}),
    ("lawn_mower.start_mowing", "lawn_mower.shaun", {}, "mowing", {}),
    ("lawn_mower.dock", "lawn_mower.shaun", {}, "docked", {}),
    ("alarm_control_panel.alarm_arm_away", ALARM, {}, "armed_away", {}),
    ("alarm_control_panel.alarm_arm_home", ALARM, {}, "armed_home", {}),
    ("alarm_control_panel.alarm_disarm", ALARM, {}, "disarmed", {}),
    ("todo.add_item", SHOPPING, {"item": "Eggs"}, "3", {}),
    ("todo.update_item", SHOPPING, {"item": "Milk", "status": "completed"}, "1", {}),
    ("todo.remove_item", SHOPPING, {"item": ["Milk", "Bread"]}, "0", {}),
    ("todo.remove_completed_items", SHOPPING, {}, "2", {}),
    ("homeassistant.turn_off", CEILING, {}, "off", {}),
    ("homeassistant.toggle", "switch.router", {}, "off", {}),
    ("homeassistant.turn_on", FRONT, {}, "locked", {}),  # a lock has no turn_on: passed over
    ("light.turn_on", "light.shed_light", {}, "unavailable", {}),
    ("light.turn_on", "switch.printer", {}, "off", {}),  # not a light: passed over
]


@pytest.mark.parametrize(("name", "target", "data", "state", "attributes"), STEPS)
async def test_a_service_brings_its_state(
    home: DemoHome, name: str, target: str, data: dict[str, Any], state: str | None, attributes: dict[str, Any]
) -> None:
    assert await home.call(call(name, target, **data)) == {}
    await settle()
    assert differs(home.home.state(target), state, attributes) == {}


REFUSED: list[tuple[str, str, dict[str, Any]]] = [
    ("light.explode", CEILING, {}),
    ("nothing.turn_on", CEILING, {}),
    ("light.turn_on", "", {}),  # no target at all
    ("light.turn_on", CEILING, {"sparkle": 1}),
    ("light.turn_on", CEILING, {"brightness": "bright"}),
    ("light.turn_on", CEILING, {"brightness": True}),
    ("light.turn_on", CEILING, {"brightness": 256}),
    ("light.turn_on", CEILING, {"brightness": float("nan")}),
    ("light.turn_on", CEILING, {"brightness": 1, "brightness_pct": 1}),
    ("light.turn_on", CEILING, {"rgb_color": [1, 2]}),
    ("light.turn_on", CEILING, {"rgb_color": [1, 2, 300]}),
    ("light.turn_on", CEILING, {"rgb_color": [1, 2, 3], "color_name": "red"}),
    ("light.turn_on", CEILING, {"hs_color": "red"}),
    ("cover.set_cover_position", GARAGE, {}),
    ("cover.set_cover_position", GARAGE, {"position": 101}),
    ("lock.open", FRONT, {}),  # has no latch
    ("fan.set_percentage", "fan.extractor_fan", {"percentage": 10}),
    ("climate.set_fan_mode", BATH, {"fan_mode": "low"}),
    ("climate.set_temperature", THERMOSTAT, {"temperature": 99}),
    ("climate.set_temperature", THERMOSTAT, {}),
    ("climate.set_temperature", THERMOSTAT, {"target_temp_low": 18, "target_temp_high": 22}),
    ("climate.set_hvac_mode", BATH, {"hvac_mode": "cool"}),
    ("humidifier.set_humidity", MIST, {"humidity": 90}),
    ("media_player.volume_set", SPEAKER, {"volume_level": 40}),
    ("media_player.volume_mute", SPEAKER, {"is_volume_muted": "maybe"}),
    ("media_player.select_source", SPEAKER, {"source": "Netflix"}),
    ("vacuum.set_fan_speed", ROBIN, {"fan_speed": "ludicrous"}),
    ("todo.update_item", SHOPPING, {"item": "Caviar", "status": "completed"}),
    ("todo.update_item", SHOPPING, {"item": "Milk", "status": "eaten"}),
    ("todo.remove_item", SHOPPING, {"item": "Caviar"}),
    ("todo.add_item", SHOPPING, {"item": "Eggs", "due_date": "2026-12-24"}),  # this list has no dates
    ("todo.add_item", TASKS, {"item": "Eggs", "due_date": "tomorrow"}),
    ("todo.get_items", SHOPPING, {}),  # answers only when asked to
    ("persistent_notification.create", "", {"title": "Hello"}),
]


@pytest.mark.parametrize(("name", "target", "data"), REFUSED)
async def test_what_a_service_does_not_take_is_refused(
    home: DemoHome, name: str, target: str, data: dict[str, Any]
) -> None:
    before = dict(home.home.states)
    with pytest.raises(HomeRefused):
        await home.call(call(name, [target] if target else [], **data))
    await settle()
    assert dict(home.home.states) == before


async def test_answers_are_refused_where_there_are_none(home: DemoHome) -> None:
    with pytest.raises(HomeRefused, match="does not return responses"):
        await home.call(call("light.turn_on", CEILING, answers=True))


def test_it_is_a_home_link() -> None:
    link: HomeLink = DemoHome()
    assert not link.connected


def test_the_layout() -> None:
    home = DemoHome().home
    assert len(home.entities) >= 60
    assert (len(home.floors), len(home.areas)) == (2, 8)
    assert {entity.id for entity in home.by_name["reading lamp"]} == {
        "light.bedroom_reading_lamp",
        "light.study_reading_lamp",
    }
    assert [one.id for one in home.entities.values() if not one.exposed] == ["switch.router"]
    assert [key for key, state in home.states.items() if not state.available] == ["light.shed_light"]
    assert home.entities.keys() == home.states.keys()
    assert {area for one in home.entities.values() if (area := one.area)} == set(home.areas)
    for entity in home.entities.values():
        state = home.state(entity.id)
        assert state.attributes["friendly_name"] == entity.name
        assert state.attributes.get("supported_features", 0) == entity.features
        assert state.attributes.get("device_class") == entity.device_class
    assert home.entities[THERMOSTAT].modes == ("off", "heat", "cool", "auto")
    assert home.version == DemoHome().home.version
    assert home.scripts["script.let_the_cat_in"][0]["action"] == "lock.unlock"


def test_states_are_written_as_home_assistant_writes_them() -> None:
    home = DemoHome().home
    assert home.state(LAMP).attributes == {
        "friendly_name": "Corner lamp",
        "supported_features": 32,
        "supported_color_modes": ["color_temp", "hs"],
        "min_color_temp_kelvin": 2000,
        "max_color_temp_kelvin": 6535,
        "brightness": None,
        "color_mode": None,
        "color_temp_kelvin": None,
        "hs_color": None,
        "rgb_color": None,
        "xy_color": None,
    }
    assert home.state(CEILING).attributes["hs_color"] == [28.395, 65.723]
    assert home.state("light.shed_light").attributes.keys() == {
        "friendly_name",
        "supported_features",
        "supported_color_modes",
    }
    assert home.state("scene.relax").attributes["entity_id"] == [LAMP, CEILING]


def test_every_service_described_is_one_that_works_and_the_other_way_round() -> None:
    described = {f"{d}.{s}" for d, services in DemoHome().home.services.items() for s in services}
    elsewhere = {"homeassistant", "persistent_notification", "script", "scene"}
    assert {one for one in described if one.partition(".")[0] not in elsewhere} == {
        one for one in (*_BEHAVIOURS, *ANSWERS) if one.partition(".")[0] not in elsewhere
    }
    assert DemoHome().home.services["script"]["announce"]["fields"]["message"]["required"]


async def test_nothing_has_changed_when_the_call_returns() -> None:
    demo = DemoHome()
    await demo.start()
    began = asyncio.get_running_loop().time()
    await demo.call(call("light.turn_on", DIMMER))
    assert demo.home.state(DIMMER).state == "off"
    assert await demo.wait_for(DIMMER, lambda state: state.state == "on", 30)
    assert asyncio.get_running_loop().time() - began > 0.003
    await demo.stop()


async def test_moving_things_are_seen_to_move() -> None:
    demo = DemoHome(pace=0.05)
    await demo.start()
    seen: list[tuple[str, int]] = []
    await demo.call(call("cover.open_cover", GARAGE))

    def met(now: State) -> bool:
        seen.append((now.state, now.attributes["current_position"]))
        return now.state == "open"

    assert await demo.wait_for(GARAGE, met, 30)
    assert seen == [("closed", 0), ("opening", 0), *(("opening", n) for n in range(10, 100, 10)), ("open", 100)]
    await demo.stop()


@pytest.mark.parametrize(
    ("name", "target", "states"),
    [
        ("lock.unlock", FRONT, ["locked", "unlocking", "unlocked"]),
        ("vacuum.return_to_base", ROBIN, ["cleaning", "returning", "docked"]),
        ("alarm_control_panel.alarm_arm_away", ALARM, ["disarmed", "arming", "armed_away"]),
        ("assist_satellite.announce", "assist_satellite.kitchen_voice", ["idle", "responding", "idle"]),
        ("script.movie_night", "script.movie_night", ["off", "on", "off"]),
    ],
)
async def test_passing_states_are_seen(home: DemoHome, name: str, target: str, states: list[str]) -> None:
    home.set_state(target, states[0])
    seen: list[str] = []

    def met(now: State) -> bool:
        seen.append(now.state)
        return len(seen) == len(states)

    watch = asyncio.create_task(home.wait_for(target, met, 30))
    await asyncio.sleep(0)
    await home.call(call(name, () if name == target else target))
    assert await watch
    assert seen == states


async def test_a_cover_stops_where_it_is_and_turns_round() -> None:
    demo = DemoHome(pace=0.05)
    await demo.start()
    await demo.call(call("cover.open_cover", GARAGE))
    assert await demo.wait_for(GARAGE, lambda now: now.attributes["current_position"] >= 30, 30)
    await demo.call(call("cover.stop_cover", GARAGE))
    assert await demo.wait_for(GARAGE, lambda now: now.state == "open", 30)
    stopped = demo.home.state(GARAGE).attributes["current_position"]
    await asyncio.sleep(0.03)
    assert 30 <= demo.home.state(GARAGE).attributes["current_position"] == stopped < 100
    await demo.call(call("cover.close_cover", GARAGE))
    assert await demo.wait_for(GARAGE, lambda now: now.state == "closed", 30)
    await demo.stop()


async def test_calls_right_after_one_another_add_up(home: DemoHome) -> None:
    for data in ({"brightness": 100}, {"color_name": "blue"}, {"brightness_step": 5}):
        await home.call(call("light.turn_on", LAMP, **data))
    await home.call(call("light.toggle", DIMMER))
    await home.call(call("light.toggle", DIMMER))
    await settle()
    assert differs(home.home.state(LAMP), "on", {"brightness": 105, "rgb_color": [0, 0, 255]}) == {}
    assert home.home.state(DIMMER).state == "off"


async def test_a_light_remembers_what_it_was_while_off(home: DemoHome) -> None:
    await home.call(call("light.turn_on", LAMP, brightness=40, hs_color=[30, 50]))
    await home.call(call("light.turn_off", LAMP))
    await home.call(call("light.turn_on", LAMP))
    await settle()
    assert differs(home.home.state(LAMP), "on", {"brightness": 40, "hs_color": [30.0, 50.0]}) == {}


async def test_a_player_remembers_the_volume_set_while_off(home: DemoHome) -> None:
    await home.call(call("media_player.volume_up", TV))
    await home.call(call("media_player.turn_on", TV))
    await settle()
    assert home.home.state(TV).attributes["volume_level"] == 0.35


async def test_a_list_answers_with_its_items(home: DemoHome) -> None:
    await home.call(call("todo.add_item", TASKS, item="Pay rent", due_date="2026-12-01", description="By bank"))
    await home.call(call("todo.update_item", TASKS, item="Water the plants", rename="Water the roses"))
    answer = await home.call(call("todo.get_items", [TASKS, SHOPPING], answers=True))
    items = answer[TASKS]["items"]
    assert [one["summary"] for one in items] == ["Water the roses", "Call the plumber", "Pay rent"]
    assert items[2] == {
        "uid": items[2]["uid"],
        "summary": "Pay rent",
        "status": "needs_action",
        "due": "2026-12-01",
        "description": "By bank",
    }
    assert len({one["uid"] for one in items}) == 3
    done = await home.call(call("todo.get_items", SHOPPING, answers=True, status="completed"))
    assert [one["summary"] for one in done[SHOPPING]["items"]] == ["Coffee beans"]
    await home.call(call("todo.remove_item", TASKS, item=items[0]["uid"]))
    assert await home.wait_for(TASKS, lambda now: now.state == "2", 30)


async def test_a_scene_sets_its_things_and_says_when(home: DemoHome) -> None:
    await home.call(call("scene.turn_on", "scene.relax"))
    await settle()
    first = home.home.state("scene.relax").state
    assert differs(home.home.state(CEILING), "on", {"brightness": 76, "color_temp_kelvin": 2200}) == {}
    await home.call(call("scene.turn_on", "scene.relax"))
    await settle()
    assert first.startswith("20")
    assert home.home.state("scene.relax").state > first


async def test_a_button_says_when_it_was_pressed(home: DemoHome) -> None:
    await home.call(call("button.press", "button.door_chime"))
    assert await home.wait_for("button.door_chime", lambda now: now.state.startswith("20"), 30)


@pytest.mark.parametrize("through", ["script.let_the_cat_in", "script.turn_on", "homeassistant.turn_on"])
async def test_a_script_does_its_calls(home: DemoHome, through: str) -> None:
    script = "script.let_the_cat_in"
    await home.call(call(through, () if through == script else script))
    await settle()
    assert home.home.state(FRONT).state == "unlocked"
    assert home.home.state(script).state == "off"
    assert home.home.state(script).attributes["last_triggered"]
    assert [one.name for one in home.calls] == [through]


async def test_a_script_fills_in_its_fields() -> None:
    player = {"name": "Box", "features": 512, "state": "idle", "attributes": {}}
    play = {
        "action": "media_player.play_media",
        "target": {"entity_id": ["media_player.box"]},
        "data": {"media_content_id": "say {{ message }}{{ other }}", "media_content_type": "music"},
    }
    say = {"name": "Say", "state": "off", "fields": {"message": {}}, "does": [play]}
    demo = DemoHome({"entities": {"": {"media_player.box": player, "script.say": say}}}, pace=0)
    await demo.start()
    await demo.call(call("script.say", message="hello"))
    await settle()
    assert demo.home.state("media_player.box").attributes["media_title"] == "say hello"
    await demo.call(call("script.turn_on", "script.say", variables={"message": "bye"}))
    await settle()
    assert demo.home.state("media_player.box").attributes["media_title"] == "say bye"


async def test_the_unknown_and_the_unavailable_are_passed_over(home: DemoHome) -> None:
    assert await home.call(call("light.turn_on", ["light.nowhere", "light.shed_light", DIMMER])) == {}
    assert await home.wait_for(DIMMER, lambda now: now.state == "on", 30)
    assert home.home.state("light.shed_light").state == "unavailable"
    assert home.home.state("light.nowhere").state == "unavailable"


async def test_what_changes_nothing_is_no_news(home: DemoHome) -> None:
    await home.call(call("light.turn_on", CEILING, brightness=180))
    await settle()
    assert home.home.state(CEILING).changed.year == 1970


async def test_set_state_and_unavailable(home: DemoHome) -> None:
    waiting = asyncio.create_task(home.wait_for(LAMP, lambda now: now.attributes.get("brightness") == 9, 30))
    await asyncio.sleep(0)
    home.set_state(LAMP, "on", brightness=9)
    assert await waiting
    home.set_unavailable(LAMP)
    home.set_unavailable(LAMP)
    assert "brightness" not in home.home.state(LAMP).attributes
    assert home.home.state(LAMP).attributes["supported_color_modes"] == ["color_temp", "hs"]
    await home.call(call("light.turn_on", LAMP, brightness=50))
    await settle()
    assert home.home.state(LAMP).state == "unavailable"
    home.set_state(LAMP, "on")
    assert home.home.state(LAMP).attributes["brightness"] == 9
    home.set_state(LAMP, "off")
    assert home.home.state(LAMP).attributes["brightness"] is None
    with pytest.raises(KeyError):
        home.set_state("light.nowhere", "on")


async def test_news_on_its_way_does_not_overtake_what_was_set(home: DemoHome) -> None:
    await home.call(call("light.turn_on", DIMMER))
    home.set_state(DIMMER, "off")
    await settle()
    assert home.home.state(DIMMER).state == "off"


async def test_fail_next_fails_one_call(home: DemoHome) -> None:
    home.fail_next("light.turn_on", HomeRefused("no"))
    with pytest.raises(HomeRefused, match="no"):
        await home.call(call("light.turn_on", DIMMER))
    await settle()
    assert home.home.state(DIMMER).state == "off"
    await home.call(call("light.turn_on", DIMMER))
    assert await home.wait_for(DIMMER, lambda now: now.state == "on", 30)
    assert len(home.calls) == 2


async def test_ignore_next_accepts_and_does_nothing(home: DemoHome) -> None:
    home.ignore_next("light.turn_on")
    assert await home.call(call("light.turn_on", DIMMER)) == {}
    assert not await home.wait_for(DIMMER, lambda now: now.state == "on", 0.01)


@pytest.mark.parametrize(("happens", "state"), [(True, "on"), (False, "off")])
async def test_lose_next_leaves_it_open(home: DemoHome, happens: bool, state: str) -> None:
    home.lose_next("light.turn_on", happens=happens)
    with pytest.raises(HomeLost):
        await home.call(call("light.turn_on", DIMMER))
    await settle()
    assert home.home.state(DIMMER).state == state


async def test_a_dropped_connection() -> None:
    demo = DemoHome(pace=0)
    with pytest.raises(HomeUnreachable):
        await demo.call(call("light.turn_on", DIMMER))
    assert not await demo.ready(0.01)
    await demo.start()
    assert await demo.ready(0.01)
    on_its_way = asyncio.create_task(demo.call(call("light.turn_on", DIMMER)))
    await asyncio.sleep(0)
    demo.drop_connection()
    with pytest.raises(HomeLost):
        await on_its_way
    assert not demo.connected
    with pytest.raises(HomeUnreachable):
        await demo.call(call("light.turn_on", DIMMER))
    with pytest.raises(HomeUnreachable):
        _ = demo.home
    assert len(demo.calls) == 1

    unheard = asyncio.create_task(demo.wait_for(DIMMER, lambda now: now.state == "on", 30))
    already = asyncio.create_task(demo.wait_for(LAMP, lambda now: now.state == "off", 30))
    await asyncio.sleep(0)
    demo.set_state(DIMMER, "on")
    await asyncio.sleep(0)
    assert not unheard.done()
    demo.restore_connection()
    assert await unheard
    assert await already
    await demo.call(call("light.turn_on", DIMMER))
    await demo.stop()
    with pytest.raises(HomeUnreachable):
        await demo.call(call("light.turn_on", DIMMER))


async def test_with_entities_makes_a_new_version(home: DemoHome) -> None:
    old = home.home
    lamp = replace(old.entities[LAMP], exposed=False)
    new = home.with_entities(lamp, Entity("switch.new", "New"), without=[FAN])
    assert home.home is new
    assert new.version != old.version
    assert not new.entities[LAMP].exposed
    assert FAN not in new.entities
    assert FAN not in new.states
    assert new.state("switch.new").state == "unknown"
    await home.call(call("switch.turn_on", "switch.new"))
    assert await home.wait_for("switch.new", lambda now: now.state == "on", 30)
    home.with_entities(old.entities[FAN])
    home.set_state(FAN, "on", percentage=5)
    assert home.home.state(FAN).attributes["percentage"] == 5


async def test_a_failing_look_fails_the_wait(home: DemoHome) -> None:
    def met(now: State) -> bool:
        return bool(now.attributes["brightness"] > 0)

    wait = asyncio.create_task(home.wait_for(CEILING, lambda now: now.state == "off" and met(now), 30))
    await asyncio.sleep(0)
    home.set_state(CEILING, "off")
    with pytest.raises(TypeError):
        await wait


@pytest.mark.parametrize(
    "content", ["- a list", "entities: {attic: {light.x: {name: X, state: 'on'}}}", "a: [", ""]
)
def test_a_layout_that_cannot_be_read(tmp_path: Path, content: str) -> None:
    file = tmp_path / "home.yaml"
    with pytest.raises(LayoutError):
        DemoHome(file)
    file.write_text(content)
    with pytest.raises(LayoutError):
        DemoHome(file)


async def test_many_calls_are_cheap_and_leave_nothing_behind() -> None:
    demo = DemoHome(pace=0)
    await demo.start()

    async def once(number: int) -> None:
        wanted = "on" if number % 2 else "off"
        await demo.call(call(f"light.turn_{wanted}", DIMMER))
        assert await demo.wait_for(DIMMER, lambda now: now.state == wanted, 30)

    for number in range(500):
        await once(number)
    gc.collect()
    began = time.process_time()
    for number in range(5_000):
        await once(number)
    took = time.process_time() - began
    tracemalloc.start()
    for number in range(200):
        await once(number)
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(2_000):
        await once(number)
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    await demo.stop()
    assert took < 5
    assert not demo._waiters
    assert grown < 2_000 * 400  # the log of calls, which is bounded


async def test_the_log_of_calls_is_bounded(home: DemoHome, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(10_050):
        await home.call(call("light.turn_on", "light.nowhere"))
    assert len(home.calls) == 10_000


async def test_many_wait_at_once(home: DemoHome) -> None:
    waits = [
        asyncio.create_task(home.wait_for(entity, lambda now: now.state == "on", 30))
        for entity in (DIMMER, LAMP)
        for _ in range(2_000)
    ]
    await asyncio.sleep(0)
    await home.call(call("light.turn_on", [DIMMER, LAMP]))
    assert all(await asyncio.gather(*waits))
    assert not home._waiters
