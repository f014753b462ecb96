"""HassTurnOn and HassTurnOff, which mean something else in each domain."""

from collections.abc import Callable

from actions.action import Risk
from actions.effects.base import Effect, Unsupported, has, stands
from actions.expect import Attribute, Expectation
from actions.home import Entity, State

MOVE_S = 90.0
"""Longest time that a cover, valve or gate may take."""
BOLT_S = 15.0
"""Longest time that a lock may take."""
_OPEN, _CLOSE, _STOP = 1, 2, 8
_VACUUM_START, _VACUUM_HOME, _VACUUM_ON, _VACUUM_OFF = 8192, 16, 1, 2
_CLIMATE_OFF, _CLIMATE_ON = 128, 256
_CLIMATE_MODES = ("heat_cool", "heat", "cool", "auto", "dry", "fan_only")
"""All but off, in the order in which one that cannot just be turned on is set."""
_MEDIA_ON, _MEDIA_OFF = 128, 256

_Make = Callable[[Entity, State], Effect]


def _plain(domain: str, on: bool) -> Effect:
    word = "on" if on else "off"
    return Effect(f"{domain}.turn_{word}", f"turn {word} {{}}", stands(word))


def _move(entity: Entity, state: State, *, opens: bool) -> Effect:
    verb, bit = ("open", _OPEN) if opens else ("close", _CLOSE)
    if entity.features and not entity.features & bit:
        raise Unsupported(f"it cannot be asked to {verb}")
    if opens and "current_position" in state.attributes:
        # One that is half open shows "open" all the time; some stop just short of 100.
        wide = (Attribute("current_position", 100, 5),)
        expect = Expectation(frozenset({"open"}), wide, timeout=MOVE_S)
    else:
        expect = stands("open" if opens else "closed", timeout=MOVE_S)
    return Effect(f"{entity.domain}.{verb}_{entity.domain}", f"{verb} {{}}", expect, opens=opens)


def _bolt(*, locks: bool) -> Effect:
    if locks:
        return Effect("lock.lock", "lock {}", stands("locked", timeout=BOLT_S))
    return Effect("lock.unlock", "unlock {}", stands("unlocked", "open", timeout=BOLT_S), risk=Risk.SENSITIVE)


def _vacuum(entity: Entity, *, starts: bool) -> Effect:
    if starts:
        service = "vacuum.start" if entity.features & _VACUUM_START else "vacuum.turn_on"
        if not entity.features & (_VACUUM_START | _VACUUM_ON):
            raise Unsupported("it cannot be started from here")
        return Effect(service, "start {}", stands("cleaning", "on", timeout=15))
    if entity.features & _VACUUM_HOME:
        return Effect("vacuum.return_to_base", "send {} home", stands("returning", "docked", timeout=15))
    if entity.features & _VACUUM_OFF:
        return Effect("vacuum.turn_off", "stop {}", stands("off", "idle", "docked", timeout=15))
    raise Unsupported("it cannot be sent home from here")


def _mower(*, starts: bool) -> Effect:
    if starts:
        return Effect("lawn_mower.start_mowing", "start {}", stands("mowing", timeout=15))
    return Effect("lawn_mower.dock", "dock {}", stands("docked", "returning", timeout=15))


def _climate(entity: Entity, state: State, *, on: bool) -> Effect:
    if on:
        modes = [mode for mode in entity.modes if mode != "off"]
        if entity.features & _CLIMATE_ON:
            return Effect("climate.turn_on", "turn on {}", stands(*_CLIMATE_MODES, *modes))
        if not modes:
            raise Unsupported("it cannot be turned on from here")
        usual = next((mode for mode in _CLIMATE_MODES if mode in modes), modes[0])
        mode = state.state if state.state in modes else usual
        return Effect("climate.set_hvac_mode", "turn on {}", stands(mode), {"hvac_mode": mode})
    if "off" in entity.modes:
        return Effect("climate.set_hvac_mode", "turn off {}", stands("off"), {"hvac_mode": "off"})
    if entity.features & _CLIMATE_OFF:
        return Effect("climate.turn_off", "turn off {}", stands("off"))
    raise Unsupported("it cannot be turned off from here")


