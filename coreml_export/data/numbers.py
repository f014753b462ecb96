"""Numbers as people say them, in digits or in English words."""

from random import Random

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905

_THOUSANDS = 2000


def in_words(number: int) -> str:
    """A number from 0 to 9,999 in English words; 1,600 is "sixteen hundred"."""
    if number < len(_ONES):
        return _ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens] + (f" {_ONES[ones]}" if ones else "")
    if number >= _THOUSANDS or number // 100 == 10:
        thousands, rest = divmod(number, 1000)
        return f"{_ONES[thousands]} thousand" + (f" {in_words(rest)}" if rest else "")
    hundreds, rest = divmod(number, 100)
    return f"{_ONES[hundreds]} hundred" + (f" and {in_words(rest)}" if rest else "")


def number(value: int, rng: Random) -> str:
    """Digits or words."""
    return str(value) if rng.random() < 0.65 else in_words(value)


def percent(value: int, rng: Random) -> str:
    """With one of the signs that go with it, or none."""
    said = number(value, rng)
    signs = ("%", "%", " %", " percent", "") if said.isdecimal() else (" percent", " percent", " per cent", "")
    return said + rng.choice(signs)
