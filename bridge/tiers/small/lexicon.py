"""The lexicon: words for units, shares and colours in the languages that values are read in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache

from num2words import num2words
from rapidfuzz import process
from rapidfuzz.distance import OSA

from actions import colours
from bridge.tiers.small.words import fold, split

LANGUAGES = ("en", "de", "fr", "es", "it", "nl")
LONGEST = 6
"""Words of the longest number."""
_NUMBERS = (*range(121), *range(125, 1000, 25), *range(1000, 7000, 100))

_UNITS: Mapping[str, str] = {
    "hours": "hour hours hr hrs h stunde stunden heure heures hora horas ora ore uur uren",
    "minutes": "minute minutes min mins minuten minuto minutos minuti minuut",
    "seconds": "second seconds sec secs sekunde sekunden seconde secondes segundo segundos secondo secondi "
    "seconden",
}
_PERCENT = "% percent prozent pourcent pct procent porcento percento"
_DEGREES = "° degree degrees grad degre degres grado grados gradi graad graden"
_SHARES: Mapping[str, float] = {
    "half": 50, "halfway": 50, "fifty fifty": 50, "a quarter": 25, "quarter": 25, "a third": 33, "one third": 33,
    "three quarters": 75, "three quarter": 75, "two thirds": 67, "max": 100, "maximum": 100, "full": 100,
    "fully": 100, "highest": 100, "brightest": 100, "all the way": 100, "full blast": 100, "min": 1, "minimum": 1,
    "lowest": 1, "dimmest": 1, "halb": 50, "halfte": 50, "halber": 50, "moitie": 50, "mitad": 50, "meta": 50,
    "helft": 50, "voll": 100, "maximal": 100, "minimal": 1,
}  # fmt: skip
_KELVIN: Mapping[str, int] = {
    "warm white": 2700, "soft white": 2700, "cool white": 4000, "cold white": 4000, "neutral white": 4000,
    "daylight": 6500, "day light": 6500, "candle light": 1900, "candlelight": 1900,
    "warmweiss": 2700, "kaltweiss": 4000, "tageslicht": 6500, "blanc chaud": 2700, "blanc froid": 4000,
    "blanco calido": 2700, "blanco frio": 4000, "bianco caldo": 2700, "bianco freddo": 4000, "warm wit": 2700,
}  # fmt: skip
_COLOURS: Mapping[str, str] = {
    "red": "rot rouge rojo roja rosso rossa rood rode",
    "green": "grun verte vert verde groen groene",
    "blue": "blau bleu bleue azul blu blauw blauwe",
    "yellow": "gelb jaune amarillo amarilla giallo geel gele",
    "orange": "arancione naranja oranje",
    "purple": "lila violett pourpre morado viola paars paarse",
    "pink": "rosa rose roze",
    "white": "weiss blanc blanche blanco blanca bianco wit witte",
    "brown": "braun marron bruin",
    "turquoise": "turkis turquesa turchese",
}


_LEAST_MENDED = 5
_LIKE_OTHERS = frozenset(
    {"eight", "three", "white", "seven", "orange", "heure", "stunde", "minuto", "grado", "heures", "prima"}
)
"""Too much like ordinary words: right, there, while, range."""


@dataclass(frozen=True)
class Lexicon:
    """What words of one language say as values; English ones are understood in every language."""

    numbers: Mapping[tuple[str, ...], int]
    units: Mapping[str, str] = field(default_factory=lambda: _by_word(_UNITS))
    percent: frozenset[str] = frozenset(_PERCENT.split())
    degrees: frozenset[str] = frozenset(_DEGREES.split())
    shares: Mapping[tuple[str, ...], float] = field(default_factory=lambda: _spoken(_SHARES))
    kelvin: Mapping[tuple[str, ...], float] = field(default_factory=lambda: _spoken(_KELVIN))

    def mended(self, word: str) -> str:
        """A word of the lexicon that this is misspelt from, by one letter; else the word as it is."""
        if len(word) < _LEAST_MENDED or word.isdecimal() or word in _LIKE_OTHERS:
            return word
        return _mended(word, self._long)

    @cached_property
    def _long(self) -> tuple[str, ...]:
        numbers = {word for words in self.numbers for word in words}
        known = {*self.units, *self.percent, *self.degrees, *numbers, *_COLOURS}
        return tuple(sorted(word for word in known if len(word) >= _LEAST_MENDED and word not in _LIKE_OTHERS))

    def colour(self, words: tuple[str, ...]) -> str | None:
        """The CSS name of a colour that these words are."""
        joined = "".join(words)
        return joined if joined in _CSS else _FOREIGN.get(joined)


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language ("de", "pt-BR"); where there is none, the English one."""
    base = language.partition("-")[0].lower()
    numbers = _numbers("en")
    if base in LANGUAGES and base != "en":
        numbers = {**numbers, **_numbers(base)}
    return Lexicon(numbers)


def _numbers(language: str) -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], int] = {}
    for number in _NUMBERS:
        words = tuple(word.text for word in split(num2words(number, lang=language)))
        found[words] = number
        found[tuple(word for word in words if word not in {"and", "et"})] = number
        if words[:2] == ("one", "hundred"):
            found["a", *words[1:]] = number
    if language == "de":
        found[("ein",)] = found[("eine",)] = found[("einer",)] = 1
        found |= {(words[0][3:],): number for words, number in found.items() if words[0].startswith("einhundert")}
    return found


def _by_word(table: Mapping[str, str]) -> dict[str, str]:
    return {word: key for key, words in table.items() for word in words.split()}


def _spoken(table: Mapping[str, float]) -> dict[tuple[str, ...], float]:
    return {tuple(map(fold, key.split())): value for key, value in table.items()}


@lru_cache(maxsize=20_000)
def _mended(word: str, known: tuple[str, ...]) -> str:
    found = process.extractOne(word, known, scorer=OSA.distance, score_cutoff=1)
    return found[0] if found else word


_CSS = frozenset(colours.NAMES)
_FOREIGN = _by_word(_COLOURS)
