"""The dialects, against the vendors' true payloads, against each other, and against garbage."""

import json
import re
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, create_model

from actions.action import Action, Place, Risk, Undo
from actions.call import ToolCall
from actions.dialects import DIALECTS, OpenAI
from actions.dialects.arguments import Unreadable, read
from actions.dialects.gemini import gemini_schema
from actions.dialects.names import action_names, tool_names
from actions.errors import PayloadInvalid
from actions.registry import Registry

ALLOWED = re.compile(r"[a-zA-Z0-9_-]{1,64}")


class Nothing(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Light(Nothing):
    name: str | None = Field(None, max_length=200, description="Which lamp.")
    domain: str | list[str] | None = Field(None, description="Kind of device.")
    brightness: int | None = Field(None, ge=0, le=100)


class Volume(Nothing):
    volume_step: Literal["up", "down"] | int = Field(description="Up, down, or percent.")


def action(name: str, parameters: type[BaseModel] = Light, **changes: Any) -> Action:
    more = {"risk": Risk.REVERSIBLE, "undo": Undo.RESTORE, "place": Place.HOME, **changes}
    return Action(name, f"Does {name}.", parameters, **more)


REGISTRY = Registry(
    [
        action("HassTurnOn"),
        action("HassLightSet"),
        action("HassSetVolumeRelative", Volume),
        action("HassGetCurrentTime", Nothing, risk=Risk.SAFE, undo=Undo.NOTHING, place=Place.BRIDGE),
        action("script.movie_night", Nothing, undo=Undo.NONE, service="script.movie_night"),
        action("send_message", Light, risk=Risk.SENSITIVE, undo=Undo.NONE, place=Place.PHONE),
    ]
)

LAMP = ToolCall(name="HassTurnOn", arguments={"name": "lamp"}, id="one")
DIM = ToolCall(name="HassLightSet", arguments={"name": "desk", "brightness": 30}, id="two")
MOVIE = ToolCall(name="script.movie_night", id="three")
CALLS = [LAMP, DIM, MOVIE]


# Payloads as each vendor's documentation and SDK show them.


def openai_call(call: ToolCall, arguments: Any = None) -> dict[str, Any]:
    text = json.dumps(call.arguments) if arguments is None else arguments
    name = tool_names(REGISTRY)[call.name]
    return {"id": call.id, "type": "function", "function": {"name": name, "arguments": text}}


def openai_chat(calls: list[dict[str, Any]], finish: str = "tool_calls") -> dict[str, Any]:
    message = {"role": "assistant", "content": None, "refusal": None, "annotations": [], "tool_calls": calls}
    return {
        "id": "chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG",
        "object": "chat.completion",
        "created": 1741570283,
        "model": "gpt-4.1-mini",
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish}],
        "usage": {"prompt_tokens": 82, "completion_tokens": 17, "total_tokens": 99},
    }


def responses_call(call: ToolCall, arguments: Any = None) -> dict[str, Any]:
    return {
        "type": "function_call",
        "id": "fc_67ca09c6bedc8190a7abfec07b1a1332096610f474011cc0",
        "call_id": call.id,
        "name": tool_names(REGISTRY)[call.name],
        "arguments": json.dumps(call.arguments) if arguments is None else arguments,
        "status": "completed",
    }


def openai_response(calls: list[dict[str, Any]], status: str = "completed") -> dict[str, Any]:
    text = {"type": "output_text", "text": "Sure.", "annotations": []}
    return {
        "id": "resp_67ca09c5efe0819096d0511c92b8c890096610f474011cc0",
        "object": "response",
        "status": status,
        "incomplete_details": None if status == "completed" else {"reason": "max_output_tokens"},
        "output": [
            {"type": "reasoning", "id": "rs_1", "summary": []},
            {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [text]},
            *calls,
        ],
    }


def anthropic_block(call: ToolCall, arguments: Any = None) -> dict[str, Any]:
    given = call.arguments if arguments is None else arguments
    return {"type": "tool_use", "id": call.id, "name": tool_names(REGISTRY)[call.name], "input": given}


