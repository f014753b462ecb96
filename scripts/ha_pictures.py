"""Draw the pictures of docs/home-assistant-integration.md: Home Assistant's own pages, in a real browser.

    python -m scripts.ha_pictures

Needs Debian's `chromium`, and a Home Assistant from scripts/ha_env.py.
"""

import base64
import contextlib
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from tests.ha import HomeAssistantProcess, installed_versions
from tests.ha_bridge import COMPONENT, MORE, Integrated, free_port
from tests.server import BridgeProcess

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1100,820",
)  # fmt: skip
# Home Assistant's page is made of shadow roots; this looks through all of them.
FIND = """
(wanted, text) => {
  const found = [];
  const look = root => {
    for (const one of root.querySelectorAll('*')) {
      if (one.matches(wanted) && (!text || one.textContent.trim().includes(text))) found.push(one);
      if (one.shadowRoot) look(one.shadowRoot);
    }
  };
  look(document);
  return found.filter(one => one.getClientRects().length).pop();
}
"""


class Browser:
    """One page of a headless Chromium."""

    def __init__(self, link: ClientConnection) -> None:
        self._link = link
        self._last = 0

    def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send one command of the DevTools protocol."""
        self._last += 1
        self._link.send(json.dumps({"id": self._last, "method": method, "params": parameters}))
        while (answer := json.loads(self._link.recv(timeout=60))).get("id") != self._last:
            pass
        result: dict[str, Any] = answer["result"]
        return result

    def run(self, code: str) -> Any:
        """Run code in the page."""
        result = self.command("Runtime.evaluate", expression=code, returnByValue=True)
        return result["result"].get("value")

    def open(self, url: str, seconds: float = 6.0) -> None:
        """Go there, and let it load."""
        self.command("Page.navigate", url=url)
        time.sleep(seconds)

    def click(self, wanted: str, text: str = "") -> None:
        """Click what is found anywhere on the page."""
        arguments = f"{json.dumps(wanted)}, {json.dumps(text)}"
        deadline = time.monotonic() + 15
        while not self.run(f"(one => one ? (one.click(), one.focus(), true) : false)(({FIND})({arguments}))"):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no {wanted} {text}")
            time.sleep(0.2)
        time.sleep(1.5)

    def type(self, text: str) -> None:
        """Type into what has the focus, and press Enter."""
        self.command("Input.insertText", text=text)
        for kind in ("keyDown", "keyUp"):
            key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
            self.command("Input.dispatchKeyEvent", type=kind, **(key if kind == "keyDown" else {"key": "Enter"}))
        time.sleep(2)

    def draw(self, name: str, height: int = 677) -> None:
        """Save what is seen, down to `height`."""
        clip = {"x": 0, "y": 0, "width": 1100, "height": height, "scale": 1}
        data = self.command("Page.captureScreenshot", format="png", clip=clip)["data"]
        (FOLDER / name).write_bytes(base64.b64decode(data))


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """A browser with an empty profile."""
    port = free_port()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile, contextlib.ExitStack() as links:
        command = [
            "chromium",
            *FLAGS,
            f"--user-data-dir={profile}",
            f"--remote-debugging-port={port}",
            "about:blank",
        ]
        environment = {**os.environ, "HOME": profile}
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=environment)
        try:
            for _ in range(100):
                with contextlib.suppress(httpx.TransportError):
                    pages = httpx.get(f"http://127.0.0.1:{port}/json", trust_env=False).json()
                    break
                time.sleep(0.2)
            page = next(page for page in pages if page["type"] == "page")
            yield Browser(links.enter_context(connect(page["webSocketDebuggerUrl"], max_size=None, proxy=None)))
        finally:
            process.terminate()
            process.wait(20)


def log_in(page: Browser, home: HomeAssistantProcess, token: str) -> None:
    """Be somebody in the browser, without the page that asks for a password."""
    page.command("Page.enable")
    page.open(f"{home.url}/manifest.json", 1)
    kept = {"access_token": token, "token_type": "Bearer", "expires_in": 10**9, "hassUrl": home.url}
    kept |= {"clientId": f"{home.url}/", "expires": int(time.time() * 1000) + 10**12, "refresh_token": ""}
    page.run(f"localStorage.setItem('hassTokens', {json.dumps(json.dumps(kept))})")


def draw(page: Browser, integrated: Integrated) -> None:
    """Every picture, in the order of the document."""
    home = integrated.home
    log_in(page, home, home.token)
    page.open(f"{home.url}/config/integrations/dashboard/add?domain=hearthbridge", 10)
    page.click("ha-button, mwc-button", "OK")
    page.draw("ha-add.png")
    integrated.set_up()
    integrated.pipeline("turn on the kitchen lights")
    pipelines = home.ws("assist_pipeline/pipeline/list")["pipelines"]
    mine = next(one["id"] for one in pipelines if one["conversation_engine"].startswith("conversation.hearth"))
    home.ws("assist_pipeline/pipeline/set_preferred", pipeline_id=mine)
    for text in ("turn off the kitchen lights", "is the front door locked", "unlock the front door"):
        integrated.say(text, home.tokens["Anna"])
    integrated.say("turn on vacation mode", home.tokens["Anna"])
    device = next(one for one in home.ws("config/device_registry/list") if one["manufacturer"] == "Hearthbridge")
    page.open(f"{home.url}/config/devices/device/{device['id']}", 8)
    page.draw("ha-device.png")
    page.open(f"{home.url}/config/voice-assistants/assistants", 8)
    page.draw("ha-assistants.png", 450)
    page.open(f"{home.url}/logbook?entity_id=input_boolean.vacation_mode", 8)
    page.draw("ha-logbook.png", 450)
    page.open(f"{home.url}/home/overview?conversation=1", 8)
    for text in ("turn on the kitchen lights", "unlock the front door", "yes"):
        page.click("input, textarea")
        page.type(text)
    page.draw("ha-assist.png")


def main() -> None:
    """Start everything, draw, and stop."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        home = HomeAssistantProcess(installed_versions()[-1], path / "ha", component=COMPONENT, more=MORE)
        settings = {"SERVER__PORT": str(free_port())}
        with home, BridgeProcess(path, home.url, home.token, **settings) as bridge, browser() as page:
            draw(page, Integrated(home, bridge))


if __name__ == "__main__":
    main()
