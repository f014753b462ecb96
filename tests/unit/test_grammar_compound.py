"""The grammar tier on several commands in one sentence."""

from typing import Any

import pytest

from bridge.tiers.grammar.compound import parts_of
from bridge.tiers.grammar.items import items_of
from tests.unit.test_grammar import OFF, ON, ask, calls

KITCHEN = {"area": "Kitchen", "domain": "light"}
BEDROOM = {"area": "Bedroom", "domain": "light"}
HALL = {"area": "Hall", "domain": "light"}
TV = {"name": "Television"}
DOOR = {"name": "front door", "domain": "lock"}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("turn off the tv and lock the front door", [(OFF, TV), (ON, DOOR)]),
        ("turn off the tv, then lock the front door.", [(OFF, TV), (ON, DOOR)]),
        ("please turn off the tv and then lock the front door", [(OFF, TV), (ON, DOOR)]),
        ("turn on the kitchen lights and the bedroom lights", [(ON, KITCHEN), (ON, BEDROOM)]),
        ("turn on the kitchen and bedroom lights", [(ON, KITCHEN), (ON, BEDROOM)]),
        ("turn the kitchen and bedroom lights off", [(OFF, KITCHEN), (OFF, BEDROOM)]),
        ("turn on the kitchen, bedroom and hall lights", [(ON, KITCHEN), (ON, BEDROOM), (ON, HALL)]),
        (
            "turn on the salt and pepper lamp and turn off the tv",
            [(ON, {"name": "Salt and Pepper Lamp"}), (OFF, TV)],
        ),
        (
            "set the kitchen ceiling to 50% and red",
            [
                ("HassLightSet", {"name": "Kitchen Ceiling", "brightness": 50}),
                ("HassLightSet", {"name": "Kitchen Ceiling", "color": "red"}),
            ],
        ),
        (
            "add milk, Oat Bread and eggs to my shopping list",
            [("HassListAddItem", {"name": "Shopping List", "item": i}) for i in ("milk", "Oat Bread", "eggs")],
        ),
        (
            "add salt and vinegar crisps to the shopping list and lock the front door",
            [("HassListAddItem", {"name": "Shopping List", "item": "salt and vinegar crisps"}), (ON, DOOR)],
        ),
        (
            "announce that Dinner is ready and turn off the TV",
            [("HassBroadcast", {"message": "Dinner is ready"}), (OFF, TV)],
        ),
        (
            "turn on the kitchen lights, turn off the tv, lock the front door and set the thermostat to 20",
            [
                (ON, KITCHEN),
                (OFF, TV),
                (ON, DOOR),
                ("HassClimateSetTemperature", {"name": "Thermostat", "temperature": 20}),
            ],
        ),
        ("movie night and lock the front door", [(ON, {"name": "Movie Night"}), (ON, DOOR)]),
    ],
)
async def test_all_parts(sentence: str, expected: list[tuple[str, dict[str, Any]]]) -> None:
    understood = await ask(sentence)
    assert calls(understood) == expected
    assert len(understood.responses) == len(expected)
    assert 0.6 < understood.confidence < 0.97


@pytest.mark.parametrize(
    "sentence",
    [
        "turn on the kitchen lights and frobnicate the wug",
        "frobnicate the wug and turn on the kitchen lights",
        "turn on the kitchen lights and the wug lights",
        "turn off the tv and tell me a joke",
        "tv and kitchen ceiling",
        "turn the tv on and off",
        "turn off the tv and",
        "lock the front door, turn off the tv, and order a pizza",
    ],
)
async def test_never_half(sentence: str) -> None:
    understood = await ask(sentence)
    assert not understood.calls, calls(understood)


async def test_a_device_named_after_off_is_not_switched_on() -> None:
    understood = await ask("turn off the tv and the kitchen ceiling")
    assert calls(understood) == [(OFF, TV), (OFF, {"name": "Kitchen Ceiling"})]


async def test_a_part_without_its_room_does_not_become_the_whole_home() -> None:
    understood = await ask("lock the front door and turn on the lights")
    assert [call.arguments for call in understood.calls] == [
        {"name": "front door", "domain": "lock"},
        {"domain": "light"},
    ]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Schalte die Television aus und schalte das Licht in der Kitchen ein"),
        ("fr", "éteins la Television et allume la lumière dans la Kitchen"),
        ("es", "apaga la Television y enciende las luces de la Kitchen"),
        ("nl", "zet de Television uit en doe het licht in de Kitchen aan"),
        ("sv", "släck Television och tänd lamporna i Kitchen"),
    ],
)
async def test_other_languages(language: str, sentence: str) -> None:
    assert calls(await ask(sentence, language=language)) == [(OFF, TV), (ON, KITCHEN)]


def test_numbers_and_names_do_not_part() -> None:
    assert len(parts_of("set it to 21,5 degrees", "de")) == 1
    text = "turn on the salt and pepper lamp"
    assert len(parts_of(text, "en", [(text.index("salt"), len(text))])) == 1


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("milk", ["milk"]),
        ("milk and eggs", ["milk", "eggs"]),
        ("milk, eggs, and rye bread", ["milk", "eggs", "rye bread"]),
        ("mac and cheese", ["mac and cheese"]),
        ("call mum and ask her about the party on Friday", ["call mum and ask her about the party on Friday"]),
        ('"Pride and Prejudice"', ['"Pride and Prejudice"']),
    ],
)
def test_items(text: str, items: list[str]) -> None:
    assert items_of(text, "en") == items
