"""The stand-in vendors themselves, by the clients that the vendors ship."""

from collections.abc import Iterator

import httpx
import ollama
import openai
import pytest

from bridge.testing import Answer, Call, Fault, Vendors
from bridge.testing.tokens import BLOCK, PromptCache, count

MESSAGES = [{"role": "user", "content": "hello"}]


@pytest.fixture
def ollama_client(vendors: Vendors) -> Iterator[ollama.Client]:
    client = ollama.Client(vendors.ollama)
    yield client
    client.close()  # type: ignore[no-untyped-call]


def test_ollamas_own_chat(ollama_client: ollama.Client, vendors: Vendors) -> None:
    first = Answer("Hello there, how are you?", (Call("HassTurnOn", {"name": "lamp"}),))
    vendors.play(first, Answer("One, two, three."))
    whole = ollama_client.chat("m", MESSAGES, stream=False)
    assert whole.message.content == "Hello there, how are you?"
    assert whole.message.tool_calls is not None
    assert whole.message.tool_calls[0].function.arguments == {"name": "lamp"}
    pieces = [one.message.content or "" for one in ollama_client.chat("m", MESSAGES, stream=True)]
    assert len(pieces) > 2
    assert "".join(pieces) == "One, two, three."


def test_ollamas_errors(ollama_client: ollama.Client) -> None:
    with pytest.raises(ollama.ResponseError, match="does not exist"):
        ollama_client.chat("missing", MESSAGES)


def test_a_key_and_a_model_that_are_wrong(vendors: Vendors) -> None:
    stranger = openai.OpenAI(base_url=vendors.openai, api_key="wrong", max_retries=0)
    with stranger, pytest.raises(openai.AuthenticationError):
        stranger.responses.create(model="m", input="hello")
    client = openai.OpenAI(base_url=vendors.openai, api_key="k", max_retries=0)
    with client, pytest.raises(openai.NotFoundError):
        client.responses.create(model="missing", input="hello")


def test_answers_come_in_order_and_what_was_asked_is_kept(vendors: Vendors) -> None:
    vendors.play(Answer("one"), lambda seen: Answer(f"{seen.vendor} two"), otherwise=Answer(fault=Fault.OVERLOADED))
    url, body = f"{vendors.openai}/chat/completions", {"model": "m", "messages": MESSAGES}
    said = [httpx.post(url, json=body).json()["choices"][0]["message"]["content"] for _ in range(2)]
    assert said == ["one", "openai two"]
    assert httpx.post(url, json=body).status_code == 529
    assert [seen.body for seen in vendors.seen] == [body] * 3


def test_tokens_are_counted_in_pieces() -> None:
    assert count("") == 0
    assert count("turn on the kitchen lights") == 5
    assert 5 <= count('{"name": "light.kitchen_ceiling"}') <= 12


def test_the_cache_hits_from_the_beginning_on_only() -> None:
    cache, prefix = PromptCache(), "word " * 1500
    assert cache.cached(prefix + "one") == 0
    hit = cache.cached(prefix + "two")
    assert hit % BLOCK == 0
    assert 1300 < hit <= 1500
    assert cache.cached("another " + prefix) == 0
    cache.clear()
    assert cache.cached(prefix) == 0