def anthropic_message(blocks: list[dict[str, Any]], stop: str = "tool_use") -> dict[str, Any]:
    return {
        "id": "msg_01Aq9w938a90dw8q",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-4-5",
        "content": [
            {"type": "thinking", "thinking": "The lamp is off.", "signature": "EqQBCgIYAhIM"},
            {"type": "text", "text": "I'll do that."},
            {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "lamp"}},
            {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []},
            *blocks,
        ],
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": {"input_tokens": 472, "output_tokens": 89},
    }


def gemini_part(call: ToolCall, arguments: Any = None) -> dict[str, Any]:
    given = call.arguments if arguments is None else arguments
    function = {"id": call.id, "name": tool_names(REGISTRY)[call.name], "args": given}
    return {"functionCall": function, "thoughtSignature": "CiQB0e2Kb0vY"}


def gemini_response(parts: list[dict[str, Any]], finish: str = "STOP") -> dict[str, Any]:
    content = {"role": "model", "parts": [{"text": "Thinking.", "thought": True}, *parts]}
    return {
        "candidates": [{"content": content, "finishReason": finish, "index": 0, "safetyRatings": []}],
        "usageMetadata": {"promptTokenCount": 120, "candidatesTokenCount": 21},
        "modelVersion": "gemini-2.5-flash",
        "responseId": "x1",
    }


def mcp_params(call: ToolCall, arguments: Any = None) -> dict[str, Any]:
    given = call.arguments if arguments is None else arguments
    return {"name": tool_names(REGISTRY)[call.name], "arguments": given, "_meta": {"progressToken": 1}}


def mcp_request(call: ToolCall, arguments: Any = None) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": call.id, "method": "tools/call", "params": mcp_params(call, arguments)}


SHAPES: dict[str, tuple[str, Any]] = {
    "chat completion": ("openai", openai_chat([openai_call(c) for c in CALLS])),
    "choice": ("openai", openai_chat([openai_call(c) for c in CALLS])["choices"][0]),
    "chat message": ("openai", openai_chat([openai_call(c) for c in CALLS])["choices"][0]["message"]),
    "chat calls": ("openai", [openai_call(c) for c in CALLS]),
    "response": ("openai", openai_response([responses_call(c) for c in CALLS])),
    "response output": ("openai", openai_response([responses_call(c) for c in CALLS])["output"]),
    "response calls": ("openai", [responses_call(c) for c in CALLS]),
    "message": ("anthropic", anthropic_message([anthropic_block(c) for c in CALLS])),
    "input message": (
        "anthropic",
        {"role": "assistant", "content": [anthropic_block(c) for c in CALLS]},
    ),
    "blocks": ("anthropic", [anthropic_block(c) for c in CALLS]),
    "generated content": ("gemini", gemini_response([gemini_part(c) for c in CALLS])),
    "streamed content": (
        "gemini",
        [
            gemini_response([gemini_part(LAMP)], ""),
            {"usageMetadata": {"promptTokenCount": 1}},
            gemini_response([gemini_part(DIM), gemini_part(MOVIE)]),
        ],
    ),
    "candidate": ("gemini", gemini_response([gemini_part(c) for c in CALLS])["candidates"][0]),
    "content": ("gemini", gemini_response([gemini_part(c) for c in CALLS])["candidates"][0]["content"]),
    "parts": ("gemini", [gemini_part(c) for c in CALLS]),
    "function calls": ("gemini", [gemini_part(c)["functionCall"] for c in CALLS]),
    "requests": ("mcp", [mcp_request(c) for c in CALLS]),
}

SINGLE: dict[str, tuple[str, Any]] = {
    "chat call": ("openai", openai_call(LAMP)),
    "response item": ("openai", responses_call(LAMP)),
    "block": ("anthropic", anthropic_block(LAMP)),
    "part": ("gemini", gemini_part(LAMP)),
    "function call": ("gemini", gemini_part(LAMP)["functionCall"]),
    "request": ("mcp", mcp_request(LAMP)),
}

