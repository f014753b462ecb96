"""Values: numbers, percents, degrees, durations and colours in an utterance, as plain values with their place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import Any

from bridge.tiers.small.lexicon import LONGEST, Lexicon, lexicon
from bridge.tiers.small.words import Word


class ValueKind(IntEnum):
    """What a value says of itself; also its place in a word's features."""

    NUMBER = 0
    PERCENT = 1
    DEGREES = 2
    KELVIN = 3
    DURATION = 4
    COLOUR = 5
    SHARE = 6


@dataclass(frozen=True, slots=True)
class Value:
    """One value, in the words `first` to `last`."""

    kind: ValueKind
    value: Any
    """A number, a colour's name, or a duration as {"hours", "minutes", "seconds"}."""
    first: int
    last: int


FILLERS = frozenset({"um", "umm", "uh", "uhm", "er", "erm", "hmm"})
_SMALLER: Mapping[str, tuple[str, int]] = {"hours": ("minutes", 60), "minutes": ("seconds", 60)}
_ONE = frozenset({"a", "an", "one", "eine", "einer", "une", "un", "una", "uno", "een"})
_MOST_DIGITS = 15
"""Of more a number is no longer exact, and of some hundred no number at all."""
_AND = frozenset({"and", "und", "et", "y", "e", "en"})
_SPANS: Mapping[tuple[str, ...], tuple[float, str]] = {
    ("un'ora",): (1, "hours"),
    ("mezz'ora",): (30, "minutes"),
    ("quart", "d'heure"): (15, "minutes"),
    ("trois", "quarts", "d'heure"): (45, "minutes"),
}
"""Amounts that are not said apart from their units."""
_NEXT_SMALLER = {"hours": "minutes", "minutes": "seconds"}
_SIXTY = 60
_MORE_THAN_ONE = frozenset({"anderthalb", "eineinhalb", "anderhalf"})
"""One and a half."""
_HALF = frozenset({"half", "halb", "halbe", "halben", "demi", "demie", "media", "medio", "mezza", "mezzo", "halve"})


def find(words: Sequence[Word], language: str) -> list[Value]:
    """The values of an utterance, in the order of their first words.

    Those of one first word exclude each other, the longest wins. A colour may lie within another ("light blue").
    """
    known = lexicon(language)
    texts = [known.mended(word.text) for word in words]
    kept = [index for index in range(len(texts)) if not _filler(texts, index)]
    found = _Finder([texts[index] for index in kept], known).all()
    return [Value(value.kind, value.value, kept[value.first], kept[value.last]) for value in found]


def _filler(texts: Sequence[str], index: int) -> bool:
    """Whether a word is said while looking for the next: "five uh minutes"."""
    around = texts[max(0, index - 1) : index + 2]
    return texts[index] in FILLERS or (texts[index] in {"you", "know"} and _contains(around, ("you", "know")))


def _contains(texts: Sequence[str], pair: tuple[str, str]) -> bool:
    return any(both == pair for both in pairwise(texts))


