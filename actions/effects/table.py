"""Which intent does what, on which domains."""

from collections.abc import Callable, Mapping
from typing import Any

from actions.effects import levels, media, switching
from actions.effects.base import Effect, Unsupported
from actions.home import Entity, State

_MEDIA = frozenset({"media_player"})
_HUMIDIFIERS = frozenset({"humidifier"})
_Make = Callable[[Entity, State, Any], Effect]


def _list_item(intent: str) -> _Make:
    return lambda entity, _state, arguments: media.list_item(entity, intent, arguments)


_TABLE: Mapping[str, tuple[frozenset[str], _Make]] = {
    "HassTurnOn": (switching.DOMAINS, lambda e, s, _a: switching.turn_on(e, s)),
    "HassTurnOff": (
        switching.DOMAINS - {"scene", "button", "input_button"},
        lambda e, s, _a: switching.turn_off(e, s),
    ),
    "HassToggle": (switching.TOGGLED, lambda e, s, _a: switching.toggle(e, s)),
    "HassStopMoving": (frozenset({"cover", "valve"}), lambda e, _s, _a: switching.stop(e)),
    "HassLightSet": (frozenset({"light"}), levels.light_set),
    "HassClimateSetTemperature": (frozenset({"climate"}), levels.climate_set),
    "HassClimateSetFanMode": (frozenset({"climate"}), levels.climate_fan_mode),
    "HassSetPosition": (frozenset({"cover", "valve"}), levels.set_position),
    "HassFanSetSpeed": (frozenset({"fan"}), levels.fan_speed),
    "HassHumidifierSetpoint": (_HUMIDIFIERS, levels.humidity),
    "HassHumidifierMode": (_HUMIDIFIERS, levels.humidifier_mode),
    "HassSetVolume": (_MEDIA, levels.set_volume),
    "HassSetVolumeRelative": (_MEDIA, levels.change_volume),
    "HassMediaPause": (_MEDIA, lambda e, s, _a: media.pause(e, s)),
    "HassMediaUnpause": (_MEDIA, lambda e, s, _a: media.play(e, s)),
    "HassMediaNext": (_MEDIA, lambda e, s, _a: media.skip(e, s, forward=True)),
    "HassMediaPrevious": (_MEDIA, lambda e, s, _a: media.skip(e, s, forward=False)),
    "HassMediaPlayerMute": (_MEDIA, lambda e, s, _a: levels.mute(e, s, muted=True)),
    "HassMediaPlayerUnmute": (_MEDIA, lambda e, s, _a: levels.mute(e, s, muted=False)),
    "HassMediaSearchAndPlay": (_MEDIA, lambda e, _s, a: media.search_and_play(e, a)),
    "HassVacuumStart": (frozenset({"vacuum"}), lambda e, s, _a: switching.turn_on(e, s)),
    "HassVacuumReturnToBase": (frozenset({"vacuum"}), lambda e, s, _a: switching.turn_off(e, s)),
    "HassLawnMowerStartMowing": (frozenset({"lawn_mower"}), lambda e, s, _a: switching.turn_on(e, s)),
    "HassLawnMowerDock": (frozenset({"lawn_mower"}), lambda e, s, _a: switching.turn_off(e, s)),
    "HassBroadcast": (frozenset({"assist_satellite"}), lambda _e, _s, a: media.announce(a.message)),
    **{
        name: (frozenset({"todo"}), _list_item(name))
        for name in (
            "HassListAddItem",
            "HassListCompleteItem",
            "HassListRemoveItem",
            "HassShoppingListAddItem",
            "HassShoppingListCompleteItem",
        )
    },
}

DOMAINS: Mapping[str, frozenset[str]] = {
    **{name: domains for name, (domains, _) in _TABLE.items()},
    "HassVacuumCleanArea": frozenset({"vacuum"}),
    "HassClimateGetTemperature": frozenset({"climate"}),
    "HassGetWeather": frozenset({"weather"}),
}
"""The domains that each intent works on; intents that are not here work on any."""


def effect_of(intent: str, entity: Entity, state: State, arguments: Any) -> Effect:
    """The service call that carries out an intent on one entity.

    :raises Unsupported: the entity cannot do it.
    """
    domains, make = _TABLE[intent]
    if entity.domain not in domains:
        raise Unsupported(f"a {entity.domain.replace('_', ' ')} cannot do that")
    return make(entity, state, arguments)