WITH_ARGUMENTS = {
    "openai": lambda raw: openai_chat([openai_call(LAMP, raw)]),
    "anthropic": lambda raw: anthropic_message([anthropic_block(LAMP, raw)]),
    "gemini": lambda raw: gemini_response([gemini_part(LAMP, raw)]),
    "mcp": lambda raw: mcp_request(LAMP, raw),
}


# Reading calls


@pytest.mark.parametrize("shape", SHAPES)
def test_parallel_calls_keep_their_order_and_ids(shape: str) -> None:
    dialect, payload = SHAPES[shape]
    assert DIALECTS[dialect].calls(payload, REGISTRY) == CALLS


@pytest.mark.parametrize("shape", SINGLE)
def test_a_single_call_is_read(shape: str) -> None:
    dialect, payload = SINGLE[shape]
    assert DIALECTS[dialect].calls(payload, REGISTRY) == [LAMP]


@pytest.mark.parametrize(
    ("dialect", "payload"),
    [
        ("openai", {"name": "HassTurnOn", "arguments": '{"name": "lamp"}'}),
        (
            "openai",
            {
                "role": "assistant",
                "content": None,
                "function_call": {"name": "HassTurnOn", "arguments": '{"name": "lamp"}'},
            },
        ),
        (
            "openai",
            {
                "model": "qwen3",
                "message": {
                    "role": "assistant",
                    "content": "",
                    "tool_calls": [{"function": {"name": "HassTurnOn", "arguments": {"name": "lamp"}}}],
                },
                "done_reason": "stop",
            },
        ),
        ("gemini", {"functionCall": {"name": "HassTurnOn", "args": {"name": "lamp"}}}),
        (
            "gemini",
            {
                "candidates": [
                    {
                        "content": {
                            "parts": [
                                {
                                    "text": None,
                                    "thought_signature": None,
                                    "function_call": {
                                        "id": None,
                                        "name": "HassTurnOn",
                                        "args": {"name": "lamp"},
                                        "partial_args": None,
                                        "will_continue": None,
                                    },
                                }
                            ],
                            "role": "model",
                        },
                        "finish_reason": "STOP",
                    }
                ]
            },
        ),
        ("mcp", {"name": "HassTurnOn", "arguments": {"name": "lamp"}}),
    ],
)
def test_calls_without_an_id_are_read(dialect: str, payload: Any) -> None:
    assert DIALECTS[dialect].calls(payload, REGISTRY) == [LAMP.model_copy(update={"id": None})]


@pytest.mark.parametrize(
    ("dialect", "payload"),
    [
        ("openai", {"role": "assistant", "content": "It is on."}),
        ("openai", {"role": "assistant", "content": "It is on.", "tool_calls": None, "function_call": None}),
        ("openai", {"choices": []}),
        ("openai", openai_response([])),
        ("openai", []),
        ("anthropic", {"role": "assistant", "content": "It is on."}),
        ("anthropic", anthropic_message([], "end_turn")),
        ("anthropic", {"type": "text", "text": "It is on."}),
        ("gemini", {"promptFeedback": {"blockReason": "SAFETY"}}),
        ("gemini", {"candidates": [{"finishReason": "MAX_TOKENS", "index": 0}]}),
        ("gemini", [{"text": "It is on."}]),
        ("mcp", []),
    ],
)
def test_an_answer_without_calls_has_none(dialect: str, payload: Any) -> None:
    assert DIALECTS[dialect].calls(payload, REGISTRY) == []


def test_only_the_first_of_several_answers_is_read() -> None:
    chat = openai_chat([openai_call(LAMP)])
    chat["choices"].append(openai_chat([openai_call(DIM)])["choices"][0])
    generated = gemini_response([gemini_part(LAMP)])
    generated["candidates"].append(gemini_response([gemini_part(DIM)])["candidates"][0])
    assert DIALECTS["openai"].calls(chat, REGISTRY) == [LAMP]
    assert DIALECTS["gemini"].calls(generated, REGISTRY) == [LAMP]


def test_a_request_id_may_be_a_number() -> None:
    assert DIALECTS["mcp"].calls({**mcp_request(LAMP), "id": 7}, REGISTRY)[0].id == "7"


