"""List items: "milk, bread and eggs" is three."""

import re

_BETWEEN = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+", re.IGNORECASE)
_TOGETHER = re.compile(
    r"\b(?:mac(?:aroni)? and cheese|fish and chips|half and half|bread and butter|salt and vinegar|"
    r"peanut butter and jelly|cookies and cream|sweet and sour|pork and beans|rice and beans|"
    r"head and shoulders|m and m'?s?|"
    r"ham and cheese|cheese and onion|bed bath and beyond|black and white|gin and tonic|oil and vinegar)\b",
    re.IGNORECASE,
)
_MOST_WORDS = 3
_MOST_ITEMS = 20


def items_of(text: str, language: str) -> list[str]:
    """The items that a person named, in their own spelling; one where it is not clearly a list."""
    if not language.startswith("en") or '"' in text or _TOGETHER.search(text):
        return [text]
    items = [item for item in _BETWEEN.split(text) if item.strip()]
    clear = 1 < len(items) <= _MOST_ITEMS and all(len(item.split()) <= _MOST_WORDS for item in items)
    return items if clear else [text]
