"""The kinds of phone actions that the shortcuts know, with their arguments: for catalogue, bridge and generator.

Arguments are flat, since Shortcuts reads them key by key. Leave out what is not needed; texts, numbers, booleans.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]
Clock = Annotated[str, Field(pattern=r"([01]\d|2[0-3]):[0-5]\d")]


class Args(BaseModel):
    """Base: the `args` of a device action."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Nothing(Args):
    """No arguments."""


class RunShortcut(Args):
    """One of the person's own shortcuts."""

    name: str = Field(min_length=1)
    input: str = ""


class OpenApp(Args):
    """An app, through an address that it answers to: Open App itself takes no variable that is known to work."""

    name: str
    url: str = Field(description='Such as "music://" or "maps://".')


class OpenUrl(Args):
    """An address."""

    url: str


class Words(Args):
    """A text."""

    text: str


class Level(Args):
    """Brightness or volume."""

    level: Share


class Switch(Args):
    """On or off."""

    on: bool


class Focus(Args):
    """A Focus that every phone has; one's own cannot be named from outside."""

    mode: Literal["do_not_disturb", "work", "personal", "sleep"]
    on: bool


class Appearance(Args):
    """Dark or light."""

    mode: Literal["dark", "light"]


class Playback(Args):
    """What is playing."""

    mode: Literal["play", "pause", "toggle"]


class Timer(Args):
    """A timer."""

    seconds: int = Field(ge=1, le=86_400)


class Alarm(Args):
    """An alarm within the next 24 hours."""

    time: Clock
    label: str = ""


class Reminder(Args):
    """A reminder; `due` as ISO 8601 local time, or nothing."""

    title: str
    notes: str = ""
    due: str = ""


class Event(Args):
    """A calendar event; times as ISO 8601 local time."""

    title: str
    start: str
    end: str
    location: str = ""
    notes: str = ""


class Message(Args):
    """A message to a number or an address."""

    to: str
    text: str


class Mail(Args):
    """A mail."""

    to: str
    subject: str = ""
    text: str


class Notice(Args):
    """A notification."""

    title: str = ""
    text: str


class Question(Args):
    """Something to ask the person; the answer is the result's `detail`."""

    prompt: str


class Picture(Args):
    """A picture to take; it comes with the next request of the turn, whose text is `request`."""

    request: str


@dataclass(frozen=True, slots=True)
class PhoneKind:
    """One kind of phone action, as the shortcuts carry it out."""

    args: type[Args]
    answers: str | None = None
    """What the result's `detail` holds."""
    may_stop: bool = True
    """It may prompt, be cancelled, be denied or fail, and then the shortcut ends: *started* is posted before it."""
    unlocked: bool = False
    """The phone asks to be unlocked first."""
    pushed: bool = True
    """The dispatcher does it too."""

    @property
    def modes(self) -> tuple[str, ...]:
        """What `mode` may be; one empty text where there is none."""
        field = self.args.model_fields.get("mode")
        return get_args(field.annotation) if field else ("",)


KINDS: Mapping[str, PhoneKind] = {
    "run_shortcut": PhoneKind(RunShortcut, answers="the shortcut's result, as text"),
    "open_app": PhoneKind(OpenApp, unlocked=True),
    "open_url": PhoneKind(OpenUrl, unlocked=True),
    "set_clipboard": PhoneKind(Words, may_stop=False),
    "get_clipboard": PhoneKind(Nothing, answers="the clipboard's text", unlocked=True),
    "set_brightness": PhoneKind(Level, may_stop=False),
    "set_volume": PhoneKind(Level, may_stop=False),
    "set_focus": PhoneKind(Focus),
    "flashlight": PhoneKind(Switch, may_stop=False),
    "low_power": PhoneKind(Switch, may_stop=False),
    "appearance": PhoneKind(Appearance, may_stop=False),
    "timer": PhoneKind(Timer),
    "alarm": PhoneKind(Alarm),
    "reminder": PhoneKind(Reminder),
    "event": PhoneKind(Event),
    "message": PhoneKind(Message, unlocked=True),
    "mail": PhoneKind(Mail, unlocked=True),
    "media_play_pause": PhoneKind(Playback, may_stop=False),
    "get_location": PhoneKind(Nothing, answers='"latitude,longitude street, city"'),
    "get_battery": PhoneKind(Nothing, answers="percent, as a number", may_stop=False),
    "take_photo": PhoneKind(Picture, answers='"sent with the next request"', unlocked=True, pushed=False),
    "take_screenshot": PhoneKind(Picture, answers='"sent with the next request"', unlocked=True, pushed=False),
    "say": PhoneKind(Words, may_stop=False),
    "notify": PhoneKind(Notice),
    "ask": PhoneKind(Question, answers="what the person said"),
}
"""Every kind, by the name in `DeviceAction.kind`."""


def marks(*, pushed_only: bool = False, quiet_only: bool = False) -> tuple[str, ...]:
    """`kind:mode` of every case that a shortcut tells apart; the mode is empty for most."""
    return tuple(
        f"{name}:{mode}"
        for name, kind in KINDS.items()
        for mode in kind.modes
        if (kind.pushed or not pushed_only) and not (quiet_only and kind.may_stop)
    )