def test_unknown_names_are_left_to_the_registry() -> None:
    (call,) = DIALECTS["mcp"].calls({"name": "HassTurnOm"}, REGISTRY)
    _, problems = REGISTRY.check(call)
    assert problems[0].code == "unknown_tool"
    assert "HassTurnOn" in problems[0].nearest


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "payload",
    [
        None,
        "",
        7,
        True,
        {},
        [1],
        [None],
        [[]],
        {"error": {"message": "no"}},
        {"type": "error", "error": {"type": "overloaded_error"}},
        {"choices": 1, "content": 1, "candidates": 1, "method": "tools/list"},
        {"choices": [{}], "content": [{}], "candidates": [{"content": 1}], "params": {}},
        {"foo": "bar"},
        [{"foo": "bar"}],
    ],
)
def test_another_shape_is_refused_with_the_right_one(dialect: str, payload: Any) -> None:
    with pytest.raises(PayloadInvalid) as caught:
        DIALECTS[dialect].calls(payload, REGISTRY)
    assert caught.value.code == "payload_invalid"
    assert DIALECTS[dialect].example in caught.value.hint


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_example_of_a_hint_is_itself_right(dialect: str) -> None:
    (call,) = DIALECTS[dialect].calls(json.loads(DIALECTS[dialect].example), REGISTRY)
    assert (call.name, call.arguments) == ("HassTurnOn", {"name": "lamp"})


