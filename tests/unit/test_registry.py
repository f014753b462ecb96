"""Every action has a schema that any vendor can take, and one name."""

from typing import Any

import jsonschema_rs
import pytest

from actions.action import Action, Place, Risk, Undo
from actions.catalog import build_registry
from actions.catalog.parameters import NoArguments
from actions.demo import DemoHome
from actions.errors import RegistryError
from actions.home import Entity
from actions.registry import Registry
from tests.unit.homes import own_action, small_home

REGISTRY = build_registry(DemoHome(pace=0).home)
UNWANTED = {"$ref", "$defs", "title", "default"}


def nodes(schema: Any) -> list[dict[str, Any]]:
    if isinstance(schema, list):
        return [node for item in schema for node in nodes(item)]
    if not isinstance(schema, dict):
        return []
    inner = {**schema, **schema.get("properties", {})} if "type" in schema else schema
    return [schema, *(node for value in inner.values() for node in nodes(value))]


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_schemas(name: str) -> None:
    schema = REGISTRY[name].schema()
    jsonschema_rs.Draft202012Validator(schema)  # raises for what is no JSON Schema
    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False
    assert isinstance(schema["properties"], dict)
    for node in nodes({key: value for key, value in schema.items() if key != "properties"}):
        assert not node.keys() & UNWANTED
    for field in schema["properties"].values():
        assert "type" in field or "enum" in field or "anyOf" in field
        assert not [node for node in nodes(field) if node.keys() & UNWANTED or node.get("type") == "null"]


@pytest.mark.parametrize(
    ("name", "instance", "valid"),
    [
        ("HassTurnOn", {"name": "x", "domain": "light"}, True),
        ("HassTurnOn", {"domain": ["light", "fan"]}, True),
        ("HassTurnOn", {"colour": "x"}, False),
        ("HassLightSet", {"brightness": 101}, False),
        ("HassSetVolumeRelative", {"volume_step": "up"}, True),
        ("HassSetVolumeRelative", {"volume_step": "sideways"}, False),
        ("HassSetVolume", {}, False),
        ("script.announce", {"message": "x"}, True),
        ("script.announce", {}, False),
    ],
)
def test_what_schemas_allow(name: str, instance: dict[str, Any], valid: bool) -> None:
    assert jsonschema_rs.is_valid(REGISTRY[name].schema(), instance) is valid


@pytest.mark.parametrize("name", ["", "two words", "a.b.c", "größe", "x" * 65, "1st", "a.B"])
def test_names_that_no_vendor_takes(name: str) -> None:
    with pytest.raises(RegistryError, match="not a valid"):
        Action(name, "X.", NoArguments, Risk.SAFE, Undo.NONE, Place.HOME)


def test_a_name_is_given_once() -> None:
    with pytest.raises(RegistryError, match="Two actions"):
        Registry([own_action("a.b"), own_action("a.c")])
    with pytest.raises(RegistryError, match="Two actions"):
        build_registry(small_home(), [own_action("a.b", name="HassTurnOn")])


def test_the_version_follows_what_models_see() -> None:
    home = DemoHome(pace=0)
    assert build_registry(home.home).version == REGISTRY.version
    assert build_registry(home.home, [own_action("a.b")]).version != REGISTRY.version


def test_the_homes_version_follows_its_scripts_fields() -> None:
    def version(**fields: Any) -> str:
        described = {"script": {"s": {"description": "S.", "fields": fields}}}
        return small_home(Entity("script.s", "S"), services=described).version

    assert version() == version()
    assert version() != version(message={"required": True})


def test_questions_only_read() -> None:
    reading = {name for name, action in REGISTRY.items() if action.reads_only}
    assert "HassGetState" in reading
    assert not reading & {"HassTurnOn", "HassTurnOff", "script.movie_night", "HassStartTimer"}
