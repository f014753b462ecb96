"""A limit on the size of a body, held while it arrives."""

import json

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bridge.api.errors import body


class _TooLargeError(Exception):
    pass


class BodyLimit:
    """Answers 413 as soon as a body is larger than allowed, whatever its headers say.

    Starlette's own limit answers in plain text, which a shortcut cannot read.
    """

    def __init__(self, app: ASGIApp, *, most: int) -> None:
        """Guard `app`; `most` is in bytes."""
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
            return
        said = dict(scope["headers"]).get(b"content-length", b"0")
        if said.isdigit() and int(said) > self.most:
            await self._refuse(send)
            return
        seen = 0
        answered = False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.most:
                raise _TooLargeError
            return message

        async def watched(message: Message) -> None:
            nonlocal answered
            if seen > self.most and not answered:
                # FastAPI takes what `counted` raises for a body that it cannot read, and says so.
                raise _TooLargeError
            answered = True
            await send(message)

        try:
            await self.app(scope, counted, watched)
        except _TooLargeError:
            if not answered:
                await self._refuse(send)

    async def _refuse(self, send: Send) -> None:
        hint = f"At most {self.most} bytes; shrink the picture."
        content = json.dumps(body("too_large", "The request is too large", hint)).encode()
        headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": content})
