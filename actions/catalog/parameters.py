"""The arguments of the home intents, named as Home Assistant does; signed `<slot>_step` for relative changes."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from actions.colours import NAMES, is_colour
from actions.text import nearest

Name = Annotated[str, Field(min_length=1, max_length=200)]
Percent = Annotated[int, Field(ge=0, le=100)]
Step = Annotated[int, Field(ge=-100, le=100)]


def _colour(value: str) -> str:
    if not is_colour(value):
        raise PydanticCustomError(
            "unknown_colour",
            "'{value}' is not a colour name; nearest: {nearest}",
            {"value": value, "nearest": ", ".join(nearest(value, NAMES)) or "none"},
        )
    return value.casefold().replace(" ", "")


class Arguments(BaseModel):
    """Base of all arguments: what is not declared is refused, so that a slip is seen and not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, coerce_numbers_to_str=True)


class Place(Arguments):
    """Where: a device by name, a room, or a floor."""

    name: Name | None = Field(None, description="Name of the device as people call it, or its entity id.")
    area: Name | None = Field(None, description="Room that the devices are in.")
    floor: Name | None = Field(None, description="Floor that the devices are on.")


class Targets(Place):
    """Which devices. A kind of device alone never means the whole home: say name "all" for that."""

    name: Name | None = Field(
        None, description='Name of the device, or its entity id; "all" with a domain for the whole home.'
    )
    domain: Name | list[Name] | None = Field(None, description='Kind of device: "light", "cover", "fan", ...')
    device_class: Name | list[Name] | None = Field(
        None, description='Finer kind: "blind", "garage", "outlet", "temperature", ...'
    )


class NoArguments(Arguments):
    """Takes nothing."""


class LightSet(Targets):
    """How a light should be."""

    brightness: Percent | None = Field(None, description="Percent, 0 to 100.")
    brightness_step: Step | None = Field(None, description="Percent brighter (+) or darker (-) than now.")
    color: Annotated[str, AfterValidator(_colour)] | None = Field(
        None, description='English CSS colour name: "red", "warmwhite" is no colour: use temperature.'
    )
    temperature: Annotated[int, Field(ge=1000, le=10000)] | None = Field(
        None, description="Colour temperature in kelvin; 2700 is warm white, 6500 daylight."
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        wanted = (self.brightness, self.brightness_step, self.color, self.temperature)
        if all(value is None for value in wanted):
            raise ValueError("give brightness, brightness_step, color or temperature")
        if self.brightness is not None and self.brightness_step is not None:
            raise ValueError("give brightness or brightness_step, not both")
        if self.color is not None and self.temperature is not None:
            raise ValueError("give color or temperature, not both")
        return self


class ClimateSet(Place):
    """A room's wanted temperature, in the home's unit."""

    temperature: Annotated[float, Field(ge=-50, le=150)] | None = Field(None, description="In the home's unit.")
    temperature_step: Annotated[float, Field(ge=-20, le=20)] | None = Field(
        None, description="Degrees warmer (+) or cooler (-) than the setpoint now."
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.temperature is None) == (self.temperature_step is None):
            raise ValueError("give either temperature or temperature_step")
        return self


class FanMode(Place):
    """A climate device's fan."""

    fan_mode: Name = Field(description='One of the device\'s fan modes, such as "auto", "low", "high".')


class Position(Targets):
    """How far open; 100 is open."""

    position: Percent | None = Field(None, description="Percent open: 0 closed, 100 open.")
    position_step: Step | None = Field(None, description="Percent more open (+) or closed (-) than now.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.position is None) == (self.position_step is None):
            raise ValueError("give either position or position_step")
        return self


class FanSpeed(Place):
    """A fan's speed."""

    percentage: Percent | None = Field(None, description="Percent, 0 is off.")
    percentage_step: Step | None = Field(None, description="Percent faster (+) or slower (-) than now.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.percentage is None) == (self.percentage_step is None):
            raise ValueError("give either percentage or percentage_step")
        return self


class Volume(Place):
    """A media player's volume."""

    volume_level: Percent = Field(description="Percent, 0 to 100.")


class VolumeStep(Place):
    """A change of volume."""

    volume_step: Literal["up", "down"] | Step = Field(description='"up", "down", or percent with its sign.')


class HumiditySet(Place):
    """A humidifier's wanted humidity."""

    humidity: Percent = Field(description="Percent, 0 to 100.")


class HumidifierMode(Place):
    """A humidifier's mode."""

    mode: Name = Field(description='One of the device\'s modes, such as "auto", "sleep", "eco".')


MediaClass = Literal["artist", "album", "track", "playlist", "podcast", "movie", "tv_show"]


class MediaSearch(Place):
    """Something to play."""

    search_query: Annotated[str, Field(min_length=1, max_length=500)] = Field(
        description="What to look for, as it was said."
    )
    media_class: MediaClass | None = Field(None, description="What kind of thing it is, if that was said.")


class CleanArea(Arguments):
    """A room for the vacuum."""

    area: Name = Field(description="Room to clean.")
    name: Name | None = Field(None, description="Name of the vacuum, if there are several.")


class Item(Arguments):
    """An entry of the shopping list."""

    item: Annotated[str, Field(min_length=1, max_length=500)] = Field(description="The entry, as it was said.")


class ListItem(Item):
    """An entry of a list."""

    name: Name = Field(description="Name of the list.")


class StateQuestion(Targets):
    """What to look up."""

    state: Name | list[Name] | None = Field(
        None, description='State asked about: "on", "open", "locked", ...; left out: tell the state.'
    )


class Message(Arguments):
    """Something to announce."""

    message: Annotated[str, Field(min_length=1, max_length=1000)] = Field(description="What to announce.")


class Duration(Arguments):
    """A length of time and the timer's name."""

    hours: Annotated[int, Field(ge=0, le=100)] | None = None
    minutes: Annotated[int, Field(ge=0, le=1000)] | None = None
    seconds: Annotated[int, Field(ge=0, le=10000)] | None = None
    name: Name | None = Field(None, description="Name of the timer.")

    @property
    def total(self) -> int:
        """Seconds in all."""
        return (self.hours or 0) * 3600 + (self.minutes or 0) * 60 + (self.seconds or 0)

    @model_validator(mode="after")
    def _positive(self) -> Self:
        if self.total <= 0:
            raise ValueError("give hours, minutes or seconds")
        return self


class WhichTimer(Arguments):
    """Which timer: by name or by the time that it was started with; none given means the only one."""

    name: Name | None = Field(None, description="Name of the timer.")
    start_hours: Annotated[int, Field(ge=0, le=100)] | None = None
    start_minutes: Annotated[int, Field(ge=0, le=1000)] | None = None
    start_seconds: Annotated[int, Field(ge=0, le=10000)] | None = None
    area: Name | None = Field(None, description="Room that the timer was started in.")

    @property
    def started_with(self) -> int | None:
        """Seconds that the wanted timer was started with, if said."""
        parts = (self.start_hours, self.start_minutes, self.start_seconds)
        if all(part is None for part in parts):
            return None
        hours, minutes, seconds = (part or 0 for part in parts)
        return hours * 3600 + minutes * 60 + seconds


class TimerChange(WhichTimer, Duration):
    """Which timer, and by how much."""
