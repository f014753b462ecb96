"""Google's Gemini API."""

from collections.abc import Iterator

from bridge.testing.script import Answer, Fault
from bridge.testing.wire import Failure, Json, Usage, event, pieces

_STATUS = {
    "rate_limit": (429, "RESOURCE_EXHAUSTED"),
    "quota": (429, "RESOURCE_EXHAUSTED"),
    "auth": (400, "INVALID_ARGUMENT"),
    "not_found": (404, "NOT_FOUND"),
    "too_long": (400, "INVALID_ARGUMENT"),
    "bad_image": (400, "INVALID_ARGUMENT"),
    "overloaded": (503, "UNAVAILABLE"),
}
_WORDS = {
    "auth": "API key not valid. Please pass a valid API key.",
    "too_long": "The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).",
    "overloaded": "The model is overloaded. Please try again later.",
}


class Gemini:
    """`POST /v1beta/models/{model}:generateContent` and `:streamGenerateContent`."""

    vendor = "gemini"
    event_stream = True

    def body(self, answer: Answer, usage: Usage, model: str) -> Json:
        """See `Wire`."""
        parts: list[Json] = [{"text": answer.text}] if answer.text else []
        if answer.fault is Fault.BAD_JSON:
            # Its arguments are objects; what goes wrong is told by the finish reason.
            return self._whole([], "MALFORMED_FUNCTION_CALL", usage, model)
        parts += [{"functionCall": {"name": call.name, "args": dict(call.arguments)}} for call in answer.calls]
        return self._whole(parts, _finish(answer), usage, model)

    def events(self, answer: Answer, usage: Usage, model: str) -> Iterator[bytes]:
        """See `Wire`."""
        whole = self.body(answer, usage, model)
        parts = whole["candidates"][0].get("content", {}).get("parts", [])
        for part in parts:
            for piece in [{"text": t} for t in pieces(part["text"])] if "text" in part else [part]:
                yield event(self._whole([piece], None, None, model))
        last = {**whole["candidates"][0], "content": {"role": "model", "parts": []}}
        yield event({**whole, "candidates": [last]})

    def error(self, failure: Failure) -> Json:
        """See `Wire`."""
        code, status = _STATUS.get(failure.kind, (failure.status, "INTERNAL"))
        return {"error": {"code": code, "message": _WORDS.get(failure.kind, failure.message), "status": status}}

    @staticmethod
    def _whole(parts: list[Json], finish: str | None, usage: Usage | None, model: str) -> Json:
        candidate: Json = {"content": {"role": "model", "parts": parts}, "index": 0}
        body: Json = {"candidates": [candidate], "modelVersion": model, "responseId": "resp-1"}
        if finish is not None:
            candidate["finishReason"] = finish
        if usage is not None:
            body["usageMetadata"] = {
                "promptTokenCount": usage.input,
                "candidatesTokenCount": usage.output,
                "totalTokenCount": usage.input + usage.output,
                "cachedContentTokenCount": usage.cached,
            }
        return body


def _finish(answer: Answer) -> str:
    return {Fault.REFUSAL: "SAFETY", Fault.CUT: "MAX_TOKENS"}.get(answer.fault or Fault.EMPTY, "STOP")
