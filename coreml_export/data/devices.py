"""Devices: the kinds of entity that homes are made of, with what they support and how they stand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from actions.features import FEATURES

_Made = tuple[str, dict[str, Any], list[str]]
"""State, attributes and supported features, in words."""
_Make = Callable[[Random], _Made]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of device."""

    domain: str
    device_class: str | None
    weight: float
    make: _Make
    odd: bool = False
    """Home Assistant has no domain for it: in some homes it has its own."""


def _onoff(rng: Random) -> _Made:
    return rng.choice(("on", "off")), {}, []


_COLOURS = ("hs", "rgb", "xy")
_LIGHTS: Mapping[str, float] = {"onoff": 3, "brightness": 4, "white": 2, "colour": 4}


def _light(rng: Random) -> _Made:
    style = rng.choices(list(_LIGHTS), list(_LIGHTS.values()))[0]
    colour = rng.choice(_COLOURS)
    modes = {
        "onoff": ["onoff"],
        "brightness": ["brightness"],
        "white": ["color_temp"],
        "colour": ["color_temp", colour],
    }
    state = rng.choice(("on", "off"))
    attributes: dict[str, Any] = {"supported_color_modes": modes[style]}
    if style in {"white", "colour"}:
        attributes |= {"min_color_temp_kelvin": 2000, "max_color_temp_kelvin": 6535}
    if state == "on" and style != "onoff":
        attributes["brightness"] = rng.randrange(10, 256, 5)
    return state, attributes, []


def _mover(rng: Random) -> _Made:
    features = ["open", "close", "stop"]
    position = rng.choice((0, 100, rng.randrange(5, 100, 5)))
    attributes: dict[str, Any] = {}
    if rng.random() < 0.65:
        features.append("set_position")
        attributes["current_position"] = position
    return "closed" if position == 0 else "open", attributes, features


def _door(rng: Random) -> _Made:
    return rng.choice(("open", "closed")), {}, ["open", "close"]


def _fan(rng: Random) -> _Made:
    state = rng.choice(("on", "off"))
    if rng.random() < 0.3:
        return state, {}, ["turn_on", "turn_off"]
    speed = rng.choice((33, 50, 66, 100)) if state == "on" else 0
    return state, {"percentage": speed, "percentage_step": 1}, ["set_speed", "turn_on", "turn_off"]


_HVAC = (["heat"], ["heat", "cool"], ["heat", "cool", "auto"], ["cool", "dry", "fan_only"])


def _climate(rng: Random, choices: Sequence[list[str]] = _HVAC) -> _Made:
    modes = ["off", *rng.choice(choices)]
    features = ["turn_on", "turn_off", "target_temperature"]
    attributes: dict[str, Any] = {
        "hvac_modes": modes,
        "min_temp": 7,
        "max_temp": 35,
        "temperature": rng.randrange(15, 26),
        "current_temperature": round(rng.uniform(15, 27), 1),
    }
    if rng.random() < 0.6:
        features.append("fan_mode")
        attributes["fan_modes"] = ["auto", "low", "medium", "high"]
        attributes["fan_mode"] = "auto"
    if rng.random() < 0.08:
        features.remove("target_temperature")
    return rng.choice(modes), attributes, features


_MISTS = ("normal", "auto", "sleep", "eco", "baby", "boost")


def _humidifier(rng: Random) -> _Made:
    attributes: dict[str, Any] = {"humidity": rng.randrange(30, 70, 5), "min_humidity": 0, "max_humidity": 100}
    if rng.random() < 0.4:
        return rng.choice(("on", "off")), attributes, []
    modes = rng.sample(_MISTS, rng.randint(2, len(_MISTS)))
    return rng.choice(("on", "off")), {**attributes, "available_modes": modes, "mode": modes[0]}, ["modes"]


def _player(rng: Random) -> _Made:
    features = list(FEATURES["media_player"])
    if rng.random() < 0.25:
        features = [
            each for each in features if each not in rng.choice((("next_track", "previous_track"), ("volume_set",)))
        ]
    if rng.random() < 0.35:
        features.remove("search_media")
    state = rng.choice(("off", "idle", "playing", "paused"))
    attributes: dict[str, Any] = {} if state == "off" else {"volume_level": rng.randrange(5, 90, 5) / 100}
    return state, attributes, features


def _vacuum(rng: Random) -> _Made:
    features = ["start", "stop", "pause", "return_home"]
    return rng.choice(("docked", "cleaning", "idle")), {}, features + (["clean_area"] if rng.random() < 0.7 else [])


def _list(rng: Random) -> _Made:
    return str(rng.randrange(9)), {}, list(FEATURES["todo"])


def _number(low: int, high: int, unit: str) -> _Make:
    return lambda rng: (str(rng.randint(low, high)), {"unit_of_measurement": unit}, [])


def _one(*states: str, features: tuple[str, ...] = ()) -> _Make:
    return lambda rng: (rng.choice(states), {}, list(features))


