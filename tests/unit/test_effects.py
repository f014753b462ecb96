"""What each intent does in each domain: the call, what counts as done, and what cannot be done."""

from typing import Any

import pytest

from actions.catalog import build_registry
from actions.effects import DOMAINS, Effect, Unsupported, effect_of
from actions.expect import Attribute, Expectation, ListExpectation
from actions.home import Entity, State
from tests.unit.homes import call, small_home

REGISTRY = build_registry(small_home())
ALL = 0xFFFF


def effect(
    intent: str,
    domain: str,
    state: str = "off",
    arguments: dict[str, Any] | None = None,
    *,
    features: int = 0,
    modes: tuple[str, ...] = (),
    device_class: str | None = None,
    **attributes: Any,
) -> Effect:
    given, problems = REGISTRY.check(call(intent, **{"name": "x", **(arguments or {})}))
    if given is None:  # shopping lists and broadcasts take no name
        given, problems = REGISTRY.check(call(intent, **(arguments or {})))
    assert given is not None, problems
    entity = Entity(f"{domain}.x", "X", features=features, modes=modes, device_class=device_class)
    return effect_of(intent, entity, State(state, attributes), given)


@pytest.mark.parametrize(
    ("intent", "domain", "features", "state", "service", "states"),
    [
        *[("HassTurnOn", d, 0, "off", f"{d}.turn_on", {"on"}) for d in
          ("light", "switch", "fan", "input_boolean", "humidifier", "siren", "automation", "remote")],
        *[("HassTurnOff", d, 0, "on", f"{d}.turn_off", {"off"}) for d in
          ("light", "switch", "fan", "input_boolean", "humidifier", "siren", "automation", "remote")],
        ("HassTurnOn", "cover", 0, "closed", "cover.open_cover", {"open"}),  # no features told: tried
        ("HassTurnOn", "cover", 1, "closed", "cover.open_cover", {"open"}),
        ("HassTurnOff", "cover", 3, "open", "cover.close_cover", {"closed"}),
        ("HassTurnOn", "valve", 3, "closed", "valve.open_valve", {"open"}),
        ("HassTurnOff", "valve", 3, "open", "valve.close_valve", {"closed"}),
        ("HassTurnOn", "lock", 0, "unlocked", "lock.lock", {"locked"}),
        ("HassTurnOff", "lock", 0, "locked", "lock.unlock", {"unlocked", "open"}),
        ("HassTurnOn", "vacuum", 8192, "docked", "vacuum.start", {"cleaning", "on"}),
        ("HassTurnOn", "vacuum", 1, "docked", "vacuum.turn_on", {"cleaning", "on"}),
        ("HassVacuumStart", "vacuum", 8192, "docked", "vacuum.start", {"cleaning", "on"}),
        ("HassTurnOff", "vacuum", 16, "cleaning", "vacuum.return_to_base", {"returning", "docked"}),
        ("HassTurnOff", "vacuum", 2, "cleaning", "vacuum.turn_off", {"off", "idle", "docked"}),
        ("HassVacuumReturnToBase", "vacuum", 16, "cleaning", "vacuum.return_to_base", {"returning", "docked"}),
        ("HassTurnOn", "lawn_mower", 0, "docked", "lawn_mower.start_mowing", {"mowing"}),
        ("HassLawnMowerStartMowing", "lawn_mower", 0, "docked", "lawn_mower.start_mowing", {"mowing"}),
        ("HassTurnOff", "lawn_mower", 0, "mowing", "lawn_mower.dock", {"docked", "returning"}),
        ("HassLawnMowerDock", "lawn_mower", 0, "mowing", "lawn_mower.dock", {"docked", "returning"}),
        ("HassTurnOff", "media_player", 256, "on", "media_player.turn_off", {"off", "standby"}),
        ("HassMediaPause", "media_player", 1, "playing", "media_player.media_pause", {"paused", "idle"}),
        ("HassMediaUnpause", "media_player", 16384, "paused", "media_player.media_play", {"playing", "buffering"}),
        ("HassTurnOff", "script", 0, "on", "script.turn_off", {"off"}),
        ("HassTurnOff", "climate", 128, "heat", "climate.turn_off", {"off"}),
    ],
)  # fmt: skip
def test_switching(intent: str, domain: str, features: int, state: str, service: str, states: set[str]) -> None:
    made = effect(intent, domain, state, features=features)
    assert made.service == service
    assert isinstance(made.expect, Expectation)
    assert made.expect.states == states
    assert made.data == {}
    assert made.opens is (service in {"cover.open_cover", "valve.open_valve"})


