"""DemoHome: a home to try things on, and the fake of the home in tests."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actions.demo import layout
from actions.demo.device import Device
from actions.demo.house import House
from actions.errors import HomeError, HomeLost, HomeRefused, HomeUnreachable
from actions.home import Entity, Home, State
from actions.link import ServiceCall

CALLS_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class _Fault:
    """What goes wrong with one call."""

    error: HomeError | None = None
    happens: bool = False
    """Whether the devices change all the same."""


@dataclass(slots=True, eq=False)
class _Waiter:
    met: Callable[[State], bool]
    done: asyncio.Future[bool]

    def look(self, state: State) -> None:
        """End the wait when the state is the one that is waited for, or when looking fails."""
        if self.done.done():
            return
        try:
            if self.met(state):
                self.done.set_result(True)
        except Exception as error:
            self.done.set_exception(error)


class DemoHome:
    """A home that needs no hardware, as a `HomeLink`.

    Its snapshot can be read from the beginning; calls need `start`. Devices behave as behind Home Assistant: a call
    that is accepted has changed nothing yet, the change is reported a moment later, and calls to what does not
    exist or is unavailable succeed without effect.

    :param data: a layout file or its parsed content; the home in this package when None.
    :param pace: how long everything takes, 1.0 as believable, 0 in the next rounds of the event loop.
    :raises LayoutError: `data` is no layout.
    """

    def __init__(self, data: Path | str | Mapping[str, Any] | None = None, *, pace: float = 1.0) -> None:
        self._layout = layout.load(data)
        self._house = House(self._layout, pace=pace, report=self._report)
        self._states = {key: device.now for key, device in self._house.devices.items()}
        self._home = self._layout.home(self._states)
        self._heard: dict[str, int] = {}
        self._waiters: defaultdict[str, set[_Waiter]] = defaultdict(set)
        self._faults: defaultdict[str, deque[_Fault]] = defaultdict(deque)
        self._calls: deque[ServiceCall] = deque(maxlen=CALLS_KEPT)
        self._pictures: dict[str, bytes] = {}
        self._started = False
        self._away = False
        self._online = asyncio.Event()

    @property
    def home(self) -> Home:
        """The live snapshot.

        :raises HomeUnreachable: the connection is dropped.
        """
        if self._away:
            raise HomeUnreachable("The demo home is not connected")
        return self._home

    @property
    def connected(self) -> bool:
        """Whether calls can go out now."""
        return self._started and not self._away

    async def start(self) -> None:
        """Connect."""
        self._started = True
        self._settle()

    async def stop(self) -> None:
        """Disconnect and stop every movement."""
        self._started = False
        self._house.still()
        self._settle()

    async def ready(self, timeout: float) -> bool:
        """Wait until started and connected; False after `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout):
                return await self._online.wait()
        except TimeoutError:
            return False

    async def call(self, call: ServiceCall) -> Mapping[str, Any]:
        """Send one call; returns the service's response data, {} when it has none.

        :raises HomeUnreachable: not connected; nothing was sent.
        :raises HomeRefused: no such service, data that it does not take, or a device that cannot do it.
        :raises HomeLost: the connection broke on the way, or by `lose_next`.
        """
        if not self.connected:
            raise HomeUnreachable("The demo home is not connected")
        self._calls.append(call)
        await asyncio.sleep(0)
        if not self.connected:
            raise HomeLost("The connection to the demo home broke")
        queue = self._faults.get(call.name)
        return self._perform(call, queue.popleft()) if queue else self._house.perform(call)

    def _perform(self, call: ServiceCall, fault: _Fault) -> Mapping[str, Any]:
        if fault.happens:
            self._house.perform(call)
        elif fault.error is None:
            self._house.check(call)
        if fault.error is not None:
            raise fault.error
        return {}

    async def snapshot(self, entity_id: str) -> bytes:
        """What a camera sees, where `set_picture` has given it something to see.

        :raises HomeRefused: it sees nothing.
        """
        await asyncio.sleep(0)
        if entity_id not in self._pictures:
            raise HomeRefused(f"{entity_id} gives no picture")
        return self._pictures[entity_id]

    async def wait_for(self, entity_id: str, met: Callable[[State], bool], timeout: float) -> bool:
        """Wait until the entity's state satisfies `met`; False after `timeout` seconds.

        Looks at the present state first, and only then at each change. Goes on over a dropped connection.
        """
        if not self._away and met(self._home.state(entity_id)):
            return True
        if timeout <= 0:
            return False
        waiter = _Waiter(met, asyncio.get_running_loop().create_future())
        self._waiters[entity_id].add(waiter)
        try:
            await asyncio.wait((waiter.done,), timeout=timeout)
            return waiter.done.done() and waiter.done.result()
        finally:
            self._forget(entity_id, waiter)

    def _forget(self, entity_id: str, waiter: _Waiter) -> None:
        waiters = self._waiters[entity_id]
        waiters.discard(waiter)
        if not waiters:
            del self._waiters[entity_id]

    def _report(self, device: Device, state: State, written: int) -> None:
        """Hear of a change, unless away or when a later one was heard already."""
        entity_id = device.entity.id
        if self._away or self._house.devices.get(entity_id) is not device:
            return
        if written <= self._heard.get(entity_id, 0):
            return
        self._heard[entity_id] = written
        self._states[entity_id] = state
        self._look(entity_id, state)

    def _look(self, entity_id: str, state: State) -> None:
        for waiter in self._waiters.get(entity_id, ()):
            waiter.look(state)

    def _settle(self) -> None:
        """Bring what is known of the connection and, when connected, of the devices up to date."""
        if not self.connected:
            self._online.clear()
            return
        self._online.set()
        for device in self._house.devices.values():
            self._report(device, device.now, device.written)
        for entity_id in self._waiters:
            self._look(entity_id, self._home.state(entity_id))

    # Hooks for tests and demonstrations.

    @property
    def calls(self) -> list[ServiceCall]:
        """The calls that were sent, oldest first; the last 10,000."""
        return list(self._calls)

    def set_state(self, entity_id: str, state: str, **attributes: Any) -> None:
        """Make a device be in a state, at once and with news of it, as if someone had used it by hand.

        :param attributes: those that change; the others stay, but a light's brightness and colour follow its state.
        :raises KeyError: there is no such entity.
        """
        device = self._house.put(entity_id, state, attributes)
        self._report(device, device.now, device.written)

    def set_picture(self, entity_id: str, picture: bytes) -> None:
        """Let a camera see something."""
        self._pictures[entity_id] = picture

    def set_unavailable(self, entity_id: str) -> None:
        """Make a device unreachable; `set_state` brings it back.

        :raises KeyError: there is no such entity.
        """
        self.set_state(entity_id, "unavailable")

    def drop_connection(self) -> None:
        """Break the connection: calls on their way are lost, later ones refused, and no news comes."""
        self._away = True
        self._settle()

    def restore_connection(self) -> None:
        """Connect again; what changed meanwhile is heard now."""
        self._away = False
        self._settle()

    def fail_next(self, domain_service: str, error: HomeError) -> None:
        """Let the next call of a service (`light.turn_on`) raise `error`; nothing changes."""
        self._faults[domain_service].append(_Fault(error))

    def ignore_next(self, domain_service: str) -> None:
        """Let the next call of a service be accepted while nothing changes, as real devices do."""
        self._faults[domain_service].append(_Fault())

    def lose_next(self, domain_service: str, *, happens: bool = True) -> None:
        """Let the next call of a service raise `HomeLost`, whether or not it `happens`."""
        self._faults[domain_service].append(_Fault(HomeLost("No answer came from the demo home"), happens))

    def with_entities(self, *entities: Entity, without: Iterable[str] = ()) -> Home:
        """Change the registry: add or replace entities, take others out; the new snapshot has a new version.

        A new entity is "unknown" until `set_state`.
        """
        self._layout = self._layout.with_entities(*entities, without=tuple(without))
        self._house.rebuild(self._layout)
        for gone in self._states.keys() - self._house.devices.keys():
            del self._states[gone]
            self._heard.pop(gone, None)
        for entity_id, device in self._house.devices.items():
            self._states.setdefault(entity_id, device.now)
        self._home = self._layout.home(self._states)
        return self._home
