"""Short answers to questions of ours."""

from __future__ import annotations

import time

import pytest

from bridge.answers import choose, is_no, is_yes

LAMPS = ["Reading lamp (Bedroom)", "Reading lamp (Study)"]
ROOMS = ["Living room", "Kitchen", "Bedroom"]


@pytest.mark.parametrize("text", ["yes", "Yes.", "YES!", "yes please", "Do it", "ok", "  sure  ", "Go ahead."])
def test_yes(text: str) -> None:
    assert is_yes(text)
    assert not is_no(text)


@pytest.mark.parametrize(
    "text",
    ["", "yes but not the door", "yes unlock the back door", "not yes", "yesterday", "👍🏽", "y" * 20_000],
)
def test_what_is_no_plain_yes(text: str) -> None:
    assert not is_yes(text)


@pytest.mark.parametrize("text", ["no", "No, thanks", "Don't!", "don’t", "cancel", "never mind", "STOP"])
def test_no(text: str) -> None:
    assert is_no(text)
    assert not is_yes(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ja", "de"),
        ("Ja, bitte!", "de-AT"),
        ("sí", "es"),
        ("si", "es-MX"),
        ("oui", "fr-CA"),
        ("D'accord", "fr"),
        ("да", "ru"),
        ("はい", "ja"),
        ("好的", "zh-Hans-CN"),
        ("हाँ", "hi"),
        ("OK", "de"),
        ("yes", "xx"),
        ("yes", ""),
    ],
)
def test_yes_in_other_languages(text: str, language: str) -> None:
    assert is_yes(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("tak", "da"),  # thanks; a yes in Polish
        ("da", "de"),  # there; a yes in Russian
        ("ja", "en"),
        ("no", "pl"),  # colloquially a yes, and too close to a no
        ("nein", "de"),
    ],
)
def test_another_languages_yes_is_none(text: str, language: str) -> None:
    assert not is_yes(text, language)


@pytest.mark.parametrize(("text", "language"), [("nein", "de"), ("non merci", "fr"), ("no", "es")])
def test_no_in_other_languages(text: str, language: str) -> None:
    assert is_no(text, language)


@pytest.mark.parametrize(
    ("text", "labels", "index"),
    [
        ("Reading lamp (Study)", LAMPS, 1),
        ("the bedroom one", LAMPS, 0),
        ("the one in the study", LAMPS, 1),
        ("Study.", LAMPS, 1),
        ("the first", LAMPS, 0),
        ("the second one", LAMPS, 1),
        ("kitchen", ROOMS, 1),
        ("the Living Room please", ROOMS, 0),
        ("third", ROOMS, 2),
        ("yes", ["Kitchen"], 0),
    ],
)
def test_choosing(text: str, labels: list[str], index: int) -> None:
    assert choose(text, labels) == index


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("", LAMPS),
        ("the one", LAMPS),
        ("reading lamp", LAMPS),  # fits both
        ("the attic", LAMPS),
        ("third", LAMPS),
        ("yes", LAMPS),
        ("room", ["Living room", "Dining room"]),
        ("first and second", LAMPS),
        ("not the kitchen", ROOMS),
        ("turn off the bedroom lights", ROOMS),  # another request, not an answer
        ("kitchen", []),
        ("🙂", ROOMS),
    ],
)
def test_what_chooses_nothing(text: str, labels: list[str]) -> None:
    assert choose(text, labels) is None


def test_a_room_that_is_called_first_is_meant_by_its_name() -> None:
    assert choose("first", ["Second floor", "First floor"]) == 1


def test_a_long_text_is_read_at_once() -> None:
    since = time.process_time()
    is_yes("yes " * 5000)
    is_no("no " * 5000)
    choose("word " * 4000, LAMPS)
    assert time.process_time() - since < 0.5
