"""How risky a resolved act is: by what it does, by its target, and by what a script or scene may do behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from actions.action import Action, Risk
from actions.effects import Effect
from actions.home import Entity, Home

_ALWAYS = frozenset({"lock.unlock", "lock.open", "alarm_control_panel.alarm_disarm"})
_OPENING = frozenset(
    {f"{domain}.{name}" for domain in ("cover", "valve") for name in (f"open_{domain}", f"set_{domain}_position")}
    | {"cover.toggle", "valve.toggle"}
)
ENTRANCES = frozenset({"door", "garage", "gate"})
"""Covers that let people in."""
_GUARDED = frozenset({"lock", "alarm_control_panel"})
_MEMBERS = frozenset({"homeassistant", "automation"})
"""Domains whose services do to each target what its own domain would."""
_PLAIN_DOMAINS = frozenset(
    """
    alarm_control_panel assist_satellite button calendar camera climate counter cover date datetime fan
    humidifier image input_boolean input_button input_datetime input_number input_select input_text
    lawn_mower light lock logbook media_player notify number persistent_notification remote select
    shopping_list siren switch system_log text time timer todo tts vacuum valve water_heater weather
    """.split()  # noqa: SIM905
)
"""Services of these do what they say to their targets. What others do cannot be told from outside."""
_HARMLESS = frozenset({"homeassistant.update_entity", "script.turn_off"})
_TARGETING = ("area_id", "device_id", "floor_id", "label_id")
_MOST = 32
"""More scripts and scenes than this behind one act are not followed: they count as sensitive."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the owner says of single entities and actions; raises or lowers the built-in risk.

    The word on an entity stands for whatever is done to it, by whatever way, and the word on an action for that
    action's own risk; what a target adds to it stays.
    """

    entities: Mapping[str, Risk] = field(default_factory=dict)
    actions: Mapping[str, Risk] = field(default_factory=dict)

    def action(self, action: Action) -> Risk:
        """An action's risk under these rules."""
        return self.actions.get(action.name, action.risk)

    def raising(self) -> "Rules":
        """Only the words that make something more than reversible: for proposals that are not to be trusted."""
        return Rules(_raising(self.entities), _raising(self.actions))

    def any_of(self, domain: str) -> Risk:
        """The highest word on an entity of a domain, where it cannot be told which of them is meant."""
        return _highest(
            risk for target, risk in self.entities.items() if domain in (target.partition(".")[0], "homeassistant")
        )


def _raising(words: Mapping[str, Risk]) -> dict[str, Risk]:
    return {name: risk for name, risk in words.items() if risk.rank >= Risk.SENSITIVE.rank}


def risk_of_effect(effect: Effect, entity: Entity, home: Home, rules: Rules) -> Risk:
    """The risk of an intent's effect on one target: the owner's word, or what it does and can reach."""
    if entity.id in rules.entities:
        return rules.entities[entity.id]
    judge = _Judge(home, rules)
    reached = judge.entrance(entity.id) if effect.opens else judge.behind(entity.id)
    return _highest((effect.risk, reached))


def risk_of_service(
    service: str, targets: Sequence[str], data: Mapping[str, Any], home: Home, rules: Rules
) -> Risk:
    """The risk of an own action's service on its targets."""
    return _Judge(home, rules).sequence({"action": service, "target": {"entity_id": list(targets)}, "data": data})


