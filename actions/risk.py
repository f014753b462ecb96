"""How risky a resolved act is: by what it does, by its target, and by what a script or scene may do behind it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.action import Action, Risk
from actions.effects.switching import ENTRANCES
from actions.home import Entity, Home

_SENSITIVE = frozenset(
    {
        "lock.unlock",
        "lock.open",
        "alarm_control_panel.alarm_disarm",
        "cover.open_cover",
        "cover.toggle",
        "cover.set_cover_position",
        "homeassistant.restart",
        "homeassistant.stop",
    }
)
_ALWAYS = frozenset({"lock.unlock", "lock.open", "alarm_control_panel.alarm_disarm"})
_OPAQUE_DOMAINS = frozenset({"shell_command", "rest_command", "python_script", "hassio", "pyscript"})
"""Services whose effect cannot be told from their arguments."""
_DEEPEST = 8
"""Scripts that call scripts are followed this far; deeper ones count as sensitive."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the owner says of single entities and actions; raises or lowers the built-in risk."""

    entities: Mapping[str, Risk] = field(default_factory=dict)
    actions: Mapping[str, Risk] = field(default_factory=dict)

    def action(self, action: Action) -> Risk:
        """An action's risk under these rules."""
        return self.actions.get(action.name, action.risk)


def risk_of_target(entity: Entity, home: Home, rules: Rules) -> Risk:
    """The risk that lies in the target itself: the owner's word, or what a script or scene can reach."""
    if entity.id in rules.entities:
        return rules.entities[entity.id]
    if entity.domain == "script":
        return _of_script(entity.id, home, rules, 0)
    if entity.domain == "scene":
        return _of_scene(entity.id, home, rules)
    if entity.domain == "automation":
        return Risk.SENSITIVE
    return Risk.SAFE


def risk_of_service(service: str, targets: Iterable[str], home: Home, rules: Rules) -> Risk:
    """The risk of an own action's service on its targets."""
    if service.startswith("script.") and service not in _CONTROLS:
        return rules.entities.get(service) or _of_script(service, home, rules, 0)
    return _of_service(service, list(targets), home, rules, 0)


_CONTROLS = frozenset({"script.turn_on", "script.turn_off", "script.toggle", "script.reload"})


def _of_scene(entity_id: str, home: Home, rules: Rules) -> Risk:
    members = home.state(entity_id).attributes.get("entity_id")
    if not isinstance(members, list | tuple):
        return Risk.REVERSIBLE
    return _highest(_of_member(str(member), home, rules) for member in members)


def _of_member(entity_id: str, home: Home, rules: Rules) -> Risk:
    if entity_id in rules.entities:
        return rules.entities[entity_id]
    entity = home.entities.get(entity_id) or Entity(entity_id, entity_id)
    guarded = entity.domain in {"lock", "alarm_control_panel"}
    return Risk.SENSITIVE if guarded or entity.device_class in ENTRANCES else Risk.REVERSIBLE


def _of_script(entity_id: str, home: Home, rules: Rules, depth: int) -> Risk:
    sequence = home.scripts.get(entity_id)
    if sequence is None or depth > _DEEPEST:
        # What cannot be read may do anything.
        return Risk.SENSITIVE
    return _of_sequence(sequence, home, rules, depth)


def _of_sequence(node: Any, home: Home, rules: Rules, depth: int) -> Risk:
    if isinstance(node, list | tuple):
        return _highest(_of_sequence(item, home, rules, depth) for item in node)
    if not isinstance(node, Mapping):
        return Risk.REVERSIBLE
    own = Risk.REVERSIBLE
    service = node.get("action") or node.get("service")
    if isinstance(service, str):
        own = _of_service(service, _targets(node), home, rules, depth)
    elif "device_id" in node and node.get("domain") in {"lock", "cover", "alarm_control_panel"}:
        own = Risk.SENSITIVE
    elif "scene" in node:
        own = _of_scene(str(node["scene"]), home, rules)
    nested = (value for key, value in node.items() if key not in {"data", "target", "data_template"})
    return _highest(
        [own, *(_of_sequence(value, home, rules, depth) for value in nested if not isinstance(value, str))]
    )


def _targets(node: Mapping[str, Any]) -> list[str] | None:
    """Entity ids of a script's step; None when they cannot be told (areas, devices, templates)."""
    found: list[str] = []
    for part in (node, node.get("target"), node.get("data"), node.get("data_template")):
        if isinstance(part, str):
            return None
        if not isinstance(part, Mapping):
            continue
        if any(key in part for key in ("area_id", "device_id", "floor_id", "label_id")):
            return None
        ids = part.get("entity_id", [])
        found += [ids] if isinstance(ids, str) else list(ids)
    return None if any("{" in str(target) for target in found) else found


def _of_service(service: str, targets: list[str] | None, home: Home, rules: Rules, depth: int) -> Risk:
    domain, _, name = service.partition(".")
    if "{" in service or service in _ALWAYS or domain in _OPAQUE_DOMAINS:
        return Risk.SENSITIVE
    if domain == "script" and service not in _CONTROLS:
        return _of_script(service, home, rules, depth + 1)
    if service in _CONTROLS and name != "turn_off":
        return _highest(_of_script(target, home, rules, depth + 1) for target in targets or ["script."])
    if domain == "scene":
        return _highest(_of_scene(target, home, rules) for target in targets or [])
    if domain in {"homeassistant", "automation"} or service in _SENSITIVE:
        return Risk.SENSITIVE if not targets else _highest(_of_member(t, home, rules) for t in targets)
    return _highest(rules.entities.get(target, Risk.REVERSIBLE) for target in targets or [])


def _highest(risks: Iterable[Risk]) -> Risk:
    return max(risks, key=lambda risk: risk.rank, default=Risk.REVERSIBLE)
