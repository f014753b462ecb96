"""Intents that set a level: light, cover, fan, climate, volume."""

from typing import Any

from actions import colours
from actions.catalog import parameters as p
from actions.effects.base import Effect, NotNow, Unsupported, has, quoted, stands
from actions.effects.switching import MOVE_S
from actions.expect import Attribute, Expectation
from actions.home import Entity, State

_COLOUR_MODES = frozenset({"hs", "xy", "rgb", "rgbw", "rgbww"})
_DIM_MODES = _COLOUR_MODES | {"brightness", "color_temp", "white"}
_COVER_POSITION = _VALVE_POSITION = 4
_FAN_SPEED = 1
_HUMIDIFIER_MODES = 1
_CLIMATE_TARGET, _CLIMATE_FAN_MODE = 1, 8
_VOLUME_SET, _VOLUME_MUTE, _VOLUME_STEP = 4, 8, 1024


def _close_to(
    name: str, value: Any, tolerance: float, *, timeout: float = 5.0, states: frozenset[str] = frozenset()
) -> Expectation:
    return Expectation(states=states, attributes=(Attribute(name, value, tolerance),), timeout=timeout)


def _bounded(value: float) -> int:
    return round(max(0, min(100, value)))


def light_set(entity: Entity, state: State, arguments: p.LightSet) -> Effect:
    """Brightness, colour and colour temperature of one light."""
    data: dict[str, Any] = {}
    wanted: list[Attribute] = []
    words: list[str] = []
    percent = _brightness(entity, state, arguments)
    if percent == 0:
        return Effect("light.turn_off", "turn off {}", stands("off"))
    if percent is not None:
        data["brightness_pct"] = percent
        # Lights round to their own steps; 3 of 255 is about one percent.
        wanted.append(Attribute("brightness", round(percent * 2.55), 3))
        words.append(f"{percent} %")
    if arguments.color is not None:
        if not _COLOUR_MODES & set(entity.modes):
            raise Unsupported("it has no colours")
        data["color_name"] = arguments.color
        wanted.append(Attribute("rgb_color", colours.shine(arguments.color), 10))
        words.append(arguments.color)
    if arguments.temperature is not None:
        if "color_temp" not in entity.modes:
            raise Unsupported("its colour temperature cannot be set")
        kelvin = _kelvin(state, arguments.temperature)
        data["color_temp_kelvin"] = kelvin
        wanted.append(Attribute("color_temp_kelvin", kelvin, kelvin * 0.02))
        words.append(f"{kelvin} K")
    expect = Expectation(states=frozenset({"on"}), attributes=tuple(wanted))
    return Effect("light.turn_on", f"set {{}} to {' and '.join(words)}", expect, data)


def _brightness(entity: Entity, state: State, arguments: p.LightSet) -> int | None:
    if arguments.brightness is None and arguments.brightness_step is None:
        return None
    if not _DIM_MODES & set(entity.modes):
        raise Unsupported("it cannot be dimmed")
    if arguments.brightness_step is None:
        return arguments.brightness
    if arguments.brightness_step < 0 and state.state == "off":
        raise NotNow("it is off")
    now = (state.attributes.get("brightness") or 0) / 2.55
    # "A bit darker" must not switch a lamp off; only an absolute 0 does.
    return max(1, _bounded(now + arguments.brightness_step))


def _kelvin(state: State, wanted: int) -> int:
    low = state.attributes.get("min_color_temp_kelvin") or 0
    high = state.attributes.get("max_color_temp_kelvin") or 20_000
    return int(max(low, min(high, wanted)))


def climate_set(entity: Entity, state: State, arguments: p.ClimateSet) -> Effect:
    """The wanted temperature of one thermostat."""
    has(_CLIMATE_TARGET, entity.features, "it has no single target temperature to set")
    wanted = arguments.temperature
    if wanted is None:
        now = state.attributes.get("temperature")
        if not isinstance(now, int | float):
            raise NotNow("it has no target temperature now to change from")
        wanted = now + (arguments.temperature_step or 0)
    low, high = state.attributes.get("min_temp"), state.attributes.get("max_temp")
    if (low is not None and wanted < low) or (high is not None and wanted > high):
        raise Unsupported(f"it takes {low} to {high} degrees")
    # A thermostat rounds to its own steps.
    grain = max(0.26, float(state.attributes.get("target_temp_step") or 0) / 2 + 0.01)
    return Effect(
        "climate.set_temperature",
        f"set {{}} to {wanted:g} degrees",
        _close_to("temperature", wanted, grain),
        {"temperature": wanted},
    )


