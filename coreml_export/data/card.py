"""The card: what is in a data set, as numbers."""

from collections import Counter
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from coreml_export.data.case import Case
from coreml_export.data.homes import JsonHome
from coreml_export.data.stream import Order, Stream

_KEYS = ("kind", "language", "source", "calls", "intent", "own_action", "reason", "noise", "family")
GENERATOR = 7
"""Raised when the same seed gives other data."""
LICENCES = {
    "authored": "Apache-2.0, part of this project",
    "templates": "home-assistant-intents, CC BY 4.0, Open Home Foundation and contributors, "
    "https://github.com/OHF-Voice/intents; walked at random and filled with generated names",
    "own": "Apache-2.0, part of this project",
}


@dataclass(slots=True)
class Counts:
    """Counts as cases pass by."""

    homes: int = 0
    entities: int = 0
    cases: int = 0
    by: dict[str, Counter[str]] = field(default_factory=lambda: {key: Counter() for key in _KEYS})

    def add(self, home: JsonHome, cases: list[Case]) -> None:
        """Count one home and what is said in it."""
        self.homes += 1
        self.entities += len(home["entities"])
        self.cases += len(cases)
        for case in cases:
            self.by["kind"][case.kind] += 1
            self.by["language"][home["lang"]] += 1
            self.by["family"][case.family] += 1
            self.by["source"][case.source] += 1
            self.by["calls"][str(len(case.calls))] += 1
            self.by["intent"].update(call.name for call in case.calls if not call.own)
            self.by["own_action"].update(call.name for call in case.calls if call.own)
            self.by["noise"].update(case.noise)
            if case.reason:
                self.by["reason"][case.reason] += 1


def card(order: Order, stream: Stream, counts: Counts) -> dict[str, Any]:
    """The card as JSON."""
    tally = stream.tally
    return {
        "generator": GENERATOR,
        "seed": order.seed,
        "split": order.split,
        "languages": list(order.languages),
        "homes": counts.homes,
        "entities": counts.entities,
        "cases": counts.cases,
        "drawn": tally.drawn,
        "dropped": {
            "count": tally.dropped.total(),
            "rate": round(tally.drop_rate, 5),
            "why": dict(tally.dropped.most_common(20)),
        },
        "blocked": {"digests": len(order.blocked), "count": tally.blocked},
        "repeated": tally.repeated,
        "versions": {name: version(name) for name in ("hearthbridge", "hassil", "home-assistant-intents")},
        "licences": LICENCES,
        **{f"by_{key}": dict(sorted(counter.items())) for key, counter in counts.by.items()},
    }
