"""OpenAI's chat completions, which Ollama, llama.cpp, vLLM, LM Studio and OpenRouter speak too."""

from collections.abc import Iterator
from typing import Any

from bridge.testing.script import Answer, Fault
from bridge.testing.wire import Failure, Json, Usage, arguments_of, event, pieces

_TYPES = {
    "rate_limit": ("requests", "rate_limit_exceeded"),
    "quota": ("insufficient_quota", "insufficient_quota"),
    "auth": ("invalid_request_error", "invalid_api_key"),
    "not_found": ("invalid_request_error", "model_not_found"),
    "too_long": ("invalid_request_error", "context_length_exceeded"),
    "bad_image": ("invalid_request_error", "invalid_image"),
}


def openai_error(failure: Failure) -> Json:
    """The body of an error, in both of OpenAI's APIs."""
    kind, code = _TYPES.get(failure.kind, ("server_error", None))
    return {"error": {"message": failure.message, "type": kind, "param": None, "code": code}}


class ChatCompletions:
    """`POST /v1/chat/completions`."""

    event_stream = True

    def __init__(self, vendor: str = "openai") -> None:
        self.vendor = vendor

    def body(self, answer: Answer, usage: Usage, model: str) -> Json:
        """See `Wire`."""
        message: Json = {"role": "assistant", "content": answer.text or None, "refusal": None}
        if answer.fault is Fault.REFUSAL:
            message |= {"content": None, "refusal": "I'm sorry, but I can't help with that."}
        if answer.calls:
            message["tool_calls"] = _calls(answer)
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _finish(answer)}
        return {**_head(model, "chat.completion"), "choices": [choice], "usage": _usage(usage)}

    def events(self, answer: Answer, usage: Usage, model: str) -> Iterator[bytes]:
        """See `Wire`."""
        head = _head(model, "chat.completion.chunk")
        yield self._chunk(head, {"role": "assistant", "content": ""})
        if answer.fault is Fault.REFUSAL:
            yield self._chunk(head, {"refusal": "I'm sorry, but I can't help with that."})
        for piece in pieces(answer.text):
            yield self._chunk(head, {"content": piece})
        for index, call in enumerate(_calls(answer)):
            whole = call["function"].pop("arguments")
            call["function"]["arguments"] = ""
            yield self._chunk(head, {"tool_calls": [{"index": index, **call}]})
            for piece in pieces(whole):
                yield self._chunk(head, {"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
        yield self._chunk(head, {}, _finish(answer))
        yield event({**head, "choices": [], "usage": _usage(usage)})
        yield event("[DONE]")

    def error(self, failure: Failure) -> Json:
        """See `Wire`."""
        return openai_error(failure)

    @staticmethod
    def _chunk(head: Json, delta: Json, finish: str | None = None) -> bytes:
        return event({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


def _head(model: str, kind: str) -> Json:
    return {"id": "chatcmpl-1", "object": kind, "created": 1_760_000_000, "model": model}


def _calls(answer: Answer) -> list[dict[str, Any]]:
    return [
        {
            "id": f"call_{index}",
            "type": "function",
            "function": {"name": call.name, "arguments": arguments_of(answer, call.arguments)},
        }
        for index, call in enumerate(answer.calls)
    ]


def _finish(answer: Answer) -> str:
    if answer.fault is Fault.CUT:
        return "length"
    return "tool_calls" if answer.calls else "stop"


def _usage(usage: Usage) -> Json:
    return {
        "prompt_tokens": usage.input,
        "completion_tokens": usage.output,
        "total_tokens": usage.input + usage.output,
        "prompt_tokens_details": {"cached_tokens": usage.cached, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    }
