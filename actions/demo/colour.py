"""Colours, as Home Assistant reckons with them: what a light shows for what it was set to."""

import colorsys
from collections.abc import Mapping
from math import log
from typing import Any

import webcolors


def named(name: str) -> tuple[int, int, int]:
    """Red, green and blue of a colour's name, spaces and case aside.

    White for a name that is not known, as in Home Assistant.
    """
    try:
        red, green, blue = webcolors.name_to_rgb(name.replace(" ", ""))
    except ValueError:
        return 255, 255, 255
    return red, green, blue


def shown(attributes: Mapping[str, Any], *, on: bool) -> dict[str, Any]:
    """The attributes of a light: its mode, and each other way to say its colour; None while off."""
    modes = attributes["supported_color_modes"]
    bare = dict.fromkeys(_reported(modes))
    if not on:
        return bare
    lit = {"brightness": attributes.get("brightness") or 255} if "brightness" in bare else {}
    return bare | lit | _mode(attributes, modes)


def _reported(modes: list[str]) -> tuple[str, ...]:
    if "hs" in modes or "color_temp" in modes:
        warm = ("color_temp_kelvin",) if "color_temp" in modes else ()
        return ("color_mode", "brightness", *warm, "hs_color", "rgb_color", "xy_color")
    return ("color_mode", "brightness") if "brightness" in modes else ("color_mode",)


def _mode(attributes: Mapping[str, Any], modes: list[str]) -> dict[str, Any]:
    kelvin, hs = attributes.get("color_temp_kelvin"), attributes.get("hs_color")
    if "hs" in modes and (hs or "color_temp" not in modes):
        return {"color_mode": "hs"} | _colour(*(hs or (0.0, 0.0)))
    if "color_temp" in modes:
        kelvin = kelvin or attributes["min_color_temp_kelvin"]
        return {"color_mode": "color_temp", "color_temp_kelvin": kelvin} | _colour(*from_rgb(*from_kelvin(kelvin)))
    return {"color_mode": modes[0]}


def _colour(hue: float, saturation: float) -> dict[str, Any]:
    rgb = to_rgb(hue, saturation)
    return {"hs_color": [round(hue, 3), round(saturation, 3)], "rgb_color": list(rgb), "xy_color": to_xy(*rgb)}


def from_rgb(red: float, green: float, blue: float) -> tuple[float, float]:
    """Hue (0 to 360) and saturation (0 to 100); how dark it is gets lost."""
    hue, saturation, _ = colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)
    return round(hue * 360, 3), round(saturation * 100, 3)


def to_rgb(hue: float, saturation: float) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, at full value."""
    red, green, blue = colorsys.hsv_to_rgb(hue / 360, saturation / 100, 1)
    return round(red * 255), round(green * 255), round(blue * 255)


def from_kelvin(kelvin: float) -> tuple[float, float, float]:
    """Red, green and blue of a white, by T. Helland's approximation."""
    heat = min(max(kelvin, 1_000), 40_000) / 100
    red = 255 if heat <= 66 else 329.698727446 * (heat - 60) ** -0.1332047592
    green = (
        99.4708025861 * log(heat) - 161.1195681661 if heat <= 66 else 288.1221695283 * (heat - 60) ** -0.0755148492
    )
    blue = 255 if heat >= 66 else 0 if heat <= 19 else 138.5177312231 * log(heat - 10) - 305.0447927307
    return _byte(red), _byte(green), _byte(blue)


def _byte(value: float) -> float:
    return min(max(value, 0), 255)


def to_xy(red: float, green: float, blue: float) -> list[float]:
    """The CIE chromaticity, three digits."""
    r, g, b = (_linear(value / 255) for value in (red, green, blue))
    x = r * 0.664511 + g * 0.154324 + b * 0.162028
    y = r * 0.283881 + g * 0.668433 + b * 0.047685
    total = x + y + r * 0.000088 + g * 0.072310 + b * 0.986039
    return [round(x / total, 3), round(y / total, 3)] if total else [0.0, 0.0]


def _linear(value: float) -> float:
    return float(((value + 0.055) / 1.055) ** 2.4) if value > 0.04045 else value / 12.92
