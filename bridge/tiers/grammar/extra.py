"""Sentences of our own, added to those of Home Assistant."""

from collections.abc import Mapping
from typing import Any

_ENGLISH: dict[str, list[dict[str, Any]]] = {
    "HassGetState": [
        {
            "sentences": ["<is> [<the>] {name} {on_off_states:state}"],
            "requires_context": {"domain": ["media_player", "input_boolean", "climate", "humidifier", "siren"]},
            "response": "one_yesno",
        },
        {
            "sentences": [
                "(<what_is>|<how_is>) [the] [current] humidity <in> [<the>] {area}",
                "(<what_is>|<how_is>) [<the>] {area} [current] humidity",
            ],
            "slots": {"domain": "sensor", "device_class": "humidity"},
            "response": "default",
        },
    ],
    "HassClimateSetTemperature": [
        {
            "sentences": ["(<set>|heat|cool) [<the>] {area} to {temperature}([ ]°| degree[s])"],
            "response": "default",
        },
    ],
    "HassStartTimer": [
        {
            "sentences": [
                f"<timer_set> [a|an|the|my] {{timer_name:name}} timer for {{timer_{unit}s:{unit}s}}( |-){unit}[s]"
            ],
            "response": "default",
        }
        for unit in ("second", "minute", "hour")
    ],
    "HassVacuumReturnToBase": [
        {
            "sentences": ["(send|return|take) [<the>] {name} (home|back|[back] to [its|the] (base|dock|charger))"],
            "requires_context": {"domain": ["vacuum"]},
            "response": "default",
        },
    ],
    "HassTurnOn": [
        {
            "sentences": ["lock <all> (door|lock)[s] [<everywhere>]"],
            "slots": {"domain": "lock"},
            "response": "lock",
        },
        {
            "sentences": ["ring [<the>] {name}"],
            "requires_context": {"domain": ["button", "input_button"]},
            "response": "button",
        },
        {
            "sentences": [
                "<turn> on <all> <light> [<everywhere>]",
                "<turn> <all> <light> on [<everywhere>]",
                "<turn> on [<the>] <light> <everywhere>",
                "<turn> [<the>] <light> on <everywhere>",
            ],
            "slots": {"domain": "light"},
            "response": "light_all",
        },
        {
            "sentences": ["<turn> on <all> fan[s] [<everywhere>]", "<turn> <all> fan[s] on [<everywhere>]"],
            "slots": {"domain": "fan"},
            "response": "fan_all",
        },
        {
            "sentences": ["<open> <all> {cover_classes:device_class} [<everywhere>]"],
            "slots": {"domain": "cover"},
            "response": "cover_device_class",
        },
        {
            "sentences": ["(<turn> on|activate|run|start|execute) [<the>] {name} [script|routine]"],
            "requires_context": {"domain": ["script"]},
            "response": "script",
        },
    ],
    "HassTurnOff": [
        {
            "sentences": ["<turn> off <all> fan[s] [<everywhere>]", "<turn> <all> fan[s] off [<everywhere>]"],
            "slots": {"domain": "fan"},
            "response": "fan_all",
        },
        {
            "sentences": ["<close> <all> {cover_classes:device_class} [<everywhere>]"],
            "slots": {"domain": "cover"},
            "response": "cover_device_class",
        },
    ],
}
_ADDED = {"en": _ENGLISH}


def extend(language: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a language with our own sentences in it."""
    intents = dict(content["intents"])
    for name, blocks in _ADDED.get(language, {}).items():
        known = intents.get(name, {"data": []})
        own = [{"metadata": {"slot_combination": "own"}, **block} for block in blocks]
        intents[name] = {**known, "data": [*known["data"], *own]}
    return {**content, "intents": intents}
