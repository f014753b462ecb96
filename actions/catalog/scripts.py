"""The scripts that the home exposes, each as an action with the script's own fields."""

from collections.abc import Iterator, Mapping
from typing import Any

from actions.action import NAME, Action, Risk
from actions.catalog.own import OwnAction, Parameter
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
        if isinstance(field, Mapping) and name.isidentifier() and not name.startswith(("_", "model_")):
            yield name, _parameter(field)


def _parameter(field: Mapping[str, Any]) -> Parameter:
    selector = field.get("selector") or {}
    description = str(field.get("description") or field.get("name") or "")
    required = bool(field.get("required"))
    number = selector.get("number")
    if number is not None:
        low, high = (number or {}).get("min"), (number or {}).get("max")
        return Parameter(type="number", description=description, required=required, minimum=low, maximum=high)
    if "boolean" in selector:
        return Parameter(type="boolean", description=description, required=required)
    return Parameter(description=description, required=required)
