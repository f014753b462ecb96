"""Labels: the closed sets that the model's heads choose from."""

from collections.abc import Mapping
from enum import StrEnum

INTENTS = (
    "HassTurnOn", "HassTurnOff", "HassToggle", "HassLightSet", "HassClimateSetTemperature", "HassClimateSetFanMode",
    "HassSetPosition", "HassStopMoving", "HassFanSetSpeed", "HassHumidifierSetpoint", "HassHumidifierMode",
    "HassSetVolume", "HassSetVolumeRelative", "HassMediaPause", "HassMediaUnpause", "HassMediaNext",
    "HassMediaPrevious", "HassMediaPlayerMute", "HassMediaPlayerUnmute", "HassMediaSearchAndPlay",
    "HassVacuumStart", "HassVacuumReturnToBase", "HassVacuumCleanArea", "HassLawnMowerStartMowing",
    "HassLawnMowerDock", "HassListAddItem", "HassListCompleteItem", "HassListRemoveItem", "HassBroadcast",
    "HassStartTimer", "HassCancelTimer", "HassCancelAllTimers", "HassIncreaseTimer", "HassDecreaseTimer",
    "HassPauseTimer", "HassUnpauseTimer", "HassTimerStatus", "HassGetState", "HassClimateGetTemperature",
    "HassGetWeather", "HassGetCurrentDate", "HassGetCurrentTime", "HassNevermind",
)  # fmt: skip


SHOPPING: Mapping[str, str] = {
    "HassShoppingListAddItem": "HassListAddItem",
    "HassShoppingListCompleteItem": "HassListCompleteItem",
}
"""Intents of the shopping list, which the model knows as those of any list, without a name."""


class Reject(StrEnum):
    """Why nothing is to be called for a clause."""

    MISSING = "missing"
    """The home lacks it, or assistants may not see it."""
    CANNOT = "cannot"
    """It is there, and cannot do that."""
    ELSEWHERE = "elsewhere"
    """Not meant for the home: chat, overheard, another app's."""
    UNCLEAR = "unclear"
    """A fragment, or not to be done now."""


ACTIONS = (*INTENTS, *Reject)
"""The classes of the action head; own actions are pointed at."""
REASONS: Mapping[str, Reject] = {
    "missing_name": Reject.MISSING, "missing_area": Reject.MISSING, "wrong_area": Reject.MISSING,
    "hidden": Reject.MISSING, "none_here": Reject.MISSING, "missing_device": Reject.MISSING,
    "cannot": Reject.CANNOT, "wrong_kind": Reject.CANNOT, "out_of_range": Reject.CANNOT,
    "unknown_option": Reject.CANNOT, "chat": Reject.ELSEWHERE, "overheard": Reject.ELSEWHERE,
    "other_app": Reject.ELSEWHERE, "unsafe": Reject.ELSEWHERE, "unclear": Reject.UNCLEAR,
    "fragment": Reject.UNCLEAR, "not_now": Reject.UNCLEAR,
}  # fmt: skip
"""The reasons of the training data."""

NOUNS = (
    "", "light", "switch", "fan", "cover", "lock", "media_player", "climate", "valve", "vacuum", "lawn_mower",
    "sensor", "binary_sensor", "person", "weather", "todo", "scene", "script", "humidifier", "input_boolean",
    "siren", "water_heater", "automation", "button", "remote",
    "cover/awning", "cover/blind", "cover/curtain", "cover/damper", "cover/door", "cover/garage", "cover/gate",
    "cover/shade", "cover/shutter", "cover/window", "media_player/tv", "media_player/speaker",
    "media_player/receiver", "switch/outlet", "binary_sensor/battery", "binary_sensor/door",
    "binary_sensor/garage_door", "binary_sensor/gas", "binary_sensor/lock", "binary_sensor/moisture",
    "binary_sensor/motion", "binary_sensor/occupancy", "binary_sensor/opening", "binary_sensor/presence",
    "binary_sensor/smoke", "binary_sensor/window", "binary_sensor/problem", "binary_sensor/connectivity",
    "binary_sensor/carbon_monoxide", "binary_sensor/cold", "binary_sensor/heat", "binary_sensor/light",
    "binary_sensor/plug", "binary_sensor/power", "binary_sensor/running", "binary_sensor/safety",
    "binary_sensor/sound", "binary_sensor/tamper", "binary_sensor/update", "binary_sensor/vibration",
    "binary_sensor/battery_charging", "binary_sensor/moving", "sensor/battery", "sensor/energy",
    "sensor/humidity", "sensor/moisture", "sensor/power", "sensor/temperature", "sensor/illuminance",
)  # fmt: skip
"""Kinds of thing that are meant where none is named: domain, or domain/device class."""

STATES = (
    "", "on", "off", "open", "closed", "opening", "closing", "locked", "unlocked", "home", "not_home", "playing",
    "paused", "idle", "cleaning", "docked", "mowing", "auto", "low", "medium", "high", "dry", "wet",
)  # fmt: skip
"""What is asked for, and what a mode is set to."""


class Step(StrEnum):
    """How a level is meant, beside a number."""

    SET = ""
    UP = "+"
    DOWN = "-"
    UP_SOME = "+some"
    DOWN_SOME = "-some"
    UP_LITTLE = "+little"
    DOWN_LITTLE = "-little"
    UP_LOT = "+lot"
    DOWN_LOT = "-lot"
    LOWEST = "lowest"
    HIGHEST = "highest"
    HALF = "half"


STEPS = tuple(Step)
TEXTS = ("", "item", "message", "name", "search_query", "conversation_command", "value")
"""Slots that take words as they are said; `name` is a timer's, `value` any text of an own action."""
LEVELS: Mapping[str, tuple[str, ...]] = {
    "HassLightSet": ("brightness",), "HassSetPosition": ("position",), "HassFanSetSpeed": ("percentage",),
    "HassSetVolume": ("volume_level",), "HassSetVolumeRelative": ("volume",),
    "HassClimateSetTemperature": ("temperature",), "HassHumidifierSetpoint": ("humidity",),
}  # fmt: skip
"""The slot of each intent that takes a level."""
USUAL: Mapping[str, int] = {"temperature": 2}
USUAL_STEP = 20
"""By how much something changes that is said to change some: percent, but 2 degrees."""
