"""The address under which phones reach the bridge."""

import ipaddress
import socket
from urllib.parse import quote

from bridge.settings import ServerSettings

_ANY = {"0.0.0.0", "::"}  # noqa: S104  # only compared
_SOMEWHERE = ("192.0.2.1", 9)
"""Of a network that exists for documentation only; nothing is sent to it."""


def phone_url(server: ServerSettings, port: int | None = None) -> str | None:
    """The public address of the settings, or that in the home network; None when only this machine can reach it."""
    if server.public_url:
        return server.public_url.rstrip("/")
    host = _own_address() if server.host in _ANY else server.host
    port = port or server.port
    if host is None or port == 0 or _is_only_here(host):
        return None
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def pairing_link(url: str, digits: str) -> str:
    """What the QR code says; Hearth Setup reads the address and the code from it."""
    return f"{url}/pair?code={quote(digits)}"


def setup_link(url: str, digits: str) -> str:
    """Opens Hearth Setup on the phone, with the pairing link as its input."""
    return (
        f"shortcuts://run-shortcut?name=Hearth%20Setup&input=text&text={quote(pairing_link(url, digits), safe='')}"
    )


def _is_only_here(host: str) -> bool:
    if host.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _own_address() -> str | None:
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            # Connecting a datagram socket sends nothing; it only chooses the address that would be used.
            probe.connect(_SOMEWHERE)
            return str(probe.getsockname()[0])
    except OSError:
        return None
