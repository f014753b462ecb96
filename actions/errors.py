"""Every error this package raises on purpose.

    HearthError                 code, message, hint; the base of all
    ├── RegistryError           an action that cannot be registered (name taken, bad schema)
    ├── CatalogError            a user's file of own actions that cannot be read
    ├── CallRejected            a tool call that does not fit the registry; carries its problems
    ├── PayloadInvalid          what was sent is not in the shape of the vendor that it was said to be from
    └── HomeError               the home cannot be reached or refused
        ├── HomeUnreachable     not connected (yet)
        ├── HomeAuthFailed      the token was refused
        ├── HomeRefused         Home Assistant answered a call with an error
        └── HomeLost            the connection broke after the call went out: outcome unknown

`code` is stable and part of the HTTP contract; `message` is for a person; `hint` says what to do next.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from actions.validation import Problem


class HearthError(Exception):
    """Base of all errors: a stable code, a message for a person, and a hint what to do next."""

    code = "error"
    hint = ""

    def __init__(self, message: str, *, code: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code
        if hint is not None:
            self.hint = hint


class RegistryError(HearthError):
    """An action cannot be registered."""

    code = "registry_invalid"


class CatalogError(HearthError):
    """A file of own actions cannot be used."""

    code = "own_actions_invalid"


class CallRejected(HearthError):
    """A tool call does not fit the registry; `problems` say how to repair it."""

    code = "invalid_call"
    hint = "Correct the call as each problem's 'allowed' and 'nearest' say, and send it again."

    def __init__(self, problems: "Sequence[Problem]") -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = tuple(problems)


class PayloadInvalid(HearthError):
    """A payload is not in its vendor's shape; the hint shows what is expected."""

    code = "payload_invalid"


class HomeError(HearthError):
    """The home cannot be reached, or refused."""

    code = "home_error"


class HomeUnreachable(HomeError):
    """Home Assistant is not connected."""

    code = "home_unreachable"
    hint = "Check that Home Assistant runs and that its address is right; `hearthbridge doctor` tells more."


class HomeAuthFailed(HomeError):
    """Home Assistant refused the token."""

    code = "home_auth_failed"
    hint = "Make a new long-lived access token in your Home Assistant profile and set HEARTHBRIDGE_HOME__TOKEN."


class HomeRefused(HomeError):
    """Home Assistant answered the call with an error."""

    code = "home_refused"


class HomeLost(HomeError):
    """The connection broke after a call went out, so its outcome is not known."""

    code = "home_lost"
    hint = "Look at the device; the call may have been carried out."
