"""Where a phone action works, and how often."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` in `seconds`; past that the phone makes each one wait longer."""

    count: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Availability:
    """Where it works. From Apple's documentation and the engine's data; not tried on a device."""

    locked: bool = True
    """On a locked phone."""
    watch: bool = False
    """On a Watch, by itself."""
    homepod: bool = False
    """Asked of a HomePod, which has it done by the phone: nobody may be looking at that."""
    prompts: bool = False
    """The phone asks the person for something each time: a sheet, a permission, an answer."""
    rate: Rate | None = None
    pushed: bool = True
    """It can be sent to a phone that asked for nothing."""


EVERYWHERE = Availability(watch=True, homepod=True)
PHONE = Availability(homepod=True)
LOOKED_AT = Availability(locked=False, prompts=True)
