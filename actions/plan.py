"""A Plan: validated, resolved calls, with what each must bring about."""

from dataclasses import dataclass, field
from typing import Any

from actions.action import Action, Place, Risk
from actions.call import ToolCall
from actions.expect import Expectation, ListExpectation
from actions.link import ServiceCall


@dataclass(frozen=True, slots=True)
class Target:
    """One entity of a step."""

    entity_id: str
    name: str
    """With its room, as a person would need it to tell two apart."""
    expect: Expectation | ListExpectation | None
    """None: nothing to read back; the outcome stays unknown even when the home accepted."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A target that is left out, and why: it gets a failed receipt and no call."""

    entity_id: str
    name: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Step:
    """One act: one service call with its targets, or one act on the phone or the clock."""

    id: str
    """Unique within the service."""
    call: ToolCall
    action: Action
    summary: str
    """Exactly what will be done, for a confirmation: "unlock Front door (Hall)"."""
    risk: Risk
    """At least the action's; higher where the target makes it so (a garage door)."""
    service: ServiceCall | None = None
    targets: tuple[Target, ...] = ()
    refused: tuple[Refused, ...] = ()
    arguments: dict[str, Any] = field(default_factory=dict)
    """Validated arguments, for steps without a service call."""

    @property
    def place(self) -> Place:
        """Where it is performed."""
        return self.action.place


@dataclass(frozen=True, slots=True)
class Query:
    """A question about the home, the clock or the calendar; changes nothing."""

    call: ToolCall
    action: Action
    arguments: dict[str, Any]
    entities: tuple[str, ...]
    """Entity ids that it is about."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of one request, in order, for one version of the home, and its questions."""

    steps: tuple[Step, ...]
    queries: tuple[Query, ...]
    home_version: str

    @property
    def risk(self) -> Risk:
        """The highest risk of its steps."""
        return max((step.risk for step in self.steps), key=lambda risk: risk.rank, default=Risk.SAFE)
