"""What a model or a program may say to each phone action."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, create_model, model_validator
from pydantic_core import PydanticCustomError

from actions.catalog.parameters import Arguments, Percent

Short = Annotated[str, Field(min_length=1, max_length=200)]
Long = Annotated[str, Field(min_length=1, max_length=2000)]


def _web(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\s\x00-\x1f]", value):
        # Other schemes would run apps, and shortcuts that the owner did not allow.
        raise PydanticCustomError("not_a_web_address", "it must be a web address that begins with https://")
    return value


def _local(value: str) -> str:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("not_a_time", "it must look like 2026-12-24T18:30") from None
    local = found if found.tzinfo is None else found.astimezone().replace(tzinfo=None)
    return local.isoformat(timespec="minutes")


def _clock(value: str) -> str:
    if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", value):
        raise PydanticCustomError("not_a_time", "it must look like 07:30")
    return value.zfill(5)


WebAddress = Annotated[str, Field(max_length=2000), AfterValidator(_web)]
LocalTime = Annotated[
    str, Field(max_length=40, description="Local time, such as 2026-12-24T18:30."), AfterValidator(_local)
]
ClockTime = Annotated[
    str, Field(max_length=5, description='24-hour clock, such as "07:30".'), AfterValidator(_clock)
]


class Url(Arguments):
    """A page to open."""

    url: WebAddress = Field(description="Web address, https or http.")


class Words(Arguments):
    """A text."""

    text: Long


class Level(Arguments):
    """How much."""

    percent: Percent = Field(description="Percent, 0 to 100.")


class Switch(Arguments):
    """On or off."""

    on: bool


class Focus(Arguments):
    """Which Focus."""

    mode: Literal["do_not_disturb", "work", "personal", "sleep"] = "do_not_disturb"
    on: bool


class Appearance(Arguments):
    """How the screen looks."""

    mode: Literal["dark", "light"]


class Playback(Arguments):
    """What to do with what is playing."""

    mode: Literal["play", "pause", "toggle"] = "toggle"


class Duration(Arguments):
    """How long."""

    hours: Annotated[int, Field(ge=0, le=24)] | None = None
    minutes: Annotated[int, Field(ge=0, le=1440)] | None = None
    seconds: Annotated[int, Field(ge=0, le=86_400)] | None = None

    @property
    def total(self) -> int:
        """In seconds."""
        return (self.hours or 0) * 3600 + (self.minutes or 0) * 60 + (self.seconds or 0)

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if not 1 <= self.total <= 86_400:
            raise PydanticCustomError("no_duration", "a timer runs for 1 second to 24 hours")
        return self


class Alarm(Arguments):
    """When to ring, within the next 24 hours."""

    time: ClockTime
    label: Short | None = None


class Reminder(Arguments):
    """What to be reminded of."""

    title: Short
    due: LocalTime | None = None
    notes: Long | None = None


class Event(Arguments):
    """What to put into the calendar."""

    title: Short
    start: LocalTime
    end: LocalTime
    location: Short | None = None
    notes: Long | None = None

    @model_validator(mode="after")
    def _ends_later(self) -> Self:
        if self.end <= self.start:
            raise PydanticCustomError("ends_too_early", "the end must be after the start")
        return self


class Message(Arguments):
    """What to write to whom."""

    to: Short = Field(description="Telephone number or mail address.")
    text: Long


class Mail(Arguments):
    """What to mail to whom."""

    to: Short = Field(description="Mail address.")
    text: Long
    subject: Short | None = None


class Notice(Arguments):
    """What to show."""

    text: Long
    title: Short | None = None


class Question(Arguments):
    """What to ask the person who holds the phone."""

    prompt: Long


class Picture(Arguments):
    """What the picture is for."""

    request: Long = Field(description="What is to be done with the picture; it comes with this request.")


class Nothing(Arguments):
    """Takes nothing."""


def one_of(name: str, field: str, names: tuple[str, ...], description: str, **more: Any) -> type[Arguments]:
    """Arguments with one field that takes only these names."""
    chosen: Any = Annotated[Literal[names], Field(description=description)]
    return create_model(name, __base__=Arguments, **{field: (chosen, ...), **more})
