"""The phones of the service: what turns hand them, what they fetch, and what they report."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import structlog

from actions.link import EventSource, HomeLink
from actions.receipt import Receipt
from bridge.exchange import Exchange
from bridge.phone.bell import Bell
from bridge.phone.performer import PhonePerformer
from bridge.phone.queue import Due, PhoneQueue, Word, device_action
from bridge.phone.words import PhoneAct, outcome
from bridge.reply import Reply
from bridge.settings import PhoneSettings
from bridge.store import Store, StoreError
from shortcuts.catalogue import PhoneCatalogue
from shortcuts.push.home_assistant import RESULT_EVENT

log = structlog.get_logger()
_SWEEP_S = 15.0
_LOOK_AGAIN_S = 5.0
Shown: TypeAlias = tuple[dict[str, Any], bool]


class Phones:
    """Every phone action, from the plan to the phone's last word."""

    def __init__(self, store: Store, settings: PhoneSettings, link: HomeLink, catalogue: PhoneCatalogue) -> None:
        self.catalogue = catalogue
        self.queue = PhoneQueue(store, settings)
        self._bell = Bell(self.queue, settings, link)
        self.news = asyncio.Event()
        """Set when something happens to any phone action; then there is another one."""
        self.on_settled: Callable[[Sequence[PhoneAct]], None] = lambda _: None
        """Told of what phones say, and of what they stayed silent about."""
        self._sweeper: asyncio.Task[None] | None = None
        self._hearing: set[asyncio.Task[None]] = set()
        if isinstance(link, EventSource) and any(push.home_assistant for push in settings.push.values()):
            link.on_event(RESULT_EVENT, self._heard)

    async def start(self) -> None:
        """Begin to settle what phones stay silent about."""
        self._sweeper = asyncio.create_task(self._sweep_on(), name="phone-sweeper")

    async def stop(self) -> None:
        """End the tasks; what is open stays in the store."""
        tasks = [task for task in (self._sweeper, *self._hearing) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._bell.stop()

    async def _sweep_on(self) -> None:
        while True:
            with contextlib.suppress(StoreError):
                await self.sweep()
            await asyncio.sleep(_SWEEP_S)

    async def sweep(self) -> None:
        """Settle as unknown what phones stayed silent about."""
        if silent := await self.queue.sweep():
            log.info("phones_silent", actions=len(silent))
            self._tell()
            self.on_settled(await self.queue.of_acts(silent))

    def _heard(self, event: Mapping[str, Any]) -> None:
        task = asyncio.create_task(self._take(event))
        self._hearing.add(task)
        task.add_done_callback(self._hearing.discard)

    async def _take(self, event: Mapping[str, Any]) -> None:
        try:
            await self._bell.heard(event)
        except StoreError as error:
            log.warning("shortcut_run_not_noted", code=error.code)
        self._tell()

    def performer(self, exchange: Exchange) -> PhonePerformer:
        """Carries out the phone steps of an exchange."""
        return PhonePerformer(self.queue, self.catalogue, exchange)

    def ring(self, performer: PhonePerformer) -> None:
        """Wake the phones that an exchange left something for."""
        for device, kinds in performer.queued.items():
            self._tell()
            self._bell.ring(performer.turn, device, performer.names[device], kinds)

    async def due(self, device: str, wait_s: float = 0) -> Due:
        """What a phone shall do now, once; waits up to `wait_s` seconds for something."""
        end = asyncio.get_running_loop().time() + wait_s
        while True:
            news = self.news
            due = await self.queue.take(device)
            left = end - asyncio.get_running_loop().time()
            if due.actions or left <= 0:
                return due
            await self.wait(news, left)

    async def report(self, turn: str, results: Sequence[Word], device: str) -> list[PhoneAct]:
        """Take a phone's word on its actions; returns them as they are now.

        :raises ActionError: not this phone's, too old, or begun before; nothing was taken.
        """
        await self.sweep()
        concerned = await self.queue.report(turn, results, device)
        self._tell()
        acts = await self.queue.of_acts(concerned)
        self.on_settled(acts)
        return acts

    @staticmethod
    async def wait(news: asyncio.Event, seconds: float) -> None:
        """Wait for `news`, taken before one looked, or `seconds`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(seconds, _LOOK_AGAIN_S)):
                await news.wait()

    def _tell(self) -> None:
        news, self.news = self.news, asyncio.Event()
        news.set()

    async def shown(self, reply: Mapping[str, Any], tiers: Sequence[Mapping[str, Any]]) -> Shown:
        """A reply as it reads now, and whether phones that must fetch something still owe a word."""
        acts = await self.queue.of_acts([receipt["id"] for receipt in reply["receipts"]])
        if not acts or reply.get("pending"):
            return dict(reply), False
        beside = next((trace["phone"]["beside"] for trace in tiers if "phone" in trace), "")
        live = {
            "say": " ".join(filter(None, [beside, outcome(acts)])),
            "device_actions": [device_action(act.row).model_dump() for act in acts if _to_do(act)],
        }
        owed = any(not act.row.inline and not act.receipt.status.settled for act in acts)
        return {**reply, **live}, owed

    async def still_to_do(self, reply: Reply) -> Reply:
        """A reply that is given a second time, without the actions that were begun since."""
        if not reply.device_actions:
            return reply
        acts = await self.queue.of_acts([receipt.id for receipt in reply.receipts])
        return reply.model_copy(update={"device_actions": [device_action(act.row) for act in acts if _to_do(act)]})


def told(turn: str, acts: Sequence[PhoneAct]) -> Reply:
    """The answer to a phone that reports on what somebody else asked for: only its own actions."""
    receipts: list[Receipt] = [act.receipt for act in acts]
    return Reply(turn_id=turn, say=outcome(acts), receipts=receipts)


def _to_do(act: PhoneAct) -> bool:
    return act.row.inline and act.row.started is None and not act.receipt.status.settled
