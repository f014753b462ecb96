"""Policy: what may be done at once, what must be confirmed, what never; decided outside every tier."""

from dataclasses import dataclass
from enum import StrEnum

from actions.action import Place, Risk, Undo
from actions.plan import Plan, Step


class Verdict(StrEnum):
    """What policy says of a plan."""

    ALLOW = "allow"
    CONFIRM = "confirm"
    DENY = "deny"


class Trust(StrEnum):
    """How far the proposer of a plan is trusted."""

    FULL = "full"
    """The person's own words, read on this machine; the owner's word on risk holds."""
    PROPOSED = "proposed"
    """A model elsewhere proposed it: what the owner let pass without a question is asked about all the same."""
    EXPOSED = "exposed"
    """It read what others may have written, too: what cannot be taken back is asked about as well."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict and the steps that it is about, in words."""

    verdict: Verdict
    summaries: tuple[str, ...] = ()


def judge(plan: Plan, trust: Trust = Trust.FULL) -> Decision:
    """The verdict on a whole plan: one forbidden step denies it, one that must be confirmed holds all of it back.

    A plan is never done in part, since a person hears one question about one request.
    """
    forbidden = [step.summary for step in plan.steps if step.risk is Risk.FORBIDDEN]
    if forbidden:
        return Decision(Verdict.DENY, tuple(forbidden))
    if any(_matters(step, trust) for step in plan.steps):
        return Decision(Verdict.CONFIRM, acts_of(plan))
    return Decision(Verdict.ALLOW)


def acts_of(plan: Plan) -> tuple[str, ...]:
    """What a plan would do, in words."""
    return tuple(step.summary for step in plan.steps if step.service is not None or not step.refused)


def _matters(step: Step, trust: Trust) -> bool:
    if step.risk is Risk.SENSITIVE:
        return True
    lasting = step.action.place is Place.PHONE or step.action.undo is Undo.NONE
    return trust is Trust.EXPOSED and lasting and not step.action.reads_only
