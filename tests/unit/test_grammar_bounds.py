"""The grammar tier on bad input, big homes and hard work."""

import time

import pytest

from actions.demo.demo import DemoHome
from actions.home import Area, Entity, Home
from bridge.tiers.base import Kind
from bridge.tiers.grammar.nearest import Nearest
from tests.unit.test_grammar import ON, REGISTRY, ask, calls


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "🎉🎉",
        "\x00\x1b[31m\u202eturn on\u202d",
        "x" * 10_000,
        "turn on " * 2_000,
        "'; DROP TABLE users;--",
        "שלום עולם הדלק את האור",
        "{name} [<the>] (a|b) {{7*7}} %s",
        "and " * 70,
        "turn on salt and " * 17,
        "1 " * 140,
        "\ud800 lone surrogate",
        "the the the the",
    ],
)
async def test_bad_input_is_just_not_understood(text: str) -> None:
    for language in ("en", "de", "zh-CN", "he", "xx", "", "en-XX-YY-ZZ", "-"):
        understood = await ask(text, language=language)
        assert understood.kind is Kind.NOTHING
        assert understood.trace["reason"]


async def test_all_nearest_sentences_of_the_demo_home_are_understood() -> None:

    home = DemoHome().home
    sentences = Nearest(home, REGISTRY).sentences
    assert 50 < len(sentences) <= 400
    missed = [s for s in sentences if (await ask(s, home)).kind is not Kind.CALLS]
    assert missed == []


async def test_a_big_home_is_not_slow() -> None:
    kinds = ("light", "switch", "cover", "lock", "media_player")
    entities = [
        Entity(f"{kinds[i % 5]}.e{i}", f"Thing {i} Upper {kinds[i % 5]}", (f"T{i}",), f"a{i % 90}")
        for i in range(5000)
    ]
    home = Home(areas=[Area(f"a{i}", f"Room {i}") for i in range(90)], entities=entities)
    assert calls(await ask("turn on thing 1235 upper light", home)) == [(ON, {"name": "Thing 1235 Upper light"})]
    started = time.process_time()
    for i in range(0, 200, 5):
        assert (await ask(f"turn on thing {i} upper light", home)).calls
        assert (await ask(f"frobnicate thing {i} lower light", home)).kind is Kind.NOTHING
    assert (time.process_time() - started) / 80 < 0.1


@pytest.mark.parametrize(
    "text",
    [
        "turn on the kitchen lights and the bedroom lights and hall lights and the attic lights and the wug lights",
        "set the kitchen ceiling to 5% and 6% and 7% and blue and red and purple and wug",
        "turn on " + "salt and " * 20 + "pepper",
        "add " + "milk and " * 25 + "eggs",
        "in 5 minutes " * 20,
    ],
)
async def test_hard_work_is_bounded(text: str) -> None:
    started = time.process_time()
    assert not (await ask(text)).calls
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "text",
    [
        "don't turn on the kitchen lights",
        "do not lock the front door",
        "never turn off the tv",
        "turn on the kitchen lights but not the bedroom lights",
        "turn off all the lights except the kitchen",
        "turn off the tv and don't lock the front door",
        "turn on everything",
        "turn off the house",
        "I turned off the tv",
        "if the front door is locked turn on the tv",
    ],
)
async def test_what_is_not_meant_is_not_done(text: str) -> None:
    assert not (await ask(text)).calls
