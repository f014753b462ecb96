"""The test home as data: what Home Assistant's configuration, registries and exposure are made from.

Everything that can be commanded stands on helpers (``input_boolean.for_...``): its state survives a restart,
follows a command a moment later as with real devices, and can be changed behind the caller's back by the helper.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Entity:
    """One entity of the home as a person has set it up."""

    id: str
    name: str
    area: str = ""
    aliases: tuple[str, ...] = ()
    exposed: bool = True
    """Whether it is exposed to Assist; the 100 and more entities of ``demo`` are not."""


FLOORS = {"Ground": ["Downstairs"], "Upstairs": ["First floor"]}
AREAS: dict[str, tuple[str, list[str]]] = {
    "Kitchen": ("Ground", []),
    "Living Room": ("Ground", ["Lounge"]),
    "Hall": ("Ground", ["Hallway"]),
    "Garage": ("Ground", []),
    "Bedroom": ("Upstairs", []),
    "Office": ("Upstairs", ["Study"]),
}
TODO_LIST = "Shopping list"
ENTITIES = (
    Entity("light.kitchen_ceiling", "Kitchen ceiling", "Kitchen"),
    Entity("light.kitchen_counter", "Counter light", "Kitchen", ("Worktop light",)),
    Entity("light.living_room_ceiling", "Living room ceiling", "Living Room"),
    Entity("light.floor_lamp", "Floor lamp", "Living Room", ("Mood light",)),
    Entity("light.bedroom_light", "Bedroom light", "Bedroom"),
    Entity("light.bedroom_reading_lamp", "Reading lamp", "Bedroom"),
    Entity("light.office_reading_lamp", "Reading lamp", "Office"),
    Entity("light.hall_light", "Hall light", "Hall"),
    Entity("light.broken_lamp", "Broken lamp", "Office"),  # unavailable
    Entity("light.stuck_lamp", "Stuck lamp", "Garage"),  # takes each command, and does nothing
    Entity("switch.coffee_maker", "Coffee maker", "Kitchen"),
    Entity("switch.secret_switch", "Secret switch", "Office", exposed=False),
    Entity("lock.hall_front_door", "Front door", "Hall"),  # demo has a lock.front_door, not exposed
    Entity("cover.living_room_blind", "Living room blind", "Living Room", ("Blinds",)),
    Entity("cover.main_garage_door", "Garage door", "Garage"),  # likewise a cover.garage_door
    Entity("climate.living_room_thermostat", "Thermostat", "Living Room", ("Heating",)),
    Entity("sensor.living_room_temperature", "Living room temperature", "Living Room"),
    Entity("sensor.bedroom_temperature", "Bedroom temperature", "Bedroom"),
    Entity("media_player.living_room_speaker", "Speaker", "Living Room"),
    Entity("scene.movie_time", "Movie time", "Living Room"),
    Entity("scene.good_night", "Good night"),
    Entity("script.good_morning", "Good morning"),
    Entity("script.welcome_home", "Welcome home", "Hall"),  # unlocks the front door
    Entity("todo.shopping_list", TODO_LIST, "Kitchen"),
    Entity("input_boolean.vacation_mode", "Vacation mode"),
    Entity("timer.pasta", "Pasta", "Kitchen"),
)
DIMMABLE = (
    "kitchen_ceiling", "kitchen_counter", "living_room_ceiling", "floor_lamp", "bedroom_light",
    "bedroom_reading_lamp", "office_reading_lamp",
)  # fmt: skip
COLOURED = ("floor_lamp",)
MODERN_TO_LEGACY = {
    "state": "value_template",
    "level": "level_template",
    "hs": "hs_template",
    "position": "position_template",
    "availability": "availability_template",
}
"""``template:`` keys of today and those of the ``platform: template`` that releases before 2025.10 need."""


def configuration(port: int, *, legacy: bool) -> Row:
    """Return the whole configuration of an HA at that local port."""
    url = f"http://127.0.0.1:{port}"
    place = {"latitude": 52.0, "longitude": 4.0, "elevation": 0, "country": "NL", "time_zone": "UTC"}
    words = {"name": "Test Home", "unit_system": "metric", "currency": "EUR", "language": "en"}
    plain = dict.fromkeys(("api", "config", "conversation", "demo", "frontend", "mobile_app", "webhook"))
    return {
        "homeassistant": {**words, **place, "internal_url": url, "external_url": url},
        "http": {"server_host": "127.0.0.1", "server_port": port},
        "logger": {"default": "warning"},
        **plain,
        "automation": [],
        "script": _scripts(),
        "scene": _scenes(),
        "timer": {"pasta": {"duration": "00:10:00"}},
        **_helpers(),
        **(_legacy_templates() if legacy else {"template": [_templates()]}),
        "climate": [_thermostat()],
        "media_player": [_speaker()],
    }


def _templates() -> dict[str, list[Row]]:
    """Return the template entities as ``template:`` has them; their entity ids come from their names."""
    lights = [_light(name) for name in (*DIMMABLE, "hall_light")]
    broken = _light("hall_light") | _named("broken_lamp") | {"availability": "{{ false }}"}
    stuck = {**_named("stuck_lamp"), "state": "{{ false }}", "turn_on": [], "turn_off": []}
    return {
        "light": [*lights, broken, stuck],
        "switch": [_switch("coffee_maker"), _switch("secret_switch")],
        "lock": [_lock("hall_front_door")],
        "cover": [_blind("living_room_blind"), _garage_door("main_garage_door")],
        "sensor": [_temperature("living_room_temperature", 19.5), _temperature("bedroom_temperature", 17.0)],
    }


def _legacy_templates() -> Row:
    """Return the same as older releases want them: a platform for each domain, sensors excepted."""
    modern = _templates()
    platforms: Row = {"template": [{"sensor": modern.pop("sensor")}]}
    for domain, rows in modern.items():
        old = [{MODERN_TO_LEGACY.get(key, key): value for key, value in row.items()} for row in rows]
        if domain == "lock":
            platforms[domain] = [{"platform": "template", **row} for row in old]
        else:
            plural = "switches" if domain == "switch" else f"{domain}s"
            platforms[domain] = [{"platform": "template", plural: {row.pop("name"): row for row in old}}]
    return platforms


def _named(name: str) -> Row:
    return {"name": name, "unique_id": f"test-home-{name}"}


def _do(service: str, target: str, **data: Any) -> Row:
    return {"service": service, "target": {"entity_id": target}, "data": data}


def _light(name: str) -> Row:
    """Return a light; a brightness helper at 0 means that it was never dimmed."""
    turned_on, level = f"input_boolean.for_{name}", f"input_number.for_{name}_level"
    on = _do("input_boolean.turn_on", turned_on)
    row = _switch(name)
    if name in DIMMABLE:
        row["level"] = f"{{{{ states('{level}') | int(0) or 255 }}}}"
        row["set_level"] = [on, _do("input_number.set_value", level, value="{{ brightness }}")]
    if name in COLOURED:
        hue, saturation = f"input_number.for_{name}_hue", f"input_number.for_{name}_saturation"
        row["hs"] = f"{{{{ (states('{hue}') | float(0), states('{saturation}') | float(0)) }}}}"
        row["set_hs"] = [
            on,
            _do("input_number.set_value", hue, value="{{ h }}"),
            _do("input_number.set_value", saturation, value="{{ s }}"),
            {"condition": "template", "value_template": "{{ brightness is defined }}"},
            _do("input_number.set_value", level, value="{{ brightness }}"),
        ]
    return row


def _switch(name: str) -> Row:
    helper = f"input_boolean.for_{name}"
    on, off = _do("input_boolean.turn_on", helper), _do("input_boolean.turn_off", helper)
    return {**_named(name), "state": f"{{{{ is_state('{helper}', 'on') }}}}", "turn_on": [on], "turn_off": [off]}


def _lock(name: str) -> Row:
    """Return a lock that is locked at first."""
    opened = f"input_boolean.for_{name}"
    unlock, lock = _do("input_boolean.turn_on", opened), _do("input_boolean.turn_off", opened)
    state = f"{{{{ 'unlocked' if is_state('{opened}', 'on') else 'locked' }}}}"
    return {**_named(name), "state": state, "lock": [lock], "unlock": [unlock]}


def _blind(name: str) -> Row:
    helper = f"input_number.for_{name}"
    return {
        **_named(name),
        "device_class": "blind",
        "position": f"{{{{ states('{helper}') | int(0) }}}}",
        "open_cover": [_do("input_number.set_value", helper, value=100)],
        "close_cover": [_do("input_number.set_value", helper, value=0)],
        "set_cover_position": [_do("input_number.set_value", helper, value="{{ position }}")],
    }


def _garage_door(name: str) -> Row:
    helper = f"input_boolean.for_{name}"
    return {
        **_named(name),
        "device_class": "garage",
        "state": f"{{{{ 'open' if is_state('{helper}', 'on') else 'closed' }}}}",
        "open_cover": [_do("input_boolean.turn_on", helper)],
        "close_cover": [_do("input_boolean.turn_off", helper)],
    }


def _temperature(name: str, value: float) -> Row:
    classes = {"device_class": "temperature", "state_class": "measurement", "unit_of_measurement": "°C"}
    return {**_named(name), "state": f"{{{{ {value} }}}}", **classes}


def _thermostat() -> Row:
    return {
        "platform": "generic_thermostat",
        **_named("living_room_thermostat"),
        "heater": "input_boolean.for_heater",
        "target_sensor": "sensor.living_room_temperature",
        "min_temp": 7,
        "max_temp": 28,
        "target_temp": 20,
        "target_temp_step": 0.5,
        "initial_hvac_mode": "heat",
    }


def _speaker() -> Row:
    """Return a media player with a unique id, so that it can be placed; it stands in front of one of ``demo``."""
    return {"platform": "universal", **_named("living_room_speaker"), "children": ["media_player.walkman"]}


def _scripts() -> Row:
    kitchen = ["light.kitchen_ceiling", "light.kitchen_counter"]
    lights_on = {"service": "light.turn_on", "target": {"entity_id": kitchen}}
    morning = [lights_on, _do("cover.open_cover", "cover.living_room_blind")]
    welcome = [_do("lock.unlock", "lock.hall_front_door"), _do("light.turn_on", "light.hall_light")]
    return {
        "good_morning": {"alias": "Good morning", "sequence": morning},
        "welcome_home": {"alias": "Welcome home", "sequence": welcome},
    }


def _scenes() -> list[Row]:
    movie: Row = {
        "light.floor_lamp": {"state": "on", "brightness": 77},
        "light.living_room_ceiling": {"state": "off"},
        "cover.living_room_blind": {"state": "closed", "current_position": 0},
    }
    night: Row = {f"light.{name}": {"state": "off"} for name in (*DIMMABLE, "hall_light")}
    return [
        {"id": "movie_time", "name": "Movie time", "entities": movie},
        {"id": "good_night", "name": "Good night", "entities": night},
    ]


def _helpers() -> Row:
    others = ("hall_light", "coffee_maker", "secret_switch", "hall_front_door", "main_garage_door", "heater")
    ranges = {f"{name}_level": 255 for name in DIMMABLE}
    ranges |= {f"{name}_hue": 360 for name in COLOURED} | {f"{name}_saturation": 100 for name in COLOURED}
    ranges["living_room_blind"] = 100
    return {
        "input_boolean": {"vacation_mode": {"name": "Vacation mode"}}
        | {f"for_{name}": {} for name in (*DIMMABLE, *others)},
        "input_number": {f"for_{name}": {"min": 0, "max": top, "step": 0.1} for name, top in ranges.items()},
    }
