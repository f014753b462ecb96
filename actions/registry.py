"""The registry: every action that can be done, from all catalogs."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from pydantic import BaseModel

from actions.action import Action
from actions.call import ToolCall
from actions.errors import RegistryError
from actions.text import nearest
from actions.validation import Problem, check


class Registry(Mapping[str, Action]):
    """Actions by name; immutable, so that a request sees one registry from start to end."""

    def __init__(self, actions: Iterable[Action] = ()) -> None:
        self._actions: dict[str, Action] = {}
        for action in actions:
            if action.name in self._actions:
                raise RegistryError(
                    f"Two actions are named '{action.name}'", hint="Rename one of them; names must be unique."
                )
            self._actions[action.name] = action

    def __getitem__(self, name: str) -> Action:
        return self._actions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._actions)

    def __len__(self) -> int:
        return len(self._actions)

    @cached_property
    def version(self) -> str:
        """A hash over names, descriptions and schemas; 16 hex digits. The ETag of `/v1/tools`."""
        content = [
            [action.name, action.description, action.schema(), action.risk, action.undo, action.place]
            for action in self._actions.values()
        ]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]

    def check(self, call: ToolCall) -> tuple[BaseModel | None, list[Problem]]:
        """Validate one call: its arguments as the action's model, or None and the problems."""
        if call.unreadable is not None:
            return None, [Problem(code="unreadable_arguments", path="arguments", message=call.unreadable)]
        action = self._actions.get(call.name)
        if action is None:
            return None, [
                Problem(
                    code="unknown_tool",
                    path="name",
                    message=f"There is no action '{call.name}'",
                    nearest=nearest(call.name, self._actions),
                )
            ]
        return check(action, call.arguments)
