"""What a camera sees: the one thing that Home Assistant gives over HTTP only."""

from actions.errors import HomeLost, HomeRefused, HomeUnreachable

_MOST_BYTES = 20_000_000
_TIMEOUT_S = 10.0


async def snapshot(socket_url: str, token: str, entity_id: str, *, verify: bool | str) -> bytes:
    """A picture of now.

    :param socket_url: the WebSocket's address; the pictures are beside it.
    :raises HomeRefused: there is no such camera, or it gives none.
    :raises HomeUnreachable: Home Assistant does not answer.
    :raises HomeLost: the picture did not come whole.
    """
    # Imported here: the start does not need it.
    import httpx

    base = "http" + socket_url.removeprefix("ws").removesuffix("/websocket")
    headers = {"Authorization": f"Bearer {token}"}
    try:
        async with (
            httpx.AsyncClient(verify=verify, timeout=_TIMEOUT_S, headers=headers) as client,
            client.stream("GET", f"{base}/camera_proxy/{entity_id}") as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise HomeRefused(f"{entity_id} gives no picture (HTTP {response.status_code})")
            picture = b""
            async for chunk in response.aiter_bytes():
                picture += chunk
                if len(picture) > _MOST_BYTES:
                    raise HomeRefused(f"The picture of {entity_id} is too large")
            return picture
    except httpx.ConnectError as error:
        raise HomeUnreachable(f"Home Assistant does not answer: {error}") from error
    except httpx.HTTPError as error:
        raise HomeLost(f"The picture of {entity_id} did not come: {error}") from error
