"""Names as people say them: one normal form to compare by, and the nearest names for a question."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz, process

_ARTICLES = {"the", "a", "an", "my", "our", "your", "please"}
_POSSESSIVE = re.compile(r"[’'`´]s\b")
_SEPARATORS = re.compile(r"[^\w]+|_+")


@lru_cache(maxsize=65_536)
def normalise(text: str) -> str:
    """Case-folded, accent-free, without articles, possessives and punctuation: "Anna’s Lámp" -> "anna lamp".

    Names in scripts without case or accents stay as they are; "" only for text without any word.
    """
    # Handles "Straße" / "STRASSE", full-width letters, and combining marks of Latin and Greek only: dropping
    # every mark would change words in Hindi or Thai.
    folded = unicodedata.normalize("NFKD", _POSSESSIVE.sub("", text)).casefold()
    bare = "".join(c for c in folded if not ("̀" <= c <= "ͯ"))
    words = _SEPARATORS.sub(" ", unicodedata.normalize("NFC", bare)).split()
    kept = [word for word in words if word not in _ARTICLES]
    return " ".join(kept or words)


@lru_cache(maxsize=65_536)
def stem(text: str) -> str:
    """The normal form with English plurals made singular: "reading lamps" -> "reading lamp"."""
    return " ".join(_singular(word) for word in normalise(text).split())


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def same(left: str, right: str) -> bool:
    """Whether two names are the same to a person."""
    return stem(left) == stem(right)


def nearest(spoken: str, names: Iterable[str], *, limit: int = 3, cutoff: float = 60) -> list[str]:
    """The names most like `spoken`, best first; for questions and hints, never for acting.

    :param cutoff: least similarity, 0 to 100.
    """
    unique = list(dict.fromkeys(names))
    found = process.extract(
        stem(spoken), [stem(name) for name in unique], scorer=fuzz.WRatio, limit=limit, score_cutoff=cutoff
    )
    return [unique[index] for _, _, index in found]
