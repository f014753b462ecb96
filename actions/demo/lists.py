"""What to-do lists do. The items are not in the state: they are asked for."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from actions.demo.device import Behaviour, Data, Device, Frames, to
from actions.errors import HomeRefused

Item = dict[str, Any]
_FEATURE_OF = {"due_date": 16, "due_datetime": 32, "description": 64}


def item(written: str | Mapping[str, Any]) -> Item:
    """A new item from its summary, or from what is known of it."""
    known = {"summary": written} if isinstance(written, str) else dict(written)
    return {"uid": str(uuid4()), "status": "needs_action", **known}


def _items(device: Device) -> list[Item]:
    found: list[Item] = device.keeps["items"]
    return found


def _add(device: Device, data: Data) -> Frames:
    return _hold(device, [*_items(device), item({"summary": data["item"], **_details(device, data)})])


def _update(device: Device, data: Data) -> Frames:
    found = _find(device, data["item"])
    changes = _details(device, data)
    if data.get("rename"):
        changes["summary"] = data["rename"]
    if data.get("status"):
        changes["status"] = data["status"]
    return _hold(device, [{**one, **changes} if one is found else one for one in _items(device)])


def _remove(device: Device, data: Data) -> Frames:
    wanted = [data["item"]] if isinstance(data["item"], str) else data["item"]
    gone = [_find(device, one)["uid"] for one in wanted]
    return _hold(device, [one for one in _items(device) if one["uid"] not in gone])


def _remove_completed(device: Device, _data: Data) -> Frames:
    return _hold(device, [one for one in _items(device) if one["status"] != "completed"])


def _hold(device: Device, items: list[Item]) -> Frames:
    device.keeps["items"] = items
    return to(str(sum(one["status"] == "needs_action" for one in items)))


def _find(device: Device, wanted: str) -> Item:
    for one in _items(device):
        if wanted in (one["uid"], one["summary"]):
            return one
    raise HomeRefused(f"Unable to find to-do list item: {wanted}")


def _details(device: Device, data: Data) -> Item:
    for key, feature in _FEATURE_OF.items():
        if key in data and not device.entity.features & feature:
            raise HomeRefused(f"Entity does not support setting field: {key}")
    given = {"due": data.get("due_date") or data.get("due_datetime"), "description": data.get("description")}
    return {key: value for key, value in given.items() if value is not None}


def _get(device: Device, data: Data) -> Mapping[str, Any]:
    wanted = data.get("status") or ("needs_action", "completed")
    return {"items": [dict(one) for one in _items(device) if one["status"] in wanted]}


LISTS: dict[str, Behaviour] = {
    "todo.add_item": _add,
    "todo.update_item": _update,
    "todo.remove_item": _remove,
    "todo.remove_completed_items": _remove_completed,
}

ANSWERS: dict[str, Callable[[Device, Data], Mapping[str, Any]]] = {"todo.get_items": _get}
"""Services that change nothing and answer."""
