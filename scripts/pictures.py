"""Draw the pictures of docs/pictures from the code, in a real browser (Chromium on the PATH).

python scripts/pictures.py
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.server import BridgeProcess

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
FLAGS = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync"


def draw(browser: str, address: str, name: str, size: str) -> None:
    """Take one picture of `size`, `width,height` in pixels."""
    with tempfile.TemporaryDirectory() as profile:
        options = [f"--user-data-dir={profile}", f"--window-size={size}", f"--screenshot={PICTURES / name}"]
        command = [browser, *FLAGS.split(), "--hide-scrollbars", *options, address]
        subprocess.run(command, check=True, timeout=120, stderr=subprocess.DEVNULL)


def main() -> int:
    """Draw them all; returns the exit status."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        print("There is no Chromium on the PATH.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "minimal.html"
        recipe: list[str | Path] = [
            sys.executable,
            "-c",
            "from bridge.cli import main; main()",
            "shortcuts",
            "recipe",
            "--out",
            page,
        ]
        subprocess.run(recipe, check=True)
        draw(browser, page.as_uri(), "minimal-ask-hearth.png", "520,1620")
    with tempfile.TemporaryDirectory() as folder:
        # The page needs an address for phones and no home.
        settings = {"SERVER__PUBLIC_URL": "https://hearth.example.net"}
        with BridgeProcess(Path(folder), "http://127.0.0.1:9", "none", **settings) as bridge:
            draw(browser, f"{bridge.url}/pair?code=12345678", "pair.png", "900,830")
    return 0


if __name__ == "__main__":
    sys.exit(main())
