"""Words: the bank of one language's names and free texts, drawn so that no name is in two splits."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any, TypeVar

import yaml

from actions.errors import HearthError
from bridge.tiers.small.model import shipped_folder
from bridge.tiers.small.tokenizer import Tokenizer
from coreml_export.data.split import Split, of_name

_FOLDER = files("coreml_export.data") / "words"
_TRIES = 60
_ODD, _ODD_ROOM = 0.14, 7 / 13
"""The share of things, and of rooms that are named by a pattern, that bear a word of any kind, so that what is
called so is found by its letters."""
_ODDLY = {"{odd} {noun}": 45, "{odd}": 20, "{odd} {other}": 15, "{area} {odd}": 12, "{odd} {noun} {number}": 8}
_ODD_ROOMS = ("{odd}", "{odd} Room", "{odd} Corner", "{odd} Den", "{odd} Wing", "Old {odd}", "{odd} {area}")
_ODD_LETTERS = 4
_T = TypeVar("_T")


class UnknownLanguage(HearthError):
    """There are no names in this language."""

    code = "unknown_language"


def languages() -> list[str]:
    """The languages that homes can be named in."""
    return sorted(entry.name.removesuffix(".yaml") for entry in _FOLDER.iterdir() if entry.name.endswith(".yaml"))


class Words:
    """One language's bank."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.language: str = content["language"]
        self.commons: list[str] = content["commons"]
        self.areas: list[str] = content["areas"]
        self.area_styles: list[str] = content["area_styles"]
        self.area_aliases: Mapping[str, list[str]] = content["area_aliases"]
        self.floors: list[list[str]] = content["floors"]
        self.nouns: Mapping[str, list[str]] = content["nouns"]
        self.shopping: str = content["nouns"]["todo"][0]
        """What everybody calls the list for the shop; in every split."""
        self.items: list[str] = content["items"]
        self.messages: list[str] = content["messages"]
        self.timers: list[str] = content["timers"]
        self.queries: list[str] = content["queries"]
        self.pets: list[str] = content["pets"]
        self._parts: dict[str, list[str]] = {
            "owner": content["owners"],
            "place": content["places"],
            "brand": content["brands"],
            "number": content["numbers"],
        }
        self._styles: dict[str, float] = content["styles"]

    def entity(self, kind: str, area: str | None, rng: Random, split: Split) -> str:
        """A name for a device of this kind, of this split."""
        for _ in range(_TRIES):
            name = self._entity(kind, area, rng)
            if of_name(name) == split:
                return name
            area = area if rng.random() < 0.8 else None
        return f"{self._entity(kind, area, rng)} {self._mark(rng, split)}"

    def area(self, rng: Random, split: Split) -> str:
        """A name for a room: a common one, or one of this split."""
        if rng.random() < 0.35:
            return rng.choice(self.commons)
        for _ in range(_TRIES):
            name = rng.choice([*self.areas, *self.commons]) if rng.random() < 0.8 else self._styled(rng)
            if name not in self.commons and of_name(name) == split:
                return name
        return rng.choice(self.commons)

    def _entity(self, kind: str, area: str | None, rng: Random) -> str:
        if rng.random() < _ODD:
            parts = {name: rng.choice(values) for name, values in self._parts.items()}
            odd, other = rng.choice(odd_words()), rng.choice(odd_words())
            noun = rng.choice(self.nouns[kind][1:] if kind == "todo" else self.nouns[kind])
            way = weighted(_ODDLY, rng)
            return way.format(odd=odd, other=other, noun=noun, area=area or odd, number=parts["number"])
        if kind in {"vacuum", "lawn_mower"} and rng.random() < 0.35:
            return rng.choice(self.pets)
        noun = rng.choice(self.nouns[kind][1:] if kind == "todo" else self.nouns[kind])
        if kind in {"scene", "script", "todo", "input_boolean", "automation", "person", "weather"}:
            return noun if rng.random() < 0.6 else f"{rng.choice(self._parts['owner'])} {noun}"
        style = rng.choices(list(self._styles), list(self._styles.values()))[0]
        parts = {name: rng.choice(values) for name, values in self._parts.items()}
        return style.format(noun=noun, area=area or parts["place"], **parts)

    def _styled(self, rng: Random) -> str:
        if rng.random() < _ODD_ROOM:
            return rng.choice(_ODD_ROOMS).format(odd=rng.choice(odd_words()), area=rng.choice(self.areas))
        owner, area = rng.choice(self._parts["owner"]), rng.choice(self.areas)
        return rng.choice(self.area_styles).format(owner=owner, area=area)

    def _mark(self, rng: Random, split: Split) -> str:
        """Where chance does not help: a letter and a number, those of a split ending in an even or odd one."""
        return f"{rng.choice('BCDFGHK')}{rng.randrange(1, 40) * 2 + (split == 'valid')}"


@cache
def words(language: str) -> Words:
    """The bank of a language.

    :raises UnknownLanguage: there is none.
    """
    if language not in languages():
        raise UnknownLanguage(
            f"There are no names in the language '{language}'", hint=f"Those there are: {', '.join(languages())}."
        )
    return Words(yaml.safe_load((_FOLDER / f"{language}.yaml").read_text("utf-8")))


@cache
def odd_words() -> Sequence[str]:
    """Words that are no words of commands: those of the tokenizer that the phrases do not have."""
    said: set[str] = set()
    for folder in (_FOLDER, files("coreml_export.data") / "phrases"):
        for entry in folder.iterdir():
            said |= set(re.findall(r"[a-z]+", entry.read_text("utf-8").lower()))
    pieces = Tokenizer.load(shipped_folder() / "tokenizer.json").pieces
    return sorted(
        piece.title()
        for piece in pieces
        if piece.isascii() and piece.isalpha() and len(piece) >= _ODD_LETTERS and piece not in said
    )


def weighted(choices: Mapping[_T, float], rng: Random) -> _T:
    """One of the keys, by its weight."""
    return rng.choices(list(choices), list(choices.values()))[0]


def some(values: Sequence[_T], rng: Random, least: int, most: int) -> list[_T]:
    """A few of them, in random order."""
    return rng.sample(list(values), min(len(values), rng.randint(least, most)))
