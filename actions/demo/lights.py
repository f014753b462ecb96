"""What lights do."""

from typing import Any

from actions.demo import colour
from actions.demo.device import Behaviour, Data, Device, Frames, to, toggled
from actions.errors import HomeRefused

_COLOURS = ("color_name", "color_temp_kelvin", "hs_color", "rgb_color", "xy_color")
_LEVELS = ("brightness", "brightness_pct", "brightness_step", "brightness_step_pct")


def turn_on(device: Device, data: Data) -> Frames:
    """On, with what was asked of brightness and colour and this light can do; the rest is passed over."""
    for group in (_COLOURS, _LEVELS):
        if sum(key in data for key in group) > 1:
            raise HomeRefused(f"two or more values in the same group of exclusion: {', '.join(group)}")
    level = _level(device, data)
    if level == 0:
        return turn_off(device, {})
    wanted = _own(device) | _colour(device, data) | ({} if level is None else {"brightness": level})
    return to("on", **colour.shown({**device.now.attributes, **wanted}, on=True))


def turn_off(device: Device, _data: Data) -> Frames:
    """Off; brightness and colour show as None and are remembered."""
    device.keeps |= _own(device)
    return to("off", **colour.shown(device.now.attributes, on=False))


def by_hand(device: Device, state: str, attributes: Data) -> dict[str, Any]:
    """All attributes of a light that someone sets to this state and, maybe, brightness and colour."""
    wanted = {**device.now.attributes, **_own(device), **_colour(device, attributes), **attributes}
    return {**attributes, **colour.shown(wanted, on=state == "on")}


def _own(device: Device) -> dict[str, Any]:
    """Brightness and colour as the light itself holds them: hue or white, not one reckoned from the other."""
    if device.now.state != "on":
        return {"hs_color": None, "color_temp_kelvin": None, **device.keeps}
    mode = device.get("color_mode")
    return {
        "brightness": device.get("brightness"),
        "hs_color": device.get("hs_color") if mode == "hs" else None,
        "color_temp_kelvin": device.get("color_temp_kelvin") if mode == "color_temp" else None,
    }


def _level(device: Device, data: Data) -> int | None:
    if "brightness" in data:
        return int(data["brightness"])
    if "brightness_pct" in data:
        return _scaled(data["brightness_pct"])
    if not data.keys() & {"brightness_step", "brightness_step_pct"}:
        return None
    level: int = device.get("brightness") or 0
    step: int = round(data.get("brightness_step", 0)) + _scaled(data.get("brightness_step_pct", 0))
    return max(0, min(level + step, 255))


def _scaled(percent: float) -> int:
    return round(255 * percent / 100)


def _colour(device: Device, data: Data) -> dict[str, Any]:
    """The colour in the light's own terms; {} when none was asked, or none that it can show."""
    modes = device.entity.modes
    kelvin, hs = data.get("color_temp_kelvin"), _hue(data)
    if kelvin and "color_temp" in modes:
        least, most = device.get("min_color_temp_kelvin"), device.get("max_color_temp_kelvin")
        return {"color_temp_kelvin": round(min(max(kelvin, least), most)), "hs_color": None}
    if kelvin:
        hs = colour.from_rgb(*colour.from_kelvin(kelvin))
    return {"hs_color": hs, "color_temp_kelvin": None} if hs and "hs" in modes else {}


def _hue(data: Data) -> tuple[float, float] | None:
    if "hs_color" in data:
        hue, saturation = data["hs_color"]
        return hue, saturation
    if "rgb_color" in data:
        return colour.from_rgb(*data["rgb_color"])
    name = data.get("color_name")
    return colour.from_rgb(*colour.named(name)) if name else None


LIGHTS: dict[str, Behaviour] = {
    "light.turn_on": turn_on,
    "light.turn_off": turn_off,
    "light.toggle": toggled(turn_on, turn_off),
}