@pytest.mark.parametrize("name", [None, "", 7, "x" * 300, "\ud800"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_call_without_a_usable_name_is_refused(dialect: str, name: Any) -> None:
    payload = {
        "openai": {"type": "function", "function": {"name": name}},
        "anthropic": {"type": "tool_use", "name": name},
        "gemini": {"functionCall": {"name": name, "args": {}}},
        "mcp": {"name": name},
    }[dialect]
    with pytest.raises(PayloadInvalid):
        DIALECTS[dialect].calls(payload, REGISTRY)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("shape", [*SHAPES, *SINGLE])
def test_a_payload_of_another_vendor_is_never_taken_for_no_call(dialect: str, shape: str) -> None:
    _, payload = SHAPES.get(shape) or SINGLE[shape]
    try:
        calls = DIALECTS[dialect].calls(payload, REGISTRY)
    except PayloadInvalid:
        return
    wanted = CALLS if shape in SHAPES else [LAMP]
    assert [(c.name, c.arguments) for c in calls] == [(c.name, c.arguments) for c in wanted]


# Arguments


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("raw", "arguments"),
    [
        ({"name": "lamp"}, {"name": "lamp"}),
        ('{"name": "lamp"}', {"name": "lamp"}),
        ("", {}),
        ("  \n", {}),
        ("null", {}),
        ("{}", {}),
        ([], {}),
        ("[]", {}),
        ('"{\\"name\\": \\"lamp\\"}"', {"name": "lamp"}),
        ('{"name": "lamp",}', {"name": "lamp"}),
        ("{'name': 'lamp'}", {"name": "lamp"}),
        ("{'name': 'Anna\\'s \"big\" lamp'}", {"name": 'Anna\'s "big" lamp'}),
        ('{"name": "Anna\'s lamp", "on": True, "area": None,}', {"name": "Anna's lamp", "on": True, "area": None}),
        ('{name: "lamp", brightness_step: +10}', {"name": "lamp", "brightness_step": 10}),
        ('```json\n{"name": "lamp"}\n```', {"name": "lamp"}),
        ("```\n{'name': 'lamp',}\n```", {"name": "lamp"}),
        ('{"name": "lamp", // it\'s the big one\n "brightness": 5 /* "%" */ }', {"name": "lamp", "brightness": 5}),
        ('{"name": "lamp" # the {big} one\n}', {"name": "lamp"}),
        (
            '{"items": [1, 2.5, {"a": []},], "url": "http://a/#b",}',
            {"items": [1, 2.5, {"a": []}], "url": "http://a/#b"},
        ),
        ('{"text": "two\nlines"}', {"text": "two\nlines"}),
        ('{"name": "Küche 💡"}', {"name": "Küche 💡"}),
    ],
)
def test_arguments_are_read(dialect: str, raw: Any, arguments: dict[str, Any]) -> None:
    (call,) = DIALECTS[dialect].calls(WITH_ARGUMENTS[dialect](raw), REGISTRY)
    assert call == ToolCall(name="HassTurnOn", arguments=arguments, id="one")


UNREADABLE = [
    # cut off
    "{",
    '{"name": "la',
    '{"name": "lamp"',
    '{"name": "lamp", "area": ',
    '{"name": ["lamp", "desk"',
    "{'name': 'lamp",
    '```json\n{"name": "lamp"',
    '```json\n{"name": "lamp"}',
    '"{\\"name\\": \\"la',
    '"{\\"name\\": \\"la"',
    '{"name": "lamp", /* the',
    # not an object
    [1],
    '[{"name": "lamp"}]',
    "7",
    "true",
    7,
    False,
    '"\\"\\\\\\"twice\\\\\\"\\""',
    # what a repair would have to guess
    '{"name": , "area": "kitchen"}',
    '{"name": "lamp", "area"}',
    '{"name", "lamp": "area", "kitchen"}',
    '{"name": "the "big" lamp"}',
    "{'name': 'Anna's lamp'}",
    '{"name": lamp}',
    '{"brightness": 30%}',
    '{"brightness": 1.2.3}',
    '{"name": "lamp"} {"name": "desk"}',
    '{}{"name": "lamp"}',
    '{"name": "lamp"]',
    '{"name": ["lamp"}',
    'Sure: {"name": "lamp"}',
    "name=lamp",
    "{'name': 'lamp', 'name': 'desk'}",
    '{"name": undefined}',
    '{"names": ("lamp", "desk")}',
    # what JSON cannot carry
    '{"name": "lamp", "name": "desk"}',
    '{"a": {"b": 1, "b": 2}}',
    '{"brightness": NaN}',
    '{"brightness": Infinity}',
    '{"brightness": -Infinity,}',
    '{"brightness": 1e999}',
    {"brightness": float("nan")},
    {"brightness": float("inf")},
    '{"name": "\\ud800"}',
    {"name": "\udfff"},
    '{"brightness": ' + "9" * 5000 + "}",
    {"name": b"lamp"},
    {1: "lamp"},
    # too much
    "[" * 100_000,
    '{"a":' * 100_000,
    "{'a':" * 5_000,
    '{"a":' * 40 + "1" + "}" * 40,
    "{'a':" * 40 + "1" + "}" * 40,
    "{'name': '" + "x" * 30_000 + "'}",
]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("raw", UNREADABLE, ids=lambda raw: str(raw)[:30].encode("unicode_escape").decode())
def test_unreadable_arguments_are_said_to_be_so_and_the_call_is_never_performed(dialect: str, raw: Any) -> None:
    (call,) = DIALECTS[dialect].calls(WITH_ARGUMENTS[dialect](raw), REGISTRY)
    assert call.unreadable
    assert (call.name, call.arguments, call.id) == ("HassTurnOn", {}, "one")
    _, problems = REGISTRY.check(call)
    assert problems[0].code == "unreadable_arguments"


@pytest.mark.parametrize(
    ("dialect", "payload"),
    [
        ("openai", openai_chat([openai_call(LAMP), openai_call(DIM)], "length")),
        ("openai", openai_chat([openai_call(LAMP), openai_call(DIM)], "content_filter")),
        ("openai", openai_response([responses_call(LAMP), responses_call(DIM)], "incomplete")),
        ("openai", [responses_call(LAMP), {**responses_call(DIM), "status": "incomplete"}]),
        ("anthropic", anthropic_message([anthropic_block(LAMP), anthropic_block(DIM)], "max_tokens")),
        (
            "anthropic",
            anthropic_message([anthropic_block(LAMP), anthropic_block(DIM)], "model_context_window_exceeded"),
        ),
        ("gemini", gemini_response([gemini_part(LAMP), gemini_part(DIM)], "MAX_TOKENS")),
        ("gemini", gemini_response([gemini_part(LAMP), gemini_part(DIM)], "MALFORMED_FUNCTION_CALL")),
        (
            "gemini",
            [gemini_part(LAMP), {"functionCall": {**gemini_part(DIM)["functionCall"], "willContinue": True}}],
        ),
    ],
)
def test_the_last_call_of_an_answer_that_was_cut_off_is_lost(dialect: str, payload: Any) -> None:
    first, last = DIALECTS[dialect].calls(payload, REGISTRY)
    assert first == LAMP
    assert (last.name, last.id, last.arguments) == (DIM.name, DIM.id, {})
    assert "cut off" in (last.unreadable or "")


def test_a_call_that_the_vendor_itself_could_not_read_is_not_silence() -> None:
    payload = {"candidates": [{"finishReason": "MALFORMED_FUNCTION_CALL", "content": {}}]}
    (call,) = DIALECTS["gemini"].calls(payload, REGISTRY)
    assert call.unreadable


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc\"'\\{}:,/# é"), inner, max_size=3),
    max_leaves=8,
)
json_objects = st.dictionaries(st.text("abc_\"'\\{}:, "), json_values, max_size=4)


