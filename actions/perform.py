"""Performing a plan: intended receipts first, then the acts, then what was read back."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from actions.action import Place
from actions.errors import HomeError, HomeLost, HomeRefused, HomeUnreachable
from actions.expect import ListExpectation
from actions.home import Home, State
from actions.link import HomeLink, ServiceCall
from actions.plan import Plan, Step, Target
from actions.receipt import Receipt, Status
from actions.text import normalise

_KEPT = (
    "brightness",
    "rgb_color",
    "color_temp_kelvin",
    "current_position",
    "temperature",
    "fan_mode",
    "percentage",
    "volume_level",
    "is_volume_muted",
    "media_title",
    "last_triggered",
)
"""Attributes that a receipt shows and that undo would restore."""

_log = logging.getLogger(__name__)
_OPAQUE = frozenset({"automation", "button", "input_button", "scene", "script"})
"""Domains that act on more than their targets."""
_EVERYTHING = "*"
_PARTLY_S = 0.5
"""How long after a refusal the targets that did follow may take to show it."""

Settle = Callable[[Receipt], Awaitable[None]]


class Performer(Protocol):
    """Carries out the steps of one place."""

    def perform(self, step: Step, intended: Sequence[Receipt]) -> AsyncIterator[Receipt]:
        """Act, and give each settled receipt as soon as it is known; never raises for what the world does."""


def intend(plan: Plan, home: Home) -> dict[str, list[Receipt]]:
    """The receipts to write before anything is done, by step id."""
    return {step.id: _intended(step, home) for step in plan.steps}


def _intended(step: Step, home: Home) -> list[Receipt]:
    name = step.service.name if step.service else None
    base: dict[str, Any] = {"action": step.call.name, "service": name}
    receipts = [
        Receipt(
            id=f"{step.id}-{index}",
            target=target.entity_id,
            name=target.name,
            status=Status.INTENDED,
            before=None if isinstance(target.expect, ListExpectation) else shown(home.state(target.entity_id)),
            **base,
        )
        for index, target in enumerate(step.targets)
    ]
    receipts += [
        Receipt(
            id=f"{step.id}-r{index}",
            target=left_out.entity_id,
            name=left_out.name,
            status=Status.FAILED,
            reason=left_out.reason,
            detail=left_out.detail,
            **base,
        )
        for index, left_out in enumerate(step.refused)
    ]
    if not receipts:
        receipts = [Receipt(id=f"{step.id}-0", name=step.summary, status=Status.INTENDED, **base)]
    return receipts


def shown(state: State) -> dict[str, Any]:
    """A state with the attributes that matter, as JSON."""
    kept = {name: state.attributes[name] for name in _KEPT if state.attributes.get(name) is not None}
    return {"state": state.state, **{name: _json(value) for name, value in kept.items()}}


def _json(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_json(item) for item in value]
    return value if isinstance(value, str | int | float | bool) else str(value)


async def perform(
    plan: Plan, intended: Mapping[str, Sequence[Receipt]], performers: Mapping[Place, Performer], settle: Settle
) -> None:
    """Carry out every step in order; steps on the same target wait for one another, others overlap.

    :param settle: called with each receipt as soon as its outcome is known.
    """

    async def one(step: Step) -> None:
        async for receipt in _surely(step, intended[step.id], performers[step.place]):
            await settle(receipt)

    for wave in _waves(plan.steps):
        if len(wave) == 1:
            await one(wave[0])
        else:
            await asyncio.gather(*(one(step) for step in wave))


async def _surely(step: Step, intended: Sequence[Receipt], performer: Performer) -> AsyncIterator[Receipt]:
    """What the performer tells; after a defect of ours, that the rest is unknown: nothing stays "intended"."""
    waiting = {receipt.id: receipt for receipt in intended if not receipt.status.settled}
    try:
        async for receipt in performer.perform(step, intended):
            waiting.pop(receipt.id, None)
            yield receipt
    except Exception:
        _log.exception("%s broke while it was performed", step.call.name)
        for receipt in waiting.values():
            yield receipt.model_copy(update={"status": Status.UNKNOWN, "reason": "internal_error"})


def _waves(steps: Sequence[Step]) -> list[list[Step]]:
    """Group steps so that no two of a group touch the same target; what touches others too is alone."""
    waves: list[list[Step]] = []
    touched: set[str] = set()
    for step in steps:
        # What has no target of its own (a timer, a broadcast) keeps its place in the order too.
        targets = {target.entity_id for target in step.targets} or {str(step.place)}
        opaque = step.service is not None and (step.service.domain in _OPAQUE or not step.targets)
        if not waves or touched & targets or opaque or _EVERYTHING in touched:
            waves.append([])
            touched = set()
        waves[-1].append(step)
        touched |= targets | ({_EVERYTHING} if opaque else set())
    return waves


@dataclass(frozen=True, slots=True)
class HomePerformer:
    """Carries out steps in the home and reads each target back."""

    link: HomeLink
    ticket: str | None = None
    """See `ServiceCall.ticket`."""

    async def perform(self, step: Step, intended: Sequence[Receipt]) -> AsyncIterator[Receipt]:
        """See `Performer`."""
        open_receipts = {r.target: r for r in intended if r.status is Status.INTENDED}
        if step.service is None:
            return
        before = {target.entity_id: self._state(target.entity_id) for target in step.targets}
        call, entry, trouble = step.service, None, None
        try:
            call, entry = await self._exact(step.service, step.targets)
            await self.link.call(call if self.ticket is None else replace(call, ticket=self.ticket))
        except HomeError as error:
            # One refusal may be about one of several targets, and the others did follow.
            partly = isinstance(error, HomeRefused) and len(step.targets) > 1
            if not partly and not isinstance(error, HomeLost):
                for receipt in open_receipts.values():
                    yield _failed(receipt, error)
                return
            trouble = error
        if not step.targets:
            for receipt in open_receipts.values():
                yield _unseen(receipt, None, trouble)
            return
        tasks = [
            asyncio.ensure_future(
                self._read_back(target, before[target.entity_id], open_receipts[target.entity_id], trouble, entry)
            )
            for target in step.targets
        ]
        try:
            for task in asyncio.as_completed(tasks) if len(tasks) > 1 else tasks:
                yield await task
        finally:
            for left in tasks:
                left.cancel()

    async def _exact(self, call: ServiceCall, targets: Sequence[Target]) -> tuple[ServiceCall, str | None]:
        """The call with a list's entry as it is known there, and the entry's own id where it has one.

        Home Assistant wants "Milk" for "milk", and of two with one name it would take either.
        """
        if call.name == "media_player.play_media" and "search_query" in call.data:
            return await self._found(call), None
        expect = targets[0].expect if targets else None
        if not isinstance(expect, ListExpectation) or call.service == "add_item":
            return call, None
        try:
            written = await self._items(targets[0].entity_id, expect)
        except HomeLost as error:
            raise HomeUnreachable(error.message) from error  # only looking was lost: nothing went out
        if not written:
            raise HomeRefused(f'There is no "{expect.item}" on it', code="item_not_found")
        uid = written[0].get("uid")
        entry = str(uid or written[0]["summary"])
        item = entry if call.service == "update_item" else [entry]
        return replace(call, data={**call.data, "item": item}), str(uid) if uid else None

    async def _found(self, call: ServiceCall) -> ServiceCall:
        """The call that plays the first thing that a search on its one player finds."""
        ask = ServiceCall("media_player", "search_media", call.targets[:1], call.data, answers=True)
        try:
            answer = await self.link.call(ask)
        except HomeLost as error:
            raise HomeUnreachable(error.message) from error  # only looking was lost: nothing went out
        found = answer.get(call.targets[0], {}).get("result", [])
        if not found:
            raise HomeRefused(f'Nothing called "{call.data["search_query"]}" was found', code="media_not_found")
        chosen = {key: found[0][key] for key in ("media_content_id", "media_content_type")}
        return replace(call, data=chosen)

    def _state(self, entity_id: str) -> State:
        try:
            return self.link.home.state(entity_id)
        except HomeError:
            return State("unknown")

    async def _read_back(
        self, target: Target, before: State, receipt: Receipt, trouble: HomeError | None, entry: str | None
    ) -> Receipt:
        expect = target.expect
        if expect is None:
            return _unseen(receipt, None, trouble)
        timeout = _PARTLY_S if isinstance(trouble, HomeRefused) else expect.timeout
        if isinstance(expect, ListExpectation):
            seen = await self._list_shows(target.entity_id, expect, entry, timeout)
        else:
            seen = await self.link.wait_for(target.entity_id, expect.watcher(before), timeout)
        now = self._state(target.entity_id)
        if seen:
            after = _entry(expect) if isinstance(expect, ListExpectation) else shown(now)
            return receipt.model_copy(update={"status": Status.DONE, "after": after})
        return _unseen(receipt, now, trouble)

    async def _list_shows(self, entity_id: str, expect: ListExpectation, entry: str | None, timeout: float) -> bool:
        try:
            async with asyncio.timeout(timeout):
                pause = 0.05
                while not await self._list_is_right(entity_id, expect, entry):
                    await asyncio.sleep(pause)
                    pause = min(1.0, pause * 2)
        except TimeoutError:
            return False
        return True

    async def _list_is_right(self, entity_id: str, expect: ListExpectation, entry: str | None) -> bool:
        try:
            mine = await self._items(entity_id, expect)
        except HomeError:
            return False
        if entry is not None:
            mine = [item for item in mine if item.get("uid") == entry]
        if not expect.present:
            return not mine
        return any(expect.status is None or item.get("status") == expect.status for item in mine)

    async def _items(self, entity_id: str, expect: ListExpectation) -> list[Mapping[str, Any]]:
        """The entries of a list that are the one that is meant; open ones first."""
        ask = ServiceCall(
            "todo", "get_items", (entity_id,), {"status": ["needs_action", "completed"]}, answers=True
        )
        answer = await self.link.call(ask)
        items = answer.get(entity_id, {}).get("items", [])
        mine = [item for item in items if normalise(str(item.get("summary", ""))) == normalise(expect.item)]
        return sorted(mine, key=lambda item: item.get("status") != "needs_action")


def _entry(expect: ListExpectation) -> dict[str, Any]:
    return {"item": expect.item, "status": expect.status if expect.present else "removed"}


def _failed(receipt: Receipt, error: HomeError) -> Receipt:
    return receipt.model_copy(update={"status": Status.FAILED, "reason": error.code, "detail": error.message})


def _unseen(receipt: Receipt, now: State | None, trouble: HomeError | None) -> Receipt:
    if isinstance(trouble, HomeRefused):
        return _failed(receipt, trouble)
    if trouble is not None:
        reason, detail = trouble.code, trouble.message
    elif now is None:
        reason, detail = "not_observable", "Home Assistant accepted it; there is nothing to read back"
    elif not now.available:
        reason, detail = "unavailable", f"{receipt.name} cannot be reached any more"
    else:
        reason, detail = "timed_out", f"Home Assistant accepted it, but {receipt.name} still shows {now.state}"
    after = shown(now) if now is not None else None
    return receipt.model_copy(update={"status": Status.UNKNOWN, "reason": reason, "detail": detail, "after": after})
