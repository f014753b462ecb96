"""Hearth Dispatcher: woken by a push, fetches what the phone is to do, does it, reports, until none is left."""

from shortcuts import steps
from shortcuts.conditions import equals
from shortcuts.library.bridge import VERSION, Bridge, empty, filled, settled
from shortcuts.library.performing import Performer
from shortcuts.texts import Texts
from shortcuts.values import variable
from shortcuts.workflow import Look, Workflow

NAME = "Hearth Dispatcher"
ROUNDS = 5
LOOK = Look(glyph=59511)


def build(texts: Texts, locale: str) -> Workflow:  # noqa: ARG001  # all of them are built alike
    """The whole shortcut."""
    flow = Workflow(NAME, VERSION, LOOK)
    flow.do(steps.comment(f"{NAME} {VERSION}, from Hearthbridge. An automation runs it; it takes no input."))
    bridge = settled(flow, texts, f"dispatch/{VERSION}")
    performer = Performer(bridge, pushed=True)
    performer.prepare()
    with flow.times(ROUNDS):
        reply = bridge.get("/v1/device/next")
        bridge.proper(reply, say=False)
        with flow.when(*empty(flow, reply.key("turn_id"))):
            _nothing_left(flow, bridge)
        flow.let("Turn", reply.key("turn_id"))
        performer.perform_all(reply)
        with flow.when(variable("Next"), equals("end")):
            flow.do(steps.stop())
    return flow


def _nothing_left(flow: Workflow, bridge: Bridge) -> None:
    """No turn in the answer: nothing is due, or an error."""
    reply = variable("Reply")
    with flow.when(*filled(flow, reply.key("error"))):
        bridge.refuse(reply, say=False)
    flow.do(steps.stop())
