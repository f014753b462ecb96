"""The cloud tier: providers in order, by outcome, until one understands or the time is up. It never acts."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from actions.home import Home
from actions.link import HomeLink
from actions.registry import Registry
from actions.risk import Rules
from bridge.sent import Sent
from bridge.settings import CloudSettings
from bridge.store import Store, StoreError
from bridge.tiers.base import Kind, Understanding, Utterance
from bridge.tiers.cloud.attempt import MOST_OUTPUT, Asker, Prompt
from bridge.tiers.cloud.job import Job
from bridge.tiers.cloud.material import Preparer
from bridge.tiers.cloud.metered import Bill
from bridge.tiers.cloud.outcome import Acts, Answers, Asks, Failed, Outcome
from bridge.tiers.cloud.pictures import PictureError
from bridge.tiers.cloud.prices import Price
from bridge.tiers.cloud.providers import Provider, build
from bridge.tiers.cloud.pseudonyms import Hidden, Pseudonyms
from bridge.tiers.cloud.reading import Reader
from bridge.tiers.cloud.retrieve import Retriever
from bridge.tiers.cloud.toolbox import KNOWN
from bridge.tiers.cloud.view import Named, View

_ACTING_S = 1.0
"""Of the caller's time, kept for carrying out what was understood."""
_LEAST_S = 1.5
"""Less is not worth asking."""
_AGAIN_S = 0.5
_CONFIDENCE = 0.9
_HOMES = 4
_LEFT_ALONE = "left_alone"


class CloudTier:
    """Large models, through pydantic-ai."""

    name = "cloud"

    def __init__(self, settings: CloudSettings, *, link: HomeLink, store: Store, sent: Sent, rules: Rules) -> None:
        """Build the providers; nothing is sent before somebody asks."""
        self._settings = settings
        self._sent = sent
        self._rules = rules.raising()
        self.providers: Sequence[Provider] = [build(provider, sent) for provider in settings.providers]
        self._pseudonyms = Pseudonyms(store)
        self._preparer = Preparer(sent, private_pages=settings.private_pages)
        self._asker = Asker(Reader(link), sent, steps=settings.steps)
        self._retrievers: OrderedDict[tuple[str, str], Retriever] = OrderedDict()
        self._views: OrderedDict[str, View] = OrderedDict()

    async def start(self) -> None:
        """Read the pseudonyms that were given before.

        :raises StoreError: the database cannot be used.
        """
        await self._pseudonyms.start()

    async def stop(self) -> None:
        """Close the connections."""
        await asyncio.gather(*(provider.client.aclose() for provider in self.providers))

    def unable(self, device: str) -> str | None:
        """Why no provider can be asked now; None when one can."""
        reasons = [self._barred(provider, device) for provider in self.providers]
        if not reasons or None in reasons:
            return None if reasons else "no_cloud"
        own = [reason for reason in reasons if reason and not reason.startswith(_LEFT_ALONE)]
        return own[0] if own else "unreachable"

    def _barred(self, provider: Provider, device: str) -> str | None:
        if provider.price is None:
            return "no_price"
        if not provider.price.free and (cap := self._sent.purse.reached(device)):
            return str(cap)
        return f"{_LEFT_ALONE}: {provider.breaker.why}" if provider.breaker.open else None

    async def understand(self, utterance: Utterance, home: Home, registry: Registry) -> Understanding:
        """Read one utterance. Never raises for what a person may say; never acts."""
        view = self._view(home)
        job = Job(utterance, home, registry, view, self._retriever(home, registry), self._rules)
        try:
            material = await self._preparer.prepare(utterance.context, view)
        except PictureError as error:
            return Understanding(Kind.NOTHING, say=f"{error.message}. {error.hint}", trace={"reason": error.code})
        except StoreError as error:
            return Understanding(Kind.NOTHING, trace={"reason": error.code})
        job.material = material.parts
        # What was read stays read for the whole conversation, since its answers go along.
        job.read |= material.read.union(*(said.read for said in utterance.context.history))
        asked: list[dict[str, Any]] = []
        outcome = await self._ask(job, Prompt.of(job), asked)
        return _understood(outcome, job, asked, teach=self._settings.teach)

    async def _ask(self, job: Job, prompt: Prompt, asked: list[dict[str, Any]]) -> Outcome:
        end = time.perf_counter() + self._settings.timeout_s
        usable = self._usable(job, asked)
        outcome: Outcome = Failed("unreachable")
        retry: Provider | None = None
        for position, provider in enumerate(usable):
            if position and end - time.perf_counter() < _LEAST_S:
                return Failed("too_slow")
            seconds = self._share(provider, job, end, len(usable) - position)
            outcome = _best(outcome, await self._try(provider, job, prompt, seconds, asked))
            if not isinstance(outcome, Failed):
                return outcome
            retry = provider if outcome.transient else retry
        pause = max(_AGAIN_S, outcome.retry_after or 0.0) if isinstance(outcome, Failed) else 0.0
        left = self._share(retry, job, end, 1) - pause if retry else 0.0
        if retry is not None and left >= _LEAST_S and self._in_time(job, pause):
            await asyncio.sleep(pause)
            outcome = _best(outcome, await self._try(retry, job, prompt, left, asked))
        return outcome

    def _usable(self, job: Job, asked: list[dict[str, Any]]) -> list[Provider]:
        usable = []
        for provider in self.providers:
            why = self._barred(provider, job.utterance.context.device)
            if job.pictures and not provider.settings.images:
                why = "no_pictures"
            if why is None:
                usable.append(provider)
            else:
                asked.append({"provider": provider.name, "outcome": why})
        return usable

    def _share(self, provider: Provider, job: Job, end: float, waiting: int) -> float:
        """Seconds for one provider: a share of the caller's time while others wait, all of it for the last."""
        present = time.perf_counter()
        left = end - present
        until = job.utterance.context.until
        if waiting > 1 and until is not None:
            left = min(left, max(_LEAST_S, (until - _ACTING_S - present) / waiting))
        return min(left, provider.settings.timeout_s or left)

    @staticmethod
    def _in_time(job: Job, pause: float) -> bool:
        until = job.utterance.context.until
        return until is None or until - time.perf_counter() > pause + _LEAST_S

    async def _try(
        self, provider: Provider, job: Job, prompt: Prompt, seconds: float, asked: list[dict[str, Any]]
    ) -> Outcome:
        context = job.utterance.context
        assert provider.price is not None  # noqa: S101  # without one it is barred
        bill = Bill(
            context.turn,
            context.exchange,
            context.device,
            provider.name,
            provider.settings.model,
            provider.price,
            MOST_OUTPUT,
        )
        started = time.perf_counter()
        outcome = await self._asker.ask(provider, job, prompt, bill, seconds)
        if isinstance(outcome, Failed):
            provider.breaker.failed(outcome)
        if not isinstance(outcome, Failed) or not outcome.counts:
            provider.breaker.succeeded()
        asked.append(_account(provider, provider.price, bill, outcome, time.perf_counter() - started))
        return outcome

    def _view(self, home: Home) -> View:
        if self._settings.names == "shown":
            return Named()
        view = self._views.get(home.version)
        if view is None:
            view = self._views[home.version] = Hidden(home, self._pseudonyms)
            while len(self._views) > _HOMES:
                self._views.popitem(last=False)
        return view

    def _retriever(self, home: Home, registry: Registry) -> Retriever:
        key = (home.version, registry.version)
        retriever = self._retrievers.get(key)
        if retriever is None:
            retriever = self._retrievers[key] = Retriever(home, registry, known=KNOWN)
            while len(self._retrievers) > _HOMES:
                self._retrievers.popitem(last=False)
        return retriever


