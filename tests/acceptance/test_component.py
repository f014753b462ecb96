"""The integration's own tests and types, in environments of Home Assistant's."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.ha import ROOT as INSTALLED

ROOT = Path(__file__).resolve().parents[2]


def run_in(version: str, *arguments: str) -> str:
    """Run a module with that Home Assistant's Python; returns what it printed."""
    python = INSTALLED / version / "bin" / "python"
    assert python.exists(), f"run: python scripts/ha_env.py install --version {version}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [str(python), "-m", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.timeout(600)
def test_its_own_tests_pass_in_home_assistants_harness() -> None:
    printed = run_in("2025.4.4", "pytest", "-c", "tests/component/pytest.ini", "tests/component")
    passed = re.search(r"(\d+) passed", printed)
    assert passed, printed
    assert int(passed.group(1)) > 20
    assert "skipped" not in printed


@pytest.mark.timeout(600)
def test_its_types_hold_against_the_newest_home_assistant() -> None:
    options = ["--strict", "--config-file=", "--cache-dir", ".mypy_cache/component"]
    assert "Success" in run_in("2026.11.0", "mypy", *options, "custom_components/hearthbridge")
