"""From raw registries and compressed states to a home."""

from typing import Any

import pytest

from actions.hass.exposure import Exposure, parse_listed
from actions.hass.snapshot import Registries, build_home, same_registries
from actions.hass.states import LiveStates
from actions.home import State


def entity_of(entry: dict[str, Any] | None, devices: Any = (), **attributes: Any) -> Any:
    states = {"light.lamp": State("on", attributes)}
    registries = Registries(
        devices={device["id"]: device for device in devices},
        entries={"light.lamp": entry} if entry else {},
        exposure=Exposure({}),
    )
    return build_home(registries, states, {}).entities["light.lamp"]


@pytest.mark.parametrize(
    ("entry", "attributes", "name"),
    [
        (None, {}, "lamp"),
        (None, {"friendly_name": " Lamp "}, "Lamp"),
        ({"name": "Mine"}, {"friendly_name": "Device Mine"}, "Device Mine"),
        ({"name": "Mine", "original_name": "Made"}, {}, "Mine"),
        ({"name": None, "original_name": "Made"}, {"friendly_name": ""}, "Made"),
    ],
)
def test_the_name_is_the_one_people_see(entry: Any, attributes: Any, name: str) -> None:
    assert entity_of(entry, **attributes).name == name


@pytest.mark.parametrize(
    ("entry", "devices", "area"),
    [
        ({"area_id": "own", "device_id": "d"}, [{"id": "d", "area_id": "device's"}], "own"),
        ({"area_id": None, "device_id": "d"}, [{"id": "d", "area_id": "device's"}], "device's"),
        (
            {"area_id": None, "device_id": "d"},
            [{"id": "d", "area_id": None, "parent_device_id": "p"}, {"id": "p", "area_id": "parent's"}],
            "parent's",
        ),
        ({"area_id": None, "device_id": "gone"}, [], None),
        ({"area_id": None, "device_id": None}, [], None),
        (None, [], None),
    ],
)
def test_the_area_is_its_own_or_its_devices(entry: Any, devices: Any, area: str | None) -> None:
    assert entity_of(entry, devices).area == area


@pytest.mark.parametrize(
    ("entry", "aliases"),
    [
        ({"aliases": None}, ()),
        ({"aliases": ["b", " a ", "", "a"]}, ("a", "b")),
        # 2026: null stands for the computed name, which may leave the device's name out.
        ({"aliases": [None, "x"], "name": "Mine", "device_id": "d", "next_name_part": "area"}, ("Mine", "x")),
        (
            {"aliases": [None], "original_name": "Made", "device_id": "d", "next_name_part": "device"},
            ("Child Made",),
        ),
        (
            {"aliases": [None], "original_name": "Made", "device_id": "c", "next_name_part": "device"},
            ("Hub Child Made",),
        ),
        ({"aliases": [None], "name": None, "original_name": None}, ()),
    ],
)
def test_aliases_are_other_names(entry: Any, aliases: tuple[str, ...]) -> None:
    devices = [
        {"id": "d", "name": "Device", "name_by_user": "Child"},
        {"id": "c", "name": "Child", "next_name_part": "parent_device", "parent_device_id": "h"},
        {"id": "h", "name": "Hub"},
    ]
    assert entity_of(entry, devices, friendly_name="Lamp").aliases == aliases


def test_features_and_modes_come_from_the_state() -> None:
    light = entity_of(None, supported_features=44, supported_color_modes=["hs", "color_temp"], device_class="x")
    assert (light.features, light.modes, light.device_class) == (44, ("hs", "color_temp"), "x")
    assert entity_of(None, hvac_modes=["heat", "off"]).modes == ("heat", "off")
    assert entity_of(None, supported_features=None, supported_color_modes=None).modes == ()