def _best(before: Outcome, outcome: Outcome) -> Outcome:
    """The last outcome; what a model said of why it cannot be done is kept over a failure behind it."""
    if isinstance(before, Failed) and isinstance(outcome, Failed) and before.say and not outcome.say:
        return replace(outcome, say=before.say)
    return outcome


def _account(provider: Provider, price: Price, bill: Bill, outcome: Outcome, seconds: float) -> dict[str, Any]:
    """What the record keeps of an attempt."""
    return {
        "provider": provider.name,
        "model": provider.settings.model,
        "outcome": outcome.code if isinstance(outcome, Failed) else "ok",
        "steps": len(bill.costs),
        "input_tokens": sum(cost.input_tokens for cost in bill.costs),
        "cached_tokens": sum(cost.cached_tokens for cost in bill.costs),
        "output_tokens": sum(cost.output_tokens for cost in bill.costs),
        "usd": round(sum(cost.usd for cost in bill.costs), 8),
        "price": price.source,
        "ms": round(seconds * 1000, 3),
        "model_ms": round(bill.waited_s * 1000, 3),
    }


def _understood(outcome: Outcome, job: Job, asked: list[dict[str, Any]], *, teach: bool) -> Understanding:
    trace: dict[str, Any] = {"asked": asked, "usd": round(sum(each.get("usd", 0.0) for each in asked), 8)}
    if teach:
        # Noted with the turn: consent is for what is said while it is given.
        trace["teach"] = True
    read = tuple(sorted(job.read))
    match outcome:
        case Acts(calls):
            return Understanding(Kind.CALLS, _CONFIDENCE, calls, read=read, trace=trace)
        case Answers(text):
            return Understanding(Kind.ANSWER, _CONFIDENCE, say=text, read=read, trace=trace)
        case Asks(question, options):
            return Understanding(Kind.QUESTION, _CONFIDENCE, say=question, options=options, read=read, trace=trace)
        case Failed(code, _, say):
            return Understanding(Kind.NOTHING, say=say, read=read, trace={**trace, "reason": code})
