"""Carrying out the `device_actions` of an answer: each once, told to the bridge before and after."""

from shortcuts import steps
from shortcuts.conditions import differs, equals, lacks
from shortcuts.fields import Field
from shortcuts.kinds import marks
from shortcuts.library.bridge import Bridge
from shortcuts.library.doing import DOINGS
from shortcuts.values import Ref, Text, variable


class Performer:
    """Writes the part of a shortcut that does what a phone is asked to do.

    `Seen` holds the ids that were begun in this run, so that an answer which lists one again does not repeat it.
    `Next` is "end" before, and after it what the shortcut goes on with: "told", the answer to the last result, or
    "ask" when a picture goes with the next request.
    """

    def __init__(self, bridge: Bridge, *, pushed: bool = False) -> None:
        self.bridge = bridge
        self.pushed = pushed
        self._flow = bridge.workflow

    def prepare(self) -> None:
        """What must stand before the first use."""
        self._known = self._flow.text("|", "|".join(marks(pushed_only=self.pushed)), "|")
        quiet = [] if self.pushed else [f"{mark}=" for mark in marks(quiet_only=True)]
        self._quiet = self._flow.text("|", "|".join(quiet), "|")
        self._flow.let("Seen", "|")

    def perform_all(self, reply: Ref) -> None:
        """Do every action of Reply that was not begun yet."""
        self._flow.let("Next", "end")
        with self._flow.each(self._flow.do(steps.value(reply, "device_actions"))) as item:
            identity = self._flow.text(item.key("id"))
            with self._flow.when(variable("Seen"), lacks(Text("|", identity, "|"))):
                self._flow.let("Seen", variable("Seen"), identity, "|")
                self._perform(item, identity)

    def _perform(self, item: Ref, identity: Ref) -> None:
        flow = self._flow
        arguments = flow.set("Args", flow.do(steps.value(item, "args")))
        mark = flow.text(item.key("kind"), ":", arguments.key("mode"))
        flow.let("Status", "done")
        flow.let("Detail", "")
        with flow.when(self._known, lacks(Text("|", mark, "|"))):
            flow.let("Status", "failed")
            flow.let("Detail", "This shortcut does not know ", mark)
        confirm = flow.text("=", item.key("confirm"))
        with flow.when(self._quiet, lacks(Text("|", mark, confirm, "|"))):
            self._begin(identity)
        with flow.when(confirm, differs("=")):
            self._confirm(item)
        with flow.when(variable("Status"), equals("done")):
            for one in marks(pushed_only=self.pushed):
                with flow.when(mark, equals(one)):
                    DOINGS[one](flow, arguments)
        self._report(identity, variable("Status"), variable("Detail"))
        with flow.when(variable("Next"), equals("end")):
            flow.let("Next", "told")

    def _begin(self, identity: Ref) -> None:
        """Post *started*; refused, it is not done: it may be another's, too old, or begun before."""
        reply = self._report(identity, "started", "")
        self.bridge.check(reply, say=not self.pushed)

    def _confirm(self, item: Ref) -> None:
        texts = self.bridge.texts
        with self._flow.menu(item.key("confirm"), [texts.yes, texts.no]) as menu:
            menu.item(texts.yes)
            menu.item(texts.no)
            self._flow.let("Status", "cancelled")

    def _report(self, identity: Ref, status: str | Ref, detail: str | Ref) -> Ref:
        result: dict[str, Field] = {"id": identity, "status": status, "detail": detail}
        body: dict[str, Field] = {"turn_id": variable("Turn"), "results": [result]}
        return self.bridge.post("/v1/results", Text("result-", identity, "-", status), body)