KINDS: Mapping[str, Kind] = {
    "light": Kind("light", None, 24, _light),
    "switch": Kind("switch", None, 6, _onoff),
    "outlet": Kind("switch", "outlet", 6, _onoff),
    "fan": Kind("fan", None, 5, _fan),
    "blind": Kind("cover", "blind", 3, _mover),
    "curtain": Kind("cover", "curtain", 2.5, _mover),
    "shade": Kind("cover", "shade", 1.5, _mover),
    "shutter": Kind("cover", "shutter", 1.5, _mover),
    "awning": Kind("cover", "awning", 0.7, _mover),
    "garage": Kind("cover", "garage", 1.2, _door),
    "gate": Kind("cover", "gate", 0.8, _door),
    "window": Kind("cover", "window", 0.8, _mover),
    "lock": Kind("lock", None, 3, _one("locked", "unlocked")),
    "climate": Kind("climate", None, 5, _climate),
    "tv": Kind("media_player", "tv", 4, _player),
    "speaker": Kind("media_player", "speaker", 4, _player),
    "vacuum": Kind("vacuum", None, 2, _vacuum),
    "lawn_mower": Kind(
        "lawn_mower", None, 1.2, _one("docked", "mowing", features=("start_mowing", "pause", "dock"))
    ),
    "valve": Kind("valve", None, 1.5, _mover),
    "scene": Kind("scene", None, 3, _one("unknown")),
    "script": Kind("script", None, 2, _onoff),
    "button": Kind("button", None, 1, _one("unknown")),
    "input_boolean": Kind("input_boolean", None, 1.5, _onoff),
    "automation": Kind("automation", None, 1, _onoff),
    "siren": Kind("siren", None, 0.6, _onoff),
    "humidifier": Kind("humidifier", None, 1.5, _humidifier),
    "todo": Kind("todo", None, 4, _list),
    "temperature": Kind("sensor", "temperature", 3, _number(8, 30, "°C")),
    "humidity": Kind("sensor", "humidity", 2, _number(20, 80, "%")),
    "battery": Kind("sensor", "battery", 2, _number(1, 100, "%")),
    "power": Kind("sensor", "power", 1.5, _number(0, 3000, "W")),
    "illuminance": Kind("sensor", "illuminance", 0.7, _number(0, 900, "lx")),
    "motion": Kind("binary_sensor", "motion", 2, _onoff),
    "door": Kind("binary_sensor", "door", 2, _onoff),
    "contact_window": Kind("binary_sensor", "window", 2, _onoff),
    "moisture": Kind("binary_sensor", "moisture", 0.7, _onoff),
    "smoke": Kind("binary_sensor", "smoke", 0.7, _onoff),
    "weather": Kind("weather", None, 1.2, _one("sunny", "cloudy", "rainy")),
    "person": Kind("person", None, 1, _one("home", "not_home")),
    "air_conditioner": Kind("climate", None, 1, lambda rng: _climate(rng, _HVAC[1:])),
    "heating": Kind("climate", None, 1, lambda rng: _climate(rng, _HVAC[:1])),
    "dehumidifier": Kind("humidifier", None, 0.7, _humidifier),
    "air_purifier": Kind("fan", None, 0.5, _fan),
    "water_heater": Kind("water_heater", None, 0.4, _one("eco", "off", "performance")),
    "aroma_diffuser": Kind("switch", None, 0.3, _onoff, odd=True),
    "pet_feeder": Kind("switch", None, 0.3, _onoff, odd=True),
    "trash_can": Kind("switch", None, 0.2, _onoff, odd=True),
    "bath_tub": Kind("switch", None, 0.2, _onoff, odd=True),
    "oven": Kind("switch", None, 0.3, _onoff, odd=True),
    "coffee_machine": Kind("switch", None, 0.3, _onoff, odd=True),
    "washing_machine": Kind("switch", None, 0.3, _onoff, odd=True),
    "dishwasher": Kind("switch", None, 0.3, _onoff, odd=True),
    "dryer": Kind("switch", None, 0.2, _onoff, odd=True),
    "towel_rail": Kind("switch", None, 0.2, _onoff, odd=True),
    "projector": Kind("media_player", None, 0.2, _player, odd=True),
    "fountain": Kind("switch", None, 0.2, _onoff, odd=True),
    "aquarium": Kind("switch", None, 0.2, _onoff, odd=True),
    "satellite": Kind("assist_satellite", None, 1.6, _one("idle", features=("announce",))),
}


PLAIN: Sequence[str] = (
    "light", "light", "light", "air_conditioner", "heating", "fan", "curtain", "blind", "shutter", "humidifier",
    "dehumidifier", "air_purifier", "tv", "speaker", "water_heater", "aroma_diffuser", "pet_feeder", "trash_can",
    "bath_tub", "garage", "vacuum", "oven", "coffee_machine", "washing_machine", "dishwasher", "dryer",
    "towel_rail", "projector", "fountain", "aquarium", "lock", "window", "outlet", "switch", "temperature",
    "humidity", "climate", "valve", "lawn_mower", "siren",
)  # fmt: skip
"""What stands in many rooms of some homes, each called by what it is."""
