"""Device: one thing of the demo home, and the frames in which it changes."""

from asyncio import Handle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from actions.errors import HomeRefused
from actions.home import Entity, State

ABSENT = object()
"""As the value of an attribute in a frame: the attribute goes away."""


class Frame(NamedTuple):
    """One moment of a change: what a device comes to show, some time after the call."""

    state: str | None = None
    """None: as it was, and a movement under way goes on."""
    attributes: Mapping[str, Any] = {}
    """Those that change."""
    after: float = 0
    """Seconds since the frame before, at pace 1."""


Frames = tuple[Frame, ...]
Data = Mapping[str, Any]

LASTING = frozenset(
    {
        "available_modes",
        "device_class",
        "fan_modes",
        "fan_speed_list",
        "friendly_name",
        "hvac_modes",
        "max_color_temp_kelvin",
        "max_humidity",
        "max_temp",
        "min_color_temp_kelvin",
        "min_humidity",
        "min_temp",
        "preset_modes",
        "source_list",
        "state_class",
        "supported_color_modes",
        "supported_features",
        "target_temp_step",
        "unit_of_measurement",
    }
)
"""Attributes that an entity keeps while it is unavailable."""


@dataclass(slots=True, eq=False)
class Device:
    """A thing as it really is; the home hears of it a moment later."""

    entity: Entity
    now: State
    keeps: dict[str, Any] = field(default_factory=dict)
    """What it holds without showing it: tracks, list items, the brightness of a light that is off."""
    written: int = 0
    """How often it changed, so that late news is not mistaken for the latest."""
    motion: Handle | None = None
    hidden: State | None = None
    """What it was before it became unavailable."""

    def get(self, attribute: str) -> Any:
        """An attribute as it is, or None."""
        return self.now.attributes.get(attribute)

    def become(self, state: str | None, attributes: Mapping[str, Any]) -> bool:
        """Change; False when all was so already, which Home Assistant reports to nobody."""
        merged = {k: v for k, v in {**self.now.attributes, **attributes}.items() if v is not ABSENT}
        state = self.now.state if state is None else state
        if state == self.now.state and merged == self.now.attributes:
            return False
        self.now = State(state, merged, datetime.now(UTC))
        self.written += 1
        return True

    def vanish(self) -> None:
        """Become unavailable: only what the device can do stays to be seen."""
        if self.now.available:
            self.hidden = self.now
        self.become("unavailable", {key: ABSENT for key in self.now.attributes if key not in LASTING})

    def come_back(self) -> None:
        """Be as before it became unavailable, if it did."""
        if self.hidden is not None:
            self.become(self.hidden.state, self.hidden.attributes)
            self.hidden = None

    def halt(self) -> None:
        """End a movement where it is."""
        if self.motion is not None:
            self.motion.cancel()
            self.motion = None


Behaviour = Callable[[Device, Data], Frames]
"""How a device answers a service call: the frames it goes through.

:raises HomeRefused: the device cannot do that.
"""


def to(state: str | None = None, **attributes: Any) -> Frames:
    """A change that is done at once."""
    return (Frame(state, attributes),)


def becomes(state: str) -> Behaviour:
    """A behaviour that always ends in one state."""
    frames = to(state)
    return lambda _device, _data: frames


def by_way_of(passing: str, state: str, seconds: float) -> Behaviour:
    """A behaviour that shows a passing state for a while; nothing when it is there already."""
    frames = (Frame(passing), Frame(state, after=seconds))
    return lambda device, _data: () if device.now.state == state else frames


def toggled(on: Behaviour, off: Behaviour, *, idle: tuple[str, ...] = ("off",)) -> Behaviour:
    """A behaviour that does `on` to a device that is idle, and `off` to any other."""
    return lambda device, data: on(device, data) if device.now.state in idle else off(device, {})


def one_of(device: Device, attribute: str, value: str) -> str:
    """The value, when the device lists it.

    :raises HomeRefused: it does not.
    """
    allowed = device.get(attribute) or ()
    if value not in allowed:
        raise HomeRefused(f"{value} is not valid for {device.entity.id}. Valid are: {', '.join(allowed)}")
    return value


def timestamp() -> str:
    """This moment, as Home Assistant writes it into states."""
    return datetime.now(UTC).isoformat(timespec="microseconds")
