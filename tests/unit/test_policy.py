"""One forbidden step denies a plan, one sensitive step holds all of it back."""

import pytest

from actions.action import Risk
from actions.call import ToolCall
from actions.demo import DemoHome
from actions.policy import Decision, Verdict, judge
from actions.risk import Rules
from tests.unit.homes import NO_RULES, call, planned

HOME = DemoHome(pace=0).home
LAMP = call("HassTurnOn", name="corner lamp")
UNLOCK = call("HassTurnOff", name="front door")
SHED = call("HassTurnOn", name="shed light")  # cannot be reached
NO_TIMERS = call("HassCancelAllTimers")


@pytest.mark.parametrize(
    ("calls", "rules", "decision"),
    [
        ([], NO_RULES, Decision(Verdict.ALLOW)),
        ([LAMP], NO_RULES, Decision(Verdict.ALLOW)),
        ([call("HassGetState", name="front door")], NO_RULES, Decision(Verdict.ALLOW)),
        ([LAMP, UNLOCK], NO_RULES,
         Decision(Verdict.CONFIRM, ("turn on Corner lamp (Living room)", "unlock Front door (Hall)"))),
        ([SHED, UNLOCK], NO_RULES, Decision(Verdict.CONFIRM, ("unlock Front door (Hall)",))),
        ([SHED], NO_RULES, Decision(Verdict.ALLOW)),
        ([NO_TIMERS], Rules(actions={"HassCancelAllTimers": Risk.SENSITIVE}),
         Decision(Verdict.CONFIRM, ("Cancels all timers",))),  # no arguments, and still to be asked about
        ([LAMP, UNLOCK], Rules(entities={"lock.front_door": Risk.FORBIDDEN}),
         Decision(Verdict.DENY, ("unlock Front door (Hall)",))),
        ([LAMP], Rules(entities={"light.corner_lamp": Risk.SAFE}), Decision(Verdict.ALLOW)),
    ],
)  # fmt: skip
def test_verdicts(calls: list[ToolCall], rules: Rules, decision: Decision) -> None:
    assert judge(planned(HOME, *calls, rules=rules)) == decision
