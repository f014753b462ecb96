"""Done is what the state shows, within what a device rounds to."""

from typing import Any

import pytest

from actions.expect import Attribute, Expectation
from actions.home import State


@pytest.mark.parametrize(
    ("wanted", "seen", "met"),
    [
        (Attribute("x", 50, 2), 52, True),
        (Attribute("x", 50, 2), 52.5, False),
        (Attribute("x", 0.2, 0.015), 0.21, True),
        (Attribute("x", 50, 2), None, False),
        (Attribute("x", 50, 2), "50", False),
        (Attribute("x", "low"), "low", True),
        (Attribute("x", "low"), "Low", False),
        (Attribute("x", True), True, True),
        (Attribute("x", True), False, False),
        (Attribute("x", (255, 0, 0), 10), (250, 5, 3), True),
        (Attribute("x", (255, 0, 0), 10), [250, 5, 3], True),  # as JSON brings it
        (Attribute("x", (255, 0, 0), 10), (200, 0, 0), False),
        (Attribute("x", (255, 0, 0), 10), (255, 0), False),
        (Attribute("x", (255, 0, 0), 10), None, False),
    ],
)
def test_attributes(wanted: Attribute, seen: Any, met: bool) -> None:
    assert wanted.met(State("on", {"x": seen})) is met


BEFORE = State("a", {"n": 1, "m": 1})


@pytest.mark.parametrize(
    ("expect", "now", "met"),
    [
        (Expectation(), State("anything"), True),
        (Expectation(), State("unavailable"), False),
        (Expectation(changed=("state",)), State("unavailable"), False),  # gone is not done
        (Expectation(frozenset({"on"})), State("on"), True),
        (Expectation(frozenset({"on"})), State("off"), False),
        (Expectation(frozenset({"on"}), (Attribute("n", 2),)), State("on", {"n": 1}), False),
        (Expectation(frozenset({"on"}), (Attribute("n", 2),)), State("on", {"n": 2}), True),
        (Expectation(changed=("state",)), BEFORE, False),
        (Expectation(changed=("state",)), State("b"), True),
        (Expectation(changed=("n", "m")), State("a", {"n": 1, "m": 2}), True),  # one of them is enough
        (Expectation(changed=("n", "m")), State("b", {"n": 1, "m": 1}), False),
    ],
)
def test_expectations(expect: Expectation, now: State, met: bool) -> None:
    assert expect.watcher(BEFORE)(now) is met
