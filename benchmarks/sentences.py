"""Twenty-two things that people say to the test home, and how one sees that they were done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

States = dict[str, dict[str, Any]]
Call = tuple[str, str, dict[str, Any]]


def _off(*entities: str) -> Call:
    return ("homeassistant", "turn_off", {"entity_id": list(entities)})


def _on(*entities: str) -> Call:
    return ("homeassistant", "turn_on", {"entity_id": list(entities)})


def _is(state: str, *entities: str) -> Callable[[States, str], bool]:
    return lambda states, _: all(states[entity]["state"] == state for entity in entities)


def _has(entity: str, name: str, value: object) -> Callable[[States, str], bool]:
    return lambda states, _: bool(states[entity]["attributes"].get(name) == value)


def _near(entity: str, name: str, value: float) -> Callable[[States, str], bool]:
    return lambda states, _: abs((states[entity]["attributes"].get(name) or 0) - value) <= 1.5


def _says(*words: str) -> Callable[[States, str], bool]:
    return lambda _, said: any(word in said.casefold() for word in words)


@dataclass(frozen=True)
class Sentence:
    """One of them."""

    text: str
    before: tuple[Call, ...]
    """What makes the home such that there is something to do."""
    done: Callable[[States, str], bool]
    """Given the states afterwards and what was said."""


def _both(*parts: Callable[[States, str], bool]) -> Callable[[States, str], bool]:
    return lambda states, said: all(part(states, said) for part in parts)


_LAMP, _HALL = "light.floor_lamp", "light.hall_light"
_KITCHEN = ("light.kitchen_ceiling", "light.kitchen_counter")
_BEDROOM = ("light.bedroom_light", "light.bedroom_reading_lamp")
_LOUNGE = (_LAMP, "light.living_room_ceiling")
_UPSTAIRS = (*_BEDROOM, "light.office_reading_lamp")
_BLIND, _DOOR, _COFFEE = "cover.living_room_blind", "lock.hall_front_door", "switch.coffee_maker"
_SPEAKER, _THERMOSTAT = "media_player.living_room_speaker", "climate.living_room_thermostat"
_CLOSED: Call = ("cover", "close_cover", {"entity_id": _BLIND})
_LOCKED: Call = ("lock", "lock", {"entity_id": _DOOR})
_OPEN_DOOR: Call = ("lock", "unlock", {"entity_id": _DOOR})
_LOUD: Call = ("media_player", "volume_set", {"entity_id": _SPEAKER, "volume_level": 0.9})
_COLD: Call = ("climate", "set_temperature", {"entity_id": _THERMOSTAT, "temperature": 18})

SENTENCES = (
    Sentence("turn on the kitchen lights", (_off(*_KITCHEN),), _is("on", *_KITCHEN)),
    Sentence("Turn on the bedroom lights 💡", (_off(*_BEDROOM),), _is("on", *_BEDROOM)),
    Sentence("set the floor lamp to blue", (_off(_LAMP),), _has(_LAMP, "rgb_color", [0, 0, 255])),
    Sentence(
        "set the bedroom light to 30 percent brightness", (_off(*_BEDROOM),), _near(_BEDROOM[0], "brightness", 77)
    ),
    Sentence("set the living room blind to 40%", (_CLOSED,), _has(_BLIND, "current_position", 40)),
    Sentence("set the thermostat to 21.5 degrees", (_COLD,), _has(_THERMOSTAT, "temperature", 21.5)),
    Sentence("set the speaker volume to 35 percent", (_LOUD,), _has(_SPEAKER, "volume_level", 0.35)),
    Sentence("activate movie time", (_off(_LAMP),), _is("on", _LAMP)),
    Sentence("run good morning", (_off(*_KITCHEN),), _is("on", *_KITCHEN)),
    Sentence("add oat milk to my shopping list", (), _says("oat milk", "added")),
    Sentence("is the front door locked?", (_LOCKED,), _says("yes")),
    Sentence("what is the temperature in the bedroom", (), _says("17")),
    Sentence(
        "turn on the coffee maker and then turn off the hall light",
        (_off(_COFFEE), _on(_HALL)),
        _both(_is("on", _COFFEE), _is("off", _HALL)),
    ),
    Sentence("turn on the hall light and the coffee maker", (_off(_HALL, _COFFEE),), _is("on", _HALL, _COFFEE)),
    Sentence("could you please turn on the hall light", (_off(_HALL),), _is("on", _HALL)),
    Sentence("hey, switch off the coffee maker please", (_on(_COFFEE),), _is("off", _COFFEE)),
    Sentence("turn on the mood light", (_off(_LAMP),), _is("on", _LAMP)),
    Sentence("open the blinds", (_CLOSED,), _is("open", _BLIND)),
    Sentence("turn the lights off in the lounge", (_on(*_LOUNGE),), _is("off", *_LOUNGE)),
    Sentence("turn off all the lights upstairs", (_on(*_UPSTAIRS),), _is("off", *_UPSTAIRS)),
    Sentence(
        "turn on the worktop light and set it to 50%", (_off(*_KITCHEN),), _near(_KITCHEN[1], "brightness", 128)
    ),
    Sentence(
        "turn off the kitchen lights and lock the front door",
        (_on(*_KITCHEN), _OPEN_DOOR),
        _both(_is("off", *_KITCHEN), _is("locked", _DOOR)),
    ),
)
