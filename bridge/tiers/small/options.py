"""Options: what an own action's fields are set to, in the words of people."""

from collections.abc import Mapping, Sequence
from typing import Any

from rapidfuzz import fuzz

from bridge.tiers.small.values import Value, ValueKind
from bridge.tiers.small.words import fold, stem

_LIKE = 82.0
_BEGINNING = 4
_NOT = frozenset(
    {"off", "no", "not", "stop", "without", "disable", "end", "don't", "never", "straight", "deactivate", "cancel"}
)
_YES = frozenset(
    {"on", "enable", "let", "start", "activate", "use", "with", "have", "keep", "make", "want", "should"}
)
_DENIES = frozenset({"not", "no", "don't", "without", "never"})
_WITHIN = 2
"""Words before an option within which it is denied."""
_ENDINGS = frozenset({"ing", "ed", "er", "s", "es", "ning", "ting"})
_SECONDS: Mapping[str, int] = {"hours": 3600, "minutes": 60, "seconds": 1}


def option_in(words: Sequence[str], options: Sequence[str]) -> str | None:
    """The option that folded words name: whole, else nearly; the longest."""
    words = [stem(word) for word in words]
    best: tuple[float, int, str] | None = None
    for option in options:
        plain = " ".join(stem(word) for word in fold(option).replace("_", " ").replace("-", " ").split())
        span = max(1, len(plain.split()))
        stretches = [" ".join(words[i : i + span]) for i in range(len(words) - span + 1)]
        likeness, place = max(((_likeness(plain, each), -i) for i, each in enumerate(stretches)), default=(0, 0))
        if plain.replace(" ", "") in words:
            likeness, place = 100.0, -words.index(plain.replace(" ", ""))
        if not _DENIES.isdisjoint(words[max(0, -place - _WITHIN) : -place]):
            continue
        if likeness >= _LIKE and (best is None or (likeness, len(plain)) > best[:2]):
            best = (likeness, len(plain), option)
    return best[2] if best else None


def switched(words: Sequence[str]) -> bool | None:
    """Whether something is to be or, in English, not to be; None where no word says it."""
    if not _NOT.isdisjoint(words):
        return False
    return True if not _YES.isdisjoint(words) else None


def _likeness(option: str, said: str) -> float:
    """How much of an option is said, 0 to 100; "cooling" says "cool"."""
    begun = len(option) >= _BEGINNING and said.startswith(option) and said.removeprefix(option) in _ENDINGS
    return 99.0 if begun else fuzz.ratio(option, said)


def unit_of(key: str, described: Mapping[str, Any]) -> str:
    """The unit of time that a field counts, as far as its name or description says; else empty."""
    for about in (key.replace("_", " "), str(described.get("description") or "")):
        for word in about.casefold().split():
            unit = f"{word.strip('.,;:()').removesuffix('s')}s"
            if unit in _SECONDS:
                return unit
    return ""


def number_of(value: Value, unit: str) -> float | None:
    """A value as a plain number; "half an hour" is 30 where an action counts minutes."""
    if value.kind is ValueKind.DURATION:
        amounts: dict[str, int] = value.value
        if not unit:
            return next(iter(amounts.values())) if len(amounts) == 1 else None
        counted = sum(amount * _SECONDS[each] for each, amount in amounts.items()) / _SECONDS[unit]
        return int(counted) if counted.is_integer() else counted
    number: float = value.value
    return None if value.kind is ValueKind.COLOUR else number
