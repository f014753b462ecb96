"""Waking the phones that something waits for: which way, in which order, and what came of it."""

import asyncio
from collections.abc import Mapping, Sequence

import structlog

from actions.link import HomeLink
from bridge.phone.queue import PhoneQueue
from bridge.settings import PhoneSettings, PushSettings
from bridge.store import StoreError
from shortcuts.kinds import KINDS
from shortcuts.push import Doorbell, PushTransport, Way
from shortcuts.push.home_assistant import HomeAssistantPush, shortcut_run
from shortcuts.push.pushcut import PushcutPush

log = structlog.get_logger()


def transports(push: PushSettings, settings: PhoneSettings, link: HomeLink) -> list[PushTransport]:
    """The ways that are set up for a phone."""
    found: list[PushTransport] = []
    way = Way.AUTOMATION if push.automation else Way.TAP
    if push.home_assistant:
        found.append(HomeAssistantPush(link, push.home_assistant, way))
    if settings.pushcut_key is not None:
        key, url = settings.pushcut_key.get_secret_value(), settings.pushcut_url
        if push.pushcut_server:
            found.append(PushcutPush(key, None, Way.SERVER, url))
        if push.pushcut:
            found.append(PushcutPush(key, push.pushcut, way, url))
    return found


def in_order(ways: Sequence[PushTransport], kinds: Sequence[str]) -> list[PushTransport]:
    """The best first: without a tap, unless somebody has to look at the phone anyway, whose tap then unlocks it."""
    looked_at = any(KINDS[kind].unlocked for kind in kinds)
    return sorted(ways, key=lambda way: (way.way is Way.TAP) is not looked_at)


class Bell:
    """Rings phones, in the background."""

    def __init__(self, queue: PhoneQueue, settings: PhoneSettings, link: HomeLink) -> None:
        self._queue = queue
        self._ways = {name: transports(push, settings, link) for name, push in settings.push.items()}
        self._tasks: set[asyncio.Task[None]] = set()

    def ring(self, turn: str, device: str, name: str, kinds: Sequence[str]) -> None:
        """Wake a phone, and note by which way; returns at once."""
        ways = in_order(self._ways.get(name, ()), kinds)
        if ways:
            task = asyncio.create_task(self._ring(turn, device, ways))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _ring(self, turn: str, device: str, ways: Sequence[PushTransport]) -> None:
        for way in ways:
            outcome = await way.push(Doorbell(turn))
            log.info("pushed", turn=turn, route=way.name, sent=outcome.sent, code=outcome.code)
            if outcome.sent or outcome.unclear:
                try:
                    await self._queue.woken(turn, device, way.name)
                except StoreError as error:
                    log.warning("push_not_noted", turn=turn, code=error.code)
                return

    async def heard(self, event: Mapping[str, object]) -> None:
        """Take the companion app's word on a dispatcher that a notification ran."""
        run = shortcut_run(event)
        if run is None or run.status == "success":
            return
        reason = "cancelled" if run.status == "cancelled" else "shortcut_failed"
        detail = run.error or "Hearth Dispatcher did not run to its end"
        if await self._queue.give_up(run.turn, reason, detail):
            log.info("shortcut_run", turn=run.turn, status=run.status)

    async def stop(self) -> None:
        """End what is still ringing."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
