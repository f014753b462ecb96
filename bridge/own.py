"""What the bridge keeps of itself over restarts: who it is, and whether anything may be done."""

from typing import Any

from sqlmodel import Session

from actions.ids import new_id
from bridge.store import Store
from bridge.store.tables import OwnRow

_ID = "id"
_READ_ONLY = "read_only"


class Own:
    """This bridge."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.id = ""
        """Stays the same as long as the store does; by it Home Assistant knows a bridge at a new address."""
        self.read_only = False
        """Nothing is done, whoever asks."""

    async def load(self) -> None:
        """Read it from the store; the first time it gets its id.

        :raises StoreError: the store cannot be used.
        """

        def read(session: Session) -> tuple[str, bool]:
            known, read_only = session.get(OwnRow, _ID), session.get(OwnRow, _READ_ONLY)
            if known is None:
                known = OwnRow(name=_ID, value=new_id())
                session.add(known)
            return str(known.value), read_only is not None and bool(read_only.value)

        self.id, self.read_only = await self._store.write(read)

    async def set_read_only(self, on: bool) -> None:
        """Switch read-only mode, for every request from now on; what is being done already is finished.

        :raises StoreError: nothing was switched.
        """
        row: dict[str, Any] = {"name": _READ_ONLY, "value": on}
        await self._store.write(lambda session: session.merge(OwnRow(**row)))
        self.read_only = on
