"""Counting tokens without a vendor's vocabulary, and a prompt cache that hits as the vendors' do."""

import re

_PIECE = re.compile(r"[^\W\d_]{1,7}|\d{1,3}|[^\w\s]+?(?=[\w\s]|$)|[^\w\s]{1,3}|_|\s{2,}")
SMALLEST = 1024
"""Fewer tokens are not cached."""
BLOCK = 128
_REMEMBERED = 64


def count(text: str) -> int:
    """Tokens of a text: words in pieces of seven letters, digits in threes, punctuation by itself.

    On this project's prompts a little above what a vendor's own vocabulary gives; docs/cloud.md has both.
    """
    return len(_PIECE.findall(text))


class PromptCache:
    """Remembers prompts; says how much of a new one is the beginning of one that was seen."""

    def __init__(self) -> None:
        self._seen: list[str] = []

    def clear(self) -> None:
        """Forget everything."""
        self._seen = []

    def cached(self, prompt: str) -> int:
        """Tokens at the beginning that were seen before, in whole blocks; 0 below the smallest."""
        longest = max((_common(prompt, old) for old in self._seen), default=0)
        self._seen = [*self._seen, prompt][-_REMEMBERED:]
        tokens = count(prompt[:longest]) // BLOCK * BLOCK
        return tokens if tokens >= SMALLEST else 0


def _common(one: str, other: str) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
