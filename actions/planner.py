"""Planning: tool calls -> a Plan of resolved steps and questions, or every problem at once."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from actions.action import Action, Place, Risk
from actions.call import ToolCall
from actions.effects import DOMAINS, Effect, NotNow, Unsupported, effect_of
from actions.effects.media import clean_area
from actions.errors import CallRejected
from actions.expect import Expectation, ListExpectation
from actions.home import Entity, Home
from actions.ids import new_id
from actions.link import ServiceCall
from actions.plan import Plan, Query, Refused, Step, Target
from actions.registry import Registry
from actions.resolve import Selection, Wanted, find_area, resolve
from actions.risk import Rules, risk_of_effect, risk_of_service
from actions.text import stem
from actions.validation import Problem

_TRY_SENSORS = frozenset({"none_match", "unsupported"})
_SHOPPING_LIST = stem("shopping list")
MAX_CALLS = 32
"""More calls than a person could mean in one sentence."""


def plan(
    calls: Sequence[ToolCall], *, registry: Registry, home: Home, rules: Rules, here: str | None = None
) -> Plan:
    """Validate and resolve every call; nothing is planned unless all of them can be.

    :param here: area id of the room that the request came from.
    :raises CallRejected: with the problems of all calls, paths beginning with `calls[i].`.
    """
    if len(calls) > MAX_CALLS:
        raise CallRejected(
            [Problem(code="too_many_calls", path="calls", message=f"At most {MAX_CALLS} calls at once")]
        )
    planner = _Planner(registry, home, rules, here)
    steps: list[Step] = []
    queries: list[Query] = []
    problems: list[Problem] = []
    for index, call in enumerate(calls):
        try:
            planned = planner.one(call)
        except CallRejected as rejected:
            prefix = f"calls[{index}]."
            problems += [
                problem.model_copy(update={"path": prefix + problem.path}) for problem in rejected.problems
            ]
            continue
        if isinstance(planned, Query):
            queries.append(planned)
        else:
            steps += planned
    if problems:
        raise CallRejected(problems)
    return Plan(tuple(steps), tuple(queries), home.version)


class _Planner:
    def __init__(self, registry: Registry, home: Home, rules: Rules, here: str | None) -> None:
        self.registry = registry
        self.home = home
        self.rules = rules
        self.here = here

    def one(self, call: ToolCall) -> list[Step] | Query:
        arguments, problems = self.registry.check(call)
        if arguments is None:
            raise CallRejected(problems)
        action = self.registry[call.name]
        if action.reads_only and action.place is not Place.PHONE:
            # What a phone is asked is answered later, by the phone: a step.
            return self._query(call, action, arguments)
        if action.service is not None:
            return [self._service(call, action, arguments)]
        if action.place is not Place.HOME:
            return [self._elsewhere(call, action, arguments)]
        return self._intent(call, action, arguments)

    def _query(self, call: ToolCall, action: Action, arguments: BaseModel) -> Query:
        data = arguments.model_dump(exclude_none=True)
        if action.place is not Place.HOME:
            return Query(call, action, data, ())
        wanted = Wanted.of(arguments, DOMAINS.get(action.name))
        if action.name == "HassGetState" and not wanted.by_kind and wanted.name is None:
            raise CallRejected([_problem("missing_argument", "name", "What is asked about?")])
        selection = self._asked(action, wanted)
        return Query(call, action, data, tuple(entity.id for entity in selection.entities))

    def _asked(self, action: Action, wanted: Wanted) -> Selection:
        try:
            return resolve(self.home, wanted, here=self.here, reads=True)
        except CallRejected as rejected:
            if action.name != "HassClimateGetTemperature" or rejected.problems[0].code not in _TRY_SENSORS:
                raise
            # A room without a thermostat often has a thermometer.
            sensors = replace(wanted, domains=frozenset({"sensor"}), device_classes=frozenset({"temperature"}))
            return resolve(self.home, sensors, here=self.here, reads=True)

    def _elsewhere(self, call: ToolCall, action: Action, arguments: BaseModel) -> Step:
        data = arguments.model_dump(exclude_none=True)
        risk = self.rules.action(action)
        if action.risk_of is not None and action.name not in self.rules.actions:
            risk = action.risk_of(data)
        return Step(new_id(), call, action, action.summary(data), risk, arguments=data)

    def _service(self, call: ToolCall, action: Action, arguments: BaseModel) -> Step:
        service = action.service or ""
        data = {**arguments.model_dump(exclude_none=True, by_alias=True), **action.fixed}
        script = self.home.entities.get(service) if service.startswith("script.") else None
        targets = [script] if script is not None else self._narrowed(action, data)
        seen = [entity for entity in targets if self.home.state(entity.id).available]
        sent = tuple(entity.id for entity in seen)
        if script is not None:
            # Its own service would answer only when it has run to its end.
            out = ServiceCall("script", "turn_on", sent, {"variables": data} if data else {})
        else:
            domain, _, name = service.partition(".")
            out = ServiceCall(domain, name, sent, data)
        judged = risk_of_service(service, [entity.id for entity in targets], data, self.home, self.rules)
        words = f" with {json.dumps(data, ensure_ascii=False)}" if data else ""
        if action.narrows:
            words += f" for {', '.join(self.home.label(entity) for entity in targets)}"
        return Step(
            new_id(),
            call,
            action,
            f"{'run ' + self.home.label(script) if script else action.name}{words}",
            max(self.rules.action(action), judged, key=_rank),
            out if seen or not targets else None,
            tuple(Target(e.id, self.home.label(e), self._expectation(service, e)) for e in seen),
            tuple(self._unavailable(entity) for entity in targets if entity not in seen),
        )

    def _narrowed(self, action: Action, data: dict[str, Any]) -> list[Entity]:
        """The things of an own action that are meant; the words for them are taken out of its data."""
        targets = [self.home.entities[target] for target in self._own_targets(action)]
        if not action.narrows:
            return targets
        name, area = data.pop("name", None), data.pop("area", None)
        if name is None and area is None:
            return targets
        domains = frozenset(target.domain for target in targets)
        found = resolve(self.home, Wanted(name, area, None, domains, None, by_kind=True), here=self.here).entities
        meant = [target for target in targets if target in found]
        if not meant:
            raise CallRejected([_problem("unsupported", "name", f"That cannot be done with {found[0].name}")])
        return meant

    def _expectation(self, service: str, entity: Entity) -> Expectation | ListExpectation | None:
        """What an own action's service must bring about, where it is one that an intent would use too."""
        if entity.id == service:
            return Expectation(changed=("last_triggered",))
        for intent in ("HassTurnOn", "HassTurnOff"):
            try:
                effect = effect_of(intent, entity, self.home.state(entity.id), None)
            except Unsupported:
                continue
            if effect.service == service:
                return effect.expect
        return None

    def _own_targets(self, action: Action) -> Sequence[str]:
        missing = [target for target in action.targets if target not in self.home.entities]
        if missing:
            message = f"The own action '{action.name}' names {missing[0]}, which the home does not have"
            raise CallRejected([_problem("unknown_name", "name", message)])
        return action.targets

    def _intent(self, call: ToolCall, action: Action, arguments: BaseModel) -> list[Step]:
        selection = self._select(action, arguments)
        effects: dict[str, list[tuple[Entity, Effect]]] = {}
        refused: list[Refused] = []
        for entity in selection.entities:
            state = self.home.state(entity.id)
            if not state.available:
                refused.append(self._unavailable(entity))
                continue
            try:
                effect = self._effect(action, entity, arguments)
            except Unsupported as reason:
                code = "not_now" if isinstance(reason, NotNow) else "unsupported"
                refused.append(Refused(entity.id, self.home.label(entity), code, str(reason)))
                continue
            key = repr((effect.service, effect.data, effect.verb))
            effects.setdefault(key, []).append((entity, effect))
        if effects and not selection.named:
            # "The kitchen lights to 30 %" means those that can be dimmed; the others are not failures.
            refused = [r for r in refused if r.reason not in {"unsupported", "not_now"}]
        steps = [self._step(call, action, group) for group in effects.values()]
        if refused:
            steps.append(Step(new_id(), call, action, call.name, Risk.SAFE, refused=tuple(refused)))
        return steps

    def _effect(self, action: Action, entity: Entity, arguments: BaseModel) -> Effect:
        if action.name == "HassVacuumCleanArea":
            area = find_area(self.home, getattr(arguments, "area", ""))
            return clean_area(entity, area.id, area.name)
        return effect_of(action.name, entity, self.home.state(entity.id), arguments)

    def _select(self, action: Action, arguments: BaseModel) -> Selection:
        accepts = DOMAINS[action.name]
        wanted = Wanted.of(arguments, accepts)
        if action.name == "HassVacuumCleanArea":
            # The area is where to clean, not where the vacuum stands; it must exist all the same.
            find_area(self.home, wanted.area or "")
            wanted = Wanted(wanted.name, None, None, accepts, None, by_kind=True)
        if action.name.startswith("HassShoppingList"):
            wanted = Wanted(self._shopping_list(), None, None, accepts, None, by_kind=True)
        if action.name == "HassMediaSearchAndPlay" and wanted.name is None:
            return self._one_player(arguments, wanted)
        if action.name == "HassBroadcast":
            wanted = Wanted("all", None, None, accepts, None, by_kind=True)
        return resolve(self.home, wanted, here=self.here)

    def _one_player(self, arguments: BaseModel, wanted: Wanted) -> Selection:
        """Of a room's players the first that can look for media: nobody wants it from all of them."""
        found = resolve(self.home, wanted, here=self.here)
        able = [entity for entity in found.entities if self._does("HassMediaSearchAndPlay", entity, arguments)]
        return Selection(tuple(able[:1]) or found.entities[:1], named=True)

    def _does(self, intent: str, entity: Entity, arguments: BaseModel) -> bool:
        state = self.home.state(entity.id)
        try:
            effect_of(intent, entity, state, arguments)
        except Unsupported:
            return False
        return state.available

    def _shopping_list(self) -> str:
        lists = [entity for entity in self.home.exposed if entity.domain == "todo"]
        named = [e for e in lists if _SHOPPING_LIST in map(stem, e.names)]
        found = [e for e in lists if e.id == "todo.shopping_list"] or named
        if len(found) == 1:
            return found[0].id
        # Another list would be a guess; and this action has no argument to choose one with.
        message = f"There are {len(found)} shopping lists" if found else "There is no shopping list"
        known = [self.home.label(entity) for entity in found or lists]
        raise CallRejected([_problem("ambiguous_name" if found else "none_match", "item", message, nearest=known)])

    def _step(self, call: ToolCall, action: Action, group: list[tuple[Entity, Effect]]) -> Step:
        entities = [entity for entity, _ in group]
        effect = group[0][1]
        domain, _, name = effect.service.partition(".")
        labels = [self.home.label(entity) for entity in entities]
        named = labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"
        judged = max((risk_of_effect(each, entity, self.home, self.rules) for entity, each in group), key=_rank)
        return Step(
            new_id(),
            call,
            action,
            effect.verb.format(named),
            max(judged, self.rules.action(action), key=_rank),
            ServiceCall(domain, name, tuple(entity.id for entity in entities), effect.data),
            tuple(Target(entity.id, self.home.label(entity), each.expect) for entity, each in group),
        )

    def _unavailable(self, entity: Entity) -> Refused:
        label = self.home.label(entity)
        return Refused(entity.id, label, "unavailable", f"{label} cannot be reached")


def _rank(risk: Risk) -> int:
    return risk.rank


def _problem(code: str, slot: str, message: str, **more: Any) -> Problem:
    return Problem(code=code, path=f"arguments.{slot}", message=message, **more)