class _Judge:
    """Judges one act; follows each script and scene behind it once."""

    def __init__(self, home: Home, rules: Rules) -> None:
        self._home = home
        self._rules = rules
        self._seen: set[str] = set()
        self._followed = 0

    def behind(self, entity_id: str) -> Risk:
        """What can be reached through a target: by a script, a scene or an automation."""
        domain = entity_id.partition(".")[0]
        if entity_id in self._rules.entities:
            return self._rules.entities[entity_id]
        if domain == "automation":
            return Risk.SENSITIVE
        if domain not in {"script", "scene"} or entity_id in self._seen:
            return Risk.REVERSIBLE
        self._seen.add(entity_id)
        self._followed += 1
        if self._followed > _MOST:
            return Risk.SENSITIVE
        return self._script(entity_id) if domain == "script" else self._scene(entity_id)

    def entrance(self, entity_id: str) -> Risk:
        """What lies in opening a cover or valve: sensitive where people or gas come through."""
        if entity_id in self._rules.entities:
            return self._rules.entities[entity_id]
        entity = self._home.entities.get(entity_id)
        if entity is None or is_entrance(entity):
            return Risk.SENSITIVE
        return _highest(self.entrance(member) for member in self._unseen_members(entity_id))

    def member(self, entity_id: str) -> Risk:
        """What lies in bringing an entity to any state that it can have."""
        if entity_id in self._rules.entities:
            return self._rules.entities[entity_id]
        domain = entity_id.partition(".")[0]
        known = domain in _REACHABLE or (domain == "group" and entity_id in self._home.entities)
        if domain in _GUARDED or not known:
            return Risk.SENSITIVE
        if domain in {"cover", "valve"}:
            return self.entrance(entity_id)
        return _highest((self.behind(entity_id), *map(self.member, self._unseen_members(entity_id))))

    def _unseen_members(self, entity_id: str) -> list[str]:
        """The entities of a group; a scene's are looked at by themselves."""
        if entity_id in self._seen or entity_id.startswith("scene."):
            return []
        self._seen.add(entity_id)
        return _listed(self._home.state(entity_id).attributes.get("entity_id")) or []

    def _scene(self, entity_id: str) -> Risk:
        if entity_id not in self._home.entities:
            # Made while a script runs, of whatever was then.
            return Risk.SENSITIVE
        members = self._home.state(entity_id).attributes.get("entity_id")
        return _highest(map(self.member, _listed(members) or []))

    def _script(self, entity_id: str) -> Risk:
        sequence = self._home.scripts.get(entity_id)
        # What cannot be read may do anything.
        return self.sequence(sequence) if isinstance(sequence, list | tuple | Mapping) else Risk.SENSITIVE

    def sequence(self, node: Any) -> Risk:
        """What a script's steps do, however they are nested."""
        if isinstance(node, list | tuple):
            return _highest(map(self.sequence, node))
        if not isinstance(node, Mapping):
            return Risk.REVERSIBLE
        nested = (value for key, value in node.items() if key not in _NOT_STEPS)
        return _highest((self._step(node), *map(self.sequence, nested)))

    def _step(self, node: Mapping[str, Any]) -> Risk:
        service = node.get("action") or node.get("service") or node.get("service_template")
        if isinstance(service, str):
            return self._service(service.strip().casefold(), node)
        if "scene" in node:
            return self.behind(str(node["scene"])) if str(node["scene"]) in self._home.entities else Risk.SENSITIVE
        if "event" in node or "use_blueprint" in node:
            return Risk.SENSITIVE
        if "device_id" in node and "condition" not in node:
            domain = str(node.get("domain"))
            return Risk.REVERSIBLE if domain in _PLAIN_DOMAINS - _GUARDED - {"cover", "valve"} else Risk.SENSITIVE
        return Risk.REVERSIBLE

    def _service(self, service: str, node: Mapping[str, Any]) -> Risk:
        domain, _, name = service.partition(".")
        if domain == "script" and name not in _CONTROLS:
            return self.behind(service)
        targets = _targets(node)
        if domain == "scene":
            return self._scenes(name, targets, node)
        own = self._plain(service, targets)
        if not targets:
            return own
        if service in _OPENING:
            return _highest(map(self.entrance, targets))
        if service not in _HARMLESS and domain in _MEMBERS | {"script"}:
            return _highest(map(self.member, targets))
        return _highest(self._rules.entities.get(target, own) for target in targets)

    def _plain(self, service: str, targets: list[str] | None) -> Risk:
        """What lies in a service whatever its targets are."""
        domain = service.partition(".")[0]
        opens = service in _ALWAYS or (service in _OPENING and not targets)
        unclear = domain not in _PLAIN_DOMAINS or "{" in service
        own = Risk.SENSITIVE if (opens or unclear) and service not in _HARMLESS else Risk.REVERSIBLE
        return _highest((own, self._rules.any_of(domain))) if targets is None else own

    def _scenes(self, name: str, targets: list[str] | None, node: Mapping[str, Any]) -> Risk:
        if name in {"apply", "create"}:
            data = node.get("data")
            states = data.get("entities") if isinstance(data, Mapping) else None
            if name == "create" and not states:
                return Risk.REVERSIBLE
            return _highest(map(self.member, map(str, states))) if isinstance(states, Mapping) else Risk.SENSITIVE
        return _highest(map(self.behind, targets)) if targets else Risk.SENSITIVE


_CONTROLS = frozenset({"turn_on", "turn_off", "toggle", "reload"})
_REACHABLE = _PLAIN_DOMAINS | {"script", "scene", "automation"}
_NOT_STEPS = frozenset(
    {
        "data",
        "target",
        "data_template",
        "condition",
        "conditions",
        "wait_for_trigger",
        "variables",
        "metadata",
        "fields",
    }
)


def _targets(node: Mapping[str, Any]) -> list[str] | None:
    """Entity ids of a script's step; None when they cannot be told (areas, devices, templates)."""
    found: list[str] = []
    for part in (node, node.get("target"), node.get("data"), node.get("data_template")):
        if isinstance(part, str):
            return None
        if not isinstance(part, Mapping):
            continue
        listed = _listed(part.get("entity_id", []))
        if listed is None or any(part.get(key) for key in _TARGETING):
            return None
        found += listed
    return found


def _listed(value: Any) -> list[str] | None:
    """Entity ids as Home Assistant takes them: a list, or text with commas; None when they cannot be told."""
    if value is None or value == "none":
        return []
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list | tuple | set | frozenset):
        return None
    listed = [part.strip().casefold() for text in texts for part in str(text).split(",")]
    # "all", a template, or the id of a registry entry.
    return None if any("{" in part or "." not in part for part in listed) else listed


def is_entrance(entity: Entity) -> bool:
    """Whether people or gas come through where it opens."""
    return entity.device_class in ENTRANCES or (entity.domain == "valve" and entity.device_class == "gas")


def _highest(risks: Iterable[Risk]) -> Risk:
    return max(risks, key=lambda risk: risk.rank, default=Risk.REVERSIBLE)
