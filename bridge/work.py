"""Working on one request: settle or understand it, plan, judge, perform, and say what became of it."""

import contextlib
import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from actions.action import Action, Place
from actions.call import ToolCall
from actions.catalog import build_registry
from actions.errors import CallRejected
from actions.home import Home
from actions.link import HomeLink
from actions.lookup import look_up
from actions.perform import HomePerformer, Performer, intend, perform
from actions.plan import Plan, Query
from actions.planner import plan as make_plan
from actions.policy import Trust, Verdict, acts_of, judge
from actions.receipt import Receipt, Status
from actions.registry import Registry
from actions.risk import Rules
from actions.text import stem
from actions.validation import Problem
from bridge.answers import choose, is_no, is_yes
from bridge.clock import Clock, ClockPerformer, facts
from bridge.exchange import Asked, Exchange, Pending
from bridge.own import Own
from bridge.phone import part
from bridge.phone.phones import Phones
from bridge.record import Record
from bridge.reply import Reply
from bridge.routing import Cloud, Route, Router
from bridge.settings import CloudSettings
from bridge.speech import Speech
from bridge.store import StoreError
from bridge.tiers.base import NOTHING_ENCLOSED, Context, Enclosed, Kind, Said, Tier, Utterance

_ENCLOSED_KEPT = 20
READ_ONLY = "I only answer questions now: read-only mode is on."


