"""What can become of asking one provider: something understood, or a stable code of why not."""

from dataclasses import dataclass, replace
from typing import TypeAlias

import httpx2
from pydantic_ai import exceptions as ai

from actions.call import ToolCall

_LASTING = frozenset({"wrong_key", "no_model", "quota"})
_TRANSIENT = frozenset({"rate_limited", "overloaded", "server_error", "unreachable", "broken_off"})
_NO_FAULT = frozenset(
    {
        "not_sure",
        "refused",
        "too_long",
        "rejected",
        "too_many_steps",
        "invalid_calls",
        "no_pictures",
        "store_unavailable",
    }
)
"""The provider answered, or was not asked."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A provider gave nothing that can be used."""

    code: str
    """not_sure, refused, rate_limited, too_slow, ...; stable, part of the record."""
    retry_after: float | None = None
    say: str = ""
    """What the model said of why it cannot be done."""

    @property
    def counts(self) -> bool:
        """Whether it is a failure of the provider."""
        return self.code not in _NO_FAULT and not self.code.endswith("_cap")

    @property
    def lasting(self) -> bool:
        """Whether waiting does not mend it."""
        return self.code in _LASTING

    @property
    def transient(self) -> bool:
        """Whether asking again soon may help."""
        return self.code in _TRANSIENT


@dataclass(frozen=True, slots=True)
class Acts:
    """Calls to carry out."""

    calls: tuple[ToolCall, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """Something to say."""

    text: str


@dataclass(frozen=True, slots=True)
class Asks:
    """Something to ask the person."""

    question: str
    options: tuple[str, ...] = ()


Outcome: TypeAlias = Acts | Answers | Asks | Failed

_CODES: tuple[tuple[type[Exception], str], ...] = (
    (ai.ModelRateLimitError, "rate_limited"),
    (ai.ModelQuotaExceededError, "quota"),
    (ai.ModelAuthenticationError, "wrong_key"),
    (ai.ModelNotFoundError, "no_model"),
    (ai.ModelContextWindowExceededError, "too_long"),
    (ai.ModelRequestRejectedError, "rejected"),
    (ai.ModelUnavailableError, "overloaded"),
    (ai.ModelServerError, "server_error"),
    (ai.ModelTimeoutError, "too_slow"),
    (ai.ModelRequestTimeout, "too_slow"),
    (ai.ContentFilterError, "refused"),
    (ai.UsageLimitExceeded, "too_many_steps"),
    (ai.OutputTokenLimitExceeded, "cut_off"),
    (ai.UnexpectedModelBehavior, "bad_answer"),
    (ai.ModelHTTPError, "server_error"),
    (ai.ModelAPIError, "bad_answer"),
    (TimeoutError, "too_slow"),
    (httpx2.TimeoutException, "too_slow"),
    (httpx2.HTTPError, "broken_off"),
)


def failure_of(error: Exception) -> Failed:
    """The code for what a library raised.

    What no vendor documents (a body that is no JSON breaks an SDK in its own ways) is a bad answer.
    """
    if isinstance(error, ai.ModelConnectionError) and not isinstance(error, ai.ModelTimeoutError):
        return Failed("unreachable" if error.phase in ("pool", "connect") else "broken_off")
    code = next((code for kind, code in _CODES if isinstance(error, kind)), "bad_answer")
    failed = Failed(code)
    if isinstance(error, ai.ModelAPIError):
        failed = replace(failed, retry_after=error.retry_after)
        # Google says of a wrong key that the argument is not valid.
        if code == "rejected" and "API key" in str(error.body):
            failed = replace(failed, code="wrong_key")
    return failed