@given(st.text() | st.text("{}[]\"':,\\/*#` \n+-.019eEtrufalsnTNaI"))
@settings(max_examples=300)
def test_garbage_as_arguments_never_raises(raw: str) -> None:
    (call,) = DIALECTS["openai"].calls(openai_call(LAMP, raw), REGISTRY)
    assert call.name == "HassTurnOn"
    call.model_dump_json()


@given(json_objects, st.booleans(), st.data())
@settings(max_examples=300)
def test_every_object_is_read_as_it_is_and_no_part_of_it_ever_is(
    value: dict[str, Any], ascii_only: bool, data: st.DataObject
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    assert read(text) == value
    assert read(json.dumps(text)) == value
    part = text[: data.draw(st.integers(1, len(text) - 1))]
    with pytest.raises(Unreadable):
        read(part)


@given(json_objects)
@settings(max_examples=300)
def test_python_s_own_writing_is_read_right_or_not_at_all(value: dict[str, Any]) -> None:
    try:
        seen = read(repr(value))
    except Unreadable:
        return
    assert seen == value


@given(json_objects, st.integers(0, 200), st.sampled_from("{}[]\"',: x1"))
@settings(max_examples=300)
def test_a_slip_of_one_character_loses_no_argument(value: dict[str, Any], where: int, slip: str) -> None:
    text = json.dumps(value)
    where %= len(text)
    try:
        seen = read(text[:where] + slip + text[where:])
    except Unreadable:
        return
    assert len(seen) >= len(value)


@given(
    st.sampled_from(list(DIALECTS)),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.sampled_from(["tool_use", "function"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "choices",
                        "message",
                        "tool_calls",
                        "function_call",
                        "output",
                        "content",
                        "candidates",
                        "parts",
                        "type",
                        "functionCall",
                        "name",
                        "args",
                        "arguments",
                        "input",
                        "role",
                        "function",
                        "id",
                        "params",
                        "method",
                        "finish_reason",
                        "stop_reason",
                        "finishReason",
                        "status",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=15,
    ),
)
@settings(max_examples=300)
def test_any_payload_gives_calls_or_our_error(dialect: str, payload: Any) -> None:
    try:
        calls = DIALECTS[dialect].calls(payload, REGISTRY)
    except PayloadInvalid:
        return
    for call in calls:
        call.model_dump_json()


# Round trip


def fake_vendor(dialect: str, tool: dict[str, Any], arguments: dict[str, Any]) -> Any:
    """The call that a vendor's model makes of a tool as it was written."""
    if dialect == "openai":
        call = {"name": tool["function"]["name"], "arguments": json.dumps(arguments)}
        return openai_chat([{"id": "one", "type": "function", "function": call}])
    if dialect == "anthropic":
        return anthropic_message([{"type": "tool_use", "id": "one", "name": tool["name"], "input": arguments}])
    if dialect == "gemini":
        return gemini_response([{"functionCall": {"id": "one", "name": tool["name"], "args": arguments}}])
    return {**mcp_request(LAMP), "params": {"name": tool["name"], "arguments": arguments}}


names = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,12}(\.[a-z0-9_]{1,12})?", fullmatch=True) | st.sampled_from(
    ["script.a", "script__a", "script._a", "script_.a", "a" * 64, "script." + "a" * 57, "script." + "a" * 56 + "b"]
)


