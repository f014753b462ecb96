"""Blocks: where an If, a Repeat or a menu begins, turns and ends."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shortcuts.interpreter.content import Content, number
from shortcuts.interpreter.errors import Unsupported
from shortcuts.interpreter.params import Params
from shortcuts.interpreter.values import Scope

PREFIX = "is.workflow.actions."
START, MIDDLE, END = 0, 1, 2
BLOCKS = frozenset(PREFIX + name for name in ("conditional", "repeat.each", "repeat.count", "choosefrommenu"))


@dataclass(slots=True)
class Block:
    """One group: the places of its marks, in order."""

    marks: list[int] = field(default_factory=list)

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.marks[0]

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.marks[-1]


@dataclass(slots=True)
class Loop:
    """A running Repeat."""

    block: Block
    items: Content
    depth: int
    round: int = 0

    def enter(self, scope: Scope) -> None:
        """Set the loop variables. A counting Repeat has an item too: its index (seen on devices)."""
        suffix = "" if self.depth == 1 else f" {self.depth}"
        scope.variables[f"Repeat Item{suffix}"] = [self.items[self.round]]
        scope.variables[f"Repeat Index{suffix}"] = [self.round + 1]


def blocks(actions: Sequence[Mapping[str, Any]]) -> dict[int, Block]:
    """The block of every mark, by its place."""
    groups: dict[str, Block] = {}
    found: dict[int, Block] = {}
    for place, action in enumerate(actions):
        if action["WFWorkflowActionIdentifier"] in BLOCKS:
            group = action["WFWorkflowActionParameters"]["GroupingIdentifier"]
            block = groups.setdefault(group, Block())
            block.marks.append(place)
            found[place] = block
    return found


def holds(params: Params) -> bool:
    """Whether an If's condition holds."""
    subject = params.take("WFInput")
    if not isinstance(subject, dict) or subject.get("Type") != "Variable":
        raise Unsupported("An If without a variable")
    content = params.scope.attached(subject["Variable"])
    code: int = params.take("WFCondition")
    if code in (100, 101):
        return bool(content) is (code == 100)
    if code in _NUMBERS:
        left, right = number(content), params.number("WFNumberValue")
        return left is not None and _NUMBERS[code](left, right)
    if code not in _TEXTS:
        raise Unsupported(f"Condition {code}")
    return _TEXTS[code](params.scope.writing.text(content), params.text("WFConditionalActionString"))


_NUMBERS: dict[int, Callable[[float, float], bool]] = {
    0: lambda left, right: left < right,
    1: lambda left, right: left <= right,
    2: lambda left, right: left > right,
    3: lambda left, right: left >= right,
}
_TEXTS: dict[int, Callable[[str, str], bool]] = {
    4: lambda left, right: left == right,
    5: lambda left, right: left != right,
    8: lambda left, right: left.startswith(right),
    9: lambda left, right: left.endswith(right),
    99: lambda left, right: right in left,
    999: lambda left, right: right not in left,
}
