"""Anthropic's Messages API."""

from collections.abc import Mapping
from typing import Any

from actions.dialects.base import Dialect, Found, cut_last
from actions.dialects.names import tool_names
from actions.registry import Registry

_CUT = ("max_tokens", "model_context_window_exceeded", "refusal")
_FOREIGN = ("function", "function_call", "error")
"""Blocks that no message of Anthropic's has; skipping them would be silence about something that was asked for."""


class Anthropic(Dialect):
    """Reads `tool_use` blocks; all others (text, thinking, tools that ran on their server) are skipped."""

    name = "anthropic"
    example = (
        '{"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_1", "name": "HassTurnOn", '
        '"input": {"name": "lamp"}}], "stop_reason": "tool_use"}'
    )

    def tools(self, registry: Registry) -> list[dict[str, Any]]:
        """`tools` of a message request."""
        names = tool_names(registry)
        return [
            {"name": names[action.name], "description": action.description, "input_schema": action.schema()}
            for action in registry.values()
        ]

    def find(self, payload: Any) -> list[Found]:
        """Calls in a message, its list of blocks, or one block."""
        if isinstance(payload, list):
            return self._blocks(payload)
        body = self.mapping(payload, "The payload")
        if "content" not in body:
            return self._blocks([body])
        if body.get("tool_calls") or body.get("function_call"):
            raise self.refused("The calls of a message are not in its content")
        if isinstance(body["content"], str):
            return []
        found = self._blocks(body["content"])
        return cut_last(found) if body.get("stop_reason") in _CUT else found

    def _blocks(self, blocks: Any) -> list[Found]:
        found: list[Found] = []
        for block in self.mappings(blocks, "content"):
            kind = block.get("type")
            if kind == "tool_use":
                found.append(self._tool_use(block))
            elif not isinstance(kind, str) or kind in _FOREIGN:
                raise self.refused("A block has no type of a content block")
        return found

    def _tool_use(self, block: Mapping[str, Any]) -> Found:
        return Found(block.get("name"), self.arguments(block, "input"), block.get("id"))
