"""Get Contents of URL, against a real server."""

import json
import time
from collections.abc import Mapping
from typing import Any

import httpx

from shortcuts.interpreter.content import Content, File, WebPage
from shortcuts.interpreter.errors import Failed
from shortcuts.interpreter.handlers.base import Handler, Run
from shortcuts.interpreter.params import Params
from shortcuts.interpreter.phone import Phone, Sent

CLOCK = "X-Simulated-Seconds"
"""A test server may say that its answer took so long, without making the test wait."""
IDLE_S = 60


async def _download(run: Run, params: Params) -> Content:
    method, url = params.take("WFHTTPMethod", "GET"), params.text("WFURL")
    headers = params.fields("WFHTTPHeaders") if params.take("ShowHeaders", False) else {}
    body = None
    if method != "GET":
        params.must("WFHTTPBodyType", "JSON")
        body = params.fields("WFJSONValues")
    if not run.phone.online:
        raise Failed("The Internet connection appears to be offline.")
    began = time.perf_counter()
    try:
        answer = await run.web.request(method, url, headers=headers, json=body)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Failed(f"Could not connect to the server: {error}") from error
    seconds = float(answer.headers.get(CLOCK, time.perf_counter() - began))
    run.phone.sent.append(Sent(method, url, headers, body, seconds))
    _wait(run.phone, seconds)
    return _content(answer)


def _wait(phone: Phone, seconds: float) -> None:
    if seconds > IDLE_S:
        phone.spend(IDLE_S)
        raise Failed("The request timed out.")
    phone.spend(seconds)


def _content(answer: httpx.Response) -> Content:
    """The answer's type follows its header; its status is not looked at."""
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if not answer.content:
        return []
    if kind == "application/json":
        read: Any = json.loads(answer.content)
        return list(read) if isinstance(read, list) else [read]
    if kind == "text/html":
        return [WebPage(answer.text)]
    if kind.startswith("text/"):
        return [answer.text]
    return [File(answer.content, "download")]


HANDLERS: Mapping[str, Handler] = {"downloadurl": _download}
