"""Hearth Setup: a pairing code becomes a token, kept on the phone and tried at once."""

from shortcuts import steps
from shortcuts.conditions import HAS_VALUE
from shortcuts.fields import Field
from shortcuts.library.bridge import SETTINGS, VERSION, Bridge, empty
from shortcuts.texts import Texts
from shortcuts.values import INPUT, NOW, Ref, Text, variable
from shortcuts.workflow import Look, Workflow

NAME = "Hearth Setup"
LINK = r"(?i)(https?://[^\s?#&]+?)(?:/pair)?/?[?&#](?:[^\s#]*&)?code=([A-Za-z0-9-]+)"
"""The address and the code in a pairing link: `https://hearth.example.net/pair?code=ABCD-1234`, or
`hearthbridge://pair?address=https://hearth.example.net&code=ABCD-1234`."""
ADDRESS = r"https?://[^\s?#]*[^\s?#/]"
"""An address without the slash at its end."""
LOOK = Look(glyph=59746, types=("ActionExtension",), inputs=("WFStringContentItem", "WFURLContentItem"))


def build(texts: Texts, locale: str) -> Workflow:  # noqa: ARG001  # all of them are built alike
    """The whole shortcut."""
    flow = Workflow(NAME, VERSION, LOOK)
    flow.do(steps.comment(f"{NAME} {VERSION}, from Hearthbridge. Writes {SETTINGS} into the Shortcuts folder."))
    _address_and_code(flow, texts)
    address = variable("Address")
    name = flow.do(steps.device("Device Name"))
    bridge = Bridge(flow, texts, address, None, f"setup/{VERSION}")
    token = _pair(flow, bridge, name)
    flow.do(steps.save_file(flow.do(steps.dictionary({"address": address, "token": token})), SETTINGS))
    tried = Bridge(flow, texts, address, token, f"setup/{VERSION}").get("/v1/tools")
    bridge.proper(tried)
    with flow.when(*empty(flow, tried.key("version"))):
        bridge.refuse(tried)
    flow.do(steps.show(Text(texts.paired, " ", name, ".")))
    return flow


def _address_and_code(flow: Workflow, texts: Texts) -> None:
    """From a link that was shared or pasted; else the address, then the code."""
    with flow.when(INPUT, HAS_VALUE) as shared:
        flow.let("Given", INPUT)
        shared.otherwise()
        flow.set("Given", flow.do(steps.ask(texts.address_or_link)))
    found = flow.do(steps.match(LINK, flow.do(steps.percent_decoded(variable("Given")))))
    with flow.when(found, HAS_VALUE) as link:
        flow.set("Address", flow.do(steps.group(found, 1)))
        flow.set("Code", flow.do(steps.group(found, 2)))
        link.otherwise()
        plain = flow.do(steps.match(ADDRESS, variable("Given")))
        with flow.when(plain, HAS_VALUE) as address:
            flow.set("Address", plain)
            address.otherwise()
            flow.set("Address", flow.do(steps.ask(texts.address)))
        flow.set("Code", flow.do(steps.ask(texts.code)))


def _pair(flow: Workflow, bridge: Bridge, name: Ref) -> Ref:
    body: dict[str, Field] = {"code": variable("Code"), "name": name, "kind": "shortcut"}
    reply = bridge.post("/v1/pair", Text("pair-", variable("Code"), "-", NOW.iso_date()), body)
    bridge.proper(reply)
    with flow.when(*empty(flow, reply.key("token"))):
        bridge.refuse(reply)
    return flow.text(reply.key("token"))