class Worker:
    """Knows how to work on an exchange; keeps nothing of it."""

    def __init__(
        self,
        *,
        link: HomeLink,
        record: Record,
        clock: Clock,
        phones: Phones,
        tiers: Sequence[Tier],
        rules: Rules,
        own: Own,
        own_actions: Sequence[Action] = (),
        cloud: Cloud | None = None,
        routing: CloudSettings | None = None,
    ) -> None:
        self._link = link
        self._record = record
        self._clock = clock
        self._phones = phones
        self._tiers = tiers
        self._router = Router(cloud, routing or CloudSettings(), rules)
        self._enclosed: OrderedDict[str, Enclosed] = OrderedDict()
        """Pictures and pages, by turn, while a person is asked whether they may leave."""
        self._rules = rules
        self._own = own
        self._own_actions = own_actions
        self._registry: tuple[str, Registry] | None = None

    @property
    def home(self) -> Home:
        """The home now.

        :raises HomeError: it is away.
        """
        return self._link.home

    @property
    def registry(self) -> Registry:
        """What can be done in the home now.

        :raises HomeError: it is away.
        """
        home = self._link.home
        if self._registry is None or self._registry[0] != home.version:
            self._registry = (home.version, build_registry(home, self._own_actions))
        return self._registry[1]

    async def work(self, asked: Asked, exchange: Exchange) -> Reply:
        """Work on a request to its end; the reply is on the exchange too, and recorded.

        :raises HearthError: the home or the store is away, or a program's calls do not fit; nothing was done.
        :raises Exception: a fault of ours; what may have been done is recorded as unknown.
        """
        try:
            return await self._close(exchange, await self._work(asked, exchange))
        except Exception:
            if exchange.stored:
                await self._abandon(exchange)
            raise

    async def _close(self, exchange: Exchange, reply: Reply) -> Reply:
        exchange.reply = reply
        try:
            await self._record.close(exchange)
        except StoreError:
            if not exchange.stored:
                raise
            # It was done; an error would say that it was not. The record is made good as soon as that is possible.
            return reply.model_copy(update={"warnings": [*reply.warnings, "not_recorded"]})
        return reply

    async def _abandon(self, exchange: Exchange) -> None:
        exchange.receipts = {key: _given_up(receipt) for key, receipt in exchange.receipts.items()}
        say = "Something went wrong in the middle of this; look at the devices before you ask again."
        await self._close(exchange, self._say(exchange, say, "failed"))

    async def _work(self, asked: Asked, exchange: Exchange) -> Reply:
        since = time.perf_counter()
        exchange.home = home = self._link.home
        exchange.registry = self.registry
        exchange.area = _area(home, asked.area, exchange)
        if asked.calls is not None:
            exchange.tier = "caller"
            if not exchange.new_turn:
                # A yes is for the question just asked; what comes in between takes it away.
                await self._record.take_pending(exchange.turn)
            reply = await self._carry_out(exchange, asked.calls)
        else:
            settled = None if exchange.new_turn else await self._settle_pending(asked, exchange)
            reply = settled or await self._understand(asked, exchange)
        if exchange.pending is not None:
            exchange.pending.device = exchange.phone.target
        exchange.lap("total", since)
        reply.timings_ms, reply.warnings = exchange.timings, exchange.warnings
        return reply

    # A follow-up: yes, no, or a choice

    async def _settle_pending(self, asked: Asked, exchange: Exchange) -> Reply | None:
        taken = await self._record.take_pending(exchange.turn)
        said_yes = is_yes(asked.text, exchange.language)
        if taken is None:
            return self._say(exchange, "There is nothing to confirm.", "answered") if said_yes else None
        pending, late = taken
        exchange.tier = "follow_up"
        if late and pending.kind != "talk":
            return self._say(exchange, "That took too long; please ask again.", "expired") if said_yes else None
        if is_no(asked.text, exchange.language) and pending.kind != "talk":
            return self._say(exchange, "All right, I did nothing.", "declined")
        if pending.kind == "choice":
            return await self._chosen(asked, exchange, pending)
        if pending.kind == "talk":
            exchange.talk = exchange.agreed = True
            return None
        if not said_yes:
            return None
        _take_up(exchange, pending)
        if pending.kind == "cloud":
            exchange.agreed = True
            again = replace(asked, text=pending.text, enclosed=self._enclosed.pop(exchange.turn, NOTHING_ENCLOSED))
            return await self._understand(again, exchange)
        return await self._carry_out(exchange, pending.calls, confirmed=pending.fingerprint)

    async def _chosen(self, asked: Asked, exchange: Exchange, pending: Pending) -> Reply | None:
        choices = pending.problem.choices if pending.problem else []
        index = choose(asked.text, [choice.label for choice in choices])
        if index is None:
            return None
        _take_up(exchange, pending)
        calls = list(pending.calls)
        call = calls[pending.call_index]
        calls[pending.call_index] = call.model_copy(
            update={"arguments": {**call.arguments, **choices[index].arguments}}
        )
        return await self._carry_out(exchange, calls)

    # Understanding

    async def _understand(self, asked: Asked, exchange: Exchange) -> Reply:
        context = Context(
            exchange.turn,
            exchange.id,
            exchange.device.id,
            exchange.started + asked.deadline_s,
            asked.enclosed,
            asked.history,
            exchange.way.speak(),
        )
        before = () if exchange.new_turn else await self._called_before(exchange)
        name = exchange.device.name
        utterance = Utterance(asked.text, exchange.language, exchange.area, name, before, context)
        route = await self._router.route(self._tiers, utterance, exchange, lambda: self._said_before(exchange))
        if route.ask_first:
            return self._may_i(asked, exchange)
        exchange.trust = route.trust
        reply = await self._follow(exchange, route)
        return reply.model_copy(update={"say": _joined([route.note, reply.say])}) if route.note else reply

    async def _called_before(self, exchange: Exchange) -> tuple[ToolCall, ...]:
        """What the newest exchange of this turn that did something called for."""
        for row, acts in reversed(await self._record.exchanges(exchange.turn)):
            calls = next((tier["calls"] for tier in reversed(row.tiers) if tier.get("calls")), None)
            if acts and calls:
                return tuple(ToolCall.model_validate(call) for call in calls)
        return ()

    async def _said_before(self, exchange: Exchange) -> tuple[Said, ...]:
        rows = [] if exchange.new_turn else await self._record.exchanges(exchange.turn)
        return tuple(
            Said(
                str(row.request.get("text", "")),
                str((row.reply or {}).get("say", "")),
                tuple(source for tier in row.tiers for source in tier.get("read", ())),
            )
            for row, _ in rows
        )

    def _may_i(self, asked: Asked, exchange: Exchange) -> Reply:
        self._enclosed[exchange.turn] = asked.enclosed
        while len(self._enclosed) > _ENCLOSED_KEPT:
            self._enclosed.popitem(last=False)
        exchange.pending = Pending("cloud", [], exchange.language, area=exchange.area, text=asked.text)
        exchange.decision = "question"
        question = "I am not sure what you mean. Shall I ask the cloud model?"
        return self._reply(exchange, question, ask=question, choices=["yes", "no"])

    async def _follow(self, exchange: Exchange, route: Route) -> Reply:
        understood = route.understood
        if understood.kind is Kind.CALLS:
            exchange.keys = list(understood.responses)
            reply = await self._carry_out(exchange, understood.calls, unsure=route.unsure)
            # What was left out of a request of several commands must not go unsaid.
            return (
                reply.model_copy(update={"say": _joined([reply.say, understood.say])}) if understood.say else reply
            )
        if understood.kind is Kind.ANSWER:
            return self._say(exchange, understood.say, "answered")
        if understood.kind is Kind.QUESTION:
            exchange.decision = "question"
            if route.trust is not Trust.FULL:
                exchange.pending = Pending("talk", [], exchange.language, area=exchange.area)
            return self._reply(exchange, understood.say, ask=understood.say, choices=list(understood.options))
        say = understood.say or Speech(exchange.language).not_understood(understood.nearest)
        exchange.decision = "not_understood"
        return self._reply(exchange, say, choices=list(understood.nearest))

    # Carrying out

    async def _carry_out(
        self,
        exchange: Exchange,
        calls: Sequence[ToolCall],
        *,
        confirmed: str | None = None,
        unsure: bool = False,
    ) -> Reply:
        home, registry = exchange.home, exchange.registry
        assert home is not None  # noqa: S101  # set by _work
        assert registry is not None  # noqa: S101
        since = time.perf_counter()
        try:
            rules = self._rules if exchange.trust is Trust.FULL else self._rules.raising()
            plan = make_plan(calls, registry=registry, home=home, rules=rules, here=exchange.area)
        except CallRejected as rejected:
            if exchange.tier == "caller":
                raise
            return self._ask_back(exchange, calls, rejected.problems)
        exchange.plan = plan
        exchange.lap("plan", since)
        if _changes(plan) and (exchange.way.read_only or self._own.read_only):
            exchange.plan = None
            return self._say(exchange, READ_ONLY, "denied")
        decision = judge(plan, exchange.trust)
        if decision.verdict is Verdict.DENY:
            exchange.plan = None
            return self._say(exchange, f"I may not do that: {' and '.join(decision.summaries)}.", "denied")
        doubtful = unsure and _acts(plan)
        asks = decision.verdict is Verdict.CONFIRM or doubtful or (confirmed is not None and _acts(plan))
        if asks and confirmed != (shown := _fingerprint(plan)):
            exchange.plan = None
            exchange.pending = Pending(
                "confirm",
                list(calls),
                exchange.language,
                exchange.keys,
                exchange.area,
                shown,
                trust=exchange.trust,
            )
            exchange.decision = "confirm_asked"
            words = " and ".join(acts_of(plan))
            question = f"Did you mean: {words}?" if doubtful else f"Shall I {words}?"
            return self._reply(exchange, question, ask=question, choices=["yes", "no"])
        exchange.decision = "confirmed" if confirmed else "performed" if _acts(plan) else "not_possible"
        if exchange.way.tell is not None:
            exchange.way.tell("calls", _told(plan))
        return await self._perform(exchange, plan, home)

    async def _perform(self, exchange: Exchange, plan: Plan, home: Home) -> Reply:
        phone = self._phones.performer(exchange)
        if plan.steps:
            intended = intend(plan, home)
            exchange.receipts = {r.id: r for receipts in intended.values() for r in receipts}
            since = time.perf_counter()
            await self._record.open(exchange)
            since = exchange.lap("store", since)
            performers = {**self._performers(exchange), Place.PHONE: phone}
            await perform(plan, intended, performers, lambda receipt: self._settled(exchange, receipt))
            self._phones.ring(phone)
            exchange.lap("perform", since)
        speech = Speech(exchange.language)
        said = []
        receipts = list(exchange.receipts.values())
        if plan.steps:
            rest, keys = part.without_phone(plan, self._keys_of(exchange, plan))
            others = part.of_steps(rest, receipts)
            said.append(speech.outcome(rest, others, keys, home))
            said.append(part.refusals([receipt for receipt in receipts if receipt not in others]))
        else:
            exchange.decision = "answered"
        said += [self._answer(exchange, query, speech) for query in plan.queries]
        if phone.inline or phone.queued:
            # What the phone makes of it is said later, beside this.
            exchange.tiers.append({"phone": {"beside": _joined(said)}})
            said.append(await part.asked(self._phones, receipts))
        return self._reply(exchange, _joined(said), device_actions=phone.inline)

    def _performers(self, exchange: Exchange) -> Mapping[Place, Performer]:
        home = HomePerformer(self._link, exchange.way.ticket)
        return {Place.HOME: home, Place.CLOCK: ClockPerformer(self._clock, exchange.device.id)}

    async def _settled(self, exchange: Exchange, receipt: Receipt) -> None:
        exchange.receipts[receipt.id] = receipt
        if exchange.overdue:
            # Closing writes it again; the acts that are left must not wait for the store.
            with contextlib.suppress(StoreError):
                await self._record.settle([receipt])

    def _keys_of(self, exchange: Exchange, plan: Plan) -> dict[int, str | None]:
        """The reply text of each step: that of the call it came from, calls being in order."""
        calls = list(dict.fromkeys(id(step.call) for step in plan.steps))
        keys = exchange.keys
        return {
            index: keys[calls.index(id(step.call))] if calls.index(id(step.call)) < len(keys) else None
            for index, step in enumerate(plan.steps)
        }

    def _answer(self, exchange: Exchange, query: Query, speech: Speech) -> str:
        if query.action.place is Place.CLOCK:
            timers = ClockPerformer(self._clock, exchange.device.id).answer(query)
            return speech.timers(query, [facts(timer) for timer in timers])
        if query.action.place is Place.BRIDGE:
            return speech.time(query, datetime.now().astimezone())
        key = exchange.keys[0] if len(exchange.keys) == 1 else None
        assert exchange.home is not None  # noqa: S101  # set by _work
        return speech.answer(look_up(query, exchange.home), key)

    # Replies

    def _ask_back(self, exchange: Exchange, calls: Sequence[ToolCall], problems: Sequence[Problem]) -> Reply:
        problem = problems[0]
        say = Speech(exchange.language).problem(problem)
        exchange.decision = "question" if problem.choices else "not_possible"
        exchange.tiers.append({"problems": [p.model_dump(exclude_defaults=True) for p in problems]})
        if not problem.choices:
            return self._reply(exchange, say)
        index = int(problem.path.removeprefix("calls[").partition("]")[0])
        exchange.pending = Pending(
            "choice",
            list(calls),
            exchange.language,
            exchange.keys,
            exchange.area,
            problem=problem,
            call_index=index,
            trust=exchange.trust,
        )
        return self._reply(exchange, say, ask=say, choices=[choice.label for choice in problem.choices])

    def _say(self, exchange: Exchange, text: str, decision: str) -> Reply:
        exchange.decision = decision
        return self._reply(exchange, text)

    def _reply(self, exchange: Exchange, say: str, **more: Any) -> Reply:
        return Reply(
            turn_id=exchange.turn,
            say=say,
            receipts=list(exchange.receipts.values()),
            tier=exchange.tier,
            decision=exchange.decision,
            **more,
        )


