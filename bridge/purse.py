"""The purse: what models have cost today and this month, and the caps that hold whatever happens."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum

from bridge.settings import CloudSettings


class Cap(StrEnum):
    """Which limit is reached."""

    DAY = "day_cap"
    MONTH = "month_cap"
    DEVICE = "device_cap"


CAP_WORDS = {
    Cap.DAY: "today's money for cloud models is spent",
    Cap.MONTH: "this month's money for cloud models is spent",
    Cap.DEVICE: "this device's money for cloud models is spent for today",
}


def _here() -> datetime:
    return datetime.now().astimezone()


class Purse:
    """Counts what was spent. What is on its way counts in full until its cost is known, so that a cap is never
    overrun by requests that run at once.
    """

    def __init__(self, caps: CloudSettings, clock: Callable[[], datetime] = _here) -> None:
        self._caps = caps
        self._clock = clock
        self._spent: defaultdict[tuple[str, ...], float] = defaultdict(float)

    def restore(self, paid: Iterable[tuple[datetime, str, float]]) -> None:
        """Count what was paid before a restart: when, for which device, how much."""
        self._spent.clear()
        for at, device, usd in paid:
            self.add(device, usd, at.astimezone())

    def add(self, device: str, usd: float, at: datetime | None = None) -> None:
        """Count a cost; a negative one gives back what was held too much."""
        for key in _keys(at or self._clock(), device):
            self._spent[key] += usd

    def reached(self, device: str, more: float = 0.0) -> Cap | None:
        """The cap that spending `more` USD would overrun, or that is reached already."""
        day, month, of_device = (self._spent[key] for key in _keys(self._clock(), device))
        checks = (
            (Cap.DEVICE, of_device, self._caps.device_day_usd),
            (Cap.DAY, day, self._caps.day_usd),
            (Cap.MONTH, month, self._caps.month_usd),
        )
        for cap, spent, most in checks:
            if most is not None and (spent + more > most or (not more and spent >= most)):
                return cap
        return None

    @property
    def today(self) -> float:
        """USD spent today."""
        return self._spent[_keys(self._clock(), "")[0]]

    @property
    def this_month(self) -> float:
        """USD spent this month."""
        return self._spent[_keys(self._clock(), "")[1]]


def _keys(at: datetime, device: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    day = at.strftime("%Y-%m-%d")
    return (day,), (at.strftime("%Y-%m"),), (day, device)
