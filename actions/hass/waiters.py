"""Tasks that wait for an entity to become something."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from actions.home import MISSING, State

Condition = Callable[[State], bool]


@dataclass(slots=True, eq=False)
class _Waiter:
    met: Condition
    done: asyncio.Future[None]

    def look(self, state: State) -> None:
        if self.done.done():
            return
        try:
            if self.met(state):
                self.done.set_result(None)
        except Exception as error:
            self.done.set_exception(error)


class Waiters:
    """Waiting tasks by entity id, so that a change costs nothing to those who wait for another entity."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[_Waiter]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    async def wait(self, entity_id: str, met: Condition, timeout: float) -> bool:
        """Wait until a state told from now on satisfies `met`; False after `timeout` seconds."""
        waiter = _Waiter(met, asyncio.get_running_loop().create_future())
        self._waiting.setdefault(entity_id, set()).add(waiter)
        try:
            async with asyncio.timeout(timeout):
                await waiter.done
        except TimeoutError:
            return False
        finally:
            self._drop(entity_id, waiter)
        return True

    def _drop(self, entity_id: str, waiter: _Waiter) -> None:
        waiting = self._waiting[entity_id]
        waiting.discard(waiter)
        if not waiting:
            del self._waiting[entity_id]

    def tell(self, entity_ids: Iterable[str], states: Mapping[str, State]) -> None:
        """Let those who wait for these entities look at them."""
        for entity_id in entity_ids:
            for waiter in tuple(self._waiting.get(entity_id, ())):
                waiter.look(states.get(entity_id, MISSING))

    def tell_all(self, states: Mapping[str, State]) -> None:
        """Let everyone look, after a reconnect."""
        self.tell(tuple(self._waiting), states)