@pytest.mark.parametrize(
    ("intent", "domain", "features", "service", "changed"),
    [
        ("HassTurnOn", "scene", 0, "scene.turn_on", "state"),
        ("HassTurnOn", "script", 0, "script.turn_on", "last_triggered"),
        ("HassTurnOn", "button", 0, "button.press", "state"),
        ("HassTurnOn", "input_button", 0, "input_button.press", "state"),
        ("HassMediaNext", "media_player", 32, "media_player.media_next_track", "media_title"),
        ("HassMediaPrevious", "media_player", 16, "media_player.media_previous_track", "media_title"),
        ("HassSetVolumeRelative", "media_player", 1024, "media_player.volume_up", "volume_level"),
    ],
)
def test_what_is_seen_only_as_a_change(intent: str, domain: str, features: int, service: str, changed: str) -> None:
    arguments = {"volume_step": "up"} if "Volume" in intent else {}
    made = effect(intent, domain, "playing", arguments, features=features)
    assert made.service == service
    assert isinstance(made.expect, Expectation)
    assert changed in made.expect.changed
    was = State("playing", {changed: "a"}) if changed != "state" else State("a")
    then = State("playing", {changed: "b"}) if changed != "state" else State("b")
    assert not made.expect.watcher(was)(was)  # the second time within a second is seen too
    assert made.expect.watcher(was)(then)


