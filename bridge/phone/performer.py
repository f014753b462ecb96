"""Carrying out phone steps: into the reply where the phone itself asked, else into what the phone fetches."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from actions.action import Risk
from actions.plan import Step
from actions.receipt import Receipt, Status
from actions.text import same
from bridge.devices import PHONES
from bridge.exchange import Exchange
from bridge.phone.queue import PhoneQueue
from bridge.phone.side import PhoneSide
from bridge.reply import DeviceAction
from bridge.store import StoreError
from shortcuts.catalogue import PhoneCatalogue
from shortcuts.phone.action import PhoneAction

_MAC_KINDS = frozenset({"run_shortcut"})


class _Refusal(Exception):
    """It cannot be done there, or not now: a stable reason and a sentence."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Where:
    device: str
    name: str
    kind: str
    inline: bool


class PhonePerformer:
    """Hands the phone steps of one exchange over; their receipts stay "intended" until the phone reports."""

    def __init__(self, queue: PhoneQueue, catalogue: PhoneCatalogue, exchange: Exchange) -> None:
        self._queue = queue
        self._catalogue = catalogue
        self._exchange = exchange
        self.inline: list[DeviceAction] = []
        """For the reply."""
        self.queued: dict[str, list[str]] = {}
        """Kinds that wait to be fetched, by the phone's id: it should be woken."""
        self.names: dict[str, str] = {}

    @property
    def turn(self) -> str:
        """The turn that it is for."""
        return self._exchange.turn

    async def perform(self, step: Step, intended: Sequence[Receipt]) -> AsyncIterator[Receipt]:
        """See `actions.perform.Performer`."""
        receipt = intended[0]
        try:
            await self._hand_over(step, receipt)
        except _Refusal as refusal:
            yield _failed(receipt, refusal.reason, str(refusal))
        except StoreError as error:
            yield _failed(receipt, error.code, error.message)
        else:
            yield receipt

    async def _hand_over(self, step: Step, receipt: Receipt) -> None:
        wanted = self._catalogue[step.action.name]
        where = await self._where()
        self._check(wanted, where)
        # What somebody else asks for, and matters, the phone's own person is asked about too.
        confirm = f"{step.summary[0].upper()}{step.summary[1:]}?" if not where.inline and _matters(step) else None
        action = DeviceAction(id=receipt.id, kind=wanted.kind, args=wanted.args(step.arguments), confirm=confirm)
        rate = wanted.availability.rate
        if not await self._queue.add(self._exchange.turn, where.device, action, inline=where.inline, rate=rate):
            assert rate is not None  # noqa: S101  # nothing else is refused
            raise _Refusal("rate_limited", f"A phone does that {rate.count} times in {rate.seconds} s at most")
        if where.inline:
            self.inline.append(action)
        else:
            self.queued.setdefault(where.device, []).append(wanted.kind)
            self.names[where.device] = where.name

    async def _where(self) -> _Where:
        side, asker = self._exchange.phone, self._exchange.device
        here = _Where(asker.id, asker.name, "shortcut", inline=True)
        if side.target is None and side.performs:
            return here
        if side.target is None and asker.kind in PHONES:
            return _Where(asker.id, asker.name, asker.kind, inline=False)
        phones = await self._queue.phones()
        if not phones:
            raise _Refusal("no_phone", "No phone is paired; pair one with `hearthbridge pair`")
        if side.target is not None and same(side.target, asker.name) and side.performs:
            return here
        if "phone" not in asker.scopes:
            raise _Refusal("missing_scope", "This device may not use phones; pair it with the scope 'phone'")
        if side.target is not None:
            exactly = [phone for phone in phones if phone.name == side.target]
            phones = exactly or [phone for phone in phones if same(phone.name, side.target)]
            if not phones:
                raise _Refusal("unknown_device", f"There is no phone named '{side.target}'")
        else:
            phones = [phone for phone in phones if phone.kind in PHONES] or phones
        if len(phones) > 1:
            names = ", ".join(phone.name for phone in phones)
            raise _Refusal("which_phone", f"There are several phones, so say which with 'device': {names}")
        return _Where(phones[0].id, phones[0].name, phones[0].kind, inline=False)

    def _check(self, wanted: PhoneAction, where: _Where) -> None:
        works, side = wanted.availability, self._exchange.phone
        if where.inline:
            _check_now(wanted, side)
        elif where.kind == "mac" and wanted.kind not in _MAC_KINDS:
            raise _Refusal("not_on_mac", f"{where.name} is a Mac, which only runs your own shortcuts here")
        elif not works.pushed:
            raise _Refusal("not_pushed", "That works only when you ask on the phone itself")


def _check_now(wanted: PhoneAction, side: PhoneSide) -> None:
    works = wanted.availability
    if side.watch and not works.watch:
        raise _Refusal("not_on_watch", "A Watch cannot do that; ask on the phone")
    if side.homepod and not works.homepod:
        raise _Refusal("not_on_homepod", "That needs somebody who looks at the phone; ask on it")
    if side.locked and not works.locked:
        raise _Refusal("locked", "The phone is locked; unlock it and ask again")


def _matters(step: Step) -> bool:
    return step.risk in (Risk.SENSITIVE, Risk.FORBIDDEN)


def _failed(receipt: Receipt, reason: str, detail: str) -> Receipt:
    return receipt.model_copy(update={"status": Status.FAILED, "reason": reason, "detail": detail})
