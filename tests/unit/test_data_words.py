"""Digests, splits, values, noise, and sentences: the small parts of the data generator."""

from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest

from coreml_export.data.digest import BadBlocklist, digest, norm, read_blocklist
from coreml_export.data.homes import as_home, make_home
from coreml_export.data.noise import noisy
from coreml_export.data.numbers import in_words
from coreml_export.data.sentence import tidy
from coreml_export.data.split import ASIDE, of_family, of_name
from coreml_export.data.values import SPOKEN
from coreml_export.data.words import UnknownLanguage, languages, words


def test_a_digest_ignores_case_punctuation_articles_and_politeness() -> None:
    said = digest("turn on kitchen lamp")
    assert said == digest("Could you please turn on THE kitchen-lamp?!") == digest("turn on my kitchen lamp")
    assert said != digest("turn off kitchen lamp")
    # As the evaluation's own digest gives it.
    assert digest("Set the lamp to 50%") == "96d9b394f9d31ce9"
    assert norm("A_b  50% Ä!") == "a b 50% ä"


@pytest.mark.parametrize("content", ["xyz\n", "0123456789abcdeg\n", "0123\n", "0123456789abcdef0\n"])
def test_a_wrong_blocklist_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "list"
    path.write_text(content)
    with pytest.raises(BadBlocklist):
        read_blocklist(path)


def test_a_blocklist_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadBlocklist):
        read_blocklist(path)
    with pytest.raises(BadBlocklist):
        read_blocklist(tmp_path / "none")


def test_a_blocklist_is_read(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text(f"{digest('a lamp')}\n{digest('b')}\n")
    assert digest("lamp") in read_blocklist(path)


def test_names_fall_into_splits_by_what_they_are_called() -> None:
    assert of_name("Reading Lamps") == of_name("the reading lamp") == of_name("reading_lamp")
    share = sum(of_name(f"Lamp {number}") == "valid" for number in range(1000)) / 1000
    assert 0.05 < share < 0.15


def test_a_family_that_is_not_listed_is_trained_on() -> None:
    aside = min(ASIDE)
    assert of_family(aside) == of_family(f"{aside}/TurnOn") == "valid"
    assert of_family("written.tomorrow") == "train"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "zero"),
        (13, "thirteen"),
        (20, "twenty"),
        (45, "forty five"),
        (100, "one hundred"),
        (250, "two hundred and fifty"),
        (1000, "one thousand"),
        (1600, "sixteen hundred"),
        (2000, "two thousand"),
        (2005, "two thousand five"),
    ],
)
def test_numbers_in_words(number: int, said: str) -> None:
    assert in_words(number) == said


@pytest.mark.parametrize("name", sorted(SPOKEN))
def test_every_value_has_words(name: str) -> None:
    rng = Random(1)
    for _ in range(60):
        said = SPOKEN[name](rng, words("en"))
        assert said.text.strip()
        for value in said.slots.values():
            assert value not in ("", None)


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("brighter", 1),
        ("dimmer", -1),
        ("warmer", 1),
        ("cooler", -1),
        ("louder", 1),
        ("quieter", -1),
        ("slower", -1),
    ],
)
def test_steps_have_the_right_sign(name: str, sign: int) -> None:
    rng = Random(2)
    for _ in range(40):
        slots: Mapping[str, int] = SPOKEN[name](rng, words("en")).slots
        assert all(value * sign > 0 for value in slots.values())


def test_digits_that_are_said_are_the_value() -> None:
    rng = Random(3)
    for _ in range(200):
        said = SPOKEN["brightness"](rng, words("en"))
        digits = "".join(c for c in said.text if c.isdecimal())
        assert not digits or int(digits) == said.slots["brightness"]


def test_noise_leaves_free_text_alone() -> None:
    rng = Random(4)
    kinds: set[str] = set()
    for _ in range(800):
        text, done = noisy("add washing powder to the to-do list", rng, english=True, free=["washing powder"])
        kinds |= set(done)
        assert "washing powder" in text.casefold()
        assert text.strip()
    assert {"opening", "closing", "filler", "heard", "typo", "bare", "capitals"} <= kinds


def test_other_languages_get_no_english_noise() -> None:
    rng = Random(5)
    for _ in range(200):
        _, done = noisy("schalte das licht ein", rng, english=False)
        assert not set(done) & {"opening", "closing", "filler", "heard"}


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("turn on  the  lamp ,  please", "turn on the lamp, please"),
        ("turn on the Anna's lamp", "turn on Anna's lamp"),
        ("the the lamp", "the lamp"),
        (" a lamp .", "a lamp."),
    ],
)
def test_sentences_are_tidied(text: str, clean: str) -> None:
    assert tidy(text) == clean


@pytest.mark.parametrize("language", languages())
def test_homes_can_be_made_in_every_language(language: str) -> None:
    for number in range(10):
        made = make_home("home", words(language), Random(number), "train").json
        home = as_home(made)
        assert len(home.entities) == len(made["entities"])
        assert len(home.areas) == len(made["areas"])
        assert all(entity.name for entity in home.entities.values())


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(UnknownLanguage, match="'xx'"):
        words("xx")