@given(st.sampled_from(list(DIALECTS)), st.lists(names, min_size=1, max_size=12, unique=True), st.data())
@settings(deadline=None)
def test_what_a_model_calls_is_the_action_that_was_offered(
    dialect: str, several: list[str], data: st.DataObject
) -> None:
    registry = Registry(action(name) for name in several)
    tools = DIALECTS[dialect].tools(registry)
    tools = tools[0]["functionDeclarations"] if dialect == "gemini" else tools
    chosen = data.draw(st.sampled_from(range(len(several))))
    arguments = data.draw(json_objects)
    payload = json.loads(json.dumps(fake_vendor(dialect, tools[chosen], arguments)))
    wanted = ToolCall(name=several[chosen], arguments=arguments, id="one")
    assert DIALECTS[dialect].calls(payload, registry) == [wanted]


@given(st.lists(names, max_size=20, unique=True))
def test_tool_names_are_allowed_everywhere_and_reversible(several: list[str]) -> None:
    written = tool_names(several)
    assert all(ALLOWED.fullmatch(tool) for tool in written.values())
    assert action_names(several) == {tool: name for name, tool in written.items()}
    assert set(action_names(several).values()) == set(several)
    assert tool_names(reversed(several)) == written


def test_a_dotted_name_is_written_with_two_underscores() -> None:
    assert tool_names(["script.movie_night", "HassTurnOn"]) == {
        "HassTurnOn": "HassTurnOn",
        "script.movie_night": "script__movie_night",
    }


def test_a_name_that_is_taken_gives_way_to_the_one_without_a_dot() -> None:
    written = tool_names(["script.movie", "script__movie"])
    assert written["script__movie"] == "script__movie"
    assert re.fullmatch(r"script__movie_[0-9a-f]{8}", written["script.movie"])


def test_our_own_dotted_name_is_understood_too() -> None:
    assert DIALECTS["mcp"].calls({"name": "script.movie_night"}, REGISTRY)[0].name == "script.movie_night"


# Writing tools


def test_openai_tools_are_written() -> None:
    tool = DIALECTS["openai"].tools(REGISTRY)[4]
    assert tool == {
        "type": "function",
        "function": {
            "name": "script__movie_night",
            "description": "Does script.movie_night.",
            "parameters": {"type": "object", "properties": {}, "additionalProperties": False},
        },
    }
    flat = OpenAI().responses_tools(REGISTRY)[4]
    assert flat == {"type": "function", **tool["function"], "strict": False}


def test_openai_descriptions_are_no_longer_than_it_takes() -> None:
    long = Registry([Action("long", "x" * 2000, Nothing, Risk.SAFE, Undo.NOTHING, Place.BRIDGE)])
    assert len(DIALECTS["openai"].tools(long)[0]["function"]["description"]) == 1024


def test_anthropic_tools_are_written() -> None:
    tool = DIALECTS["anthropic"].tools(REGISTRY)[0]
    assert tool.keys() == {"name", "description", "input_schema"}
    assert tool["input_schema"] == REGISTRY["HassTurnOn"].schema()
    assert tool["input_schema"]["type"] == "object"


def test_gemini_tools_are_written_in_its_subset() -> None:
    (tool,) = DIALECTS["gemini"].tools(REGISTRY)
    declarations = {each["name"]: each for each in tool["functionDeclarations"]}
    assert declarations["HassTurnOn"] == {
        "name": "HassTurnOn",
        "description": "Does HassTurnOn.",
        "parameters": {
            "type": "OBJECT",
            "properties": {
                "name": {"type": "STRING", "description": "Which lamp.", "maxLength": 200},
                "domain": {
                    "anyOf": [
                        {"type": "STRING", "description": "Kind of device."},
                        {"type": "ARRAY", "description": "Kind of device.", "items": {"type": "STRING"}},
                    ]
                },
                "brightness": {"type": "INTEGER", "minimum": 0, "maximum": 100},
            },
        },
    }
    assert declarations["HassSetVolumeRelative"]["parameters"]["required"] == ["volume_step"]
    assert "parameters" not in declarations["HassGetCurrentTime"]


