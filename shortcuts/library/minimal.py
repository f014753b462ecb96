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
    flow.set("Reply", flow.do(steps.dictionary({"ask": texts.what, "turn_id": ""})))
    headers: dict[str, Field] = {"Authorization": Text("Bearer ", token), HEADER: f"minimal/{VERSION}"}
    reply = variable("Reply")
    with flow.times(ROUNDS):
        body: dict[str, Field] = {
            "text": flow.do(steps.ask(reply.key("ask"))),
            "turn_id": reply.key("turn_id"),
            "locale": locale,
            "deadline_ms": DEADLINE_MS,
        }
        flow.set("Reply", flow.do(steps.post(Text(address, "/v1/ask"), headers, body)))
        with flow.when(*empty(flow, reply.key("ask"))):
            flow.do(steps.show(Text(reply.key("say"), reply.key("error").key("message"))))
            flow.do(steps.stop())
    return flow
