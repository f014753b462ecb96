"""OpenAI's chat completions (and what speaks like them) and its Responses API."""

from collections.abc import Mapping
from typing import Any

from actions.dialects.base import Dialect, Found, cut_last
from actions.dialects.names import tool_names
from actions.registry import Registry

_CUT = ("length", "content_filter", "max_tokens")
_LONGEST_DESCRIPTION = 1024
_FOREIGN = ("tool_use", "custom", "custom_tool_call", "error")
"""Calls that we cannot read; skipping them would be silence about something that was asked for."""


class OpenAI(Dialect):
    """Reads both APIs; `tools` writes for chat completions, `responses_tools` for Responses."""

    name = "openai"
    example = (
        '{"choices": [{"message": {"tool_calls": [{"id": "call_1", "type": "function", '
        '"function": {"name": "HassTurnOn", "arguments": "{\\"name\\": \\"lamp\\"}"}}]}}]}'
    )

    def tools(self, registry: Registry) -> list[dict[str, Any]]:
        """`tools` of a chat completion."""
        return [{"type": "function", "function": function} for function in _functions(registry)]

    def responses_tools(self, registry: Registry) -> list[dict[str, Any]]:
        """`tools` of the Responses API: flat, and not strict, since strict there is the default and our arguments
        are optional.
        """
        return [{"type": "function", **function, "strict": False} for function in _functions(registry)]

    def find(self, payload: Any) -> list[Found]:
        """Calls in a response of either API, a choice, a message, its list of calls, or one call."""
        if isinstance(payload, list):
            return self._items(payload)
        body = self.mapping(payload, "The payload")
        if "choices" in body:
            # Further choices are other answers to the same question, not further calls.
            choices = self.mappings(body["choices"], "choices")
            return self._choice(choices[0]) if choices else []
        if isinstance(body.get("output"), list):
            found = self._items(body["output"])
            return cut_last(found) if body.get("status") == "incomplete" else found
        if "message" in body:
            return self._choice(body)
        if "role" in body or "tool_calls" in body or isinstance(body.get("function_call"), Mapping):
            return self._message(body)
        return self._items([body])

    def _choice(self, choice: Mapping[str, Any]) -> list[Found]:
        found = self._message(self.mapping(choice.get("message"), "message"))
        reason = choice.get("finish_reason") or choice.get("done_reason")
        return cut_last(found) if reason in _CUT else found

    def _message(self, message: Mapping[str, Any]) -> list[Found]:
        if message.get("tool_calls"):
            return self._items(message["tool_calls"])
        legacy = message.get("function_call")
        if legacy is not None:
            return [self._function(self.mapping(legacy, "function_call"), None)]
        if not {"content", "tool_calls", "function_call"} & message.keys():
            raise self.refused("A message has neither content nor calls")
        content = message.get("content")
        return self._items(content) if isinstance(content, list) else []

    def _items(self, items: Any) -> list[Found]:
        found = [self._item(item) for item in self.mappings(items, "The list of calls")]
        return [call for call in found if call is not None]

    def _item(self, item: Mapping[str, Any]) -> Found | None:
        kind = item.get("type")
        if kind == "function_call":
            call = self._function(item, item.get("call_id") or item.get("id"))
            return cut_last([call])[0] if item.get("status") in ("incomplete", "in_progress") else call
        if kind == "function" or "function" in item:
            return self._function(self.mapping(item.get("function"), "function"), item.get("id"))
        if kind is None and "name" in item:
            return self._function(item, item.get("id"))
        if not isinstance(kind, str) or kind in _FOREIGN:
            raise self.refused("An item is no function call")
        return None

    def _function(self, function: Mapping[str, Any], ident: Any) -> Found:
        return Found(function.get("name"), self.arguments(function, "arguments"), ident)


def _functions(registry: Registry) -> list[dict[str, Any]]:
    names = tool_names(registry)
    return [
        {
            "name": names[action.name],
            "description": action.description[:_LONGEST_DESCRIPTION],
            "parameters": action.schema(),
        }
        for action in registry.values()
    ]
