"""A recipe as one HTML page, in the look of the editor: also what the pictures in the docs are taken of."""

from collections.abc import Sequence
from html import escape

from shortcuts.recipe.lines import Line
from shortcuts.recipe.markdown import HOW
from shortcuts.recipe.pieces import Piece, Pill
from shortcuts.workflow import Workflow

_STYLE = """
:root { color-scheme: light dark; --card: #fff; --page: #f2f2f7; --ink: #1c1c1e; --soft: #6b6b70; --pill: #dbe9ff;
  --blue: #0a58ca }
@media (prefers-color-scheme: dark) { :root { --card: #1c1c1e; --page: #000; --ink: #f2f2f7; --soft: #a1a1a6;
  --pill: #16305a; --blue: #8ab8ff } }
body { font: 16px/1.45 -apple-system, system-ui, sans-serif; background: var(--page); color: var(--ink);
  max-width: 44rem; margin: 0 auto; padding: 1rem }
ol { list-style: none; padding: 0; margin: 0 }
li { background: var(--card); border-radius: 12px; padding: .6rem .8rem; margin: .4rem 0;
  margin-inline-start: calc(var(--depth) * 1.1rem); overflow-wrap: anywhere }
li.turn { background: none; padding: .1rem .8rem; color: var(--soft) }
.number { color: var(--soft); margin-inline-end: .4rem; font-variant-numeric: tabular-nums }
.pill { background: var(--pill); color: var(--blue); border-radius: 6px; padding: 0 .35rem }
dl { margin: .3rem 0 0; display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; font-size: .9rem }
dt { color: var(--soft) } dd { margin: 0; white-space: pre-wrap }
"""


def as_html(workflow: Workflow, lines: Sequence[Line]) -> str:
    """The page of one shortcut; needs no other file."""
    name = escape(workflow.name)
    items = "\n".join(_line(line) for line in lines)
    count = sum(1 for line in lines if line.number)
    how = escape(HOW).replace("**", "").replace("`", "")
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>\n'
        f"<body><h1>{name}</h1><p>Version {escape(workflow.version)}, {count} actions to add. {how}</p>\n"
        f"<ol>\n{items}\n</ol></body></html>\n"
    )


def _line(line: Line) -> str:
    style = f'style="--depth: {line.depth}"'
    if line.number is None:
        return f'<li class="turn" {style}>{escape(line.title)}</li>'
    inline = " ".join(_value(value) for label, value in line.fields if not label)
    rows = "".join(f"<dt>{escape(label)}</dt><dd>{_value(value)}</dd>" for label, value in line.fields if label)
    fields = f"<dl>{rows}</dl>" if rows else ""
    title = f'<span class="number">{line.number}</span><b>{escape(line.title)}</b>'
    return f'<li id="step-{line.number}" {style}>{title} {inline}{fields}</li>'


def _value(value: Sequence[Piece]) -> str:
    return "".join(
        f'<span class="pill">{escape(str(piece))}</span>' if isinstance(piece, Pill) else escape(piece)
        for piece in value
    )
