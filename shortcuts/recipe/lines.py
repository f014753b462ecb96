"""The lines of a recipe: each action with its fields, in the words of the editor."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shortcuts.recipe.pieces import Field, Piece, Steps, dictionary_fields, pieces
from shortcuts.schema import CONDITIONS, PREFIX, Kind
from shortcuts.specs import SPECS
from shortcuts.values import Plist
from shortcuts.workflow import Workflow


@dataclass(frozen=True, slots=True)
class Line:
    """One action, as a person adds it."""

    number: int | None
    """The step; an Otherwise or an End has none, since the editor adds it by itself."""
    depth: int
    title: str
    fields: tuple[Field, ...] = ()
    """Label and value, in the order of the editor."""


def lines(workflow: Workflow) -> list[Line]:
    """Every line of a shortcut's recipe."""
    return list(_Writer(workflow).write())


class _Writer:
    def __init__(self, workflow: Workflow) -> None:
        self.actions = workflow.actions
        self.questions = {question["ActionIndex"]: question["Text"] for question in workflow.questions}
        self.steps = Steps({})
        self.depth = 0

    def write(self) -> Iterator[Line]:
        number = 0
        for place, action in enumerate(self.actions):
            parameters = action["WFWorkflowActionParameters"]
            mode = parameters.get("WFControlFlowMode", 0)
            number += mode == 0
            self.depth -= mode > 0
            line = self._line(place, action["WFWorkflowActionIdentifier"], parameters, number)
            yield line
            self.depth += "WFControlFlowMode" in parameters and mode < 2
            if mode == 0 and "UUID" in parameters:
                self.steps.numbers[parameters["UUID"]] = number

    def _line(self, place: int, identifier: str, parameters: Plist, number: int) -> Line:
        mode = parameters.get("WFControlFlowMode", 0)
        if mode:
            return Line(None, self.depth, _turn(identifier, parameters, mode))
        if identifier == PREFIX + "conditional":
            return Line(number, self.depth, "If", tuple(self._condition(parameters)))
        spec = SPECS[identifier]
        if place in self.questions:
            return Line(number, self.depth, spec.name, (("Text", [f"({self.questions[place]})"]),))
        fields: list[Field] = []
        for key, known in spec.keys.items():
            if key in parameters:
                fields.extend(self._field(known.kind, known.label, parameters[key]))
        return Line(number, self.depth, spec.name, tuple(fields))

    def _condition(self, parameters: Plist) -> Iterator[Field]:
        yield "", pieces(parameters["WFInput"]["Variable"], self.steps)
        words: list[Piece] = [CONDITIONS[parameters["WFCondition"]]]
        other = parameters.get("WFConditionalActionString", parameters.get("WFNumberValue"))
        yield "", words if other is None else [*words, " ", *_quoted(pieces(other, self.steps))]

    def _field(self, kind: Kind, label: str, value: Any) -> Iterator[Field]:
        if kind is Kind.DICTIONARY:
            yield label, []
            yield from dictionary_fields(value, self.steps)
        elif kind is Kind.ITEMS:
            yield label, [", ".join(f"“{item}”" for item in value)]
        elif kind is Kind.ANY:
            yield label, [str(value["DisplayString"])]
        elif label:
            yield label, pieces(value, self.steps)


def _turn(identifier: str, parameters: Mapping[str, Any], mode: int) -> str:
    if mode == 1:
        title = parameters.get("WFMenuItemTitle")
        return f"“{title}”" if title else "Otherwise"
    return f"End {SPECS[identifier].name}"


def _quoted(found: Sequence[Piece]) -> list[Piece]:
    return ["“", *found, "”"]
