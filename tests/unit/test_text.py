"""Names are compared as people mean them, in every script."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.text import nearest, normalise, same, stem


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Kitchen", "kitchen"),
        ("  the   Kitchen ", "kitchen"),
        ("Anna’s Lámp", "anna lamp"),
        ("ANNA'S LAMP", "anna lamp"),
        ("kitchen_ceiling-light", "kitchen ceiling light"),
        ("Straße", "strasse"),
        ("ｋｉｔｃｈｅｎ", "kitchen"),  # full width
        ("Ёлка", "елка"),
        ("İstanbul", "istanbul"),
        ("がぎぐ", "がぎぐ"),  # voiced marks are not accents
        ("रसोई की बत्ती", "रसोई की बत्ती"),  # vowel signs are letters
        ("ห้องครัว", "ห้องครัว"),
        ("my light please", "light"),
        ("please", "please"),
        ("the", "the"),
        ("Bedroom A", "bedroom a"),  # a last word is no article
        ("💡", "💡"),
        ("💡\ufe0f", "💡"),  # the same picture, as some keyboards write it
        ("🛋 sofa", "sofa"),
        ("...", "..."),  # and not the name of every thing without letters
        ("", ""),
        (" \n", ""),
    ],
)
def test_normal_form(text: str, normal: str) -> None:
    assert normalise(text) == normal


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("reading lamps", "Reading Lamp"),
        ("switches", "switch"),
        ("boxes", "box"),
        ("batteries", "battery"),
        ("movies night", "Movie night"),
        ("Kids' room", "kid's room"),
        ("James' room", "the James room"),
        ("glasses", "glass"),
    ],
)
def test_the_same_to_a_person(left: str, right: str) -> None:
    assert same(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [("bus", "bu"), ("bedroom", "Bedroom A"), ("...", "💡"), ("बत्ती", "बत्ता"), ("iris", "iri"), ("gas", "ga")],
)
def test_not_the_same(left: str, right: str) -> None:
    assert not same(left, right)


def test_nearest_is_best_first_and_never_a_stretch() -> None:
    names = ["Kitchen ceiling", "Bedroom", "Kitchen", "Kitchen"]
    assert nearest("kitchin", names)[0] == "Kitchen"
    assert nearest("kitchin", names).count("Kitchen") == 1
    assert nearest("xqzw", names) == []
    assert nearest("anything", []) == []


@given(st.text(max_size=300))
def test_any_text_has_a_stable_form(text: str) -> None:
    assert normalise(normalise(text)) == normalise(normalise(normalise(text)))
    assert normalise(text) == normalise(f" {text} ")
    assert bool(normalise(text)) == bool(text.strip("\ufe0e\ufe0f").split()) or not text.isprintable()
    assert stem(text) == stem(text)


def test_long_texts_are_not_kept() -> None:
    from actions.text import _normal_name

    before = _normal_name.cache_info().currsize
    for number in range(50):
        assert normalise(f"{'word ' * 2000}{number}").endswith(str(number))
    assert _normal_name.cache_info().currsize == before


def test_a_long_text_takes_no_time() -> None:
    started = time.process_time()
    stem("the ’s 💡 " * 1000)
    assert time.process_time() - started < 0.1
