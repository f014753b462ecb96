"""The split: which phrasings and which names are kept aside for validation."""

from hashlib import sha1
from importlib.resources import files
from typing import Literal, get_args

import yaml

from actions.text import stem

Split = Literal["train", "valid"]
SPLITS: tuple[Split, ...] = get_args(Split)
_NAMES_ASIDE = 10
ASIDE: frozenset[str] = frozenset(
    yaml.safe_load((files("coreml_export.data") / "aside.yaml").read_text("utf-8"))["aside"]
)
"""Families that are kept aside: written down, so that a new one moves no other to the other side."""


def of_family(family: str) -> Split:
    """The split of a family; of its variants for several intents, which hold the same sentences, that of all."""
    return "valid" if family.partition("/")[0] in ASIDE else "train"


def of_name(name: str) -> Split:
    """The split that a name belongs to; the same for all spellings of it, in every version and on every machine."""
    number = int.from_bytes(sha1(f"name/{stem(name)}".encode(), usedforsecurity=False).digest()[:8], "big")
    return "valid" if number % _NAMES_ASIDE == 0 else "train"
