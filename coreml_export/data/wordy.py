"""Wordiness: reasons, asides and politeness around commands, which ask for nothing by themselves."""

from collections.abc import Sequence
from importlib.resources import files
from random import Random
from typing import Any

import yaml

_TABLES: dict[str, Any] = yaml.safe_load((files("coreml_export.data") / "wordy.yaml").read_text("utf-8"))
REASONS: Sequence[str] = _TABLES["reasons"]
_ASKS: Sequence[str] = _TABLES["asks"]
_ASIDES: Sequence[str] = _TABLES["asides"]
_ENDS: Sequence[str] = _TABLES["ends"]
LINKS: Sequence[str] = _TABLES["links"]
_ACTS = frozenset(_TABLES["acts"])


def wordy(marked: str, rng: Random, *, first: bool = True, last: bool = True) -> str:
    """A command with some of it; what is said around a command belongs to it.

    :param first: it begins the sentence, so that a reason may stand before it.
    :param last: it ends it.
    """
    text = marked
    if text.partition(" ")[0].lower() in _ACTS and rng.random() < 0.6:
        text = f"{rng.choice(_ASKS)} {text}"
    roll = rng.random()
    if roll < (0.65 if first else 0.25):
        reason = rng.choice(REASONS)
        text = f"{reason if first else reason[0].lower() + reason[1:]}, {text}"
    if rng.random() < 0.25 and not text.endswith("?"):
        text = f"{text.rstrip('.!')}, {rng.choice(_ASIDES)}"
    if last and rng.random() < 0.2:
        text = text.rstrip(".!?") + rng.choice(_ENDS)
    return text
