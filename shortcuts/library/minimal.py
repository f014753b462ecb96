"""Minimal Ask Hearth: few enough actions to build by hand, on an iPhone alone. No phone actions, no pictures."""

from shortcuts import steps
from shortcuts.fields import Field
from shortcuts.library.ask import DEADLINE_MS
from shortcuts.library.bridge import HEADER, VERSION, empty
from shortcuts.texts import Texts
from shortcuts.values import Text, variable
from shortcuts.workflow import Look, Workflow

NAME = "Minimal Ask Hearth"
ROUNDS = 4


def build(texts: Texts, locale: str) -> Workflow:
    """The whole shortcut."""
    flow = Workflow(NAME, VERSION, Look(glyph=59653))
    address = flow.question(texts.address)
    token = flow.question(texts.from_pair)
    flow.set("Request", flow.do(steps.ask(texts.what)))
    flow.let("Turn", "")
    headers: dict[str, Field] = {"Authorization": Text("Bearer ", token), HEADER: f"minimal/{VERSION}"}
    body: dict[str, Field] = {
        "text": variable("Request"),
        "turn_id": variable("Turn"),
        "locale": locale,
        "deadline_ms": DEADLINE_MS,
    }
    with flow.times(ROUNDS):
        reply = flow.set("Reply", flow.do(steps.post(Text(address, "/v1/ask"), headers, body)))
        flow.let("Turn", reply.key("turn_id"))
        question = reply.key("ask")
        with flow.when(*empty(flow, question)):
            flow.do(steps.show(reply.key("say")))
            flow.do(steps.stop())
        flow.set("Request", flow.do(steps.ask(question)))
    return flow
