"""What can go wrong between Home Assistant and the bridge.

BridgeError
  Unreachable   no answer, or not in time
  Unreadable    an answer that is none of the bridge's
  Refused       the bridge answered with an error
    Unauthorized  the token is not known, was revoked, or may not do this
"""


class BridgeError(Exception):
    """The bridge did not do what it was asked for; `str` is a sentence for a person."""

    key = "unreachable"
    """Under `exceptions` in strings.json."""


class Unreachable(BridgeError):
    """The bridge does not answer, or not in time; whether it does something is not known."""


class Unreadable(BridgeError):
    """Something else than a bridge answered, or one that this integration does not understand."""

    key = "unreadable"


class Refused(BridgeError):
    """The bridge said no, and why."""

    key = "refused"

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        """Keep the stable `code` and what to do next."""
        super().__init__(message)
        self.code = code
        self.hint = hint


class Unauthorized(Refused):
    """The token is not valid, or not any more."""

    key = "unauthorized"