class Inner(BaseModel):
    kind: Literal["only"]
    level: Literal[1, 2, 3] = Field(description="How much.")


class Everything(BaseModel):
    inner: Inner
    several: list[Inner] | None = None
    union: Inner | list[int] | str | None = None
    pair: tuple[int, str] = (1, "a")
    free: Any = None
    mapping: dict[str, int] = {}
    above: int = Field(1, gt=0, lt=9, multiple_of=2)
    share: float = Field(0.5, gt=0, lt=1)
    flag: bool = False
    pattern: str = Field("a", pattern="^a", json_schema_extra={"format": "uri", "examples": ["a"]})
    title: str = "a property may be called as a keyword is"


def valid_for_gemini(node: dict[str, Any]) -> bool:
    if "anyOf" in node:
        return node.keys() == {"anyOf"} and all(map(valid_for_gemini, node["anyOf"]))
    allowed = {
        "type", "description", "enum", "items", "properties", "required", "minItems", "maxItems", "minimum",
        "maximum", "minLength", "maxLength", "pattern",
    }  # fmt: skip
    kinds = {"STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT"}
    return (
        node.keys() <= allowed
        and node["type"] in kinds
        and ("enum" not in node or (node["type"] == "STRING" and all(isinstance(v, str) for v in node["enum"])))
        and ("items" in node) == (node["type"] == "ARRAY")
        and ("items" not in node or valid_for_gemini(node["items"]))
        and node.get("properties") != {}
        and set(node.get("required", [])) <= node.get("properties", {}).keys()
        and all(map(valid_for_gemini, node.get("properties", {}).values()))
    )


def test_gemini_gets_no_keyword_that_it_refuses() -> None:
    schema = gemini_schema(action("everything", Everything).schema())
    assert valid_for_gemini(schema)
    assert schema["properties"].keys() == Everything.model_fields.keys()
    assert schema["properties"]["above"] == {"type": "INTEGER", "minimum": 1, "maximum": 8}
    assert schema["properties"]["inner"]["properties"]["kind"] == {"type": "STRING", "enum": ["only"]}
    assert schema["properties"]["inner"]["properties"]["level"]["description"] == "How much. One of: 1, 2, 3."
    assert len(schema["properties"]["union"]["anyOf"]) == 3


def test_gemini_takes_types_written_as_lists() -> None:
    assert gemini_schema({"type": ["string", "null"], "maxLength": 3}) == {"type": "STRING", "maxLength": 3}
    assert gemini_schema({"type": ["string", "integer"]}) == {"anyOf": [{"type": "STRING"}, {"type": "INTEGER"}]}
    assert gemini_schema({"anyOf": [{"anyOf": [{"type": "integer"}, {"type": "string"}]}, {"type": "null"}]}) == {
        "anyOf": [{"type": "INTEGER"}, {"type": "STRING"}]
    }


@pytest.mark.parametrize(
    ("name", "hints"),
    [
        ("HassGetCurrentTime", (True, False, True, False)),
        ("HassTurnOn", (False, False, True, False)),
        ("HassSetVolumeRelative", (False, False, False, False)),
        ("script.movie_night", (False, True, False, True)),
        ("send_message", (False, True, False, True)),
    ],
)
def test_mcp_hints_follow_risk_and_undo(name: str, hints: tuple[bool, ...]) -> None:
    tools = {tool["name"]: tool for tool in DIALECTS["mcp"].tools(REGISTRY)}
    tool = tools[tool_names(REGISTRY)[name]]
    kinds = ("readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint")
    assert tool["annotations"] == dict(zip(kinds, hints, strict=True))
    assert tool["inputSchema"]["type"] == "object"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_tools_are_json(dialect: str) -> None:
    wide = Registry([action("everything", Everything), action("made", create_model("Made", a=(int, 1)))])
    assert json.loads(json.dumps(DIALECTS[dialect].tools(wide), allow_nan=False))
    assert DIALECTS[dialect].name == dialect