COLOUR = ("hs", "color_temp")
ON_HALF = {"brightness": 128}
LEVELS: list[tuple[str, str, str, dict[str, Any], dict[str, Any], str, dict[str, Any], Attribute | None]] = [
    # Lights
    ("HassLightSet", "light", "off", {"brightness": 30}, {"modes": ("brightness",)},
     "light.turn_on", {"brightness_pct": 30}, Attribute("brightness", 76, 3)),
    ("HassLightSet", "light", "on", {"brightness": "30"}, {"modes": ("brightness",)},
     "light.turn_on", {"brightness_pct": 30}, Attribute("brightness", 76, 3)),  # a Shortcut's fields are text
    ("HassLightSet", "light", "on", {"brightness": 0}, {"modes": ("brightness",)}, "light.turn_off", {}, None),
    ("HassLightSet", "light", "on", {"brightness_step": 20}, {"modes": COLOUR, **ON_HALF},
     "light.turn_on", {"brightness_pct": 70}, Attribute("brightness", 178, 3)),
    ("HassLightSet", "light", "on", {"brightness_step": 90}, {"modes": COLOUR, **ON_HALF},
     "light.turn_on", {"brightness_pct": 100}, Attribute("brightness", 255, 3)),
    ("HassLightSet", "light", "on", {"brightness_step": -90}, {"modes": COLOUR, **ON_HALF},
     "light.turn_on", {"brightness_pct": 1}, Attribute("brightness", 3, 3)),  # darker is not off
    ("HassLightSet", "light", "off", {"brightness_step": 10}, {"modes": COLOUR},
     "light.turn_on", {"brightness_pct": 10}, Attribute("brightness", 26, 3)),
    ("HassLightSet", "light", "on", {"color": "Light Blue"}, {"modes": COLOUR},
     "light.turn_on", {"color_name": "lightblue"}, Attribute("rgb_color", (192, 239, 255), 10)),
    ("HassLightSet", "light", "on", {"temperature": 9000}, {"modes": COLOUR, "max_color_temp_kelvin": 6500},
     "light.turn_on", {"color_temp_kelvin": 6500}, Attribute("color_temp_kelvin", 6500, 130.0)),
    # Climate
    ("HassClimateSetTemperature", "climate", "heat", {"temperature": 21.5}, {"features": 1},
     "climate.set_temperature", {"temperature": 21.5}, Attribute("temperature", 21.5, 0.26)),
    ("HassClimateSetTemperature", "climate", "heat", {"temperature_step": -2}, {"features": 1, "temperature": 20},
     "climate.set_temperature", {"temperature": 18}, Attribute("temperature", 18, 0.26)),
    ("HassClimateSetTemperature", "climate", "heat", {"temperature": 70.4}, {"features": 1, "target_temp_step": 1},
     "climate.set_temperature", {"temperature": 70.4}, Attribute("temperature", 70.4, 0.51)),
    ("HassClimateSetFanMode", "climate", "heat", {"fan_mode": "LOW"}, {"features": 8, "fan_modes": ["Auto", "Low"]},
     "climate.set_fan_mode", {"fan_mode": "Low"}, Attribute("fan_mode", "Low", 0)),
    # Covers and valves
    ("HassSetPosition", "cover", "closed", {"position": 40}, {"features": 4},
     "cover.set_cover_position", {"position": 40}, Attribute("current_position", 40, 2)),
    ("HassSetPosition", "cover", "open", {"position_step": -30}, {"features": 4, "current_position": 20},
     "cover.set_cover_position", {"position": 0}, Attribute("current_position", 0, 2)),
    ("HassSetPosition", "valve", "open", {"position_step": 30}, {"features": 4, "current_position": 90},
     "valve.set_valve_position", {"position": 100}, Attribute("current_position", 100, 2)),
    ("HassTurnOn", "cover", "open", {}, {"features": 3, "current_position": 60},
     "cover.open_cover", {}, Attribute("current_position", 100, 5)),  # half open shows "open" before
    # Fans
    ("HassFanSetSpeed", "fan", "off", {"percentage": 50}, {"features": 1, "percentage_step": 33.3},
     "fan.set_percentage", {"percentage": 50}, Attribute("percentage", 50, 33.3)),
    ("HassFanSetSpeed", "fan", "on", {"percentage": 0}, {"features": 1}, "fan.turn_off", {}, None),
    ("HassFanSetSpeed", "fan", "on", {"percentage_step": -50}, {"features": 1, "percentage": 20},
     "fan.set_percentage", {"percentage": 1}, Attribute("percentage", 1, 2.0)),
    # Players
    ("HassSetVolume", "media_player", "on", {"volume_level": 20}, {"features": 4},
     "media_player.volume_set", {"volume_level": 0.2}, Attribute("volume_level", 0.2, 0.015)),
    ("HassSetVolumeRelative", "media_player", "on", {"volume_step": "up"}, {"features": 4, "volume_level": 0.95},
     "media_player.volume_set", {"volume_level": 1.0}, Attribute("volume_level", 1.0, 0.015)),
    ("HassSetVolumeRelative", "media_player", "on", {"volume_step": -20}, {"features": 4, "volume_level": 0.1},
     "media_player.volume_set", {"volume_level": 0.0}, Attribute("volume_level", 0.0, 0.015)),
    ("HassSetVolumeRelative", "media_player", "on", {"volume_step": "down"}, {"features": 1024},
     "media_player.volume_down", {}, None),
    ("HassMediaPlayerMute", "media_player", "on", {}, {"features": 8},
     "media_player.volume_mute", {"is_volume_muted": True}, Attribute("is_volume_muted", True, 0)),
    ("HassMediaPlayerUnmute", "media_player", "on", {}, {"features": 8},
     "media_player.volume_mute", {"is_volume_muted": False}, Attribute("is_volume_muted", False, 0)),
    ("HassTurnOff", "climate", "heat", {}, {"modes": ("off", "heat")},
     "climate.set_hvac_mode", {"hvac_mode": "off"}, None),
    ("HassTurnOn", "climate", "off", {}, {"modes": ("off", "dry", "cool")},
     "climate.set_hvac_mode", {"hvac_mode": "cool"}, None),
    ("HassTurnOn", "climate", "dry", {}, {"modes": ("off", "dry", "cool")},
     "climate.set_hvac_mode", {"hvac_mode": "dry"}, None),  # on already
]  # fmt: skip


