"""Small homes for tables of cases."""

from collections.abc import Mapping
from typing import Any

from actions.action import Action, Place, Risk, Undo
from actions.call import ToolCall
from actions.catalog import build_registry
from actions.catalog.parameters import NoArguments
from actions.errors import CallRejected
from actions.home import Area, Entity, Floor, Home, State
from actions.plan import Plan
from actions.planner import plan
from actions.risk import Rules
from actions.validation import Problem

NO_RULES = Rules()


def small_home(
    *entities: Entity,
    areas: tuple[Area, ...] = (),
    floors: tuple[Floor, ...] = (),
    states: Mapping[str, State] | None = None,
    scripts: Mapping[str, Any] | None = None,
    services: Mapping[str, Any] | None = None,
) -> Home:
    """A home of these entities; each is "off" unless said otherwise."""
    shown = {entity.id: State("off") for entity in entities} | dict(states or {})
    return Home(floors=floors, areas=areas, entities=entities, states=shown, scripts=scripts, services=services)


def call(name: str, /, **arguments: Any) -> ToolCall:
    return ToolCall(name=name, arguments=arguments)


def planned(
    home: Home, *calls: ToolCall, rules: Rules = NO_RULES, here: str | None = None, own: tuple[Action, ...] = ()
) -> Plan:
    return plan(calls, registry=build_registry(home, own), home=home, rules=rules, here=here)


def problems(home: Home, *calls: ToolCall, here: str | None = None, own: tuple[Action, ...] = ()) -> list[Problem]:
    """The problems that planning these ends in."""
    try:
        made = planned(home, *calls, here=here, own=own)
    except CallRejected as rejected:
        return list(rejected.problems)
    raise AssertionError(f"planned: {[step.summary for step in made.steps]}")


def called(made: Plan) -> dict[str, str]:
    """Service by entity id."""
    return {t.entity_id: step.service.name for step in made.steps if step.service for t in step.targets}


def refused(made: Plan) -> dict[str, str]:
    """Reason by entity id."""
    return {left.entity_id: left.reason for step in made.steps for left in step.refused}


def own_action(
    service: str, *targets: str, name: str = "own_act", risk: Risk = Risk.REVERSIBLE, **data: Any
) -> Action:
    return Action(
        name, "Own.", NoArguments, risk, Undo.NONE, Place.HOME, service=service, fixed=data, targets=targets
    )
