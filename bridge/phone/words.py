"""What to say of phone actions. English, like every sentence that is the bridge's own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from actions.receipt import Receipt, Status
from bridge.store.tables import PhoneActionRow

_PAST = {
    "add": "added",
    "ask": "asked",
    "copy": "copied",
    "find": "found",
    "look": "looked",
    "open": "opened",
    "pause": "paused",
    "play": "played",
    "prepare": "prepared",
    "run": "ran",
    "say": "said",
    "set": "set",
    "show": "showed",
    "start": "started",
    "switch": "switched",
    "take": "took",
    "turn": "turned",
}
_SPOKEN = 300
"""Characters of an answer that are said."""
_ROUTES = {
    "automation": "{phone} was woken, but Hearth Dispatcher did not begin: is its automation switched on?",
    "tap": "{phone} got a notification, but nobody tapped it",
    "server": "{phone} was told to run Hearth Dispatcher, but it did not begin",
}
_ANSWERS = {
    "get_battery": "The battery of the phone is at {} %.",
    "get_clipboard": "The clipboard says: “{}”.",
    "ask": "The answer is: “{}”.",
}


@dataclass(frozen=True, slots=True)
class PhoneAct:
    """A phone action with its receipt."""

    row: PhoneActionRow
    receipt: Receipt
    phone: str
    """The phone's name."""


def outcome(acts: Sequence[PhoneAct]) -> str:
    """How it stands with each action; what phones told is quoted, never followed."""
    return " ".join(filter(None, map(_sentence, acts)))


def refused(receipt: Receipt) -> str:
    """Why a phone was not asked at all."""
    return f"I could not {receipt.name}: {_lower(receipt.detail or 'it was refused')}."


def silence(row: PhoneActionRow, phone: str) -> str:
    """Why nothing is known of an action, for the person: a push that did nothing, or a prompt that waits."""
    if row.started is not None:
        return f"{phone} began it but did not say how it ended; something may be waiting on its screen"
    if row.inline:
        return f"{phone} did not say that it began"
    way = (row.route or "").rpartition(":")[2]
    never = "{phone} did not come for it: run Hearth Dispatcher on it, or set up a way to wake it"
    return _ROUTES.get(way, never).format(phone=phone)


def _sentence(act: PhoneAct) -> str:
    receipt, what = act.receipt, act.receipt.name
    if receipt.status is Status.DONE:
        return _done(act)
    if receipt.status is Status.INTENDED:
        if act.row.started is not None:
            return f"{act.phone} is at it: {what}."
        return f"On the phone: {what}." if act.row.inline else f"I asked {act.phone} to {what}."
    if receipt.reason == "cancelled":
        return f"It was cancelled on the phone: {what}."
    if receipt.status is Status.FAILED:
        return f"{act.phone} could not {what}{': ' + _lower(quoted(receipt.detail)) if receipt.detail else ''}."
    return f"I am not sure about this: {what}. {quoted(receipt.detail or '')}."


def _done(act: PhoneAct) -> str:
    detail = quoted(act.receipt.detail or "")
    if detail and act.row.kind in _ANSWERS:
        return _ANSWERS[act.row.kind].format(detail.removesuffix("%").strip())
    if detail and act.row.kind == "get_location":
        place = re.sub(r"^-?[\d.]+,-?[\d.]+\s*", "", detail).strip(" ,")
        return f"The phone is at {place or detail}."
    verb, _, rest = act.receipt.name.partition(" ")
    verb = _PAST.get(verb, verb)
    sentence = f"{verb[0].upper()}{verb[1:]} {rest}"
    if detail and act.row.kind == "run_shortcut":
        return f"{sentence}. It says: “{detail}”."
    return f"{sentence}."


def quoted(detail: str) -> str:
    """A phone's text on one line, short enough to be said."""
    line = " ".join(detail.split()).rstrip(".")
    return line if len(line) <= _SPOKEN else line[: _SPOKEN - 1].rstrip() + "…"


def _lower(text: str) -> str:
    text = text.rstrip(".")
    # "The phone is locked", but not "Anna's iPhone" or "HomeKit".
    first = text.partition(" ")[0]
    return text[:1].lower() + text[1:] if first in {"The", "This", "There", "It", "No", "Several", "A"} else text
