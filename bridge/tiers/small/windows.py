"""Windows: an utterance of more words than the network reads at once, cut where a command may end."""

from collections.abc import Sequence

from bridge.tiers.small.words import MOST, Word

LONGEST = 4 * MOST
"""Words; nobody says more at once."""
_LEAST = MOST // 3
_JOINS = frozenset({"and", "then", "und", "dann", "et", "puis", "y", "luego", "e", "poi", "en", "dan"})


def windows(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Stretches of at most `MOST` words, as first word and the one after the last; as few as there can be."""
    cuts = [0]
    while len(words) - cuts[-1] > MOST:
        cuts.append(_cut(words, cuts[-1]))
    return list(zip(cuts, [*cuts[1:], len(words)], strict=True))


def _cut(words: Sequence[Word], first: int) -> int:
    """Where the next stretch begins: after a stop, else after a join of two commands, else wherever it is full."""
    places = range(first + MOST, first + _LEAST, -1)
    stop = next((place for place in places if words[place].after_break), None)
    join = next((place for place in places if words[place].text in _JOINS), None)
    return stop or join or first + MOST
