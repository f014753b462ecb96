"""Control flow marks: that they pair, in order, and do not cross."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shortcuts.schema import FLOW, PREFIX

START, MIDDLE, END = 0, 1, 2
_LOOPS = frozenset({PREFIX + "repeat.each", PREFIX + "repeat.count"})


def check_blocks(actions: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, str]]:
    """Everything wrong with the blocks, with the place of the mark."""
    open_blocks: list[tuple[str, str, int, list[str]]] = []
    for place, action in enumerate(actions):
        if action["WFWorkflowActionIdentifier"] in FLOW:
            yield from _mark(place, action, open_blocks)
    for _, identifier, place, _ in open_blocks:
        yield place, f"{_name(identifier)} is never closed"


def _mark(
    place: int, action: Mapping[str, Any], open_blocks: list[tuple[str, str, int, list[str]]]
) -> Iterator[tuple[int, str]]:
    identifier, parameters = action["WFWorkflowActionIdentifier"], action["WFWorkflowActionParameters"]
    group, mode = parameters.get("GroupingIdentifier"), parameters.get("WFControlFlowMode")
    if group is None or mode not in (START, MIDDLE, END):
        yield place, f"{_name(identifier)} has no group or no mode"
    elif mode == START:
        if any(group == other for other, _, _, _ in open_blocks):
            yield place, "The group is open already"
        open_blocks.append((group, identifier, place, list(parameters.get("WFMenuItems", []))))
    elif not open_blocks or open_blocks[-1][:2] != (group, identifier):
        yield place, f"{_name(identifier)} turns or ends where another block is open"
    elif mode == MIDDLE:
        yield from _middle(place, identifier, parameters, open_blocks[-1][3])
    else:
        left = open_blocks.pop()[3]
        if left and left != [_OTHERWISE]:
            yield place, f"The menu has no branch for {', '.join(left)}"


_OTHERWISE = "\0otherwise"


def _middle(
    place: int, identifier: str, parameters: Mapping[str, Any], left: list[str]
) -> Iterator[tuple[int, str]]:
    if identifier in _LOOPS:
        yield place, "A Repeat has no middle"
    elif identifier == PREFIX + "conditional":
        if left:
            yield place, "A second Otherwise"
        left.append(_OTHERWISE)
    elif not left or left.pop(0) != parameters.get("WFMenuItemTitle"):
        yield place, f"'{parameters.get('WFMenuItemTitle')}' is not the menu's next item"


def depths(actions: Sequence[Mapping[str, Any]]) -> list[int]:
    """How many loops each action stands in; the blocks must be sound."""
    found, depth = [], 0
    for action in actions:
        mode = action["WFWorkflowActionParameters"].get("WFControlFlowMode")
        loop = action["WFWorkflowActionIdentifier"] in _LOOPS
        depth -= loop and mode == END
        found.append(depth)
        depth += loop and mode == START
    return found


def _name(identifier: str) -> str:
    return identifier.removeprefix(PREFIX)
