"""A Workflow: one shortcut being written, action by action, with blocks that pair by themselves."""

import plistlib
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from shortcuts.conditions import Condition
from shortcuts.errors import BuildError
from shortcuts.step import Step
from shortcuts.values import Plist, Ref, Text, output, variable

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://github.com/hearthbridge/shortcuts")
CLIENT_VERSION = "4033.0.4.3"
"""Shortcuts of iOS 26; the oldest app that may open the file is `MINIMUM`."""
MINIMUM = 900


@dataclass(frozen=True, slots=True)
class Look:
    """Where a shortcut shows up, and how."""

    colour: int = 4271458815
    glyph: int = 61440
    types: tuple[str, ...] = ()
    """`WFWorkflowTypes`: ActionExtension is the share sheet."""
    inputs: tuple[str, ...] = ()
    """`WFWorkflowInputContentItemClasses`: what it takes from there."""


@dataclass(slots=True)
class Workflow:
    """A shortcut. The same calls give the same bytes: UUIDs come from the name and the place."""

    name: str
    """The file's name, hence the shortcut's: ASCII, so that it can be run by name."""
    version: str
    look: Look = field(default_factory=Look)
    actions: list[Plist] = field(default_factory=list)
    questions: list[Plist] = field(default_factory=list)
    _depth: int = 0

    def do(self, step: Step) -> Ref:
        """Append an action; returns its result."""
        mark = self._uuid(step.identifier)
        parameters = {"UUID": mark, **step.parameters()}
        if step.spec.descriptor:
            parameters["AppIntentDescriptor"] = {**step.spec.descriptor, "ActionRequiresAppInstallation": True}
        self._append(step.identifier, parameters)
        return output(mark, step.spec.output or step.spec.name)

    def text(self, *parts: str | Ref | Text) -> Ref:
        """A Text action."""
        return self.do(Step("gettext", {"WFTextActionText": Text(*parts)}))

    def set(self, name: str, value: Ref) -> Ref:
        """Set a variable; returns it."""
        self.do(Step("setvariable", {"WFVariableName": name, "WFInput": value}))
        return variable(name)

    def let(self, name: str, *parts: str | Ref | Text) -> Ref:
        """Set a variable to a text; returns it."""
        return self.set(name, self.text(*parts))

    def question(self, prompt: str, default: str = "") -> Ref:
        """A Text action that is filled in when the shortcut is imported."""
        asked = self.text(default)
        self.questions.append(
            {
                "ActionIndex": len(self.actions) - 1,
                "Category": "Parameter",
                "ParameterKey": "WFTextActionText",
                "DefaultValue": default,
                "Text": prompt,
            }
        )
        return asked

    @contextmanager
    def when(self, subject: Ref, condition: Condition) -> Iterator["Branch"]:
        """An If; `branch.otherwise()` begins the other side."""
        step = Step("conditional", {"WFInput": subject, **condition.values()})
        with self._block(step) as group:
            yield Branch(self, group)

    @contextmanager
    def each(self, items: Ref) -> Iterator[Ref]:
        """Repeat with Each; gives the item of this round."""
        with self._block(Step("repeat.each", {"WFInput": items}), loop=True):
            yield variable("Repeat Item" if self._depth == 1 else f"Repeat Item {self._depth}")

    @contextmanager
    def times(self, count: int | Ref) -> Iterator[Ref]:
        """Repeat a number of times; gives the index of this round, from 1."""
        with self._block(Step("repeat.count", {"WFRepeatCount": count}), loop=True):
            yield variable("Repeat Index" if self._depth == 1 else f"Repeat Index {self._depth}")

    @contextmanager
    def menu(self, prompt: str | Ref | Text, items: Sequence[str]) -> Iterator["Menu"]:
        """Choose from Menu; `menu.item(title)` begins each branch, in the order given."""
        step = Step("choosefrommenu", {"WFMenuPrompt": prompt, "WFMenuItems": items})
        with self._block(step) as group:
            chosen = Menu(self, group, list(items))
            yield chosen
        if chosen.left:
            raise BuildError(f"The menu has no branch for {', '.join(chosen.left)}")

    def plist(self) -> Plist:
        """The whole shortcut, as the format has it."""
        if self._depth:
            raise BuildError("A block is still open")
        return {
            "WFWorkflowActions": self.actions,
            "WFWorkflowClientVersion": CLIENT_VERSION,
            "WFWorkflowMinimumClientVersion": MINIMUM,
            "WFWorkflowMinimumClientVersionString": str(MINIMUM),
            "WFWorkflowIcon": {
                "WFWorkflowIconStartColor": self.look.colour,
                "WFWorkflowIconGlyphNumber": self.look.glyph,
            },
            "WFWorkflowTypes": list(self.look.types),
            "WFWorkflowInputContentItemClasses": list(self.look.inputs),
            "WFWorkflowOutputContentItemClasses": [],
            "WFWorkflowImportQuestions": self.questions,
            "WFQuickActionSurfaces": [],
            "WFWorkflowHasShortcutInputVariables": "ExtensionInput" in repr(self.actions),
            "WFWorkflowHasOutputFallback": False,
        }

    def file(self) -> bytes:
        """The file, not signed: a binary property list."""
        return plistlib.dumps(self.plist(), fmt=plistlib.FMT_BINARY, sort_keys=True)

    def _append(self, identifier: str, parameters: Plist) -> None:
        self.actions.append({"WFWorkflowActionIdentifier": identifier, "WFWorkflowActionParameters": parameters})

    def _uuid(self, what: str) -> str:
        return str(uuid.uuid5(NAMESPACE, f"{self.name}/{len(self.actions)}/{what}")).upper()

    @contextmanager
    def _block(self, start: Step, *, loop: bool = False) -> Iterator[str]:
        group = self._uuid(f"group {start.identifier}")
        self._mark(start.identifier, group, 0, start.parameters())
        self._depth += loop
        yield group
        self._depth -= loop
        self._mark(start.identifier, group, 2, {"UUID": self._uuid(f"end {start.identifier}")})

    def _mark(self, identifier: str, group: str, mode: int, more: dict[str, Any]) -> None:
        self._append(identifier, {"GroupingIdentifier": group, "WFControlFlowMode": mode, **more})


@dataclass(slots=True)
class Branch:
    """The inside of an If."""

    _workflow: Workflow
    _group: str
    _other: bool = False

    def otherwise(self) -> None:
        """What follows is done when the condition does not hold."""
        if self._other:
            raise BuildError("An If has one Otherwise")
        self._other = True
        self._workflow._mark(Step("conditional").identifier, self._group, 1, {})  # noqa: SLF001  # two halves of one


@dataclass(slots=True)
class Menu:
    """The inside of a Choose from Menu."""

    _workflow: Workflow
    _group: str
    left: list[str]
    """Items that have no branch yet."""

    def item(self, title: str) -> None:
        """What follows is done when this item is chosen."""
        if not self.left or self.left[0] != title:
            raise BuildError(f"'{title}' is not the menu's next item")
        self.left.pop(0)
        identifier = Step("choosefrommenu").identifier
        self._workflow._mark(identifier, self._group, 1, {"WFMenuItemTitle": title})  # noqa: SLF001
