"""Routing: which tier understands a request, and why. Local tiers first; the cloud where they are not sure and the
owner lets it. Every step is on the record of the turn.
"""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from actions.action import Risk
from actions.errors import CallRejected
from actions.home import Home
from actions.planner import plan
from actions.policy import Trust
from actions.registry import Registry
from actions.risk import Rules
from actions.text import same
from bridge.exchange import Exchange
from bridge.purse import CAP_WORDS
from bridge.settings import CloudSettings
from bridge.tiers.base import SURE, Kind, Said, Tier, Understanding, Utterance
from bridge.tiers.local import in_order

SURE_OF_SENSITIVE = 0.8
"""The same for what is sensitive: a wrong question about a lock teaches people to say yes."""
_STRICT = {"allow": 0, "ask": 1, "never": 2}
_WHY_NOT = {
    **{str(cap): f"{words[0].upper()}{words[1:]}." for cap, words in CAP_WORDS.items()},
    "unreachable": "No cloud model can be reached.",
    "too_slow": "The cloud model took too long.",
    "no_price": "Nobody knows what the cloud model costs, so it is not asked.",
}
"""What a person is told of why the cloud did not help."""
History = Callable[[], Awaitable[tuple[Said, ...]]]


class Cloud(Tier, Protocol):
    """A tier that sends things out of the house."""

    def unable(self, device: str) -> str | None:
        """Why it cannot be asked now, as a stable code; None when it can."""


@dataclass(frozen=True, slots=True)
class Route:
    """What was understood, by which tier, and how far it is to be trusted."""

    understood: Understanding
    unsure: bool = False
    """A best effort: to be asked about, not done."""
    trust: Trust = Trust.FULL
    ask_first: bool = False
    """The person must agree before the cloud is asked."""
    note: str = ""
    """Why the cloud did not help, for the person."""


