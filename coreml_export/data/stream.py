"""The stream: homes one after the other, and in each some of everything that can be said in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from coreml_export.data.case import Case
from coreml_export.data.homes import JsonHome, make_home
from coreml_export.data.maker import Maker
from coreml_export.data.repertoire import Repertoire, Tally
from coreml_export.data.scene import Scene
from coreml_export.data.split import Split
from coreml_export.data.words import words

_LEAST, _MOST = 12, 60


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made."""

    count: int
    seed: int
    languages: tuple[str, ...] = ("en",)
    split: Split = "train"
    blocked: frozenset[str] = frozenset()


class Stream:
    """All cases of one order; the same for the same order."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.repertoire = Repertoire(order.languages, order.split)
        self._banks = {language: words(language) for language in order.languages}

    @property
    def tally(self) -> Tally:
        """What was made so far, and thrown away."""
        return self.repertoire.tally

    def __iter__(self) -> Iterator[tuple[JsonHome, list[Case]]]:
        """Homes with what is said in them, until there is enough."""
        order = self.order
        left, number = order.count, 0
        while left > 0:
            rng = Random(f"{order.seed}/{order.split}/{number}")  # noqa: S311
            bank = self._banks[rng.choice(order.languages)]
            home_id = f"{order.split}-{order.seed}-{number:06d}"
            made = make_home(home_id, bank, rng, order.split, self.repertoire.own)
            wanted = min(left, max(_LEAST, min(_MOST, len(made["entities"]))))
            maker = Maker(self.repertoire, Scene(made), bank, rng, order.blocked)
            cases = list(maker.cases(wanted))
            number += 1
            left -= len(cases)
            if cases:
                yield made, cases
