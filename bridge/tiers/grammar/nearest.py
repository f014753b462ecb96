"""Nearest: the sentences that would be understood in this home, to offer when nothing was."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from rapidfuzz import fuzz, process

from actions.home import Home
from actions.registry import Registry
from actions.text import normalise

MOST = 400
_PER_DOMAIN = 60
_OFFERED = 3
_LEAST_LIKE = 50

_NAMED: dict[str, tuple[tuple[str, str], ...]] = {
    "light": (
        ("HassTurnOn", "turn on the {}"),
        ("HassTurnOff", "turn off the {}"),
        ("HassLightSet", "set the {} to 50 percent"),
    ),
    "switch": (("HassTurnOn", "turn on the {}"), ("HassTurnOff", "turn off the {}")),
    "input_boolean": (("HassTurnOn", "turn on the {}"), ("HassTurnOff", "turn off the {}")),
    "fan": (
        ("HassTurnOn", "turn on the {}"),
        ("HassTurnOff", "turn off the {}"),
        ("HassFanSetSpeed", "set the {} speed to 50 percent"),
    ),
    "cover": (
        ("HassTurnOn", "open the {}"),
        ("HassTurnOff", "close the {}"),
        ("HassSetPosition", "set the {} to 50 percent"),
    ),
    "valve": (("HassTurnOn", "open the {}"), ("HassTurnOff", "close the {}")),
    "lock": (
        ("HassTurnOn", "lock the {}"),
        ("HassTurnOff", "unlock the {}"),
        ("HassGetState", "is the {} locked?"),
    ),
    "climate": (("HassClimateSetTemperature", "set the {} to 21 degrees"),),
    "media_player": (
        ("HassTurnOff", "turn off the {}"),
        ("HassMediaPause", "pause the {}"),
        ("HassSetVolume", "set the {} volume to 30 percent"),
        ("HassMediaNext", "next track on the {}"),
    ),
    "scene": (("HassTurnOn", "activate {}"),),
    "script": (("HassTurnOn", "run {}"),),
    "vacuum": (("HassVacuumStart", "start {}"), ("HassVacuumReturnToBase", "return {} to base")),
    "todo": (("HassListAddItem", "add milk to my {}"),),
    "sensor": (("HassGetState", "what is the {}?"),),
}
_AREAS: dict[str, tuple[tuple[str, str], ...]] = {
    "light": (
        ("HassTurnOn", "turn on the lights in the {}"),
        ("HassTurnOff", "turn off the lights in the {}"),
        ("HassLightSet", "set the {} brightness to 50 percent"),
    ),
    "climate": (
        ("HassClimateSetTemperature", "set the temperature in the {} to 21 degrees"),
        ("HassClimateGetTemperature", "what is the temperature in the {}?"),
    ),
    "vacuum": (("HassVacuumCleanArea", "vacuum the {}"),),
}
_ANYTIME = (
    ("HassGetCurrentTime", "what time is it?"),
    ("HassGetCurrentDate", "what is the date?"),
    ("HassGetWeather", "what is the weather like?"),
    ("HassStartTimer", "set a timer for 5 minutes"),
    ("HassCancelTimer", "cancel the timer"),
    ("HassTimerStatus", "how long is left on the timer?"),
    ("HassShoppingListAddItem", "add milk to the shopping list"),
    ("HassBroadcast", "announce dinner is ready"),
    ("HassTurnOff", "turn off all the lights"),
)


class Nearest:
    """A bounded choice of the home's sentences in English, made when first asked for."""

    def __init__(self, home: Home, registry: Registry) -> None:
        self._home = home
        self._registry = registry

    def to(self, text: str) -> tuple[str, ...]:
        """The sentences most like a text, best first."""
        found = process.extract(
            normalise(text), self._plain, scorer=fuzz.token_sort_ratio, limit=_OFFERED, score_cutoff=_LEAST_LIKE
        )
        return tuple(self.sentences[index] for _, _, index in found)

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """All that may be offered."""
        known = (sentence for intent, sentence in self._all() if intent in self._registry)
        return tuple(dict.fromkeys(known))[:MOST]

    @cached_property
    def _plain(self) -> list[str]:
        return [normalise(sentence) for sentence in self.sentences]

    def _all(self) -> Iterator[tuple[str, str]]:
        yield from _ANYTIME
        used: defaultdict[str, int] = defaultdict(int)
        rooms: dict[tuple[str, str], None] = {}
        for entity in self._home.exposed:
            area = self._home.area_of(entity)
            if area is not None:
                rooms[area.name, entity.domain] = None
        for name, domain in list(rooms)[:MOST]:
            yield from ((intent, form.format(name.lower())) for intent, form in _AREAS.get(domain, ()))
        for entity in self._home.exposed:
            used[entity.domain] += 1
            if used[entity.domain] <= _PER_DOMAIN:
                yield from (
                    (intent, form.format(entity.name.lower())) for intent, form in _NAMED.get(entity.domain, ())
                )
