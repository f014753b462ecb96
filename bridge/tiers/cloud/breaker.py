"""A circuit breaker: a provider that fails is left alone for a while, then tried once.

The libraries for this count exceptions of a wrapped call; here it is the outcome that counts (a refusal is no
failure, a wrong key is one that waiting does not mend), so that nothing of theirs would be left.
"""

import time
from collections.abc import Callable

from bridge.tiers.cloud.outcome import Failed

_FAILURES = 3
"""In a row, before it opens."""
_PAUSE_S = 30.0
_LIMITED_S = 20.0
_BROKEN_S = 600.0
"""For what does not mend by waiting: a wrong key, a model that is not there, an empty account."""
_LONGEST_S = 3600.0


class Breaker:
    """Whether one provider may be asked."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._until = 0.0
        self.why = ""
        """What opened it."""

    @property
    def open(self) -> bool:
        """Whether it is to be left alone now."""
        return self._clock() < self._until

    def succeeded(self) -> None:
        """It answered, whatever it said."""
        self._failures, self._until, self.why = 0, 0.0, ""

    def failed(self, failed: Failed) -> None:
        """It did not answer."""
        if not failed.counts:
            return
        self._failures += 1
        if failed.lasting:
            self._open(_BROKEN_S, failed)
        elif failed.code == "rate_limited":
            self._open(failed.retry_after or _LIMITED_S, failed)
        elif self._failures >= _FAILURES:
            self._open(_PAUSE_S, failed)

    def _open(self, seconds: float, failed: Failed) -> None:
        self._until = self._clock() + min(seconds, _LONGEST_S)
        self.why = failed.code
        # Then one failure more is enough.
        self._failures = _FAILURES - 1
