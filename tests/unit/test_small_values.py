"""Values in what people say, in six languages, misspelt too."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.tiers.small.lexicon import LANGUAGES, lexicon
from bridge.tiers.small.values import ValueKind, find
from bridge.tiers.small.words import split

PERCENT, DEGREES, KELVIN = ValueKind.PERCENT, ValueKind.DEGREES, ValueKind.KELVIN
NUMBER, DURATION, COLOUR, SHARE = ValueKind.NUMBER, ValueKind.DURATION, ValueKind.COLOUR, ValueKind.SHARE


def only(said: str, language: str = "en") -> list[tuple[ValueKind, Any]]:
    return [(value.kind, value.value) for value in find(split(said), language)]


@pytest.mark.parametrize(
    ("language", "said", "kind", "value"),
    [
        ("en", "set it to 50%", PERCENT, 50),
        ("en", "fifty five per cent", PERCENT, 55),
        ("en", "twenty-five percent", PERCENT, 25),
        ("en", "a hundred percent", PERCENT, 100),
        ("en", "one hundred and five percent", PERCENT, 105),
        ("en", "0 percent", PERCENT, 0),
        ("en", "900 %", PERCENT, 900),  # said, so read; the planner refuses it
        ("en", "٥٠ percent", PERCENT, 50),
        ("en-GB", "fifty percent", PERCENT, 50),
        ("xx", "50 percent", PERCENT, 50),  # no language of ours: English
        ("de", "auf fünfundsiebzig Prozent", PERCENT, 75),
        ("de", "hundert Prozent", PERCENT, 100),
        ("de", "hundertfünf Prozent", PERCENT, 105),
        ("fr", "cinquante pour cent", PERCENT, 50),
        ("fr", "quatre-vingt-dix pour cent", PERCENT, 90),
        ("fr", "soixante-dix pourcent", PERCENT, 70),
        ("es", "treinta y cinco por ciento", PERCENT, 35),
        ("it", "trentacinque per cento", PERCENT, 35),
        ("it", "cinquanta percento", PERCENT, 50),
        ("nl", "vijfendertig procent", PERCENT, 35),
        ("en", "21.5 degrees", DEGREES, 21.5),
        ("en", "21,5 degrees", DEGREES, 21.5),
        ("en", "twenty one point five degrees", DEGREES, 21.5),
        ("en", "twenty one and a half degrees", DEGREES, 21.5),
        ("en", "minus five degrees", DEGREES, -5),
        ("en", "-5°", DEGREES, -5),
        ("en", "70 degrees fahrenheit", DEGREES, 70),
        ("de", "einundzwanzig Komma fünf Grad", DEGREES, 21.5),
        ("fr", "vingt et un virgule cinq degrés", DEGREES, 21.5),
        ("es", "veintidós coma cinco grados", DEGREES, 22.5),
        ("it", "ventidue virgola cinque gradi", DEGREES, 22.5),
        ("nl", "eenentwintig komma vijf graden", DEGREES, 21.5),
        ("en", "2700 kelvin", KELVIN, 2700),
        ("en", "2700k", KELVIN, 2700),
        ("en", "candle light", KELVIN, 1900),
        ("en", "daylight", KELVIN, 6500),
        ("de", "warmweiß", KELVIN, 2700),
        ("fr", "blanc chaud", KELVIN, 2700),
        ("es", "blanco cálido", KELVIN, 2700),
        ("it", "bianco freddo", KELVIN, 4000),
        ("en", "for ten minutes", DURATION, {"minutes": 10}),
        ("en", "10min", DURATION, {"minutes": 10}),
        ("en", "2h", DURATION, {"hours": 2}),
        ("en", "for an hour", DURATION, {"hours": 1}),
        ("en", "timer one hour twenty", DURATION, {"hours": 1, "minutes": 20}),
        ("en", "a tea timer, four minutes thirty", DURATION, {"minutes": 4, "seconds": 30}),
        ("en", "half an hour", DURATION, {"minutes": 30}),
        ("en", "an hour and a half", DURATION, {"hours": 1, "minutes": 30}),
        ("en", "one and a half hours", DURATION, {"hours": 1, "minutes": 30}),
        ("en", "1.5 hours", DURATION, {"hours": 1, "minutes": 30}),
        ("en", "two and a half minutes", DURATION, {"minutes": 2, "seconds": 30}),
        ("en", "a quarter of an hour", DURATION, {"minutes": 15}),
        ("en", "three quarters of an hour", DURATION, {"minutes": 45}),
        ("en", "a couple of minutes", DURATION, {"minutes": 2}),
        ("en", "1 hour 30 minutes", DURATION, {"hours": 1, "minutes": 30}),
        ("en", "one hour, thirty minutes and five seconds", DURATION, {"hours": 1, "minutes": 30, "seconds": 5}),
        ("en", "eight minutes", DURATION, {"minutes": 8}),  # no misspelt eighty
        ("de", "eine halbe Stunde", DURATION, {"minutes": 30}),
        ("de", "anderthalb Stunden", DURATION, {"hours": 1, "minutes": 30}),
        ("de", "2 Stunden und 15 Minuten", DURATION, {"hours": 2, "minutes": 15}),
        ("fr", "deux heures et demie", DURATION, {"hours": 2, "minutes": 30}),
        ("fr", "une demi-heure", DURATION, {"minutes": 30}),
        ("fr", "un quart d'heure", DURATION, {"minutes": 15}),
        ("es", "una hora y media", DURATION, {"hours": 1, "minutes": 30}),
        ("es", "media hora", DURATION, {"minutes": 30}),
        ("it", "un'ora e mezza", DURATION, {"hours": 1, "minutes": 30}),
        ("it", "mezz’ora", DURATION, {"minutes": 30}),
        ("nl", "anderhalf uur", DURATION, {"hours": 1, "minutes": 30}),
        ("nl", "twee uur en tien minuten", DURATION, {"hours": 2, "minutes": 10}),
        ("en", "grey", COLOUR, "grey"),
        ("de", "türkis", COLOUR, "turquoise"),
        ("fr", "bleue", COLOUR, "blue"),
        ("es", "amarilla", COLOUR, "yellow"),
        ("it", "rosso", COLOUR, "red"),
        ("nl", "blauw", COLOUR, "blue"),
        ("en", "half", SHARE, 50),
        ("en", "three quarters", SHARE, 75),
        ("en", "two thirds", SHARE, 67),
        ("en", "all the way", SHARE, 100),
        ("en", "the minimum", SHARE, 1),
        ("de", "die Hälfte", SHARE, 50),
        ("fr", "la moitié", SHARE, 50),
        ("es", "la mitad", SHARE, 50),
        ("it", "la metà", SHARE, 50),
        ("nl", "de helft", SHARE, 50),
        ("en", "volume eight", NUMBER, 8),
        ("en", "two lamps", NUMBER, 2),
        # Misspelt, by one letter
        ("en", "twenty minuts", DURATION, {"minutes": 20}),
        ("en", "fourty percent", PERCENT, 40),
        ("en", "fifthy percent", PERCENT, 50),
        ("en", "thirty precent", PERCENT, 30),
        ("en", "twelv degrees", DEGREES, 12),
        ("en", "purpel", COLOUR, "purple"),
        ("de", "zehn Minutten", DURATION, {"minutes": 10}),
        ("fr", "dix degrees", DEGREES, 10),
        ("nl", "tien minuutten", NUMBER, 10),  # two letters off is another word
    ],
)
def test_a_value(language: str, said: str, kind: ValueKind, value: object) -> None:
    assert only(said, language) == [(kind, value)]


@pytest.mark.parametrize(
    "said",
    ["right there", "while I am out", "the range hood", "1.000.000", "7:30", "half-hearted? no", "½", "", "light"],
)
def test_no_value(said: str) -> None:
    assert [kind for kind, _ in only(said) if kind is not SHARE] == []


def test_several_values_have_their_places() -> None:
    found = find(split("set the heater to 22 and the lamp to 30 percent in an hour"), "en")
    assert [(v.kind, v.value, v.first, v.last) for v in found] == [
        (NUMBER, 22, 4, 4), (PERCENT, 30, 9, 10), (DURATION, {"hours": 1}, 12, 13),
    ]  # fmt: skip


def test_a_number_after_a_duration_is_its_smaller_unit_only_where_it_can_be() -> None:
    assert only("in ten minutes 20 percent") == [(DURATION, {"minutes": 10}), (ValueKind.PERCENT, 20)]
    assert only("one hour 90") == [(DURATION, {"hours": 1}), (NUMBER, 90)]


def test_a_colour_may_lie_within_another_value() -> None:
    assert only("light blue") == [(COLOUR, "lightblue"), (COLOUR, "blue")]
    assert only("warm white") == [(KELVIN, 2700), (COLOUR, "white")]


@pytest.mark.parametrize("said", ["9" * 400, "-" + "9" * 400, f"{'9' * 300} hours", "1" + ",5" * 300, "0" * 999])
def test_numbers_beyond_all_measure_are_none(said: str) -> None:
    assert only(said) == []


@given(st.text(max_size=120), st.sampled_from(LANGUAGES))
def test_nothing_that_is_said_is_too_much(said: str, language: str) -> None:
    words = split(said)
    for value in find(words, language):
        assert 0 <= value.first <= value.last < len(words)


@given(st.integers(0, 120))
def test_every_number_has_its_words_in_english(number: int) -> None:
    from num2words import num2words

    assert only(f"{num2words(number)} percent") == [(PERCENT, number)]


def test_a_word_is_mended_only_to_its_nearest() -> None:
    english = lexicon("en")
    assert english.mended("minuts") in {"minutes", "minute"}
    assert english.mended("eight") == "eight"
    assert english.mended("red") == "red"  # short words have too many neighbours
    assert english.mended("kitchen") == "kitchen"
    assert lexicon("de") is lexicon("de")
