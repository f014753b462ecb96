"""A recipe as Markdown."""

from collections.abc import Sequence

from shortcuts.recipe.lines import Line
from shortcuts.recipe.pieces import Piece, Pill
from shortcuts.workflow import Workflow

HOW = (
    "Open Shortcuts, tap **+**, and add these actions in this order: search each by its bold name. "
    "A `pill` is a variable: tap the field, choose **Select Variable**, and take it from the step that is named; "
    "what stands after → is chosen by tapping the pill again. “Otherwise” and “End” appear by themselves."
)


def as_markdown(workflow: Workflow, lines: Sequence[Line]) -> str:
    """The page of one shortcut."""
    count = sum(1 for line in lines if line.number)
    head = f"# {workflow.name}\n\nVersion {workflow.version}, {count} actions to add. {HOW}\n\n"
    return head + "\n".join(_line(line) for line in lines) + "\n"


def _line(line: Line) -> str:
    indent = "    " * line.depth
    number = f"{line.number}. " if line.number else "- "
    rows = [f"{indent}{number}**{line.title}**{_inline(line)}"]
    for label, value in line.fields:
        if label:
            rows.append(f"{indent}    - {label}{': ' + _value(value) if value else ''}")
    return "\n".join(rows)


def _inline(line: Line) -> str:
    words = [_value(value) for label, value in line.fields if not label]
    return f" {' '.join(words)}" if words else ""


def _value(value: Sequence[Piece]) -> str:
    return "".join(f"`{piece}`" if isinstance(piece, Pill) else _escaped(piece) for piece in value)


def _escaped(text: str) -> str:
    for mark in "\\`*_[]<>|":
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", "⏎")
