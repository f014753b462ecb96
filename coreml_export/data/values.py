"""Values as people say them: numbers in words, percents, durations, colours, degrees."""

from collections.abc import Callable, Mapping
from random import Random

from coreml_export.data.numbers import in_words, number, percent
from coreml_export.data.texts import text_of_kind
from coreml_export.data.walk import Said
from coreml_export.data.words import Words

COLOURS: Mapping[str, tuple[str, ...]] = {
    "red": ("red", "red", "bright red"),
    "green": ("green",),
    "blue": ("blue", "blue", "a nice blue"),
    "yellow": ("yellow",),
    "orange": ("orange",),
    "purple": ("purple",),
    "pink": ("pink",),
    "white": ("white", "plain white"),
    "turquoise": ("turquoise",),
    "cyan": ("cyan",),
    "magenta": ("magenta",),
    "violet": ("violet",),
    "gold": ("gold",),
    "lime": ("lime",),
    "teal": ("teal",),
    "lightblue": ("light blue",),
    "darkblue": ("dark blue",),
    "hotpink": ("hot pink",),
    "coral": ("coral",),
    "salmon": ("salmon",),
    "lavender": ("lavender",),
    "indigo": ("indigo",),
    "crimson": ("crimson",),
}
_KELVIN: Mapping[str, int] = {
    "warm white": 2700,
    "cool white": 4000,
    "cold white": 4000,
    "daylight": 6500,
    "candle light": 1900,
}
_SHARES: Mapping[str, int] = {
    "half": 50, "fifty fifty": 50, "a quarter": 25, "a third": 33, "three quarters": 75, "two thirds": 67,
    "max": 100, "full": 100, "the maximum": 100, "minimum": 1,
}  # fmt: skip
Speak = Callable[[Random, Words], Said]


def _level(slot: str) -> Speak:
    def speak(rng: Random, _bank: Words) -> Said:
        if rng.random() < 0.12:
            words = rng.choice(list(_SHARES))
            return Said(words, {slot: _SHARES[words]})
        value = rng.choice((rng.randrange(5, 100, 5), rng.randrange(10, 101, 10), rng.randint(1, 99)))
        return Said(percent(value, rng), {slot: value})

    return speak


def _step(slot: str, sign: int) -> Speak:
    def speak(rng: Random, _bank: Words) -> Said:
        value = rng.choice((5, 10, 10, 15, 20, 20, 25, 30, 40))
        return Said(percent(value, rng), {slot: sign * value})

    return speak


def _degrees(rng: Random, _bank: Words) -> Said:
    value = rng.randint(14, 28)
    if rng.random() < 0.15:
        words = in_words(value)
        said = rng.choice((f"{value}.5", f"{words} point five", f"{words} and a half"))
        return Said(said, {"temperature": value + 0.5})
    return Said(number(value, rng), {"temperature": value})


def _degree_step(sign: int) -> Speak:
    def speak(rng: Random, _bank: Words) -> Said:
        value = rng.choice((1, 1, 2, 2, 3, 4))
        said = "a" if value == 1 and rng.random() < 0.3 else number(value, rng)
        return Said(f"{said} {'degree' if value == 1 else 'degrees'}", {"temperature_step": sign * value})

    return speak


def _colour(rng: Random, _bank: Words) -> Said:
    name = rng.choice(list(COLOURS))
    return Said(rng.choice(COLOURS[name]), {"color": name})


def _kelvin(rng: Random, _bank: Words) -> Said:
    if rng.random() < 0.6:
        words = rng.choice(list(_KELVIN))
        return Said(words, {"temperature": _KELVIN[words]})
    value = rng.randrange(2000, 6600, 100)
    return Said(f"{value}{rng.choice((' kelvin', 'K', ' K'))}", {"temperature": value})


_UNITS = ("hours", "minutes", "seconds")
_USUAL: Mapping[str, tuple[int, ...]] = {
    "hours": (1, 2, 3, 4, 8),
    "minutes": (1, 2, 3, 5, 7, 10, 12, 15, 20, 25, 40, 45, 90),
    "seconds": (10, 15, 30, 45, 60, 90),
}


