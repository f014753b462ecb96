"""A call's arguments are taken as they were meant, or each fault is named so that a model can mend it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.call import ToolCall
from actions.catalog import build_registry
from actions.demo import DemoHome
from tests.unit.homes import call

REGISTRY = build_registry(DemoHome(pace=0).home)
FLOAT = float("nan")


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("HassTurnOn", {"name": " corner lamp "}, {"name": "corner lamp"}),
        ("HassTurnOn", {"name": "x", "area": None}, {"name": "x"}),  # a Shortcut sends every field
        ("HassTurnOn", {"name": 5}, {"name": "5"}),
        ("HassTurnOn", {"domain": ["light"]}, {"domain": ["light"]}),
        ("HassLightSet", {"brightness": "40"}, {"brightness": 40}),
        ("HassLightSet", {"brightness": 40.0}, {"brightness": 40}),
        ("HassLightSet", {"color": "Light Blue"}, {"color": "lightblue"}),
        ("HassSetVolumeRelative", {"volume_step": "up"}, {"volume_step": "up"}),
        ("HassSetVolumeRelative", {"volume_step": -20}, {"volume_step": -20}),
        ("HassStartTimer", {"minutes": "5", "seconds": None}, {"minutes": 5}),
    ],
)
def test_taken(name: str, arguments: dict[str, Any], expected: dict[str, Any]) -> None:
    made, problems = REGISTRY.check(call(name, **arguments))
    assert problems == []
    assert made is not None
    assert made.model_dump(exclude_none=True) == expected


@pytest.mark.parametrize(
    ("name", "arguments", "code", "path", "hints"),
    [
        ("HassTurnOn", {"nam": "x"}, "unknown_argument", "arguments.nam", ["name"]),
        ("HassTurnOn", {"name": ""}, "wrong_type", "arguments.name", []),
        ("HassTurnOn", {"name": "x" * 201}, "too_long", "arguments.name", []),
        ("HassTurnOn", {"name": ["x"]}, "wrong_type", "arguments.name", []),
        ("HassTurnOn", {"name": {"x": 1}}, "wrong_type", "arguments.name", []),
        ("HassLightSet", {"brightness": 101}, "out_of_range", "arguments.brightness", []),
        ("HassLightSet", {"brightness": "half"}, "wrong_type", "arguments.brightness", []),
        ("HassLightSet", {"brightness": 1.5}, "wrong_type", "arguments.brightness", []),
        ("HassLightSet", {"brightness_step": -101}, "out_of_range", "arguments.brightness_step", []),
        ("HassLightSet", {"color": "blu"}, "wrong_type", "arguments.color", []),
        ("HassLightSet", {"temperature": 10}, "out_of_range", "arguments.temperature", []),
        ("HassLightSet", {"name": "x"}, "inconsistent", "arguments", []),
        ("HassLightSet", {"brightness": 1, "brightness_step": 1}, "inconsistent", "arguments", []),
        ("HassLightSet", {"color": "red", "temperature": 3000}, "inconsistent", "arguments", []),
        ("HassSetPosition", {}, "inconsistent", "arguments", []),
        ("HassSetPosition", {"position": 1, "position_step": 1}, "inconsistent", "arguments", []),
        ("HassFanSetSpeed", {}, "inconsistent", "arguments", []),
        ("HassClimateSetTemperature", {"temperature": FLOAT}, "out_of_range", "arguments.temperature", []),
        ("HassClimateSetTemperature", {"temperature": 1e9}, "out_of_range", "arguments.temperature", []),
        ("HassSetVolume", {}, "missing_argument", "arguments.volume_level", []),
        ("HassStartTimer", {}, "inconsistent", "arguments", []),
        ("HassListAddItem", {"name": "x"}, "missing_argument", "arguments.item", []),
        ("HassTurnOnn", {}, "unknown_tool", "name", None),
    ],
)
def test_refused(name: str, arguments: dict[str, Any], code: str, path: str, hints: list[str] | None) -> None:
    made, problems = REGISTRY.check(call(name, **arguments))
    assert made is None
    assert [(problem.code, problem.path) for problem in problems] == [(code, path)]
    assert hints is None or problems[0].nearest == hints


def test_each_branch_of_a_choice_has_the_arguments_own_path() -> None:
    _, problems = REGISTRY.check(call("HassSetVolumeRelative", volume_step=500))
    assert {problem.path for problem in problems} == {"arguments.volume_step"}
    _, problems = REGISTRY.check(call("HassTurnOn", domain=["light", ""]))
    assert {problem.path for problem in problems} == {"arguments.domain", "arguments.domain[1]"}


def test_every_fault_is_named() -> None:
    _, problems = REGISTRY.check(call("HassLightSet", brightness=500, temperature=1, colour="x"))
    assert sorted(p.code for p in problems) == ["out_of_range", "out_of_range", "unknown_argument"]
    allowed = {p.path: p.allowed for p in problems}
    assert allowed["arguments.brightness"] == {"type": "integer", "minimum": 0, "maximum": 100}
    assert "color" in allowed["arguments.colour"]


def test_what_could_not_be_read_is_never_taken() -> None:
    made, [problem] = REGISTRY.check(ToolCall(name="HassCancelAllTimers", unreadable="cut off"))
    assert (made, problem.code, problem.message) == (None, "unreadable_arguments", "cut off")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
argument_names = st.sampled_from(sorted({key for a in REGISTRY.values() for key in a.schema()["properties"]}))


@given(st.sampled_from(sorted(REGISTRY)), st.dictionaries(argument_names | st.text(max_size=10), json_values))
def test_any_arguments_are_taken_or_refused(name: str, arguments: dict[str, Any]) -> None:
    made, problems = REGISTRY.check(ToolCall(name=name, arguments=arguments))
    assert (made is None) is bool(problems)
    json.dumps([problem.model_dump() for problem in problems])


@pytest.mark.parametrize("value", ["\ud800", {"a": ["\ud800"]}])
def test_broken_unicode_is_refused(value: Any) -> None:
    made, problems = REGISTRY.check(ToolCall(name="HassTurnOn", arguments={"name": value}))
    assert made is None
    assert problems


def test_deep_nesting_is_refused() -> None:
    deep: Any = "x"
    for _ in range(5000):
        deep = [deep]
    made, problems = REGISTRY.check(ToolCall.model_construct(name="HassTurnOn", arguments={"name": deep}))
    assert made is None
    assert problems
