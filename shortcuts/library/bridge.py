"""How every shortcut of ours talks to the bridge: settings, headers, and an answer that is checked to be one."""

from collections.abc import Mapping
from dataclasses import dataclass

from shortcuts import steps
from shortcuts.conditions import NO_VALUE, Condition, begins, differs, equals
from shortcuts.fields import Field
from shortcuts.texts import Texts
from shortcuts.values import Ref, Text
from shortcuts.workflow import Workflow

SETTINGS = "hearthbridge.json"
"""In the Shortcuts folder of iCloud Drive: {"address", "token"}, written by Hearth Setup."""
HEADER = "X-Hearthbridge-Shortcut"
VERSION = "1"


@dataclass(frozen=True, slots=True)
class Bridge:
    """The bridge, as one shortcut sees it."""

    workflow: Workflow
    texts: Texts
    address: Ref
    token: Ref | None
    tag: str
    """What the header says: name and version of the shortcut."""

    def headers(self, key: Text | None = None) -> dict[str, Field]:
        """Headers of a request; a POST has an Idempotency-Key too."""
        headers: dict[str, Field] = {HEADER: self.tag}
        if self.token:
            headers["Authorization"] = Text("Bearer ", self.token)
        if key:
            headers["Idempotency-Key"] = key
        return headers

    def post(self, path: str, key: Text, body: Mapping[str, Field]) -> Ref:
        """POST; the answer goes into Reply."""
        step = steps.post(Text(self.address, path), self.headers(key), body)
        return self.workflow.set("Reply", self.workflow.do(step))

    def get(self, *path: str | Ref) -> Ref:
        """GET; the answer goes into Reply."""
        step = steps.get(Text(self.address, *path), self.headers())
        return self.workflow.set("Reply", self.workflow.do(step))

    def check(self, reply: Ref, *, say: bool = True) -> None:
        """Stop, and say why, unless Reply is a turn's. An HTML page is no dictionary, and would stop it mutely."""
        flow = self.workflow
        self.proper(reply, say=say)
        with flow.when(*empty(flow, reply.key("turn_id"))):
            self.refuse(reply, say=say)

    def proper(self, reply: Ref, *, say: bool = True) -> None:
        """Stop, and say so, unless Reply is JSON."""
        flow = self.workflow
        with flow.when(flow.text(reply), begins("{")) as proper:
            proper.otherwise()
            self._stop(self.texts.bad_answer, say=say)

    def refuse(self, reply: Ref, *, say: bool = True) -> None:
        """Say the error that an answer holds, and stop; JSON without one is someone else's."""
        error = self.workflow.do(steps.value(reply, "error"))
        with self.workflow.when(*empty(self.workflow, error.key("message"))):
            self._stop(self.texts.bad_answer, say=say)
        self._stop(Text(self.texts.failed, " ", error.key("message"), "\n", error.key("hint")), say=say)

    def _stop(self, words: str | Text, *, say: bool) -> None:
        self.workflow.do(steps.show(words) if say else steps.notify("Hearthbridge", words))
        self.workflow.do(steps.stop())


def settled(workflow: Workflow, texts: Texts, tag: str) -> Bridge:
    """The bridge of the settings file; a phone without one is told what to do."""
    found = workflow.do(steps.read_file(SETTINGS))
    with workflow.when(found, NO_VALUE):
        workflow.do(steps.show(texts.not_set_up))
        workflow.do(steps.stop())
    settings = workflow.set("Settings", workflow.do(steps.as_dictionary(found)))
    return Bridge(workflow, texts, settings.key("address"), settings.key("token"), tag)


def empty(workflow: Workflow, value: Ref) -> tuple[Ref, Condition]:
    """Subject and condition that ask whether a text is empty; no version of Shortcuts can read them otherwise."""
    return workflow.text("=", value), equals("=")


def filled(workflow: Workflow, value: Ref) -> tuple[Ref, Condition]:
    """The opposite of `empty`."""
    return workflow.text("=", value), differs("=")
