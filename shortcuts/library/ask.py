"""Ask Hearth: say, type or share something, and it is done; questions that come back are answered at once."""

from shortcuts import steps
from shortcuts.conditions import HAS_VALUE, NO_VALUE, above, begins, contains, differs, equals
from shortcuts.fields import Field, Flag
from shortcuts.library.bridge import VERSION, Bridge, empty, settled
from shortcuts.library.performing import Performer
from shortcuts.library.picture import encoded
from shortcuts.texts import Texts
from shortcuts.values import INPUT, NOW, NUMBER, Ref, Text, variable
from shortcuts.workflow import Look, Workflow

NAME = "Ask Hearth"
ROUNDS = 16
"""Requests and polls of one run together: Shortcuts has no loop without an end."""
POLL_S = 7
"""Siri gives up at about 10 s of silence, so that a word is said after each wait."""
POLLS = 3
DEADLINE_MS = 8000
LONG = 8000
"""Characters of a shared text that are sent on."""
LOOK = Look(
    glyph=59653,
    types=("ActionExtension", "Watch"),
    inputs=("WFStringContentItem", "WFURLContentItem", "WFImageContentItem", "WFPDFContentItem"),
)
_EMPTY = ("Request", "Image", "Link", "Shared", "Turn", "Waits")


def build(texts: Texts, locale: str) -> Workflow:
    """The whole shortcut."""
    flow = Workflow(NAME, VERSION, LOOK)
    flow.do(steps.comment(f"{NAME} {VERSION}, from Hearthbridge. Hearth Setup makes the settings that it reads."))
    bridge = settled(flow, texts, f"ask/{VERSION}")
    for name in _EMPTY:
        flow.let(name, "")
    _take_input(flow, texts)
    body = _body(flow, locale)
    performer = Performer(bridge)
    performer.prepare()
    stop = flow.text("||", "|".join(texts.stop), "|")
    flow.let("Mode", "ask")
    with flow.times(ROUNDS):
        with flow.when(variable("Mode"), equals("ask")):
            _post(flow, bridge, stop, body)
        with flow.when(variable("Mode"), equals("poll")):
            bridge.get("/v1/turns/", variable("Turn"), f"?wait={POLL_S}")
        _handle(flow, bridge, performer, texts)
    flow.do(steps.show(texts.still))
    return flow


def _take_input(flow: Workflow, texts: Texts) -> None:
    with flow.when(INPUT, NO_VALUE) as given:
        said = flow.set("Request", flow.do(steps.dictate()))
        with flow.when(*empty(flow, said)):
            flow.set("Request", flow.do(steps.ask(texts.what)))
        given.otherwise()
        _take_shared(flow)
        with flow.when(*empty(flow, variable("Request"))):
            flow.set("Request", flow.do(steps.ask(texts.what_with)))


def _take_shared(flow: Workflow) -> None:
    """What was shared is never the request: it may say anything. Another shortcut may pass {"hearth_request"}."""
    shared = flow.text(INPUT)
    with flow.when(shared, begins("http")) as kind:
        flow.set("Link", shared)
        kind.otherwise()
        pictures = flow.do(steps.images(INPUT))
        with flow.when(pictures, HAS_VALUE) as picture:
            flow.set("Image", encoded(flow, pictures))
            picture.otherwise()
            with flow.when(shared, begins('{"hearth_request"')) as request:
                flow.let("Request", flow.do(steps.as_dictionary(shared)).key("hearth_request"))
                request.otherwise()
                flow.set("Shared", flow.do(steps.match(rf"(?s)\A.{{1,{LONG}}}", shared)))


def _body(flow: Workflow, locale: str) -> dict[str, Field]:
    device: dict[str, Field] = {
        "name": flow.do(steps.device("Device Name")),
        "os": flow.do(steps.device("System Version")),
        "locked": Flag(flow.do(steps.device("Device Is Locked"))),
    }
    return {
        "text": variable("Request"),
        "image": variable("Image"),
        "url": variable("Link"),
        "clipboard": variable("Shared"),
        "turn_id": variable("Turn"),
        "device": device,
        "locale": locale,
        "deadline_ms": DEADLINE_MS,
    }


def _post(flow: Workflow, bridge: Bridge, stop: Ref, body: dict[str, Field]) -> None:
    with flow.when(stop, contains(Text("|", variable("Request"), "|"))):
        flow.do(steps.stop())
    numbers = [flow.do(steps.random_number(100_000, 999_999)) for _ in range(2)]
    bridge.post("/v1/ask", Text("ask-", NOW.iso_date(), "-", numbers[0], "-", numbers[1]), body)
    for name in ("Image", "Link", "Shared", "Waits"):
        flow.let(name, "")


def _handle(flow: Workflow, bridge: Bridge, performer: Performer, texts: Texts) -> None:
    reply = variable("Reply")
    bridge.check(reply)
    flow.let("Turn", reply.key("turn_id"))
    say = flow.text(reply.key("say"))
    with flow.when(reply.key("pending").coerced(NUMBER), above(0)) as pending:
        flow.let("Waits", variable("Waits"), ".")
        with flow.when(variable("Waits"), equals("." * (POLLS + 1))):
            flow.do(steps.show(texts.still))
            flow.do(steps.stop())
        flow.do(steps.show(say))
        flow.let("Mode", "poll")
        pending.otherwise()
        performer.perform_all(reply)
        with flow.when(variable("Next"), equals("end")) as done:
            _answer(flow, reply, say)
            done.otherwise()
            flow.set("Mode", variable("Next"))


def _answer(flow: Workflow, reply: Ref, say: Ref) -> None:
    """Say the end of it, or put the question."""
    question = flow.text(reply.key("ask"))
    with flow.when(*empty(flow, question)):
        flow.do(steps.show(say))
        flow.do(steps.stop())
    with flow.when(question, differs(say)):
        flow.do(steps.show(say))
    choices = flow.do(steps.value(reply, "choices"))
    with flow.when(choices, HAS_VALUE) as choice:
        flow.set("Request", flow.do(steps.choose(choices, question)))
        choice.otherwise()
        flow.set("Request", flow.do(steps.ask(question)))
    flow.let("Mode", "ask")
