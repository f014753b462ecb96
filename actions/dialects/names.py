"""Tool names: every vendor takes letters, digits, `_` and `-`, 64 at most; our names may hold a dot as well."""

import hashlib
from collections.abc import Iterable

LONGEST = 64


def tool_names(actions: Iterable[str]) -> dict[str, str]:
    """The tool name of each action: `script.movie_night` -> `script__movie_night`.

    Names without a dot stay as they are. A dotted name whose tool name is taken or too long ends in a hash of it,
    so that it is the same at every start.
    """
    names = sorted(actions)
    written = {name: name for name in names if "." not in name}
    taken = set(written)
    for name in names:
        if name not in written:
            written[name] = _free(name, taken)
            taken.add(written[name])
    return written


def action_names(actions: Iterable[str]) -> dict[str, str]:
    """The action of each tool name; the other way round of `tool_names`."""
    return {tool: action for action, tool in tool_names(actions).items()}


def _free(name: str, taken: set[str]) -> str:
    tool = name.replace(".", "__")
    digest = hashlib.sha256(name.encode()).hexdigest()
    length = 8
    while tool in taken or len(tool) > LONGEST:
        ending = f"_{digest[:length]}"
        tool = name.replace(".", "__")[: LONGEST - len(ending)] + ending
        length += 1
    return tool
