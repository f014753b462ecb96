"""Telling the home network where the bridge is, so that Home Assistant finds it by itself (mDNS)."""

import socket
from contextlib import AsyncExitStack
from importlib.metadata import version
from urllib.parse import urlsplit

import structlog

from bridge.address import phone_url
from bridge.oversight import API
from bridge.settings import Settings

log = structlog.get_logger()
SERVICE = "_hearthbridge._tcp.local."
WYOMING = "_wyoming._tcp.local."


class Announcer:
    """Announces a bridge that others can reach; one that only this machine can reach stays silent."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._open = AsyncExitStack()

    async def start(self, bridge_id: str, port: int) -> None:
        """Announce it; a network that will not have it is logged, since the bridge works without."""
        url = phone_url(self._settings.server, port) if self._settings.server.announce else None
        address = _address(url)
        if address is None:
            return
        # Imported here: a bridge that only this machine reaches does not need it.
        from zeroconf import Error
        from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

        facts = {"id": bridge_id, "version": version("hearthbridge"), "api": str(API), "url": url}
        services = [(SERVICE, urlsplit(url).port or port, facts)]
        if self._settings.wyoming.uri:
            services.append((WYOMING, urlsplit(self._settings.wyoming.uri).port or 0, {}))
        try:
            network = AsyncZeroconf(interfaces=[address])
            self._open.push_async_callback(network.async_close)
            for kind, where, properties in services:
                name = f"Hearthbridge {bridge_id[:6]}.{kind}"
                addresses = [socket.inet_aton(address)]
                service = AsyncServiceInfo(
                    kind,
                    name,
                    port=where,
                    properties=properties,
                    addresses=addresses,
                    server=f"hearthbridge-{bridge_id[:6]}.local.",
                )
                await network.async_register_service(service)
        except (OSError, Error) as error:
            log.warning("not_announced", reason=type(error).__name__)

    async def stop(self) -> None:
        """Take it back."""
        await self._open.aclose()


def _address(url: str | None) -> str | None:
    """The IPv4 address of a URL that names one, or that this machine's names lead to."""
    host = urlsplit(url or "").hostname
    if host is None:
        return None
    try:
        return socket.gethostbyname(host)
    except OSError:
        return None
