"""Colour names, as Home Assistant's `color_name` takes them (CSS 3)."""

import webcolors

NAMES = tuple(name for name in webcolors.names("css3") if name != "black")
"""Black is left out: no lamp can shine it."""
_KNOWN = frozenset(NAMES)


def is_colour(name: str) -> bool:
    """Whether a lamp can be asked for it; spaces and case do not matter ("light blue")."""
    return name.casefold().replace(" ", "") in _KNOWN


def rgb(name: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255 each, of a name for which `is_colour` holds."""
    red, green, blue = webcolors.name_to_rgb(name)
    return red, green, blue


def shine(name: str) -> tuple[int, int, int]:
    """The colour as a lamp reports it: at full strength, since its darkness is brightness. Brown is a red."""
    parts = rgb(name)
    red, green, blue = (round(part * 255 / max(parts)) for part in parts)
    return red, green, blue
