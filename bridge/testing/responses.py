"""OpenAI's Responses API."""

from collections.abc import Iterator

from bridge.testing.openai import openai_error
from bridge.testing.script import Answer, Fault
from bridge.testing.wire import Failure, Json, Usage, arguments_of, event, pieces


class Responses:
    """`POST /v1/responses`."""

    vendor = "openai_responses"
    event_stream = True

    def body(self, answer: Answer, usage: Usage, model: str) -> Json:
        """See `Wire`."""
        cut = answer.fault is Fault.CUT
        return {
            "id": "resp_1",
            "object": "response",
            "created_at": 1_760_000_000,
            "status": "incomplete" if cut else "completed",
            "error": None,
            "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
            "instructions": None,
            "model": model,
            "output": _output(answer),
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            "metadata": {},
            "usage": {
                "input_tokens": usage.input,
                "input_tokens_details": {"cached_tokens": usage.cached, "cache_write_tokens": 0},
                "output_tokens": usage.output,
                "output_tokens_details": {"reasoning_tokens": 0},
                "total_tokens": usage.input + usage.output,
            },
        }

    def events(self, answer: Answer, usage: Usage, model: str) -> Iterator[bytes]:
        """See `Wire`."""
        whole = self.body(answer, usage, model)
        begun = {**whole, "status": "in_progress", "output": [], "usage": None}
        events: list[Json] = [{"type": "response.created", "response": begun}]
        for index, item in enumerate(whole["output"]):
            events += _item(index, item)
        end = "response.incomplete" if whole["status"] == "incomplete" else "response.completed"
        events.append({"type": end, "response": whole})
        for number, one in enumerate(events):
            yield event({**one, "sequence_number": number}, one["type"])

    def error(self, failure: Failure) -> Json:
        """See `Wire`."""
        return openai_error(failure)


def _output(answer: Answer) -> list[Json]:
    output: list[Json] = []
    content: Json | None = None
    if answer.fault is Fault.REFUSAL:
        content = {"type": "refusal", "refusal": "I'm sorry, but I can't help with that."}
    elif answer.text:
        content = {"type": "output_text", "text": answer.text, "annotations": [], "logprobs": []}
    if content is not None:
        message = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed"}
        output.append({**message, "content": [content]})
    for index, call in enumerate(answer.calls):
        output.append(
            {
                "id": f"fc_{index}",
                "type": "function_call",
                "status": "completed",
                "call_id": f"call_{index}",
                "name": call.name,
                "arguments": arguments_of(answer, call.arguments),
            }
        )
    return output


def _item(index: int, item: Json) -> list[Json]:
    at: Json = {"output_index": index}
    if item["type"] == "function_call":
        begun, of_item = {**item, "arguments": "", "status": "in_progress"}, {**at, "item_id": item["id"]}
        kind = "response.function_call_arguments"
        middle: list[Json] = [{"type": f"{kind}.delta", **of_item, "delta": p} for p in pieces(item["arguments"])]
        middle.append({"type": f"{kind}.done", **of_item, "arguments": item["arguments"], "name": item["name"]})
    else:
        begun, of_part = {**item, "content": [], "status": "in_progress"}, {**at, "item_id": item["id"]}
        part = item["content"][0]
        of_part["content_index"] = 0
        key = "text" if part["type"] == "output_text" else "refusal"
        kind = f"response.{part['type']}"
        middle = [{"type": "response.content_part.added", **of_part, "part": {**part, key: ""}}]
        middle += [{"type": f"{kind}.delta", **of_part, "delta": p, "logprobs": []} for p in pieces(part[key])]
        middle.append({"type": f"{kind}.done", **of_part, key: part[key], "logprobs": []})
        middle.append({"type": "response.content_part.done", **of_part, "part": part})
    return [
        {"type": "response.output_item.added", **at, "item": begun},
        *middle,
        {"type": "response.output_item.done", **at, "item": item},
    ]