class _Finder:
    def __init__(self, words: list[str], lexicon: Lexicon) -> None:
        self.words = words
        self.lexicon = lexicon

    def all(self) -> list[Value]:
        found: list[Value] = []
        taken = -1
        for index in range(len(self.words)):
            value = self._at(index)
            if value is None or (index <= taken and value.kind is not ValueKind.COLOUR):
                continue
            found.append(value)
            taken = max(taken, value.last)
        return found

    def _at(self, i: int) -> Value | None:
        return self._duration(i) or self._named(i) or self._number(i)

    # Durations

    def _duration(self, i: int) -> Value | None:
        part = self._span(i)
        if part is None:
            return None
        amounts: dict[str, float] = {}
        end = i
        while part is not None and part[1] not in amounts:
            amount, unit, end = part
            amounts[unit] = amount
            following = end + 1 if self._word(end) in _AND else end
            part = self._span(following)
        end = self._smaller(amounts, unit, end)
        return Value(ValueKind.DURATION, _whole(amounts), i, end - 1)

    def _smaller(self, amounts: dict[str, float], unit: str, end: int) -> int:
        """Take up a number without a unit, of the next smaller one: "one hour twenty"."""
        smaller, number = _NEXT_SMALLER.get(unit), self._number(end)
        if (
            smaller is None
            or number is None
            or number.kind is not ValueKind.NUMBER
            or not 0 < number.value < _SIXTY
        ):
            return end
        amounts[smaller] = number.value
        return number.last + 1

    def _span(self, i: int) -> tuple[float, str, int] | None:
        """An amount and its unit ("half an hour", "two and a half minutes"), and where it ends."""
        amount, unit, j = self._joined(i)
        if amount is None or unit is None:
            return None
        if self._word(j) in _AND and self._half(j + 1):
            return amount + 0.5, unit, self._half(j + 1)
        return amount, unit, j

    def _joined(self, i: int) -> tuple[float | None, str | None, int]:
        """An amount, its unit, and the word after both."""
        start = i + 1 if self._word(i) in _ONE else i
        for length in (1, 2, 3):
            span = _SPANS.get(tuple(self.words[start : start + length]))
            if span is not None:
                return *span, start + length
        amount, j = self._amount(i)
        return amount, self.lexicon.units.get(self._word(j)), j + 1

    def _amount(self, i: int) -> tuple[float | None, int]:
        if self._word(i) in _MORE_THAN_ONE:
            return 1.5, i + 1
        share = self._share_of(i)
        if share is not None:
            return share
        plain, j = self._plain(i)
        if plain is not None:
            return plain, j
        if self._word(i) in _ONE:
            if self._word(i + 1) == "couple":
                return 2, i + 3 if self._word(i + 2) == "of" else i + 2
            return 1, i + 1
        return None, i

    def _share_of(self, i: int) -> tuple[float, int] | None:
        """Half an, a quarter of an, three quarters of an."""
        for start, value in ((i, 0.25), (i + 1, 0.25), (i + 1, 0.75)):
            head = self.words[i:start]
            fits = not head or (head[0] == "three" if value == 0.75 else head[0] in _ONE)
            if fits and self._word(start).startswith("quarter") and self._word(start + 1) == "of":
                return value, start + 3
        j = i + 1 if self._word(i) in _ONE else i
        if self._word(j) in _HALF:
            return 0.5, j + 2 if self._word(j + 1) in _ONE else j + 1
        return None

    def _half(self, i: int) -> int:
        """Where "a half" ends that begins here; 0 where there is none."""
        j = i + 1 if self._word(i) in _ONE else i
        return j + 1 if self._word(j) in _HALF else 0

    # Numbers and what they count

    def _number(self, i: int) -> Value | None:
        number, j = self._plain(i)
        if number is None:
            return None
        word = self._word(j)
        if word in self.lexicon.percent:
            return Value(ValueKind.PERCENT, number, i, j)
        if word in {"per", "pour", "por"} and self._word(j + 1) in {"cent", "ciento", "cento"}:
            return Value(ValueKind.PERCENT, number, i, j + 1)
        if word in self.lexicon.degrees:
            last = j + 1 if self._word(j + 1) in {"c", "celsius", "f", "fahrenheit"} else j
            return Value(ValueKind.DEGREES, number, i, last)
        if word in {"k", "kelvin"}:
            return Value(ValueKind.KELVIN, number, i, j)
        return Value(ValueKind.NUMBER, number, i, j - 1)

    def _plain(self, i: int) -> tuple[float | None, int]:
        """A number in digits or words, and where it ends."""
        sign = -1 if self._word(i) == "minus" else 1
        start = i + (sign < 0)
        number, j = self._unsigned(start)
        if number is None:
            return None, i
        if self._word(j) in {"point", "komma", "virgule", "coma", "virgola"}:
            decimal, end = self._unsigned(j + 1)
            if decimal is not None and 0 <= decimal < 10 and decimal == int(decimal):
                return sign * (number + decimal / 10), end
        if self._word(j) in _AND and self._word(j + 1) in _ONE and self._word(j + 2) in _HALF:
            return sign * (number + 0.5), j + 3
        return sign * number, j

    def _unsigned(self, i: int) -> tuple[float | None, int]:
        word = self._word(i)
        if word[-1:].isdecimal():
            return _digits(word), i + 1
        for length in range(min(LONGEST, len(self.words) - i), 0, -1):
            number = self.lexicon.numbers.get(tuple(self.words[i : i + length]))
            if number is not None:
                return number, i + length
        return None, i

    # Words that are values

    def _named(self, i: int) -> Value | None:
        for length in (3, 2, 1):
            words = tuple(self.words[i : i + length])
            if len(words) < length:
                continue
            last = i + length - 1
            if words in self.lexicon.kelvin:
                return Value(ValueKind.KELVIN, self.lexicon.kelvin[words], i, last)
            if words in self.lexicon.shares:
                return Value(ValueKind.SHARE, self.lexicon.shares[words], i, last)
            colour = self.lexicon.colour(words)
            if colour is not None:
                return Value(ValueKind.COLOUR, colour, i, last)
        return None

    def _word(self, i: int) -> str:
        return self.words[i] if 0 <= i < len(self.words) else ""


def _digits(word: str) -> float | None:
    if len(word) > _MOST_DIGITS:
        return None
    try:
        number = float(word.replace(",", "."))
    except ValueError:
        return None
    return int(number) if number == int(number) else number


def _whole(amounts: Mapping[str, float]) -> dict[str, int]:
    """Whole hours, minutes and seconds; half an hour is 30 minutes."""
    made: dict[str, int] = {}
    for unit, amount in amounts.items():
        whole = int(amount)
        if whole or amount == 0:
            made[unit] = made.get(unit, 0) + whole
        if amount > whole and unit in _SMALLER:
            smaller, count = _SMALLER[unit]
            made[smaller] = made.get(smaller, 0) + round((amount - whole) * count)
    return made
