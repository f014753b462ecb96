"""Rooms: where a command that needs a room may be meant."""

from collections.abc import Iterable
from dataclasses import dataclass

from actions.home import Entity, Home
from bridge.tiers.grammar.match import Match

_DOMAINS = {
    "HassClimateSetTemperature": ("climate",),
    "HassClimateSetFanMode": ("climate",),
    "HassClimateGetTemperature": ("climate",),
    "HassFanSetSpeed": ("fan",),
    "HassLightSet": ("light",),
    "HassMediaNext": ("media_player",),
    "HassMediaPause": ("media_player",),
    "HassMediaPlayerMute": ("media_player",),
    "HassMediaPlayerUnmute": ("media_player",),
    "HassMediaPrevious": ("media_player",),
    "HassMediaUnpause": ("media_player",),
    "HassSetVolume": ("media_player",),
    "HassSetVolumeRelative": ("media_player",),
    "HassVacuumCleanArea": (),
}
_MEDIA_ON = {"HassMediaUnpause": frozenset({"paused"})}
_PLAYING = frozenset({"playing", "buffering"})
_QUESTIONS = {
    "en": "In which room?",
    "da": "I hvilket rum?",
    "de": "In welchem Raum?",
    "es": "¿En qué habitación?",
    "fi": "Missä huoneessa?",
    "fr": "Dans quelle pièce ?",
    "it": "In quale stanza?",
    "nb": "I hvilket rom?",
    "nl": "In welke kamer?",
    "pl": "W którym pokoju?",
    "pt": "Em que divisão?",
    "sv": "I vilket rum?",
}


@dataclass(frozen=True, slots=True)
class Rooms:
    """What a roomless command could be about."""

    entities: tuple[Entity, ...]
    names: tuple[str, ...]
    anywhere: bool
    """Whether the command is about a room itself and not about devices in it."""


def rooms_for(match: Match, home: Home) -> Rooms:
    """The rooms that have what the command is about."""
    wanted = match.slots["domain"].value if "domain" in match.slots else _DOMAINS.get(match.intent, ())
    domains = {wanted} if isinstance(wanted, str) else set(wanted)
    if not domains:
        return Rooms((), tuple(area.name for area in home.areas.values()), anywhere=True)
    device_class = match.slots["device_class"].value if "device_class" in match.slots else None
    entities = tuple(
        entity
        for entity in home.exposed
        if entity.domain in domains and device_class in (None, entity.device_class)
    )
    inside = {entity.area for entity in entities}
    return Rooms(entities, tuple(area.name for area in home.areas.values() if area.id in inside), anywhere=False)


def looks_at_states(match: Match) -> bool:
    """Whether the reading may change with what is playing."""
    return match.assumes_room and _DOMAINS.get(match.intent) == ("media_player",)


def playing(match: Match, home: Home, entities: Iterable[Entity]) -> Entity | None:
    """The one media player that plays (or is paused, for going on), if there is just one."""
    states = _MEDIA_ON.get(match.intent, _PLAYING)
    found = [e for e in entities if e.domain == "media_player" and home.state(e.id).state in states]
    return found[0] if len(found) == 1 else None


def question(language: str, names: tuple[str, ...]) -> str:
    """Ask for the room; where the language has no question of its own, the rooms with a question mark."""
    asked = _QUESTIONS.get(language) or _QUESTIONS.get(language.partition("-")[0])
    return asked or f"{', '.join(names)}?"