def _area(home: Home, spoken: str | None, exchange: Exchange) -> str | None:
    """The room that a device says it is in; one that the home does not have is left out, with a warning."""
    if not spoken:
        return None
    for area in home.areas.values():
        if spoken == area.id or stem(spoken) in map(stem, area.names):
            return area.id
    exchange.warnings.append("unknown_area")
    return None


def _joined(sentences: Sequence[str]) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _take_up(exchange: Exchange, pending: Pending) -> None:
    """Go on where the question was asked: in its language, room and texts."""
    exchange.language, exchange.keys, exchange.area = pending.language, pending.keys, pending.area
    exchange.phone = replace(exchange.phone, target=pending.device)
    exchange.trust = Trust(pending.trust)


def _given_up(receipt: Receipt) -> Receipt:
    if receipt.status.settled:
        return receipt
    detail = "The bridge failed before the outcome was seen"
    return receipt.model_copy(update={"status": Status.UNKNOWN, "reason": "internal_error", "detail": detail})


def _changes(plan: Plan) -> bool:
    """Whether anything but a question is in it; a phone's answer is a step too."""
    return any(not step.action.reads_only for step in plan.steps)


def _acts(plan: Plan) -> bool:
    return any(step.service or not step.refused for step in plan.steps)


def _told(plan: Plan) -> list[dict[str, Any]]:
    """The calls of a plan, each under the id that its receipts begin with."""
    calls = [(step.id, step.call) for step in plan.steps]
    calls += [(f"query-{index}", query.call) for index, query in enumerate(plan.queries)]
    return [{"id": key, "name": call.name, "arguments": call.arguments} for key, call in calls]


def _fingerprint(plan: Plan) -> str:
    """What exactly would be done; a confirmation holds for this and nothing else."""
    acts = [
        [step.summary, step.service.name, step.service.targets, dict(step.service.data)]
        if step.service
        else [step.summary, step.arguments]
        for step in plan.steps
    ]
    return hashlib.sha256(json.dumps(acts, sort_keys=True, default=str).encode()).hexdigest()