@pytest.mark.parametrize(
    ("exposure", "entry", "entity_id", "exposed"),
    [
        (Exposure({}), {"options": {"conversation": {"should_expose": True}}}, "lock.door", True),
        (Exposure({"light.a": True}), {"options": {"conversation": {"should_expose": False}}}, "light.a", False),
        (Exposure({}), {"options": {}}, "light.a", True),
        (Exposure({}), {"options": {"conversation": {}}}, "lock.door", False),
        (Exposure({}), {"options": {}, "hidden_by": "user"}, "light.a", False),
        (Exposure({}), {"options": {}, "entity_category": "config"}, "switch.a", False),
        (Exposure({}, expose_new=False), {"options": {}}, "light.a", False),
        (Exposure({"light.a": True}), None, "light.a", True),
        (Exposure({"light.a": False}), None, "light.a", False),  # 2024 lists these too
        (Exposure({}), None, "light.a", False),  # and 2026 leaves them out
        (Exposure({}, stored=False), None, "light.a", True),
        (Exposure({}, stored=False), None, "lock.a", False),
        (Exposure({}, stored=False), None, "binary_sensor.door", True),
        (Exposure({}, stored=False), None, "sensor.door", False),
        (Exposure(None), None, "light.a", False),
        (Exposure(None, stored=False), None, "light.a", False),
        (Exposure(None), {"options": {"conversation": {"should_expose": True}}}, "light.a", True),
    ],
)
def test_exposure_is_as_home_assistants_own_agent_sees_it(
    exposure: Exposure, entry: Any, entity_id: str, exposed: bool
) -> None:
    assert exposure.allows(entity_id, entry, State("on", {"device_class": "door"})) is exposed


def test_the_list_is_read_for_our_assistant_only() -> None:
    rows = {"light.a": {"conversation": True}, "light.b": {"conversation": False}, "light.c": {"cloud.alexa": True}}
    assert parse_listed({"exposed_entities": rows}) == {"light.a": True, "light.b": False}


def test_states_are_put_together_from_differences() -> None:
    live = LiveStates()
    first = live.apply({"a": {"light.a": {"s": "off", "a": {"x": 1, "y": 2}, "c": "i", "lc": 10.0, "lu": 11.0}}})
    assert (first.entities, first.population, first.shape) == ({"light.a"}, True, False)
    old = live.mapping["light.a"]
    assert old.changed.timestamp() == 11.0
    live.apply({"c": {"light.a": {"+": {"s": "on", "a": {"z": 3}, "lc": 12.0}, "-": {"a": ["x"]}}}})
    now = live.mapping["light.a"]
    assert (now.state, now.attributes, now.changed.timestamp()) == ("on", {"y": 2, "z": 3}, 12.0)
    assert old.attributes == {"x": 1, "y": 2}
    live.apply({"c": {"light.a": {"-": {"a": ["y"]}}}})
    assert live.mapping["light.a"].attributes == {"z": 3}
    assert live.mapping["light.a"].changed.timestamp() == 12.0
    gone = live.apply({"r": ["light.a", "light.never"]})
    assert (gone.entities, gone.population) == ({"light.a"}, True)


@pytest.mark.parametrize(
    ("event", "shape"),
    [
        ({"c": {"light.a": {"+": {"a": {"brightness": 3}}}}}, False),
        ({"c": {"light.a": {"+": {"a": {"supported_features": 3}}}}}, True),
        ({"c": {"light.a": {"-": {"a": ["friendly_name"]}}}}, True),
        ({"a": {"light.a": {"s": "on", "a": {"friendly_name": "B"}}}}, True),
        ({"c": {"light.unknown": {"+": {"s": "on"}}}}, False),
        ({}, False),
        ({"a": None, "c": [], "r": None}, False),
    ],
)
def test_a_change_of_shape_is_told_from_a_change_of_state(event: dict[str, Any], shape: bool) -> None:
    live = LiveStates()
    live.apply({"a": {"light.a": {"s": "on", "a": {"friendly_name": "A"}}}})
    change = live.apply(event)
    assert (change.shape, change.population) == (shape, False)


def test_the_order_of_entities_and_aliases_makes_no_other_home() -> None:
    registries = [
        Registries(entries={"light.a": {"aliases": aliases}}) for aliases in (["one", "two"], ["two", "one"])
    ]
    states = [{name: State("on") for name in order} for order in (("light.a", "light.b"), ("light.b", "light.a"))]
    services: dict[str, Any] = {}
    left, right = (build_home(*pair, services) for pair in zip(registries, states, strict=True))
    assert same_registries(left, right)
    assert left.version == right.version
