"""The stream: homes one after the other, and in each some of everything that can be said in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from coreml_export.data.asking import Asker
from coreml_export.data.case import Case
from coreml_export.data.homes import JsonHome, make_home
from coreml_export.data.maker import Maker
from coreml_export.data.own import Owned, declare
from coreml_export.data.repertoire import Repertoire, Tally
from coreml_export.data.scene import Scene
from coreml_export.data.split import Split
from coreml_export.data.words import Words, words

_LEAST, _MOST = 12, 60
_OWN, _OWN_IN_PLAIN = 0.5, 0.85
_EXAMPLES = (0, 0, 1, 2)
_DECLARED = 0.4
"""The share of homes where each thing says all that it supports."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made."""

    count: int
    seed: int
    languages: tuple[str, ...] = ("en",)
    split: Split = "train"
    blocked: frozenset[str] = frozenset()


def _exemplify(owned: Sequence[Owned], asker: Asker, rng: Random) -> None:
    """Some actions come with sentences that ask for them, as the household wrote them."""
    for each in owned:
        told = [asker.example(each) for _ in range(rng.choice(_EXAMPLES))]
        if told := [text for text in told if text]:
            each.row["phrases"] = [*each.row.get("phrases", ()), *told]


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
            made, owned = self._home(f"{order.split}-{order.seed}-{number:06d}", bank, rng)
            wanted = min(left, max(_LEAST, min(_MOST, len(made["entities"]))))
            maker = Maker(self.repertoire, Scene(made), owned, bank, rng, order.blocked)
            _exemplify(owned, maker.asker, rng)
            cases = list(maker.cases(wanted))
            number += 1
            left -= len(cases)
            if cases:
                yield made, cases

    def _home(self, home_id: str, bank: Words, rng: Random) -> tuple[JsonHome, list[Owned]]:
        made = make_home(home_id, bank, rng, self.order.split)
        entities = made.json["entities"]
        owned: list[Owned] = []
        if rng.random() < (_OWN_IN_PLAIN if made.plain else _OWN):
            owned = self.repertoire.own.draw(entities, made.kinds, rng, many=made.plain)
            made.json["actions"] = [each.row for each in owned]
            if rng.random() < _DECLARED:
                declare(entities, owned)
        return made.json, owned
