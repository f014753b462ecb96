"""Ollama's own chat, beside the chat completions that it speaks too."""

import json
from collections.abc import Iterator

from bridge.testing.script import Answer, Fault
from bridge.testing.wire import Failure, Json, Usage, pieces


class OllamaChat:
    """`POST /api/chat`: a JSON object, or one a line."""

    vendor = "ollama"
    event_stream = False

    def body(self, answer: Answer, usage: Usage, model: str) -> Json:
        """See `Wire`."""
        message: Json = {"role": "assistant", "content": answer.text}
        if answer.calls:
            calls = [{"function": {"name": c.name, "arguments": dict(c.arguments)}} for c in answer.calls]
            message["tool_calls"] = calls
        return {**_head(model), "message": message, "done": True, **_end(answer, usage)}

    def events(self, answer: Answer, usage: Usage, model: str) -> Iterator[bytes]:
        """See `Wire`."""
        whole = self.body(answer, usage, model)
        calls = whole["message"].pop("tool_calls", None)
        for piece in pieces(answer.text):
            yield _line({**_head(model), "message": {"role": "assistant", "content": piece}, "done": False})
        if calls:
            message = {"role": "assistant", "content": "", "tool_calls": calls}
            yield _line({**_head(model), "message": message, "done": False})
        yield _line({**whole, "message": {"role": "assistant", "content": ""}})

    def error(self, failure: Failure) -> Json:
        """See `Wire`."""
        return {"error": failure.message}


def _head(model: str) -> Json:
    return {"model": model, "created_at": "2025-10-09T08:53:20Z"}


def _end(answer: Answer, usage: Usage) -> Json:
    return {
        "done_reason": "length" if answer.fault is Fault.CUT else "stop",
        "total_duration": 1_000_000,
        "load_duration": 1_000,
        "prompt_eval_count": usage.input,
        "prompt_eval_duration": 1_000,
        "eval_count": usage.output,
        "eval_duration": 1_000,
    }


def _line(data: Json) -> bytes:
    return (json.dumps(data, ensure_ascii=False) + "\n").encode()
