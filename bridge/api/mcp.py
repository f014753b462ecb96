"""/mcp: the registry as tools of the Model Context Protocol, on the official SDK; needs the extra `mcp`.

Each tool carries the hints of its risk. What is sensitive is not done by a call, and no tool confirms: the person
says yes beside the model, to POST /v1/ask with the turn that the answer names.
"""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from actions.dialects import DIALECTS
from actions.errors import HearthError
from bridge.api.auth import DeviceToken
from bridge.api.errors import STATUS, answer, body
from bridge.devices import Device
from bridge.exchange import Asked
from bridge.reply import Reply
from bridge.service import Service

_INSTALL = "pip install 'hearthbridge[mcp]' on the machine that runs the bridge."
_DEADLINE_S = 50.0
_DEVICE = "hearthbridge.device"


class McpEndpoint:
    """The ASGI app at /mcp. The SDK is imported at the first request, since nobody else needs it."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._token = DeviceToken("act")
        self._serving: asyncio.Task[None] | None = None
        self._ready: asyncio.Future[ASGIApp] | None = None
        self._ended = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request of a device."""
        try:
            scope[_DEVICE] = await self._token(Request(scope, receive))
            handler = await self._handler()
        except HearthError as error:
            refused = answer(STATUS.get(error.code, 400), body(error.code, error.message, error.hint))
            await refused(scope, receive, send)
            return
        await handler(scope, receive, send)

    async def stop(self) -> None:
        """End every session."""
        self._ended.set()
        if self._serving is not None:
            await asyncio.gather(self._serving, return_exceptions=True)

    async def _handler(self) -> ASGIApp:
        if self._ready is None:
            self._ready = asyncio.get_running_loop().create_future()
            # A task of its own: the SDK's task group must be left by the one that entered it.
            self._serving = asyncio.create_task(self._serve(self._ready), name="mcp")
        return await asyncio.shield(self._ready)

    async def _serve(self, ready: "asyncio.Future[ASGIApp]") -> None:
        try:
            from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
        except ImportError:
            ready.set_exception(HearthError("MCP is not installed", code="extra_missing", hint=_INSTALL))
            return
        manager = StreamableHTTPSessionManager(_server(self._service), stateless=True, json_response=True)
        async with manager.run():
            ready.set_result(manager.handle_request)
            await self._ended.wait()


def _server(service: Service) -> Any:
    from mcp.server.lowlevel import Server
    from mcp.types import CallToolRequestParams, CallToolResult, ListToolsResult, TextContent

    dialect = DIALECTS["mcp"]

    async def list_tools(_context: Any, _params: Any) -> ListToolsResult:
        return ListToolsResult.model_validate({"tools": dialect.tools(service.worker.registry)})

    async def call_tool(context: Any, params: CallToolRequestParams) -> CallToolResult:
        device: Device = context.request.scope[_DEVICE]
        call = {"name": params.name, "arguments": params.arguments or {}}
        try:
            calls = tuple(dialect.calls(call, service.worker.registry))
            asked = Asked(text="", calls=calls, deadline_s=_DEADLINE_S, record={"dialect": "mcp"})
            reply = await service.turns.ask(asked, device)
        except HearthError as error:
            words = f"{error.message}. {error.hint}"
            return CallToolResult(content=[TextContent(type="text", text=words)], is_error=True)
        content = reply.model_dump(mode="json", exclude={"timings_ms"})
        return CallToolResult(
            content=[TextContent(type="text", text=_told(reply))],
            structured_content=content,
            is_error=any(receipt.status == "failed" for receipt in reply.receipts),
        )

    return Server("hearthbridge", on_list_tools=list_tools, on_call_tool=call_tool, instructions=_INSTRUCTIONS)


_INSTRUCTIONS = (
    "Tools of one home and its phones. Results say what was seen to happen. What is sensitive is answered with a "
    "question and not done: show it to the person, who answers beside you."
)


def _told(reply: Reply) -> str:
    if reply.ask is None:
        return reply.say
    return (
        f"Not done. {reply.say} Only the person can settle this, not you: POST /v1/ask with "
        f'{{"turn_id": "{reply.turn_id}", "text": "yes"}} and this device\'s token.'
    )