def _time(prefix: str, rng: Random) -> Said:
    roll = rng.random()
    if roll < 0.55:
        unit = rng.choices(_UNITS, (2, 6, 2))[0]
        value = rng.choice(_USUAL[unit])
        return Said(_counted(value, unit, rng), {prefix + unit: value})
    if roll < 0.68:
        hours, minutes = rng.randint(1, 3), rng.choice((5, 10, 15, 20, 30, 45))
        said = f"{_counted(hours, 'hours', rng)}{rng.choice((' and ', ' '))}{_counted(minutes, 'minutes', rng)}"
        return Said(said, {prefix + "hours": hours, prefix + "minutes": minutes})
    if roll < 0.8:
        minutes, seconds = rng.randint(1, 12), rng.choice((15, 20, 30, 45))
        said = f"{_counted(minutes, 'minutes', rng)}{rng.choice((' and ', ' '))}{_counted(seconds, 'seconds', rng)}"
        return Said(said, {prefix + "minutes": minutes, prefix + "seconds": seconds})
    said, slots = rng.choice(
        (
            ("half an hour", {"minutes": 30}),
            ("a quarter of an hour", {"minutes": 15}),
            ("three quarters of an hour", {"minutes": 45}),
            ("an hour and a half", {"hours": 1, "minutes": 30}),
            ("a minute and a half", {"minutes": 1, "seconds": 30}),
            ("a couple of minutes", {"minutes": 2}),
            ("two and a half minutes", {"minutes": 2, "seconds": 30}),
            ("an hour", {"hours": 1}),
            ("a minute", {"minutes": 1}),
            ("half a minute", {"seconds": 30}),
        )
    )
    return Said(said, {prefix + unit: value for unit, value in slots.items()})


def _counted(value: int, unit: str, rng: Random) -> str:
    return f"{number(value, rng)} {unit.removesuffix('s') if value == 1 else unit}"


def _duration(prefix: str) -> Speak:
    return lambda rng, _bank: _time(prefix, rng)


def _from_bank(attribute: str, slot: str) -> Speak:
    def speak(rng: Random, bank: Words) -> Said:
        said = text_of_kind(attribute, bank, rng)
        return Said(said, {slot: said})

    return speak


def _chosen(slot: str, *words: str) -> Speak:
    def speak(rng: Random, _bank: Words) -> Said:
        said = rng.choice(words)
        return Said(said, {slot: said})

    return speak


def _media_class(rng: Random, _bank: Words) -> Said:
    said = rng.choice(("artist", "album", "song", "track", "playlist", "podcast", "movie", "show", "tv show"))
    return Said(said, {"media_class": {"song": "track", "show": "tv_show", "tv show": "tv_show"}.get(said, said)})


_TOO_MUCH = (
    "900%",
    "250 percent",
    "a thousand percent",
    "400 %",
    "minus 20 percent",
    "-10%",
    "one hundred and fifty percent",
    "999",
)


def _too_much(rng: Random, _bank: Words) -> Said:
    return Said(rng.choice(_TOO_MUCH))


def _too_warm(rng: Random, _bank: Words) -> Said:
    return Said(rng.choice(("400", "two hundred", "95", "minus 80", "1000", "-60", "ninety nine")))


SPOKEN: Mapping[str, Speak] = {
    "brightness": _level("brightness"),
    "position": _level("position"),
    "speed": _level("percentage"),
    "volume": _level("volume_level"),
    "brighter": _step("brightness_step", 1),
    "dimmer": _step("brightness_step", -1),
    "wider": _step("position_step", 1),
    "narrower": _step("position_step", -1),
    "faster": _step("percentage_step", 1),
    "slower": _step("percentage_step", -1),
    "louder": _step("volume_step", 1),
    "quieter": _step("volume_step", -1),
    "degrees": _degrees,
    "warmer": _degree_step(1),
    "cooler": _degree_step(-1),
    "color": _colour,
    "kelvin": _kelvin,
    "duration": _duration(""),
    "started": _duration("start_"),
    "item": _from_bank("items", "item"),
    "message": _from_bank("messages", "message"),
    "timer": _from_bank("timers", "name"),
    "query": _from_bank("queries", "search_query"),
    "media_class": _media_class,
    "humidity": _level("humidity"),
    "mist": _chosen("mode", "normal", "auto", "sleep", "eco", "baby", "boost"),
    "fan_mode": _chosen("fan_mode", "auto", "low", "medium", "high"),
    "on_off": _chosen("state", "on", "off"),
    "open_closed": _chosen("state", "open", "closed"),
    "locked_unlocked": _chosen("state", "locked", "unlocked"),
    "too_much": _too_much,
    "too_warm": _too_warm,
}
"""What a template may name in braces, besides names, rooms and floors."""
