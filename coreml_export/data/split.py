"""The split: which phrasings and which names are kept aside for validation."""

from collections.abc import Iterable, Mapping
from hashlib import sha1
from typing import Literal, get_args

from actions.text import stem

Split = Literal["train", "valid"]
SPLITS: tuple[Split, ...] = get_args(Split)
_NAMES_ASIDE = 10
_FAMILIES_ASIDE = 15
_FEW = 2


def _number(text: str) -> int:
    return int.from_bytes(sha1(text.encode(), usedforsecurity=False).digest()[:8], "big")


def of_name(name: str) -> Split:
    """The split that a name belongs to; the same for all spellings of it, in every version and on every machine."""
    return "valid" if _number(f"name/{stem(name)}") % _NAMES_ASIDE == 0 else "train"


def of_families(families: Iterable[str], theme: Mapping[str, str]) -> dict[str, Split]:
    """The split of each family: about a fifteenth of those of each theme aside, one where there are two.

    :param theme: what each family is about; each theme keeps families for training.
    """
    grouped: dict[str, list[str]] = {}
    for family in families:
        grouped.setdefault(theme[family], []).append(family)
    chosen: dict[str, Split] = {}
    for members in grouped.values():
        ordered = sorted(members, key=_number)
        for place, family in enumerate(ordered):
            aside = len(ordered) >= _FEW and place % _FAMILIES_ASIDE == 1
            chosen[family] = "valid" if aside else "train"
    return chosen
