"""Request bodies as shortcuts send them."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from pydantic import ValidationError

from actions.errors import HearthError
from bridge.api.bodies import MAX_TEXT, AskIn, ResultsIn, ToolCallsIn, decoded, language, picture


def test_a_shortcut_fills_every_field() -> None:
    body = AskIn.model_validate(
        {
            "text": "turn on the light 💡",
            "image": None,
            "url": "",
            "clipboard": "   ",
            "turn_id": "",
            "device": {"name": "Anna’s iPhone", "os": "iOS 26.1", "locked": "0"},
            "area": None,
            "locale": "en_GB",
            "deadline_ms": "8000",
        }
    )
    assert body.text == "turn on the light 💡"
    assert (body.url, body.clipboard, body.turn_id, body.area) == (None, None, None, None)
    assert body.deadline_ms == 8000
    assert body.device is not None
    assert body.device.locked is False


@pytest.mark.parametrize(
    ("given", "read"),
    [("1", True), ("true", True), ("Yes", True), ("No", False), (0, False), ("", None), (None, None)],
)
def test_booleans_as_text(given: Any, read: bool | None) -> None:
    body = AskIn.model_validate({"device": {"locked": given}})
    assert body.device is not None
    assert body.device.locked is read


@pytest.mark.parametrize("given", ["500", 500, 500.0, " 500 "])
def test_numbers_as_text(given: Any) -> None:
    assert AskIn.model_validate({"deadline_ms": given}).deadline_ms == 500


def test_everything_may_be_left_out() -> None:
    assert AskIn.model_validate({}) == AskIn.model_validate(dict.fromkeys(AskIn.model_fields))


@pytest.mark.parametrize(
    "body",
    [
        {"txt": "x"},
        {"text": "x" * (MAX_TEXT + 1)},
        {"text": 5},
        {"text": ["x"]},
        {"text": "\ud800"},
        {"deadline_ms": "soon"},
        {"deadline_ms": 99},
        {"deadline_ms": 55_001},
        {"deadline_ms": "1e9"},
        {"deadline_ms": float("nan")},
        {"device": "iPhone"},
        {"device": {"colour": "blue"}},
        {"area": "x" * 201},
        {"url": "x" * 4001},
    ],
)
def test_what_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        AskIn.model_validate(body)


def test_ten_thousand_characters_are_taken() -> None:
    assert AskIn.model_validate({"text": "😀" * 10_000}).text == "😀" * 10_000


def test_results() -> None:
    results = ResultsIn.model_validate({"turn_id": "t", "results": [{"id": "a", "status": "done", "detail": ""}]})
    assert results.results[0].detail is None
    for bad in ({"id": "a", "status": "perhaps"}, {"status": "done"}, {"id": "a"}):
        with pytest.raises(ValidationError):
            ResultsIn.model_validate({"turn_id": "t", "results": [bad]})
    with pytest.raises(ValidationError):
        ResultsIn.model_validate({"turn_id": "t", "results": [{"id": "a", "status": "done"}] * 101})


def test_tool_calls_name_their_dialect() -> None:
    assert ToolCallsIn.model_validate({"dialect": "mcp", "calls": None}).calls is None
    wrong: list[dict[str, Any]] = [{"dialect": "klingon", "calls": []}, {"calls": []}, {"dialect": "mcp"}]
    for bad in wrong:
        with pytest.raises(ValidationError):
            ToolCallsIn.model_validate(bad)


def test_a_picture_is_kept_as_hash_and_size_line_breaks_or_not() -> None:
    data = bytes(range(256)) * 10
    kept = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    assert picture(decoded(base64.b64encode(data).decode())) == kept
    assert picture(decoded(base64.encodebytes(data).decode().replace("\n", "\r\n"))) == kept
    assert picture(None) is None


@pytest.mark.parametrize("image", ["not base64!", "abc", "data:image/png;base64,AAAA", "ÄÄÄÄ"])
def test_a_picture_that_is_no_base64(image: str) -> None:
    with pytest.raises(HearthError) as caught:
        decoded(image)
    assert caught.value.code == "invalid_image"
    assert image not in caught.value.message


@pytest.mark.parametrize(
    ("locale", "tag"),
    [
        ("en_GB", "en-GB"),
        ("de", "de"),
        ("zh-Hans_CN", "zh-Hans-CN"),
        ("ar_SA@calendar=gregorian", "ar-SA"),
        (None, "nl"),
    ],
)
def test_a_phones_locale(locale: str | None, tag: str) -> None:
    assert language(locale, "nl") == tag