def _media(entity: Entity, *, on: bool) -> Effect:
    if not entity.features & (_MEDIA_ON if on else _MEDIA_OFF):
        raise Unsupported(f"it cannot be turned {'on' if on else 'off'} from here")
    if on:
        running = stands("on", "idle", "playing", "paused", "buffering", "standby", timeout=15)
        return Effect("media_player.turn_on", "turn on {}", running)
    return Effect("media_player.turn_off", "turn off {}", stands("off", "standby", timeout=15))


_AUTOMATIC: dict[str, _Make] = {
    "scene": lambda _e, _s: Effect("scene.turn_on", "activate {}", Expectation(changed=("state",))),
    "script": lambda _e, _s: Effect("script.turn_on", "run {}", Expectation(changed=("last_triggered",))),
    "button": lambda _e, _s: Effect("button.press", "press {}", Expectation(changed=("state",))),
    "input_button": lambda _e, _s: Effect("input_button.press", "press {}", Expectation(changed=("state",))),
}

_ON: dict[str, _Make] = {
    "cover": lambda e, s: _move(e, s, opens=True),
    "valve": lambda e, s: _move(e, s, opens=True),
    "lock": lambda _e, _s: _bolt(locks=True),
    "vacuum": lambda e, _s: _vacuum(e, starts=True),
    "lawn_mower": lambda _e, _s: _mower(starts=True),
    "climate": lambda e, s: _climate(e, s, on=True),
    "media_player": lambda e, _s: _media(e, on=True),
    **_AUTOMATIC,
}

_OFF: dict[str, _Make] = {
    "cover": lambda e, s: _move(e, s, opens=False),
    "valve": lambda e, s: _move(e, s, opens=False),
    "lock": lambda _e, _s: _bolt(locks=False),
    "vacuum": lambda e, _s: _vacuum(e, starts=False),
    "lawn_mower": lambda _e, _s: _mower(starts=False),
    "climate": lambda e, s: _climate(e, s, on=False),
    "media_player": lambda e, _s: _media(e, on=False),
    "script": lambda _e, _s: Effect("script.turn_off", "stop {}", stands("off")),
}

PLAIN = frozenset({"light", "switch", "fan", "input_boolean", "humidifier", "siren", "automation", "remote"})
"""Domains whose turn_on and turn_off mean just that."""
DOMAINS = PLAIN | _ON.keys()


def turn_on(entity: Entity, state: State) -> Effect:
    """HassTurnOn on one entity."""
    make = _ON.get(entity.domain)
    return make(entity, state) if make else _plain(entity.domain, on=True)


def turn_off(entity: Entity, state: State) -> Effect:
    """HassTurnOff on one entity."""
    make = _OFF.get(entity.domain)
    if make:
        return make(entity, state)
    if entity.domain in PLAIN:
        return _plain(entity.domain, on=False)
    raise Unsupported("it cannot be turned off")


TOGGLED = PLAIN | {"climate", "cover", "media_player", "valve"}
"""Domains in which a thing has an opposite state that is safe to guess; a lock's is not."""
_IS_OFF = frozenset({"off", "closed", "standby"})


def toggle(entity: Entity, state: State) -> Effect:
    """HassToggle on one entity."""
    return turn_on(entity, state) if state.state in _IS_OFF else turn_off(entity, state)


def stop(entity: Entity) -> Effect:
    """HassStopMoving on one cover or valve."""
    has(_STOP, entity.features, "it cannot be stopped on the way")
    return Effect(f"{entity.domain}.stop_{entity.domain}", "stop {}", stands("open", "closed"))
