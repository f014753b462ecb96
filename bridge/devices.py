"""Devices and their tokens: made once, kept as a hash, checked on every request, revocable."""

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, select, update

from actions.errors import HearthError
from actions.ids import new_id
from bridge.store import Store
from bridge.store.tables import DeviceRow, now

SCOPES = ("ask", "act")
"""ask: say something and get it done; act: send tool calls of a program's own. What a program gets by itself."""
ALL_SCOPES = (*SCOPES, "phone", "oversee", "admin")
"""phone: have other phones than one's own do something; oversee: follow what every device asks, and switch
read-only mode; admin: make pairing codes. Only where the owner says so."""
HOME_ASSISTANT = (*SCOPES, "phone", "oversee")
"""What our integration in Home Assistant gets."""
PHONES = frozenset({"shortcut"})
"""Kinds of devices that do phone actions."""
KINDS = (*PHONES, "mac", "home_assistant", "wyoming", "")
_TRUST_S = 1.0
"""A token checked this long ago is believed without asking the database, so a revocation works within a second."""
_SEEN_EVERY = timedelta(minutes=1)


class AuthError(HearthError):
    """The request may not do this."""

    code = "invalid_token"


class DeviceError(HearthError):
    """A device cannot be paired or found."""

    code = "device_invalid"


@dataclass(frozen=True, slots=True)
class Device:
    """Who asks."""

    id: str
    name: str
    scopes: frozenset[str]
    kind: str = ""
    """`shortcut`, `mac`, or nothing: a program."""


def hash_token(token: str) -> str:
    """SHA-256 in hex; enough, since tokens are 256 random bits and not passwords."""
    return hashlib.sha256(token.encode()).hexdigest()


class Devices:
    """The paired devices."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._trusted: OrderedDict[str, tuple[float, Device]] = OrderedDict()
        self._shortcuts: dict[str, str] = {}

    async def pair(self, name: str, scopes: Sequence[str] = SCOPES, kind: str = "") -> tuple[Device, str]:
        """Make a device and its token; the token is shown this once.

        :raises DeviceError: the name is empty or taken by a device that is not revoked.
        """
        name = name.strip()
        if not name or len(name) > 100:
            raise DeviceError("A device needs a name of 1 to 100 characters", hint='Say --name "Anna\'s iPhone".')
        token = f"hb_{secrets.token_urlsafe(32)}"
        device = Device(new_id(), name, frozenset(scopes), kind)

        def add(session: Session) -> None:
            taken = select(DeviceRow.id).where(col(DeviceRow.name) == name, col(DeviceRow.revoked).is_(None))
            if session.exec(taken).first():
                raise DeviceError(
                    f"There is a device named '{name}'", hint="Choose another name, or revoke that one."
                )
            session.add(
                DeviceRow(
                    id=device.id,
                    name=name,
                    token_hash=hash_token(token),
                    scopes=sorted(device.scopes),
                    created=now(),
                    kind=kind,
                )
            )

        await self._store.write(add)
        return device, token

    async def internal(self, name: str, kind: str) -> Device:
        """The device of a part of the bridge itself, made the first time; it has no token that anyone knows.

        :raises StoreError: the store cannot be used.
        """

        def find(session: Session) -> DeviceRow:
            row = session.exec(select(DeviceRow).where(col(DeviceRow.kind) == kind)).first()
            if row is None:
                unused = hash_token(secrets.token_urlsafe(32))
                row = DeviceRow(id=new_id(), name=name, token_hash=unused, scopes=["ask"], created=now(), kind=kind)
                session.add(row)
            return row

        row = await self._store.write(find)
        return Device(row.id, row.name, frozenset(row.scopes), row.kind)

    async def revoke(self, name: str) -> None:
        """End a device's access.

        :raises DeviceError: there is no such device.
        """

        def end(session: Session) -> int:
            found = update(DeviceRow).where(col(DeviceRow.name) == name, col(DeviceRow.revoked).is_(None))
            return session.exec(found.values(revoked=now())).rowcount

        if not await self._store.write(end):
            raise DeviceError(f"There is no device named '{name}'", hint="`hearthbridge pair --list` shows them.")
        self._trusted.clear()

    async def all(self) -> list[DeviceRow]:
        """Every device, revoked ones too, oldest first."""

        def find(session: Session) -> list[DeviceRow]:
            return list(session.exec(select(DeviceRow).order_by(col(DeviceRow.created))))

        return await self._store.read(find)

    async def authenticate(self, token: str) -> Device:
        """The device of a token.

        :raises AuthError: unknown or revoked.
        """
        digest = hash_token(token)
        known = self._trusted.get(digest)
        if known is not None and time.monotonic() - known[0] < _TRUST_S:
            return known[1]
        device = await self._look_up(digest)
        self._trusted[digest] = (time.monotonic(), device)
        while len(self._trusted) > 1000:
            self._trusted.popitem(last=False)
        return device

    async def _look_up(self, digest: str) -> Device:
        def find(session: Session) -> DeviceRow | None:
            return session.exec(select(DeviceRow).where(col(DeviceRow.token_hash) == digest)).first()

        row = await self._store.read(find)
        if row is None:
            raise AuthError("This token is not known", hint="Pair the device: `hearthbridge pair --name NAME`.")
        if row.revoked is not None:
            raise AuthError(
                "This device's access was revoked", code="revoked_token", hint="Pair it again to let it back in."
            )
        if row.seen is None or now() - row.seen > _SEEN_EVERY:
            seen = update(DeviceRow).where(col(DeviceRow.id) == row.id).values(seen=now())
            self._store.note(lambda session: session.exec(seen))
        return Device(row.id, row.name, frozenset(row.scopes), row.kind)

    def note_shortcut(self, device: Device, tag: str) -> None:
        """Remember which shortcut a device uses: the bridge must go on working with old ones.

        A device that was paired with a bare token turns out to be a phone by it.
        """
        if self._shortcuts.get(device.id) == tag:
            return
        self._shortcuts[device.id] = tag
        used = update(DeviceRow).where(col(DeviceRow.id) == device.id).values(shortcut=tag)
        phone = update(DeviceRow).where(col(DeviceRow.id) == device.id, col(DeviceRow.kind) == "")
        self._store.note(lambda session: (session.exec(used), session.exec(phone.values(kind="shortcut"))))
