"""Contacts: "are any windows open?" is about the sensors on the windows too, not only about motorised ones."""

from typing import Any

from actions.home import Home

_CONTACTS = {
    "door": ("door",),
    "garage": ("garage_door",),
    "gate": ("opening",),
    "window": ("window",),
}
_STATES = {"open": "on", "closed": "off"}


def with_contacts(arguments: dict[str, Any], home: Home) -> dict[str, Any]:
    """A question about covers of a kind, asked of the home's contact sensors of that kind as well.

    The templates know only covers here; in a home whose windows have sensors the answer would be a wrong "no".
    """
    kind, state = arguments.get("device_class"), arguments.get("state")
    contacts = _CONTACTS.get(kind, ()) if isinstance(kind, str) else ()
    if arguments.get("domain") != "cover" or "name" in arguments or state not in _STATES:
        return arguments
    kinds = {(entity.domain, entity.device_class) for entity in home.exposed}
    sensed = [contact for contact in contacts if ("binary_sensor", contact) in kinds]
    if not sensed:
        return arguments
    if ("cover", kind) not in kinds:
        return {**arguments, "domain": "binary_sensor", "device_class": _one(sensed), "state": _STATES[str(state)]}
    return {
        **arguments,
        "domain": ["cover", "binary_sensor"],
        "device_class": _one(list(dict.fromkeys([str(kind), *sensed]))),
        "state": [state, _STATES[str(state)]],
    }


def _one(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values