def climate_fan_mode(entity: Entity, state: State, arguments: p.FanMode) -> Effect:
    """The fan mode of one climate device."""
    has(_CLIMATE_FAN_MODE, entity.features, "it has no fan modes")
    modes = [str(mode) for mode in state.attributes.get("fan_modes") or []]
    found = next((mode for mode in modes if mode.casefold() == arguments.fan_mode.casefold()), None)
    if found is None:
        raise Unsupported(f"its fan modes are {', '.join(modes)}")
    return Effect(
        "climate.set_fan_mode",
        f"set the fan of {{}} to {quoted(found)}",
        _close_to("fan_mode", found, 0),
        {"fan_mode": found},
    )


def set_position(entity: Entity, state: State, arguments: p.Position) -> Effect:
    """How far one cover or valve is open."""
    has(_COVER_POSITION, entity.features, "its position cannot be set, only opened or closed")
    wanted, step = arguments.position or 0, arguments.position_step
    if step is not None:
        now = state.attributes.get("current_position")
        if now is None:
            raise Unsupported("its position is not known")
        wanted = _bounded(now + step)
    return Effect(
        f"{entity.domain}.set_{entity.domain}_position",
        f"set {{}} to {wanted} % open",
        _close_to("current_position", wanted, 2, timeout=MOVE_S),
        {"position": wanted},
        opens=wanted > 0,
    )


def fan_speed(entity: Entity, state: State, arguments: p.FanSpeed) -> Effect:
    """The speed of one fan."""
    has(_FAN_SPEED, entity.features, "its speed cannot be set")
    step = arguments.percentage_step
    if step is not None and step < 0 and state.state == "off":
        raise NotNow("it is off")
    now = state.attributes.get("percentage") or 0
    wanted = max(1, _bounded(now + step)) if step is not None else arguments.percentage or 0
    if wanted == 0:
        return Effect("fan.turn_off", "turn off {}", stands("off"))
    # A fan with three speeds rounds to the next one.
    grain = max(2.0, float(state.attributes.get("percentage_step") or 1))
    return Effect(
        "fan.set_percentage",
        f"set {{}} to {wanted} %",
        _close_to("percentage", wanted, grain),
        {"percentage": wanted},
    )


def humidity(_entity: Entity, state: State, arguments: p.HumiditySet) -> Effect:
    """The wanted humidity of one humidifier."""
    low, high = state.attributes.get("min_humidity"), state.attributes.get("max_humidity")
    if low is None or high is None:
        raise Unsupported("its humidity cannot be set")
    if not low <= arguments.humidity <= high:
        raise Unsupported(f"it takes {low} to {high} %")
    return Effect(
        "humidifier.set_humidity",
        f"set {{}} to {arguments.humidity} % humidity",
        _close_to("humidity", arguments.humidity, 1),
        {"humidity": arguments.humidity},
    )


def humidifier_mode(entity: Entity, state: State, arguments: p.HumidifierMode) -> Effect:
    """The mode of one humidifier."""
    has(_HUMIDIFIER_MODES, entity.features, "it has no modes")
    modes = [str(mode) for mode in state.attributes.get("available_modes") or []]
    found = next((mode for mode in modes if mode.casefold() == arguments.mode.casefold()), None)
    if found is None:
        raise Unsupported(f"its modes are {', '.join(modes)}")
    return Effect(
        "humidifier.set_mode", f"set {{}} to {quoted(found)}", _close_to("mode", found, 0), {"mode": found}
    )


def set_volume(entity: Entity, state: State, arguments: p.Volume) -> Effect:
    """The volume of one media player."""
    has(_VOLUME_SET, entity.features, "its volume cannot be set")
    if state.state == "off":
        raise NotNow("it is off")
    return _volume(arguments.volume_level)


def _volume(percent: int) -> Effect:
    level = percent / 100
    return Effect(
        "media_player.volume_set",
        f"set the volume of {{}} to {percent} %",
        _close_to("volume_level", level, 0.015),
        {"volume_level": level},
    )


def change_volume(entity: Entity, state: State, arguments: p.VolumeStep) -> Effect:
    """Louder or quieter; by ten percent when not said."""
    if state.state == "off":
        raise NotNow("it is off")
    words = {"up": 10, "down": -10}
    step = words[arguments.volume_step] if isinstance(arguments.volume_step, str) else arguments.volume_step
    now = state.attributes.get("volume_level")
    if entity.features & _VOLUME_SET and isinstance(now, int | float):
        return _volume(_bounded(now * 100 + step))
    has(_VOLUME_STEP, entity.features, "its volume cannot be changed")
    word = "up" if step > 0 else "down"
    return Effect(
        f"media_player.volume_{word}", f"turn {word} the volume of {{}}", Expectation(changed=("volume_level",))
    )


def mute(entity: Entity, state: State, *, muted: bool) -> Effect:
    """Mute or unmute one media player."""
    has(_VOLUME_MUTE, entity.features, "it cannot be muted")
    if state.state == "off":
        raise NotNow("it is off")
    return Effect(
        "media_player.volume_mute",
        "mute {}" if muted else "unmute {}",
        _close_to("is_volume_muted", muted, 0),
        {"is_volume_muted": muted},
    )