class Router:
    """Asks the tiers in order."""

    def __init__(self, cloud: Cloud | None, settings: CloudSettings, rules: Rules) -> None:
        self._cloud = cloud
        self._settings = settings
        self._rules = rules

    async def route(
        self, tiers: Sequence[Tier], utterance: Utterance, exchange: Exchange, history: History
    ) -> Route:
        """Find who understands a request; notes on the exchange who was asked, and why.

        :param tiers: those of this machine, as they are asked in English.
        :param history: reads what was said before in this turn; called only where the cloud is asked.
        """
        steps: list[dict[str, Any]] = []
        try:
            return await self._route(tiers, utterance, exchange, history, steps)
        finally:
            exchange.tiers.append({"routing": steps})

    async def _route(
        self,
        tiers: Sequence[Tier],
        utterance: Utterance,
        exchange: Exchange,
        history: History,
        steps: list[dict[str, Any]],
    ) -> Route:
        home, registry = exchange.home, exchange.registry
        assert home is not None  # noqa: S101  # set by the worker
        assert registry is not None  # noqa: S101
        barrier = self._barrier(utterance, exchange, home)
        first = self._cloud_first(utterance, exchange)
        best = Understanding(Kind.NOTHING)
        if not first or barrier not in (None, "ask"):
            asked = [tier for tier in tiers if tier.name not in exchange.way.without]
            for tier in in_order(asked, utterance.language):
                understood = await self._ask(tier, utterance, exchange)
                sure = not first and self._sure(understood, home, registry, barrier)
                steps.append({"asked": tier.name, "why": "sure" if sure else _why(understood)})
                if exchange.tier is None or (understood.kind is not Kind.NOTHING and best.kind is Kind.NOTHING):
                    exchange.tier, best = tier.name, understood
                if sure:
                    exchange.tier = tier.name
                    return Route(understood)
        if barrier == "ask":
            steps.append({"asked": "person", "why": first or "ask_first"})
            return Route(best, ask_first=True)
        if barrier is not None or self._cloud is None:
            steps.append({"left_out": "cloud", "why": barrier or "no_cloud"})
            return Route(best, unsure=True, note=_WHY_NOT.get(barrier or "", ""))
        steps.append({"asked": self._cloud.name, "why": first or "no_local_tier_is_sure"})
        context = replace(utterance.context, history=utterance.context.history or await history())
        understood = await self._ask(self._cloud, replace(utterance, context=context), exchange)
        if understood.kind is not Kind.NOTHING:
            exchange.tier = self._cloud.name
            return Route(understood, trust=Trust.EXPOSED if understood.read else Trust.PROPOSED)
        steps.append({"left_out": self._cloud.name, "why": _why(understood)})
        # What the model said of why it cannot be done is better than a list of other sentences.
        best = understood if understood.say and best.kind is Kind.NOTHING else best
        return Route(best, unsure=True, note=_WHY_NOT.get(str(understood.trace.get("reason")), ""))

    def _cloud_first(self, utterance: Utterance, exchange: Exchange) -> str:
        """Why the local tiers are left out: they read words only, and know nothing of a model's question."""
        if self._cloud is None:
            return ""
        if exchange.talk:
            return "answers_its_question"
        return "comes_with_more_than_words" if utterance.context.enclosed else ""

    async def _ask(self, tier: Tier, utterance: Utterance, exchange: Exchange) -> Understanding:
        assert exchange.home is not None  # noqa: S101  # set by the worker
        assert exchange.registry is not None  # noqa: S101
        since = time.perf_counter()
        understood = await tier.understand(utterance, exchange.home, exchange.registry)
        exchange.lap(tier.name, since)
        exchange.tiers.append(_trace(tier.name, understood))
        return understood

    def _barrier(self, utterance: Utterance, exchange: Exchange, home: Home) -> str | None:
        if self._cloud is None:
            return "no_cloud"
        if self._cloud.name in exchange.way.without:
            return "left_out"
        allowed = self._policy(exchange.device.name, utterance.area, home)
        if allowed == "never":
            return "never"
        # Before the person is asked, since a yes would lead nowhere.
        return self._cloud.unable(exchange.device.id) or (
            "ask" if allowed == "ask" and not exchange.agreed else None
        )

    def _policy(self, device: str, area_id: str | None, home: Home) -> str:
        """What holds for a device and a room: the strictest word on them, or the general one."""
        area = home.areas.get(area_id) if area_id else None
        rooms = (area.id, *area.names) if area else ()
        named = _named(self._settings.devices, (device,)) + _named(self._settings.rooms, rooms)
        return max(named, key=lambda word: _STRICT[word], default=self._settings.policy)

    def _sure(self, understood: Understanding, home: Home, registry: Registry, barrier: str | None) -> bool:
        if understood.kind is Kind.NOTHING or understood.confidence < SURE:
            return False
        if understood.confidence >= SURE_OF_SENSITIVE or understood.kind is not Kind.CALLS or barrier is not None:
            return True
        try:
            planned = plan(understood.calls, registry=registry, home=home, rules=self._rules)
        except CallRejected:
            # The resolver has a question, which is an answer.
            return True
        return planned.risk.rank < Risk.SENSITIVE.rank


def _named(words: Mapping[str, str], names: Sequence[str]) -> list[str]:
    return [word for key, word in words.items() if any(same(key, name) for name in names)]


def _why(understood: Understanding) -> str:
    if understood.kind is Kind.NOTHING:
        return str(understood.trace.get("reason", "not_understood"))
    return f"confidence {understood.confidence:.2f}"


def _trace(tier: str, understood: Understanding) -> dict[str, Any]:
    return {
        "tier": tier,
        "kind": str(understood.kind),
        "confidence": understood.confidence,
        "calls": [call.model_dump(exclude_defaults=True) for call in understood.calls],
        "say": understood.say,
        **({"read": list(understood.read)} if understood.read else {}),
        "trace": understood.trace,
    }
