"""What a request says about the phone that it comes from, or is for."""

import re
from dataclasses import dataclass

HEADER = "X-Hearthbridge-Shortcut"
_TAG = re.compile(r"(?P<name>[^/\x00-\x1f]{1,60})/(?P<version>\d{1,6}(\.\d{1,6}){0,2})")
_PERFORM_NOTHING = frozenset({"minimal", "setup"})
"""Shortcuts of ours that do no phone actions."""
_WATCH = re.compile(r"\bwatch(os)?\b", re.IGNORECASE)
_HOMEPOD = re.compile(r"\b(homepod|audioos)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PhoneSide:
    """Where phone actions of one request go."""

    shortcut: str | None = None
    """`NAME/VERSION` of the shortcut that asked."""
    locked: bool = False
    watch: bool = False
    homepod: bool = False
    target: str | None = None
    """Name of the device that a program wants them done on."""

    @property
    def performs(self) -> bool:
        """Whether the caller itself does what the reply's `device_actions` say."""
        return self.shortcut is not None and self.shortcut.partition("/")[0].casefold() not in _PERFORM_NOTHING


NO_PHONE = PhoneSide()
"""A caller that is no phone."""


def tag_of(header: str | None) -> str | None:
    """The header's value, where it is `NAME/VERSION`; None for anything else."""
    found = _TAG.fullmatch(header.strip()) if header else None
    return found.group() if found else None


def is_watch(*said: str | None) -> bool:
    """Whether a device's name or system is a Watch's."""
    return any(_WATCH.search(one) for one in said if one)


def is_homepod(*said: str | None) -> bool:
    """Whether a device's name or system is a HomePod's."""
    return any(_HOMEPOD.search(one) for one in said if one)
