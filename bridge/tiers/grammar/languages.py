"""Languages: which of the available ones serves a BCP 47 tag."""

from functools import lru_cache

from home_assistant_intents import get_languages

AVAILABLE: tuple[str, ...] = tuple(get_languages())
_FOLDED = {language.casefold(): language for language in AVAILABLE}
_OTHER_NAMES = {
    "in": "id",
    "iw": "he",
    "nn": "nb",
    "no": "nb",
    "sh": "sr-Latn",
    "zh": "zh-CN",
    "zh-hans": "zh-CN",
    "zh-hant": "zh-TW",
    "zh-hant-hk": "zh-HK",
    "zh-mo": "zh-HK",
    "zh-sg": "zh-CN",
}


@lru_cache(maxsize=512)
def closest(tag: str) -> str | None:
    """The language to read `tag` with: itself, else without its region ("de-AT" -> "de"); None if there is none."""
    parts = tag.strip().replace("_", "-").casefold().split("-")
    for end in range(len(parts), 0, -1):
        part = "-".join(parts[:end])
        if found := _FOLDED.get(part) or _OTHER_NAMES.get(part):
            return found
    return next(
        (language for key, language in _FOLDED.items() if parts[0] and key.startswith(f"{parts[0]}-")), None
    )


_RELATED = {"pt": "pt-BR", "zh-HK": "zh-TW"}


@lru_cache(maxsize=512)
def chain(tag: str) -> tuple[str, ...]:
    """The languages to try in turn: the closest, its standard or sister language, and English.

    Phones say "de-CH" and mean standard German, and many a home has English names and habits beside its own.
    """
    first = closest(tag)
    if first is None:
        return ()
    base = closest(first.partition("-")[0])
    second = _RELATED.get(first) or (base if base and base.partition("-")[0] == first.partition("-")[0] else None)
    return tuple(dict.fromkeys(language for language in (first, second, "en") if language))
