"""Anthropic's messages."""

from collections.abc import Iterator

from bridge.testing.script import Answer, Fault
from bridge.testing.wire import Failure, Json, Usage, arguments_of, event, pieces

_TYPES = {
    "rate_limit": "rate_limit_error",
    "quota": "billing_error",
    "auth": "authentication_error",
    "not_found": "not_found_error",
    "too_long": "invalid_request_error",
    "bad_image": "invalid_request_error",
    "overloaded": "overloaded_error",
}
_WORDS = {"too_long": "prompt is too long: 210000 tokens > 200000 maximum"}


class Messages:
    """`POST /v1/messages`."""

    vendor = "anthropic"
    event_stream = True

    def body(self, answer: Answer, usage: Usage, model: str) -> Json:
        """See `Wire`."""
        blocks: list[Json] = [{"type": "text", "text": answer.text}] if answer.text else []
        blocks += [
            {"type": "tool_use", "id": f"toolu_{index}", "name": call.name, "input": dict(call.arguments)}
            for index, call in enumerate(answer.calls)
        ]
        return {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": model,
            "content": blocks,
            "stop_reason": _stop(answer),
            "stop_sequence": None,
            "usage": _usage(usage),
        }

    def events(self, answer: Answer, usage: Usage, model: str) -> Iterator[bytes]:
        """See `Wire`."""
        whole = self.body(answer, usage, model)
        begun = {**whole, "content": [], "stop_reason": None, "usage": {**whole["usage"], "output_tokens": 1}}
        yield event({"type": "message_start", "message": begun}, "message_start")
        calls = iter(answer.calls)
        for index, block in enumerate(whole["content"]):
            if block["type"] == "text":
                empty: Json = {"type": "text", "text": ""}
                deltas = [{"type": "text_delta", "text": piece} for piece in pieces(block["text"])]
            else:
                empty = {**block, "input": {}}
                written = arguments_of(answer, next(calls).arguments)
                deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces(written)]
            start = {"type": "content_block_start", "index": index, "content_block": empty}
            yield event(start, "content_block_start")
            for delta in deltas:
                yield event({"type": "content_block_delta", "index": index, "delta": delta}, "content_block_delta")
            yield event({"type": "content_block_stop", "index": index}, "content_block_stop")
        ended = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
        last = {"type": "message_delta", "delta": ended, "usage": {"output_tokens": usage.output}}
        yield event(last, "message_delta")
        yield event({"type": "message_stop"}, "message_stop")

    def error(self, failure: Failure) -> Json:
        """See `Wire`."""
        kind, words = _TYPES.get(failure.kind, "api_error"), _WORDS.get(failure.kind, failure.message)
        return {"type": "error", "error": {"type": kind, "message": words}, "request_id": "req_1"}


def _stop(answer: Answer) -> str:
    if answer.fault is Fault.REFUSAL:
        return "refusal"
    if answer.fault is Fault.CUT:
        return "max_tokens"
    return "tool_use" if answer.calls else "end_turn"


def _usage(usage: Usage) -> Json:
    # Here the cached part is beside the input, not within it.
    return {
        "input_tokens": usage.input - usage.cached,
        "cache_read_input_tokens": usage.cached,
        "cache_creation_input_tokens": 0,
        "output_tokens": usage.output,
    }
