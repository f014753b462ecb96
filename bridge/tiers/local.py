"""The local tiers as one: each is asked in turn until one is sure."""

from collections.abc import Sequence

from actions.home import Home
from actions.registry import Registry
from bridge.tiers.base import SURE, Kind, Tier, Understanding, Utterance


class LocalTiers:
    """Those of this machine, in the order in which they are asked."""

    name = "local"

    def __init__(self, tiers: Sequence[Tier]) -> None:
        self._tiers = tiers

    async def understand(self, utterance: Utterance, home: Home, registry: Registry) -> Understanding:
        """The first reading that is sure, else the first that is one at all."""
        best = Understanding(Kind.NOTHING)
        for tier in self._tiers:
            understood = await tier.understand(utterance, home, registry)
            if understood.kind is not Kind.NOTHING and understood.confidence >= SURE:
                return understood
            if best.kind is Kind.NOTHING:
                best = understood
        return best
