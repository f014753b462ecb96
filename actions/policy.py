"""Policy: what may be done at once, what must be confirmed, what never; decided outside every tier."""

from dataclasses import dataclass
from enum import StrEnum

from actions.action import Risk
from actions.plan import Plan


class Verdict(StrEnum):
    """What policy says of a plan."""

    ALLOW = "allow"
    CONFIRM = "confirm"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict and the steps that it is about, in words."""

    verdict: Verdict
    summaries: tuple[str, ...] = ()


def judge(plan: Plan) -> Decision:
    """The verdict on a whole plan: one forbidden step denies it, one sensitive step holds all of it back.

    A plan is never done in part, since a person hears one question about one request.
    """
    forbidden = [step.summary for step in plan.steps if step.risk is Risk.FORBIDDEN]
    if forbidden:
        return Decision(Verdict.DENY, tuple(forbidden))
    if plan.risk is Risk.SENSITIVE:
        acts = (step.summary for step in plan.steps if step.service is not None or not step.refused)
        return Decision(Verdict.CONFIRM, tuple(acts))
    return Decision(Verdict.ALLOW)
