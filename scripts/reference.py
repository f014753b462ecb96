"""Write docs/reference from the code: actions, settings, error codes and the command line.

    python scripts/reference.py [--check]

With --check nothing is written; the exit status is 1 when a page is not as the code would have it.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from actions.catalog.intents import CLOCK, HOME
from bridge.api.errors import STATUS
from bridge.cli import main
from bridge.settings import Settings
from coreml_export.cli import main as model
from coreml_export.coreml.decoding import decoding
from shortcuts.catalogue import PhoneCatalogue

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
HEAD = "<!-- Made by `make docs` from the code; do not edit. -->\n\n"


def actions() -> str:
    """The registry's built-in actions."""
    head = "| action | what it does | arguments | risk | undo | where |"
    lines = ["# Actions", "", head, "|---|---|---|---|---|---|"]
    for action in (*HOME, *CLOCK, *PhoneCatalogue().actions):
        arguments = ", ".join(f"`{name}`" for name in action.schema()["properties"])
        cells = (f"`{action.name}`", action.description, arguments, action.risk, action.undo, action.place)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def settings() -> str:
    """Every setting, with its environment variable."""
    lines = [
        "# Settings",
        "",
        "| in hearthbridge.toml | environment | default | |",
        "|---|---|---|---|",
        *(f"| `{toml}` | `{name}` | {default} | {words} |" for toml, name, default, words in _settings(Settings)),
    ]
    return "\n".join(lines)


def _settings(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, str, str, str]]:
    for name, field in model.model_fields.items():
        path = f"{prefix}{name}"
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _settings(kind, f"{path}.")
        else:
            variable = "HEARTHBRIDGE_" + path.upper().replace(".", "__")
            yield path, variable, _default(field), field.description or ""


def _default(field: FieldInfo) -> str:
    value: Any = field.default
    if value is PydanticUndefined:
        return "in your home folder" if field.default_factory else ""
    return "" if value is None else f"`{value}`"


def errors() -> str:
    """The error codes of the HTTP surface."""
    lines = ["# Error codes", "", "| code | HTTP status |", "|---|---|"]
    return "\n".join([*lines, *(f"| `{code}` | {status} |" for code, status in sorted(STATUS.items()))])


def commands() -> str:
    """The command line's own help."""
    parts = ["# Command line"]
    for program, group in (("hearthbridge", main), ("coreml-export", model)):
        for name, command in sorted(group.commands.items()):
            context = click.Context(command, info_name=f"{program} {name}")
            parts.append(f"## {program} {name}\n\n```\n{command.get_help(context)}\n```")
    return "\n\n".join(parts)


def pages() -> dict[Path, str]:
    """Every page with its content."""
    made = {
        "actions": actions,
        "settings": settings,
        "errors": errors,
        "command-line": commands,
        "decoding": decoding,
    }
    return {FOLDER / f"{name}.md": f"{HEAD}{make()}\n" for name, make in made.items()}


def run(*, check: bool) -> int:
    """Write the pages, or compare them; returns the exit status."""
    old = [path for path, content in pages().items() if not path.exists() or path.read_text() != content]
    if check:
        for path in old:
            print(f"{path.name} is not as the code has it; run: make docs", file=sys.stderr)
        return 1 if old else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, content in pages().items():
        path.write_text(content)
    return 0


if __name__ == "__main__":
    sys.exit(run(check="--check" in sys.argv))
