"""Signing: a shortcut file can be imported only when Apple's own tool has signed it, on a Mac."""

import shutil
import subprocess
from pathlib import Path

from shortcuts.errors import SigningError

TOOL = "shortcuts"


def sign(source: Path, target: Path) -> Path:
    """Sign one file for anyone, with `shortcuts sign`; returns the signed file.

    :raises SigningError: there is no such tool here, or it refused.
    """
    tool = shutil.which(TOOL)
    if tool is None:
        raise SigningError(
            "This machine has no 'shortcuts' command: only a Mac (macOS 12 or newer) can sign",
            hint="Copy the files to a Mac and run this there, or build the shortcut by hand from the recipe.",
        )
    command = [tool, "sign", "--mode", "anyone", "--input", str(source), "--output", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # no shell, our paths
    if done.returncode:
        raise SigningError(
            f"{source.name} was not signed: {done.stderr.strip() or 'no reason given'}",
            hint="Sign in to iCloud in System Settings, open Shortcuts once, and try again.",
        )
    return target
