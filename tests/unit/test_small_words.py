"""The small tier reads words: where they are, folded, stemmed, and in pieces."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.tiers.small.model import shipped_folder
from bridge.tiers.small.tokenizer import PIECES, WIDTH, Tokenizer
from bridge.tiers.small.words import MOST, fold, split, stem


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Turn on the Kitchen lights!", ["turn", "on", "the", "kitchen", "lights"]),
        ("set it to 50%", ["set", "it", "to", "50", "%"]),
        ("21.5° in the hall", ["21.5", "°", "in", "the", "hall"]),
        ("at 7:30, please", ["at", "7:30", "please"]),
        ("minus -5 degrees", ["minus", "-5", "degrees"]),
        ("22-24 degrees", ["22", "24", "degrees"]),  # a dash between numbers is no sign
        ("Anna’s lamp", ["anna's", "lamp"]),
        ("l'aspirateur", ["l'aspirateur"]),
        ("Mach' das Licht an", ["mach", "das", "licht", "an"]),
        ("e-mail", ["e", "mail"]),
        ("lamp2", ["lamp", "2"]),  # letters and digits part, as names have both
        ("living_room", ["living", "room"]),
        ("Küche, Straße", ["kuche", "strasse"]),
        ("Включи свет", ["включи", "свет"]),
        ("άναψε το φως", ["αναψε", "το", "φωσ"]),
        ("打开 灯", ["打开", "灯"]),
        ("أضئ المطبخ", ["أضئ", "المطبخ"]),
        ("💡 on", ["on"]),
        ("...", []),
        ("", []),
        ("\x00\x07\n\t", []),
    ],
)
def test_words(said: str, words: list[str]) -> None:
    assert [word.text for word in split(said)] == words


@given(st.text(max_size=200))
def test_each_word_is_where_it_says(said: str) -> None:
    last = 0
    for word in split(said):
        assert last <= word.start < word.end <= len(said)
        assert word.text == fold(said[word.start : word.end])
        last = word.end


def test_breaks_are_kept() -> None:
    words = split("kitchen off, and the hall on. Thanks")
    assert [word.text for word in words if word.after_break] == ["and", "thanks"]


def test_a_long_text_stops_one_word_after_the_most() -> None:
    assert len(split("light " * 5000)) == MOST + 1
    assert len(split("light " * MOST)) == MOST


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Straße", "strasse"), ("CAFÉ", "cafe"), ("Ñandú", "nandu"), ("İ", "i"), ("’s", "'s"), ("Ёлка", "елка")],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


@pytest.mark.parametrize(
    ("word", "stemmed"),
    [
        ("lights", "light"),
        ("batteries", "battery"),
        ("switches", "switch"),
        ("boxes", "box"),
        ("anna's", "anna"),
        ("boys'", "boy"),
        ("gas", "gas"),
        ("bus", "bus"),
        ("tennis", "tennis"),
        ("glass", "glass"),
        ("glasses", "glass"),
        ("ties", "tie"),  # too short for -ies
    ],
)
def test_stems(word: str, stemmed: str) -> None:
    assert stem(word) == stemmed


@pytest.fixture
def tokenizer() -> Tokenizer:
    return Tokenizer({"kit": 2, "##chen": 3, "light": 4, "##s": 5}, buckets=100)


def test_pieces_are_the_longest_that_are_known(tokenizer: Tokenizer) -> None:
    assert list(tokenizer.ids("kitchen")[:PIECES]) == [2, 3, 0, 0]
    assert list(tokenizer.ids("lights")[:PIECES]) == [4, 5, 0, 0]


def test_a_word_that_cannot_be_pieced_is_unknown_and_still_has_trigrams(tokenizer: Tokenizer) -> None:
    ids = tokenizer.ids("zzz")
    assert list(ids[:PIECES]) == [1, 0, 0, 0]
    assert (ids[PIECES : PIECES + 3] >= 6).all()
    assert (ids[PIECES + 3 :] == 0).all()


def test_a_typing_slip_keeps_most_trigrams() -> None:
    tokenizer = Tokenizer({}, buckets=100_000)
    right, wrong = set(tokenizer.ids("bathroom")[PIECES:]), set(tokenizer.ids("bathrom")[PIECES:])
    assert len(right & wrong) >= 5


def test_ids_are_the_same_in_every_run(tokenizer: Tokenizer) -> None:
    # Training and the hub must agree: the hash is no process's own.
    assert list(tokenizer.ids("on")) == [1, 0, 0, 0, 23, 43, 0, 0, 0, 0, 0, 0]


@given(st.text(max_size=80))
def test_any_word_has_ids_within_the_table(word: str) -> None:
    tokenizer = Tokenizer({"a": 2}, buckets=7)
    ids = tokenizer.ids(word)
    assert ids.shape == (WIDTH,)
    assert ((ids >= 0) & (ids < tokenizer.size)).all()


def test_it_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps({"pieces": ["on", "##ly"], "trigram_buckets": 10}))
    made = Tokenizer.load(path)
    assert (made.size, made.pieces) == (14, ["on", "##ly"])
    assert list(made.ids("only")[:2]) == [2, 3]


def test_the_shipped_tokenizer_knows_common_words_whole() -> None:
    shipped = Tokenizer.load(shipped_folder() / "tokenizer.json")
    for word in ("turn", "kitchen", "light", "bedroom", "temperature", "unlock", "vacuum"):
        pieces = shipped.ids(word)[:PIECES]
        assert np.count_nonzero(pieces) <= 2, word
        assert 1 not in pieces
