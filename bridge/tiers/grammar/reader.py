"""A Reader: understands one request sentence by sentence, with a bound on the work."""

import time

from bridge.tiers.grammar.corpus import Corpus
from bridge.tiers.grammar.match import Match, find
from bridge.tiers.grammar.names import Names

MAX_SENTENCES = 60
MAX_SECONDS = 0.25
"""Of the processor's time, so that a busy machine understands no less."""


class Reader:
    """One request: each sentence is matched once, and when the bounds are reached nothing matches any more."""

    def __init__(self, corpus: Corpus, names: Names, area: str | None) -> None:
        self.corpus = corpus
        self.names = names
        self._area = area
        self._seen: dict[str, Match | None] = {}
        self._until = time.thread_time() + MAX_SECONDS

    @property
    def spent(self) -> bool:
        """Whether the bounds are reached."""
        return len(self._seen) >= MAX_SENTENCES or time.thread_time() > self._until

    def read(self, sentence: str) -> Match | None:
        """The reading of one whole sentence."""
        if sentence not in self._seen:
            if self.spent or not sentence:
                return None
            self._seen[sentence] = find(sentence, self.corpus, self.names, area=self._area)
        return self._seen[sentence]