@pytest.mark.parametrize(("intent", "domain", "state", "arguments", "what", "service", "data", "attribute"), LEVELS)
def test_levels(
    intent: str,
    domain: str,
    state: str,
    arguments: dict[str, Any],
    what: dict[str, Any],
    service: str,
    data: dict[str, Any],
    attribute: Attribute | None,
) -> None:
    made = effect(intent, domain, state, arguments, **what)
    assert made.service == service
    assert made.data == data
    assert isinstance(made.expect, Expectation)
    assert made.expect.attributes == ((attribute,) if attribute else ())
    assert made.expect.states or made.expect.attributes or made.expect.changed  # never nothing to see


@pytest.mark.parametrize(
    ("intent", "domain", "state", "arguments", "what", "why"),
    [
        ("HassTurnOn", "cover", "closed", {}, {"features": 2}, "asked to open"),
        ("HassTurnOff", "cover", "open", {}, {"features": 1}, "asked to close"),
        ("HassTurnOn", "vacuum", "docked", {}, {"features": 16}, "cannot be started"),
        ("HassTurnOff", "vacuum", "docked", {}, {"features": 8192}, "cannot be sent home"),
        ("HassTurnOn", "climate", "off", {}, {"modes": ("off",)}, "cannot be turned on"),
        ("HassTurnOff", "climate", "heat", {}, {"modes": ("heat",)}, "cannot be turned off"),
        ("HassTurnOn", "media_player", "off", {}, {"features": 256}, "cannot be turned on"),
        ("HassTurnOff", "media_player", "on", {}, {"features": 128}, "cannot be turned off"),
        ("HassTurnOff", "scene", "x", {}, {}, "cannot do that"),
        ("HassTurnOn", "sensor", "x", {}, {}, "cannot do that"),
        ("HassTurnOn", "binary_sensor", "x", {}, {}, "a binary sensor cannot"),
        ("HassLightSet", "switch", "on", {"brightness": 5}, {}, "cannot do that"),
        ("HassLightSet", "light", "on", {"brightness": 5}, {"modes": ("onoff",)}, "dimmed"),
        ("HassLightSet", "light", "off", {"brightness_step": -5}, {"modes": ("brightness",)}, "it is off"),
        ("HassLightSet", "light", "on", {"color": "red"}, {"modes": ("color_temp",)}, "no colours"),
        ("HassLightSet", "light", "on", {"temperature": 3000}, {"modes": ("hs",)}, "colour temperature"),
        ("HassClimateSetTemperature", "climate", "heat", {"temperature": 20}, {"features": 2}, "no single"),
        ("HassClimateSetTemperature", "climate", "heat", {"temperature": 35},
         {"features": 1, "min_temp": 7, "max_temp": 30}, "7 to 30"),
        ("HassClimateSetTemperature", "climate", "heat", {"temperature_step": -15},
         {"features": 1, "min_temp": 7, "max_temp": 30, "temperature": 20}, "7 to 30"),
        ("HassClimateSetTemperature", "climate", "heat", {"temperature_step": 1}, {"features": 1}, "change from"),
        ("HassClimateSetFanMode", "climate", "heat", {"fan_mode": "x"}, {"features": 8, "fan_modes": ["a"]}, "a"),
        ("HassClimateSetFanMode", "climate", "heat", {"fan_mode": "x"}, {}, "no fan modes"),
        ("HassSetPosition", "cover", "open", {"position": 5}, {"features": 3}, "only opened or closed"),
        ("HassSetPosition", "cover", "open", {"position_step": 5}, {"features": 4}, "not known"),
        ("HassFanSetSpeed", "fan", "on", {"percentage": 5}, {"features": 48}, "speed"),
        ("HassFanSetSpeed", "fan", "off", {"percentage_step": -5}, {"features": 1}, "it is off"),
        ("HassSetVolume", "media_player", "on", {"volume_level": 5}, {"features": 1}, "volume"),
        ("HassSetVolume", "media_player", "off", {"volume_level": 5}, {"features": 4}, "it is off"),
        ("HassSetVolumeRelative", "media_player", "on", {"volume_step": 5}, {"features": 1}, "volume"),
        ("HassSetVolumeRelative", "media_player", "off", {"volume_step": 5}, {"features": ALL}, "it is off"),
        ("HassMediaPlayerMute", "media_player", "off", {}, {"features": ALL}, "it is off"),
        ("HassMediaPlayerMute", "media_player", "on", {}, {"features": 1}, "muted"),
        ("HassMediaPause", "media_player", "playing", {}, {"features": 2}, "paused"),
        ("HassMediaPause", "media_player", "off", {}, {"features": ALL}, "nothing is playing"),
        ("HassMediaUnpause", "media_player", "standby", {}, {"features": ALL}, "nothing is playing"),
        ("HassMediaUnpause", "media_player", "paused", {}, {"features": 1}, "resumed"),
        ("HassMediaNext", "media_player", "playing", {}, {"features": 16}, "skip"),
        ("HassMediaPrevious", "media_player", "playing", {}, {"features": 32}, "skip"),
        ("HassMediaNext", "media_player", "off", {}, {"features": ALL}, "nothing is playing"),
        ("HassListAddItem", "todo", "1", {"item": "x"}, {"features": 6}, "added"),
        ("HassListCompleteItem", "todo", "1", {"item": "x"}, {"features": 3}, "checked off"),
        ("HassListRemoveItem", "todo", "1", {"item": "x"}, {"features": 5}, "removed"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_why(
    intent: str, domain: str, state: str, arguments: dict[str, Any], what: dict[str, Any], why: str
) -> None:
    with pytest.raises(Unsupported, match=why):
        effect(intent, domain, state, arguments, **what)


@pytest.mark.parametrize("modes", [(), ("off", "heat")])
def test_a_climate_that_is_still_off_was_not_turned_on(modes: tuple[str, ...]) -> None:
    made = effect("HassTurnOn", "climate", "off", features=256, modes=modes)
    assert made.service == "climate.turn_on"
    assert isinstance(made.expect, Expectation)
    assert not made.expect.watcher(State("off"))(State("off"))
    assert made.expect.watcher(State("off"))(State("heat"))


@pytest.mark.parametrize(
    ("intent", "service", "item", "expect"),
    [
        ("HassListAddItem", "todo.add_item", "Milk", ListExpectation("Milk", status="needs_action")),
        ("HassShoppingListAddItem", "todo.add_item", "Milk", ListExpectation("Milk", status="needs_action")),
        ("HassListCompleteItem", "todo.update_item", "Milk", ListExpectation("Milk", status="completed")),
        ("HassShoppingListCompleteItem", "todo.update_item", "Milk", ListExpectation("Milk", status="completed")),
        ("HassListRemoveItem", "todo.remove_item", ["Milk"], ListExpectation("Milk", present=False)),
    ],
)
def test_lists(intent: str, service: str, item: Any, expect: ListExpectation) -> None:
    made = effect(intent, "todo", "1", {"item": "Milk"}, features=15)
    assert (made.service, made.data["item"], made.expect) == (service, item, expect)


@pytest.mark.parametrize("words", ["{milk}", "{}", "{0.__class__}", "}{"])
def test_a_persons_words_are_quoted_as_they_are(words: str) -> None:
    made = effect("HassListAddItem", "todo", "1", {"item": words}, features=15)
    assert made.verb.format("List") == f'add "{words}" to List'
    told = effect("HassBroadcast", "assist_satellite", "idle", {"message": words})
    assert told.verb.format("Kitchen") == f'announce "{words}" on Kitchen'
    assert told.expect is None


def test_every_intent_that_acts_in_the_home_has_domains() -> None:
    acting = {name for name, action in REGISTRY.items() if name.startswith("Hass") and not action.reads_only}
    assert {name for name in acting if "Timer" not in name} <= DOMAINS.keys()
