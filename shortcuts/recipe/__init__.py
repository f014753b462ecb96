"""A page that says, action by action, how to build a shortcut by hand: made from the same list as the file."""

from shortcuts.recipe.html import as_html
from shortcuts.recipe.lines import Line, lines
from shortcuts.recipe.markdown import as_markdown
from shortcuts.recipe.pieces import Pill

__all__ = ["Line", "Pill", "as_html", "as_markdown", "lines"]
