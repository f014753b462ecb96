"""One scripted bridge for all of these tests; a phone that is paired with it."""

import json
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest

from shortcuts.interpreter import Phone
from shortcuts.library.bridge import SETTINGS
from shortcuts.made import made
from tests.shortcuts.scripted import TOKEN, Scripted, serving

MakePhone: TypeAlias = Callable[..., Phone]


@pytest.fixture(scope="session")
def _serving() -> Iterator[tuple[dict[str, Scripted], str]]:
    state = {"now": Scripted()}
    with serving(state) as url:
        yield state, url


@pytest.fixture
def bridge(_serving: tuple[dict[str, Scripted], str]) -> Scripted:
    """The script of this test."""
    state, url = _serving
    state["now"] = Scripted(url=url)
    return state["now"]


@pytest.fixture
def paired(bridge: Scripted) -> MakePhone:
    """Makes a phone on which Hearth Setup was run."""

    def make(**settings: Any) -> Phone:
        phone = Phone(**settings)
        phone.files[SETTINGS] = json.dumps({"address": bridge.url, "token": TOKEN}).encode()
        return phone

    return make


@pytest.fixture(scope="session")
def files() -> dict[str, bytes]:
    """The files that people import, by name."""
    return {workflow.name: workflow.file() for workflow in made("en")}
