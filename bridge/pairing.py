"""Pairing codes: eight digits that turn into a token once, within ten minutes."""

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from actions.errors import HearthError
from actions.ids import new_id
from bridge.devices import Device, DeviceError, Devices
from bridge.store import Store
from bridge.store.tables import DeviceRow, PairingRow, now

VALID_FOR = timedelta(minutes=10)
MOST_WRONG = 5
"""After so many wrong codes every open code is dead: one in 20 million guesses would have hit by then."""
_TRIES = 10
_TRIES_S = 60.0
_ADDRESSES = 1000


class PairingError(HearthError):
    """A code that cannot be used."""

    code = "invalid_code"
    hint = "Make a new one: hearthbridge pair"


@dataclass(frozen=True, slots=True)
class Code:
    """A new code; it is shown this once, and kept as a hash."""

    digits: str
    expires: datetime

    @property
    def shown(self) -> str:
        """As people read it: "1234-5678"."""
        return f"{self.digits[:4]}-{self.digits[4:]}"


class Pairing:
    """Makes codes, and turns them into devices."""

    def __init__(self, store: Store, devices: Devices) -> None:
        self._store = store
        self._devices = devices
        self._tries = Tries()

    async def new_code(self, scopes: Sequence[str] = ("ask",)) -> Code:
        """A code for one device.

        :raises StoreError: it is not written.
        """
        code = Code(f"{secrets.randbelow(10**8):08}", now() + VALID_FOR)
        identity = new_id()
        row: dict[str, Any] = {"id": identity, "code_hash": _hash(identity, code.digits), "scopes": sorted(scopes)}
        await self._store.write(lambda s: s.add(PairingRow(**row, created=now(), expires=code.expires)))
        return code

    async def redeem(self, code: str, name: str, kind: str, address: str) -> tuple[Device, str]:
        """A device and its token for a code.

        A device of that name stays what it is; the new one gets a number.

        :param address: who asks, for the limit on tries.
        :raises PairingError: wrong, used or too old a code, or too many tries.
        :raises DeviceError: the name cannot be used.
        """
        self._tries.count(address)
        if not name.strip():
            raise DeviceError("The device needs a name", hint="Send its name in 'name'.")
        digits = "".join(character for character in code if character.isascii() and character.isalnum())
        scopes = await self._store.write(lambda session: _use(session, digits))
        if scopes is None:
            raise PairingError("This code is not valid, or not any more")
        return await self._devices.pair(await self._free(name.strip()[:90]), scopes, kind)

    async def _free(self, name: str) -> str:
        def names(session: Session) -> set[str]:
            return set(session.exec(select(DeviceRow.name).where(col(DeviceRow.revoked).is_(None))))

        taken = await self._store.read(names)
        numbered = (f"{name} {number}" for number in range(2, len(taken) + 3))
        return name if name not in taken else next(other for other in numbered if other not in taken)


def _hash(identity: str, digits: str) -> str:
    return hashlib.sha256(f"{identity}:{digits}".encode()).hexdigest()


def _use(session: Session, digits: str) -> list[str] | None:
    """Use up the code; None, and a mark on every open one, when none is it."""
    present = now()
    open_ones = select(PairingRow).where(col(PairingRow.used).is_(None), col(PairingRow.expires) > present)
    rows = session.exec(open_ones.with_for_update()).all()
    # Every one is compared, so that the time taken tells nothing.
    found = [row for row in rows if hmac.compare_digest(row.code_hash, _hash(row.id, digits))]
    if found:
        found[0].used = present
        session.add(found[0])
        return list(found[0].scopes)
    for row in rows:
        row.wrong += 1
        if row.wrong >= MOST_WRONG:
            row.expires = present
        session.add(row)
    return None


class Tries:
    """How often each address may try."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, deque[float]] = OrderedDict()

    def count(self, address: str) -> None:
        """Note one.

        :raises PairingError: too many in the last minute.
        """
        present = time.monotonic()
        tries = self._of.setdefault(address, deque())
        self._of.move_to_end(address)
        while len(self._of) > _ADDRESSES:
            self._of.popitem(last=False)
        while tries and tries[0] < present - _TRIES_S:
            tries.popleft()
        if len(tries) >= _TRIES:
            raise PairingError("Too many tries", code="rate_limited", hint="Wait a minute, then try again.")
        tries.append(present)
