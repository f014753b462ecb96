"""Home Assistant's chat log of one request: what was called, what came of it, and what is said."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from homeassistant.components.conversation import AssistantContent, ChatLog, ToolResultContent
from homeassistant.helpers import llm

from .errors import Unreadable
from .models import Reply

_MARKS_EXTERNAL = any(field.name == "external" for field in fields(llm.ToolInput))
"""Since 2025.10 the log can be told that a call was carried out elsewhere, and hands it on to who listens."""
_HAS_RESULT = hasattr(llm, "ToolResult")
"""Since 2026.11 a result is more than its data."""

Delta = Any
"""A piece of the log; its type has another name in each release."""


class Telling:
    """Turns the events of one request into pieces of the chat log."""

    def __init__(self, chat_log: ChatLog, agent_id: str) -> None:
        self._log = chat_log
        self._agent = agent_id
        self._spoken = ""
        self._calls: Sequence[Mapping[str, Any]] = ()
        self.reply: Reply | None = None
        """Once everything was told."""

    async def deltas(self, events: AsyncIterator[tuple[str, dict[str, Any]]]) -> AsyncIterator[Delta]:
        """The pieces: text as soon as it comes, then the calls with their results, then what is left to say.

        :raises Unreadable: the events end without a reply.
        """
        async for kind, data in events:
            if kind == "text" and isinstance(piece := data.get("text"), str):
                if not self._spoken:
                    yield {"role": "assistant"}
                self._spoken += piece
                yield {"content": piece}
            elif kind == "calls" and isinstance(calls := data.get("calls"), list):
                self._calls = [call for call in calls if isinstance(call, dict)]
            elif kind == "reply":
                self.reply = Reply.from_json(data)
        if self.reply is None:
            raise Unreadable("it ended without a reply")
        for delta in self._called(self.reply):
            yield delta
        for delta in self._rest(self.reply.say):
            yield delta

    def _rest(self, say: str) -> list[Delta]:
        if not self._spoken or self._calls or not say.startswith(self._spoken):
            return [{"role": "assistant"}, {"content": say}] if say != self._spoken else []
        rest = say[len(self._spoken) :]
        return [{"content": rest}] if rest else []

    def _called(self, reply: Reply) -> list[Delta]:
        if not self._calls:
            return []
        inputs = [_input(call) for call in self._calls]
        results = {call.id: _result(call.id, reply) for call in inputs}
        if not _MARKS_EXTERNAL:
            self._log.content.append(AssistantContent(agent_id=self._agent, content=None, tool_calls=inputs))
            for call in inputs:
                old: Any = ToolResultContent
                self._log.content.append(old(self._agent, call.id, call.tool_name, results[call.id]))
            return []
        told: list[Delta] = [{"role": "assistant", "tool_calls": inputs}]
        for call in inputs:
            about = {"role": "tool_result", "tool_call_id": call.id, "tool_name": call.tool_name}
            result = results[call.id]
            told.append({**about, **({"result": _of(result)} if _HAS_RESULT else {"tool_result": result})})
        return told


def _input(call: Mapping[str, Any]) -> llm.ToolInput:
    arguments = call.get("arguments")
    given: dict[str, Any] = {
        "tool_name": str(call.get("name")),
        "tool_args": arguments if isinstance(arguments, dict) else {},
        "id": str(call.get("id")),
    }
    if _MARKS_EXTERNAL:
        given["external"] = True
    return llm.ToolInput(**given)


def _result(call_id: str, reply: Reply) -> dict[str, Any]:
    """The receipts of a call; their ids begin with the call's. A question has none, and its answer is said."""
    shown = ("target", "name", "status", "reason", "detail", "after")
    mine = [
        {key: receipt[key] for key in shown if receipt.get(key) is not None}
        for receipt in reply.receipts
        if str(receipt.get("id", "")).startswith(f"{call_id}-")
    ]
    return {"receipts": mine} if mine else {"answer": reply.say}


def _of(result: dict[str, Any]) -> Any:
    receipts = result.get("receipts", [])
    return llm.ToolResult(data=result, error=any(receipt["status"] == "failed" for receipt in receipts))
