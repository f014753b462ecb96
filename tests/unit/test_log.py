"""The log: one event a line, without secrets; looked at from outside, since it is set up for a whole process."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PROGRAM = """
import logging, sys, structlog
from bridge import log
log.configure({level!r}, {style!r})
logger = structlog.get_logger()
logger.debug("detail")
logger.info("turn", device="phone", token="hb_secret", text="said-in-private", image="xxsecretxx", url="u-secret")
logging.getLogger("library").info("chatter")
logging.getLogger("library").warning("odd %s", "thing")
try:
    raise ValueError("inside")
except ValueError:
    logger.error("failed")
    logger.exception("unexpected")
"""


def output(level: str, style: str) -> list[str]:
    program = PROGRAM.format(level=level, style=style)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_json_is_one_event_a_line_without_secrets() -> None:
    lines = [json.loads(line) for line in output("info", "json")]
    assert [line["event"] for line in lines] == ["turn", "odd thing", "failed", "unexpected"]
    assert lines[0]["device"] == "phone"
    assert all(lines[0][key] == "[hidden]" for key in ("token", "text", "image", "url"))
    assert lines[1]["logger"] == "library"
    assert "ValueError: inside" in lines[3]["exception"]
    assert all(line["level"] and line["timestamp"].endswith("Z") for line in lines)


@pytest.mark.parametrize(("level", "first"), [("debug", "detail"), ("error", "failed")])
def test_levels(level: str, first: str) -> None:
    assert first in output(level, "console")[0]


def test_console_hides_secrets_too() -> None:
    text = "\n".join(output("debug", "console"))
    assert "secret" not in text
    assert "private" not in text
    assert "ValueError: inside" in text
    assert "UserWarning" not in text
