"""A Mac as a phone's stand-in: runs the owner's own shortcuts by the system's `shortcuts` command."""

import asyncio
import contextlib
import shutil
import signal
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actions.errors import HearthError

COMMAND = "shortcuts"
LONGEST_S = 240.0
_MOST = 2000
"""Characters of a result that are reported."""


class NoMac(HearthError):
    """There is no `shortcuts` command."""

    code = "not_a_mac"
    hint = "Run the agent on a Mac with macOS 12 or newer."


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a shortcut: done, failed or cancelled, and its result or the reason."""

    status: str
    detail: str


def command() -> str:
    """The path of the `shortcuts` command.

    :raises NoMac: there is none.
    """
    found = shutil.which(COMMAND)
    if found is None:
        raise NoMac(f"There is no '{COMMAND}' command on this computer")
    return found


async def perform(kind: str, args: dict[str, Any], *, within: float = LONGEST_S) -> Ran:
    """Do one device action."""
    if kind != "run_shortcut":
        return Ran("failed", f"This Mac only runs shortcuts of its own, not {kind}")
    name = str(args.get("name", ""))
    if not name or name.startswith("-"):
        # It would be read as an option.
        return Ran("failed", f"A shortcut named '{name}' cannot be run from the command line")
    with tempfile.TemporaryDirectory(prefix="hearthbridge-") as folder:
        given, result = Path(folder) / "input.txt", Path(folder) / "result.txt"
        arguments = ["run", name, "--output-path", str(result), "--output-type", "public.plain-text"]
        if args.get("input"):
            given.write_text(str(args["input"]), encoding="utf-8")
            arguments += ["--input-path", str(given)]
        return await _run([command(), *arguments], result, within)


async def _run(line: list[str], result: Path, within: float) -> Ran:
    # Without a shell: a name may hold quotes, emoji, anything.
    process = await asyncio.create_subprocess_exec(
        *line, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(within):
            _, errors = await process.communicate()
    except TimeoutError:
        return Ran("failed", f"It was stopped after {within:.0f} seconds")
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            await process.wait()
    if process.returncode:
        words = errors.decode(errors="replace").strip() or f"It ended with status {process.returncode}"
        return Ran("cancelled" if "cancel" in words.casefold() else "failed", words[:_MOST])
    return Ran("done", _text(result).strip()[:_MOST])


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
