"""Colours go by their CSS names and are compared as a lamp shows them."""

import pytest

from actions.colours import NAMES, is_colour, rgb, shine


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("red", True),
        ("Light Blue", True),
        ("LIGHTBLUE", True),
        ("black", False),
        ("", False),
        ("warm white", False),
        ("blu", False),
    ],
)
def test_names(name: str, known: bool) -> None:
    assert is_colour(name) is known


@pytest.mark.parametrize("name", NAMES)
def test_every_colour_shines(name: str) -> None:
    assert is_colour(name)
    assert max(shine(name)) == 255
    assert all(0 <= part <= 255 for part in rgb(name))


def test_dark_colours_shine_at_full_strength() -> None:
    assert rgb("maroon") == (128, 0, 0)
    assert shine("maroon") == (255, 0, 0)
