"""Names as people say them: one normal form to compare by, and the nearest names for a question."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz, process

_ARTICLES = frozenset({"the", "a", "an", "my", "our", "your"})
_POLITE = "please"
_POSSESSIVE = re.compile(r"[’'`´ʼ]s\b", re.IGNORECASE)
_SHOWN_AS = re.compile("[\ufe00-\ufe0f]")
"""Marks that choose between a picture and a plain sign."""
_LONGEST_KEPT = 100
"""Longer texts are no names: they are not cached, so that what people send cannot fill the memory."""


def normalise(text: str) -> str:
    """Case-folded, accent-free, without articles, possessives and punctuation: "Anna’s Lámp" -> "anna lamp".

    Names in scripts without case or accents stay as they are, and so does one without any word ("💡").
    """
    return _normal_name(text) if len(text) <= _LONGEST_KEPT else _normal(text)


def stem(text: str) -> str:
    """The normal form with English plurals made singular: "reading lamps" -> "reading lamp"."""
    return _stem_of_name(text) if len(text) <= _LONGEST_KEPT else _stem(text)


def _normal(text: str) -> str:
    # Handles "Straße" / "STRASSE", full-width letters, and combining marks of Latin, Greek and Cyrillic only:
    # dropping every mark would change words in Hindi or Thai.
    text = _SHOWN_AS.sub("", text)
    folded = unicodedata.normalize("NFKD", _POSSESSIVE.sub("", text)).casefold()
    bare = unicodedata.normalize("NFC", "".join(c for c in folded if not ("̀" <= c <= "ͯ")))
    words = "".join(c if _in_word(c) else " " for c in bare).split()
    if not words:
        return "".join(text.split())
    # The last word is no article: "Bedroom A" is not "Bedroom".
    kept = [word for word in words[:-1] if word not in _ARTICLES] + words[-1:]
    return " ".join([word for word in kept if word != _POLITE] or words)


def _in_word(character: str) -> bool:
    # Vowel signs are marks, and as good as letters in the scripts of India and South East Asia.
    return character.isalnum() or (character > "\u036f" and unicodedata.category(character) in {"Mn", "Mc"})


def _stem(text: str) -> str:
    return " ".join(_singular(word) for word in _normal(text).split())


_normal_name = lru_cache(maxsize=65_536)(_normal)
_stem_of_name = lru_cache(maxsize=65_536)(_stem)


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith(("ies", "ie")):
        return word.removesuffix("s")[:-2] + "y"
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
        stem(spoken), [stem(name) for name in unique], scorer=fuzz.token_set_ratio, limit=limit, score_cutoff=cutoff
    )
    return [unique[index] for _, _, index in found]
