"""The scripts that the home exposes, each as an action with the script's own fields."""

from collections.abc import Iterator, Mapping
from typing import Any

from actions.action import NAME, Action, Risk
from actions.catalog.own import ARGUMENT_NAME, OwnAction, Parameter
from actions.home import Entity, Home


def script_actions(home: Home) -> Iterator[Action]:
    """An action for each exposed script; its risk is judged by what it does, when it is planned."""
    services = home.services.get("script", {})
    for entity in home.exposed:
        name = entity.id
        if entity.domain == "script" and NAME.fullmatch(name) and len(name) <= 64:
            described = services.get(name.partition(".")[2], {})
            yield _action(entity, described)


def _action(entity: Entity, described: Mapping[str, Any]) -> Action:
    words = str(described.get("description") or "").strip()
    return OwnAction(
        name=entity.id,
        description=f"{entity.name}. {words}".strip() if words else f"Runs the script {entity.name}.",
        service=entity.id,
        parameters=dict(_parameters(described.get("fields") or {})),
        examples=[f"run {entity.name}"],
        risk=Risk.REVERSIBLE,
    ).action()


def _parameters(fields: Mapping[str, Any]) -> Iterator[tuple[str, Parameter]]:
    for name, field in fields.items():
        if isinstance(field, Mapping) and ARGUMENT_NAME.fullmatch(name):
            yield name, _parameter(field)


def _parameter(field: Mapping[str, Any]) -> Parameter:
    selector = field.get("selector")
    selector = selector if isinstance(selector, Mapping) else {}
    common: dict[str, Any] = {
        "description": str(field.get("description") or field.get("name") or ""),
        "required": bool(field.get("required")),
    }
    if "number" in selector:
        limits = selector["number"] or {}
        low, high = _number(limits.get("min")), _number(limits.get("max"))
        return Parameter(type="number", minimum=low, maximum=high, **common)
    if "boolean" in selector:
        return Parameter(type="boolean", **common)
    return Parameter(**common)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None
